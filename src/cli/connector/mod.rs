//! `connector` and its four verbs that are also top-level: `register login logout verify` (layer 4).

mod again;
mod answers;
mod describe;
mod fields;
mod interactive;
mod label;
mod lifetime;
mod list;
mod reading;
mod register;
mod restrict;
mod seal;
mod session;
mod types;
mod update;
mod verify;
mod verify_all;
mod view;
mod zenml;

use clap::{Args, Subcommand};

pub(super) use register::Register;
pub(super) use session::{Login, Logout};
pub(super) use verify::Verify;

use types::{DescribeType, ListTypes};

use super::flags::OutputFlag;
use crate::error::Result;
use crate::naming;
use crate::ops::connector::list::Listed;
use crate::ops::connector::{delete, logins};
use crate::output;
use crate::paths::Home;
use crate::ui;
use view::Summary;

/// The verbs of `connector`.
#[derive(Debug, Subcommand)]
pub(super) enum Connector {
    Register(Box<Register>),
    List(list::List),
    #[command(alias = "get")]
    Describe(describe::Describe),
    Update(Box<update::Update>),
    Rename(update::Rename),
    /// Delete a connector and its sealed secret
    Delete(Delete),
    Verify(Verify),
    Login(Login),
    Logout(Logout),
    ListResources(list::ListResources),
    Restrict(restrict::Restrict),
    Seal(seal::Seal),
    Unseal(seal::Unseal),
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
    /// Delete it also while an orchestrator or a deployer is linked to it, and unlink that
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: OutputFlag,
}

/// Runs a verb of `connector`.
pub(super) async fn run(verb: Connector) -> Result<()> {
    let home = Home::from_env()?;
    match verb {
        Connector::Register(arguments) => arguments.run().await,
        Connector::List(arguments) => arguments.run(&home),
        Connector::Describe(arguments) => arguments.run(&home).await,
        Connector::Update(arguments) => arguments.run(&home).await,
        Connector::Rename(arguments) => arguments.run(&home),
        Connector::Delete(arguments) => delete_one(&home, &arguments),
        Connector::Verify(arguments) => arguments.run().await,
        Connector::Login(arguments) => arguments.run().await,
        Connector::Logout(arguments) => arguments.run(),
        Connector::ListResources(arguments) => arguments.run(&home).await,
        Connector::Restrict(arguments) => Box::pin(arguments.run()).await,
        Connector::Seal(arguments) => arguments.run().await,
        Connector::Unseal(arguments) => arguments.run().await,
        Connector::ListTypes(arguments) => arguments.run(),
        Connector::DescribeType(arguments) => arguments.run(),
    }
}

fn delete_one(home: &Home, arguments: &Delete) -> Result<()> {
    let deleted = delete::delete(home, &arguments.which.name, arguments.force)?;
    if let Some(account) = &deleted.connector.configuration.service_account
        && account.name == naming::connector_account(&deleted.connector.name)
    {
        let (name, namespace) = (&account.name, &account.namespace);
        ui::say(&format!(
            "What `restrict` made stays in the cluster: `kubectl delete serviceaccount,rolebinding,role {name} -n {namespace} \
             --ignore-not-found` removes it."
        ));
    }
    for component in &deleted.unlinked {
        ui::warn(&format!("the {} is linked to no connector any more", component.described()));
    }
    let left = logins::sentences(&deleted.logins);
    if !left.is_empty() {
        ui::warn(&format!("the kubeconfig still points at it: {}", left.join(", ")));
        if deleted.logins.iter().any(|login| !login.sealed) {
            ui::say(&format!("Remove that with `kubectl zenml logout {}`.", deleted.name));
        }
    }
    if deleted.logins.iter().any(|login| login.sealed) {
        ui::say("What was sealed is still in the vault: `kubectl zenml connector unseal --context NAME` puts it back.");
    }
    let item = Summary(Listed { connector: deleted.connector, active: false });
    let line = || format!("connector/{} deleted\n", deleted.name);
    ui::print(&output::one(&item, &arguments.output.output, line)?)
}
