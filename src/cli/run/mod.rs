//! The verbs of `run` (layer 4).

pub(super) mod attend;
mod change;
mod list;
pub(super) mod live;
pub(super) mod log_files;
mod retry;
mod tree;
mod view;
pub(super) mod watch;

use std::collections::HashSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use self::change::{PruneArgs, RunsArgs, StopArgs};
use self::list::ListArgs;
use self::log_files::Files;
use self::retry::RetryArgs;
use self::watch::{AttachArgs, WatchArgs};
use super::drawing::DrawingFlag;
use super::flags::{FormatParser, OutputFlag, PlaceFlags};
use super::log_view;
use super::place::reach;
use crate::cluster::logs::End;
use crate::error::{Context, Error, Result};
use crate::ops::run::attend::logs as attend_logs;
use crate::ops::run::find::find;
use crate::ops::run::{describe, events, export, graph, logs};
use crate::orchestrator::root;
use crate::output::Format;
use crate::stack::Kind;
use crate::{output, ui};

/// The verbs of `run`.
#[derive(Debug, Subcommand)]
pub(super) enum RunCommand {
    /// List runs, newest first
    List(ListArgs),
    /// Show a run, its steps, and why they failed
    Describe(DescribeArgs),
    /// Watch a run until it ends, as a tree on a terminal; exits as the run ends
    Watch(WatchArgs),
    /// Print the logs of a run's steps
    Logs(LogsArgs),
    /// Print what the cluster said about a run's objects, oldest first
    Events(DescribeArgs),
    /// Print the graph of a run's steps with their states
    Graph(GraphArgs),
    /// Print everything that is known of a run as one document, without secrets
    Export(ExportArgs),
    /// End runs: delete the pods of their steps, begin no other
    Stop(StopArgs),
    /// Begin no further step; what runs goes on
    Suspend(RunsArgs),
    /// Go on with runs that were suspended or stopped
    Resume(RunsArgs),
    /// Try a run again: what did not succeed, and with --from a step and all after it
    Retry(RetryArgs),
    /// Come back to a run and wait for its end; an attached one that was interrupted is driven on from here
    Attach(AttachArgs),
    /// Delete runs with everything that belongs to them
    Delete(RunsArgs),
    /// Delete the runs that have ended, and what interrupted submissions left
    Prune(PruneArgs),
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

/// Which run, and for which program.
#[derive(Args, Debug)]
pub(super) struct GraphArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    drawing: DrawingFlag,
}

/// Which run, and how to write it.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    /// Print as yaml, json or jsonpath=PATH
    #[arg(short, long, value_name = "FORMAT", default_value = "yaml", value_parser = FormatParser, hide_possible_values = true)]
    output: Format,
    #[command(flatten)]
    place: PlaceFlags,
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
    /// Print the log of the attempt before the newest, of the steps that had several
    #[arg(long, conflicts_with_all = ["follow", "logs_dir"])]
    previous: bool,
    /// Write the log of each attempt to a file in this directory, named after its pod, and print nothing
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    logs_dir: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Runs `run …`.
pub(super) async fn run(command: RunCommand) -> Result<()> {
    match command {
        RunCommand::List(args) => Box::pin(list::list(args)).await,
        RunCommand::Describe(args) => describe(args).await,
        RunCommand::Watch(args) => Box::pin(watch::watch(args)).await,
        RunCommand::Logs(args) => Box::pin(logs(args)).await,
        RunCommand::Events(args) => events(args).await,
        RunCommand::Graph(args) => graph(args).await,
        RunCommand::Export(args) => export(args).await,
        RunCommand::Stop(args) => Box::pin(change::stop(args)).await,
        RunCommand::Suspend(args) => change::suspend(args).await,
        RunCommand::Resume(args) => Box::pin(change::resume(args)).await,
        RunCommand::Retry(args) => Box::pin(retry::retry(args)).await,
        RunCommand::Attach(args) => Box::pin(watch::attach(args)).await,
        RunCommand::Delete(args) => change::delete(args).await,
        RunCommand::Prune(args) => change::prune(args).await,
    }
}

async fn describe(args: DescribeArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let described = describe::describe(&cluster, &found, Timestamp::now()).await?;
    // Who asks for more columns gets all of them.
    let width = ui::columns().filter(|_| args.output.output != Format::Wide);
    ui::print(&output::one(&described, &args.output.output, || view::describe(&described, width))?)
}

async fn graph(args: GraphArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    ui::print(&args.drawing.of(&graph::graph(&cluster, &found).await?))
}

async fn export(args: ExportArgs) -> Result<()> {
    if args.output.is_table() || args.output == Format::Name {
        return Err(Error::usage("`run export -o` is yaml, json or jsonpath=PATH: `run describe` prints for people"));
    }
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let exported = export::export(&cluster, &found, Timestamp::now()).await?;
    let value = serde_json::to_value(&exported).context(|| "cannot write JSON")?;
    ui::print(&output::structured(&value, &args.output)?)
}

async fn logs(args: LogsArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let request = logs::Request {
        follow: args.follow,
        step: args.step,
        tail: args.tail.map(i64::from),
        previous: args.previous,
        every: args.logs_dir.is_some(),
        without: HashSet::new(),
    };
    let mut files = args.logs_dir.as_deref().map(Files::new).transpose()?;
    let read = async |sink| Box::pin(attend_logs(&cluster, &found, &request, &sink)).await;
    let end = log_view::print(read, |told| match (told, &mut files) {
        (logs::Told::Note(note), _) => {
            ui::say(&note);
            Ok(String::new())
        }
        (logs::Told::Line(line), Some(files)) => files.write(&line).map(|()| String::new()),
        (logs::Told::Line(line), None) => Ok(format!("[{}] {}\n", line.step, line.text)),
    })
    .await?;
    if let (Some(mut files), Some(directory)) = (files, args.logs_dir) {
        files.flush()?;
        ui::say(&format!("{} logs written to {}", files.count(), directory.display()));
    }
    match end {
        End::Whole => Ok(()),
        End::Left => Err(watch::nobody(&found)),
        // As for everybody else who follows a run.
        End::Deleted => {
            let deleted = root::deleted(&found.identity.name);
            Err(root::named(&cluster, &found.namespace, &found.identity.name, deleted).await)
        }
    }
}

async fn events(args: DescribeArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let found = find(&cluster, &place, &args.run).await?;
    let events = events::events(&cluster, &found).await?;
    if events.is_empty() {
        ui::say(&format!("The cluster has said nothing about run \"{}\" lately.", found.identity.name));
    }
    let format = &args.output.output;
    match ui::columns().filter(|_| *format == Format::Table && !events.is_empty()) {
        Some(width) => ui::print(&view::events(&events, width)),
        None => ui::print(&output::list(&events, format, false)?),
    }
}
