//! The configuration keys of an orchestrator (layer 1): those of `ZenML` 0.98's Kubernetes orchestrator, and ours.

use super::key::{Key, Type, from};

/// Where runs live when nobody says otherwise; `ZenML`'s name.
pub const DEFAULT_NAMESPACE: &str = "zenml";

const POLLING: &str = "pods are watched, not asked for again and again";
const UNUSED: &str = "ZenML itself has given it up and does not read it";

/// In the order of the help: where, as whom, what the pods are, how the run goes, schedules, and what does not apply.
pub(super) const KEYS: &[Key] = &[
    Key::own("kubernetes_context", Type::Text, "Use this kubeconfig context where no connector is linked"),
    Key::own("incluster", Type::Boolean, "Use the credentials of the pod that the command runs in").default("false"),
    Key::own("kubernetes_namespace", Type::Namespace, "Run pipelines in this namespace").default(DEFAULT_NAMESPACE),
    Key::own("orchestrator_image", Type::Image, "Run this image as the orchestrator"),
    Key::setting("service_account_name", Type::Text, "Run the orchestrator pod as this ServiceAccount")
        .default("zenml-service-account"),
    Key::setting("step_pod_service_account_name", Type::Text, "Run step pods as this ServiceAccount"),
    Key::setting("pod_settings", Type::PodSettings, "Shape the step pods: YAML or JSON, or @FILE"),
    Key::setting("orchestrator_pod_settings", Type::PodSettings, "Shape the orchestrator pod: YAML or JSON, or @FILE"),
    Key::setting("pod_security", Type::Choice(&["restricted"]), "Make step pods fit this level of PodSecurity"),
    Key::setting("privileged", Type::Boolean, "Run steps as privileged containers").default("false"),
    Key::setting("gpu_resource_name", Type::Text, "Count GPUs in this resource").default("nvidia.com/gpu"),
    Key::setting("job_name_prefix", Type::Text, "Begin the names of step pods with this"),
    Key::setting("queue_name", Type::Text, "Queue runs in this LocalQueue of Kueue"),
    Key::setting("synchronous", Type::Boolean, "Wait for a run's end after submitting it").default("true"),
    Key::setting("max_parallelism", from(1), "Run at most this many steps of a run at once"),
    Key::setting("active_deadline_seconds", from(1), "Stop a run after this many seconds"),
    Key::setting("ttl_seconds_after_finished", from(0), "Delete a run this many seconds after its end"),
    Key::setting("orchestrator_job_backoff_limit", from(0), "Start the orchestrator pod anew this often").default("3"),
    Key::setting("pod_stop_grace_period", from(1), "Give a step this many seconds to end when it is stopped")
        .default("30"),
    Key::setting("pod_startup_timeout", from(1), "Fail a step whose pod has not started after this many seconds"),
    Key::setting("pod_failure_policy", Type::Mapping, "Say what failed pods of steps mean, as a podFailurePolicy does"),
    Key::setting(
        "fail_on_container_waiting_reasons",
        Type::Texts,
        "Fail a step whose container waits for one of these reasons",
    )
    .default("InvalidImageName,ErrImagePull,ImagePullBackOff,CreateContainerConfigError"),
    Key::setting(
        "parallel_step_startup_waiting_period",
        Type::Number { least: 0.0 },
        "Wait this long between two starts of steps",
    ),
    Key::setting("api_request_timeout", from(1), "Give the API server this many seconds for a request"),
    Key::setting("max_api_retries", from(0), "Repeat a failed request this often").default("3"),
    Key::setting(
        "concurrency_policy",
        Type::Choice(&["Allow", "Forbid", "Replace"]),
        "Say what a schedule does while its last run goes on",
    ),
    Key::setting("starting_deadline_seconds", from(0), "Skip a scheduled run that is this late"),
    Key::setting("successful_jobs_history_limit", from(0), "Keep this many succeeded Jobs of a schedule"),
    Key::setting("failed_jobs_history_limit", from(0), "Keep this many failed Jobs of a schedule"),
    Key::ignored("local", "it mounts the artifact store of a local ZenML, and there is none"),
    Key::ignored("skip_local_validations", "nothing is validated against a local ZenML"),
    Key::ignored("job_monitoring_interval", POLLING),
    Key::ignored("job_monitoring_delay", POLLING),
    Key::ignored("interrupt_check_interval", POLLING),
    Key::ignored("backoff_limit_margin", "steps are pods, not Jobs: their `retry` counts exactly"),
    Key::ignored("pass_zenml_token_as_secret", "no token of a ZenML server goes into the pods"),
    Key::ignored("always_build_pipeline_image", "no images are built: files name them"),
    Key::ignored("prevent_orchestrator_pod_caching", "the orchestrator decides about caching"),
    Key::ignored("timeout", UNUSED),
    Key::ignored("stream_step_logs", UNUSED),
    Key::ignored("pod_failure_max_retries", UNUSED),
    Key::ignored("pod_failure_retry_delay", UNUSED),
    Key::ignored("pod_failure_backoff", UNUSED),
    Key::refused("pod_name_prefix", "ZenML has renamed it", "write --job-name-prefix"),
    Key::refused(
        "skip_owner_references",
        "everything of a run is owned by it, which is how it is deleted",
        "leave the flag out; what a step itself creates in the cluster stays there after the run is deleted",
    ),
];
