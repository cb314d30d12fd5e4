//! `run stop|suspend|resume|delete|prune` (layer 4).

use std::collections::HashSet;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use tokio::time::Instant;

use super::attend;
use super::watch::{shown, shown_of};
use crate::cli::flags::{PlaceFlags, TimeoutFlag, duration, reached};
use crate::cli::place::{reach, say_all_places, say_none};
use crate::cli::prompt;
use crate::cluster::Cluster;
use crate::error::{Kind, Result};
use crate::ops::place::Place;
use crate::ops::run::attend::{driver, is_driven};
use crate::ops::run::find::{find, find_all};
use crate::ops::run::prune::{Rule, chosen};
use crate::ops::run::request::{self, Asked, Wanted};
use crate::ops::run::{Found, delete, list, stop};
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::{checkpoint, retry};
use crate::{output, stack, ui};

/// Which runs.
#[derive(Args, Debug)]
pub(in crate::cli) struct RunsArgs {
    /// The runs' names or ids; @latest is the newest
    #[arg(value_name = "NAME", required = true)]
    runs: Vec<String>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which runs to stop, and how.
#[derive(Args, Debug)]
pub(in crate::cli) struct StopArgs {
    #[command(flatten)]
    which: RunsArgs,
    /// Kill the pods of its steps, without the time that they have to end by themselves
    #[arg(long)]
    force: bool,
    /// Return once the stop is asked for, unless nobody but this command can end the run; without this flag, wait for the end
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    timeout: TimeoutFlag,
}

/// What to remove.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a flag")]
pub(in crate::cli) struct PruneArgs {
    /// Only runs that ended this long ago or longer, such as 72h
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = duration)]
    older_than: Duration,
    /// Keep so many ended runs of each pipeline, the newest
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    keep: usize,
    /// Also attached runs whose terminal is gone, with the pods that they left
    #[arg(long)]
    interrupted: bool,
    /// Look in all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,
    /// Only show what would be removed
    #[arg(long)]
    dry_run: bool,
    /// Do not ask whether that is really wanted
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

/// All are found before the first is changed, so that a wrong name changes nothing; and says where they are.
async fn found(args: RunsArgs) -> Result<(Cluster, Vec<Found>)> {
    let (cluster, place) = reach(args.place, stack::Kind::Orchestrator).await?;
    let mut found = find_all(&cluster, &place, &args.runs).await?;
    // A name and @latest may mean the same run.
    let mut seen = HashSet::new();
    found.retain(|run| seen.insert(run.identity.id.clone()));
    say_all_places(&cluster, found.iter().map(|run| run.namespace.as_str()));
    Ok((cluster, found))
}

/// All are asked to end before the first is waited for.
pub(super) async fn stop(args: StopArgs) -> Result<()> {
    let (cluster, runs) = found(args.which).await?;
    let deadline = args.timeout.deadline();
    for run in &runs {
        request::request(&cluster, run, if args.force { Wanted::Kill } else { Wanted::Stop }).await?;
    }
    for run in &runs {
        let others = if args.detach { stop::by(&cluster, run).await?.words(run) } else { None };
        if let Some(who) = others {
            ui::print(&output::line("run", &run.identity.name, "stopping"))?;
            ui::say(&who);
            continue;
        }
        let of = (runs.len() > 1).then_some(run.identity.name.as_str());
        // It may have come to its end by itself just before.
        let what = ended(&cluster, run, of, deadline).await?.phase.as_str().to_lowercase();
        ui::print(&output::line("run", &run.identity.name, &what))?;
    }
    Ok(())
}

/// Waits until the run has ended; where nobody works on it, ends it from here. What happens is told `of` it.
async fn ended(cluster: &Cluster, run: &Found, of: Option<&str>, deadline: Option<Instant>) -> Result<Record> {
    let gave_up = |kind| {
        Err(attend::gave_up(kind, "interrupted", run, "the stop is asked for all the same").hint(attend::look(run)))
    };
    tokio::select! {
        record = Box::pin(shown_of(of, async |report| stop::carry_out(cluster, run, report).await)) => record,
        _ = tokio::signal::ctrl_c() => gave_up(Kind::Interrupted),
        () = reached(deadline) => gave_up(Kind::TimedOut),
    }
}

pub(super) async fn suspend(args: RunsArgs) -> Result<()> {
    let (cluster, runs) = found(args).await?;
    for run in runs {
        ask(&cluster, &run, Wanted::Suspend).await?;
    }
    Ok(())
}

/// A run that was stopped goes on with what was cancelled by that.
pub(super) async fn resume(args: RunsArgs) -> Result<()> {
    let (cluster, runs) = found(args).await?;
    for run in runs {
        let record = checkpoint::load(&cluster, &run.namespace, &run.identity.object()).await?;
        if record.phase != Phase::Stopped {
            ask(&cluster, &run, Wanted::Resume).await?;
            continue;
        }
        let driver = driver(&cluster, &run).await?;
        shown(async |report| retry::retry(&driver, &retry::Request::default(), report).await).await?;
        ui::print(&output::line("run", &run.identity.name, "resumed"))?;
        say_who_drives(&cluster, &run).await?;
    }
    Ok(())
}

async fn ask(cluster: &Cluster, run: &Found, wanted: Wanted) -> Result<()> {
    let asked = request::request(cluster, run, wanted).await?;
    let what = match (wanted, asked) {
        (Wanted::Suspend, Asked::Noted) => "suspended",
        (Wanted::Suspend, Asked::Already) => "already suspended",
        _ => "resumed",
    };
    ui::print(&output::line("run", &run.identity.name, what))?;
    say_who_drives(cluster, run).await
}

async fn say_who_drives(cluster: &Cluster, run: &Found) -> Result<()> {
    if !is_driven(cluster, run).await? {
        ui::say(&format!("Nobody drives the run; `kubectl zenml run attach {}` does.", run.words()));
    }
    Ok(())
}

pub(super) async fn delete(args: RunsArgs) -> Result<()> {
    let (cluster, runs) = found(args).await?;
    for run in runs {
        remove(&cluster, &run).await?;
    }
    Ok(())
}

async fn remove(cluster: &Cluster, run: &Found) -> Result<()> {
    if let Some(left) = delete::delete(cluster, run).await? {
        ui::say(&left);
    }
    ui::print(&output::line("run", &run.identity.name, "deleted"))
}

pub(super) async fn prune(args: PruneArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, stack::Kind::Orchestrator).await?;
    let namespace = (!args.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: None };
    let runs = list::list(&cluster, &request, Timestamp::now()).await?;
    let rule = Rule { older_than: args.older_than, keep: args.keep, interrupted: args.interrupted };
    let gone = chosen(runs, rule, Timestamp::now());
    if gone.is_empty() {
        say_none("runs to remove", namespace.as_deref());
        return Ok(());
    }
    if args.dry_run {
        let lines = gone.iter().map(|run| output::line("run", &run.name, "deleted (dry run)"));
        return ui::print(&lines.collect::<String>());
    }
    say_all_places(&cluster, gone.iter().map(|run| run.namespace.as_str()));
    if !args.yes {
        prompt::confirm(&format!("Delete {} ended runs, with their pods and logs?", gone.len()))?;
    }
    for run in gone {
        let place = Place { namespace: run.namespace, only: true };
        // By its id: meanwhile another one may have its name.
        let found = find(&cluster, &place, &run.id).await?;
        remove(&cluster, &found).await?;
    }
    Ok(())
}
