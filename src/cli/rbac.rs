//! `rbac orchestrator` (layer 4).

use clap::Subcommand;

use super::flags::NamespaceFlag;
use super::place::DEFAULT_NAMESPACE;
use crate::error::Result;
use crate::orchestrator::rbac::Access;
use crate::ui;

/// Print the rights that something of ours needs, as YAML.
#[derive(Debug, Subcommand)]
pub(super) enum RbacCommand {
    /// Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`
    Orchestrator {
        /// Which namespace
        #[command(flatten)]
        namespace: NamespaceFlag,
    },
}

/// Runs `rbac …`.
pub(super) fn run(command: RbacCommand) -> Result<()> {
    let RbacCommand::Orchestrator { namespace } = command;
    let namespace = namespace.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    ui::print(&Access::new(namespace).yaml()?)
}
