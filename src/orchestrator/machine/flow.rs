//! What the end of a step means for the others, and what starts next (layer 1, pure).

use super::event::{Action, Outcome};
use super::state::{Counts, End, Skip, StepState};
use super::{Machine, Node, PodFacts, Stage};
use crate::pipeline::graph::StepIndex;
use crate::pipeline::policy::{ExecutionMode, RunOn};

impl Machine {
    /// After every event: tells downstreams what has ended, starts what is ready, and sees whether that was all.
    pub(super) fn go_on(&mut self, actions: &mut Vec<Action>) {
        if self.stage != Stage::Started {
            return;
        }
        self.propagate();
        if let Some(because) = self.failed.filter(|_| !self.halted) {
            self.halted = true;
            (0..self.nodes.len()).for_each(|step| self.halt(step, because, actions));
            self.propagate();
        }
        // Of some it came to light that they are over.
        let nodes = &self.nodes;
        self.expansions.retain(|step| nodes[*step].state == StepState::Expanded);
        self.unanswered += self.expansions.len();
        actions.extend(self.expansions.drain(..).map(|step| Action::Expand { step }));
        self.fill(actions);
        self.finish(actions);
    }

    pub(super) fn propagate(&mut self) {
        while let Some(step) = self.settled.pop_front() {
            if matches!(self.nodes[step].state, StepState::Failed(_)) {
                self.failed.get_or_insert(step);
            }
            if self.nodes[step].item.is_some() {
                self.instance_ended(self.nodes[step].step);
                continue;
            }
            for entry in 0..self.graph.downstreams(step).len() {
                let downstream = self.graph.downstreams(step)[entry];
                self.upstream_ended(downstream, step);
            }
        }
    }

    fn upstream_ended(&mut self, step: StepIndex, upstream: StepIndex) {
        let lost = match &self.nodes[upstream].state {
            StepState::Failed(_) | StepState::Cancelled => Some(upstream),
            StepState::Skipped(Skip::Failed(because) | Skip::Halted(because)) => Some(*because),
            _ => None,
        };
        let unneeded = self.nodes[upstream].state == StepState::Skipped(Skip::Unneeded);
        let node = &mut self.nodes[step];
        node.waiting -= 1;
        node.lost = node.lost.or(lost);
        node.unneeded |= unneeded;
        if node.state == StepState::Pending {
            self.consider(step);
        }
    }

    /// Lets a step that waits become ready, or never.
    pub(super) fn consider(&mut self, step: StepIndex) {
        let (run_on, node) = (self.policy(step).run_on, &self.nodes[step]);
        match run_on {
            RunOn::Success if node.lost.is_some() => {
                let because = node.lost.unwrap_or(step);
                self.set(step, StepState::Skipped(Skip::Failed(because)));
            }
            RunOn::Success if node.unneeded => self.set(step, StepState::Skipped(Skip::Unneeded)),
            _ if node.waiting > 0 => {}
            RunOn::Failure if node.lost.is_none() => self.set(step, StepState::Skipped(Skip::Unneeded)),
            _ => self.enable(step),
        }
    }

    fn enable(&mut self, step: StepIndex) {
        if self.policy(step).foreach {
            self.set(step, StepState::Expanded);
            self.expansions.push(step);
        } else if self.nodes[step].presumed {
            self.set(step, StepState::Succeeded);
        } else {
            self.set(step, StepState::Ready);
            self.ready.push_back(step);
        }
    }

    /// What a failure of `because` means for `step`, beside being downstream of it. Hooks, which run on failure or always,
    /// are not concerned.
    pub(super) fn halt(&mut self, step: StepIndex, because: StepIndex, actions: &mut Vec<Action>) {
        let hook = self.policy(step).run_on != RunOn::Success;
        if self.rules.mode == ExecutionMode::ContinueOnFailure || hook || self.has_begun_before(step) {
            return;
        }
        match self.nodes[step].state {
            // Between two attempts it has begun.
            StepState::Pending | StepState::Ready if self.nodes[step].attempt == self.nodes[step].past => {
                self.set(step, StepState::Skipped(Skip::Halted(because)));
            }
            _ if self.rules.mode == ExecutionMode::FailFast => self.cancel(step, actions),
            _ => {}
        }
    }

    /// The run is to end, with this outcome if anything is cancelled by that.
    pub(super) fn stop(&mut self, outcome: Outcome, actions: &mut Vec<Action>) {
        if self.stopping.is_some() {
            return;
        }
        self.stopping = Some(outcome);
        if self.stage == Stage::Started {
            (0..self.nodes.len()).for_each(|step| self.cancel(step, actions));
        }
    }

    /// Stops the run, or deletes once more what a stop before this one waits for.
    pub(super) fn kill(&mut self, actions: &mut Vec<Action>) {
        let waits = |node: &Node| matches!(node.state, StepState::Ending { exists: true, .. });
        let ending: Vec<StepIndex> = (0..self.nodes.len()).filter(|step| waits(&self.nodes[*step])).collect();
        let again = ending.into_iter().map(|step| Action::DeletePod { step, attempt: self.nodes[step].attempt });
        actions.extend(again);
        self.stop(Outcome::Stopped, actions);
    }

    /// Cancels what has not begun and ends what has. Pods that are still being created are deleted once they exist.
    pub(super) fn cancel(&mut self, step: StepIndex, actions: &mut Vec<Action>) {
        let attempt = self.nodes[step].attempt;
        match self.nodes[step].state {
            StepState::Pending if self.has_begun_before(step) => {}
            StepState::Pending | StepState::Ready | StepState::Backoff { .. } => self.set(step, StepState::Cancelled),
            StepState::Starting { exists: true, .. } | StepState::Running { .. } => {
                self.end(step, End::Cancel, actions);
            }
            StepState::Starting { exists: false, .. } => {
                self.set(step, StepState::Ending { attempt, exists: false, end: End::Cancel });
                actions.push(Action::AbandonPod { step, attempt });
            }
            StepState::Ending { exists, .. } => {
                self.set(step, StepState::Ending { attempt, exists, end: End::Cancel });
            }
            // An expanded step ends with its instances.
            _ => {}
        }
    }

    /// Whether a step that waits has pods, or is over, by the word of an earlier process: what that comes to is seen when
    /// its turn comes.
    fn has_begun_before(&self, step: StepIndex) -> bool {
        let node = &self.nodes[step];
        node.state == StepState::Pending && (node.presumed || node.expanded_before)
    }

    /// Whether `step` is to be cancelled as soon as it is seen alive.
    pub(super) fn is_doomed(&self, step: StepIndex) -> bool {
        let by_failure = self.halted && self.rules.mode == ExecutionMode::FailFast;
        self.stopping.is_some() || by_failure && self.policy(step).run_on == RunOn::Success
    }

    /// Deletes the pod of a step, which then comes to `end`.
    pub(super) fn end(&mut self, step: StepIndex, end: End, actions: &mut Vec<Action>) {
        let attempt = self.nodes[step].attempt;
        self.set(step, StepState::Ending { attempt, exists: true, end });
        actions.push(Action::DeletePod { step, attempt });
    }

    /// Starts ready steps while there are places.
    fn fill(&mut self, actions: &mut Vec<Action>) {
        while !self.suspended && self.unanswered == 0 && !self.is_full() {
            let Some(step) = self.again.pop_front().or_else(|| self.ready.pop_front()) else { return };
            let node = &mut self.nodes[step];
            if node.state != StepState::Ready {
                continue;
            }
            node.attempt += 1;
            node.pod = PodFacts::default();
            let (attempt, charged) = (node.attempt, node.charged);
            self.set(step, StepState::Starting { attempt, exists: false });
            actions.push(Action::CreatePod { step, attempt, charged });
        }
    }

    fn finish(&mut self, actions: &mut Vec<Action>) {
        if self.counts.unfinished() > 0 {
            return;
        }
        self.stage = Stage::Finished;
        actions.push(Action::Finish(match (self.stopping, self.counts) {
            (Some(outcome), Counts { cancelled: 1.., .. }) => outcome,
            (_, Counts { failed: 1.., .. }) => Outcome::Failed,
            _ => Outcome::Succeeded,
        }));
    }
}
