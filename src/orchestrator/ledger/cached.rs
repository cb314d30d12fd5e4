//! Steps that need not run, because they did in an earlier run (layer 3, pure).

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{Ledger, Try};
use crate::orchestrator::cache::{Cache, Entry, key};
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
            let run = self.run.run_name.clone();
            self.cache.put(key, Entry { output: output.cloned(), run, at: now });
        }
    }

    fn cache_key(&self, step: StepIndex) -> Option<String> {
        let (origin, _) = self.machine.origin(step);
        self.run.steps[origin].enable_cache.then(|| Some(key(&self.run, &self.rendered(step).ok()?))).flatten()
    }
}
