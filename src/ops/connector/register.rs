//! `register`: a kubeconfig context becomes a connector (layer 3). Everything is checked first and written last.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use uuid::Uuid;

use super::given::Given;
use super::lift::{Lifted, Minted, lift};
use crate::cluster::endpoint::Endpoint;
use crate::cluster::verify::{Identity, identify};
use crate::cluster::{Cluster, Via, mint};
use crate::connector::catalogue::Method;
use crate::connector::{Connector, FORMAT, RESOURCE_TYPE, TYPE, lifetime, name};
use crate::error::{Error, Kind, Result};
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::kubeconfig::Resolved;
use crate::ops::{refill, vault};
use crate::paths::{self, Home};
use crate::registry;
use crate::registry::store::{self, Registry};
use crate::vault::Vault;
use crate::vault::content::{Content, Credential, ExecPlugin, InteractiveMode};
use crate::vault::header::{self, BoundCluster, Header};
use crate::vault::lock::Lock;
use crate::{keyring, kubeconfig};

/// A token's life is compared with what was asked for up to this many seconds.
const CLOCKS_DIFFER: u64 = 10;

/// What to register.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name; `None` = from the context's.
    pub name: Option<String>,
    /// What was said beside the context, or instead of it.
    pub given: Given,
    /// The context; `None` = the current one, unless a server is given.
    pub context: Option<String>,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// The user's own words.
    pub description: Option<String>,
    /// The user's own labels.
    pub labels: BTreeMap<String, String>,
    /// The resource that the connector must turn out to give access to; `None` = whichever it is.
    pub resource_id: Option<String>,
    /// When the credential ends, where the user knows.
    pub expires_at: Option<Timestamp>,
    /// How many seconds before its end clients come back; `None` = a part of its life.
    pub expires_skew_tolerance: Option<u32>,
    /// Do not ask the cluster.
    pub no_verify: bool,
    /// Store nothing.
    pub dry_run: bool,
    /// An exec plugin may talk to a person.
    pub terminal: bool,
    /// Who shall hold the key of the vault where there is none yet; `None` = the keyring, if it works.
    pub holder: Option<vault::Choice>,
}

/// A connector that is registered, or would be.
#[derive(Debug)]
pub struct Registered {
    /// Its record.
    pub connector: Connector,
    /// The context that it was made of, if it was.
    pub context: Option<String>,
    /// Who the cluster says that this is; `None` = it was not asked.
    pub identity: Option<Identity>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

impl Request {
    /// Whether an exec plugin may talk to the person at the terminal, which nothing else should write to then.
    pub fn may_prompt(&self) -> bool {
        let resolved = self.given.resolve(self.kubeconfig.as_deref(), self.context.as_deref());
        let credential = resolved.map(|(resolved, _)| resolved.credential);
        let prompts = |plugin: &ExecPlugin| plugin.interactive_mode != InteractiveMode::Never;
        self.terminal && matches!(credential, Ok(kubeconfig::Credential::Exec(plugin)) if prompts(&plugin))
    }
}

/// A connector that is ready to be stored.
#[derive(Debug)]
pub struct Prepared {
    /// What will be registered.
    pub registered: Registered,
    lifted: Lifted,
}

/// Registers a connector.
pub async fn register(home: &Home, request: Request) -> Result<Registered> {
    let prepared = prepare(home, &request).await?;
    finish(home, prepared, &request).await
}

/// Checks everything, and asks the cluster unless that is not wanted. Nothing is stored.
pub async fn prepare(home: &Home, request: &Request) -> Result<Prepared> {
    if let Some(name) = &request.name {
        name::validate(name)?;
    }
    lifetime::check_end(request.expires_at, now())?;
    let (resolved, minted) = request.given.resolve(request.kubeconfig.as_deref(), request.context.as_deref())?;
    let source = Some(resolved.context.clone()).filter(|source| !source.is_empty());
    let name = match (&request.name, &source) {
        (Some(name), _) => name.clone(),
        (None, Some(source)) => name::from_context(source),
        (None, None) => return Err(Error::usage("a connector that is made of no context needs a NAME")),
    };
    let context = source.filter(|_| !request.given.in_cluster);
    let prepared = prepare_resolved(home, request, name, resolved, minted).await?;
    Ok(Prepared { registered: Registered { context, ..prepared.registered }, ..prepared })
}

/// Registers what the request came to, under this name.
pub(super) async fn register_resolved(
    home: &Home,
    request: &Request,
    name: String,
    resolved: Resolved,
    minted: Option<Minted>,
) -> Result<Registered> {
    let context = Some(resolved.context.clone()).filter(|context| !context.is_empty());
    let prepared = prepare_resolved(home, request, name, resolved, minted).await?;
    let registered = finish(home, prepared, request).await?;
    Ok(Registered { context, ..registered })
}

async fn prepare_resolved(
    home: &Home,
    request: &Request,
    name: String,
    resolved: Resolved,
    minted: Option<Minted>,
) -> Result<Prepared> {
    store::check_free(home, &name)?;
    check_resource(request.resource_id.as_deref(), &resolved.cluster_name)?;
    let mut lifted = lift(home, resolved, minted, refill::means(request.terminal)).await?;
    let mut warnings = end(&mut lifted, request)?;
    let identity = if request.no_verify { None } else { Some(check(&lifted, &name, "stored").await?) };
    let connector = record(&lifted, name, request);
    warnings.extend(self::warnings(&lifted, &connector.name));
    Ok(Prepared { registered: Registered { connector, context: None, identity, warnings }, lifted })
}

async fn finish(home: &Home, prepared: Prepared, request: &Request) -> Result<Registered> {
    if request.dry_run {
        BoundCluster::of(&prepared.lifted.configuration.cluster())?;
        vault::check(home).await?;
        return Ok(prepared.registered);
    }
    prepared.store(home, request.holder.as_ref()).await
}

impl Prepared {
    /// Stores it; `holder` keeps the key of a vault that is not there yet.
    pub async fn store(self, home: &Home, holder: Option<&vault::Choice>) -> Result<Registered> {
        let Self { registered, lifted } = self;
        store(home, &registered.connector, lifted, registered.identity.as_ref(), holder).await?;
        Ok(registered)
    }
}

/// Refuses another resource than the one that the connector gives access to. A Kubernetes connector has only that one.
fn check_resource(wanted: Option<&str>, cluster_name: &str) -> Result<()> {
    match wanted.filter(|wanted| *wanted != cluster_name) {
        None => Ok(()),
        Some(wanted) => Err(Error::failure(format!(
            "this connector gives access to the cluster \"{}\", not to \"{}\"",
            cluster_name.escape_debug(),
            wanted.escape_debug()
        ))
        .hint("leave out --resource-id, choose another context, or call the cluster so with --cluster-name")),
    }
}

/// Gives the credential the end that the user knows, unless its own comes first. With it comes what to say of that.
fn end(lifted: &mut Lifted, request: &Request) -> Result<Vec<String>> {
    lifetime::check_wanted(Method::of(&lifted.credential), request.expires_at, request.expires_skew_tolerance)?;
    let Some(wanted) = request.expires_at.map(Timestamp::as_second) else { return Ok(Vec::new()) };
    let own = lifted.ends_at.filter(|&own| own < wanted);
    lifted.ends_at = Some(own.unwrap_or(wanted));
    Ok(own.map(lifetime::ends_earlier).into_iter().collect())
}

/// Asks the cluster who this is, with the very credential that is going to be sealed. Where it does not know that, nothing
/// was `done`.
pub(super) async fn check(lifted: &Lifted, name: &str, done: &str) -> Result<Identity> {
    let configuration = &lifted.configuration;
    let endpoint = Endpoint::of(configuration, lifted.proxy_url.clone());
    let cluster = Cluster {
        client: mint::client(&endpoint, &lifted.credential)?,
        server: configuration.server.clone(),
        name: configuration.cluster_name.clone(),
        via: Via::Connector(name.to_owned()),
        namespace: configuration.namespace.clone(),
    };
    let identity = identify(&cluster).await.map_err(|error| {
        // Exit code 3 is `verify`'s alone.
        let error = if error.kind() == Kind::Unfit { error.of_kind(Kind::Failure) } else { error };
        error.hint(format!("nothing was {done}; to do so without asking the cluster, add --no-verify"))
    })?;
    let meant = matches!(&lifted.credential, Credential::Token { answer } if answer.is_empty());
    if identity.anonymous && !meant {
        return Err(Error::failure(format!(
            "{} does not know this credential: it sees an anonymous user",
            cluster.server
        ))
        .hint(format!("nothing was {done}; get a new credential from the cluster's own tool")));
    }
    Ok(identity)
}

fn record(lifted: &Lifted, name: String, request: &Request) -> Connector {
    let now = Timestamp::from_second(now()).unwrap_or_default();
    // What renews itself has no end that anybody should look at.
    let own = lifted.ends_at.filter(|_| !lifted.credential.is_renewable());
    let ends_at = own.or_else(|| lifetime::end_of_renewal(&lifted.credential));
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
        expires_skew_tolerance: request.expires_skew_tolerance,
        expiration_seconds: match lifted.credential {
            Credential::ServiceAccount { seconds, .. } => seconds,
            _ => None,
        },
        configuration: lifted.configuration.clone(),
        secrets: lifted.secrets.clone(),
        revision: 0,
    }
}

/// What is to be said of a credential that is going to be sealed.
pub(super) fn warnings(lifted: &Lifted, name: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    let left = lifted.ends_at.map(|end| end - now());
    if let (Credential::Token { .. }, Some(end), Some(left @ ..lifetime::SHORT)) =
        (&lifted.credential, lifted.ends_at, left)
    {
        warnings.push(format!(
            "this credential ends at {}, in {} minutes, and cannot be renewed; register a context with an exec plugin \
             (EKS, GKE, AKS, OIDC), or tokens of a ServiceAccount (`--service-account`), to have it renewed",
            rfc3339(end),
            left / 60
        ));
    }
    if let (Credential::ServiceAccount { seconds: Some(wanted), .. }, Some(granted)) = (&lifted.credential, left)
        && granted.abs_diff(i64::from(*wanted)) > CLOCKS_DIFFER
    {
        warnings.push(format!("the server grants tokens that live {granted} s, not {wanted} s"));
    }
    let plugin = lifted.credential.plugin();
    if plugin.is_some_and(|plugin| plugin.env.iter().any(|variable| variable.name == paths::SESSION_VARIABLE)) {
        warnings.push(format!(
            "{} was set: the connector keeps the AWS session of this shell, and ends with it; unset it and register with a \
             profile (AWS_PROFILE) to have it renewed",
            paths::SESSION_VARIABLE
        ));
    }
    if lifted.configuration.insecure {
        warnings.push("the server's certificate is not checked (insecure-skip-tls-verify)".to_owned());
    }
    warnings.extend(large_authority(lifted, name));
    warnings
}

/// What a client cannot tell the helper, it cannot be answered for.
fn large_authority(lifted: &Lifted, name: &str) -> Option<String> {
    let size = lifted.configuration.certificate_authority.as_ref().map_or(0, String::len);
    (!lifted.configuration.cluster().can_be_told()).then(|| {
        format!(
            "the cluster's certificate authority is too large for clients to hand to the credential helper ({} KiB): \
             nothing can use this connector before `kubectl zenml login {name} --unbound`, which gives up the check of \
             the cluster that asks",
            size / 1024
        )
    })
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
    let renewable = lifted.credential.is_renewable();
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
        refresh_after: lifetime::renewal(now(), lifted.ends_at, renewable, connector.expires_skew_tolerance),
        revision: connector.revision,
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
