//! The state machine of a run: `(state, event) -> actions`, without clock or I/O (layer 1, pure).
//!
//! The rules: a step starts when all its upstreams have succeeded and a place is free; a failed step fails the run and
//! skips its descendants, while independent branches go on (ZenML's default, `continue_on_failure`); final states never
//! change. Each event costs O(1) amortised: every step and every edge is touched a bounded number of times in a run.
//!
//! A process that takes over a run builds a new machine, reports the pods that are there with [`Event::PodSeen`], and
//! only then [`Event::Started`]. That is all the state there is.

mod event;
mod observe;
mod state;

use std::collections::VecDeque;
use std::num::NonZeroUsize;

pub use self::event::{Action, Attempt, Event, FIRST, Outcome, PodState};
pub use self::observe::{Observer, Sighting};
pub use self::state::{Counts, Failure, StepState};

use crate::pipeline::graph::{Graph, StepIndex};

/// A run in progress.
#[derive(Clone, Debug)]
pub struct Machine {
    graph: Graph,
    states: Vec<StepState>,
    counts: Counts,
    /// Per step, the upstreams that have not succeeded.
    waiting: Vec<usize>,
    /// Steps that became ready, in that order; those adopted since are still in it.
    ready: VecDeque<StepIndex>,
    limit: usize,
    started: bool,
    stopping: bool,
    finished: bool,
}

impl Machine {
    /// A run of `graph` in which nothing has happened. At most `limit` pods are in flight at a time.
    pub fn new(graph: Graph, limit: Option<NonZeroUsize>) -> Self {
        let waiting: Vec<_> = (0..graph.len()).map(|step| graph.upstreams(step).len()).collect();
        let state = |waiting: &usize| if *waiting == 0 { StepState::Ready } else { StepState::Pending };
        let states: Vec<_> = waiting.iter().map(state).collect();
        let mut counts = Counts::default();
        for state in &states {
            *counts.of(state) += 1;
        }
        let ready = graph.order().iter().copied().filter(|step| waiting[*step] == 0).collect();
        let limit = limit.map_or(usize::MAX, NonZeroUsize::get);
        Self { graph, states, counts, waiting, ready, limit, started: false, stopping: false, finished: false }
    }

    /// Takes in one event and says what to do.
    pub fn apply(&mut self, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.finished {
            return actions;
        }
        match event {
            Event::Started => self.start(&mut actions),
            Event::PodSeen { step, attempt, state } => self.seen(step, attempt, state, &mut actions),
            Event::PodGone { step, attempt } => self.gone(step, attempt),
            Event::CreateDone { step, attempt } => {
                if self.states[step] == (StepState::Starting { attempt, exists: false }) {
                    self.seen(step, attempt, PodState::Waiting, &mut actions);
                }
            }
            Event::CreateFailed { step, attempt, failure } => {
                if self.states[step] == (StepState::Starting { attempt, exists: false }) {
                    self.fail(step, failure);
                }
            }
            Event::StopRequested => {
                let first = !std::mem::replace(&mut self.stopping, true);
                if first && self.started {
                    self.cancel(&mut actions);
                }
            }
        }
        self.fill(&mut actions);
        self.finish(&mut actions);
        actions
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The state of every step.
    pub fn states(&self) -> &[StepState] {
        &self.states
    }

    /// How many steps are in each state.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn start(&mut self, actions: &mut Vec<Action>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        self.infer_upstreams();
        if self.stopping {
            self.cancel(actions);
        }
    }

    /// A step with a pod proves that its upstreams succeeded, even where their pods have been deleted since: they must
    /// not run again.
    fn infer_upstreams(&mut self) {
        for at in (0..self.graph.len()).rev() {
            let step = self.graph.order()[at];
            if matches!(self.states[step], StepState::Pending | StepState::Ready | StepState::Skipped { .. }) {
                continue;
            }
            for entry in 0..self.graph.upstreams(step).len() {
                let upstream = self.graph.upstreams(step)[entry];
                if matches!(self.states[upstream], StepState::Pending | StepState::Ready) {
                    self.succeed(upstream);
                }
            }
        }
    }

    fn seen(&mut self, step: StepIndex, attempt: Attempt, pod: PodState, actions: &mut Vec<Action>) {
        let known = match &self.states[step] {
            StepState::Pending | StepState::Ready => false,
            StepState::Starting { attempt: current, exists } if *current == attempt => *exists,
            StepState::Running { attempt: current } if *current == attempt => true,
            // A creation that was under way when the run was stopped.
            StepState::Cancelled => !matches!(pod, PodState::Waiting | PodState::Running),
            _ => return,
        };
        let is_final = self.states[step].is_final();
        match pod {
            _ if is_final => {}
            PodState::Waiting if matches!(self.states[step], StepState::Running { .. }) => {}
            PodState::Waiting => self.set(step, StepState::Starting { attempt, exists: true }),
            PodState::Running => self.set(step, StepState::Running { attempt }),
            PodState::Succeeded => self.succeed(step),
            PodState::Failed(failure) => self.fail(step, failure),
        }
        let lives = is_final || !self.states[step].is_final();
        if self.started && self.stopping && !known && lives {
            actions.push(Action::DeletePod { step, attempt });
        }
    }

    fn gone(&mut self, step: StepIndex, attempt: Attempt) {
        match self.states[step] {
            StepState::Starting { attempt: current, .. } | StepState::Running { attempt: current }
                if current == attempt =>
            {
                let message = "the pod was deleted before its container ended".to_owned();
                self.fail(step, Failure { exit_code: None, reason: "PodDeleted".to_owned(), message });
            }
            _ => {}
        }
    }

    fn succeed(&mut self, step: StepIndex) {
        self.set(step, StepState::Succeeded);
        for entry in 0..self.graph.downstreams(step).len() {
            let downstream = self.graph.downstreams(step)[entry];
            self.waiting[downstream] -= 1;
            if self.waiting[downstream] == 0 && self.states[downstream] == StepState::Pending {
                self.set(downstream, StepState::Ready);
                self.ready.push_back(downstream);
            }
        }
    }

    /// Ends a step without success: cancelled when that is what the run wants, else failed with all that it entails.
    fn fail(&mut self, step: StepIndex, failure: Failure) {
        if self.started && self.stopping {
            self.set(step, StepState::Cancelled);
            return;
        }
        self.set(step, StepState::Failed(failure));
        let mut descendants = self.graph.downstreams(step).to_vec();
        while let Some(descendant) = descendants.pop() {
            if self.states[descendant] == StepState::Pending {
                self.set(descendant, StepState::Skipped { because: step });
                descendants.extend_from_slice(self.graph.downstreams(descendant));
            }
        }
    }

    /// Cancels what has not begun and deletes what has. Pods that are still being created are deleted once they exist.
    fn cancel(&mut self, actions: &mut Vec<Action>) {
        for step in 0..self.states.len() {
            match self.states[step] {
                StepState::Pending | StepState::Ready => self.set(step, StepState::Cancelled),
                StepState::Starting { attempt, exists: true } | StepState::Running { attempt } => {
                    actions.push(Action::DeletePod { step, attempt });
                }
                _ => {}
            }
        }
    }

    /// Starts ready steps while there are places.
    fn fill(&mut self, actions: &mut Vec<Action>) {
        while self.started && self.counts.in_flight() < self.limit {
            let Some(step) = self.ready.pop_front() else { return };
            if self.states[step] == StepState::Ready {
                self.set(step, StepState::Starting { attempt: FIRST, exists: false });
                actions.push(Action::CreatePod { step, attempt: FIRST });
            }
        }
    }

    fn finish(&mut self, actions: &mut Vec<Action>) {
        if !self.started || self.counts.unfinished() > 0 {
            return;
        }
        self.finished = true;
        actions.push(Action::Finish(match self.counts {
            Counts { cancelled: 1.., .. } => Outcome::Stopped,
            Counts { failed: 1.., .. } => Outcome::Failed,
            _ => Outcome::Succeeded,
        }));
    }

    fn set(&mut self, step: StepIndex, state: StepState) {
        *self.counts.of(&self.states[step]) -= 1;
        *self.counts.of(&state) += 1;
        self.states[step] = state;
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
