//! The settings of a pipeline file as they are written: the fields are the keys, their comments what `schema pipeline` says
//! of them (layer 1, pure).
//!
//! Sources: the format reference, ZenML 0.98's `KubernetesOrchestratorSettings` and `ResourceSettings`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::{PodFailurePolicy, RetryOn};
use crate::document::schema::NumberOrText;
use crate::pod_settings::PodSettings;

/// `settings.resources`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Resources {
    /// Cores, requested and the limit: 2, 0.5 or 500m.
    #[schemars(with = "Option<NumberOrText>")]
    pub cpu_count: Option<String>,
    /// Memory, requested and the limit: B, KB to PB, KiB to PiB, Ki to Pi.
    pub memory: Option<String>,
    /// GPUs, as nvidia.com/gpu or what `gpu_resource_name` says; 0 takes the pipeline's away.
    #[schemars(range(min = 0))]
    pub gpu_count: Option<i64>,
}

/// `retry`: further attempts of a step.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// How many further attempts there are. Default 1.
    #[schemars(range(min = 0, max = 1000))]
    pub max_retries: Option<i64>,
    /// Seconds before the first of them. Default 0.
    #[schemars(range(min = 0))]
    pub delay: Option<i64>,
    /// By how much the pause grows from one attempt to the next. Default 1: not at all.
    #[schemars(range(min = 1))]
    pub backoff: Option<f64>,
    /// What is worth another attempt. Default error, oom and timeout.
    pub on: Option<Vec<RetryOn>>,
}

/// `pod_security`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurity {
    /// Fit for the PodSecurity level `restricted`.
    Restricted,
}

/// `concurrency_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConcurrencyPolicy {
    /// Both run.
    Allow,
    /// The new one is left out.
    Forbid,
    /// The old one is stopped.
    Replace,
}

/// `settings.orchestrator`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Orchestrator {
    /// Where the run goes. Default zenml. Not of a step.
    pub kubernetes_namespace: Option<String>,
    /// The account of the orchestrator's pod; it must exist. Default zenml-service-account, which is made. Not of a step.
    pub service_account_name: Option<String>,
    /// The account of step pods; it must exist. Default: the namespace's own, without a token.
    pub step_pod_service_account_name: Option<String>,
    /// What else step pods have.
    pub pod_settings: Option<PodSettings>,
    /// What else the orchestrator's pod has. Not of a step.
    pub orchestrator_pod_settings: Option<PodSettings>,
    /// Run step pods without privileges, whatever the namespace demands. Not of a step.
    pub pod_security: Option<PodSecurity>,
    /// Run steps as privileged containers. Default false.
    pub privileged: Option<bool>,
    /// The resource that `gpu_count` means. Default nvidia.com/gpu.
    pub gpu_resource_name: Option<String>,
    /// The queue of Kueue's that admits step pods.
    pub queue_name: Option<String>,
    /// Names of step pods begin with this instead of the pipeline's name. Not of a step.
    pub job_name_prefix: Option<String>,
    /// The orchestrator's image. Not of a step.
    pub orchestrator_image: Option<String>,
    /// Whether `submit` waits for the run's end. Default true. Not of a step.
    pub synchronous: Option<bool>,
    /// How many steps run at once. Default: as many as can. Not of a step.
    #[schemars(range(min = 1))]
    pub max_parallelism: Option<i64>,
    /// Seconds after which the run is stopped. Not of a step.
    #[schemars(range(min = 1))]
    pub active_deadline_seconds: Option<i64>,
    /// Seconds after its end until the run is deleted. Default: never. Not of a step.
    #[schemars(range(min = 0))]
    pub ttl_seconds_after_finished: Option<i64>,
    /// How often Kubernetes starts the orchestrator again. Default 3. Not of a step.
    #[schemars(range(min = 0))]
    pub orchestrator_job_backoff_limit: Option<i64>,
    /// Seconds that a step gets to end when it is stopped. Default 30.
    #[schemars(range(min = 1))]
    pub pod_stop_grace_period: Option<i64>,
    /// Seconds from a pod's creation until its container must have started. Default: no limit.
    #[schemars(range(min = 1))]
    pub pod_startup_timeout: Option<i64>,
    /// What a failed pod of a step means, in the shape of a Job's podFailurePolicy.
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// A container that waits for one of these reasons, for longer than a moment, fails its step. Default
    /// `InvalidImageName`, `ErrImagePull`, `ImagePullBackOff` and `CreateContainerConfigError`.
    pub fail_on_container_waiting_reasons: Option<Vec<String>>,
    /// What a schedule does while its last run goes on; no effect without schedules.
    pub concurrency_policy: Option<ConcurrencyPolicy>,
    /// How many seconds late a scheduled run may start; no effect without schedules.
    #[schemars(range(min = 0))]
    pub starting_deadline_seconds: Option<i64>,
    /// How many succeeded Jobs of a schedule are kept; no effect without schedules.
    #[schemars(range(min = 0))]
    pub successful_jobs_history_limit: Option<i64>,
    /// How many failed Jobs of a schedule are kept; no effect without schedules.
    #[schemars(range(min = 0))]
    pub failed_jobs_history_limit: Option<i64>,
    /// ZenML's; no effect here: steps start as soon as they can, and `max_parallelism` says how many run at once.
    pub parallel_step_startup_waiting_period: Option<f64>,
    /// ZenML's; no effect here: every request has a limit of its own.
    pub api_request_timeout: Option<f64>,
    /// ZenML's; no effect here: requests are repeated until the API server answers.
    pub max_api_retries: Option<i64>,
    /// ZenML's; no effect here: steps are pods and not Jobs, and `retry` counts exactly.
    pub backoff_limit_margin: Option<i64>,
    /// ZenML's; no effect here: pods are watched.
    pub job_monitoring_interval: Option<f64>,
    /// ZenML's; no effect here: pods are watched.
    pub job_monitoring_delay: Option<f64>,
    /// ZenML's; no effect here: the run is watched.
    pub interrupt_check_interval: Option<f64>,
    /// ZenML's; no effect here: the orchestrator decides about caching.
    pub prevent_orchestrator_pod_caching: Option<bool>,
    /// ZenML's; no effect here: no images are built.
    pub always_build_pipeline_image: Option<bool>,
    /// ZenML's; no effect here: no token of a ZenML server goes into the pods.
    pub pass_zenml_token_as_secret: Option<bool>,
    /// ZenML's; no effect here: everything of a run is owned by it, which is how it is deleted.
    pub skip_owner_references: Option<bool>,
    /// ZenML's; no effect here: the cluster is chosen by --connector or --context.
    pub kubernetes_context: Option<String>,
    /// ZenML's; no effect here: in a pod its account is used where no context is.
    pub incluster: Option<bool>,
    /// ZenML's; no effect here: every cluster is treated alike.
    pub local: Option<bool>,
    /// ZenML's; no effect here: nothing is validated that could be skipped.
    pub skip_local_validations: Option<bool>,
    /// ZenML's; no effect here: it has renamed it to `job_name_prefix`.
    pub pod_name_prefix: Option<String>,
    /// ZenML's; no effect here: it does not read it either.
    pub timeout: Option<f64>,
    /// ZenML's; no effect here: it does not read it either.
    pub stream_step_logs: Option<bool>,
    /// ZenML's; no effect here: it does not read it either.
    pub pod_failure_max_retries: Option<i64>,
    /// ZenML's; no effect here: it does not read it either.
    pub pod_failure_retry_delay: Option<f64>,
    /// ZenML's; no effect here: it does not read it either.
    pub pod_failure_backoff: Option<f64>,
}

const SCHEDULES: &str = "it is about schedules, and there are none yet";
const POLLING: &str = "pods are watched, not asked for again and again";
const UNUSED: &str = "ZenML itself does not read it: write `retry` or `timeout` in the step";

/// The settings that are accepted and change nothing, each with the reason.
pub const WITHOUT_EFFECT: [(&str, &str); 25] = [
    ("concurrency_policy", SCHEDULES),
    ("starting_deadline_seconds", SCHEDULES),
    ("successful_jobs_history_limit", SCHEDULES),
    ("failed_jobs_history_limit", SCHEDULES),
    (
        "parallel_step_startup_waiting_period",
        "steps start as soon as they can; max_parallelism says how many run at once",
    ),
    ("api_request_timeout", "every request has a limit of its own"),
    ("max_api_retries", "requests are repeated until the API server answers"),
    ("backoff_limit_margin", "steps are pods and not Jobs, and `retry` counts exactly"),
    ("job_monitoring_interval", POLLING),
    ("job_monitoring_delay", POLLING),
    ("interrupt_check_interval", POLLING),
    ("prevent_orchestrator_pod_caching", "the orchestrator decides about caching"),
    ("always_build_pipeline_image", "no images are built: files name them"),
    ("pass_zenml_token_as_secret", "no token of a ZenML server goes into the pods"),
    ("skip_owner_references", "everything of a run is owned by it, which is how it is deleted"),
    ("kubernetes_context", "the cluster is chosen by --connector or --context"),
    ("incluster", "in a pod its account is used where there is no context"),
    ("local", "every cluster is treated alike"),
    ("skip_local_validations", "nothing is validated that could be skipped"),
    ("pod_name_prefix", "ZenML has renamed it: write job_name_prefix"),
    ("timeout", UNUSED),
    ("stream_step_logs", "ZenML itself does not read it: write --logs"),
    ("pod_failure_max_retries", UNUSED),
    ("pod_failure_retry_delay", UNUSED),
    ("pod_failure_backoff", UNUSED),
];

/// The settings of the whole run, which a step cannot have.
pub const OF_THE_RUN: [&str; 11] = [
    "kubernetes_namespace",
    "service_account_name",
    "orchestrator_pod_settings",
    "pod_security",
    "job_name_prefix",
    "orchestrator_image",
    "synchronous",
    "max_parallelism",
    "active_deadline_seconds",
    "ttl_seconds_after_finished",
    "orchestrator_job_backoff_limit",
];
