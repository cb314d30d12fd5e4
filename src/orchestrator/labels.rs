//! Labels and annotations by which everything of a run is found (layer 3; the first three are ZenML's documented ones).

/// The run's name, as far as a label can hold it.
pub const RUN: &str = "run";
/// The pipeline's name, as far as a label can hold it.
pub const PIPELINE: &str = "pipeline";
/// The step's name, as far as a label can hold it; only on step pods.
pub const STEP: &str = "step";
/// The run's id, a UUID.
pub const RUN_ID: &str = "zenml.io/run-id";
/// What an object of a run is for: one of the `KIND_…` values.
pub const KIND: &str = "zenml.io/kind";
/// Kubernetes' recommended label for the program that manages an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The value of [`MANAGED_BY`].
pub const MANAGER: &str = "kubectl-zenml";

/// [`KIND`] of the root object.
pub const KIND_RUN: &str = "run";
/// [`KIND`] of a piece of the specification.
pub const KIND_SPEC: &str = "spec";
/// [`KIND`] of the checkpoint.
pub const KIND_CHECKPOINT: &str = "checkpoint";
/// [`KIND`] of the orchestrator's Job and pod.
pub const KIND_ORCHESTRATOR: &str = "orchestrator";
/// [`KIND`] of the Lease.
pub const KIND_LEASE: &str = "lease";
/// [`KIND`] of a step's pod.
pub const KIND_STEP: &str = "step";

/// Annotation: who runs it, `job` or `attached`.
pub const MODE: &str = "zenml.io/mode";
/// Annotation: the run's whole name.
pub const RUN_NAME: &str = "zenml.io/run";
/// Annotation: the pipeline's whole name.
pub const PIPELINE_NAME: &str = "zenml.io/pipeline";
