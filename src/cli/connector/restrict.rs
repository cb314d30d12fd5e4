//! `connector restrict` (layer 4).

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::Which;
use super::lifetime::token_life;
use crate::cli::flags::{DryRun, DryRunFlag, namespace};
use crate::cluster::verify::Work;
use crate::error::{Error, Kind, Result};
use crate::ops::connector::restrict::{self, Extent, Plan, Request, Restricted, Rights};
use crate::paths::Home;
use crate::ui;

/// Make a connector that may do less: one that hands out only a ServiceAccount's short-lived tokens
///
/// Creates the ServiceAccount and the RoleBinding in the namespace, and with --for the Role too. The new connector is
/// verified. The credential of the connector NAME stays in this vault, to ask for the tokens; no client ever gets it from
/// the new one. With --dry-run=client the objects are printed as YAML.
#[derive(Args, Debug)]
pub(crate) struct Restrict {
    #[command(flatten)]
    which: Which,
    /// Call the new connector this
    #[arg(long = "name", value_name = "NAME", id = "new")]
    name: String,
    #[command(flatten)]
    rights: RightsFlags,
    /// Give the rights in this namespace [default: the connector's, else the work's]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Create the namespace where it is missing
    #[arg(long, alias = "create_namespace")]
    create_namespace: bool,
    /// Ask for tokens that live this long, such as 1h
    #[arg(long, value_name = "DURATION", alias = "expiration_seconds", visible_alias = "duration", value_parser = token_life)]
    expiration_seconds: Option<u32>,
    #[command(flatten)]
    dry_run: DryRunFlag,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct RightsFlags {
    /// Give the least rights that this work needs
    #[arg(long = "for", value_name = "WORK")]
    work: Option<WorkName>,
    /// Give the rights of this Role
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Give the rights of this cluster role, in the namespace alone
    #[arg(long, value_name = "NAME")]
    clusterrole: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WorkName {
    Orchestrator,
    Deployer,
}

impl Restrict {
    /// Makes the connector, and says what it may do.
    pub(super) async fn run(self) -> Result<()> {
        let home = Home::from_env()?;
        let dry_run = self.dry_run.dry_run;
        let rights = match (self.rights.work, self.rights.role, self.rights.clusterrole) {
            (Some(WorkName::Orchestrator), ..) => Rights::For(Work::Orchestrator),
            (Some(WorkName::Deployer), ..) => Rights::For(Work::Deployer),
            (None, Some(role), _) => Rights::Role(role),
            (None, None, role) => Rights::ClusterRole(role.unwrap_or_default()),
        };
        let request = Request {
            reference: self.which.name,
            name: self.name,
            rights,
            namespace: self.namespace,
            create_namespace: self.create_namespace,
            seconds: self.expiration_seconds,
            extent: match dry_run {
                DryRun::None => Extent::All,
                DryRun::Client => Extent::Client,
                DryRun::Server => Extent::Server,
            },
            terminal: io::stdin().is_terminal() && io::stderr().is_terminal(),
        };
        let plan = restrict::plan(&home, &request)?;
        let Plan { base, namespace, .. } = &plan;
        ui::say(&format!(
            "Using connector \"{}\" · cluster \"{}\" at {} · namespace \"{namespace}\"",
            base.name, base.resource_name, base.configuration.server
        ));
        if request.extent == Extent::Client {
            return ui::print(&plan.yaml(&home)?);
        }
        let restricted = restrict::restrict(&home, &request, &plan).await?;
        print(&request, &plan, &restricted, dry_run)
    }
}

fn print(request: &Request, plan: &Plan, restricted: &Restricted, dry_run: DryRun) -> Result<()> {
    for warning in &restricted.warnings {
        ui::warn(warning);
    }
    let note = dry_run.note();
    let lines: Vec<_> =
        restricted.lines.iter().map(|line| format!("{} {}{note}\n", line.object, line.outcome)).collect();
    ui::print(&lines.concat())?;
    if restricted.registered.is_none() {
        return ui::print(&format!("connector/{} registered{note}\n", request.name));
    }
    ui::print(&format!("connector/{} registered\n", request.name))?;
    ui::say(&format!(
        "It hands out tokens of system:serviceaccount:{}:{}. The credential of connector \"{}\" stays in this vault, to ask \
         for them.",
        plan.namespace,
        plan.objects.name(),
        plan.base.name
    ));
    match &restricted.verified {
        Some(verified) if !verified.is_fit() => {
            Err(Error::new(Kind::Unfit, "the new connector may not do all that its work needs")
                .hint(format!("`kubectl zenml verify {} -n {}` lists what is missing", request.name, plan.namespace)))
        }
        _ => Ok(()),
    }
}
