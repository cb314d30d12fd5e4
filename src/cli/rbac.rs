//! `rbac orchestrator|deployer` (layer 4).

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::flags::namespace;
use super::place::DEFAULT_NAMESPACE;
use crate::deployer::rights::{self, FEATURES, Feature};
use crate::deployer::spec::DEFAULT_NAMESPACE as DEPLOYMENTS;
use crate::error::Result;
use crate::naming::is_dns_label;
use crate::orchestrator::rbac::Access;
use crate::orchestrator::submitter;
use crate::rights::document;
use crate::ui;

/// The verbs of `rbac`.
#[derive(Debug, Subcommand)]
pub(super) enum RbacCommand {
    /// Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`
    Orchestrator {
        /// For this namespace
        #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace, default_value = DEFAULT_NAMESPACE)]
        namespace: String,
        /// With the account and the rights of whoever submits runs: submit
        #[arg(long, value_name = "FEATURE", hide_possible_values = true, value_parser = PossibleValuesParser::new(["submit"]))]
        with: Option<String>,
    },
    /// Print the ServiceAccount, Role and RoleBinding of a deployer, for `kubectl apply -f -`
    Deployer {
        /// For this namespace
        #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace, default_value = DEPLOYMENTS)]
        namespace: String,
        /// With what these features need: account, events, hpa, ingress, invoke, logs, namespaces, nodes, pdb, rollback, url
        #[arg(long, value_name = "FEATURE", value_delimiter = ',', hide_possible_values = true,
            value_parser = PossibleValuesParser::new(FEATURES.map(|feature| feature.name)).try_map(|name| feature(&name)))]
        with: Vec<Feature>,
        /// Let invoke read the auth key of this deployment (can be repeated)
        #[arg(long, value_name = "NAME", value_parser = deployment)]
        auth_key_of: Vec<String>,
    },
}

fn feature(name: &str) -> Result<Feature, String> {
    let found = FEATURES.into_iter().find(|feature| feature.name == name);
    found.ok_or_else(|| format!("there are {}", FEATURES.map(|feature| feature.name).join(", ")))
}

fn deployment(name: &str) -> Result<String, String> {
    if is_dns_label(name) { Ok(name.to_owned()) } else { Err("that is no name of a deployment".to_owned()) }
}

/// Runs `rbac …`.
pub(super) fn run(command: RbacCommand) -> Result<()> {
    match command {
        RbacCommand::Orchestrator { namespace, with } => {
            let more = with.map(|_| submitter::yaml(&namespace)).transpose()?;
            let documents = [Some(Access::new(&namespace).yaml()?), more];
            ui::print(&documents.into_iter().flatten().collect::<Vec<_>>().join("---\n"))
        }
        RbacCommand::Deployer { namespace, with, auth_key_of } => {
            let objects = rights::objects(&namespace, &with, &auth_key_of)?;
            let documents = objects.iter().map(|object| document(&object.body));
            ui::print(&documents.collect::<Result<Vec<_>>>()?.join("---\n"))
        }
    }
}
