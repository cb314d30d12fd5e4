//! `run list|describe|logs|delete` (layer 4).

use clap::{Args, Subcommand};
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::flags::{ClusterFlags, ListFlags, NamespaceFlag, OutputFlag};
use super::place::{DEFAULT_NAMESPACE, reach, say_none};
use super::run_view;
use crate::error::{Error, Kind, Result};
use crate::ops::run::find::find;
use crate::ops::run::{Found, delete, describe, list, logs};
use crate::{output, ui};

/// The verbs of `run`.
#[derive(Debug, Subcommand)]
pub(super) enum RunCommand {
    /// List runs, newest first
    List(ListFlags),
    /// Show a run, its steps, and why they failed
    Describe(DescribeArgs),
    /// Print the logs of a run's steps
    Logs(LogsArgs),
    /// Delete runs with everything that belongs to them
    Delete(DeleteArgs),
}

/// Which run, and how to print it.
#[derive(Args, Debug)]
pub(super) struct DescribeArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    output: OutputFlag,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Which logs.
#[derive(Args, Debug)]
pub(super) struct LogsArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    /// Follow the logs until the run ends
    #[arg(short, long)]
    follow: bool,
    /// Print only the log of this step
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Print this many lines from the end of each log [default: all]
    #[arg(long, value_name = "LINES")]
    tail: Option<u32>,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Which runs.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// The runs' names or ids; @latest is the newest
    #[arg(value_name = "NAME", required = true)]
    runs: Vec<String>,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Runs `run …`.
pub(super) async fn run(command: RunCommand) -> Result<()> {
    match command {
        RunCommand::List(args) => list(args).await,
        RunCommand::Describe(args) => describe(args).await,
        RunCommand::Logs(args) => Box::pin(logs(args)).await,
        RunCommand::Delete(args) => delete(args).await,
    }
}

async fn list(args: ListFlags) -> Result<()> {
    let (cluster, place) = reach(args.cluster, args.namespace, DEFAULT_NAMESPACE).await?;
    let namespace = (!args.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: args.selector };
    let runs = list::list(&cluster, &request, Timestamp::now()).await?;
    if runs.is_empty() {
        say_none("runs", namespace.as_deref());
    }
    ui::print(&output::list(&runs, &args.output.output, args.all_namespaces)?)
}

async fn describe(args: DescribeArgs) -> Result<()> {
    let (cluster, place) = reach(args.cluster, args.namespace, DEFAULT_NAMESPACE).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let described = describe::describe(&cluster, &found, Timestamp::now()).await?;
    ui::print(&output::one(&described, &args.output.output, || run_view::describe(&described))?)
}

async fn logs(args: LogsArgs) -> Result<()> {
    let (cluster, place) = reach(args.cluster, args.namespace, DEFAULT_NAMESPACE).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let request = logs::Request { follow: args.follow, step: args.step, tail: args.tail.map(i64::from) };
    let (sink, mut lines) = mpsc::channel::<logs::Line>(1024);
    let print = async {
        while let Some(line) = lines.recv().await {
            ui::print(&format!("[{}] {}\n", ui::harmless(&line.step), ui::harmless(&line.text)))?;
        }
        Ok(())
    };
    let read = async {
        let result = logs::read(&cluster, &found, &request, &sink).await;
        drop(sink);
        result
    };
    tokio::select! {
        outcome = async { tokio::try_join!(read, print) } => outcome.map(drop),
        _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted")),
    }
}

async fn delete(args: DeleteArgs) -> Result<()> {
    let (cluster, place) = reach(args.cluster, args.namespace, DEFAULT_NAMESPACE).await?;
    // All are found before the first is deleted, so that a wrong name deletes nothing.
    let mut found: Vec<Found> = Vec::with_capacity(args.runs.len());
    for reference in &args.runs {
        let run = find(&cluster, &place, reference).await?;
        // A name and @latest may mean the same run.
        if found.iter().all(|other| other.identity.id != run.identity.id) {
            found.push(run);
        }
    }
    for run in found {
        delete::delete(&cluster, &run).await?;
        ui::print(&format!("run/{} deleted\n", run.identity.name))?;
    }
    Ok(())
}
