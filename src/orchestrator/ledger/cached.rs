//! Steps that need not run, because they did in an earlier run (layer 3, pure).

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{Ledger, Try};
use crate::naming;
use crate::orchestrator::cache::{Cache, Entry, execution, key};
use crate::orchestrator::machine::{Action, Event, FIRST};
use crate::pipeline::graph::StepIndex;

impl Ledger {
    /// Whether a step of the run may be taken from the cache.
    pub fn wants_cache(&self) -> bool {
        self.run.steps.iter().any(|step| step.enable_cache)
    }

    /// What earlier runs left.
    pub fn use_cache(&mut self, cache: Cache) {
        self.cache = cache;
    }

    /// What is to be written to the cache.
    pub fn take_cache_patch(&mut self) -> Option<Json> {
        self.cache.take_patch()
    }

    /// What an earlier run left of a step that is about to begin.
    pub fn cached(&self, (step, attempt): Try) -> Option<Entry> {
        (attempt == FIRST).then(|| self.cache.get(&self.cache_key(step)?).cloned()).flatten()
    }

    /// A step that was asked for succeeded in an earlier run.
    pub fn hit(&mut self, (step, attempt): Try, entry: Entry, now: Timestamp) -> Vec<Action> {
        let (origin, slot) = (self.machine.origin(step).0, self.slots[step]);
        self.record.steps[slot].execution = self.cache_key(step).map(|key| execution(&key, &entry));
        let state = self.keep_output(origin, slot, entry.output);
        let actions = self.apply(now, Event::PodSeen { step, attempt, charged: 0, state });
        let known = &mut self.record.steps[slot];
        if known.reason.is_none() {
            known.exit_code = None;
            known.reason = Some("Cached".to_owned());
            known.message = Some(format!("as in run \"{}\" of {}", entry.run, entry.at.strftime("%F %T UTC")));
        }
        actions
    }

    /// A step that may be cached has succeeded.
    pub(super) fn remember(&mut self, step: StepIndex, output: Option<&String>, now: Timestamp) {
        if let Some(key) = self.cache_key(step) {
            let entry = Entry { output: output.cloned(), run: self.run.run_name.clone(), at: now };
            self.record.steps[self.slots[step]].execution = Some(execution(&key, &entry));
            self.cache.put(key, entry);
        }
    }

    /// None where the step is not cached, or follows one that is not.
    fn cache_key(&self, step: StepIndex) -> Option<String> {
        let (origin, _) = self.machine.origin(step);
        if !self.run.steps[origin].enable_cache {
            return None;
        }
        let before: Option<Vec<_>> =
            self.machine.graph().upstreams(origin).iter().map(|upstream| self.execution_of(*upstream)).collect();
        Some(key(&self.run, &self.rendered(step).ok()?, &before?))
    }

    /// The execution that a step of the file was; of one over a list, those of all instances.
    fn execution_of(&self, step: StepIndex) -> Option<String> {
        let of = |slot: usize| self.record.steps[slot].execution.clone();
        if self.run.steps[step].foreach.is_none() {
            return of(step);
        }
        let all: Option<Vec<_>> =
            (0..self.outputs.count_of(step)?).map(|item| of(self.outputs.slot_of(step, item)?)).collect();
        Some(naming::short_hash(&all?.iter().map(String::as_str).collect::<Vec<_>>()))
    }
}
