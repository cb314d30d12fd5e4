//! Runs as tables and descriptions (layer 4).

use jiff::Timestamp;

use crate::ops::deployment::events::Line;
use crate::ops::run::Summary;
use crate::ops::run::describe::Description;
use crate::orchestrator::reason::waits;
use crate::orchestrator::record::{AttemptRecord, StepPhase, StepRecord};
use crate::output::age::{age, short};
use crate::output::{Named, Row, fit};

impl Named for Summary {
    const KIND: &'static str = "run";

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Row for Summary {
    fn columns(wide: bool) -> Vec<&'static str> {
        let mut columns = vec!["NAME", "PIPELINE", "STATUS", "STEPS", "AGE", "DURATION"];
        if wide {
            columns.extend(["ID", "MODE", "ORCHESTRATOR POD"]);
        }
        columns
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let now = Timestamp::now();
        let mut cells = vec![
            self.name.clone(),
            self.pipeline.clone(),
            self.status.to_owned(),
            // Of a run without a record nobody knows its steps.
            if self.steps == 0 { "N/A".to_owned() } else { format!("{}/{}", self.succeeded, self.steps) },
            self.created.map_or_else(|| "<unknown>".to_owned(), |created| age(created, now)),
            duration(self.started, self.finished, now),
        ];
        if wide {
            let pod = self.orchestrator_pod.clone().unwrap_or_else(|| "<none>".to_owned());
            cells.extend([self.id.clone(), self.mode.as_str().to_owned(), pod]);
        }
        cells
    }

    fn namespace(&self) -> Option<&str> {
        Some(&self.namespace)
    }
}

impl Named for Description {
    const KIND: &'static str = "run";

    fn name(&self) -> String {
        self.summary.name.clone()
    }
}

/// A run as `run describe` shows it: its fields, its steps as a table, and what failed steps said; in so many columns, where
/// there are not as many as it takes.
pub(super) fn describe(run: &Description, width: Option<usize>) -> String {
    let now = Timestamp::now();
    let summary = &run.summary;
    let time =
        |time: Option<Timestamp>| time.map_or_else(|| "N/A".to_owned(), |time| time.strftime("%F %T UTC").to_string());
    let mut fields = vec![
        ("Name", summary.name.clone()),
        ("ID", summary.id.clone()),
        ("Pipeline", summary.pipeline.clone()),
        ("Namespace", summary.namespace.clone()),
        ("Status", summary.status.to_owned()),
    ];
    if let Some(message) = &summary.message {
        fields.push(("Reason", message.clone()));
    }
    fields.extend([
        ("Mode", summary.mode.as_str().to_owned()),
        ("Orchestrator pod", summary.orchestrator_pod.clone().unwrap_or_else(|| "N/A".to_owned())),
        ("Submitted", time(summary.created)),
        ("Started", time(summary.started)),
        ("Finished", time(summary.finished)),
        ("Duration", duration(summary.started, summary.finished, now)),
    ]);
    if summary.steps > 0 {
        fields.push(("Steps", format!("{} of {} succeeded", summary.succeeded, summary.steps)));
    }
    if summary.retries > 0 {
        let times = if summary.retries == 1 { "once".to_owned() } else { format!("{} times", summary.retries) };
        fields.push(("Tried again", times));
    }
    if let Some(dropped) = run.dropped {
        fields.push(("Pods", format!("{dropped} of steps that succeeded are deleted: the run has more than are kept")));
    }
    let mut text = fit::fields(&fields, width);
    if !run.steps.is_empty() {
        text.push('\n');
        text.push_str(&steps(&run.steps, now, width));
    }
    let attempts = attempts(&run.steps, now, width);
    if !attempts.is_empty() {
        text.push('\n');
        text.push_str(&attempts);
    }
    for step in waiting(&run.steps) {
        text.push('\n');
        text.push_str(&fit::fields(&told("Waiting step", step), width));
    }
    for step in run.steps.iter().filter(|step| step.phase == StepPhase::Failed) {
        text.push('\n');
        text.push_str(&fit::fields(&told("Failed step", step), width));
    }
    text
}

/// Events in so many columns, with what they say below them where there are not enough.
pub(super) fn events(events: &[Line], width: usize) -> String {
    let columns = Line::columns(false);
    let row = |event: &Line| {
        let mut cells = event.cells(false);
        let message = cells.pop().unwrap_or_default();
        (cells, message)
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    let (heading, columns) = columns.split_last().unwrap_or((&"", &[]));
    fit::table_with_texts(columns, heading, &rows, &["TYPE", "LAST SEEN"], Some(width))
}

fn steps(steps: &[StepRecord], now: Timestamp, width: Option<usize>) -> String {
    let row = |step: &StepRecord| {
        vec![
            step.name.clone(),
            step.phase.as_str().to_owned(),
            waits(step).or_else(|| step.reason.clone()).unwrap_or_default(),
            if step.attempt == 0 { String::new() } else { step.attempt.to_string() },
            if step.started.is_some() { duration(step.started, step.finished, now) } else { String::new() },
            step.pod.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = steps.iter().map(row).collect();
    let columns = ["STEP", "STATUS", "REASON", "ATTEMPT", "DURATION", "POD"];
    fit::table(&columns, &rows, &["POD", "ATTEMPT", "DURATION", "REASON"], width)
}

/// The attempts that failed and were followed by another one.
fn attempts(steps: &[StepRecord], now: Timestamp, width: Option<usize>) -> String {
    let row = |name: &str, attempt: &AttemptRecord| {
        let cells = vec![
            name.to_owned(),
            attempt.attempt.to_string(),
            attempt.reason.clone(),
            attempt.exit_code.map(|code| code.to_string()).unwrap_or_default(),
            if attempt.started.is_some() { duration(attempt.started, attempt.finished, now) } else { String::new() },
        ];
        (cells, attempt.message.clone())
    };
    let rows: Vec<_> =
        steps.iter().flat_map(|step| step.attempts.iter().map(|attempt| row(&step.name, attempt))).collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns = ["FAILED ATTEMPT OF", "ATTEMPT", "REASON", "EXIT CODE", "DURATION"];
    fit::table_with_texts(&columns, "MESSAGE", &rows, &["DURATION", "EXIT CODE", "REASON"], width)
}

/// The first step of those that wait for the same reason, of each reason that Kubernetes has words for.
fn waiting(steps: &[StepRecord]) -> Vec<&StepRecord> {
    let mut first: Vec<&StepRecord> = Vec::new();
    for step in steps.iter().filter(|step| step.phase == StepPhase::Starting && step.message.is_some()) {
        // Of a quota, the server's words name the pod.
        let alike = |known: &StepRecord| match &step.waits_for {
            Some(what) => known.waits_for.as_ref() == Some(what),
            None => (&known.reason, &known.message) == (&step.reason, &step.message),
        };
        if !first.iter().any(|known| alike(known)) {
            first.push(step);
        }
    }
    first
}

/// Why a step is where it is: exit code, reason, and the last lines that its container wrote or what Kubernetes says.
fn told(what: &'static str, step: &StepRecord) -> Vec<(&'static str, String)> {
    let mut fields = vec![(what, step.name.clone())];
    if let Some(code) = step.exit_code {
        fields.push(("Exit code", code.to_string()));
    }
    if let Some(waits) = waits(step) {
        fields.push(("Reason", waits));
    } else if let Some(reason) = &step.reason {
        let detail = step.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        fields.push(("Reason", format!("{reason}{detail}")));
    }
    if let Some(message) = &step.message {
        fields.push(("Message", message.clone()));
    }
    fields
}

/// How long something took, or has been taking.
pub(super) fn duration(started: Option<Timestamp>, finished: Option<Timestamp>, now: Timestamp) -> String {
    started.map_or_else(|| "N/A".to_owned(), |started| short(finished.unwrap_or(now).as_second() - started.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_steps_wait_for_is_said_once() {
        let step = |name: &str, phase, message: &str| StepRecord {
            name: name.to_owned(),
            phase,
            message: Some(message.to_owned()),
            ..StepRecord::default()
        };
        let steps = [
            step("a", StepPhase::Starting, "no node"),
            step("b", StepPhase::Starting, "no node"),
            step("c", StepPhase::Starting, "no image"),
            step("d", StepPhase::Failed, "words"),
        ];
        let names: Vec<_> = waiting(&steps).iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
    }
}
