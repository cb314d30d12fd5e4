//! A connector as it is, in the form that a kubeconfig context takes when it is lifted (layer 3): so that an update goes the
//! way of a registration.

use crate::connector::attribute::Attribute;
use crate::connector::{Connector, Impersonation};
use crate::error::{Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::kubeconfig::{Credential, Resolved};
use crate::ops::connector::lift::Minted;
use crate::vault::content::{Content, Credential as Sealed};

/// The connector's parts, as a context has them, and whose tokens it hands out.
pub(super) fn resolved(connector: &Connector, content: Content) -> (Resolved, Option<Minted>) {
    let configuration = &connector.configuration;
    let (credential, minted) = match content.credential {
        Sealed::ServiceAccount { base, account, seconds, .. } => (*base, Some((account, seconds))),
        other => (other, None),
    };
    let resolved = Resolved {
        context: String::new(),
        cluster_name: configuration.cluster_name.clone(),
        cluster: configuration.cluster(),
        proxy_url: content.proxy_url,
        namespace: configuration.namespace.clone(),
        impersonation: configuration.impersonation.clone(),
        credential: credential_of(credential),
    };
    (resolved, minted)
}

fn credential_of(sealed: Sealed) -> Credential {
    match sealed {
        Sealed::Token { answer } => Credential::Static(answer),
        Sealed::Exec { plugin, .. } => Credential::Exec(plugin),
        Sealed::Password { username, password } => Credential::Basic { username, password },
        Sealed::TokenFile { path } => Credential::TokenFile(path),
        // One stands on a credential of another method.
        Sealed::ServiceAccount { base, .. } => credential_of(*base),
    }
}

/// Clears one field.
pub(super) fn clear(attribute: Attribute, resolved: &mut Resolved, minted: &mut Option<Minted>) -> Result<()> {
    let cluster = &mut resolved.cluster;
    match attribute {
        Attribute::CertificateAuthority => cluster.certificate_authority_data = None,
        Attribute::Insecure => cluster.insecure_skip_tls_verify = false,
        Attribute::TlsServerName => cluster.tls_server_name = None,
        Attribute::ProxyUrl => (cluster.proxy_url, resolved.proxy_url) = (None, None),
        Attribute::Namespace => resolved.namespace = None,
        Attribute::As => resolved.impersonation = Impersonation::default(),
        Attribute::AsUid => resolved.impersonation.uid = None,
        Attribute::AsGroup => resolved.impersonation.groups.clear(),
        Attribute::AsUserExtra => resolved.impersonation.extra.clear(),
        Attribute::Token | Attribute::ClientCertificate => half(attribute, &mut resolved.credential)?,
        Attribute::ExecArg | Attribute::ExecEnv => plugin(attribute, &mut resolved.credential)?,
        Attribute::ServiceAccount => *minted = None,
        Attribute::Audience => minted.iter_mut().for_each(|(account, _)| account.audiences.clear()),
        Attribute::ExpirationSeconds => minted.iter_mut().for_each(|(_, seconds)| *seconds = None),
        // These are the record's alone.
        Attribute::Description | Attribute::Labels | Attribute::ExpiresAt | Attribute::ExpiresSkewTolerance => {}
    }
    Ok(())
}

/// Takes the token or the certificate out of a credential that has both.
fn half(attribute: Attribute, credential: &mut Credential) -> Result<()> {
    let Credential::Static(answer) = credential else {
        return Err(Error::usage("this connector's method has neither a token nor a client certificate to clear"));
    };
    let Answer { token, client_certificate, client_key } = answer;
    if attribute == Attribute::Token {
        *token = None;
    } else {
        (*client_certificate, *client_key) = (None, None);
    }
    Ok(())
}

fn plugin(attribute: Attribute, credential: &mut Credential) -> Result<()> {
    let Credential::Exec(plugin) = credential else {
        return Err(Error::usage("this connector has no exec plugin"));
    };
    match attribute {
        Attribute::ExecArg => plugin.args.clear(),
        _ => plugin.env.clear(),
    }
    Ok(())
}

/// What was given of a token and a certificate takes the place of its like only; and a plugin is told the cluster as it is
/// now. Something must be left to authenticate with.
pub(super) fn complete(resolved: &mut Resolved, before: Option<Answer>) -> Result<()> {
    match (&mut resolved.credential, before) {
        (Credential::Static(answer), Some(before)) => {
            let is_new = answer.client_certificate.is_some();
            answer.token = answer.token.take().or(before.token);
            if !is_new {
                (answer.client_certificate, answer.client_key) = (before.client_certificate, before.client_key);
            }
            if answer.token.is_none() && answer.client_certificate.is_none() {
                return Err(
                    Error::usage("nothing would be left to authenticate with").hint("give what shall take its place")
                );
            }
        }
        (Credential::Exec(plugin), _) => {
            if let Some(told) = &mut plugin.cluster {
                let whole = resolved.proxy_url.as_ref().map(|url| url.expose().clone());
                let proxy_url = whole.or_else(|| resolved.cluster.proxy_url.clone());
                *told = Cluster { proxy_url, config: told.config.take(), ..resolved.cluster.clone() };
            }
        }
        _ => {}
    }
    Ok(())
}
