//! The keys of a pipeline file: what this release executes, and what is documented for later (layer 1, pure).
//!
//! Sources: the format reference, ZenML 0.98's `KubernetesOrchestratorSettings` and `ResourceSettings`.

use crate::document::Keys;
use crate::document::settings::Shape;

/// The top level.
pub(super) const PIPELINE: Keys = Keys {
    accepted: &[
        "version",
        "kind",
        "name",
        "execution_mode",
        "enable_cache",
        "image",
        "parameters",
        "environment",
        "settings",
        "steps",
    ],
    later: &[],
    synonyms: &[
        ("resources", "settings.resources"),
        ("namespace", "settings.orchestrator.kubernetes_namespace"),
        ("kubernetes_namespace", "settings.orchestrator.kubernetes_namespace"),
    ],
    top: &[],
};

/// A step.
pub(super) const STEP: Keys = Keys {
    accepted: &["image", "command", "args", "environment", "upstream_steps", "enable_cache", "settings"],
    later: &["retry", "timeout", "run_on", "foreach", "secrets"],
    synonyms: &[
        ("upstream", "upstream_steps"),
        ("upstreams", "upstream_steps"),
        ("depends_on", "upstream_steps"),
        ("after", "upstream_steps"),
        ("needs", "upstream_steps"),
        ("resources", "settings.resources"),
    ],
    top: PIPELINE.accepted,
};

/// `settings`, except the orchestrator's, which has several names.
const BESIDE: Keys = Keys {
    accepted: &["resources", "orchestrator"],
    later: &[],
    synonyms: &[("deployer", "orchestrator")],
    top: PIPELINE.accepted,
};

/// `settings.resources`.
const RESOURCES: Keys =
    Keys { accepted: &["cpu_count", "memory"], later: &["gpu_count"], synonyms: &[], top: PIPELINE.accepted };

/// `settings.orchestrator`, at both levels.
const ORCHESTRATOR: Keys = Keys {
    accepted: &["kubernetes_namespace"],
    later: &[
        "active_deadline_seconds",
        "always_build_pipeline_image",
        "api_request_timeout",
        "backoff_limit_margin",
        "concurrency_policy",
        "fail_on_container_waiting_reasons",
        "failed_jobs_history_limit",
        "incluster",
        "interrupt_check_interval",
        "job_monitoring_delay",
        "job_monitoring_interval",
        "job_name_prefix",
        "kubernetes_context",
        "local",
        "max_api_retries",
        "max_parallelism",
        "orchestrator_image",
        "orchestrator_job_backoff_limit",
        "orchestrator_pod_settings",
        "parallel_step_startup_waiting_period",
        "pass_zenml_token_as_secret",
        "pod_failure_backoff",
        "pod_failure_max_retries",
        "pod_failure_policy",
        "pod_failure_retry_delay",
        "pod_name_prefix",
        "pod_security",
        "pod_settings",
        "pod_startup_timeout",
        "pod_stop_grace_period",
        "prevent_orchestrator_pod_caching",
        "privileged",
        "queue_name",
        "service_account_name",
        "skip_local_validations",
        "skip_owner_references",
        "starting_deadline_seconds",
        "step_pod_service_account_name",
        "stream_step_logs",
        "successful_jobs_history_limit",
        "synchronous",
        "timeout",
        "ttl_seconds_after_finished",
    ],
    synonyms: &[("namespace", "kubernetes_namespace"), ("parallelism", "max_parallelism")],
    top: PIPELINE.accepted,
};

/// The whole of `settings`.
pub(super) const SETTINGS: Shape =
    Shape { component: "orchestrator", settings: BESIDE, resources: RESOURCES, own: ORCHESTRATOR };
