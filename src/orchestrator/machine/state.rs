//! The states of steps (layer 1, pure).

use super::event::Attempt;
use crate::pipeline::graph::StepIndex;

/// Why a step failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The container's exit code, where it ran.
    pub exit_code: Option<i32>,
    /// One word, as Kubernetes gives it: `Error`, `OOMKilled`, `Evicted`, ….
    pub reason: String,
    /// What the container left as its last words, or what the API server answered. Untrusted text.
    pub message: String,
}

/// The state of a step. The last four are final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Waits for its upstreams.
    Pending,
    /// Could start, and waits for its turn.
    Ready,
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
    /// It ended with success.
    Succeeded,
    /// It ended without success.
    Failed(Failure),
    /// It never started, because a step that it depends on failed.
    Skipped {
        /// The step that failed.
        because: StepIndex,
    },
    /// It was stopped, or never started because the run was stopped.
    Cancelled,
}

impl StepState {
    /// Whether the state is final.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed(_) | Self::Skipped { .. } | Self::Cancelled)
    }

    /// The word for it in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Starting { .. } => "starting",
            Self::Running { .. } => "running",
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How many steps are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`StepState::Pending`].
    pub pending: usize,
    /// [`StepState::Ready`].
    pub ready: usize,
    /// [`StepState::Starting`].
    pub starting: usize,
    /// [`StepState::Running`].
    pub running: usize,
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
        self.starting + self.running
    }

    /// Steps whose state is not final.
    pub fn unfinished(&self) -> usize {
        self.pending + self.ready + self.in_flight()
    }

    pub(super) fn of(&mut self, state: &StepState) -> &mut usize {
        match state {
            StepState::Pending => &mut self.pending,
            StepState::Ready => &mut self.ready,
            StepState::Starting { .. } => &mut self.starting,
            StepState::Running { .. } => &mut self.running,
            StepState::Succeeded => &mut self.succeeded,
            StepState::Failed(_) => &mut self.failed,
            StepState::Skipped { .. } => &mut self.skipped,
            StepState::Cancelled => &mut self.cancelled,
        }
    }
}
