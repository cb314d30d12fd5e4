//! The machine and the record side by side: every event goes to both (layer 3, pure).

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

use super::facts::{Facts, facts};
use super::machine::{Action, Attempt, Event, Failure, Machine, Observer, Outcome, PodState, Sighting, StepState};
use super::record::{Phase, Record, StepPhase, StepRecord};
use crate::error::Result;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::pod::Owner;
use crate::pipeline::resolve::ResolvedRun;

/// One attempt of one step.
pub type Try = (StepIndex, Attempt);

/// What is known of a run, and what follows from it.
pub struct Ledger {
    run: ResolvedRun,
    observer: Observer,
    machine: Machine,
    record: Record,
    /// The pods that exist, by name.
    pods: HashMap<String, Try>,
    /// The pods that the list under way has named so far.
    listed: Option<HashSet<String>>,
    started: bool,
    changed: BTreeSet<StepIndex>,
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
    pub fn new(run: ResolvedRun, owner: &Owner, record: Record) -> Result<Self> {
        let observer = Observer::new(&run, owner);
        let machine = Machine::new(run.graph()?, None);
        let names = run.steps.iter().map(|step| step.name.clone());
        let same = record.steps.iter().map(|step| step.name.clone()).eq(names.clone());
        let record = if same { record } else { Record::pending(names) };
        let (pods, listed, changed) = (HashMap::new(), None, BTreeSet::new());
        Ok(Self { run, observer, machine, record, pods, listed, started: false, changed })
    }

    /// The run.
    pub fn run(&self) -> &ResolvedRun {
        &self.run
    }

    /// What is recorded.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The steps that changed since the last call, as recorded now.
    pub fn take_changes(&mut self) -> Vec<StepRecord> {
        std::mem::take(&mut self.changed).into_iter().map(|step| self.record.steps[step].clone()).collect()
    }

    /// An orchestrator begins, or begins again.
    pub fn begin(&mut self, now: Timestamp) {
        self.record.phase = Phase::Running;
        self.record.message = None;
        self.record.started.get_or_insert(now);
    }

    /// A full list of the run's pods begins.
    pub fn list_begins(&mut self) {
        self.listed = Some(HashSet::new());
    }

    /// A full list is complete: what it did not name is gone. The first one starts the work.
    pub fn list_ends(&mut self) -> Vec<Action> {
        let listed = self.listed.take().unwrap_or_default();
        let gone: Vec<String> = self.pods.keys().filter(|name| !listed.contains(*name)).cloned().collect();
        let mut actions: Vec<Action> = gone.iter().flat_map(|name| self.gone(name)).collect();
        if !std::mem::replace(&mut self.started, true) {
            self.recall();
            actions.extend(self.apply(Event::Started));
            self.reflect_all();
        }
        actions
    }

    /// A pod is there.
    pub fn present(&mut self, pod: &Pod) -> Known {
        let Some(Sighting { step, attempt, state }) = self.observer.observe(pod) else { return Known::Foreign };
        let name = pod.name_any();
        if let Some(listed) = &mut self.listed {
            listed.insert(name.clone());
        }
        self.pods.insert(name.clone(), (step, attempt));
        self.note(step, attempt, name, facts(pod));
        Known::Ours(self.apply(Event::PodSeen { step, attempt, state }))
    }

    /// A pod is there, but what it says is not to be counted yet.
    pub fn mention(&mut self, name: &str) {
        if let Some(listed) = &mut self.listed {
            listed.insert(name.to_owned());
        }
    }

    /// A pod is gone.
    pub fn gone(&mut self, name: &str) -> Vec<Action> {
        let Some((step, attempt)) = self.pods.remove(name) else { return Vec::new() };
        self.apply(Event::PodGone { step, attempt })
    }

    /// A pod that was asked for exists.
    pub fn created(&mut self, (step, attempt): Try) -> Vec<Action> {
        let name = self.run.pod_name(&self.run.steps[step], attempt);
        // Were it not remembered, a pod that goes before its first event would never be missed.
        self.pods.entry(name.clone()).or_insert((step, attempt));
        if let Some(listed) = &mut self.listed {
            listed.insert(name.clone());
        }
        let known = &mut self.record.steps[step];
        known.pod.get_or_insert(name);
        (known.reason, known.message) = (None, None);
        self.apply(Event::CreateDone { step, attempt })
    }

    /// A pod that was asked for will never exist.
    pub fn refused(&mut self, (step, attempt): Try, reason: &str, message: String) -> Vec<Action> {
        let failure = Failure { exit_code: None, reason: reason.to_owned(), message };
        self.apply(Event::CreateFailed { step, attempt, failure })
    }

    /// A pod that was asked for has to wait.
    pub fn delayed(&mut self, step: StepIndex, why: String) {
        let known = &mut self.record.steps[step];
        if !known.phase.is_final() && known.pod.is_none() {
            known.reason = Some("CreationDelayed".to_owned());
            known.message = Some(why);
            self.changed.insert(step);
        }
    }

    /// The run is to be stopped.
    pub fn stop(&mut self) -> Vec<Action> {
        let actions = self.apply(Event::StopRequested);
        self.reflect_all();
        actions
    }

    /// The run has ended.
    pub fn finish(&mut self, outcome: Outcome, why: Option<String>, now: Timestamp) {
        self.record.phase = match outcome {
            Outcome::Succeeded => Phase::Succeeded,
            Outcome::Failed => Phase::Failed,
            Outcome::Stopped => Phase::Stopped,
        };
        self.record.finished = Some(now);
        self.record.message = why.or_else(|| self.explain(outcome));
    }

    /// Tells the machine what the record has of steps whose pods are not there any more.
    fn recall(&mut self) {
        let missing = |step: &StepRecord, pods: &HashMap<String, Try>| {
            step.pod.as_ref().is_none_or(|pod| !pods.contains_key(pod)) && step.attempt > 0
        };
        for step in 0..self.record.steps.len() {
            let known = &self.record.steps[step];
            if !missing(known, &self.pods) {
                continue;
            }
            let attempt = known.attempt;
            let failure = || Failure {
                exit_code: known.exit_code,
                reason: known.reason.clone().unwrap_or_default(),
                message: known.message.clone().unwrap_or_default(),
            };
            let state = match known.phase {
                StepPhase::Succeeded => PodState::Succeeded,
                StepPhase::Failed => PodState::Failed(failure()),
                StepPhase::Starting | StepPhase::Running if known.pod.is_some() => PodState::Waiting,
                _ => continue,
            };
            let is_gone = state == PodState::Waiting;
            self.apply(Event::PodSeen { step, attempt, state });
            if is_gone {
                self.apply(Event::PodGone { step, attempt });
            }
        }
    }

    /// Tells the machine `event` and writes down which steps that changed.
    fn apply(&mut self, event: Event) -> Vec<Action> {
        let before = self.machine.counts();
        let about = match &event {
            Event::PodSeen { step, .. }
            | Event::PodGone { step, .. }
            | Event::CreateDone { step, .. }
            | Event::CreateFailed { step, .. } => Some(*step),
            Event::Started | Event::StopRequested => None,
        };
        let actions = self.machine.apply(event);
        let asked = actions.iter().filter_map(|action| match action {
            Action::CreatePod { step, .. } => Some(*step),
            _ => None,
        });
        for step in about.into_iter().chain(asked) {
            self.reflect(step);
        }
        let after = self.machine.counts();
        // Steps that are skipped or cancelled are in no action; that happens at most once for each.
        if (before.skipped, before.cancelled) != (after.skipped, after.cancelled) {
            self.reflect_all();
        }
        self.record.succeeded = after.succeeded;
        actions
    }

    fn reflect_all(&mut self) {
        (0..self.record.steps.len()).for_each(|step| self.reflect(step));
    }

    /// Brings the record of `step` up to the machine's state.
    fn reflect(&mut self, step: StepIndex) {
        let because = |machine: &Machine, run: &ResolvedRun| match &machine.states()[step] {
            StepState::Skipped { because } => Some(format!("step \"{}\" did not succeed", run.steps[*because].name)),
            _ => None,
        };
        let skipped = because(&self.machine, &self.run);
        let known = &mut self.record.steps[step];
        let before = known.clone();
        known.phase = phase(&self.machine.states()[step]);
        match &self.machine.states()[step] {
            StepState::Starting { attempt, .. } | StepState::Running { attempt } => known.attempt = *attempt,
            StepState::Succeeded => (known.exit_code, known.reason, known.message) = (Some(0), None, None),
            StepState::Failed(failure) => {
                known.exit_code = failure.exit_code;
                known.reason = Some(failure.reason.clone()).filter(|text| !text.is_empty());
                known.message = Some(failure.message.clone()).filter(|text| !text.is_empty());
            }
            StepState::Skipped { .. } => (known.reason, known.message) = (Some("UpstreamFailed".to_owned()), skipped),
            _ => {}
        }
        if *known != before {
            self.changed.insert(step);
        }
    }

    /// Writes down what a pod says beyond its state.
    fn note(&mut self, step: StepIndex, attempt: Attempt, pod: String, facts: Facts) {
        let known = &mut self.record.steps[step];
        if known.phase.is_final() || attempt < known.attempt {
            return;
        }
        let before = known.clone();
        known.attempt = attempt;
        known.pod = Some(pod);
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
            self.changed.insert(step);
        }
    }

    /// One sentence for a run that did not succeed.
    fn explain(&self, outcome: Outcome) -> Option<String> {
        let failed: Vec<&StepRecord> =
            self.record.steps.iter().filter(|step| step.phase == StepPhase::Failed).collect();
        match (outcome, failed.as_slice()) {
            (Outcome::Failed, [one]) => Some(format!("step \"{}\" failed{}", one.name, why(one))),
            (Outcome::Failed, [first, ..]) => {
                Some(format!("{} steps failed, first \"{}\"{}", failed.len(), first.name, why(first)))
            }
            _ => None,
        }
    }
}

/// Why a step failed, as a clause: `: OOMKilled (exit code 137)`.
pub fn why(step: &StepRecord) -> String {
    match (&step.reason, step.exit_code) {
        (Some(reason), Some(code)) => format!(": {reason} (exit code {code})"),
        (Some(reason), None) => format!(": {reason}"),
        (None, Some(code)) => format!(": exit code {code}"),
        (None, None) => String::new(),
    }
}

fn phase(state: &StepState) -> StepPhase {
    match state {
        StepState::Pending | StepState::Ready => StepPhase::Pending,
        StepState::Starting { .. } => StepPhase::Starting,
        StepState::Running { .. } => StepPhase::Running,
        StepState::Succeeded => StepPhase::Succeeded,
        StepState::Failed(_) => StepPhase::Failed,
        StepState::Skipped { .. } => StepPhase::Skipped,
        StepState::Cancelled => StepPhase::Cancelled,
    }
}

#[cfg(test)]
mod tests;
