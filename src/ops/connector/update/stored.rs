//! A connector as it is, in the form that a kubeconfig context takes when it is lifted (layer 3): so that an update goes the
//! way of a registration.

use super::Request;
use crate::connector::attribute::Attribute;
use crate::connector::catalogue::Id;
use crate::connector::{Connector, Impersonation};
use crate::error::{Error, Result};
use crate::execcred::{Answer, ApiVersion, Cluster};
use crate::kubeconfig::{Credential, Resolved};
use crate::ops::connector::lift::Minted;
use crate::vault::content::{Content, Credential as Sealed, InteractiveMode};

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
    match attribute {
        Attribute::Field(id) => field(id, resolved, minted)?,
        Attribute::ExpirationSeconds => minted.iter_mut().for_each(|(_, seconds)| *seconds = None),
        // These are the record's alone.
        Attribute::Description | Attribute::Labels | Attribute::ExpiresAt | Attribute::ExpiresSkewTolerance => {}
    }
    Ok(())
}

fn field(id: Id, resolved: &mut Resolved, minted: &mut Option<Minted>) -> Result<()> {
    let cluster = &mut resolved.cluster;
    match id {
        Id::CertificateAuthority => cluster.certificate_authority_data = None,
        Id::Insecure => cluster.insecure_skip_tls_verify = false,
        Id::TlsServerName => cluster.tls_server_name = None,
        Id::ProxyUrl => (cluster.proxy_url, resolved.proxy_url) = (None, None),
        Id::Namespace => resolved.namespace = None,
        Id::As => resolved.impersonation = Impersonation::default(),
        Id::AsUid => resolved.impersonation.uid = None,
        Id::AsGroup => resolved.impersonation.groups.clear(),
        Id::AsUserExtra => resolved.impersonation.extra.clear(),
        Id::Token | Id::ClientCertificate | Id::ClientKey => half(id, &mut resolved.credential)?,
        Id::ExecArg | Id::ExecEnv | Id::ExecApiVersion | Id::ExecInteractiveMode | Id::ExecProvideClusterInfo => {
            plugin(id, &mut resolved.credential)?;
        }
        Id::ServiceAccount => *minted = None,
        Id::Audience => minted.iter_mut().for_each(|(account, _)| account.audiences.clear()),
        // No connector can do without these.
        Id::Server | Id::ClusterName | Id::Username | Id::Password | Id::TokenFile | Id::ExecCommand => {}
    }
    Ok(())
}

/// Takes the token or the certificate out of a credential that has both.
fn half(id: Id, credential: &mut Credential) -> Result<()> {
    let Credential::Static(answer) = credential else {
        return Err(Error::usage("this connector's method has neither a token nor a client certificate to clear"));
    };
    let Answer { token, client_certificate, client_key } = answer;
    if id == Id::Token {
        *token = None;
    } else {
        (*client_certificate, *client_key) = (None, None);
    }
    Ok(())
}

fn plugin(id: Id, credential: &mut Credential) -> Result<()> {
    let Credential::Exec(plugin) = credential else {
        return Err(Error::usage("this connector has no exec plugin"));
    };
    match id {
        Id::ExecArg => plugin.args.clear(),
        Id::ExecApiVersion => plugin.api_version = ApiVersion::default(),
        Id::ExecInteractiveMode => plugin.interactive_mode = InteractiveMode::default(),
        Id::ExecProvideClusterInfo => plugin.cluster = None,
        // What names an identity is taken from the environment again, as at a registration.
        _ => (plugin.env, plugin.pinned) = (Vec::new(), false),
    }
    Ok(())
}

/// Whose tokens are handed out: what was given in place of what there is.
pub(super) fn minted(kept: Option<Minted>, given: Option<Minted>, request: &Request) -> Result<Option<Minted>> {
    let (audiences, seconds) = (&request.audiences, request.expiration_seconds);
    let Some((mut account, own)) = given.or_else(|| kept.clone()) else {
        let flag = if seconds.is_some() { "--expiration-seconds" } else { "--audience" };
        if seconds.is_none() && audiences.is_empty() {
            return Ok(None);
        }
        return Err(Error::usage(format!("{flag} is for tokens that are minted, as a ServiceAccount's are"))
            .hint("--service-account [NAMESPACE/]NAME hands out such tokens instead of this credential"));
    };
    let (before, lived) = kept.map_or_else(Default::default, |(account, seconds)| (account.audiences, seconds));
    account.audiences = if audiences.is_empty() { before } else { audiences.clone() };
    Ok(Some((account, seconds.or(own).or(lived))))
}

/// A token takes the place of a certificate, and the other way round: an API server that knows the certificate would never
/// look at the token. Of a credential that has both, only its like. A plugin is told the cluster as it is now. Something must
/// be left to authenticate with.
pub(super) fn complete(resolved: &mut Resolved, before: Option<Answer>) -> Result<()> {
    match (&mut resolved.credential, before) {
        (Credential::Static(answer), Some(before)) => {
            let had_both = before.token.is_some() && before.client_certificate.is_some();
            if had_both && answer.token.is_none() {
                answer.token = before.token;
            } else if had_both && answer.client_certificate.is_none() {
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
