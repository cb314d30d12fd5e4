//! From a resolved context to what a connector is made of (layer 3).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::cluster::endpoint::{Endpoint, check_port};
use crate::cluster::mint::{self, Means};
use crate::cluster::{access, plugin};
use crate::connector::catalogue::Id;
use crate::connector::catalogue::fields::server_name;
use crate::connector::catalogue::methods::METHODS;
use crate::connector::{Configuration, Plugin, is_shown, lifetime};
use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::helper::now;
use crate::kubeconfig::{self, Resolved};
use crate::naming;
use crate::paths::{self, Home};
use crate::registry;
use crate::secret::Secret;
use crate::token_file;
use crate::vault::content::{Credential, ExecPlugin, ServiceAccount, Variable};

/// A context's parts, ready to be sealed and stored.
#[derive(Debug)]
pub struct Lifted {
    /// What is stored in the open.
    pub configuration: Configuration,
    /// What is sealed.
    pub credential: Credential,
    /// The proxy's whole URL, sealed where it carries a user name or password.
    pub proxy_url: Option<Secret<String>>,
    /// The end of the credential as it is now, in Unix seconds.
    pub ends_at: Option<i64>,
    /// The configuration fields whose values are sealed.
    pub secrets: Vec<String>,
}

/// A ServiceAccount whose tokens are to be handed out, and for how many seconds they live; `None` = as the server likes.
pub type Minted = (ServiceAccount, Option<u32>);

/// Lifts `resolved`; runs its exec plugin once where it has one, and mints the first token of `minted`. Refuses what
/// cannot work or cannot be held.
pub async fn lift(home: &Home, resolved: Resolved, minted: Option<Minted>, means: Means) -> Result<Lifted> {
    let mut configuration = configuration(&resolved)?;
    let proxy_url = resolved.proxy_url.clone();
    let sends = !matches!(resolved.credential, kubeconfig::Credential::Anonymous | kubeconfig::Credential::Ours(_));
    if sends && !Endpoint::of(&configuration, None).is_encrypted()? {
        return Err(Error::failure(format!(
            "{} is asked without TLS, so no credential is sent there",
            configuration.server
        ))
        .hint("kubectl does the same; give the server's https:// URL"));
    }
    let (mut credential, mut ends_at) = credential(home, resolved, &mut configuration, means).await?;
    if let Some((account, seconds)) = minted {
        let endpoint = Endpoint::of(&configuration, proxy_url.clone());
        let (answer, end) = mint::token(&endpoint, &credential, &account, seconds, means).await?;
        configuration.service_account = Some(account.clone());
        credential = Credential::ServiceAccount { base: Box::new(credential), account, seconds, answer };
        ends_at = Some(end);
    }
    let secrets = secrets(&credential, proxy_url.is_some());
    Ok(Lifted { configuration, credential, proxy_url, ends_at, secrets })
}

/// What is sealed, and when its answer ends.
async fn credential(
    home: &Home,
    resolved: Resolved,
    configuration: &mut Configuration,
    means: Means,
) -> Result<(Credential, Option<i64>)> {
    Ok(match resolved.credential {
        kubeconfig::Credential::Static(answer) => {
            let ends_at = lifetime::check(&answer, now())?;
            (Credential::Token { answer }, ends_at)
        }
        kubeconfig::Credential::Exec(plugin) => {
            let plugin = Box::new(pin(*plugin));
            let (answer, said) = plugin::run(&plugin, means.limit, means.terminal).await?;
            let known = lifetime::check(&answer, now())?;
            configuration.exec = Some(summary(&plugin));
            (Credential::Exec { plugin, answer }, said.into_iter().chain(known).min())
        }
        kubeconfig::Credential::TokenFile(path) => {
            let path = std::path::absolute(&path).context(|| format!("the path {} is of no use", path.display()))?;
            token_file::read(&path, now())?;
            configuration.token_file = Some(path.clone());
            (Credential::TokenFile { path }, None)
        }
        // What stands behind the colon may be the password, so it is not repeated.
        kubeconfig::Credential::Basic { username, .. } if username.contains(':') => {
            return Err(Error::failure("a user name cannot hold a colon: the password would begin there")
                .hint("give the name alone, and the password for itself"));
        }
        kubeconfig::Credential::Basic { username, password } => {
            configuration.username = Some(username.clone());
            (Credential::Password { username, password }, None)
        }
        other => return Err(refused(home, &resolved.context, &other)),
    })
}

/// Refuses URLs that cannot work, or that would carry a password into what is stored in the open.
fn check_urls(cluster: &Cluster) -> Result<()> {
    let authority = cluster.server.split_once("://").map_or(cluster.server.as_str(), |(_, rest)| rest);
    if authority.split('/').next().is_some_and(|authority| authority.contains('@')) {
        return Err(Error::failure("the server's URL carries a user name or password")
            .hint("take it out of the URL; the API server knows tokens, certificates and exec plugins"));
    }
    check_port(&cluster.server)?;
    let known = |url: &String| ["http://", "https://", "socks5://"].iter().any(|scheme| url.starts_with(scheme));
    match &cluster.proxy_url {
        Some(url) if !known(url) => {
            Err(Error::failure(format!("the proxy {} is neither http://, https:// nor socks5://", url.escape_debug()))
                .hint("write its URL with one of these, such as http://HOST:3128"))
        }
        _ => Ok(()),
    }
}

fn configuration(resolved: &Resolved) -> Result<Configuration> {
    let cluster = &resolved.cluster;
    check_urls(cluster)?;
    if let Some(namespace) = &resolved.namespace {
        naming::namespace(namespace).map_err(|why| {
            Error::failure(format!("the namespace \"{}\" cannot be one: {why}", namespace.escape_debug()))
                .hint("name another one with --namespace")
        })?;
    }
    if let Some(name) = &cluster.tls_server_name {
        server_name(name).map_err(|why| {
            Error::failure(format!("the server's certificate cannot have the name \"{}\": {why}", name.escape_debug()))
                .hint("give another one with --tls-server-name, or as tls-server-name in the kubeconfig")
        })?;
    }
    let certificate_authority = match &cluster.certificate_authority_data {
        None => None,
        Some(data) => {
            let pem = STANDARD.decode(data).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            Some(pem.ok_or_else(|| Error::failure("the cluster's certificate authority is not PEM"))?)
        }
    };
    Ok(Configuration {
        server: cluster.server.clone(),
        cluster_name: resolved.cluster_name.clone(),
        certificate_authority,
        insecure: cluster.insecure_skip_tls_verify,
        tls_server_name: cluster.tls_server_name.clone(),
        proxy_url: cluster.proxy_url.clone(),
        namespace: resolved.namespace.clone(),
        impersonation: resolved.impersonation.clone(),
        ..Configuration::default()
    })
}

/// The plugin with the identity that the environment gives it now, so that it acts as the same one from every shell. What
/// its own entry sets wins.
fn pin(mut plugin: ExecPlugin) -> ExecPlugin {
    if plugin.pinned {
        return plugin;
    }
    for (name, value) in paths::identity_variables() {
        if plugin.env.iter().all(|variable| variable.name != name) {
            plugin.env.push(Variable { name, value: Secret::new(value) });
        }
    }
    plugin.pinned = true;
    plugin
}

/// What `describe` may show of a plugin.
fn summary(plugin: &ExecPlugin) -> Plugin {
    let env = plugin.env.iter().map(|variable| {
        let shown = is_shown(&variable.name);
        (variable.name.clone(), shown.then(|| variable.value.expose().clone()))
    });
    Plugin {
        command: plugin.command.clone(),
        args: plugin.args.len(),
        directory: is_relative(&plugin.command).then(|| plugin.directory.clone()),
        api_version: Some(plugin.api_version),
        interactive_mode: plugin.interactive_mode,
        provide_cluster_info: Some(plugin.cluster.is_some()),
        env: env.collect::<BTreeMap<_, _>>(),
    }
}

/// Whether a command is found from its kubeconfig's directory, and not by PATH.
fn is_relative(command: &str) -> bool {
    command.contains('/') && !command.starts_with('/')
}

/// The names of the fields that are sealed. A token file's path is sealed too, and shown.
fn secrets(credential: &Credential, proxy: bool) -> Vec<String> {
    let fields = match credential {
        Credential::Exec { .. } => vec![(Id::ExecCommand, true)],
        Credential::Token { answer: Answer { token, client_certificate, client_key } } => vec![
            (Id::Token, token.is_some()),
            (Id::ClientCertificate, client_certificate.is_some()),
            (Id::ClientKey, client_key.is_some()),
        ],
        Credential::Password { .. } => vec![(Id::Password, true)],
        Credential::TokenFile { .. } => Vec::new(),
        Credential::ServiceAccount { base, .. } => return secrets(base, proxy),
    };
    let sealed = fields.into_iter().chain([(Id::ProxyUrl, proxy)]).filter(|(_, set)| *set);
    // A plugin is sealed as a whole.
    sealed.map(|(id, _)| id.field().path.split('.').next().unwrap_or_default().to_owned()).collect()
}

/// The way out for whoever wants it so.
const ANONYMOUS: &str = "where the cluster lets anonymous users do enough, add --allow-anonymous";

/// Why a context cannot become a connector, and what to do instead.
fn refused(home: &Home, context: &str, credential: &kubeconfig::Credential) -> Error {
    match credential {
        kubeconfig::Credential::Ours(reference) => {
            let name = registry::resolve(home, reference).map_or_else(|_| reference.clone(), |entry| entry.name);
            Error::failure(format!("context \"{context}\" already gets its credential from connector \"{name}\""))
                .hint(format!("use that connector: `kubectl zenml connector describe {name}`"))
        }
        kubeconfig::Credential::AuthProvider(name) => access::auth_provider(name),
        _ if context.is_empty() => Error::usage("no credential is given: the cluster would see an anonymous user")
            .hint(credential_flags())
            .hint(ANONYMOUS),
        _ => {
            Error::failure(format!("context \"{context}\" has no credential: the cluster would see an anonymous user"))
                .hint("give its user a token, a client certificate or an exec plugin, or choose another with --context")
                .hint(ANONYMOUS)
        }
    }
}

/// What gives a credential, in the order of the catalogue.
fn credential_flags() -> String {
    let ways = METHODS.iter().filter(|about| !about.method.needs_base()).map(|about| about.method.flags());
    format!("give {}", ways.collect::<Vec<_>>().join(" or "))
}
