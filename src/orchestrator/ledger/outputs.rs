//! What steps leave for others, and the instances of `foreach` steps that come of it (layer 3, pure).

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;

use super::{Ledger, Seen};
use crate::error::Result;
use crate::naming;
use crate::orchestrator::machine::{
    Attempt, Cause, Event, Evidence, Failure, PodState, Policy, RETRIES, RunPolicy, after,
};
use crate::orchestrator::record::{Record, StepPhase, StepRecord};
use crate::pipeline::by_name::ByName;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::json_text::JsonText;
use crate::pipeline::late::StepOutput;
use crate::pipeline::pod;
use crate::pipeline::policy::RetryOn;
use crate::pipeline::render::{RenderedStep, instance_name, instance_of, render};
use crate::pipeline::resolve::{ResolvedRun, ResolvedStep};

/// So much of what steps left is kept for steps that have not ended, in bytes: the record is one ConfigMap.
const MOST_OUTPUTS: usize = 512 * 1024;

/// The rules of `run`, whose first orchestrator began as `record` says.
pub(super) fn rules(run: &ResolvedRun, record: &Record) -> RunPolicy {
    let limit = run.active_deadline_seconds.map(Duration::from_secs);
    let deadline = record.started.zip(limit).map(|(started, limit)| after(started, limit));
    RunPolicy { mode: run.execution_mode, limit: run.max_parallelism, deadline }
}

/// What the steps of `run` allow themselves.
pub(super) fn policies(run: &ResolvedRun) -> Vec<Policy> {
    let waits = run.settings.iter().map(|settings| settings.fail_on_container_waiting_reasons.clone().into());
    let waits: Vec<Arc<[String]>> = waits.collect();
    run.steps.iter().map(|step| policy(run, step, waits.get(step.settings))).collect()
}

fn too_large() -> Failure {
    let text = format!(
        "the outputs that steps of this run wait for are more than {} KiB; leave a path in $ZENML_OUTPUT_FILE, and what it \
         names on a volume",
        MOST_OUTPUTS / 1024
    );
    Failure::new(Cause::Final, "OutputsTooLarge", text)
}

fn policy(run: &ResolvedRun, step: &ResolvedStep, waits: Option<&Arc<[String]>>) -> Policy {
    let settings = run.settings_of(step);
    let cause = |on: &RetryOn| match on {
        RetryOn::Error => Some(Cause::Error),
        RetryOn::Oom => Some(Cause::Oom),
        RetryOn::Timeout => Some(Cause::Timeout),
        RetryOn::NodeLost => None,
    };
    Policy {
        run_on: step.run_on,
        foreach: step.foreach.is_some(),
        max_retries: step.retry.max_retries,
        delay: Duration::from_secs(step.retry.delay.into()),
        backoff: step.retry.backoff,
        on: step.retry.on.iter().filter_map(cause).collect(),
        node_lost: step.retry.on.contains(&RetryOn::NodeLost),
        timeout: step.timeout.map(Duration::from_secs),
        startup: settings.pod_startup_timeout.map(Duration::from_secs),
        fatal_waits: waits.map_or_else(|| Policy::default().fatal_waits, Arc::clone),
        seed: naming::seed(&[&run.run_id, &step.name]),
    }
}

/// Who reads what, and what there is.
pub(super) struct Outputs {
    /// Of each step, the steps whose outputs it needs.
    reads: Vec<Vec<StepIndex>>,
    /// How many steps that have not succeeded need a step's output: a retry of the run may have to read it again.
    readers: Vec<usize>,
    /// Places in the record whose output nobody needs: they make room where there is too much, the oldest first.
    spare: VecDeque<usize>,
    /// How much is kept, in bytes.
    size: usize,
    names: ByName,
    /// The items of the steps that this process has expanded.
    items: HashMap<StepIndex, Vec<JsonText>>,
    /// For each instance its place in the record.
    slots: HashMap<(StepIndex, usize), usize>,
    /// How many instances a step has, as far as recorded.
    counts: HashMap<StepIndex, usize>,
}

impl Outputs {
    pub(super) fn new(run: &ResolvedRun, record: &Record) -> Self {
        let names = ByName::new(run);
        let reads = |step: &ResolvedStep| step.references().iter().filter_map(|name| names.find(run, name)).collect();
        let reads: Vec<Vec<StepIndex>> = run.steps.iter().map(reads).collect();
        let mut readers = vec![0; reads.len()];
        for (reads, known) in reads.iter().zip(&record.steps) {
            for step in reads.iter().filter(|_| known.phase != StepPhase::Succeeded) {
                readers[*step] += 1;
            }
        }
        let size = record.steps.iter().filter_map(|step| step.output.as_ref()).map(String::len).sum();
        let (items, slots, counts, spare) = (HashMap::new(), HashMap::new(), HashMap::new(), VecDeque::new());
        let mut outputs = Self { reads, readers, spare, size, names, items, slots, counts };
        for (slot, known) in record.steps.iter().enumerate().skip(run.steps.len()) {
            if let Some((step, item)) = outputs.instance_of(run, &known.name) {
                outputs.slots.insert((step, item), slot);
                let count = outputs.counts.entry(step).or_default();
                *count = (*count).max(item + 1);
            }
        }
        for (slot, known) in record.steps.iter().enumerate().filter(|(_, known)| known.output.is_some()) {
            let origin = outputs.instance_of(run, &known.name).map_or(slot, |(step, _)| step);
            if outputs.readers.get(origin).is_none_or(|readers| *readers == 0) {
                outputs.spare.push_back(slot);
            }
        }
        outputs
    }

    /// The step and the number of an instance of this name.
    pub(super) fn instance_of(&self, run: &ResolvedRun, name: &str) -> Option<(StepIndex, usize)> {
        let (step, item) = instance_of(name)?;
        Some((self.names.find(run, step)?, item?))
    }

    /// How many instances a step over a list has, once that is known.
    pub(super) fn count_of(&self, step: StepIndex) -> Option<usize> {
        self.counts.get(&step).copied()
    }

    /// The place of an instance in the record.
    pub(super) fn slot_of(&self, step: StepIndex, item: usize) -> Option<usize> {
        self.slots.get(&(step, item)).copied()
    }
}

impl Ledger {
    /// The name of the pod of an attempt of a step of the machine.
    pub fn pod_name(&self, step: StepIndex, attempt: Attempt) -> String {
        let (origin, item) = self.machine.origin(step);
        self.run.instance_pod_name(&self.run.steps[origin], item, attempt)
    }

    /// The pod of an attempt, with every reference filled in. The error says what is not as the step needs it: then the
    /// step fails.
    pub fn pod(&self, step: StepIndex, attempt: Attempt, charged: u16) -> Result<Pod> {
        let rendered = self.rendered(step)?;
        let mut pod = pod::pod(&self.run, &rendered, attempt, &self.owner);
        if attempt > 1 {
            let annotations = pod.metadata.annotations.get_or_insert_default();
            annotations.insert(RETRIES.to_owned(), charged.to_string());
        }
        Ok(pod)
    }

    pub(super) fn rendered(&self, step: StepIndex) -> Result<RenderedStep<'_>> {
        let (origin, item) = self.machine.origin(step);
        let at = item.and_then(|item| Some((item, self.outputs.items.get(&origin)?.get(item)?)));
        render(&self.run.steps[origin], at, &|name| self.output(name))
    }

    /// What the step `name` has left, as far as it is kept.
    fn output(&self, name: &str) -> Option<StepOutput> {
        let step = self.outputs.names.find(&self.run, name)?;
        if self.run.steps[step].foreach.is_none() {
            return self.record.steps[step].output.clone().map(StepOutput::One);
        }
        let count = *self.outputs.counts.get(&step)?;
        let one = |item| self.record.steps[*self.outputs.slots.get(&(step, item))?].output.clone();
        Some(StepOutput::Many((0..count).map(one).collect()))
    }

    /// Keeps what a step or an instance left. What is too much fails the one that left it, if somebody needs it.
    pub(super) fn keep_output(&mut self, origin: StepIndex, slot: usize, output: Option<String>) -> PodState {
        let Some(output) = output else { return PodState::Succeeded };
        let is_needed = self.outputs.readers[origin] > 0;
        let before = self.record.steps[slot].output.as_ref().map_or(0, String::len);
        while self.outputs.size - before + output.len() > MOST_OUTPUTS {
            if !is_needed {
                return PodState::Succeeded;
            }
            if !self.forget_one() {
                return PodState::Failed(too_large());
            }
        }
        self.outputs.size = self.outputs.size - before + output.len();
        self.record.steps[slot].output = Some(output);
        if !is_needed {
            self.outputs.spare.push_back(slot);
        }
        PodState::Succeeded
    }

    /// Makes room. Whether there was something that nobody needs.
    fn forget_one(&mut self) -> bool {
        let Some(slot) = self.outputs.spare.pop_front() else { return false };
        let output = self.record.steps[slot].output.take();
        self.outputs.size -= output.map_or(0, |output| output.len());
        true
    }

    /// `step` has succeeded: what only it needed is not needed any more.
    pub(super) fn forget_outputs_read_by(&mut self, step: StepIndex) {
        let Some(reads) = self.outputs.reads.get(step) else { return };
        for read in reads.clone() {
            self.outputs.readers[read] -= 1;
            if self.outputs.readers[read] == 0 {
                let count = self.outputs.counts.get(&read).copied().unwrap_or_default();
                let instances = (0..count).filter_map(|item| self.outputs.slot_of(read, item));
                let slots: BTreeSet<_> = instances.chain([read]).collect();
                self.outputs.spare.extend(slots.into_iter().filter(|slot| self.record.steps[*slot].output.is_some()));
            }
        }
    }

    /// The instances of a `foreach` step, each with what is known of it.
    pub(super) fn expand(&mut self, step: StepIndex) -> Event {
        let items = match self.run.steps[step].items(&|name| self.output(name)) {
            Ok(items) => items.unwrap_or_default(),
            Err(error) => {
                let failure = Failure::new(Cause::Final, "BadList", error.to_string());
                return Event::ExpandFailed { step, failure };
            }
        };
        let count = items.len();
        self.leave_out(step, count);
        self.outputs.items.insert(step, items);
        self.outputs.counts.insert(step, count);
        Event::Expanded { step, instances: (0..count).map(|item| self.instance(step, item)).collect() }
    }

    /// Before a retry the list may have been longer.
    fn leave_out(&mut self, step: StepIndex, count: usize) {
        let before = self.outputs.counts.get(&step).copied().unwrap_or_default();
        for slot in (count..before).filter_map(|item| self.outputs.slot_of(step, item)) {
            let known = &mut self.record.steps[slot];
            known.phase = StepPhase::Skipped;
            known.reason = Some("NotInList".to_owned());
            known.message = Some(format!("since the retry the list has {count} items"));
            self.changed.insert(slot);
        }
    }

    fn instance(&mut self, step: StepIndex, item: usize) -> Option<Evidence> {
        let slot = self.slot(step, item);
        let mut known: Option<Evidence> = None;
        let mut pods = self.held.get(&(step, item)).cloned().unwrap_or_default();
        pods.retain(|seen| !self.is_past(slot, seen.sighting.attempt));
        let mut all = self.recorded(slot);
        for seen in &pods {
            self.note(slot, seen.sighting.attempt, seen.name.clone(), seen.facts.clone());
            all.push(self.of_pod(step, slot, seen));
        }
        for evidence in all {
            if known.as_ref().is_none_or(|known| evidence.outweighs(known)) {
                known = Some(evidence);
            }
        }
        known
    }

    /// The place of an instance in the record.
    fn slot(&mut self, step: StepIndex, item: usize) -> usize {
        let next = self.record.steps.len();
        let slot = *self.outputs.slots.entry((step, item)).or_insert(next);
        if slot == next {
            let name = instance_name(&self.run.steps[step].name, Some(item));
            self.record.steps.push(StepRecord { name, ..StepRecord::default() });
            // Who looks on is to see all of them, also those that wait.
            self.changed.insert(slot);
        }
        slot
    }

    /// Gives the machine's new steps their places.
    pub(super) fn place_instances(&mut self) {
        for step in self.slots.len()..self.machine.len() {
            let (origin, item) = self.machine.origin(step);
            let item = item.unwrap_or_default();
            let slot = self.slot(origin, item);
            self.slots.push(slot);
            self.instances.insert((origin, item), step);
            self.placed |= self.held.contains_key(&(origin, item));
        }
    }

    /// Pods that waited for their step to be expanded, and now count.
    pub(super) fn release_held(&mut self) -> Vec<Seen> {
        if !std::mem::take(&mut self.placed) {
            return Vec::new();
        }
        let known: Vec<_> = self.held.keys().filter(|key| self.instances.contains_key(key)).copied().collect();
        known.iter().filter_map(|key| self.held.remove(key)).flatten().collect()
    }
}
