//! `register`: a kubeconfig context becomes a connector (layer 3). Everything is checked first and written last.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use uuid::Uuid;

use super::lift::{Lifted, lift};
use crate::cluster::endpoint::Endpoint;
use crate::cluster::verify::{Identity, identify};
use crate::cluster::{Cluster, Via};
use crate::connector::{Connector, FORMAT, RESOURCE_TYPE, TYPE, lifetime, name};
use crate::error::{Error, Result};
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::keyring;
use crate::kubeconfig::Kubeconfig;
use crate::ops::vault;
use crate::paths::Home;
use crate::registry;
use crate::registry::store::{self, Registry};
use crate::vault::Vault;
use crate::vault::content::{Content, Credential};
use crate::vault::header::{self, BoundCluster, Header};
use crate::vault::lock::Lock;

/// What to register.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name; `None` = from the context's.
    pub name: Option<String>,
    /// The context; `None` = the current one.
    pub context: Option<String>,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// The user's own words.
    pub description: Option<String>,
    /// The user's own labels.
    pub labels: BTreeMap<String, String>,
    /// Do not ask the cluster.
    pub no_verify: bool,
    /// Store nothing.
    pub dry_run: bool,
    /// Who shall hold the key of the vault where there is none yet; `None` = the keyring, if it works.
    pub holder: Option<vault::Choice>,
}

/// A connector that is registered, or would be.
#[derive(Debug)]
pub struct Registered {
    /// Its record.
    pub connector: Connector,
    /// The context that it was made of.
    pub context: String,
    /// Who the cluster says that this is; `None` = it was not asked.
    pub identity: Option<Identity>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Registers a connector.
pub async fn register(home: &Home, request: Request) -> Result<Registered> {
    if let Some(name) = &request.name {
        name::validate(name)?;
    }
    let resolved = Kubeconfig::load(request.kubeconfig.as_deref())?.resolve(request.context.as_deref())?;
    let name = request.name.clone().unwrap_or_else(|| name::from_context(&resolved.context));
    store::check_free(home, &name)?;
    let context = resolved.context.clone();
    let lifted = lift(home, resolved).await?;
    let identity = if request.no_verify { None } else { Some(check(&lifted, &context).await?) };
    let connector = record(&lifted, name, &request);
    let warnings = warnings(&lifted);
    if !request.dry_run {
        store(home, &connector, lifted, identity.as_ref(), request.holder.as_ref()).await?;
    }
    Ok(Registered { connector, context, identity, warnings })
}

/// Asks the cluster who this is, with the very credential that is going to be sealed.
async fn check(lifted: &Lifted, context: &str) -> Result<Identity> {
    let configuration = &lifted.configuration;
    let endpoint = Endpoint {
        cluster: configuration.cluster(),
        proxy_url: lifted.proxy_url.clone(),
        impersonation: configuration.impersonation.clone(),
        namespace: configuration.namespace.clone(),
    };
    let cluster = Cluster {
        client: endpoint.client(lifted.credential.answer())?,
        server: configuration.server.clone(),
        name: configuration.cluster_name.clone(),
        via: Via::Context(context.to_owned()),
        namespace: configuration.namespace.clone(),
    };
    let identity = identify(&cluster)
        .await
        .map_err(|error| error.hint("nothing was stored; to register without asking the cluster, add --no-verify"))?;
    if identity.anonymous {
        return Err(Error::failure(format!(
            "{} does not know this credential: it sees an anonymous user",
            cluster.server
        ))
        .hint("nothing was stored; get a new credential from the cluster's own tool"));
    }
    Ok(identity)
}

fn record(lifted: &Lifted, name: String, request: &Request) -> Connector {
    let now = Timestamp::from_second(now()).unwrap_or_default();
    // What renews itself has no end that anybody should look at.
    let ends_at = match lifted.credential {
        Credential::Exec { .. } => None,
        Credential::Token { .. } => lifted.ends_at,
    };
    Connector {
        format: FORMAT,
        id: Uuid::new_v4().to_string(),
        name,
        kind: TYPE.to_owned(),
        auth_method: lifted.credential.method().to_owned(),
        resource_types: vec![RESOURCE_TYPE.to_owned()],
        resource_id: None,
        resource_name: lifted.configuration.cluster_name.clone(),
        labels: request.labels.clone(),
        description: request.description.clone(),
        created_at: now,
        updated_at: now,
        expires_at: ends_at.and_then(|end| Timestamp::from_second(end).ok()),
        expires_skew_tolerance: None,
        expiration_seconds: None,
        configuration: lifted.configuration.clone(),
        secrets: lifted.secrets.clone(),
    }
}

fn warnings(lifted: &Lifted) -> Vec<String> {
    let mut warnings = Vec::new();
    let left = lifted.ends_at.map(|end| end - now());
    if let (Credential::Token { .. }, Some(end), Some(left @ ..lifetime::SHORT)) =
        (&lifted.credential, lifted.ends_at, left)
    {
        warnings.push(format!(
            "this credential ends at {}, in {} minutes, and cannot be renewed; register a context with an exec plugin \
             (EKS, GKE, AKS, OIDC) to have it renewed",
            rfc3339(end),
            left / 60
        ));
    }
    if lifted.configuration.insecure {
        warnings.push("the server's certificate is not checked (insecure-skip-tls-verify)".to_owned());
    }
    warnings
}

/// Seals the credential and adds the record; neither stays without the other.
async fn store(
    home: &Home,
    connector: &Connector,
    lifted: Lifted,
    identity: Option<&Identity>,
    holder: Option<&vault::Choice>,
) -> Result<()> {
    let cluster = BoundCluster::of(&lifted.configuration.cluster())?;
    vault::ensure(home, holder).await?;
    let renewable = matches!(lifted.credential, Credential::Exec { .. });
    let mut header = Header {
        format: header::FORMAT,
        vault: String::new(),
        key: String::new(),
        connector: connector.id.clone(),
        auth_method: connector.auth_method.clone(),
        account: identity.and_then(|identity| identity.account.clone()),
        cluster,
        unbound: false,
        expires_at: lifted.ends_at,
        refresh_after: lifetime::renewal(now(), lifted.ends_at, renewable),
    };
    let registry = Registry::lock(home)?;
    store::check_free(home, &connector.name)?;
    let vault = Vault::require(home)?;
    {
        let _lock = Lock::shared(home.root())?;
        sweep(home, &vault)?;
    }
    let content = Content { credential: lifted.credential, proxy_url: lifted.proxy_url };
    keyring::seal(home, &mut header, &content).await?;
    registry.add(connector).inspect_err(|_| {
        // The first error is the one to tell; a sealed file without a record goes with the next one.
        let _ = vault.remove(&connector.id);
    })
}

/// Removes what a registration that was killed left in the vault: a sealed credential without a record. Only a
/// registration makes such a one, and this one holds the lock.
fn sweep(home: &Home, vault: &Vault) -> Result<()> {
    let known = registry::entries(home)?;
    for connector in vault.connectors()? {
        if known.iter().all(|entry| entry.id != connector) {
            vault.remove(&connector)?;
        }
    }
    Ok(())
}
