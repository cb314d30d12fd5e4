//! Staying with a run until it ends, from `submit`, `run watch` and `run attach` (layer 4).

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::ops::run::request::{self, Wanted};
use crate::ops::run::{Found, logs};
use crate::orchestrator::drive::{Driven, Driver};
use crate::orchestrator::engine::Control;
use crate::orchestrator::follow::follow;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::{Phase, Record, StepPhase};
use crate::output;
use crate::ui;

/// A second Ctrl-C within this long stops the run.
const TWICE: Duration = Duration::from_secs(2);
/// How long the logs may take to come to their end after the run has.
const LAST_LOGS: Duration = Duration::from_secs(15);
/// The last lines of a failed step that an error repeats.
const LAST_LINES: usize = 5;

/// Stays with a run until it ends: drives it where there is a `driver`, else follows it; with the logs of its steps.
pub(in crate::cli) async fn stay(
    cluster: &Cluster,
    run: &Found,
    driver: Option<Driver>,
    with_logs: bool,
    report: &Report,
) -> Result<Record> {
    let mut logs = JoinSet::new();
    if with_logs {
        logs.spawn(tell_logs(cluster.clone(), run.clone(), report.clone()));
    }
    let record = match driver {
        Some(driver) => Box::pin(drive(driver, run, report)).await,
        None => Box::pin(wait(cluster, run, report)).await,
    }?;
    let _ = timeout(LAST_LOGS, logs.join_next()).await;
    Ok(record)
}

/// Tells every line of every step, as `run logs -f` prints it.
async fn tell_logs(cluster: Cluster, run: Found, report: Report) {
    let (sink, mut lines) = mpsc::channel(1024);
    let request = logs::Request { follow: true, ..logs::Request::default() };
    let tell = async {
        while let Some(logs::Line { step, text }) = lines.recv().await {
            report.notice(format!("[{step}] {text}"));
        }
    };
    let read = async { logs::read(&cluster, &run, &request, &{ sink }).await };
    if let (Err(error), ()) = tokio::join!(read, tell) {
        report.notice(format!("the logs are not available: {error}"));
    }
}

/// Follows the run until it ends. The first Ctrl-C ends the following, a second one soon after stops the run.
async fn wait(cluster: &Cluster, run: &Found, report: &Report) -> Result<Record> {
    tokio::select! {
        record = Box::pin(follow(cluster, &run.namespace, &run.identity, report)) => return record,
        _ = tokio::signal::ctrl_c() => {}
    }
    report.notice("leaving; Ctrl-C once more stops the run");
    if timeout(TWICE, tokio::signal::ctrl_c()).await.is_err() {
        return Err(Error::new(Kind::Interrupted, "detached; the run goes on in the cluster").hint(back(run)));
    }
    request::request(cluster, run, Wanted::Stop).await?;
    Err(Error::new(Kind::Interrupted, "the run is being stopped").hint(look(run)))
}

/// Drives the run from here. The first Ctrl-C leaves it, and the pods that run keep running; a second one soon after stops it.
async fn drive(driver: Driver, run: &Found, report: &Report) -> Result<Record> {
    let (orders, mut control) = mpsc::unbounded_channel();
    let notices = report.clone();
    let interrupts = tokio::spawn(async move {
        let mut first: Option<Instant> = None;
        loop {
            // A first Ctrl-C that no second one follows leaves.
            let pause = first.map(|first| (first + TWICE).saturating_duration_since(Instant::now()));
            let pressed = match pause {
                None => tokio::signal::ctrl_c().await.is_ok(),
                Some(pause) => timeout(pause, tokio::signal::ctrl_c()).await.is_ok_and(|pressed| pressed.is_ok()),
            };
            let order = match (pressed, first) {
                (true, None) => {
                    first = Some(Instant::now());
                    notices.notice("leaving; Ctrl-C once more stops the run");
                    continue;
                }
                (true, Some(_)) => Control::Stop("stopped by Ctrl-C".to_owned()),
                (false, _) => Control::Leave,
            };
            if orders.send(order).is_err() {
                return;
            }
            first = None;
        }
    });
    let end = driver.drive(&mut control, report).await;
    interrupts.abort();
    match end? {
        Driven::Ended(record) => Ok(record),
        Driven::Left => Err(left(run)),
    }
}

fn left(run: &Found) -> Error {
    let (name, namespace) = (&run.identity.name, &run.namespace);
    Error::new(Kind::Interrupted, "interrupted; no further step starts, and the pods that run keep running")
        .hint(format!("kubectl zenml run attach {name} -n {namespace}    goes on with it"))
        .hint(format!("kubectl zenml run delete {name} -n {namespace}    removes the run and its pods"))
}

/// Where to look at a run.
pub(in crate::cli) fn look(run: &Found) -> String {
    let (name, namespace) = (&run.identity.name, &run.namespace);
    format!("kubectl zenml run describe {name} -n {namespace}    (or `run logs -f {name} -n {namespace}`)")
}

fn back(run: &Found) -> String {
    format!("kubectl zenml run attach {} -n {}    comes back to it", run.identity.name, run.namespace)
}

/// The run's end as an exit code and, where it did not succeed, why.
pub(in crate::cli) fn verdict(run: &Found, record: &Record) -> Result<()> {
    let (name, namespace) = (&run.identity.name, &run.namespace);
    if record.phase == Phase::Succeeded {
        return ui::print(&output::line("run", name, "succeeded"));
    }
    let (word, kind) = match record.phase {
        Phase::Stopped => ("was stopped", Kind::RunFailed),
        Phase::TimedOut => ("timed out", Kind::TimedOut),
        _ => ("failed", Kind::RunFailed),
    };
    let why = record.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    let mut error = Error::new(kind, format!("run \"{name}\" {word}{why}"));
    let spoken = record.steps.iter().find(|step| step.phase == StepPhase::Failed && step.message.is_some());
    let lines: Vec<_> = spoken.and_then(|step| step.message.as_deref()).unwrap_or_default().lines().collect();
    for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
        error = error.cause(*line);
    }
    Err(error.hint(format!("kubectl zenml run describe {name} -n {namespace}")))
}
