//! How the machine's states come into the record (layer 3, pure).

use super::Ledger;
use crate::orchestrator::facts::Facts;
use crate::orchestrator::machine::{Attempt, End, Ended, Failure, Outcome, Skip, StepState};
use crate::orchestrator::reason::{self, why};
use crate::orchestrator::record::{AttemptRecord, StepPhase, StepRecord};
use crate::pipeline::graph::StepIndex;

/// So many failed attempts of a step are recorded one by one, the newest.
const MOST_ATTEMPTS: usize = 20;
/// What a step waits for while as many run as may.
const PLACE: &str = "max_parallelism";

impl Ledger {
    /// Brings the record of `step` up to the machine's state.
    pub(super) fn reflect(&mut self, step: StepIndex) {
        let slot = self.slots[step];
        let state = self.machine.state(step).clone();
        let (attempt, charged) = self.machine.attempts(step);
        let skipped = self.why_skipped(&state);
        let last = self.machine.last_ended(step);
        let waits_for_place = state == StepState::Ready && self.machine.is_full() && !self.machine.suspended();
        let known = &mut self.record.steps[slot];
        let before = known.clone();
        known.phase = phase(known.phase, &state);
        let waits = [StepPhase::Pending, StepPhase::Cancelled, StepPhase::Skipped].contains(&known.phase);
        let begins = before.phase == StepPhase::Pending && !waits;
        known.retry_at = None;
        known.waits_for = waits_for_place.then(|| PLACE.to_owned());
        if let Some(last) = last
            && note_attempt(known, last)
            && !matches!(state, StepState::Backoff { .. })
        {
            // The next attempt has begun without a pause: that there was one before is to be seen all the same.
            let mut interim = StepRecord { phase: StepPhase::Retrying, ..known.clone() };
            set_failure(&mut interim, &last.failure);
            self.interim.push(interim);
        }
        match state {
            StepState::Starting { .. } | StepState::Running { .. } => begin_attempt(known, attempt, charged),
            StepState::Backoff { until, last } => {
                set_failure(known, &last);
                known.attempt = attempt;
                known.retry_at = Some(until);
            }
            StepState::Ending { end: End::Fail(failure), .. } => {
                (known.reason, known.message) = (text(&failure.reason), text(&failure.message));
                known.detail = text(&failure.detail);
            }
            // What it waited for, or why an attempt before had failed, is not why it ends.
            StepState::Ending { end: End::Cancel, .. } | StepState::Cancelled => {
                (known.reason, known.detail, known.message) = (None, None, None);
            }
            // What was recorded of it says more.
            StepState::Succeeded if before.phase == StepPhase::Succeeded => {}
            StepState::Succeeded => {
                (known.reason, known.detail, known.message, known.cause) = (None, None, None, None);
                known.exit_code = Some(0).filter(|_| attempt > 0);
                known.attempt = known.attempt.max(attempt);
            }
            StepState::Failed(failure) => {
                known.attempt = known.attempt.max(attempt);
                set_failure(known, &failure);
            }
            StepState::Skipped(_) => (known.reason, known.message) = skipped,
            _ => {}
        }
        let ended = known.phase.is_final() && !before.phase.is_final();
        if *known != before {
            self.changed.insert(slot);
        }
        if ended && self.record.steps[slot].phase == StepPhase::Succeeded {
            self.forget_outputs_read_by(step);
        }
        if begins {
            self.begin_origin(step);
        }
    }

    /// Says of all steps that are ready whether they wait for a place.
    pub(super) fn reflect_ready(&mut self) {
        for step in 0..self.machine.len() {
            if *self.machine.state(step) == StepState::Ready {
                self.reflect(step);
            }
        }
    }

    /// A step runs once one of its instances has begun.
    fn begin_origin(&mut self, instance: StepIndex) {
        let origin = self.machine.origin(instance).0;
        let known = &mut self.record.steps[self.slots[origin]];
        if origin != instance && *self.machine.state(origin) == StepState::Expanded && known.phase == StepPhase::Pending
        {
            known.phase = StepPhase::Running;
            self.changed.insert(self.slots[origin]);
        }
    }

    fn why_skipped(&self, state: &StepState) -> (Option<String>, Option<String>) {
        let name = |step: StepIndex| &self.record.steps[self.slots[step]].name;
        let (reason, message) = match state {
            StepState::Skipped(Skip::Failed(because)) => {
                ("UpstreamFailed", format!("step \"{}\" did not succeed", name(*because)))
            }
            StepState::Skipped(Skip::Halted(because)) => {
                ("RunFailed", format!("step \"{}\" failed, and nothing begins after a failure", name(*because)))
            }
            StepState::Skipped(Skip::Unneeded) => ("NotNeeded", "nothing upstream failed".to_owned()),
            _ => return (None, None),
        };
        (Some(reason.to_owned()), Some(message))
    }

    /// Writes down what a pod says beyond its state.
    pub(super) fn note(&mut self, slot: usize, attempt: Attempt, pod: String, facts: Facts) {
        let known = &mut self.record.steps[slot];
        let over = matches!(known.phase, StepPhase::Retrying | StepPhase::Stopping) && attempt == known.attempt;
        if known.phase.is_final() || attempt < known.attempt || attempt <= known.past || over {
            return;
        }
        let before = known.clone();
        begin_attempt(known, attempt, known.charged);
        (known.pod, known.waits_for) = (Some(pod), None);
        known.started = facts.started.or(known.started);
        known.finished = facts.finished;
        // The kubelet says in turn why a pull failed and that it pauses, for as long as the image cannot be had: the first
        // is the reason.
        let pauses = facts.waiting.as_ref().is_some_and(|(reason, _)| reason == "ImagePullBackOff");
        if !(pauses && known.reason.as_deref() == Some("ErrImagePull")) {
            (known.reason, known.message) =
                facts.waiting.map_or((None, None), |(reason, message)| (Some(reason), message));
        }
        if *known != before {
            self.changed.insert(slot);
        }
    }

    /// Writes down an attempt before the newest whose end nobody had time to record: its pod is still there. The machine need not
    /// know, since the newest pod says what was charged.
    pub(super) fn note_earlier(&mut self, slot: usize, earlier: AttemptRecord) {
        let known = &mut self.record.steps[slot];
        let all = &known.attempts;
        let is_new = all.iter().all(|one| one.attempt != earlier.attempt);
        let is_forgotten = all.len() >= MOST_ATTEMPTS && all.first().is_some_and(|one| one.attempt > earlier.attempt);
        if is_new && !is_forgotten && earlier.attempt < known.attempt && earlier.attempt > known.past {
            let place = all.partition_point(|one| one.attempt < earlier.attempt);
            known.attempts.insert(place, earlier);
            let surplus = known.attempts.len().saturating_sub(MOST_ATTEMPTS);
            known.attempts.drain(..surplus);
            self.changed.insert(slot);
        }
    }

    /// One sentence for a run that did not succeed.
    pub(super) fn explain(&self, outcome: Outcome) -> Option<String> {
        let steps = &self.record.steps[..self.run.steps.len()];
        let failed: Vec<&StepRecord> = steps.iter().filter(|step| step.phase == StepPhase::Failed).collect();
        match (outcome, failed.as_slice()) {
            (Outcome::TimedOut, _) => Some("it ran for longer than its active deadline".to_owned()),
            (Outcome::Failed, [one]) => Some(format!("step \"{}\" failed{}", one.name, why(one))),
            (Outcome::Failed, [first, ..]) => {
                Some(format!("{} steps failed, first \"{}\"{}", failed.len(), first.name, why(first)))
            }
            _ => None,
        }
    }
}

/// What was said of the attempt before is not said of this one.
fn begin_attempt(known: &mut StepRecord, attempt: Attempt, charged: u16) {
    known.charged = charged;
    if known.attempt != attempt {
        known.attempt = attempt;
        (known.pod, known.reason, known.detail, known.message, known.exit_code) = (None, None, None, None, None);
        (known.started, known.finished, known.cause) = (None, None, None);
    }
}

fn set_failure(known: &mut StepRecord, failure: &Failure) {
    known.cause = Some(failure.cause);
    known.exit_code = failure.exit_code;
    (known.reason, known.message) = (text(&failure.reason), text(&failure.message));
    known.detail = text(&failure.detail).map(|detail| reason::short(&detail, ""));
    known.started = failure.started.or(known.started);
    known.finished = failure.finished.or(known.finished);
}

/// Whether it was not known.
fn note_attempt(known: &mut StepRecord, ended: &Ended) -> bool {
    let Ended { attempt, charged, failure } = ended;
    if known.attempts.last().is_some_and(|last| last.attempt >= *attempt) {
        return false;
    }
    let of_known = known.attempt == *attempt;
    let said = of_failure(*attempt, *charged, failure);
    let (started, finished) = (known.started.filter(|_| of_known), known.finished.filter(|_| of_known));
    known.attempts.push(AttemptRecord {
        pod: known.pod.clone().filter(|_| of_known),
        started: said.started.or(started),
        finished: said.finished.or(finished),
        ..said
    });
    let surplus = known.attempts.len().saturating_sub(MOST_ATTEMPTS);
    known.attempts.drain(..surplus);
    true
}

/// An attempt as it is recorded that failed in this way.
pub(super) fn of_failure(attempt: Attempt, charged: u16, failure: &Failure) -> AttemptRecord {
    AttemptRecord {
        attempt,
        cause: failure.cause,
        reason: failure.reason.clone(),
        message: reason::short(&failure.detail, &failure.message),
        exit_code: failure.exit_code,
        charged,
        pod: None,
        started: failure.started,
        finished: failure.finished,
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn phase(before: StepPhase, state: &StepState) -> StepPhase {
    match state {
        // Between two attempts for want of a place.
        StepState::Ready if before == StepPhase::Retrying => StepPhase::Retrying,
        StepState::Pending | StepState::Ready => StepPhase::Pending,
        // All its instances may have to wait.
        StepState::Expanded if before != StepPhase::Running => StepPhase::Pending,
        StepState::Backoff { .. } => StepPhase::Retrying,
        StepState::Starting { .. } => StepPhase::Starting,
        StepState::Running { .. } | StepState::Expanded => StepPhase::Running,
        StepState::Ending { .. } => StepPhase::Stopping,
        StepState::Succeeded => StepPhase::Succeeded,
        StepState::Failed(_) => StepPhase::Failed,
        StepState::Skipped(_) => StepPhase::Skipped,
        StepState::Cancelled => StepPhase::Cancelled,
    }
}
