//! Taking over a run: what was there before (layer 1, pure).

use jiff::Timestamp;

use super::event::{Action, Attempt, Evidence};
use super::state::StepState;
use super::{Machine, Stage};
use crate::pipeline::graph::StepIndex;
use crate::pipeline::policy::RunOn;

impl Machine {
    pub(super) fn retried(&mut self, step: StepIndex, item: Option<usize>, past: Attempt) {
        if self.stage != Stage::Before {
            return;
        }
        if let Some(item) = item {
            self.pasts.insert((step, item), past);
        } else {
            (self.nodes[step].past, self.nodes[step].attempt) = (past, past);
        }
    }

    pub(super) fn found(&mut self, step: StepIndex, evidence: Evidence) {
        if evidence.is_of_attempt_until(self.nodes[step].past) {
            return;
        }
        let known = &mut self.nodes[step].evidence;
        if self.stage == Stage::Before && known.as_ref().is_none_or(|known| evidence.outweighs(known)) {
            *known = Some(Box::new(evidence));
        }
    }

    pub(super) fn start(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if std::mem::replace(&mut self.stage, Stage::Started) != Stage::Before {
            return;
        }
        self.presume();
        for at in 0..self.graph.len() {
            let step = self.graph.order()[at];
            if self.nodes[step].state == StepState::Pending && self.nodes[step].waiting == 0 {
                self.consider(step);
            }
            if let Some(evidence) = self.nodes[step].evidence.take() {
                self.recall(now, step, *evidence, actions);
            }
            self.propagate();
        }
        if self.stopping.is_some() {
            (0..self.nodes.len()).for_each(|step| self.cancel(step, actions));
        }
    }

    /// A step that has begun proves that its upstreams succeeded, also where nothing else is left of them: they must not
    /// run again.
    fn presume(&mut self) {
        for at in (0..self.graph.len()).rev() {
            let step = self.graph.order()[at];
            let node = &self.nodes[step];
            let found = node.evidence.as_ref().is_some_and(|evidence| evidence.is_of_a_beginning(node.past));
            let has_begun = node.presumed || found || node.expanded_before;
            if !has_begun || self.policy(step).run_on != RunOn::Success {
                continue;
            }
            for entry in 0..self.graph.upstreams(step).len() {
                let upstream = self.graph.upstreams(step)[entry];
                let node = &mut self.nodes[upstream];
                if matches!(node.evidence.as_deref(), None | Some(Evidence::Gone { .. })) {
                    (node.evidence, node.presumed) = (None, true);
                }
            }
        }
    }

    /// Brings a step to where it was.
    pub(super) fn recall(&mut self, now: Timestamp, step: StepIndex, evidence: Evidence, actions: &mut Vec<Action>) {
        if self.nodes[step].state.is_final() && !matches!(evidence, Evidence::Pod { .. }) {
            return;
        }
        self.nodes[step].pod = super::PodFacts::default();
        match evidence {
            Evidence::Pod { attempt, charged, state } => self.seen(now, step, attempt, charged, state, actions),
            Evidence::Gone { attempt, charged } => {
                self.adopt(step, attempt, charged);
                self.gone(now, step, attempt);
            }
            Evidence::Ended { attempt, failure } => {
                self.nodes[step].attempt = attempt;
                self.set(step, failure.map_or(StepState::Succeeded, StepState::Failed));
            }
            Evidence::Cancelled { attempt } => {
                self.nodes[step].attempt = attempt;
                self.set(step, StepState::Cancelled);
            }
        }
    }
}
