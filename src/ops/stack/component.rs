//! `orchestrator` and `deployer`: `register list describe update delete disconnect` (layer 3).

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::connect::{self, Link};
use crate::connector::Connector;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::paths::Home;
use crate::registry::stacks;
use crate::registry::store::{self, Registry};
use crate::stack::book::Book;
use crate::stack::key::Purpose;
use crate::stack::{Component, FLAVOR, Kind};
use crate::{deployer, pipeline};

/// What stands in for a file's name where there is none.
const FILE: &str = "the settings";
/// The least pipeline.
const PIPELINE: &str = "{version: 1, kind: pipeline, name: x, image: x, steps: {x: {}}}";
/// The least service.
const SERVICE: &str = "{version: 1, kind: service, name: x, image: x}";

/// What to do about a setting of a component that is not there yet.
const NEW: &str = "nothing was registered; leave that setting out, or give it another value";

/// A component with what is to know about it.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
    /// Its record.
    #[serde(flatten)]
    pub component: Component,
    /// The name of the connector that it is linked to, where that is still there.
    pub connector_name: Option<String>,
    /// Whether the active stack holds it.
    pub active: bool,
    /// The names of the stacks that hold it.
    pub stacks: Vec<String>,
}

/// What became of a change.
#[derive(Debug)]
pub struct Changed {
    /// The component as it is now.
    pub component: Component,
    /// The connector that it was linked to by this.
    pub connector: Option<Connector>,
    /// What its user should know.
    pub warnings: Vec<String>,
}

/// What to register.
#[derive(Debug)]
pub struct Registration {
    /// The name.
    pub name: String,
    /// Values of the kind's keys, as they were parsed.
    pub configuration: Map<String, Value>,
    /// The connector to link it to.
    pub link: Option<Link>,
}

/// What to change.
#[derive(Debug, Default)]
pub struct Update {
    /// The component's name, id or unique id prefix.
    pub reference: String,
    /// Its new name.
    pub name: Option<String>,
    /// Keys to set.
    pub configuration: Map<String, Value>,
    /// Keys to take away.
    pub removed: Vec<String>,
}

/// Registers a component.
pub async fn register(home: &Home, kind: Kind, request: Registration) -> Result<Changed> {
    let mut component = Component {
        id: Uuid::new_v4().to_string(),
        name: request.name,
        kind,
        flavor: FLAVOR.to_owned(),
        connector: None,
        connector_resource_id: None,
        configuration: Map::new(),
        created_at: Some(Timestamp::now()),
        updated_at: Some(Timestamp::now()),
    };
    // A name that is taken is said before any cluster is asked.
    stacks::load(home)?.put_component(component.clone())?;
    let mut warnings = set(&mut component, request.configuration);
    check(&component, Some(NEW))?;
    let mut linked = None;
    if let Some(link) = request.link {
        let checked = connect::check(home, &component, &link).await?;
        warnings.extend(connect::tie(&mut component, &checked.connector, &link));
        warnings.extend(checked.warnings);
        linked = Some(checked.connector);
    }
    change(home, |book| {
        if let Some(connector) = &linked {
            store::find(home, &connector.id)?;
        }
        book.put_component(component.clone())
    })?;
    Ok(Changed { component, connector: linked, warnings })
}

/// The components of a kind, by name.
pub fn list(home: &Home, kind: Kind) -> Result<Vec<Described>> {
    let book = stacks::load(home)?;
    let connectors = store::all(home)?;
    Ok(book.components(kind).map(|component| described(&book, &connectors, component)).collect())
}

/// The component `reference`, else that of the active stack.
pub fn describe(home: &Home, kind: Kind, reference: Option<&str>) -> Result<Described> {
    let book = stacks::load(home)?;
    let component = match reference {
        Some(reference) => book.component(kind, reference)?,
        None => book.component_of(book.active(), kind).ok_or_else(|| {
            Error::failure(format!("the active stack \"{}\" has no {}", book.active().name, kind.as_str()))
                .hint(format!("run `kubectl zenml {} list`", kind.as_str()))
        })?,
    };
    Ok(described(&book, &store::all(home)?, component))
}

fn described(book: &Book, connectors: &[Connector], component: &Component) -> Described {
    let stacks: Vec<_> = book.stacks_with(component).map(|stack| stack.name.clone()).collect();
    let connector = connectors.iter().find(|connector| Some(&connector.id) == component.connector.as_ref());
    Described {
        connector_name: connector.map(|connector| connector.name.clone()),
        active: stacks.contains(&book.active().name),
        stacks,
        component: component.clone(),
    }
}

/// Changes a component.
pub fn update(home: &Home, kind: Kind, request: Update) -> Result<Changed> {
    change(home, |book| {
        let mut component = book.component(kind, &request.reference)?.clone();
        for key in &request.removed {
            if component.configuration.remove(key).is_none() {
                let (noun, name) = (kind.as_str(), &component.name);
                return Err(Error::failure(format!("the {noun} \"{name}\" does not set {key}"))
                    .hint(format!("`kubectl zenml {noun} describe {name}` shows what it sets")));
            }
        }
        let warnings = set(&mut component, request.configuration);
        check(&component, None)?;
        if let Some(name) = request.name {
            component.name = name;
        }
        component.updated_at = Some(Timestamp::now());
        book.put_component(component.clone())?;
        Ok(Changed { component, connector: None, warnings })
    })
}

/// Puts values into a component's configuration. Gives what its user should know.
fn set(component: &mut Component, values: Map<String, Value>) -> Vec<String> {
    let mut warnings = Vec::new();
    for (name, value) in values {
        match component.kind.keys().iter().find(|key| key.name == name).map(|key| key.purpose) {
            Some(Purpose::Ignored(why)) => warnings.push(format!("{name} is ignored: {why}")),
            purpose => {
                if purpose == Some(Purpose::Setting) && !component.kind.executes(&name) {
                    let verb = if component.kind == Kind::Orchestrator { "submit" } else { "deploy" };
                    warnings
                        .push(format!("{name} is kept, but comes in a later release: until then `{verb}` refuses it"));
                }
                component.configuration.insert(name, value);
            }
        }
    }
    warnings.extend(connect::contest(component));
    warnings
}

/// Refuses settings that every file would be refused for: the component's are read as those of the least file. `hint` is
/// what to do then, if that is not to take a setting out.
fn check(component: &Component, hint: Option<&str>) -> Result<()> {
    let mut base = component.base();
    if let Some(hint) = hint {
        hint.clone_into(&mut base.hint);
    }
    let read = match component.kind {
        Kind::Orchestrator => pipeline::read::read_over(FILE, PIPELINE, &base).map(drop),
        Kind::Deployer => deployer::read::read_over(FILE, SERVICE, &[], &base).map(drop),
    };
    read.map_err(|error| error.of_kind(ErrorKind::Usage))
}

/// Deletes a component.
pub fn delete(home: &Home, kind: Kind, reference: &str) -> Result<Component> {
    change(home, |book| book.remove_component(kind, reference))
}

/// Unlinks a component from its connector. Says whether it was linked.
pub fn disconnect(home: &Home, kind: Kind, reference: &str) -> Result<(Component, bool)> {
    change(home, |book| {
        let mut component = book.component(kind, reference)?.clone();
        let was_linked = component.connector.take().is_some();
        component.connector_resource_id = None;
        if was_linked {
            component.updated_at = Some(Timestamp::now());
        }
        book.put_component(component.clone())?;
        Ok((component, was_linked))
    })
}

/// Changes what is known of stacks, under the registry's lock; nothing is written where `how` fails.
pub(super) fn change<T>(home: &Home, how: impl FnOnce(&mut Book) -> Result<T>) -> Result<T> {
    let registry = Registry::lock(home)?;
    let mut book = stacks::load(home)?;
    let outcome = how(&mut book)?;
    stacks::save(home, &registry, book)?;
    Ok(outcome)
}
