//! What becomes of pods that were asked for (layer 3, pure).

use jiff::Timestamp;

use super::{Ledger, Try};
use crate::error::Error;
use crate::orchestrator::machine::{Action, Cause, Event, Failure};
use crate::pipeline::graph::StepIndex;

impl Ledger {
    /// A pod that was asked for exists.
    pub fn created(&mut self, (step, attempt): Try, now: Timestamp) -> Vec<Action> {
        let name = self.pod_name(step, attempt);
        // Were it not remembered, a pod that goes before its first event would never be missed.
        self.pods.entry(name.clone()).or_insert((step, attempt));
        if let Some(listed) = &mut self.listed {
            listed.insert(name.clone());
        }
        let known = &mut self.record.steps[self.slots[step]];
        if known.pod.is_none() {
            known.pod = Some(name);
            (known.reason, known.message, known.waits_for) = (None, None, None);
        }
        self.apply(now, Event::CreateDone { step, attempt })
    }

    /// A pod that was asked for will never exist.
    pub fn refused(&mut self, (step, attempt): Try, reason: &str, error: &Error, now: Timestamp) -> Vec<Action> {
        let failure = Failure::new(Cause::Final, reason, error.to_string());
        self.apply(now, Event::CreateFailed { step, attempt, failure })
    }

    /// As [`Ledger::refused`], because the run was stopped first.
    pub fn abandoned(&mut self, one: Try, now: Timestamp) -> Vec<Action> {
        self.refused(one, "Stopped", &Error::failure("the run was stopped"), now)
    }

    /// A pod that was asked for has to wait: why, and for what, where that is known.
    pub fn delayed(&mut self, step: StepIndex, why: String, waits_for: Option<String>) {
        let slot = self.slots[step];
        let known = &mut self.record.steps[slot];
        if !known.phase.is_final() && known.pod.is_none() {
            known.reason = Some("CreationDelayed".to_owned());
            (known.message, known.waits_for) = (Some(why), waits_for);
            self.changed.insert(slot);
        }
    }
}
