//! `connector restrict`: a ServiceAccount with few rights, and a connector that hands out nothing but its short-lived tokens
//! (layer 3). The connector's own credential stays in the vault, to ask for them.

mod danger;
mod rights;
mod tokens;
mod undo;

use std::time::{Duration, Instant};

use super::register::{self, Registered};
use super::verify::{self, Questions, Verified};
use crate::cluster::access;
use crate::cluster::namespace::{self, Chosen, Ensured};
use crate::cluster::verify::Work;
use crate::connector::{Connector, name};
use crate::error::{Error, Result};
use crate::kubeconfig::{self, Resolved};
use crate::paths::Home;
use crate::pipeline::pod::{MANAGER, key::MANAGED_BY};
use crate::registry::store;
use crate::vault::Vault;
use crate::vault::content::{Credential, ServiceAccount};

pub use rights::{Line, Objects};

/// How long new rights may take to count.
const SETTLES: Duration = Duration::from_secs(5);

/// Which rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// The least that this work needs.
    For(Work),
    /// A Role of the namespace.
    Role(String),
    /// A role of the whole cluster, in the namespace alone.
    ClusterRole(String),
}

/// How far to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Do it.
    #[default]
    All,
    /// Ask no server.
    Client,
    /// Let the server check the objects, and create nothing.
    Server,
}

/// What to make.
#[derive(Debug)]
pub struct Request {
    /// The connector to start from: its name, id or unique id prefix.
    pub reference: String,
    /// The new connector's name.
    pub name: String,
    /// What it may do.
    pub rights: Rights,
    /// Where; `None` = the connector's own namespace, else the work's default, else `default`.
    pub namespace: Option<String>,
    /// Create a namespace that was named and is missing.
    pub create_namespace: bool,
    /// For how many seconds the tokens live; `None` = as the server likes.
    pub seconds: Option<u32>,
    /// How far to go.
    pub extent: Extent,
    /// An exec plugin may talk to a person.
    pub terminal: bool,
}

/// What a request comes to, before anything is done.
#[derive(Debug)]
pub struct Plan {
    /// The connector to start from.
    pub base: Connector,
    /// The namespace.
    pub namespace: String,
    /// The ServiceAccount and what binds it.
    pub objects: Objects,
    chosen: Chosen,
}

/// What was made.
#[derive(Debug)]
pub struct Restricted {
    /// The objects, and what became of each.
    pub lines: Vec<Line>,
    /// The new connector; `None` = it was not to be made.
    pub registered: Option<Registered>,
    /// What it may do; `None` for a role of somebody else's, and where it was not made.
    pub verified: Option<Verified>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Says what is going to be made, without asking a server.
pub fn plan(home: &Home, request: &Request) -> Result<Plan> {
    name::validate(&request.name)?;
    store::check_free(home, &request.name)?;
    let base = store::find(home, &request.reference)?;
    if base.auth_method == "service-account" {
        return Err(Error::failure(format!(
            "connector \"{}\" hands out the tokens of a ServiceAccount already",
            base.name
        ))
        .hint("restrict the connector of your own credential, which may ask for tokens"));
    }
    if !base.configuration.impersonation.is_empty() {
        return Err(Error::failure(format!("connector \"{}\" acts on behalf of somebody else", base.name))
            .hint("register one without impersonation, and restrict that"));
    }
    let default = match &request.rights {
        Rights::For(work) => (work.default_namespace(), Chosen::Default),
        _ => ("default", Chosen::Named),
    };
    let own = request.namespace.as_deref().or(base.configuration.namespace.as_deref());
    let (namespace, chosen) = own.map_or(default, |namespace| (namespace, Chosen::Named));
    let objects = Objects::new(&request.name, namespace, &request.rights);
    Ok(Plan { namespace: namespace.to_owned(), chosen, objects, base })
}

impl Plan {
    /// The objects as YAML documents for somebody who may apply them, below what else that person may have to do.
    pub fn yaml(&self, home: &Home) -> Result<String> {
        let sealed = Vault::open(home)?.map(|vault| vault.sealed(&self.base.id)).transpose()?.flatten();
        let account = sealed.and_then(|sealed| sealed.header.account);
        Ok(tokens::with_commands(self, &self.objects.yaml()?, account.as_deref()))
    }
}

/// Makes it.
pub async fn restrict(home: &Home, request: &Request, plan: &Plan) -> Result<Restricted> {
    let cluster = access::of_connector(home, &plan.base).await?;
    let mut warnings = danger::check(&cluster, &plan.namespace, &request.rights).await?;
    if plan.base.expires_at.is_some() {
        warnings.push(format!(
            "tokens can be had only until the credential of connector \"{}\" ends; then restrict a new one",
            plan.base.name
        ));
    }
    tokens::check(&cluster, plan).await?;
    if request.extent == Extent::Server {
        let (lines, _) = plan.objects.ensure(&cluster, true).await?;
        return Ok(Restricted { lines, registered: None, verified: None, warnings });
    }
    let ensured = namespace::ensure(&cluster, &plan.namespace, plan.chosen, request.create_namespace).await?;
    let mut lines = Vec::new();
    if ensured == Ensured::Created {
        lines.push(Line { object: format!("namespace/{}", plan.namespace), outcome: "created" });
    }
    let stays = |error: Error| match ensured {
        Ensured::Created => error.hint(format!("namespace/{} was created, and stays", plan.namespace)),
        Ensured::There => error,
    };
    let (made, blind) = plan.objects.ensure(&cluster, false).await.map_err(stays)?;
    let registered = match (register(home, request, plan).await, blind) {
        (Ok(registered), _) => registered,
        (Err(error), blind) => {
            let error = match blind {
                Some(blind) => blind.cause(error.brief()),
                None => error,
            };
            return Err(stays(plan.objects.take_back(&cluster, &made, error).await));
        }
    };
    lines.extend(made);
    warnings.extend(registered.warnings.iter().cloned());
    let verified = match request.rights {
        Rights::For(work) => Some(settled(home, request, plan, work).await?),
        _ => None,
    };
    Ok(Restricted { lines, registered: Some(registered), verified, warnings })
}

/// Registers the connector: the credential of the old one, which asks for tokens, and the account.
async fn register(home: &Home, request: &Request, plan: &Plan) -> Result<Registered> {
    let (endpoint, credential) = access::open(home, &plan.base).await?;
    let credential = match credential {
        Credential::Token { answer } => kubeconfig::Credential::Static(answer),
        Credential::Exec { plugin, .. } => kubeconfig::Credential::Exec(plugin),
        Credential::Password { username, password } => kubeconfig::Credential::Basic { username, password },
        Credential::TokenFile { path } => kubeconfig::Credential::TokenFile(path),
        Credential::ServiceAccount { .. } => {
            return Err(Error::failure("what is sealed is another credential than the record says")
                .hint("register the connector again"));
        }
    };
    let resolved = Resolved {
        context: String::new(),
        cluster_name: plan.base.configuration.cluster_name.clone(),
        cluster: endpoint.cluster,
        proxy_url: endpoint.proxy_url,
        namespace: Some(plan.namespace.clone()),
        impersonation: endpoint.impersonation,
        credential,
    };
    let name = plan.objects.name().to_owned();
    let account = ServiceAccount { namespace: plan.namespace.clone(), name, audiences: Vec::new() };
    let asked = register::Request {
        name: Some(request.name.clone()),
        terminal: request.terminal,
        ..register::Request::default()
    };
    let minted = Some((account, request.seconds));
    register::register_resolved(home, &asked, request.name.clone(), resolved, minted)
        .await
        .map_err(|error| error.under(format!("connector \"{}\" could not be registered", request.name)))
}

/// Verifies until the new rights count, as they do after an instant.
async fn settled(home: &Home, request: &Request, plan: &Plan, work: Work) -> Result<Verified> {
    let begin = Instant::now();
    loop {
        let namespace = Some(plan.namespace.clone());
        let questions = Questions { work: Some(work), namespace, ..Questions::default() };
        let verified = verify::verify(home, &request.name, &questions).await?;
        if verified.is_fit() || begin.elapsed() > SETTLES {
            return Ok(verified);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How everything that is made is marked as ours.
fn is_ours(metadata: &kube::api::ObjectMeta, connector: &str) -> bool {
    let label = metadata.labels.as_ref().and_then(|labels| labels.get(MANAGED_BY));
    let annotation = metadata.annotations.as_ref().and_then(|annotations| annotations.get(rights::CONNECTOR));
    label.is_some_and(|label| label == MANAGER) && annotation.is_some_and(|name| name == connector)
}
