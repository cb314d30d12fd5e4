//! `run watch|attach` (layer 4).

use std::path::PathBuf;

use clap::Args;

use super::attend::{self, Waiting};
use super::live;
use super::log_files::{LogFlags, Logs};
use crate::cli::flags::{PlaceFlags, TimeoutFlag, reached};
use crate::cli::place::{reach, say_where};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::ops::run::Found;
use crate::ops::run::attend::{abandoned, is_attended};
use crate::ops::run::find::find;
use crate::ops::run::list::job_failed;
use crate::orchestrator::checkpoint;
use crate::orchestrator::follow::follow;
use crate::orchestrator::progress::{Report, tell_difference};
use crate::orchestrator::record::Record;
use crate::orchestrator::root::Mode;
use crate::stack;

/// Which run to look at.
#[derive(Args, Debug)]
pub(in crate::cli) struct WatchArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    /// Print the logs of all steps too
    #[arg(long)]
    logs: bool,
    /// Write the log of each attempt of each step to a file in this directory, named after its pod
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    logs_dir: Option<PathBuf>,
    #[command(flatten)]
    timeout: TimeoutFlag,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which run to come back to.
#[derive(Args, Debug)]
pub(in crate::cli) struct AttachArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    #[command(flatten)]
    logs: LogFlags,
    #[command(flatten)]
    timeout: TimeoutFlag,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Shows a run until it ends. It is not touched, whatever happens here.
pub(super) async fn watch(args: WatchArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, stack::Kind::Orchestrator).await?;
    let run = find(&cluster, &place, &args.run).await?;
    let (logs, deadline) = (Logs::new(args.logs, args.logs_dir.as_deref())?, args.timeout.deadline());
    let record = shown(async |report| {
        let record = checkpoint::load(&cluster, &run.namespace, &run.identity.object()).await?;
        // What there is to say of a Job that has given up, whoever follows the run says.
        let given_up = run.identity.mode == Mode::Job && job_failed(&cluster, &run).await?;
        if !record.phase.is_final() && !given_up && !is_attended(&cluster, &run).await? {
            tell_difference(report, &Record::default(), &record);
            return Err(nobody(&run));
        }
        let logs = attend::Telling::start(&cluster, &run, logs, report);
        tokio::select! {
            gone = Box::pin(abandoned(&cluster, &run)), if !given_up => {
                gone?;
                // Of a run that has ended nobody drives anything either.
                let record = checkpoint::load(&cluster, &run.namespace, &run.identity.object()).await?;
                tell_difference(report, &Record::default(), &record);
                if !record.phase.is_final() {
                    return Err(nobody(&run));
                }
                logs.finish(report).await;
                Ok(record)
            }
            record = Box::pin(follow(&cluster, &run.namespace, (&run.identity, &run.uid), report)) => {
                logs.finish(report).await;
                record
            }
            _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted").hint(attend::look(&run))),
            () = reached(deadline) => {
                Err(attend::gave_up(Kind::TimedOut, "", &run, "it is not touched by that").hint(attend::look(&run)))
            }
        }
    })
    .await?;
    attend::verdict(&run, &record)
}

pub(super) fn nobody(run: &Found) -> Error {
    Error::failure(format!("nobody drives the run \"{}\" any more; it is interrupted", run.identity.name))
        .hint(format!("kubectl zenml run attach {}    goes on with it", run.words()))
}

/// Comes back to a run: waits for its end as `submit` does, and drives an attached one that nobody drives any more.
pub(super) async fn attach(args: AttachArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, stack::Kind::Orchestrator).await?;
    let run = find(&cluster, &place, &args.run).await?;
    say_where(&cluster, &run.namespace);
    let waiting = Waiting { logs: args.logs.wish()?, timeout: args.timeout };
    let record = shown(async |report| come_back(&cluster, &run, waiting, report).await).await?;
    attend::verdict(&run, &record)
}

async fn come_back(cluster: &Cluster, run: &Found, waiting: Waiting, report: &Report) -> Result<Record> {
    let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
    if record.phase.is_final() {
        tell_difference(report, &Record::default(), &record);
        return Ok(record);
    }
    let mut own = None;
    if !is_attended(cluster, run).await? {
        own = Some(attend::take_over(cluster, run, None).await?);
    }
    attend::stay(cluster, run, own, waiting, report).await
}

/// What `what` comes to, with everything shown that it reports.
pub(in crate::cli) async fn shown<T>(what: impl AsyncFnOnce(&Report) -> Result<T>) -> Result<T> {
    shown_of(None, what).await
}

/// As [`shown`]; each line begins with the name of the run that it is of, where there are several.
pub(super) async fn shown_of<T>(run: Option<&str>, what: impl AsyncFnOnce(&Report) -> Result<T>) -> Result<T> {
    let (report, events) = Report::channel();
    let view = tokio::spawn(live::show(events, run.map(str::to_owned)));
    let outcome = what(&report).await;
    drop(report);
    // The view ends by itself once nobody reports any more.
    let _ = view.await;
    outcome
}
