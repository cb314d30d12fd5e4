//! `deployment list|describe|status|events|url|history` (layer 4).

use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, Args};
use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;

use super::{ListFlags, OutputFlag, PlaceFlags, deployment_view, duration, reach, say_none};
use crate::cluster::{Cluster, rollout};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::ops::deployment::find::find;
use crate::ops::deployment::{describe, endpoint, events, history, list};
use crate::ops::place::Place;
use crate::stack::Kind;
use crate::{output, ui};

/// Which deployment, and how to print what there is of it.
#[derive(Args, Debug)]
pub(in crate::cli) struct Shown {
    /// The deployment's name or id
    name: String,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    output: OutputFlag,
}

/// Which rollout, and how long to wait.
#[derive(Args, Debug)]
pub(in crate::cli) struct StatusArgs {
    /// The deployment's name or id
    name: String,
    /// Wait until the rollout is complete or has failed
    #[arg(short, long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    watch: bool,
    /// Give up waiting after this long
    #[arg(long, value_name = "DURATION", default_value = "600s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    output: OutputFlag,
}

pub(super) async fn list(args: ListFlags) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let namespace = (!args.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: args.selector };
    let deployments = list::list(&cluster, &request).await?;
    if deployments.is_empty() {
        say_none("deployments", namespace.as_deref());
    }
    ui::print(&output::list(&deployments, &args.output.output, args.all_namespaces)?)
}

pub(super) async fn describe(args: Shown) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let described = describe::describe(&cluster, &deployment).await?;
    ui::print(&output::one(&described, &args.output.output, || deployment_view::describe(&described))?)
}

pub(super) async fn status(args: StatusArgs) -> Result<ExitCode> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let is_table = args.output.output.is_table();
    if args.watch && is_table {
        wait(&cluster, &deployment, args.timeout).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.watch {
        let end = complete(&cluster, &deployment, args.timeout).await;
        return Box::pin(document(&cluster, (&place, &args.name), &args.output, end)).await.map(|()| ExitCode::SUCCESS);
    }
    let described = describe::describe(&cluster, &deployment).await?;
    let failed = described.summary.has_failed();
    let code = if failed { ExitCode::from(ErrorKind::RunFailed.exit_code()) } else { ExitCode::SUCCESS };
    if !is_table {
        ui::print(&output::one(&described, &args.output.output, String::new)?)?;
        return Ok(code);
    }
    let line = |text: &str| format!("deployment \"{}\": {text}\n", described.summary.name);
    let pods = format!(
        "{}, {} of {} pods ready",
        described.summary.status, described.summary.ready, described.summary.replicas
    );
    ui::print(&std::iter::once(&pods).chain(&described.reasons).map(|text| line(text)).collect::<String>())?;
    Ok(code)
}

/// Prints the deployment as it is at the rollout's end, also where that is an error: then whatever can still be read of it.
async fn document(
    cluster: &Cluster,
    (place, name): (&Place, &str),
    output: &OutputFlag,
    end: Result<Deployment>,
) -> Result<()> {
    let described = match &end {
        Ok(deployment) => describe::describe(cluster, deployment).await?,
        Err(error) if error.kind() == ErrorKind::Interrupted => return end.map(drop),
        Err(_) => {
            let now = async { describe::describe(cluster, &find(cluster, place, name).await?).await };
            let Ok(described) = now.await else { return end.map(drop) };
            described
        }
    };
    ui::print(&output::one(&described, &output.output, String::new)?)?;
    end.map(drop)
}

/// Waits for a rollout that goes on already.
pub(super) async fn wait(cluster: &Cluster, deployment: &Deployment, timeout: Duration) -> Result<()> {
    complete(cluster, deployment, timeout).await?;
    ui::print(&format!("deployment \"{}\" successfully rolled out\n", deployment.name_any()))
}

/// The same, without a word in the end. Returns the Deployment as it is then.
async fn complete(cluster: &Cluster, deployment: &Deployment, timeout: Duration) -> Result<Deployment> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let mut progress = deployment_view::Rollout::new(&name);
    let generation = deployment.metadata.generation.unwrap_or_default();
    let wanted = rollout::Wanted { namespace: &namespace, name: &name, generation, revision: None, timeout };
    let mut report = |state, trouble: Option<&_>| progress.show(state, trouble);
    let done = tokio::select! {
        done = rollout::wait(cluster, wanted, &mut report) => done,
        _ = tokio::signal::ctrl_c() => Err(Error::new(ErrorKind::Interrupted, "interrupted")),
    };
    drop(progress);
    match done? {
        rollout::End::Complete(deployment) | rollout::End::Replaced(deployment) => Ok(*deployment),
    }
}

pub(super) async fn events(args: Shown) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let events = events::events(&cluster, &deployment).await?;
    if events.is_empty() {
        ui::say(&format!("The cluster has said nothing about deployment \"{}\" lately.", deployment.name_any()));
    }
    ui::print(&output::list(&events, &args.output.output, false)?)
}

pub(super) async fn history(args: Shown) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let revisions = history::history(&cluster, &deployment).await?;
    if revisions.is_empty() {
        ui::say(&format!("No revision of deployment \"{}\" is on record.", deployment.name_any()));
    }
    ui::print(&output::list(&revisions, &args.output.output, false)?)
}

pub(super) async fn url(args: Shown) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let endpoint = endpoint::endpoint(&cluster, &deployment).await?;
    let named = deployment_view::Address { name: deployment.name_any(), endpoint };
    let endpoint = &named.endpoint;
    if args.output.output.is_table() {
        if let Some(url) = &endpoint.url {
            ui::print(&format!("{url}\n"))?;
        }
        endpoint.notes.iter().for_each(|note| ui::say(&format!("{}: {note}", endpoint.through)));
        return Ok(());
    }
    ui::print(&output::one(&named, &args.output.output, String::new)?)
}
