//! From a connector, a context or the pod's own account to a client (layer 2). BEHAVIOUR.md §2 has the order.

use std::path::PathBuf;

use super::endpoint::Endpoint;
use super::source::Source;
use super::{Cluster, Via, incluster, renew};
use crate::audit::log::forget_error;
use crate::audit::{self, Event};
use crate::connector::Connector;
use crate::error::{Error, Result};
use crate::kubeconfig::{self, Kubeconfig, Resolved};
use crate::paths::{self, Home};
use crate::registry::store;
use crate::vault::Vault;
use crate::vault::content::{Credential, PASSWORD};
use crate::{helper, keyring};

/// What the user said about the cluster.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// `--connector`: a name, id or unique id prefix.
    pub connector: Option<String>,
    /// `--context`: needs neither vault nor connector.
    pub context: Option<String>,
    /// `--kubeconfig`: one file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
}

/// Builds the client for `target`.
pub async fn connect(target: &Target) -> Result<Cluster> {
    if let Some(reference) = &target.connector {
        let home = Home::from_env()?;
        return of_connector(&home, &store::find(&home, reference)?).await;
    }
    let kubeconfig = Kubeconfig::load(target.kubeconfig.as_deref())?;
    let nothing_named = target.context.is_none() && kubeconfig.current_context().is_none();
    if nothing_named && paths::variable("KUBERNETES_SERVICE_HOST").is_some() {
        return incluster::connect();
    }
    of_context(kubeconfig.resolve(target.context.as_deref())?).await
}

/// The cluster of a registered connector. Its credential comes from the helper, as kubectl would get it.
pub async fn of_connector(home: &Home, connector: &Connector) -> Result<Cluster> {
    let configuration = &connector.configuration;
    // What the helper has no way to hand out is read here, and so is what it could not be told the cluster of: the record
    // must name the sealed one.
    let in_process = connector.auth_method == PASSWORD
        || connector.is_anonymous()
        || connector.secrets.iter().any(|field| field == "proxy_url")
        || !configuration.cluster().can_be_told();
    let opened = if in_process { Some(open(home, connector).await?) } else { None };
    let client = match opened {
        Some((endpoint, Credential::Password { username, password })) => {
            endpoint.client_of_user(&username, &password)?
        }
        Some((endpoint, Credential::Token { answer })) if answer.is_empty() => endpoint.anonymous()?,
        opened => {
            let endpoint = opened.map_or_else(|| Endpoint::of(configuration, None), |(endpoint, _)| endpoint);
            let source = Source::helper(&connector.id, &endpoint.cluster)?;
            renew::client(endpoint, source).await?
        }
    };
    Ok(Cluster {
        client,
        server: configuration.server.clone(),
        name: configuration.cluster_name.clone(),
        via: Via::Connector(connector.name.clone()),
        namespace: configuration.namespace.clone(),
    })
}

/// The cluster of a kubeconfig context.
pub async fn of_context(resolved: Resolved) -> Result<Cluster> {
    let Resolved { context, cluster_name, cluster, proxy_url, namespace, impersonation, credential } = resolved;
    let server = cluster.server.clone();
    let endpoint = Endpoint { cluster, proxy_url, impersonation, namespace: namespace.clone() };
    let client = match credential {
        kubeconfig::Credential::Anonymous => endpoint.anonymous()?,
        kubeconfig::Credential::Static(answer) => endpoint.client(&answer)?,
        kubeconfig::Credential::TokenFile(path) => renew::client(endpoint, Source::File(path)).await?,
        kubeconfig::Credential::Basic { username, password } => endpoint.client_of_user(&username, &password)?,
        kubeconfig::Credential::Exec(plugin) => renew::client(endpoint, Source::Plugin(plugin)).await?,
        kubeconfig::Credential::Ours(connector) => {
            let source = Source::helper(&connector, &endpoint.cluster)?;
            renew::client(endpoint, source).await?
        }
        kubeconfig::Credential::AuthProvider(name) => return Err(auth_provider(&name)),
    };
    Ok(Cluster { client, server, name: cluster_name, via: Via::Context(context), namespace })
}

/// The refusal of the mechanism that exec plugins have replaced.
pub fn auth_provider(name: &str) -> Error {
    let since = if ["gcp", "azure"].contains(&name) { "; Kubernetes removed it in version 1.26" } else { "" };
    let error = Error::failure(format!("the legacy auth provider \"{name}\" is not supported{since}"));
    match name {
        "gcp" => error.hint("write the entry anew: `gcloud container clusters get-credentials CLUSTER`"),
        "azure" => error.hint("write the entry anew: `az aks get-credentials`, then `kubelogin convert-kubeconfig`"),
        _ => error.hint("use an exec plugin instead, for OIDC `kubectl oidc-login` (kubelogin)"),
    }
}

/// Opens what is sealed for `connector`: where its cluster is, and the credential for that. Where the helper does not hand
/// it out, it is noted here that it was.
pub async fn open(home: &Home, connector: &Connector) -> Result<(Endpoint, Credential)> {
    let opened = unseal(home, connector).await;
    let vault = Vault::require(home)?;
    match &opened {
        Ok((_, Credential::Password { .. })) => {
            audit::note(home, &vault, Some(&connector.id), Event::Hit);
            forget_error(home, &connector.id);
        }
        Ok(_) => {}
        Err(error) => audit::refused(home, Some(&vault), Some(&connector.id), error),
    }
    opened
}

/// As [`open`], for somebody who hands nothing out: nothing is noted.
pub async fn unseal(home: &Home, connector: &Connector) -> Result<(Endpoint, Credential)> {
    let find = |vault: &Vault| vault.sealed(&connector.id)?.ok_or_else(|| helper::missing(&connector.name));
    let (header, content) = keyring::open(home, find).await?;
    // The helper, which says so of all others, is not asked for a password.
    if !content.credential.is_renewable() && header.is_expired(helper::now()) {
        return Err(helper::expired(&header));
    }
    // Both may have been changed, in one step, since the record was read.
    let newer = (header.revision != connector.revision).then(|| store::find(home, &connector.id)).transpose()?;
    let endpoint = Endpoint::sealed(&header, newer.as_ref().unwrap_or(connector), content.proxy_url)?;
    Ok((endpoint, content.credential))
}
