//! Where a command goes: what its flags name, else what the active stack's component says (layer 3). BEHAVIOUR.md §2 has the
//! order.

use crate::cluster::access::{self, Target};
use crate::cluster::{Cluster, Via, incluster};
use crate::connector::Connector;
use crate::document::overlay::Base;
use crate::error::{Error, Result};
use crate::kubeconfig::Kubeconfig;
use crate::paths::Home;
use crate::registry::{self, stacks, store};
use crate::stack::way::{Named, Way, way};
use crate::stack::{Component, Kind};

/// The active stack, and its component that does the work.
#[derive(Clone, Debug)]
pub struct Active {
    /// The stack's name.
    pub stack: String,
    /// The component; `None` where the stack has none of the kind, and the command line says which cluster.
    pub component: Option<Component>,
    target: Target,
}

/// Finds out who does the work of `kind`, without asking any cluster.
pub fn active(kind: Kind, target: Target) -> Result<Active> {
    let book = stacks::load_own()?;
    let stack = book.active();
    let component = book.component_of(stack, kind).cloned();
    if component.is_none() && !named(&target).any() {
        return Err(none(kind, &stack.name));
    }
    Ok(Active { stack: stack.name.clone(), component, target })
}

impl Active {
    /// Builds the client.
    pub async fn connect(&self) -> Result<Cluster> {
        let cluster = match way(named(&self.target), self.component.as_ref()) {
            Way::Named => access::connect(&self.target).await,
            Way::Current => access::connect(&self.target).await.map_err(or_connector),
            Way::InCluster => incluster::connect().map_err(|error| self.in_cluster(error)),
            Way::Context(context) => {
                let resolved = Kubeconfig::load(None).and_then(|kubeconfig| kubeconfig.resolve(Some(context)));
                access::of_context(resolved.map_err(|error| self.of_component(error))?).await
            }
            Way::Linked(id) => {
                let home = Home::from_env()?;
                match store::find(&home, id) {
                    Ok(connector) => {
                        self.check_resource(&connector)?;
                        access::of_connector(&home, &connector).await
                    }
                    Err(error) => Err(self.linked(error)),
                }
            }
        };
        let cluster = cluster?;
        Ok(Cluster { via: Via::Stack(self.stack.clone(), Box::new(cluster.via)), ..cluster })
    }

    /// The component's namespace.
    pub fn namespace(&self) -> Option<&str> {
        self.component.as_ref().and_then(Component::namespace)
    }

    /// The settings that lie under those of a file.
    pub fn base(&self) -> Base {
        self.component.as_ref().map(Component::base).unwrap_or_default()
    }

    fn of_component(&self, error: Error) -> Error {
        let Some(component) = &self.component else { return error };
        let (noun, name) = (component.kind.as_str(), &component.name);
        error.hint(format!(
            "the {noun} \"{name}\" of the active stack names that context: `kubectl zenml {noun} update {name} \
             --kubernetes-context NAME`"
        ))
    }

    fn in_cluster(&self, error: Error) -> Error {
        let Some(component) = &self.component else { return error };
        let (noun, name) = (component.kind.as_str(), &component.name);
        error.hint(format!(
            "the {noun} \"{name}\" of the active stack says `incluster`: `kubectl zenml {noun} update {name} \
             --incluster=false`, or name a cluster with --connector or --context"
        ))
    }

    /// The connector may go to another cluster by now than the one that the component was linked for.
    fn check_resource(&self, connector: &Connector) -> Result<()> {
        let Some(component) = &self.component else { return Ok(()) };
        connector.check_resource(None, component.connector_resource_id.as_deref()).map_err(|error| {
            let (noun, name) = (component.kind.as_str(), &component.name);
            error.under(format!("the {noun} \"{name}\" was linked for another cluster")).hint(format!(
                "where the present one is meant: `kubectl zenml {noun} connect {name} --connector {}`",
                connector.name
            ))
        })
    }

    fn linked(&self, error: Error) -> Error {
        let Some(component) = &self.component else { return error };
        let (noun, name) = (component.kind.as_str(), &component.name);
        error
            .under(format!("the {noun} \"{name}\" of the active stack is linked to a connector that cannot be read"))
            .hint(format!("link another one: `kubectl zenml {noun} connect {name} --connector NAME`"))
    }
}

/// Whoever has connectors needs no kubeconfig.
fn or_connector(error: Error) -> Error {
    let known = Home::from_env().and_then(|home| registry::entries(&home)).unwrap_or_default();
    let names: Vec<_> = known.iter().map(|entry| entry.name.as_str()).take(5).collect();
    if names.is_empty() {
        return error;
    }
    error.hint(format!(
        "or name a connector, which needs no kubeconfig: --connector NAME; there is {}",
        names.join(", ")
    ))
}

fn named(target: &Target) -> Named<'_> {
    Named {
        connector: target.connector.as_deref(),
        context: target.context.as_deref(),
        kubeconfig: target.kubeconfig.is_some(),
    }
}

fn none(kind: Kind, stack: &str) -> Error {
    let noun = kind.as_str();
    Error::failure(format!("the active stack \"{stack}\" has no {noun}"))
        .hint(format!("give it one: `kubectl zenml stack update {stack} --{noun} NAME`"))
        .hint("or name the cluster with --connector or --context")
}
