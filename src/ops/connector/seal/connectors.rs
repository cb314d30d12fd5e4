//! Which connectors a user's contexts need: the registered ones that hold this very credential, and new ones (layer 3).

use std::path::PathBuf;

use super::{Request, no_password};
use crate::cluster::access;
use crate::connector::{Connector, name};
use crate::error::{Error, Result};
use crate::execcred::Answer;
use crate::keyring;
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{self, Kubeconfig, Resolved, sealing};
use crate::ops::connector::{login, register as registration};
use crate::paths::Home;
use crate::registry;
use crate::registry::store;
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::content::{Credential, ExecPlugin};
use crate::vault::header::BoundCluster;

/// The contexts of one user that mean the same cluster.
pub(super) struct Group<'k> {
    /// The first of them.
    pub(super) resolved: Resolved,
    /// Their names.
    pub(super) contexts: Vec<String>,
    /// The entries of their cluster.
    pub(super) clusters: Vec<Entry<'k>>,
    /// What serves them.
    pub(super) connector: Option<Connector>,
    /// It was registered now.
    pub(super) new: bool,
    bound: BoundCluster,
}

/// What serves the contexts of one cluster.
pub(super) struct Served {
    /// The connector's name.
    pub(super) connector: String,
    /// It was registered now.
    pub(super) new: bool,
    /// The contexts' names.
    pub(super) contexts: Vec<String>,
}

impl Group<'_> {
    /// What serves it, where that is known.
    pub(super) fn served(self) -> Option<Served> {
        let Self { connector, new, contexts, .. } = self;
        Some(Served { connector: connector?.name, new, contexts })
    }

    /// Each cluster entry's file and name, and the connector that it is to name.
    pub(super) fn names(&self) -> Vec<super::entry::Named> {
        let id = self.connector.as_ref().map(|connector| connector.id.clone()).unwrap_or_default();
        self.clusters.iter().map(|it| (PathBuf::from(&it.file.path), it.name.to_owned(), id.clone())).collect()
    }
}

/// The clusters of the user's contexts. A context that is of no use to anybody is passed over, with a warning.
pub(super) fn groups<'k>(kubeconfig: &'k Kubeconfig, user: &str) -> Result<(Vec<Group<'k>>, Vec<String>)> {
    let (mut groups, mut warnings, mut first) = (Vec::<Group<'k>>::new(), Vec::new(), None);
    for context in kubeconfig.all(Kind::Context).into_iter().filter(|context| context.body["user"] == user) {
        let resolved = match kubeconfig.resolve(Some(context.name)) {
            Ok(resolved) => resolved,
            Err(error) => {
                let name = context.name.escape_debug();
                warnings.push(format!("context \"{name}\" cannot be used, sealed or not: {error}"));
                first = first.or(Some(error));
                continue;
            }
        };
        match &resolved.credential {
            kubeconfig::Credential::Basic { .. } => return Err(no_password(user)),
            kubeconfig::Credential::AuthProvider(name) => return Err(access::auth_provider(name)),
            _ => {}
        }
        let bound = BoundCluster::of(&resolved.cluster)?;
        let cluster = kubeconfig.find(Kind::Cluster, &resolved.cluster_name);
        let known = groups.iter().position(|group| group.bound == bound);
        let group = if let Some(known) = known {
            &mut groups[known]
        } else {
            let (contexts, clusters) = (Vec::new(), Vec::new());
            groups.push(Group { resolved, contexts, clusters, connector: None, new: false, bound });
            let last = groups.len() - 1;
            &mut groups[last]
        };
        group.contexts.push(context.name.to_owned());
        let is_new = |it: &Entry<'_>| group.clusters.iter().all(|earlier| earlier.name != it.name);
        if let Some(cluster) = cluster.filter(is_new) {
            group.clusters.push(cluster);
        }
    }
    match first {
        Some(error) if groups.is_empty() => Err(error),
        _ => Ok((groups, warnings)),
    }
}

/// Finds the connectors that are registered for this very credential and cluster.
pub(super) async fn find(home: &Home, groups: &mut [Group<'_>], prefer: Option<&str>) -> Result<()> {
    let Some(vault) = Vault::open(home)? else { return Ok(()) };
    for connector in store::all(home)? {
        let Some(sealed) = vault.sealed(&connector.id)? else { continue };
        let fits = |group: &&mut Group<'_>| {
            group.bound == sealed.header.cluster
                && group.resolved.impersonation == connector.configuration.impersonation
                && group.connector.as_ref().is_none_or(|_| prefer == Some(&connector.id))
        };
        let Some(group) = groups.iter_mut().find(fits) else { continue };
        if !may_be(&connector.auth_method, &group.resolved.credential)
            || BoundCluster::of(&connector.configuration.cluster())? != group.bound
        {
            continue;
        }
        let missing = || Error::failure("another process has just removed a connector").hint("try again");
        let (_, content) = keyring::open(home, |vault| vault.sealed(&connector.id)?.ok_or_else(missing)).await?;
        if is_same(&content.credential, &group.resolved.credential) {
            group.connector = Some(connector);
        }
    }
    Ok(())
}

fn may_be(method: &str, credential: &kubeconfig::Credential) -> bool {
    match credential {
        kubeconfig::Credential::Static(_) => method == "token",
        kubeconfig::Credential::TokenFile(_) => method == "token-file",
        kubeconfig::Credential::Exec(_) => method == "exec",
        _ => false,
    }
}

fn is_same(sealed: &Credential, own: &kubeconfig::Credential) -> bool {
    let text = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().trim().to_owned());
    match (sealed, own) {
        (Credential::Token { answer }, kubeconfig::Credential::Static(other)) => {
            let Answer { token, client_certificate, client_key } = answer;
            text(token) == text(&other.token)
                && *client_certificate == other.client_certificate
                && text(client_key) == text(&other.client_key)
        }
        (Credential::TokenFile { path }, kubeconfig::Credential::TokenFile(other)) => {
            std::path::absolute(other).is_ok_and(|other| *path == other)
        }
        (Credential::Exec { plugin, .. }, kubeconfig::Credential::Exec(other)) => is_same_plugin(plugin, other),
        _ => false,
    }
}

/// Whether a sealed plugin is the one of an entry: what was pinned beside the entry's own variables does not count.
fn is_same_plugin(sealed: &ExecPlugin, own: &ExecPlugin) -> bool {
    let words = |plugin: &ExecPlugin| plugin.args.iter().map(|word| word.expose().clone()).collect::<Vec<_>>();
    let has = |name: &str, value: &str| sealed.env.iter().any(|it| it.name == name && it.value.expose() == value);
    (sealed.api_version, &sealed.command, &sealed.directory) == (own.api_version, &own.command, &own.directory)
        && sealed.interactive_mode == own.interactive_mode
        && words(sealed) == words(own)
        && own.env.iter().all(|variable| has(&variable.name, variable.value.expose()))
}

/// Refuses a user of several clusters where one of these names another connector already, for somebody else.
pub(super) fn check_clusters(groups: &[Group<'_>]) -> Result<()> {
    if groups.len() == 1 {
        return Ok(());
    }
    for group in groups {
        for cluster in &group.clusters {
            let ours = group.connector.as_ref().map(|connector| connector.id.as_str());
            let named = sealing::named_connector(cluster.body);
            if named.is_some() && named.and_then(|named| named.as_str()) != ours {
                let (name, context) = (cluster.name, group.contexts.join(", "));
                return Err(Error::failure(format!(
                    "this user has contexts of several clusters, and cluster \"{name}\" names a connector for another user"
                ))
                .hint(format!(
                    "a cluster can name one connector: give context {context} a cluster entry of its own (`kubectl config \
                     set-cluster`), or a user of its own"
                )));
            }
        }
    }
    Ok(())
}

/// Registers what is missing, and says what the user should know.
pub(super) async fn register(home: &Home, request: &Request, groups: &mut [Group<'_>]) -> Result<Vec<String>> {
    let mut taken: Vec<String> = registry::entries(home)?.into_iter().map(|entry| entry.name).collect();
    let mut warnings = Vec::new();
    for group in groups.iter_mut() {
        if group.connector.is_none() {
            let context = group.contexts.first().cloned().unwrap_or_default();
            let name = name::free(&name::from_context(&context), |name| taken.iter().any(|known| known == name));
            taken.push(name.clone());
            let asked = registration::Request {
                name: Some(name),
                context: Some(context.clone()),
                kubeconfig: request.kubeconfig.clone(),
                no_verify: request.no_verify,
                dry_run: request.dry_run,
                terminal: request.terminal,
                ..registration::Request::default()
            };
            let registered = registration::register(home, asked).await;
            let registered = registered.map_err(|error| {
                let context = context.escape_debug();
                error.under(format!("context \"{context}\" cannot be registered, so its user is not sealed"))
            })?;
            warnings.extend(registered.warnings);
            (group.connector, group.new) = (Some(registered.connector), true);
        }
        if let Some(connector) = &group.connector {
            login::check_authority(connector)?;
        }
    }
    Ok(warnings)
}
