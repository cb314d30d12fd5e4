//! What the machine is told, and what it asks for (layer 1, pure).

use super::state::Failure;
use crate::pipeline::graph::StepIndex;

/// The number of an attempt, from 1.
pub type Attempt = u16;

/// The attempt that every step starts with.
pub const FIRST: Attempt = 1;

/// The state of a step's pod, as its container `main` says (see [`super::Observer`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodState {
    /// The container has not started: scheduling, pulling the image.
    Waiting,
    /// The container runs.
    Running,
    /// The container ended with 0.
    Succeeded,
    /// The container ended otherwise, or cannot start any more.
    Failed(Failure),
}

/// Something that happened. Events about pods may come in any order, repeatedly, and with states left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Every pod of the run that existed when this process began has been reported by `PodSeen`: work may start.
    Started,
    /// A pod of the run is there. Pods that are not ours are never reported.
    PodSeen {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
        /// Its state.
        state: PodState,
    },
    /// A pod that was seen or created does not exist any more.
    PodGone {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
    },
    /// A pod that was asked for exists: created, or found there and ours.
    CreateDone {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
    },
    /// A pod that was asked for will not exist. The engine reports only what it has given up: fatal answers, and after
    /// `StopRequested` also creations that it was still repeating.
    CreateFailed {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
        /// The answer.
        failure: Failure,
    },
    /// The run is to be stopped.
    StopRequested,
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create the pod of this attempt, and answer with `CreateDone` or `CreateFailed`.
    CreatePod {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// Delete the pod of this attempt; it is answered by `PodGone` or by its last `PodSeen`. May be asked for again.
    DeletePod {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// The run has ended. Asked for once, and nothing after it.
    Finish(Outcome),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every step succeeded.
    Succeeded,
    /// A step failed.
    Failed,
    /// Steps were cancelled because the run was stopped.
    Stopped,
}
