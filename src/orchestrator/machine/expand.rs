//! `foreach` steps: one instance for each item (layer 1, pure).

use jiff::Timestamp;

use super::event::{Action, Evidence};
use super::state::{Cause, Failure, Skip, StepState};
use super::{Machine, Node};
use crate::pipeline::graph::StepIndex;

impl Machine {
    pub(super) fn expanded(
        &mut self,
        now: Timestamp,
        step: StepIndex,
        instances: Vec<Option<Evidence>>,
        actions: &mut Vec<Action>,
    ) {
        if self.nodes[step].state != StepState::Expanded || self.nodes[step].waiting > 0 {
            return;
        }
        self.unanswered -= 1;
        if instances.is_empty() {
            return self.set(step, StepState::Succeeded);
        }
        let first = self.nodes.len();
        self.nodes[step].waiting = instances.len();
        self.nodes[step].instances = first..first + instances.len();
        let past = |item| self.pasts.get(&(step, item)).copied().unwrap_or_default();
        let nodes: Vec<_> = (0..instances.len()).map(|item| Node::new(step, Some(item), 0, past(item))).collect();
        self.nodes.extend(nodes);
        self.counts.pending += instances.len();
        self.groups.0 += 1;
        for (instance, evidence) in (first..).zip(instances) {
            let past = self.nodes[instance].past;
            match evidence.filter(|evidence| !evidence.is_of_attempt_until(past)) {
                Some(evidence) => self.recall(now, instance, evidence, actions),
                None if self.nodes[step].presumed => self.set(instance, StepState::Succeeded),
                None => {
                    self.set(instance, StepState::Ready);
                    self.ready.push_back(instance);
                }
            }
            if self.stopping.is_some() {
                self.cancel(instance, actions);
            } else if let Some(because) = self.failed.filter(|_| self.halted) {
                self.halt(instance, because, actions);
            }
        }
    }

    /// The last instance decides what their step comes to.
    pub(super) fn instance_ended(&mut self, step: StepIndex) {
        self.nodes[step].waiting -= 1;
        if self.nodes[step].waiting > 0 {
            return;
        }
        let states = || self.nodes[self.nodes[step].instances.clone()].iter().map(|node| &node.state);
        let failed = || states().enumerate().filter(|(_, state)| matches!(state, StepState::Failed(_)));
        let state = if let Some((first, StepState::Failed(failure))) = failed().next() {
            let message = format!("{} of {} instances failed, first [{first}]", failed().count(), states().count());
            StepState::Failed(Failure {
                exit_code: failure.exit_code,
                detail: failure.detail.clone(),
                ..Failure::new(Cause::Final, &failure.reason, message)
            })
        } else if let Some(skipped) = states().find(|state| matches!(state, StepState::Skipped(Skip::Halted(_)))) {
            skipped.clone()
        } else if states().any(|state| *state == StepState::Cancelled) {
            StepState::Cancelled
        } else {
            StepState::Succeeded
        };
        self.groups.1 += usize::from(state == StepState::Succeeded);
        self.set(step, state);
    }
}
