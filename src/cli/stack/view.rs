//! Stacks and components as people and scripts see them (layer 4).

use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::configuration::Noun;
use crate::execcred::rfc3339;
use crate::ops::stack::component::{Changed, Described};
use crate::ops::stack::stacks;
use crate::output::{Named, Row, age, table};
use crate::stack::Kind;

const NONE: &str = "<none>";
const EMPTY: &str = "N/A";

/// A component.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Component<N> {
    described: Described,
    #[serde(skip)]
    noun: PhantomData<N>,
}

/// A stack.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Stack(pub(super) stacks::Described);

impl<N: Noun> Component<N> {
    pub(super) fn of(described: Described) -> Self {
        Self { described, noun: PhantomData }
    }

    /// What `describe` prints: the record, what is set, and what holds where nothing is.
    pub(super) fn describe(&self) -> String {
        let Described { component, connector_name, active, stacks } = &self.described;
        let time = |time: Option<Timestamp>| time.map_or_else(|| EMPTY.to_owned(), |at| rfc3339(at.as_second()));
        let connector = match (connector_name, &component.connector) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (None, Some(id)) => format!("{id}, which is gone"),
            _ => EMPTY.to_owned(),
        };
        let details = [
            ("ID", component.id.clone()),
            ("Name", component.name.clone()),
            ("Type", component.kind.as_str().to_owned()),
            ("Flavor", component.flavor.clone()),
            ("Connector", connector),
            ("Resource ID", component.connector_resource_id.clone().unwrap_or_else(|| EMPTY.to_owned())),
            ("Stacks", if stacks.is_empty() { NONE.to_owned() } else { stacks.join(", ") }),
            ("Active", if *active { "yes" } else { "no" }.to_owned()),
            ("Created At", time(component.created_at)),
            ("Updated At", time(component.updated_at)),
        ];
        let set = component.configuration.iter().map(|(name, value)| vec![name.clone(), text(value)]);
        let unset = component.kind.keys().iter().filter(|key| !component.configuration.contains_key(key.name));
        let unset = unset.filter_map(|key| Some(vec![key.name.to_owned(), format!("{} (default)", key.default?)]));
        let rows: Vec<_> = set.chain(unset).collect();
        table::fields(&details) + "\n" + &table::render(&["CONFIGURATION", "VALUE"], &rows)
    }
}

/// A value in a cell.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

impl<N: Noun> Named for Component<N> {
    const KIND: &'static str = match N::KIND {
        Kind::Orchestrator => "orchestrator",
        Kind::Deployer => "deployer",
    };

    fn name(&self) -> String {
        self.described.component.name.clone()
    }
}

impl<N: Noun> Row for Component<N> {
    fn columns(wide: bool) -> Vec<&'static str> {
        let columns = ["NAME", "FLAVOR", "CONNECTOR", "NAMESPACE", "ACTIVE", "AGE"];
        let more: &[_] = if wide { &["ID", "CONTEXT", "STACKS"] } else { &[] };
        columns.into_iter().chain(more.iter().copied()).collect()
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let Described { component, connector_name, active, stacks } = &self.described;
        let or_none = |text: Option<&str>| text.unwrap_or(NONE).to_owned();
        let mut cells = vec![
            component.name.clone(),
            component.flavor.clone(),
            or_none(connector_name.as_deref().or(component.connector.as_deref())),
            or_none(component.namespace()),
            mark(*active),
            since(component.created_at),
        ];
        if wide {
            cells.push(component.id.clone());
            cells.push(or_none(component.context()));
            cells.push(or_none(Some(stacks.join(",")).as_deref().filter(|names| !names.is_empty())));
        }
        cells
    }
}

impl Stack {
    /// What `describe` prints.
    pub(super) fn describe(&self) -> String {
        let stack = &self.0;
        let component = |component: &Option<crate::stack::Component>| {
            component
                .as_ref()
                .map_or_else(|| NONE.to_owned(), |component| format!("{} ({})", component.name, component.id))
        };
        let time = |time: Option<Timestamp>| time.map_or_else(|| EMPTY.to_owned(), |at| rfc3339(at.as_second()));
        table::fields(&[
            ("ID", stack.id.clone()),
            ("Name", stack.name.clone()),
            ("Active", if stack.active { "yes" } else { "no" }.to_owned()),
            ("Orchestrator", component(&stack.orchestrator)),
            ("Deployer", component(&stack.deployer)),
            ("Created At", time(stack.created_at)),
            ("Updated At", time(stack.updated_at)),
        ])
    }
}

impl Named for Stack {
    const KIND: &'static str = "stack";

    fn name(&self) -> String {
        self.0.name.clone()
    }
}

impl Row for Stack {
    fn columns(wide: bool) -> Vec<&'static str> {
        let columns = ["NAME", "ORCHESTRATOR", "DEPLOYER", "ACTIVE", "AGE"];
        let more: &[_] = if wide { &["ID"] } else { &[] };
        columns.into_iter().chain(more.iter().copied()).collect()
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let stack = &self.0;
        let name = |component: &Option<crate::stack::Component>| {
            component.as_ref().map_or_else(|| NONE.to_owned(), |component| component.name.clone())
        };
        let mut cells = vec![
            stack.name.clone(),
            name(&stack.orchestrator),
            name(&stack.deployer),
            mark(stack.active),
            since(stack.created_at),
        ];
        if wide {
            cells.push(stack.id.clone());
        }
        cells
    }
}

fn mark(active: bool) -> String {
    if active { "*".to_owned() } else { String::new() }
}

/// What is built in was always there.
fn since(created: Option<Timestamp>) -> String {
    created.map_or_else(|| NONE.to_owned(), |created| age::age(created, Timestamp::now()))
}

/// The table of what a component was linked to; nothing where it was not.
pub(super) fn connected(changed: &Changed) -> String {
    let Some(connector) = &changed.connector else { return String::new() };
    let columns = ["CONNECTOR ID", "CONNECTOR NAME", "CONNECTOR TYPE", "RESOURCE TYPE", "RESOURCE NAMES"];
    let row = |kind: &String| {
        [&connector.id, &connector.name, &connector.kind, kind, &connector.resource_name].map(Clone::clone).to_vec()
    };
    table::render(&columns, &connector.resource_types.iter().map(row).collect::<Vec<_>>())
}
