//! The keys of a service file: what this release executes, and what is documented for later (layer 1, pure).
//!
//! Sources: the format reference, the seed's configuration reference, ZenML 0.98's `KubernetesDeployerSettings`.

use crate::document::Keys;
use crate::document::settings::Shape;

/// The top level.
pub(super) const SERVICE: Keys = Keys {
    accepted: &[
        "version",
        "kind",
        "name",
        "image",
        "command",
        "args",
        "invoke_path",
        "parameters",
        "environment",
        "secrets",
        "settings",
    ],
    later: &[],
    synonyms: &[
        ("resources", "settings.resources"),
        ("replicas", "settings.deployer.replicas"),
        ("namespace", "settings.deployer.namespace"),
        ("port", "settings.deployer.service_port"),
    ],
    top: &[],
};

/// One secret: exactly one of these.
pub(super) const SECRET: Keys = Keys {
    accepted: &["secret_ref", "file", "prompt"],
    later: &[],
    synonyms: &[("secretKeyRef", "secret_ref"), ("secret_key_ref", "secret_ref"), ("secretRef", "secret_ref")],
    top: &[],
};

/// `secret_ref`.
pub(super) const SECRET_REF: Keys = Keys { accepted: &["name", "key"], later: &[], synonyms: &[], top: &[] };

/// `settings`, except the deployer's, which has several names.
const BESIDE: Keys = Keys {
    accepted: &["resources", "deployer"],
    later: &[],
    synonyms: &[("orchestrator", "deployer"), ("deployment", "deployer")],
    top: SERVICE.accepted,
};

/// `settings.resources`.
const RESOURCES: Keys = Keys {
    accepted: &["cpu_count", "memory", "min_replicas", "max_replicas"],
    later: &["gpu_count", "autoscaling_metric", "autoscaling_target", "autoscaling_metric_name", "max_concurrency"],
    synonyms: &[("replicas", "settings.deployer.replicas")],
    top: SERVICE.accepted,
};

/// `settings.deployer`.
const DEPLOYER: Keys = Keys {
    accepted: &[
        "namespace",
        "service_type",
        "service_port",
        "replicas",
        "command",
        "args",
        "readiness_probe_path",
        "readiness_probe_initial_delay",
        "readiness_probe_period",
        "readiness_probe_timeout",
        "readiness_probe_failure_threshold",
        "liveness_probe_path",
        "liveness_probe_initial_delay",
        "liveness_probe_period",
        "liveness_probe_timeout",
        "liveness_probe_failure_threshold",
        "labels",
        "annotations",
    ],
    later: &[
        "additional_resources",
        "atomic",
        "atomic_provision",
        "auth_key",
        "create_service_account",
        "custom_deployment_template_file",
        "custom_service_template_file",
        "deployment_ready_check_interval",
        "generate_auth_key",
        "image_pull_policy",
        "image_pull_secrets",
        "incluster",
        "ingress_annotations",
        "ingress_class",
        "ingress_enabled",
        "ingress_host",
        "ingress_path",
        "ingress_path_type",
        "ingress_tls_enabled",
        "ingress_tls_secret_name",
        "kubernetes_context",
        "lcm_timeout",
        "load_balancer_ip",
        "load_balancer_source_ranges",
        "local",
        "node_port",
        "pod_security",
        "pod_settings",
        "service_account_name",
        "service_account_role",
        "service_annotations",
        "session_affinity",
        "skip_local_validations",
        "strict_additional_resources",
        "wait_for_load_balancer_timeout",
    ],
    synonyms: &[
        ("kubernetes_namespace", "namespace"),
        ("port", "service_port"),
        ("type", "service_type"),
        ("resources", "settings.resources"),
    ],
    top: SERVICE.accepted,
};

/// The whole of `settings`.
pub(super) const SETTINGS: Shape =
    Shape { component: "deployer", settings: BESIDE, resources: RESOURCES, own: DEPLOYER };
