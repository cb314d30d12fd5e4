//! What the record and the pods of a process before this one say, for the machine to go on from (layer 3, pure).

use super::{Ledger, Seen};
use crate::orchestrator::machine::{Attempt, Event, Evidence, Failure, PodState};
use crate::orchestrator::record::{AttemptRecord, StepPhase, StepRecord};
use crate::pipeline::graph::StepIndex;
use jiff::Timestamp;

impl Ledger {
    /// Tells the machine what is recorded, and what the pods say that were there.
    pub(super) fn recall(&mut self) {
        self.recall_retries();
        self.recall_lists();
        for step in 0..self.run.steps.len() {
            for evidence in self.recorded(step) {
                self.machine.apply(Timestamp::MIN, Event::Found(step, evidence));
            }
        }
        for at in 0..self.early.len() {
            let seen = self.early[at].clone();
            let step = self.step_of(&seen.sighting);
            if self.is_past(step, seen.sighting.attempt) {
                continue;
            }
            self.note(step, seen.sighting.attempt, seen.name.clone(), seen.facts.clone());
            let evidence = self.of_pod(step, step, &seen);
            self.machine.apply(Timestamp::MIN, Event::Found(step, evidence));
        }
        for entry in self.record.steps.iter().skip(self.run.steps.len()) {
            if let Some((step, _)) = self.outputs.instance_of(&self.run, &entry.name)
                && entry.attempt > entry.past
            {
                self.machine.apply(Timestamp::MIN, Event::FoundInstance(step));
            }
        }
    }

    /// The machine hears nothing of the instances of steps that are over; they count all the same.
    fn recall_lists(&mut self) {
        let steps = &self.record.steps;
        let over = (0..self.run.steps.len()).filter_map(|step| {
            let count = self.outputs.count_of(step).filter(|count| *count > 0 && steps[step].phase.is_final())?;
            let slots = (0..count).filter_map(|item| self.outputs.slot_of(step, item));
            Some((step, slots.filter(|slot| steps[*slot].phase == StepPhase::Succeeded).count(), count))
        });
        self.over = over.collect();
    }

    /// Counts the steps, of those over a list the instances.
    pub(super) fn count_steps(&mut self) {
        let (mut succeeded, mut total) = self.machine.progress();
        for (step, good, all) in self.over.iter().filter(|(step, ..)| !self.instances.contains_key(&(*step, 0))) {
            succeeded += good;
            succeeded = succeeded.saturating_sub(usize::from(self.record.steps[*step].phase == StepPhase::Succeeded));
            total += all - 1;
        }
        (self.record.succeeded, self.record.total) = (succeeded, total);
    }

    /// Tells the machine which attempts were before a retry.
    fn recall_retries(&mut self) {
        for slot in 0..self.record.steps.len() {
            let past = self.record.steps[slot].past;
            let origin = || self.outputs.instance_of(&self.run, &self.record.steps[slot].name);
            let origin =
                if slot < self.run.steps.len() { Some((slot, None)) } else { origin().map(|(s, i)| (s, Some(i))) };
            if let Some((step, item)) = origin.filter(|_| past > 0) {
                self.machine.apply(Timestamp::MIN, Event::Retried { step, item, past });
            }
        }
    }

    /// Whether an attempt of the entry at `slot` was before a retry: it does not count.
    pub(super) fn is_past(&self, slot: usize, attempt: Attempt) -> bool {
        attempt <= self.record.steps[slot].past
    }

    /// What a pod proves, with its output kept.
    pub(super) fn of_pod(&mut self, origin: StepIndex, slot: usize, seen: &Seen) -> Evidence {
        let state = match &seen.sighting.state {
            PodState::Succeeded if !self.record.steps[slot].phase.is_final() => {
                self.keep_output(origin, slot, seen.sighting.output.clone())
            }
            state => state.clone(),
        };
        Self::evidence(seen, state)
    }

    /// What the record of the entry at `slot` says beyond the pods that are there.
    pub(super) fn recorded(&self, slot: usize) -> Vec<Evidence> {
        let known = &self.record.steps[slot];
        let attempt = known.attempt;
        match known.phase {
            StepPhase::Succeeded => return vec![Evidence::Ended { attempt, failure: None }],
            StepPhase::Failed => return vec![Evidence::Ended { attempt, failure: Some(failure(known)) }],
            StepPhase::Cancelled => return vec![Evidence::Cancelled { attempt }],
            StepPhase::Skipped | StepPhase::Pending => return Vec::new(),
            _ => {}
        }
        let earlier = known.attempts.last().map(|last| Evidence::Pod {
            attempt: last.attempt,
            charged: last.charged,
            state: PodState::Failed(of_attempt(last)),
        });
        // A pod that was asked for and never recorded may not have come to be: the next POST decides.
        let ended = known.attempts.last().is_some_and(|last| last.attempt == attempt);
        let missing = known.pod.as_ref().is_some_and(|pod| !self.pods.contains_key(pod)) && !ended && attempt > 0;
        let gone = missing.then_some(Evidence::Gone { attempt, charged: known.charged });
        earlier.into_iter().chain(gone).collect()
    }
}

fn failure(known: &StepRecord) -> Failure {
    Failure {
        cause: known.cause.unwrap_or_default(),
        exit_code: known.exit_code,
        reason: known.reason.clone().unwrap_or_default(),
        detail: known.detail.clone().unwrap_or_default(),
        message: known.message.clone().unwrap_or_default(),
        started: known.started,
        finished: known.finished,
    }
}

fn of_attempt(last: &AttemptRecord) -> Failure {
    Failure {
        cause: last.cause,
        exit_code: last.exit_code,
        reason: last.reason.clone(),
        detail: String::new(),
        message: last.message.clone(),
        started: last.started,
        finished: last.finished,
    }
}
