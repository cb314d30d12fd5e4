//! The machine and the record side by side: every event goes to both (layer 3, pure).

mod asked;
mod cached;
mod lingering;
mod mounts;
mod outputs;
mod recall;
mod reflect;
mod spare;
mod unseen;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

use self::lingering::Lingering;
use self::outputs::Outputs;
use self::reflect::of_failure;
use self::spare::Spare;
use self::unseen::Unseen;
use super::cache::Cache;
use super::facts::{Facts, facts, lingers};
use super::machine::{
    Action, Attempt, Event, Evidence, Machine, Observer, Outcome, PodState, Sighting, StepState, Stuck,
};
use super::record::{AttemptRecord, Phase, Record, StepRecord};
use crate::error::Result;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::pod::Owner;
use crate::pipeline::resolve::ResolvedRun;

/// One attempt of one step.
pub type Try = (StepIndex, Attempt);

/// What is known of a run, and what follows from it.
pub struct Ledger {
    run: Arc<ResolvedRun>,
    owner: Owner,
    observer: Observer,
    machine: Machine,
    record: Record,
    outputs: Outputs,
    cache: Cache,
    /// `foreach` steps that were over when this process began, how many of their instances succeeded, and how many there are.
    over: Vec<(StepIndex, usize, usize)>,
    /// For each step of the machine its place in the record.
    slots: Vec<usize>,
    /// The instances of `foreach` steps.
    instances: HashMap<(StepIndex, usize), StepIndex>,
    /// Pods of instances whose step has not been expanded.
    held: BTreeMap<(StepIndex, usize), Vec<Seen>>,
    /// What was seen before the start.
    early: Vec<Seen>,
    /// The pods that exist, by name.
    pods: HashMap<String, Try>,
    /// Those whose volumes cannot be mounted, and why.
    unmounted: HashMap<String, Stuck>,
    unseen: Unseen,
    spare: Spare,
    lingering: Lingering,
    /// The pods that the list under way has named so far.
    listed: Option<HashSet<String>>,
    started: bool,
    /// Instances were placed whose pods wait.
    placed: bool,
    changed: BTreeSet<usize>,
    interim: Vec<StepRecord>,
}

/// A pod of the run, with what is recorded of it.
#[derive(Clone)]
struct Seen {
    sighting: Sighting,
    name: String,
    facts: Facts,
    lingers: bool,
}

/// What a pod is to the run.
#[derive(Debug, PartialEq, Eq)]
pub enum Known {
    /// One of its pods; these actions follow.
    Ours(Vec<Action>),
    /// Not of this run, though labelled so.
    Foreign,
}

impl Ledger {
    /// The ledger of `run`, whose pods `owner` controls, going on from `record`.
    pub fn new(run: impl Into<Arc<ResolvedRun>>, owner: &Owner, record: Record) -> Result<Self> {
        let run = run.into();
        let observer = Observer::new(&run, owner);
        let names = run.steps.iter().map(|step| step.name.clone());
        let same = record.steps.len() >= run.steps.len()
            && record.steps.iter().map(|step| step.name.clone()).take(run.steps.len()).eq(names.clone());
        let record = if same { record } else { Record { steps: Record::pending(names).steps, ..record } };
        let machine = Machine::new(run.graph()?, outputs::rules(&run, &record), outputs::policies(&run));
        let outputs = Outputs::new(&run, &record);
        let slots = (0..run.steps.len()).collect();
        Ok(Self {
            run,
            owner: owner.clone(),
            observer,
            machine,
            record,
            outputs,
            cache: Cache::default(),
            over: Vec::new(),
            slots,
            instances: HashMap::new(),
            held: BTreeMap::new(),
            early: Vec::new(),
            pods: HashMap::new(),
            unmounted: HashMap::new(),
            unseen: Unseen::default(),
            spare: Spare::default(),
            lingering: Lingering::default(),
            listed: None,
            started: false,
            placed: false,
            changed: BTreeSet::new(),
            interim: Vec::new(),
        })
    }

    /// The run.
    pub fn run(&self) -> &ResolvedRun {
        &self.run
    }

    /// What is recorded.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// When [`Ledger::tick`] is wanted next.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let others = self.lingering.next_wake().into_iter().chain(self.unseen.next_wake());
        self.machine.next_wake().into_iter().chain(others).min()
    }

    /// As [`Ledger::record`], where nothing follows.
    pub fn into_record(self) -> Record {
        self.record
    }

    /// The number of the settings that a step of the machine shares with others.
    pub fn settings_of(&self, step: StepIndex) -> usize {
        self.run.steps[self.machine.origin(step).0].settings
    }

    /// The steps that changed since the last call, as recorded now; before them the failed attempts that were followed by
    /// another one at once.
    pub fn take_changes(&mut self) -> Vec<StepRecord> {
        let changed = std::mem::take(&mut self.changed);
        let now = changed.into_iter().map(|slot| self.record.steps[slot].clone());
        std::mem::take(&mut self.interim).into_iter().chain(now).collect()
    }

    /// An orchestrator begins, or begins again.
    pub fn begin(&mut self, now: Timestamp) {
        self.record.phase = Phase::Running;
        self.record.message = None;
        if self.record.started.is_none() {
            self.record.started = Some(now);
            self.machine.set_rules(outputs::rules(&self.run, &self.record));
        }
    }

    /// A full list of the run's pods begins.
    pub fn list_begins(&mut self) {
        self.listed = Some(HashSet::new());
    }

    /// A full list is complete: what it did not name is gone. The first one starts the work.
    pub fn list_ends(&mut self, now: Timestamp) -> Vec<Action> {
        let listed = self.listed.take().unwrap_or_default();
        let gone: Vec<String> = self.pods.keys().filter(|name| !listed.contains(*name)).cloned().collect();
        let mut actions: Vec<Action> = gone.iter().flat_map(|name| self.gone(name, now)).collect();
        if !std::mem::replace(&mut self.started, true) {
            self.recall();
            actions.extend(self.apply(now, Event::Started));
            // Pods of attempts that are over may still be alive.
            for seen in std::mem::take(&mut self.early) {
                actions.extend(self.count(now, seen));
            }
        }
        actions
    }

    /// A pod is there.
    pub fn present(&mut self, pod: &Pod, now: Timestamp) -> Known {
        let Some(mut sighting) = self.observer.observe(&self.run, pod) else { return Known::Foreign };
        let name = pod.name_any();
        if let Some(listed) = &mut self.listed {
            listed.insert(name.clone());
        }
        let mut facts = facts(pod);
        self.of_mounts(pod, &name, &mut sighting.state, &mut facts);
        self.of_schedulers(pod, &name, now, &mut sighting.state, &mut facts);
        let seen = Seen { sighting, name, facts, lingers: lingers(pod) };
        if let Some(item) = seen.sighting.item
            && !self.instances.contains_key(&(seen.sighting.step, item))
        {
            return self.hold(seen, item, now);
        }
        if !self.started {
            let step = self.step_of(&seen.sighting);
            self.pods.insert(seen.name.clone(), (step, seen.sighting.attempt));
            self.early.push(seen);
            return Known::Ours(Vec::new());
        }
        Known::Ours(self.count(now, seen))
    }

    /// A pod of an instance whose step has not been expanded by this process.
    fn hold(&mut self, seen: Seen, item: usize, now: Timestamp) -> Known {
        let step = seen.sighting.step;
        let slot = self.outputs.slot_of(step, item);
        if !self.started && !slot.is_some_and(|slot| self.is_past(slot, seen.sighting.attempt)) {
            let _ = self.apply(now, Event::FoundInstance(step));
        }
        self.held.entry((step, item)).or_default().push(seen);
        Known::Ours(Vec::new())
    }

    /// Tells the machine of a pod.
    fn count(&mut self, now: Timestamp, seen: Seen) -> Vec<Action> {
        let step = self.step_of(&seen.sighting);
        let Sighting { attempt, charged, mut state, output, .. } = seen.sighting;
        self.pods.insert(seen.name.clone(), (step, attempt));
        let slot = self.slots[step];
        let (name, finished, lives) = (seen.name.clone(), seen.facts.finished, state.lives());
        self.note(slot, attempt, seen.name, seen.facts);
        if state == PodState::Succeeded && !self.is_past(slot, attempt) && !self.machine.state(step).is_final() {
            self.remember(step, output.as_ref(), now);
            state = self.keep_output(seen.sighting.step, slot, output);
        }
        let failed = match &state {
            PodState::Failed(failure) => {
                Some(AttemptRecord { pod: Some(name.clone()), ..of_failure(attempt, charged, failure) })
            }
            _ => None,
        };
        let actions = self.apply(now, Event::PodSeen { step, attempt, charged, state });
        if let Some(failed) = failed {
            self.note_earlier(slot, failed);
        }
        self.lingering.take(&name, seen.lingers, now);
        if !lives {
            let is_last = self.machine.attempts(step).0 == attempt;
            self.pod_ended(name, finished, is_last && *self.machine.state(step) == StepState::Succeeded);
        }
        actions
    }

    fn step_of(&self, sighting: &Sighting) -> StepIndex {
        let instance = sighting.item.and_then(|item| self.instances.get(&(sighting.step, item)));
        instance.copied().unwrap_or(sighting.step)
    }

    /// Whether `pod` is one of the run's and its container may still do something.
    pub fn is_alive(&self, pod: &Pod) -> bool {
        self.observer.observe(&self.run, pod).is_some_and(|sighting| sighting.state.lives())
    }

    /// A pod is gone.
    pub fn gone(&mut self, name: &str, now: Timestamp) -> Vec<Action> {
        self.early.retain(|seen| seen.name != name);
        self.pod_gone(name);
        self.unmounted.remove(name);
        self.unseen.forget(name);
        self.lingering.forget(name);
        self.held.values_mut().for_each(|held| held.retain(|seen| seen.name != name));
        let Some((step, attempt)) = self.pods.remove(name) else { return Vec::new() };
        if !self.started {
            return Vec::new();
        }
        self.apply(now, Event::PodGone { step, attempt })
    }

    /// The time is `now`.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Action> {
        let mut actions = self.apply(now, Event::Tick);
        actions.extend(self.unseen_for_long(now));
        actions
    }

    /// The run is to be stopped; who takes over is to know.
    pub fn stop(&mut self, why: &str, now: Timestamp) -> Vec<Action> {
        self.record.stop.get_or_insert_with(|| why.to_owned());
        self.apply(now, Event::StopRequested)
    }

    /// As [`Ledger::stop`], without waiting for what ends slowly.
    pub fn kill(&mut self, why: &str, now: Timestamp) -> Vec<Action> {
        self.record.stop.get_or_insert_with(|| why.to_owned());
        self.apply(now, Event::KillRequested)
    }

    /// Nothing new is to begin, or work is to go on.
    pub fn suspend(&mut self, suspended: bool, now: Timestamp) -> Vec<Action> {
        self.record.suspended = suspended;
        let actions = self.apply(now, if suspended { Event::Suspend } else { Event::Resume });
        self.reflect_ready();
        actions
    }

    /// The run has ended.
    pub fn finish(&mut self, outcome: Outcome, why: Option<String>, now: Timestamp) {
        self.record.phase = match outcome {
            Outcome::Succeeded => Phase::Succeeded,
            Outcome::Failed => Phase::Failed,
            Outcome::Stopped => Phase::Stopped,
            Outcome::TimedOut => Phase::TimedOut,
        };
        self.record.finished = Some(now);
        // Of a pod that was deleted nobody may have seen the end.
        for step in self.record.steps.iter_mut().filter(|step| step.started.is_some()) {
            step.finished.get_or_insert(now);
        }
        self.record.message = why.or_else(|| self.explain(outcome));
    }

    /// Tells the machine `event`, answers what can be answered here, and writes down what changed.
    fn apply(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for action in self.machine.apply(now, event) {
                match action {
                    Action::Expand { step } => events.push(self.expand(step)),
                    other => actions.push(other),
                }
            }
            self.place_instances();
        }
        for step in self.machine.take_changed() {
            self.reflect(step);
        }
        self.count_steps();
        for seen in self.release_held() {
            actions.extend(self.count(now, seen));
        }
        actions
    }

    /// Where an evidence comes from a pod, it is this.
    fn evidence(seen: &Seen, state: PodState) -> Evidence {
        Evidence::Pod { attempt: seen.sighting.attempt, charged: seen.sighting.charged, state }
    }
}

#[cfg(test)]
mod cached_tests;
#[cfg(test)]
mod output_tests;
#[cfg(test)]
mod retry_tests;
#[cfg(test)]
mod tests;
