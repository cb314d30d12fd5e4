//! Staying with a run until it ends, from `submit`, `run watch` and `run attach` (layer 4).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::log_files::{Files, Logs};
use crate::cli::flags::TimeoutFlag;
use crate::cli::signals::Signals;
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::ops::run::attend::{abandoned, driver};
use crate::ops::run::request::{self, Wanted};
use crate::ops::run::{Found, logs, stop};
use crate::orchestrator::checkpoint;
use crate::orchestrator::drive::{Driven, Driver};
use crate::orchestrator::engine::Control;
use crate::orchestrator::follow::follow;
use crate::orchestrator::lease::Sighting;
use crate::orchestrator::progress::{Report, tell_difference};
use crate::orchestrator::record::{Phase, Record, StepPhase};
use crate::output;
use crate::ui;

/// A second Ctrl-C within this long stops the run.
const TWICE: Duration = Duration::from_secs(2);
/// Said after the first Ctrl-C.
const LEAVING: &str = "leaving; Ctrl-C once more stops the run";
/// After the run's end, logs of which nothing comes for so long are left.
const LAST_LOGS: Duration = Duration::from_secs(15);
/// The last lines of a failed step that an error repeats.
const LAST_LINES: usize = 5;

/// How somebody waits for a run's end.
pub(in crate::cli) struct Waiting {
    /// What to do with the logs of its steps meanwhile.
    pub(in crate::cli) logs: Logs,
    /// How long.
    pub(in crate::cli) timeout: TimeoutFlag,
}

/// Stays with a run until it ends: drives it where there is a `driver`, else follows it, and drives it once nobody else does;
/// with the logs of its steps.
pub(in crate::cli) async fn stay(
    cluster: &Cluster,
    run: &Found,
    mut driver: Option<Driver>,
    waiting: Waiting,
    report: &Report,
) -> Result<Record> {
    let logs = Telling::start(cluster, run, waiting.logs, report);
    let mut signals = Signals::listen(waiting.timeout.deadline())?;
    if driver.is_some() {
        // Whoever drives tells what changes; what is done already is to be seen too.
        let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
        tell_difference(report, &Record::default(), &record);
    }
    let record = loop {
        if let Some(driver) = driver.take() {
            if let Some(record) = Box::pin(drive(driver, run, &mut signals, report)).await? {
                break record;
            }
            report.notice("another one drives the run; this terminal follows it");
        }
        match Box::pin(wait(cluster, run, &mut signals, report)).await? {
            Waited::Ended(record) => break record,
            Waited::Abandoned(seen) => driver = Some(take_over(cluster, run, seen).await?),
        }
    };
    logs.finish(report).await;
    Ok(record)
}

/// The logs of a run's steps while they are told, which ends with this.
pub(super) struct Telling {
    task: JoinSet<()>,
    /// How many lines were told.
    lines: Arc<AtomicU64>,
}

impl Telling {
    /// Begins to tell, where that is wanted.
    pub(super) fn start(cluster: &Cluster, run: &Found, logs: Logs, report: &Report) -> Self {
        let (mut task, lines) = (JoinSet::new(), Arc::default());
        if logs.are_wanted() {
            task.spawn(tell_logs(cluster.clone(), run.clone(), logs, report.clone(), Arc::clone(&lines)));
        }
        Self { task, lines }
    }

    /// Lets the logs of a run that has ended come to their end, as long as something comes.
    pub(super) async fn finish(mut self, report: &Report) {
        let mut before = self.lines.load(Ordering::Relaxed);
        while timeout(LAST_LOGS, self.task.join_next()).await.is_err() {
            let now = self.lines.load(Ordering::Relaxed);
            if before == now {
                return report.notice("nothing more comes of the logs, and they have not ended: lines may be missing");
            }
            before = now;
        }
    }
}

/// Tells every line of every step, as `run logs -f` prints it.
async fn tell_logs(cluster: Cluster, run: Found, mut logs: Logs, report: Report, told: Arc<AtomicU64>) {
    let (sink, mut lines) = mpsc::channel(1024);
    let without = std::mem::take(&mut logs.without);
    let request = logs::Request { follow: true, without, ..logs::Request::default() };
    let tell = async {
        while let Some(next) = lines.recv().await {
            told.fetch_add(1, Ordering::Relaxed);
            let line = match next {
                logs::Told::Line(line) => line,
                logs::Told::Note(note) => {
                    report.notice(note);
                    continue;
                }
            };
            if let Some(Err(error)) = logs.files.as_mut().map(|files| files.write(&line)) {
                report.notice(format!("no more logs are written to files: {error}"));
                logs.files = None;
            }
            // Whoever follows the files is to see each line when it comes.
            if lines.is_empty() {
                let _ = logs.files.as_mut().map(Files::flush);
            }
            if logs.print {
                report.notice(format!("[{}] {}", line.step, line.text));
            }
        }
    };
    let read = async { logs::read(&cluster, &run, &request, &{ sink }).await };
    if let (Err(error), ()) = tokio::join!(read, tell) {
        report.notice(format!("the logs are not available: {error}"));
    }
}

/// What drives a run that nobody drives any more, unless somebody else is faster. What was `seen` of its Lease counts.
pub(super) async fn take_over(cluster: &Cluster, run: &Found, seen: Option<Sighting>) -> Result<Driver> {
    Ok(Driver { gives_way: true, seen, ..driver(cluster, run).await? })
}

/// What waiting for a run came to.
enum Waited {
    /// It has ended.
    Ended(Record),
    /// Nobody works on it any more; this was seen of its Lease.
    Abandoned(Option<Sighting>),
}

/// Follows the run until it ends, or until nobody works on it any more. The first Ctrl-C ends the following, as the end of
/// the time does, a second one soon after stops the run.
async fn wait(cluster: &Cluster, run: &Found, signals: &mut Signals, report: &Report) -> Result<Waited> {
    let kind = tokio::select! {
        record = Box::pin(follow(cluster, &run.namespace, (&run.identity, &run.uid), report)) => return record.map(Waited::Ended),
        gone = Box::pin(abandoned(cluster, run)) => return gone.map(Waited::Abandoned),
        kind = signals.next() => kind,
    };
    if kind == Kind::Interrupted {
        report.notice(LEAVING);
        if let Ok(Kind::Interrupted) = timeout(TWICE, signals.next()).await {
            request::request(cluster, run, Wanted::Stop).await?;
            return tokio::select! {
                record = Box::pin(stop::carry_out_unless_others(cluster, run, report)) => match record? {
                    None => Err(Error::new(kind, "the run is being stopped").hint(look(run))),
                    Some(record) => Ok(Waited::Ended(record)),
                },
                kind = signals.next() => {
                    Err(gave_up(kind, "interrupted", run, "the stop is asked for all the same").hint(look(run)))
                }
            };
        }
    }
    Err(gave_up(kind, "detached", run, "the run goes on in the cluster").hint(back(run)))
}

/// Drives the run from here; without a record, somebody else does. The first Ctrl-C leaves it, and the pods that run keep
/// running; a second one soon after stops it.
async fn drive(driver: Driver, run: &Found, signals: &mut Signals, report: &Report) -> Result<Option<Record>> {
    let (orders, mut control) = mpsc::unbounded_channel();
    let mut kind = Kind::Interrupted;
    let heard = async {
        loop {
            let order = ordered(signals, &mut kind, report).await;
            // Whoever drives lives longer than this.
            let _ = orders.send(order);
        }
    };
    let end = tokio::select! {
        end = driver.drive(&mut control, report) => end?,
        () = heard => Driven::Left,
    };
    match end {
        Driven::Ended(record) => Ok(Some(record)),
        Driven::Elsewhere => Ok(None),
        Driven::Left => Err(left(kind, run)),
    }
}

/// What a person wants who sends signals to whoever drives: Ctrl-C once, the end of the time or of this process means to
/// leave. `kind` becomes the kind of that end.
async fn ordered(signals: &mut Signals, kind: &mut Kind, report: &Report) -> Control {
    *kind = signals.next().await;
    if *kind != Kind::Interrupted {
        return Control::Leave;
    }
    report.notice(LEAVING);
    match timeout(TWICE, signals.next()).await {
        Ok(Kind::Interrupted) => Control::Stop("stopped by Ctrl-C".to_owned()),
        Ok(other) => {
            *kind = other;
            Control::Leave
        }
        Err(_) => Control::Leave,
    }
}

fn left(kind: Kind, run: &Found) -> Error {
    let words = run.words();
    let what = if kind == Kind::Interrupted { "interrupted" } else { "told to end" };
    gave_up(kind, what, run, "no further step starts, and the pods that run keep running")
        .hint(format!("kubectl zenml run attach {words}    goes on with it"))
        .hint(format!("kubectl zenml run delete {words}    removes the run and its pods"))
}

/// Why nobody waits for the run any more, and what becomes of it; `what` unless the time is over.
pub(super) fn gave_up(kind: Kind, what: &str, run: &Found, rest: &str) -> Error {
    let late = || format!("timed out waiting for run \"{}\" to end", run.identity.name);
    let what = if kind == Kind::TimedOut { late() } else { what.to_owned() };
    Error::new(kind, format!("{what}; {rest}"))
}

/// Where to look at a run.
pub(in crate::cli) fn look(run: &Found) -> String {
    let words = run.words();
    format!("kubectl zenml run describe {words}    (or `run logs -f {words}`)")
}

fn back(run: &Found) -> String {
    format!("kubectl zenml run attach {}    comes back to it", run.words())
}

/// The run's end as an exit code and, where it did not succeed, why.
pub(in crate::cli) fn verdict(run: &Found, record: &Record) -> Result<()> {
    let name = &run.identity.name;
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
    // The step that the headline names; a run that a person stopped did not end for what a step said.
    let first = record.steps.iter().find(|step| step.phase == StepPhase::Failed);
    let spoken = first.filter(|_| record.phase == Phase::Failed).and_then(|step| step.message.as_deref());
    let lines: Vec<_> = spoken.unwrap_or_default().lines().collect();
    // What the headline says already is not said again.
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].iter().filter(|line| !why.contains(**line));
    let last: Vec<_> = last.copied().collect();
    match &last[..] {
        [] => {}
        [line] => error = error.cause(*line),
        lines => error = error.last_lines(&lines.join("\n")),
    }
    Err(error.hint(format!("kubectl zenml run describe {}", run.words())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orchestrator::record::StepRecord;
    use crate::orchestrator::root::{Identity, Mode};

    #[test]
    fn what_a_step_wrote_is_one_cause() {
        let (id, name, pipeline) = ("0b1f".to_owned(), "nightly".to_owned(), "churn".to_owned());
        let identity = Identity { format: 1, id, name, pipeline, mode: Mode::Attached, pieces: Vec::new() };
        let run = Found { namespace: "ml".into(), identity, uid: "u".into(), created: None, suspended: false };
        let said = |message: &str| {
            let step =
                StepRecord { phase: StepPhase::Failed, message: Some(message.to_owned()), ..StepRecord::default() };
            let message = Some("step \"a\" failed: last".to_owned());
            verdict(&run, &Record { phase: Phase::Failed, message, steps: vec![step], ..Record::default() })
                .unwrap_err()
                .render()
        };
        let text = said("one\ntwo\nlast\n");
        assert!(text.contains("\n  caused by: its last lines:\n    one\n    two\nhint: "), "{text}");
        let text = said("one\nlast");
        assert!(text.contains("\n  caused by: one\nhint: "), "{text}");
    }
}
