//! `stack`, and the nouns of its components (layer 4).

mod choice;
mod component;
mod configuration;
mod view;

use clap::{Args, Subcommand, ValueEnum};

pub(super) use component::{ComponentCommand, run as run_component};
pub(super) use configuration::{Deployer, Orchestrator};

use super::flags::OutputFlag;
use crate::error::{Error, Result};
use crate::ops::stack::stacks::{self, Parts, Update};
use crate::output;
use crate::paths::Home;
use crate::stack::Kind;
use crate::ui;
use view::Stack;

/// The verbs of `stack`.
#[derive(Debug, Subcommand)]
pub(super) enum StackCommand {
    /// Register a stack
    Register(Register),
    /// List the stacks
    List {
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Show a stack in full
    #[command(alias = "get")]
    Describe {
        /// The stack's name, id or unique id prefix [default: the active one]
        #[arg(value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Make a stack the active one
    Set(Which),
    /// Change a stack
    Update(UpdateArgs),
    /// Delete a stack; its components stay
    Delete(Which),
}

/// One stack.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The stack's name, id or unique id prefix
    #[arg(value_name = "NAME")]
    name: String,
}

/// What a stack is made of.
#[derive(Args, Debug)]
struct PartFlags {
    /// Run pipelines with this orchestrator
    #[arg(long, value_name = "NAME")]
    orchestrator: Option<String>,
    /// Deploy services with this deployer
    #[arg(short = 'D', long, value_name = "NAME")]
    deployer: Option<String>,
    #[command(flatten)]
    foreign: Foreign,
}

/// What ZenML's stacks have and these have not, and a short flag that means something else to kubectl.
#[derive(Args, Debug)]
struct Foreign {
    #[arg(short = 'o', value_name = "NAME", hide = true)]
    short_orchestrator: Option<String>,
    #[arg(short, long, alias = "artifact_store", value_name = "NAME", hide = true)]
    artifact_store: Option<String>,
    #[arg(short, long, alias = "container_registry", value_name = "NAME", hide = true)]
    container_registry: Option<String>,
    #[arg(short, long, alias = "image_builder", value_name = "NAME", hide = true)]
    image_builder: Option<String>,
}

/// What to register.
#[derive(Args, Debug)]
pub(super) struct Register {
    /// The name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    parts: PartFlags,
    /// Make it the active stack
    #[arg(long)]
    set: bool,
}

/// What to change.
#[derive(Args, Debug)]
pub(super) struct UpdateArgs {
    /// The stack's name, id or unique id prefix [default: the active one]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Give it this name
    #[arg(long = "name", value_name = "NEW-NAME")]
    new_name: Option<String>,
    #[command(flatten)]
    parts: PartFlags,
    /// Take its component of this kind out (can be repeated)
    #[arg(long = "remove", value_name = "KIND")]
    removed: Vec<KindName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindName {
    Orchestrator,
    Deployer,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Orchestrator => Self::Orchestrator,
            KindName::Deployer => Self::Deployer,
        }
    }
}

/// Runs a verb of `stack`.
pub(super) fn run(verb: StackCommand) -> Result<()> {
    let home = Home::from_env()?;
    let line = |name: &str, what: &str| ui::print(&output::line("stack", name, what));
    match verb {
        StackCommand::Register(arguments) => {
            let stack = stacks::register(&home, arguments.name, &arguments.parts.checked()?, arguments.set)?;
            line(&stack.name, "registered")?;
            let use_it = format!("To use it, run `kubectl zenml stack set {}`.", stack.name);
            ui::say(if stack.active { "It is the active stack." } else { &use_it });
            Ok(())
        }
        StackCommand::List { output } => {
            let items: Vec<_> = stacks::list(&home)?.into_iter().map(Stack).collect();
            ui::print(&output::list(&items, &output.output, false)?)
        }
        StackCommand::Describe { name, output } => {
            let item = Stack(stacks::describe(&home, name.as_deref())?);
            ui::print(&output::one(&item, &output.output, || item.describe())?)
        }
        StackCommand::Set(which) => line(&stacks::set(&home, &which.name)?.name, "set"),
        StackCommand::Update(arguments) => line(&stacks::update(&home, &arguments.request()?)?.name, "updated"),
        StackCommand::Delete(which) => line(&stacks::delete(&home, &which.name)?.name, "deleted"),
    }
}

impl UpdateArgs {
    fn request(self) -> Result<Update> {
        let parts = self.parts.checked()?;
        let says_nothing = parts.orchestrator.is_none() && parts.deployer.is_none();
        if says_nothing && self.new_name.is_none() && self.removed.is_empty() {
            return Err(
                Error::usage("nothing is said to change").hint("name a component, a new name, or --remove KIND")
            );
        }
        let removed: Vec<_> = self.removed.into_iter().map(Kind::from).collect();
        if let Some(both) = removed.iter().find(|kind| parts.get(**kind).is_some()) {
            let noun = both.as_str();
            return Err(Error::usage(format!("--{noun} and --remove {noun} exclude each other"))
                .hint(format!("--{noun} alone puts another one in the place of that which is there")));
        }
        Ok(Update { reference: self.name, name: self.new_name, parts, removed })
    }
}

impl PartFlags {
    /// The components, where nothing was named that a stack does not have.
    fn checked(self) -> Result<Parts> {
        let Foreign { short_orchestrator, artifact_store, container_registry, image_builder } = self.foreign;
        let absent = |what: &str, instead: &str| Err(Error::usage(format!("a stack has no {what}: {instead}")));
        if let Some(name) = short_orchestrator {
            return Err(Error::usage("-o means the output format to kubectl")
                .hint(format!("name the orchestrator in full: --orchestrator {}", name.escape_debug())));
        }
        if artifact_store.is_some() {
            return absent("artifact store", "steps share data through volumes and URIs; leave the flag out");
        }
        if container_registry.is_some() {
            return absent("container registry", "pipeline and service files name their images; leave the flag out");
        }
        if image_builder.is_some() {
            return absent("image builder", "no images are built here; leave the flag out");
        }
        Ok(Parts { orchestrator: self.orchestrator, deployer: self.deployer })
    }
}
