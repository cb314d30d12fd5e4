//! `rbac orchestrator` (layer 4).

use clap::Subcommand;

use super::flags::namespace;
use super::place::DEFAULT_NAMESPACE;
use crate::error::Result;
use crate::orchestrator::rbac::Access;
use crate::ui;

/// The verbs of `rbac`.
#[derive(Debug, Subcommand)]
pub(super) enum RbacCommand {
    /// Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`
    Orchestrator {
        /// For this namespace
        #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace, default_value = DEFAULT_NAMESPACE)]
        namespace: String,
    },
}

/// Runs `rbac …`.
pub(super) fn run(command: RbacCommand) -> Result<()> {
    let RbacCommand::Orchestrator { namespace } = command;
    ui::print(&Access::new(&namespace).yaml()?)
}
