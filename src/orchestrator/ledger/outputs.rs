//! What steps leave for others (layer 3, pure).

use super::{Ledger, Seen};
use crate::error::Result;
use crate::orchestrator::machine::{Cause, Event, Failure, PodState, Policy, RunPolicy};
use crate::orchestrator::record::Record;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::pod;
use crate::pipeline::resolve::ResolvedRun;
use k8s_openapi::api::core::v1::Pod;

pub(super) fn rules(_run: &ResolvedRun, _record: &Record) -> RunPolicy {
    RunPolicy::default()
}

pub(super) fn policies(run: &ResolvedRun) -> Vec<Policy> {
    run.steps.iter().map(|step| Policy { seed: format!("{}/{}", run.run_id, step.name), ..Policy::default() }).collect()
}

pub(super) struct Outputs;

impl Outputs {
    pub(super) fn new(_run: &ResolvedRun) -> Self {
        Self
    }
    pub(super) fn is_foreach(&self, _step: StepIndex) -> bool {
        false
    }
    pub(super) fn instance_of(&self, _name: &str) -> Option<(StepIndex, usize)> {
        None
    }
}

impl Ledger {
    pub(super) fn keep_output(&mut self, _step: StepIndex, _output: Option<String>) -> PodState {
        PodState::Succeeded
    }
    pub(super) fn forget_outputs_read_by(&mut self, _step: StepIndex) {}
    pub(super) fn expand(&mut self, step: StepIndex) -> Event {
        Event::ExpandFailed { step, failure: Failure::new(Cause::Final, "x", "") }
    }
    pub(super) fn place_instances(&mut self) {}
    pub(super) fn release_held(&mut self) -> Vec<Seen> {
        Vec::new()
    }
    pub fn pod_name(&self, step: StepIndex, attempt: u16) -> String {
        self.run.pod_name(&self.run.steps[step], attempt)
    }
    pub fn pod(&self, step: StepIndex, attempt: u16, _charged: u16) -> Result<Pod> {
        Ok(pod::pod(&self.run, &self.run.steps[step], attempt, &self.owner))
    }
}
