//! Labels and annotations by which everything of a run is found (layer 3; step pods' own are [`pod::key`]).

use crate::pipeline::pod;

pub use pod::MANAGER;
pub use pod::key::{
    MANAGED_BY, PIPELINE, PIPELINE_ORIGINAL, RUN, RUN_ID, RUN_ORIGINAL, SPEC_HASH, STEP, STEP_ORIGINAL,
};

/// Label: what an object of a run is for, one of the `KIND_…` values. Step pods have [`STEP`] instead.
pub const KIND: &str = "zenml.io/kind";
/// [`KIND`] of the root object.
pub const KIND_RUN: &str = "run";
/// [`KIND`] of a piece of the specification.
pub const KIND_SPEC: &str = "spec";
/// [`KIND`] of the checkpoint.
pub const KIND_CHECKPOINT: &str = "checkpoint";
/// [`KIND`] of the orchestrator's Job and pod.
pub const KIND_ORCHESTRATOR: &str = "orchestrator";
/// [`KIND`] of the Secret with the values that the run was given.
pub const KIND_SECRETS: &str = "secrets";
/// [`KIND`] of the ends of logs that are kept.
pub const KIND_LOGS: &str = "logs";
/// [`KIND`] of what the run was made from.
pub const KIND_SOURCE: &str = "source";
/// [`KIND`] of what cached steps left.
pub const KIND_CACHE: &str = "cache";
/// [`KIND`] of the Lease.
pub const KIND_LEASE: &str = "lease";

/// Annotation: who runs it, `job` or `attached`.
pub const MODE: &str = "zenml.io/mode";

/// Annotation of the root: the orchestrator's image, noted while a retry replaces the Job.
pub const IMAGE: &str = "zenml.io/orchestrator-image";

/// Annotation of the root: what a person wants of the run, one of the `REQUEST_…` values.
pub const REQUEST: &str = "zenml.io/request";
/// [`REQUEST`]: end the run.
pub const REQUEST_STOP: &str = "stop";
/// [`REQUEST`]: end the run, and give containers no time to end by themselves.
pub const REQUEST_KILL: &str = "kill";
/// [`REQUEST`]: begin nothing new.
pub const REQUEST_SUSPEND: &str = "suspend";
/// [`REQUEST`]: go on.
pub const REQUEST_RESUME: &str = "resume";
