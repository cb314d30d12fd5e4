//! Settings that shut each other out, read back from the live objects one after the other; and those of all objects.

use serde_json::json;

use super::*;

/// The file of a service that no node takes, so that nothing has to run.
fn nowhere(resources: &str, deployer: &str) -> String {
    format!(
        "version: 1\nkind: service\nname: s\nimage: docker.io/library/busybox:1.35\nsettings:\n  \
         resources: {{cpu_count: 0.01, memory: 16Mi{resources}}}\n  \
         deployer: {{pod_settings: {{node_selectors: {{nowhere: 'true'}}}}{deployer}}}\n"
    )
}

fn deploy(stage: &Stage, resources: &str, deployer: &str) {
    stage.deploy_text(&nowhere(resources, deployer), &["--wait=false"]).succeeds();
}

fn pod(stage: &Stage) -> Value {
    stage.get("deployment/s")["spec"]["template"]["spec"].clone()
}

#[test]
fn command_and_args_are_read_back() {
    let stage = Stage::new("command");
    let own = ", command: [serve, '--now'], args: ['--port={{ parameters.port }}', '$HOME']";
    stage.deploy_text(&format!("{}parameters: {{port: 81}}\n", nowhere("", own)), &["--wait=false"]).succeeds();
    let container = pod(&stage)["containers"][0].clone();
    assert_eq!(container["command"], json!(["serve", "--now"]));
    assert_eq!(container["args"], json!(["--port=81", "$HOME"]));
    assert_eq!(container["imagePullPolicy"], "IfNotPresent");
}

#[test]
fn metrics_of_the_pods_are_read_back() {
    let stage = Stage::new("metrics");
    let metric = |resources: &str| {
        deploy(&stage, resources, "");
        stage.get("hpa/s")["spec"]["metrics"][0].clone()
    };
    let pods = |name: &str, average: &str| {
        let target = json!({"type": "AverageValue", "averageValue": average});
        json!({"type": "Pods", "pods": {"metric": {"name": name}, "target": target}})
    };
    let concurrency = ", max_replicas: 3, autoscaling_metric: concurrency, max_concurrency: 8";
    assert_eq!(metric(concurrency), pods("zenml_concurrency", "8"));
    let env = pod(&stage)["containers"][0]["env"].clone();
    assert!(env.as_array().unwrap().contains(&json!({"name": "ZENML_MAX_CONCURRENCY", "value": "8"})), "{env}");
    let rps = ", max_replicas: 3, autoscaling_metric: rps, autoscaling_target: 5";
    assert_eq!(metric(rps), pods("zenml_requests_per_second", "5"));
    assert_eq!(metric(&format!("{rps}, autoscaling_metric_name: hits")), pods("hits", "5"));
    let cpu = metric(", min_replicas: 1, max_replicas: 3, autoscaling_target: 70");
    assert_eq!(cpu["resource"], json!({"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}));
}

#[test]
fn pods_of_a_lax_namespace_are_restricted_where_the_file_says_so() {
    let stage = Stage::new("lax");
    deploy(&stage, "", ", pod_security: restricted");
    let pod = pod(&stage);
    let of = |key: &str| (pod["securityContext"][key].clone(), pod["containers"][0]["securityContext"][key].clone());
    let (for_pod, for_container) = of("runAsNonRoot");
    assert!(for_pod == true || for_container == true, "{pod}");
    assert_eq!(of("allowPrivilegeEscalation").1, false);
    assert_eq!(pod["containers"][0]["securityContext"]["capabilities"]["drop"], json!(["ALL"]));
}

/// The user's labels and annotations stand on every object, the pods among them.
#[test]
fn labels_and_annotations_are_everywhere() {
    let stage = Stage::new("everywhere");
    let role = ["create", "role", "reader", "--verb=get", "--resource=pods"];
    stage.namespace.kubectl(&role).succeeds();
    stage.sandbox.write("token", b"hush");
    stage.sandbox.write("key", b"hush-key");
    let settings = ", labels: {team: ml}, annotations: {note: hello}, auth_key: {file: key}, ingress_enabled: true, \
                    ingress_host: a.example.com, service_account_name: robot, create_service_account: true, \
                    service_account_role: Role/reader";
    let file = nowhere(", min_replicas: 2, max_replicas: 3", settings) + "secrets: {TOKEN: {file: token}}\n";
    stage.deploy_text(&file, &["--wait=false"]).succeeds();
    let kinds = "deployments,replicasets,pods,services,ingresses,hpa,pdb,secrets,serviceaccounts,rolebindings";
    let found = stage.namespace.kubectl(&["get", kinds, "-l", "team=ml", "-o", "json"]).succeeds();
    let found: Value = serde_json::from_str(&found).unwrap();
    let found = found["items"].as_array().unwrap();
    let mut names: Vec<String> = found.iter().map(|object| object["kind"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    assert_eq!(
        names,
        [
            "Deployment",
            "HorizontalPodAutoscaler",
            "Ingress",
            "Pod",
            "PodDisruptionBudget",
            "ReplicaSet",
            "RoleBinding",
            "Secret",
            "Service",
            "ServiceAccount"
        ]
    );
    assert_eq!(found.iter().filter(|object| object["kind"] == "Secret").count(), 2);
    for object in found {
        assert_eq!(object["metadata"]["annotations"]["note"], "hello", "{object}");
    }
}

#[test]
fn the_file_may_ask_that_a_failure_is_taken_back() {
    let stage = Stage::new("fileatomic");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let atomic =
        example.replace("    replicas: 1\n", "    atomic: true\n").replace("busybox:1.35", "busybox:no-such-tag");
    let failed = stage.deploy_text(&atomic, &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("what the deploy had made was deleted again"), "{failed}");
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
}
