//! The configuration keys of a deployer (layer 1): those of `ZenML` 0.98's Kubernetes deployer, of its documentation, and
//! ours.

use super::key::{Key, Type, from};
use crate::deployer::spec::DEFAULT_NAMESPACE;

const PORT: Type = Type::Integer { least: 1, most: 65535 };
const TEMPLATES: &str = "there are no templates of manifests";
const OBJECTS: &str =
    "shape the pods with --pod-settings, and give objects of your own with --additional-resources FILE";

/// In the order of the help: where, networking, ingress, image, probes, the rest, and what does not apply.
pub(super) const KEYS: &[Key] = &[
    Key::own("kubernetes_context", Type::Text, "Use this kubeconfig context where no connector is linked"),
    Key::own("incluster", Type::Boolean, "Use the credentials of the pod that the command runs in").default("false"),
    Key::own("kubernetes_namespace", Type::Namespace, "Deploy services in this namespace")
        .default(DEFAULT_NAMESPACE)
        .alias("namespace"),
    Key::setting(
        "service_type",
        Type::Choice(&["ClusterIP", "NodePort", "LoadBalancer"]),
        "Publish services in this way",
    )
    .default("ClusterIP"),
    Key::setting("service_port", PORT, "Expose this port of the container").default("8000"),
    Key::setting("node_port", Type::Integer { least: 30000, most: 32767 }, "Use this port of the nodes"),
    Key::setting("session_affinity", Type::Choice(&["ClientIP", "None"]), "Send a client to the same pod each time"),
    Key::setting("load_balancer_ip", Type::Text, "Ask for this address of the load balancer"),
    Key::setting("load_balancer_source_ranges", Type::Texts, "Let only these CIDR ranges in"),
    Key::setting("service_annotations", Type::Map, "Annotate the Service"),
    Key::setting("ingress_enabled", Type::Boolean, "Create an Ingress").default("false"),
    Key::setting("ingress_class", Type::Text, "Use this class of ingress controller"),
    Key::setting("ingress_host", Type::Text, "Answer for this host"),
    Key::setting("ingress_path", Type::Path, "Answer below this path").default("/"),
    Key::setting(
        "ingress_path_type",
        Type::Choice(&["Prefix", "Exact", "ImplementationSpecific"]),
        "Match the path in this way",
    )
    .default("Prefix"),
    Key::setting("ingress_tls_enabled", Type::Boolean, "Serve HTTPS").default("false"),
    Key::setting("ingress_tls_secret_name", Type::Text, "Take the certificate from this Secret"),
    Key::setting("ingress_annotations", Type::Map, "Annotate the Ingress"),
    Key::setting("image_pull_policy", Type::Choice(&["IfNotPresent", "Always", "Never"]), "Pull images in this case")
        .default("IfNotPresent"),
    Key::setting("image_pull_secrets", Type::Texts, "Pull images with these Secrets"),
    Key::setting("command", Type::Texts, "Replace the image's entrypoint"),
    Key::setting("args", Type::Texts, "Replace the image's arguments"),
    Key::setting("readiness_probe_path", Type::Path, "Ask this path whether a pod may get traffic")
        .default("/api/health"),
    Key::setting("readiness_probe_initial_delay", from(0), "Wait this many seconds before the first question")
        .default("10"),
    Key::setting("readiness_probe_period", from(1), "Ask every so many seconds").default("10"),
    Key::setting("readiness_probe_timeout", from(1), "Wait this many seconds for the answer").default("5"),
    Key::setting("readiness_probe_failure_threshold", from(1), "Count this many failures in a row").default("3"),
    Key::setting("liveness_probe_path", Type::Path, "Ask this path whether a pod must be restarted")
        .default("/api/health"),
    Key::setting("liveness_probe_initial_delay", from(0), "Wait this many seconds before the first question")
        .default("30"),
    Key::setting("liveness_probe_period", from(1), "Ask every so many seconds").default("10"),
    Key::setting("liveness_probe_timeout", from(1), "Wait this many seconds for the answer").default("5"),
    Key::setting("liveness_probe_failure_threshold", from(1), "Count this many failures in a row").default("3"),
    Key::setting("replicas", from(1), "Run this many pods").default("1"),
    Key::setting("generate_auth_key", Type::Boolean, "Make a key that callers must send").default("false"),
    Key::setting("service_account_name", Type::Text, "Run pods as this ServiceAccount"),
    Key::setting("create_service_account", Type::Boolean, "Create that ServiceAccount").default("false"),
    Key::setting("service_account_role", Type::Text, "Bind that ServiceAccount to this role"),
    Key::setting("labels", Type::Map, "Label every object"),
    Key::setting("annotations", Type::Map, "Annotate every object"),
    Key::setting("pod_settings", Type::PodSettings, "Shape the pods: YAML or JSON, or @FILE"),
    Key::setting("pod_security", Type::Choice(&["restricted"]), "Make pods fit this level of PodSecurity"),
    Key::setting("additional_resources", Type::Texts, "Apply the objects in these files, too"),
    Key::setting("strict_additional_resources", Type::Boolean, "Fail where such a file cannot be read").default("true"),
    Key::setting("atomic", Type::Boolean, "Restore the last revision where a rollout fails")
        .alias("atomic-provision")
        .default("false"),
    Key::setting("lcm_timeout", from(1), "Wait this many seconds for a rollout").default("600"),
    Key::setting("wait_for_load_balancer_timeout", from(0), "Wait this many seconds for a load balancer")
        .default("150"),
    Key::ignored("local", "it is about the images of a local ZenML, and there is none"),
    Key::ignored("skip_local_validations", "nothing is validated against a local ZenML"),
    Key::ignored("deployment_ready_check_interval", "pods are watched, not asked for again and again"),
    Key::refused(
        "auth_key",
        "a key is a secret, and a component is kept in plain text",
        "write --generate-auth-key, and each deployment gets a key of its own",
    ),
    Key::refused("custom_deployment_template_file", TEMPLATES, OBJECTS),
    Key::refused("custom_service_template_file", TEMPLATES, OBJECTS),
];
