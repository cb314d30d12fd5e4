//! `run retry` (layer 4).

use clap::Args;

use super::attend;
use super::log_files::{LogFlags, Logs};
use super::watch::shown;
use crate::cli::flags::PlaceFlags;
use crate::cli::place::{reach, say_where};
use crate::cli::submit_plan;
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::error::{Error, Result};
use crate::ops::run::Found;
use crate::ops::run::attend::driver;
use crate::ops::run::find::find;
use crate::ops::stack::access::active;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::Record;
use crate::orchestrator::retry::{self, Request};
use crate::orchestrator::root::Mode;
use crate::stack::Kind;
use crate::{output, ui};

/// Which run to try again, and from where.
#[derive(Args, Debug)]
pub(in crate::cli) struct RetryArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    /// Do also this step again, and all that wait for it; an instance is train[3]
    #[arg(long, value_name = "STEP")]
    from: Option<String>,
    /// Return once the run goes on; without this flag, wait for its end
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    logs: LogFlags,
    /// Run this image as the orchestrator [default: the one before]
    #[arg(long, value_name = "IMAGE")]
    orchestrator_image: Option<String>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Tries a run again, in its place.
pub(super) async fn retry(args: RetryArgs) -> Result<()> {
    let active = active(Kind::Orchestrator, Target::from(args.place.cluster.clone()))?;
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let run = find(&cluster, &place, &args.run).await?;
    if args.detach && run.identity.mode == Mode::Attached {
        return Err(Error::usage(
            "`--detach` is for runs in the cluster: this one was submitted with --attached, and a terminal drives it",
        ));
    }
    let image = submit_plan::image(args.orchestrator_image.as_deref(), None, &active)?;
    let request = Request { from: args.from, image: args.orchestrator_image, fallback: image };
    if args.detach && args.logs.is_asked() {
        return Err(Error::usage("`--detach` does not wait, and logs come while one waits"));
    }
    let logs = if args.detach { None } else { Some(args.logs.wish()?) };
    say_where(&cluster, &run.namespace);
    let record = shown(async |report| again(&cluster, &run, &request, logs, report).await).await?;
    record.map_or(Ok(()), |record| attend::verdict(&run, &record))
}

/// Tries `run` again and, where somebody waits, stays until its end.
pub(super) async fn again(
    cluster: &Cluster,
    run: &Found,
    request: &Request,
    logs: Option<Logs>,
    report: &Report,
) -> Result<Option<Record>> {
    let driver = driver(cluster, run).await?;
    retry::retry(&driver, request, report).await?;
    ui::print(&output::line("run", &run.identity.name, "retried"))?;
    let Some(logs) = logs else {
        report.notice(attend::look(run));
        return Ok(None);
    };
    let driver = Some(driver).filter(|_| run.identity.mode == Mode::Attached);
    attend::stay(cluster, run, driver, logs, report).await.map(Some)
}
