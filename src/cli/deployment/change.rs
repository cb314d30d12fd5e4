//! `deployment scale|restart|rollback|delete` (layer 4).

use std::collections::HashSet;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};
use jiff::Timestamp;
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::{PlaceFlags, deployment_view, duration, look, reach, say_all_places};
use crate::cli::deploy::interrupted;
use crate::cli::deploy_view;
use crate::cli::flags::{DryRun, field_manager};
use crate::cluster::objects::FIELD_MANAGER;
use crate::deployer::inventory::Inventory;
use crate::error::Result;
use crate::ops::deploy::record::Record;
use crate::ops::deploy::{self, Request, Source};
use crate::ops::deployment::delete::{self, Fate};
use crate::ops::deployment::find::{find, find_all};
use crate::ops::deployment::{history, scale};
use crate::stack::Kind::Deployer;
use crate::{output, ui};

/// Whether to wait for a rollout, and how long.
#[derive(Args, Clone, Copy, Debug)]
struct WaitFlags {
    /// Wait until the pods serve
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    wait: bool,
    /// Give up waiting after this long
    #[arg(long, value_name = "DURATION", default_value = "600s", value_parser = duration)]
    timeout: Duration,
}

/// How many pods of which deployment.
#[derive(Args, Debug)]
pub(in crate::cli) struct ScaleArgs {
    /// The deployment's name or id
    name: String,
    /// The number of pods; the next deploy sets it back to what its file says
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..))]
    replicas: i32,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which deployment.
#[derive(Args, Debug)]
pub(in crate::cli) struct RestartArgs {
    /// The deployment's name or id
    name: String,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which revision of which deployment.
#[derive(Args, Debug)]
pub(in crate::cli) struct RollbackArgs {
    /// The deployment's name or id
    name: String,
    /// Go back to this one [default: the last one that was not taken back]
    #[arg(long, value_name = "NUMBER")]
    to_revision: Option<u64>,
    /// Take over fields that another field manager owns
    #[arg(long)]
    force_conflicts: bool,
    /// Apply under this name
    #[arg(long, value_name = "NAME", default_value = FIELD_MANAGER, value_parser = field_manager)]
    field_manager: String,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which deployments.
#[derive(Args, Debug)]
pub(in crate::cli) struct DeleteArgs {
    /// The deployments' names or ids
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// What becomes of the pods: they go with the deployment (background), before it (foreground), or stay (orphan)
    #[arg(long, value_enum, value_name = "HOW", default_value = "foreground", hide_possible_values = true)]
    cascade: Cascade,
    /// Wait until the pods are gone
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    wait: bool,
    /// Give up waiting after this long
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    place: PlaceFlags,
}

/// The values of `--cascade`, as kubectl has them.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cascade {
    /// The pods go later
    Background,
    /// The pods go first
    Foreground,
    /// The pods stay
    Orphan,
}

impl From<Cascade> for PropagationPolicy {
    fn from(cascade: Cascade) -> Self {
        match cascade {
            Cascade::Background => Self::Background,
            Cascade::Foreground => Self::Foreground,
            Cascade::Orphan => Self::Orphan,
        }
    }
}

pub(super) async fn scale(args: ScaleArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    say_all_places(&cluster, deployment.namespace().as_deref());
    let scaled = scale::scale(&cluster, &deployment, args.replicas).await?;
    ui::print(&output::line("deployment.apps", &scaled.name_any(), "scaled"))?;
    if args.wait.wait { look::wait(&cluster, &scaled, args.wait.timeout).await } else { Ok(()) }
}

pub(super) async fn restart(args: RestartArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    say_all_places(&cluster, deployment.namespace().as_deref());
    let restarted = scale::restart(&cluster, &deployment, Timestamp::now()).await?;
    ui::print(&output::line("deployment.apps", &restarted.name_any(), "restarted"))?;
    if args.wait.wait { look::wait(&cluster, &restarted, args.wait.timeout).await } else { Ok(()) }
}

pub(super) async fn rollback(args: RollbackArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let current = Inventory::of(&deployment).revision;
    let revision = match args.to_revision {
        Some(revision) => revision,
        None => history::previous(&cluster, &deployment).await?,
    };
    let record = Record::find(&cluster, &namespace, &name, revision).await?;
    say_all_places(&cluster, [namespace.as_str()]);
    let request = Request {
        source: Source::Record(&record),
        namespace: &namespace,
        field_manager: &args.field_manager,
        force_conflicts: args.force_conflicts,
        adopt: false,
        rotate_auth_key: false,
        atomic: false,
        keep_pods: false,
        wait: args.wait.wait.then_some(args.wait.timeout),
    };
    let mut progress = deployment_view::Rollout::new(&name);
    let mut report = |event: deploy::Event<'_>| deploy_view::show(&event, DryRun::None, true, &mut progress);
    let deployed = tokio::select! {
        deployed = deploy::deploy(&cluster, &request, &mut report) => deployed,
        _ = tokio::signal::ctrl_c() => Err(interrupted(&name, false)),
    };
    drop(progress);
    ui::print(&match deployed?.revision {
        same if same == revision => format!("deployment \"{name}\" is as revision {revision} has it already\n"),
        same if same == current => format!("deployment \"{name}\" is as revision {revision} had it already\n"),
        new => format!("deployment \"{name}\" rolled back to revision {revision}, as revision {new}\n"),
    })
}

pub(super) async fn delete(args: DeleteArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Deployer).await?;
    // All are found before the first is deleted, so that a wrong name deletes nothing.
    let mut found = find_all(&cluster, &place, &args.names).await?;
    // A name and an id may mean the same deployment.
    let mut seen = HashSet::new();
    found.retain(|deployment| seen.insert(deployment.uid()));
    let namespaces: Vec<String> = found.iter().filter_map(ResourceExt::namespace).collect();
    say_all_places(&cluster, namespaces.iter().map(String::as_str));
    for deployment in &found {
        let (mut lines, mut kept, mut needed) = (Vec::new(), Vec::new(), Vec::new());
        let mut told = |fate, kind: &str, name: &str| match fate {
            Fate::Deleted => lines.push(output::line(kind, name, "deleted")),
            Fate::Kept => {
                lines.push(output::line(kind, name, "kept"));
                kept.push(format!("{kind}/{name}"));
            }
            Fate::Needed => {
                lines.push(output::line(kind, name, "kept"));
                needed.push(format!("{kind}/{name}"));
            }
        };
        let outcome = delete::delete(&cluster, deployment, args.cascade.into(), &mut told).await;
        ui::print(&lines.concat())?;
        outcome?;
        let namespace = deployment.namespace().unwrap_or_default();
        if !kept.is_empty() {
            ui::say(&deploy_view::kept(&kept, &namespace));
        }
        if !needed.is_empty() {
            ui::say(&deploy_view::needed(&needed, &namespace));
        }
    }
    if args.wait {
        for deployment in &found {
            delete::wait(&cluster, deployment, args.timeout).await?;
        }
    }
    Ok(())
}
