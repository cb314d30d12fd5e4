//! The states of steps (layer 1, pure).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Attempt;
use crate::pipeline::graph::StepIndex;

/// What kind of failure it was: it decides whose budget a further attempt is charged to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The program ended with an exit code of its own.
    #[default]
    Error,
    /// The kernel ended it for want of memory.
    Oom,
    /// It ran longer than it may.
    Timeout,
    /// Not its own doing: evicted, preempted, deleted, its node gone.
    Infrastructure,
    /// The pod could not start: image, configuration, `pod_startup_timeout`.
    Startup,
    /// Another attempt would end in the same way, or is not wanted.
    Final,
}

/// Why an attempt failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it was.
    pub cause: Cause,
    /// The container's exit code, where it ran.
    pub exit_code: Option<i32>,
    /// One word, as Kubernetes gives it: `Error`, `OOMKilled`, `Evicted`, ….
    pub reason: String,
    /// What is known beyond the reason, as a clause: the limit that was reached, who ended it. Empty where the message says
    /// it.
    pub detail: String,
    /// What the container left as its last words, or what the API server answered. Untrusted text.
    pub message: String,
    /// When the container started, by the clock of its node.
    pub started: Option<Timestamp>,
    /// When it ended, by the same clock.
    pub finished: Option<Timestamp>,
}

impl Failure {
    /// A failure without a container.
    pub fn new(cause: Cause, reason: &str, message: impl Into<String>) -> Self {
        Self { cause, reason: reason.to_owned(), message: message.into(), ..Self::default() }
    }
}

/// Why a step never started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// It depends on this step, which failed.
    Failed(StepIndex),
    /// This step failed, and the run begins nothing after a failure.
    Halted(StepIndex),
    /// Nothing upstream failed, and the step is for failures only; or it depends on such a step.
    Unneeded,
}

/// What becomes of a step whose pod is being deleted by us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is cancelled.
    Cancel,
    /// Its attempt failed in this way.
    Fail(Failure),
}

/// The state of a step. The last four are final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Waits for its upstreams.
    Pending,
    /// Could start, and waits for its turn.
    Ready,
    /// Its last attempt failed, and the next one begins at this time.
    Backoff {
        /// When.
        until: Timestamp,
        /// How the last one ended.
        last: Failure,
    },
    /// A `foreach` step: its instances do the work.
    Expanded,
    /// Its pod has been asked for, or is there without running yet.
    Starting {
        /// The attempt.
        attempt: Attempt,
        /// Whether the pod is known to exist.
        exists: bool,
    },
    /// Its container runs.
    Running {
        /// The attempt.
        attempt: Attempt,
    },
    /// We are deleting its pod.
    Ending {
        /// The attempt.
        attempt: Attempt,
        /// Whether the pod is known to exist.
        exists: bool,
        /// What the step comes to when the pod has ended.
        end: End,
    },
    /// It ended with success.
    Succeeded,
    /// It ended without success.
    Failed(Failure),
    /// It never started.
    Skipped(Skip),
    /// It was stopped, or never started because the run was stopped.
    Cancelled,
}

impl StepState {
    /// Whether the state is final.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed(_) | Self::Skipped(_) | Self::Cancelled)
    }
}

/// How many steps are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`StepState::Pending`].
    pub pending: usize,
    /// [`StepState::Ready`].
    pub ready: usize,
    /// [`StepState::Backoff`].
    pub backoff: usize,
    /// [`StepState::Expanded`].
    pub expanded: usize,
    /// [`StepState::Starting`].
    pub starting: usize,
    /// [`StepState::Running`].
    pub running: usize,
    /// [`StepState::Ending`].
    pub ending: usize,
    /// [`StepState::Succeeded`].
    pub succeeded: usize,
    /// [`StepState::Failed`].
    pub failed: usize,
    /// [`StepState::Skipped`].
    pub skipped: usize,
    /// [`StepState::Cancelled`].
    pub cancelled: usize,
}

impl Counts {
    /// Steps that take a place of the limit.
    pub fn in_flight(&self) -> usize {
        self.starting + self.running + self.ending
    }

    /// Steps whose state is not final.
    pub fn unfinished(&self) -> usize {
        self.pending + self.ready + self.backoff + self.expanded + self.in_flight()
    }

    pub(super) fn of(&mut self, state: &StepState) -> &mut usize {
        match state {
            StepState::Pending => &mut self.pending,
            StepState::Ready => &mut self.ready,
            StepState::Backoff { .. } => &mut self.backoff,
            StepState::Expanded => &mut self.expanded,
            StepState::Starting { .. } => &mut self.starting,
            StepState::Running { .. } => &mut self.running,
            StepState::Ending { .. } => &mut self.ending,
            StepState::Succeeded => &mut self.succeeded,
            StepState::Failed(_) => &mut self.failed,
            StepState::Skipped(_) => &mut self.skipped,
            StepState::Cancelled => &mut self.cancelled,
        }
    }
}
