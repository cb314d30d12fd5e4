//! The settings of a service file as they are written: the fields are the keys, their comments what `schema service` says
//! of them (layer 1, pure).
//!
//! Sources: the format reference, the seed's configuration reference, ZenML 0.98's `KubernetesDeployerSettings`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::schema::NumberOrText;
use crate::pod_settings::PodSettings;

/// `settings.resources`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Resources {
    /// Cores, requested and the limit: 2, 0.5 or 500m. Default 1.
    #[schemars(with = "Option<NumberOrText>")]
    pub cpu_count: Option<String>,
    /// Memory, requested and the limit: B, KB to PB, KiB to PiB, Ki to Pi. Default 2GiB.
    pub memory: Option<String>,
    /// GPUs, as nvidia.com/gpu.
    #[schemars(range(min = 1))]
    pub gpu_count: Option<i64>,
    /// The fewest pods. Alone it is a fixed number; with another `max_replicas` an autoscaler decides.
    #[schemars(range(min = 1))]
    pub min_replicas: Option<i64>,
    /// The most pods. Alone it is a fixed number.
    #[schemars(range(min = 1))]
    pub max_replicas: Option<i64>,
    /// What the autoscaler looks at. Default cpu. concurrency and rps are metrics of the pods, which the cluster's custom
    /// metrics API must serve.
    pub autoscaling_metric: Option<Metric>,
    /// The metric's target: percent of what is requested for cpu and memory, a number a pod for the others. Default 80 for
    /// cpu and memory, `max_concurrency` for concurrency.
    #[schemars(with = "Option<f64>")]
    pub autoscaling_target: Option<String>,
    /// The name of the pods' metric for concurrency and rps.
    pub autoscaling_metric_name: Option<String>,
    /// How many requests a pod may have at once: `$ZENML_MAX_CONCURRENCY` in the container.
    #[schemars(range(min = 1))]
    pub max_concurrency: Option<i64>,
}

/// `autoscaling_metric`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// CPU time.
    Cpu,
    /// Memory.
    Memory,
    /// Requests at once, a pod.
    Concurrency,
    /// Requests a second, a pod.
    Rps,
}

/// `service_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ServiceType {
    /// Only inside the cluster.
    #[default]
    ClusterIP,
    /// A port of every node.
    NodePort,
    /// A load balancer of the cloud's.
    LoadBalancer,
}

/// `session_affinity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SessionAffinity {
    /// None.
    None,
    /// A client stays at its pod.
    ClientIP,
}

/// `image_pull_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PullPolicy {
    /// Where the node does not have it.
    IfNotPresent,
    /// Each time.
    Always,
    /// Not at all.
    Never,
}

/// `ingress_path_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PathType {
    /// The path and what is below it.
    #[default]
    Prefix,
    /// The path alone.
    Exact,
    /// As the controller likes it.
    ImplementationSpecific,
}

/// `pod_security`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurity {
    /// Fit for the PodSecurity level `restricted`.
    Restricted,
}

/// `auth_key`: where it comes from, one of both.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthKey {
    /// A local file, relative to the service file.
    pub file: Option<String>,
    /// Ask for it on the terminal.
    pub prompt: Option<bool>,
}

/// `settings.deployer`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Deployer {
    /// Where the objects go. Default zenml-deployments.
    pub namespace: Option<String>,
    /// A fixed number of pods. Default 1.
    #[schemars(range(min = 1))]
    pub replicas: Option<i64>,
    /// How the service is published. Default ClusterIP: not at all.
    pub service_type: Option<ServiceType>,
    /// The container's port and the Service's, also `$PORT`. Default 8000.
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<i64>,
    /// The port of the nodes, with NodePort or LoadBalancer.
    #[schemars(range(min = 30000, max = 32767))]
    pub node_port: Option<i64>,
    /// ClientIP for sticky sessions.
    pub session_affinity: Option<SessionAffinity>,
    /// An address that was allocated before, with LoadBalancer.
    pub load_balancer_ip: Option<String>,
    /// Who may reach the load balancer, as CIDR ranges.
    pub load_balancer_source_ranges: Option<Vec<String>>,
    /// Annotations of the Service.
    pub service_annotations: Option<BTreeMap<String, String>>,
    /// Publish the service by an Ingress. Default false.
    pub ingress_enabled: Option<bool>,
    /// The class of the Ingress.
    pub ingress_class: Option<String>,
    /// The host name.
    pub ingress_host: Option<String>,
    /// The path. Default /.
    pub ingress_path: Option<String>,
    /// How the path is meant. Default Prefix.
    pub ingress_path_type: Option<PathType>,
    /// HTTPS. Default false.
    pub ingress_tls_enabled: Option<bool>,
    /// The Secret with the certificate.
    pub ingress_tls_secret_name: Option<String>,
    /// Annotations of the Ingress, for its controller.
    pub ingress_annotations: Option<BTreeMap<String, String>>,
    /// When the image is pulled. Default: where the node does not have it.
    pub image_pull_policy: Option<PullPolicy>,
    /// Secrets for pulling the image, by name.
    pub image_pull_secrets: Option<Vec<String>>,
    /// Replaces the image's entrypoint. May hold templates.
    #[schemars(with = "Option<Vec<String>>")]
    pub command: Option<serde_json::Value>,
    /// Replaces the image's arguments. May hold templates.
    #[schemars(with = "Option<Vec<String>>")]
    pub args: Option<serde_json::Value>,
    /// What the readiness probe asks for. Default /api/health.
    pub readiness_probe_path: Option<String>,
    /// Seconds from the container's start to the first probe. Default 10.
    #[schemars(range(min = 0))]
    pub readiness_probe_initial_delay: Option<i64>,
    /// Seconds between two probes. Default 10.
    #[schemars(range(min = 1))]
    pub readiness_probe_period: Option<i64>,
    /// Seconds that an answer may take. Default 5.
    #[schemars(range(min = 1))]
    pub readiness_probe_timeout: Option<i64>,
    /// How many failures in a row count. Default 3.
    #[schemars(range(min = 1))]
    pub readiness_probe_failure_threshold: Option<i64>,
    /// What the liveness probe asks for. Default /api/health.
    pub liveness_probe_path: Option<String>,
    /// Seconds from the container's start to the first probe. Default 30.
    #[schemars(range(min = 0))]
    pub liveness_probe_initial_delay: Option<i64>,
    /// Seconds between two probes. Default 10.
    #[schemars(range(min = 1))]
    pub liveness_probe_period: Option<i64>,
    /// Seconds that an answer may take. Default 5.
    #[schemars(range(min = 1))]
    pub liveness_probe_timeout: Option<i64>,
    /// How many failures in a row count. Default 3.
    #[schemars(range(min = 1))]
    pub liveness_probe_failure_threshold: Option<i64>,
    /// The account of the pods. It must exist, unless `create_service_account` is set.
    pub service_account_name: Option<String>,
    /// Create the account, and bind `service_account_role` to it. Default false.
    pub create_service_account: Option<bool>,
    /// The role of a created account: NAME or ClusterRole/NAME for a ClusterRole, Role/NAME for a Role of the namespace.
    pub service_account_role: Option<String>,
    /// Make a key that requests must carry: `$ZENML_AUTH_KEY` in the container, which must check it. Default false.
    pub generate_auth_key: Option<bool>,
    /// The key from a file or a prompt, instead of a generated one.
    pub auth_key: Option<AuthKey>,
    /// Labels of every object and of the pods.
    pub labels: Option<BTreeMap<String, String>>,
    /// Annotations of every object and of the pods.
    pub annotations: Option<BTreeMap<String, String>>,
    /// What else the pods have.
    pub pod_settings: Option<PodSettings>,
    /// Run the pods without privileges, whatever the namespace demands.
    pub pod_security: Option<PodSecurity>,
    /// Files with more objects for the same namespace, relative to the service file. They are applied and deleted with the
    /// deployment.
    pub additional_resources: Option<Vec<String>>,
    /// Seconds to wait for a rollout. Default 600.
    #[schemars(range(min = 1))]
    pub lcm_timeout: Option<i64>,
    /// Go back to the revision before when a rollout fails. Default false.
    pub atomic: Option<bool>,
    /// ZenML's; no effect here: a wrong file is always an error.
    pub strict_additional_resources: Option<bool>,
    /// ZenML's; no effect here: a deploy does not wait for the load balancer's address.
    pub wait_for_load_balancer_timeout: Option<i64>,
    /// ZenML's; no effect here: the rollout is watched.
    pub deployment_ready_check_interval: Option<i64>,
    /// ZenML's; no effect here: the objects are not made of templates.
    pub custom_deployment_template_file: Option<String>,
    /// ZenML's; no effect here: the objects are not made of templates.
    pub custom_service_template_file: Option<String>,
    /// ZenML's; no effect here: the cluster is chosen by --connector or --context.
    pub kubernetes_context: Option<String>,
    /// ZenML's; no effect here: in a pod its account is used where no context is.
    pub incluster: Option<bool>,
    /// ZenML's; no effect here: every cluster is treated alike.
    pub local: Option<bool>,
    /// ZenML's; no effect here: nothing is validated that could be skipped.
    pub skip_local_validations: Option<bool>,
}

/// The settings that are accepted and change nothing, each with the reason.
pub const WITHOUT_EFFECT: [(&str, &str); 9] = [
    ("strict_additional_resources", "a wrong file of additional_resources is always an error"),
    ("wait_for_load_balancer_timeout", "a deploy does not wait for the load balancer's address"),
    ("deployment_ready_check_interval", "the rollout is watched, not polled"),
    ("custom_deployment_template_file", "the objects are not made of templates: use pod_settings"),
    (
        "custom_service_template_file",
        "the objects are not made of templates: use service_annotations or additional_resources",
    ),
    ("kubernetes_context", "the cluster is chosen by --connector or --context"),
    ("incluster", "in a pod its account is used where there is no context"),
    ("local", "every cluster is treated alike"),
    ("skip_local_validations", "nothing is validated that could be skipped"),
];
