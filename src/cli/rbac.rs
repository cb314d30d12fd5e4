//! `rbac orchestrator|deployer` (layer 4).

use clap::Subcommand;

use super::flags::namespace;
use super::place::DEFAULT_NAMESPACE;
use crate::deployer::object::Object;
use crate::deployer::rights::{self, FEATURES, Feature};
use crate::deployer::spec::DEFAULT_NAMESPACE as DEPLOYMENTS;
use crate::error::Result;
use crate::orchestrator::rbac::Access;
use crate::output::{Format, structured};
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
    /// Print the ServiceAccount, Role and RoleBinding of a deployer, for `kubectl apply -f -`
    Deployer {
        /// For this namespace
        #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace, default_value = DEPLOYMENTS)]
        namespace: String,
        /// With what these features need: account, events, hpa, ingress, invoke, logs, pdb, rollback, url
        #[arg(long, value_name = "FEATURE", value_delimiter = ',', value_parser = feature)]
        with: Vec<Feature>,
    },
}

fn feature(name: &str) -> Result<Feature, String> {
    let found = FEATURES.into_iter().find(|feature| feature.name == name);
    found.ok_or_else(|| format!("there are {}", FEATURES.map(|feature| feature.name).join(", ")))
}

/// Runs `rbac …`.
pub(super) fn run(command: RbacCommand) -> Result<()> {
    match command {
        RbacCommand::Orchestrator { namespace } => ui::print(&Access::new(&namespace).yaml()?),
        RbacCommand::Deployer { namespace, with } => {
            let (account, role, binding) = rights::objects(&namespace, &with);
            let documents = [Object::of(&account)?, Object::of(&role)?, Object::of(&binding)?];
            let texts = documents.iter().map(|object| structured(&object.body, &Format::Yaml));
            ui::print(&texts.collect::<Result<Vec<_>>>()?.join("---\n"))
        }
    }
}
