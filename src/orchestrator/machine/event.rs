//! What the machine is told, and what it asks for (layer 1, pure).

use jiff::Timestamp;

use super::state::Failure;
use crate::pipeline::graph::StepIndex;

/// The number of an attempt, from 1.
pub type Attempt = u16;

/// The attempt that every step starts with.
pub const FIRST: Attempt = 1;

/// The state of a step's pod, as its container `main` says (see [`super::Observer`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodState {
    /// The container has not started: scheduling, pulling the image. With what keeps it, where that is more than time.
    Waiting(Option<Stuck>),
    /// The container runs.
    Running {
        /// Since when, by the clock of its node.
        started: Option<Timestamp>,
        /// When the pod is to be gone, where somebody deletes it.
        leaving: Option<Timestamp>,
    },
    /// The pod is being deleted, and nothing is known of its container.
    Leaving {
        /// When it is to be gone.
        until: Timestamp,
    },
    /// The container ended with 0.
    Succeeded,
    /// The container ended otherwise, or cannot start any more.
    Failed(Failure),
}

impl PodState {
    /// Whether the container may still do something.
    pub fn lives(&self) -> bool {
        matches!(self, Self::Waiting(_) | Self::Running { .. } | Self::Leaving { .. })
    }
}

/// What keeps a container from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// One word: `ErrImagePull`, `Unschedulable`, ….
    pub reason: String,
    /// What Kubernetes says beyond that.
    pub message: String,
}

/// What is known of a step when a process takes over its run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The pod of an attempt is there.
    Pod {
        /// The attempt.
        attempt: Attempt,
        /// How many of the attempts before it were charged to the user.
        charged: u16,
        /// The pod's state.
        state: PodState,
    },
    /// The pod of an attempt was there, and is gone without a word about its end.
    Gone {
        /// The attempt.
        attempt: Attempt,
        /// As above.
        charged: u16,
    },
    /// The end of the step is recorded.
    Ended {
        /// Its last attempt.
        attempt: Attempt,
        /// How it failed, if it did.
        failure: Option<Failure>,
    },
    /// It is recorded that the step was cancelled.
    Cancelled {
        /// Its last attempt, 0 where none began.
        attempt: Attempt,
    },
}

impl Evidence {
    /// What it is about.
    pub fn attempt(&self) -> Attempt {
        match self {
            Self::Pod { attempt, .. }
            | Self::Gone { attempt, .. }
            | Self::Ended { attempt, .. }
            | Self::Cancelled { attempt } => *attempt,
        }
    }

    /// Whether it proves that the step has begun, after the attempt `past`: what waits for others is cancelled too.
    pub(super) fn is_of_a_beginning(&self, past: Attempt) -> bool {
        !matches!(self, Self::Cancelled { .. }) || self.attempt() > past
    }

    /// Whether it is the end or the pod of an attempt that does not count, `past` being the last of these.
    pub(super) fn is_of_attempt_until(&self, past: Attempt) -> bool {
        matches!(self, Self::Pod { .. } | Self::Gone { .. }) && self.attempt() <= past
    }

    fn is_pod(&self) -> bool {
        matches!(self, Self::Pod { .. })
    }

    /// Whether this says more than `other` about the same step: what is recorded has happened; else the newest attempt.
    pub fn outweighs(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Ended { .. }) => false,
            (Self::Ended { .. }, _) => true,
            (_, Self::Cancelled { .. }) => false,
            (Self::Cancelled { .. }, _) => true,
            _ if other.has_ended() => self.attempt() > other.attempt(),
            _ => (self.attempt(), self.is_pod()) >= (other.attempt(), other.is_pod()),
        }
    }

    /// Whether it says how its attempt ended: a pod that is seen again may say less than it did.
    fn has_ended(&self) -> bool {
        matches!(self, Self::Pod { state, .. } if !state.lives())
    }
}

/// Something that happened. Events about pods may come in any order, repeatedly, and with states left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What was there before this process began. Only before `Started`.
    Found(StepIndex, Evidence),
    /// An instance of this `foreach` step was there before this process began: it was expanded then.
    FoundInstance(StepIndex),
    /// Before [`Event::Started`] and before anything is found of it: somebody retried the run, and of this step, or of this
    /// instance of it, the attempts up to `past` do not count any more. Their numbers are taken all the same.
    Retried {
        /// The step.
        step: StepIndex,
        /// Which instance of it.
        item: Option<usize>,
        /// The last of the attempts before the retry.
        past: Attempt,
    },
    /// Everything that existed when this process began has been reported: work may start.
    Started,
    /// A pod of the run is there. Pods that are not ours are never reported.
    PodSeen {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
        /// How many of the attempts before it were charged to the user.
        charged: u16,
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
    /// A pod that was asked for will not exist: a fatal answer, or given up after `AbandonPod`.
    CreateFailed {
        /// Its step.
        step: StepIndex,
        /// Its attempt.
        attempt: Attempt,
        /// The answer.
        failure: Failure,
    },
    /// The answer to `Expand`. The instances become steps with the next free numbers, in this order.
    Expanded {
        /// The `foreach` step.
        step: StepIndex,
        /// What is known of each instance.
        instances: Vec<Option<Evidence>>,
    },
    /// The other answer to `Expand`: there is no list.
    ExpandFailed {
        /// The `foreach` step.
        step: StepIndex,
        /// Why.
        failure: Failure,
    },
    /// Time has passed.
    Tick,
    /// Nothing new is to begin, until `Resume`.
    Suspend,
    /// Go on.
    Resume,
    /// The run is to be stopped.
    StopRequested,
    /// The run is to be stopped, and pods that are being deleted are to be deleted again: nobody wants to wait for them.
    KillRequested,
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
        /// How many of the attempts before it were charged to the user: the pod has to carry that.
        charged: u16,
    },
    /// Stop trying to create this pod. Answered by `CreateDone` or `CreateFailed` all the same.
    AbandonPod {
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
    /// Say which instances this `foreach` step has: `Expanded` or `ExpandFailed`.
    Expand {
        /// The step.
        step: StepIndex,
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
    /// Steps were cancelled because the run lasted longer than it may.
    TimedOut,
}
