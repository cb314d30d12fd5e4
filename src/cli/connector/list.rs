//! `connector list` and `connector list-resources` (layer 4).

use clap::Args;
use clap::builder::TypedValueParser;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::fields::Name;
use super::view::Summary;
use crate::cli::flags::OutputFlag;
use crate::connector::Connector;
use crate::connector::catalogue::{AuthMethod, ConnectorType, ResourceType};
use crate::connector::name::Pattern;
use crate::connector::selector::Selector;
use crate::error::{Error, Result, harmless};
use crate::ops::connector::list::{self, Order};
use crate::ops::connector::resources::{self, Resources};
use crate::output::{self, Named, Row};
use crate::paths::Home;
use crate::registry;
use crate::ui;

/// List the registered connectors
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    filter: Filter,
    /// Only those with this auth method
    #[arg(long, value_name = "METHOD", alias = "auth_method",
        value_parser = Name { names: AuthMethod::names, find: AuthMethod::find })]
    auth_method: Option<&'static AuthMethod>,
    /// Only those with this text in their name; equals:TEXT, startswith:TEXT and endswith:TEXT are stricter
    #[arg(long, value_name = "TEXT")]
    name: Option<Pattern>,
    /// Only the one whose id begins like this
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Only those whose labels match, as kubectl selects: key=value, key!=value, key in (a,b), key notin (a,b), key, !key
    #[arg(short = 'l', long, value_name = "SELECTOR", alias = "label")]
    selector: Vec<Selector>,
    /// Only those whose credential has ended
    #[arg(long)]
    expired: bool,
    /// Sort by name, type, auth, resource-name, expires (soonest first), active, age (newest first) or updated
    #[arg(long, value_name = "COLUMN", default_value = "name", hide_default_value = true, hide_possible_values = true,
        alias = "sort_by", value_parser = Name { names: Order::names, find: Order::find })]
    sort_by: Order,
    #[command(flatten)]
    output: OutputFlag,
}

/// Which connectors, by what they give access to.
#[derive(Args, Clone, Debug)]
struct Filter {
    /// Only those of this connector type
    #[arg(long = "type", value_name = "TYPE", aliases = ["connector-type", "connector_type"], value_parser = type_name())]
    kind: Option<String>,
    #[command(flatten)]
    resource: Resource,
}

/// A resource that a connector gives access to.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Resource {
    /// The type of resource that it must give access to
    #[arg(long, value_name = "TYPE", alias = "resource_type", value_parser = resource_type_name())]
    pub(super) resource_type: Option<String>,
    /// The name of the resource that it must give access to
    #[arg(long, value_name = "NAME", aliases = ["resource_id", "resource-name"])]
    pub(super) resource_id: Option<String>,
}

/// Reads the name of a connector type, in the ways in which the seeds write it.
fn type_name() -> impl TypedValueParser<Value = String> {
    Name { names: ConnectorType::names, find: ConnectorType::find }.map(|kind: &ConnectorType| kind.name.to_owned())
}

/// Reads the name of a resource type.
fn resource_type_name() -> impl TypedValueParser<Value = String> {
    Name { names: ResourceType::names, find: ResourceType::find }.map(|kind: &ResourceType| kind.name.to_owned())
}

impl Resource {
    /// Refuses the connector that gives no access to it.
    pub(super) fn check(&self, connector: &Connector) -> Result<()> {
        connector.check_resource(self.resource_type.as_deref(), self.resource_id.as_deref())
    }
}

impl From<Filter> for list::Filter {
    fn from(filter: Filter) -> Self {
        let Resource { resource_type, resource_id } = filter.resource;
        Self { kind: filter.kind, resource_type, resource_id, ..Self::default() }
    }
}

impl List {
    /// Prints the connectors that are wanted.
    pub(super) fn run(self, home: &Home) -> Result<()> {
        let Self { filter, auth_method, name, id, selector, expired, sort_by, output } = self;
        let auth_method = auth_method.map(|about| about.method);
        let filter = list::Filter { auth_method, name, id, selectors: selector, expired, ..filter.into() };
        let items: Vec<_> = list::list(home, &filter, sort_by, Timestamp::now())?.into_iter().map(Summary).collect();
        if items.is_empty() {
            say_none(home)?;
        }
        ui::print(&output::list(&items, &output.output, false)?)
    }
}

/// Says why there is nothing to show.
pub(super) fn say_none(home: &Home) -> Result<()> {
    let is_empty = registry::entries(home)?.is_empty();
    let register = "No connectors found. Register one with `kubectl zenml register`.";
    ui::say(if is_empty { register } else { "No connector matches." });
    Ok(())
}

/// List what the connectors give access to, as their clusters say
///
/// Every connector is tried with its own credential. Exits with 1 where none of them works.
#[derive(Args, Debug)]
pub(crate) struct ListResources {
    /// Only those of this connector type
    #[arg(long, value_name = "TYPE", aliases = ["connector_type", "type"], value_parser = type_name())]
    connector_type: Option<String>,
    #[command(flatten)]
    resource: Resource,
    /// Leave out the connectors that do not work
    #[arg(short, long, alias = "exclude_errors")]
    exclude_errors: bool,
    #[command(flatten)]
    output: OutputFlag,
}

impl ListResources {
    /// Asks and prints.
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let filter = Filter { kind: self.connector_type, resource: self.resource }.into();
        let spinner = ui::Spinner::start("Asking the clusters");
        let found = resources::resources(home, &filter).await;
        drop(spinner);
        let found = found?;
        let (all, failed) = (found.len(), found.iter().filter(|it| it.names.is_err()).count());
        let shown: Vec<_> =
            found.into_iter().filter(|it| it.names.is_ok() || !self.exclude_errors).map(Access).collect();
        if all == 0 {
            say_none(home)?;
        }
        ui::print(&output::list(&shown, &self.output.output, false)?)?;
        if failed == all && all > 0 {
            return Err(Error::failure(if all == 1 {
                "the one connector does not work".to_owned()
            } else {
                format!("none of the {all} connectors works")
            }));
        }
        Ok(())
    }
}

/// A connector with what it gives access to.
struct Access(Resources);

impl Serialize for Access {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Resources { connector, names } = &self.0;
        let error = names.as_ref().err().map(|error| harmless(&error.render()));
        json!({
            "id": connector.id,
            "name": connector.name,
            "type": connector.kind,
            "resource_types": connector.resource_types,
            "resource_names": names.as_ref().ok(),
            "error": error,
        })
        .serialize(serializer)
    }
}

impl Named for Access {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        self.0.connector.name.clone()
    }
}

impl Row for Access {
    fn columns(_wide: bool) -> Vec<&'static str> {
        vec!["CONNECTOR ID", "CONNECTOR NAME", "CONNECTOR TYPE", "RESOURCE TYPE", "RESOURCE NAMES"]
    }

    fn cells(&self, _wide: bool) -> Vec<String> {
        let Resources { connector, names } = &self.0;
        let names = match names {
            Ok(names) => names.join(", "),
            Err(error) => whole(error),
        };
        vec![
            connector.id.clone(),
            connector.name.clone(),
            connector.kind.clone(),
            connector.resource_types.join(", "),
            names,
        ]
    }
}

/// An error with all its causes and hints, on one line.
pub(super) fn whole(error: &Error) -> String {
    let text = error.render();
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}
