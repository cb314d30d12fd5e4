//! `run list|describe|logs|delete` (layer 4).

use std::collections::HashSet;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::flags::{ListFlags, OutputFlag, PlaceFlags};
use super::place::{reach, say_all_places, say_none};
use super::{log_view, run_view};
use crate::error::Result;
use crate::ops::run::find::{find, find_all};
use crate::ops::run::{delete, describe, list, logs};
use crate::stack::Kind;
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
    place: PlaceFlags,
    #[command(flatten)]
    output: OutputFlag,
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
    place: PlaceFlags,
}

/// Which runs.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// The runs' names or ids; @latest is the newest
    #[arg(value_name = "NAME", required = true)]
    runs: Vec<String>,
    #[command(flatten)]
    place: PlaceFlags,
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
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let namespace = (!args.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: args.selector };
    let runs = list::list(&cluster, &request, Timestamp::now()).await?;
    if runs.is_empty() {
        say_none("runs", namespace.as_deref());
    }
    ui::print(&output::list(&runs, &args.output.output, args.all_namespaces)?)
}

async fn describe(args: DescribeArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let described = describe::describe(&cluster, &found, Timestamp::now()).await?;
    ui::print(&output::one(&described, &args.output.output, || run_view::describe(&described))?)
}

async fn logs(args: LogsArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let request = logs::Request { follow: args.follow, step: args.step, tail: args.tail.map(i64::from) };
    let read = async |sink| logs::read(&cluster, &found, &request, &sink).await;
    let what = format!("run \"{}\"", found.identity.name);
    log_view::print(&what, read, |logs::Line { step, text }| format!("[{step}] {text}\n")).await
}

async fn delete(args: DeleteArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    // All are found before the first is deleted, so that a wrong name deletes nothing.
    let mut found = find_all(&cluster, &place, &args.runs).await?;
    // A name and @latest may mean the same run.
    let mut seen = HashSet::new();
    found.retain(|run| seen.insert(run.identity.id.clone()));
    say_all_places(&cluster, found.iter().map(|run| run.namespace.as_str()));
    for run in found {
        delete::delete(&cluster, &run).await?;
        ui::print(&output::line("run", &run.identity.name, "deleted"))?;
    }
    Ok(())
}
