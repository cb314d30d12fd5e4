//! `list-types` and `describe-type`: the catalogue for people and scripts (layer 4).

use clap::Args;
use serde::{Serialize, Serializer};

use super::fields::Name;
use crate::cli::flags::OutputFlag;
use crate::connector::catalogue::methods::Right;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{AuthMethod, ConnectorType, Ends, Field, Need, ResourceType, TYPES, schema};
use crate::error::Result;
use crate::output::{self, Named, Row, table};
use crate::ui;

/// List the types of connectors that there are
#[derive(Args, Debug)]
pub(crate) struct ListTypes {
    /// List only this type
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true,
        value_parser = Name { names: ConnectorType::names, find: ConnectorType::find })]
    kind: Option<&'static ConnectorType>,
    #[command(flatten)]
    filter: Filter,
    /// Describe each in full
    #[arg(long)]
    detailed: bool,
    #[command(flatten)]
    output: OutputFlag,
}

/// Describe a type of connector: its auth methods, their fields, and what the cluster must allow
///
/// With -o json or -o yaml each auth method comes with the JSON schema of its connectors' configuration.
#[derive(Args, Debug)]
pub(crate) struct DescribeType {
    /// The type
    #[arg(value_name = "TYPE", hide_possible_values = true,
        value_parser = Name { names: ConnectorType::names, find: ConnectorType::find })]
    kind: &'static ConnectorType,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    output: OutputFlag,
}

/// Which part of a type.
#[derive(Args, Clone, Copy, Debug)]
struct Filter {
    /// Show only what gives access to this type of resource
    #[arg(long, value_name = "TYPE", hide_possible_values = true,
        value_parser = Name { names: ResourceType::names, find: ResourceType::find })]
    resource_type: Option<&'static ResourceType>,
    /// Show only this method
    #[arg(long, value_name = "METHOD",
        value_parser = Name { names: AuthMethod::names, find: AuthMethod::find })]
    auth_method: Option<&'static AuthMethod>,
}

/// What is said of each field.
const COLUMNS: [&str; 5] = ["FIELD", "FLAG", "REQUIRED", "SECRET", "WHAT IT IS"];

/// A type, and the part of it that is shown.
struct Shown {
    kind: &'static ConnectorType,
    methods: Vec<&'static AuthMethod>,
}

impl ListTypes {
    /// Prints the types.
    pub(crate) fn run(&self) -> Result<()> {
        let kinds = TYPES.iter().filter(|kind| self.kind.is_none_or(|wanted| std::ptr::eq(*kind, wanted)));
        let items: Vec<_> = kinds.filter_map(|kind| self.filter.of(kind)).collect();
        if self.detailed && self.output.output.is_table() {
            return ui::print(&items.iter().map(Shown::describe).collect::<Vec<_>>().join("\n"));
        }
        ui::print(&output::list(&items, &self.output.output, false)?)
    }
}

impl DescribeType {
    /// Prints the type, or the one part of it that was asked for.
    pub(crate) fn run(&self) -> Result<()> {
        let Filter { resource_type, auth_method } = self.filter;
        let item = Shown { kind: self.kind, methods: self.filter.methods(self.kind) };
        let text = || match (auth_method, resource_type) {
            (Some(about), _) => method(about, schema::fields(about)),
            (None, Some(resource)) => resource_text(self.kind, resource),
            (None, None) => item.describe(),
        };
        ui::print(&output::one(&item, &self.output.output, text)?)
    }
}

impl Filter {
    fn of(&self, kind: &'static ConnectorType) -> Option<Shown> {
        let gives = |wanted: &ResourceType| kind.resource_types.iter().any(|resource| std::ptr::eq(resource, wanted));
        let shown = Shown { kind, methods: self.methods(kind) };
        (self.resource_type.is_none_or(gives) && !shown.methods.is_empty()).then_some(shown)
    }

    fn methods(&self, kind: &'static ConnectorType) -> Vec<&'static AuthMethod> {
        let wanted = |about: &&AuthMethod| self.auth_method.is_none_or(|wanted| wanted.method == about.method);
        kind.methods.iter().filter(wanted).collect()
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        schema::connector_type(self.kind, &self.methods).serialize(serializer)
    }
}

impl Named for Shown {
    const KIND: &'static str = "connector-type";

    fn name(&self) -> String {
        self.kind.name.to_owned()
    }
}

impl Row for Shown {
    fn columns(_wide: bool) -> Vec<&'static str> {
        vec!["NAME", "TYPE", "RESOURCE TYPES", "AUTH METHODS", "LOCAL", "REMOTE"]
    }

    fn cells(&self, _wide: bool) -> Vec<String> {
        vec![
            self.kind.title.to_owned(),
            self.kind.name.to_owned(),
            resource_names(self.kind).join(","),
            self.methods.iter().map(|about| about.name).collect::<Vec<_>>().join(","),
            mark(self.kind.local),
            mark(self.kind.remote),
        ]
    }
}

impl Shown {
    fn describe(&self) -> String {
        let names: Vec<_> = self.methods.iter().map(|about| about.name).collect();
        let pairs = [
            ("Name", self.kind.title.to_owned()),
            ("Type", self.kind.name.to_owned()),
            ("Resource Types", resource_names(self.kind).join("\n")),
            ("Auth Methods", names.join("\n")),
            ("Auto-Configuration", yes(self.kind.auto_configures)),
            ("Available Locally", yes(self.kind.local)),
            ("Available Remotely", format!("{}, on ZenML servers", yes(self.kind.remote))),
        ];
        let common =
            table::render(&COLUMNS, &FIELDS.iter().filter(|field| field.method.is_none()).map(row).collect::<Vec<_>>());
        let methods: Vec<_> = self.methods.iter().map(|about| method(about, about.method.fields())).collect();
        let head = format!("{}\n{}", table::fields(&pairs), paragraph(self.kind.text));
        format!("{head}\nFields of every method:\n{common}\n{}", methods.join("\n"))
    }
}

fn resource_names(kind: &ConnectorType) -> Vec<&'static str> {
    kind.resource_types.iter().map(|resource| resource.name).collect()
}

fn resource_text(kind: &ConnectorType, resource: &ResourceType) -> String {
    let names: Vec<_> = kind.methods.iter().map(|about| about.name).collect();
    let pairs = [
        ("Name", resource.title.to_owned()),
        ("Resource Type", resource.name.to_owned()),
        ("Auth Methods", names.join("\n")),
        ("Supports Instances", yes(resource.instances)),
    ];
    format!("{}\n{}", table::fields(&pairs), paragraph(resource.text))
}

fn method(about: &AuthMethod, fields: impl Iterator<Item = &'static Field>) -> String {
    let ends = match about.ends {
        Ends::WithCredential => "with the credential that was registered".to_owned(),
        Ends::RenewedBy(whom) => format!("never: renewed by {whom}"),
        Ends::ReplacedBy(whom) => format!("never: replaced by {whom}"),
    };
    let pairs = [
        ("Name", about.title.to_owned()),
        ("Auth Method", about.name.to_owned()),
        ("Auto-Configured From", about.lifted_from.unwrap_or("nothing: --service-account makes one").to_owned()),
        ("Temporary Credentials", yes(about.temporary)),
        ("Expires", ends),
        ("Flags", about.method.flags()),
    ];
    let fields = table::render(&COLUMNS, &fields.map(row).collect::<Vec<_>>());
    let right = |right: &Right| vec![right.verb.to_owned(), right.resource.to_owned(), right.why.to_owned()];
    let rights = table::render(&["VERB", "RESOURCE", "WHY"], &about.rights.iter().map(right).collect::<Vec<_>>());
    format!("{}\n{}\n{fields}\n{rights}", table::fields(&pairs), paragraph(about.text))
}

fn row(field: &Field) -> Vec<String> {
    let with: Vec<_> = field.needs.iter().map(|id| format!("--{}", id.field().flag)).collect();
    let required = match field.need {
        Need::Required => "yes".to_owned(),
        Need::Either => "one of them".to_owned(),
        Need::Default(text) | Need::Derived(text) => format!("no: {text}"),
        Need::Optional if with.is_empty() => "no".to_owned(),
        Need::Optional => format!("no: with {}", with.join(", ")),
    };
    vec![field.path.to_owned(), format!("--{}", field.flag), required, yes(field.secret), field.title.to_owned()]
}

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// As `ZenML` shows it.
fn mark(holds: bool) -> String {
    if holds { "\u{2705}" } else { "\u{2796}" }.to_owned()
}

/// Text in lines of at most 80 columns.
pub(super) fn paragraph(text: &str) -> String {
    let (mut wrapped, mut width) = (String::new(), 0);
    for word in text.split_whitespace() {
        let fits = width + 1 + word.len() <= 80;
        match width {
            0 => {}
            _ if fits => wrapped.push(' '),
            _ => wrapped.push('\n'),
        }
        width = if fits && width > 0 { width + 1 + word.len() } else { word.len() };
        wrapped.push_str(word);
    }
    wrapped + "\n"
}
