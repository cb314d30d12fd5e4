//! `connector` and its four verbs that are also top-level: `register login logout verify` (layer 4).

mod answers;
mod fields;
mod interactive;
mod lifetime;
mod reading;
mod register;
mod session;
mod types;
mod verify;
mod view;
mod zenml;

use clap::{Args, Subcommand};

pub(super) use register::Register;
pub(super) use session::{Login, Logout};
pub(super) use verify::Verify;

use types::{DescribeType, ListTypes};

use super::flags::OutputFlag;
use crate::error::Result;
use crate::ops::connector::{delete, describe, list, logins};
use crate::output;
use crate::paths::Home;
use crate::ui;
use view::{Description, Summary};

/// The verbs of `connector`.
#[derive(Debug, Subcommand)]
pub(super) enum Connector {
    Register(Box<Register>),
    /// List the registered connectors
    List {
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Show one connector in full, without its secrets
    #[command(alias = "get")]
    Describe {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Delete a connector and its sealed secret
    Delete(Delete),
    Verify(Verify),
    Login(Login),
    Logout(Logout),
    ListTypes(ListTypes),
    DescribeType(DescribeType),
}

/// One connector.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The connector's name, id or unique id prefix
    #[arg(value_name = "NAME")]
    pub(super) name: String,
}

/// What to delete.
#[derive(Args, Debug)]
pub(super) struct Delete {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    output: OutputFlag,
}

/// Runs a verb of `connector`.
pub(super) async fn run(verb: Connector) -> Result<()> {
    let home = Home::from_env()?;
    match verb {
        Connector::Register(arguments) => arguments.run().await,
        Connector::List { output } => list_all(&home, &output),
        Connector::Describe { which, output } => {
            let item = Description(describe::describe(&home, &which.name)?);
            ui::print(&output::one(&item, &output.output, || item.describe())?)
        }
        Connector::Delete(arguments) => delete_one(&home, &arguments),
        Connector::Verify(arguments) => arguments.run().await,
        Connector::Login(arguments) => arguments.run().await,
        Connector::Logout(arguments) => arguments.run(),
        Connector::ListTypes(arguments) => arguments.run(),
        Connector::DescribeType(arguments) => arguments.run(),
    }
}

fn list_all(home: &Home, output: &OutputFlag) -> Result<()> {
    let items: Vec<_> = list::list(home)?.into_iter().map(Summary).collect();
    if items.is_empty() {
        ui::say("No connectors found. Register one with `kubectl zenml register`.");
    }
    ui::print(&output::list(&items, &output.output, false)?)
}

fn delete_one(home: &Home, arguments: &Delete) -> Result<()> {
    let deleted = delete::delete(home, &arguments.which.name)?;
    let left = logins::sentences(&deleted.logins);
    if !left.is_empty() {
        ui::warn(&format!("the kubeconfig still points at it: {}", left.join(", ")));
        ui::say(&format!("Remove that with `kubectl zenml logout {}`.", deleted.name));
    }
    let item = Summary(list::Listed { connector: deleted.connector, active: false });
    let line = || format!("connector/{} deleted\n", deleted.name);
    ui::print(&output::one(&item, &arguments.output.output, line)?)
}
