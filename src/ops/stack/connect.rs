//! `connect`: linking a component to the connector of its cluster (layer 3).

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;

use super::component::{Changed, change};
use crate::cluster::access;
use crate::cluster::verify::{Identity, Work, identify};
use crate::connector::{Connector, RESOURCE_TYPE};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::ops::connector::verify::{self, Questions};
use crate::paths::Home;
use crate::registry::stacks;
use crate::registry::store::{self, Registry};
use crate::stack::{Component, Kind};

/// How many connectors are tried at once.
const PARALLEL: usize = 8;

/// To what to link.
#[derive(Clone, Debug)]
pub struct Link {
    /// The connector's name, id or unique id prefix.
    pub connector: String,
    /// Which of its resources.
    pub resource_id: Option<String>,
    /// Do not ask the cluster.
    pub no_verify: bool,
}

/// A connector that was found fit to be linked.
#[derive(Debug)]
pub(super) struct Checked {
    /// Its record.
    pub(super) connector: Connector,
    /// What its user should know.
    pub(super) warnings: Vec<String>,
}

/// A connector that gives access to what a component needs, and whether it does now.
#[derive(Debug)]
pub struct Candidate {
    /// Its record.
    pub connector: Connector,
    /// Who it is on its cluster.
    pub identity: Result<Identity>,
}

/// Links the component `reference`.
pub async fn connect(home: &Home, kind: Kind, reference: &str, link: &Link) -> Result<Changed> {
    let component = stacks::load(home)?.component(kind, reference)?.clone();
    let checked = check(home, &component, link).await?;
    change(home, |book| {
        // Both may have changed, or gone, while the cluster was asked.
        let connector = store::find(home, &checked.connector.id)?;
        let mut component = book.component(kind, &component.id)?.clone();
        let mut warnings: Vec<_> = tie(&mut component, &connector, link).into_iter().collect();
        warnings.extend(checked.warnings);
        component.updated_at = Some(Timestamp::now());
        book.put_component(component.clone())?;
        Ok(Changed { component, connector: Some(connector), warnings })
    })
}

/// Finds the connector and, unless that is not wanted, asks its cluster what it may do.
pub(super) async fn check(home: &Home, component: &Component, link: &Link) -> Result<Checked> {
    let connector = store::find(home, &link.connector)?;
    let name = &connector.name;
    connector.check_resource(None, link.resource_id.as_deref())?;
    if link.no_verify {
        return Ok(Checked { connector, warnings: Vec::new() });
    }
    let work = work(component.kind);
    let namespace = component.namespace().map(ToOwned::to_owned);
    let questions = Questions { work: Some(work), namespace, ..Questions::default() };
    let verified = verify::verify(home, &connector.id, &questions)
        .await
        .map_err(|error| error.hint("nothing was linked; --no-verify links without asking the cluster"))?;
    if verified.identity.anonymous && !connector.is_anonymous() {
        let message = format!("{} takes connector \"{name}\" for nobody", connector.configuration.server);
        return Err(Error::new(ErrorKind::Unfit, message).hint(format!(
            "its credential is not accepted; `kubectl zenml connector update {name}` takes another one"
        )));
    }
    let mut warnings = Vec::new();
    if !verified.is_fit() {
        let account = verified.identity.account.as_deref().unwrap_or("its user").escape_debug().to_string();
        let noun = component.kind.one();
        warnings.push(format!(
            "{account} may not do all that {noun} needs: `kubectl zenml verify {name} --for {}` lists it",
            work.as_str()
        ));
    }
    Ok(Checked { connector, warnings })
}

/// Notes the link in the component. Gives what its user should know.
pub(super) fn tie(component: &mut Component, connector: &Connector, link: &Link) -> Option<String> {
    component.connector = Some(connector.id.clone());
    component.connector_resource_id.clone_from(&link.resource_id);
    contest(component)
}

/// What is said of a component that is linked and also names another way to its cluster.
pub(super) fn contest(component: &Component) -> Option<String> {
    component.connector.as_ref()?;
    let context = component.context().map(|context| format!("kubernetes_context \"{}\"", context.escape_debug()));
    let others: Vec<_> = component.is_in_cluster().then(|| "incluster".to_owned()).into_iter().chain(context).collect();
    if others.is_empty() {
        return None;
    }
    let (noun, name) = (component.kind.as_str(), &component.name);
    Some(format!("the {noun} \"{name}\" also sets {}; the connector wins while it is linked", others.join(" and ")))
}

/// Unlinks every component from `connector`, which is about to be deleted; refuses unless `force` where there is one. Gives
/// what was linked.
pub fn release(home: &Home, locked: &Registry, connector: &Connector, force: bool) -> Result<Vec<Component>> {
    let mut book = stacks::load(home)?;
    let linked = book.unlink(&connector.id);
    match linked.first() {
        Some(first) if !force => Err(in_use(&connector.name, first, &linked)),
        Some(_) => stacks::save(home, locked, book).map(|()| linked),
        None => Ok(linked),
    }
}

fn in_use(name: &str, first: &Component, linked: &[Component]) -> Error {
    let users: Vec<_> = linked.iter().map(Component::described).collect();
    Error::failure(format!("connector \"{name}\" is used by {}", users.join(", ")))
        .hint(format!("unlink it first: `kubectl zenml {} disconnect {}`", first.kind.as_str(), first.name))
        .hint(format!("or delete it all the same: `kubectl zenml connector delete {name} --force`"))
}

/// What a component of this kind does on its cluster.
fn work(kind: Kind) -> Work {
    match kind {
        Kind::Orchestrator => Work::Orchestrator,
        Kind::Deployer => Work::Deployer,
    }
}

/// The connectors that a component can be linked to, each tried against its cluster.
pub async fn candidates(home: &Home) -> Result<Vec<Candidate>> {
    let fitting = |connector: &Connector| connector.resource_types.iter().any(|kind| kind == RESOURCE_TYPE);
    let connectors: Vec<_> = store::all(home)?.into_iter().filter(fitting).collect();
    let tried = connectors.into_iter().map(|connector| async move {
        let identity = match access::of_connector(home, &connector).await {
            Ok(cluster) => identify(&cluster).await,
            Err(error) => Err(error),
        };
        Candidate { connector, identity }
    });
    Ok(stream::iter(tried).buffered(PARALLEL).collect().await)
}
