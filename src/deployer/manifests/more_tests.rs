//! Tests of what the settings come to in the objects.

use serde_json::{Value, json};

use super::*;
use crate::deployer::read::read;

/// All objects of a file with these settings, by kind.
fn objects(settings: &str) -> impl Fn(&str) -> Value {
    let text = format!("version: 1\nkind: service\nname: s\nimage: i\nsettings:\n{settings}");
    let service = read("f.yaml", &text, &[]).unwrap_or_else(|error| panic!("{}", error.render()));
    let placement = Placement { namespace: "team", revision: 3, secret: None, restricted: false };
    let set = set(&service, &placement, &[]).unwrap();
    let mut all = vec![serde_json::to_value(&set.deployment).unwrap()];
    all.extend(set.before.into_iter().chain(set.after).map(|object| object.body));
    move |kind| all.iter().find(|object| object["kind"] == kind).cloned().unwrap_or_default()
}

#[test]
fn a_plain_service_is_a_deployment_and_a_service() {
    let object = objects("  resources: {}\n");
    assert_eq!(object("Deployment")["spec"]["replicas"], 1);
    assert_eq!(object("Service")["spec"]["type"], "ClusterIP");
    for kind in ["Ingress", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ServiceAccount"] {
        assert_eq!(object(kind), Value::Null, "{kind}");
    }
}

#[test]
fn a_load_balancer_has_all_that_is_asked_for() {
    let object = objects(
        "  deployer:\n    service_type: LoadBalancer\n    load_balancer_ip: 10.0.0.1\n    session_affinity: ClientIP\n    \
         load_balancer_source_ranges: [10.0.0.0/8]\n    node_port: 30123\n    annotations: {all: x}\n    \
         service_annotations: {own: y}\n",
    );
    let service = object("Service");
    assert_eq!(service["metadata"]["annotations"], json!({"all": "x", "own": "y"}));
    let spec = &service["spec"];
    assert_eq!((&spec["type"], &spec["loadBalancerIP"]), (&json!("LoadBalancer"), &json!("10.0.0.1")));
    assert_eq!((&spec["sessionAffinity"], &spec["ports"][0]["nodePort"]), (&json!("ClientIP"), &json!(30123)));
    assert_eq!(spec["loadBalancerSourceRanges"], json!(["10.0.0.0/8"]));
}

#[test]
fn an_ingress_leads_to_the_service() {
    let object = objects(
        "  deployer:\n    ingress_enabled: true\n    ingress_class: nginx\n    ingress_host: api.example.com\n    \
         ingress_path: /weather\n    ingress_tls_enabled: true\n    ingress_tls_secret_name: tls\n    \
         ingress_annotations: {cert-manager.io/cluster-issuer: letsencrypt-prod}\n",
    );
    let ingress = object("Ingress");
    assert_eq!(ingress["metadata"]["annotations"], json!({"cert-manager.io/cluster-issuer": "letsencrypt-prod"}));
    assert_eq!(
        ingress["spec"],
        json!({
            "ingressClassName": "nginx",
            "rules": [{"host": "api.example.com", "http": {"paths": [{
                "path": "/weather", "pathType": "Prefix",
                "backend": {"service": {"name": "s", "port": {"name": "http"}}},
            }]}}],
            "tls": [{"hosts": ["api.example.com"], "secretName": "tls"}],
        })
    );
}

#[test]
fn an_autoscaler_owns_the_number_of_pods() {
    let object = objects("  resources: {min_replicas: 2, max_replicas: 6, autoscaling_target: 70, gpu_count: 1}\n");
    let deployment = object("Deployment");
    assert_eq!(deployment["spec"].get("replicas"), None);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["resources"]["limits"], json!({"cpu": "1", "memory": "2Gi", "nvidia.com/gpu": "1"}));
    let spec = object("HorizontalPodAutoscaler")["spec"].clone();
    assert_eq!((&spec["minReplicas"], &spec["maxReplicas"]), (&json!(2), &json!(6)));
    assert_eq!(spec["scaleTargetRef"], json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "s"}));
    let target = json!({"type": "Utilization", "averageUtilization": 70});
    assert_eq!(spec["metrics"], json!([{"type": "Resource", "resource": {"name": "cpu", "target": target}}]));
    assert_eq!(object("PodDisruptionBudget")["spec"]["maxUnavailable"], 1);
    let object = objects("  resources: {max_replicas: 6, autoscaling_metric: rps, autoscaling_target: 20}\n");
    let target = json!({"type": "AverageValue", "averageValue": "20"});
    let metric = json!({"metric": {"name": "zenml_requests_per_second"}, "target": target});
    assert_eq!(object("HorizontalPodAutoscaler")["spec"]["metrics"], json!([{"type": "Pods", "pods": metric}]));
}

#[test]
fn accounts_keys_and_pods_are_as_written() {
    let object = objects(
        "  resources: {max_concurrency: 4}\n  deployer:\n    service_account_name: robot\n    create_service_account: true\n    \
         service_account_role: view\n    generate_auth_key: true\n    image_pull_policy: Always\n    image_pull_secrets: [a]\n    \
         pod_security: restricted\n    lcm_timeout: 60\n    pod_settings:\n      image_pull_secrets: [a, b]\n      \
         container_security_context: {runAsUser: 7}\n      labels: {x: y}\n",
    );
    assert_eq!(object("ServiceAccount")["metadata"]["name"], "robot");
    let role = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"});
    assert_eq!(object("RoleBinding")["roleRef"], role);
    let deployment = object("Deployment");
    assert_eq!(deployment["spec"]["progressDeadlineSeconds"], 60);
    let template = &deployment["spec"]["template"];
    assert_eq!(
        (&template["metadata"]["labels"]["x"], &template["metadata"]["labels"][REVISION_LABEL]),
        (&json!("y"), &json!("3"))
    );
    let spec = &template["spec"];
    assert_eq!((&spec["serviceAccountName"], spec.get("automountServiceAccountToken")), (&json!("robot"), None));
    assert_eq!(spec["imagePullSecrets"], json!([{"name": "a"}, {"name": "b"}]));
    assert_eq!(spec["topologySpreadConstraints"][0]["whenUnsatisfiable"], "ScheduleAnyway");
    let container = &spec["containers"][0];
    assert_eq!(container["imagePullPolicy"], "Always");
    assert_eq!(
        (&container["securityContext"]["runAsUser"], &container["securityContext"]["allowPrivilegeEscalation"]),
        (&json!(7), &json!(false))
    );
    assert_eq!(
        container["env"],
        json!([
            {"name": "PORT", "value": "8000"},
            {"name": "ZENML_MAX_CONCURRENCY", "value": "4"},
            {"name": "ZENML_AUTH_KEY", "valueFrom": {"secretKeyRef": {"name": "s-auth", "key": "key"}}},
        ])
    );
}
