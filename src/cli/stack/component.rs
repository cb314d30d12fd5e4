//! `orchestrator` and `deployer` (layer 4): one set of verbs for two nouns.

use clap::{Args, Subcommand};

use super::choice;
use super::configuration::{Configuration, Noun};
use super::view::{Component, connected};
use crate::cli::flags::OutputFlag;
use crate::error::{Error, Result};
use crate::ops::stack::component::{self, Changed, Registration, Update};
use crate::ops::stack::connect::{self, Link};
use crate::output;
use crate::paths::Home;
use crate::stack::{FLAVOR, Kind};
use crate::ui;

/// The verbs of the noun.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ComponentCommand<N: Noun> {
    #[command(about = format!("Register {}", N::KIND.one()))]
    Register(Box<Register<N>>),
    #[command(about = format!("List the {}s", N::KIND.as_str()))]
    List {
        #[command(flatten)]
        output: OutputFlag,
    },
    #[command(about = format!("Show {} in full", N::KIND.one()), alias = "get")]
    Describe {
        /// The name, id or unique id prefix [default: that of the active stack]
        #[arg(value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        output: OutputFlag,
    },
    #[command(about = format!("Change {}", N::KIND.one()))]
    Update(Box<UpdateArgs<N>>),
    #[command(about = format!("Delete {}", N::KIND.one()))]
    Delete(Which),
    #[command(about = format!("Link {} to the connector of its cluster", N::KIND.one()))]
    Connect(Connect),
    #[command(about = format!("Unlink {} from its connector", N::KIND.one()))]
    Disconnect(Which),
}

/// One component.
#[derive(Args, Debug)]
pub(in crate::cli) struct Which {
    /// The name, id or unique id prefix
    #[arg(value_name = "NAME")]
    name: String,
}

/// What to register.
#[derive(Args, Debug)]
pub(in crate::cli) struct Register<N: Noun> {
    /// The name
    #[arg(value_name = "NAME")]
    name: String,
    /// Register a component of this flavor; there is only `kubernetes`
    #[arg(long, value_name = "FLAVOR", default_value = FLAVOR, value_parser = flavor)]
    flavor: String,
    /// Link it to this connector
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// Link it to this resource of the connector [default: its only one]
    #[arg(long, alias = "resource_id", value_name = "NAME", requires = "connector")]
    resource_id: Option<String>,
    /// Do not ask the cluster whether the connector works
    #[arg(long, alias = "no_verify", requires = "connector")]
    no_verify: bool,
    #[command(flatten)]
    configuration: Configuration<N>,
}

/// What to change.
#[derive(Args, Debug)]
pub(in crate::cli) struct UpdateArgs<N: Noun> {
    #[command(flatten)]
    which: Which,
    /// Give it this name
    #[arg(long = "name", value_name = "NEW-NAME")]
    new_name: Option<String>,
    /// Take this configuration key away, so that its default holds (can be repeated)
    #[arg(long = "remove-attr", alias = "remove_attr", value_name = "KEY")]
    removed: Vec<String>,
    #[command(flatten)]
    configuration: Configuration<N>,
}

/// What to link.
#[derive(Args, Debug)]
pub(in crate::cli) struct Connect {
    /// The component's name, id or unique id prefix
    #[arg(value_name = "NAME", required_unless_present = "interactive")]
    name: Option<String>,
    /// Link it to this connector
    #[arg(long, value_name = "NAME", required_unless_present = "interactive", conflicts_with = "interactive")]
    connector: Option<String>,
    /// Link it to this resource of the connector [default: its only one]
    #[arg(long, alias = "resource_id", value_name = "NAME", conflicts_with = "interactive")]
    resource_id: Option<String>,
    /// Try every connector, list those that work, and ask which to link
    #[arg(short, long)]
    interactive: bool,
    /// Do not ask the cluster whether the connector works
    #[arg(long, alias = "no_verify", conflicts_with = "interactive")]
    no_verify: bool,
}

/// Runs a verb of the noun.
pub(in crate::cli) async fn run<N: Noun>(verb: ComponentCommand<N>) -> Result<()> {
    let home = Home::from_env()?;
    match verb {
        ComponentCommand::Register(arguments) => register(&home, *arguments).await,
        ComponentCommand::List { output } => {
            let items: Vec<_> = component::list(&home, N::KIND)?.into_iter().map(Component::<N>::of).collect();
            ui::print(&output::list(&items, &output.output, false)?)
        }
        ComponentCommand::Describe { name, output } => {
            let item = Component::<N>::of(component::describe(&home, N::KIND, name.as_deref())?);
            ui::print(&output::one(&item, &output.output, || item.describe())?)
        }
        ComponentCommand::Update(arguments) => update(&home, *arguments),
        ComponentCommand::Delete(which) => {
            let deleted = component::delete(&home, N::KIND, &which.name)?;
            ui::print(&output::line(N::KIND.as_str(), &deleted.name, "deleted"))
        }
        ComponentCommand::Connect(arguments) => connect(&home, N::KIND, arguments).await,
        ComponentCommand::Disconnect(which) => {
            let (unlinked, was_linked) = component::disconnect(&home, N::KIND, &which.name)?;
            let what = if was_linked { "disconnected" } else { "unchanged" };
            ui::print(&output::line(N::KIND.as_str(), &unlinked.name, what))
        }
    }
}

/// `kubernetes`.
fn flavor(text: &str) -> Result<String, String> {
    if text == FLAVOR { Ok(text.to_owned()) } else { Err(format!("the only flavor is {FLAVOR}")) }
}

async fn register<N: Noun>(home: &Home, arguments: Register<N>) -> Result<()> {
    let Register { connector, resource_id, no_verify, .. } = arguments;
    let request = Registration {
        configuration: arguments.configuration.values()?,
        name: arguments.name,
        link: connector.map(|connector| Link { connector, resource_id, no_verify }),
    };
    let spinner = (request.link.is_some() && !no_verify).then(asking);
    let registered = component::register(home, N::KIND, request).await;
    drop(spinner);
    let registered = registered?;
    say(&registered);
    ui::print(&(output::line(N::KIND.as_str(), &registered.component.name, "registered") + &connected(&registered)))?;
    let (noun, name) = (N::KIND.as_str(), &registered.component.name);
    ui::say(&format!("To use it, put it into a stack: `kubectl zenml stack register NAME --{noun} {name} --set`."));
    Ok(())
}

fn update<N: Noun>(home: &Home, arguments: UpdateArgs<N>) -> Result<()> {
    let request = Update {
        reference: arguments.which.name,
        name: arguments.new_name,
        configuration: arguments.configuration.values()?,
        removed: arguments.removed.iter().map(|key| canonical(N::KIND, key)).collect::<Result<_>>()?,
    };
    if let Some(both) = request.removed.iter().find(|key| request.configuration.contains_key(*key)) {
        let flag = both.replace('_', "-");
        return Err(
            Error::usage(format!("--{flag} and --remove-attr {both} exclude each other")).hint("leave one of them out")
        );
    }
    if request.name.is_none() && request.configuration.is_empty() && request.removed.is_empty() {
        return Err(Error::usage("nothing is said to change").hint("see `--help` for the configuration keys"));
    }
    let updated = component::update(home, N::KIND, request)?;
    say(&updated);
    ui::print(&output::line(N::KIND.as_str(), &updated.component.name, "updated"))
}

/// The key's own name for any of its spellings.
fn canonical(kind: Kind, text: &str) -> Result<String> {
    let name = text.trim_start_matches('-').replace('-', "_");
    let known = kind.keys().iter().find(|key| key.name == name || key.alias == Some(&name));
    let unknown = || {
        let error = Error::usage(format!("{} has no configuration key \"{}\"", kind.one(), text.escape_debug()));
        match crate::document::nearest(&name, kind.keys().iter().map(|key| key.name)) {
            Some(right) => error.hint(format!("did you mean {right}?")),
            None => error,
        }
    };
    known.map(|key| key.name.to_owned()).ok_or_else(unknown)
}

async fn connect(home: &Home, kind: Kind, arguments: Connect) -> Result<()> {
    let Connect { name, connector, resource_id, no_verify, .. } = arguments;
    let (name, link) = match (name, connector) {
        (Some(name), Some(connector)) => (name, Link { connector, resource_id, no_verify }),
        (name, _) => choice::ask(home, kind, name).await?,
    };
    let spinner = (!link.no_verify).then(asking);
    let linked = connect::connect(home, kind, &name, &link).await;
    drop(spinner);
    let linked = linked?;
    say(&linked);
    ui::print(&(output::line(kind.as_str(), &linked.component.name, "connected") + &connected(&linked)))
}

fn asking() -> ui::Spinner {
    ui::Spinner::start("Asking the cluster what this connector may do")
}

fn say(changed: &Changed) {
    for warning in &changed.warnings {
        ui::warn(warning);
    }
}
