//! Every documented setting, read back from the live objects; what is pruned, adopted and handed over.

use std::io::{BufRead, BufReader};
use std::process::Command;

use serde_json::json;

use super::*;
use crate::support::cluster;

/// A service that needs no pod to run: no node takes it.
fn nowhere(settings: &str) -> String {
    format!(
        "version: 1\nkind: service\nname: s\nimage: docker.io/library/busybox:1.35\ncommand: [sleep, '1000']\nsettings:\n{settings}"
    )
}

#[test]
fn every_setting_is_read_back() {
    let stage = Stage::new("all");
    stage.namespace.kubectl(&["create", "role", "reader", "--verb=get", "--resource=pods"]).succeeds();
    stage.sandbox.write(
        "more.yaml",
        b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n---\n\
          {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {}}}\n",
    );
    let text = nowhere(
        "  resources: {cpu_count: 0.05, memory: 50MB, gpu_count: 1, max_concurrency: 8, min_replicas: 2, max_replicas: 4, \
         autoscaling_metric: memory, autoscaling_target: 60}\n\
         \x20 deployer:\n    service_type: LoadBalancer\n    service_port: 8123\n    session_affinity: ClientIP\n    \
         load_balancer_ip: 10.9.8.7\n    load_balancer_source_ranges: [10.0.0.0/8]\n    service_annotations: {s: '1'}\n    \
         ingress_enabled: true\n    ingress_class: nginx\n    ingress_host: api.example.com\n    ingress_path: /weather\n    \
         ingress_path_type: Exact\n    ingress_tls_enabled: true\n    ingress_tls_secret_name: tls\n    \
         ingress_annotations: {i: '1'}\n    image_pull_policy: Never\n    image_pull_secrets: [one]\n    \
         readiness_probe_path: /r\n    readiness_probe_initial_delay: 1\n    readiness_probe_period: 2\n    \
         readiness_probe_timeout: 3\n    readiness_probe_failure_threshold: 4\n    liveness_probe_path: /l\n    \
         liveness_probe_initial_delay: 5\n    liveness_probe_period: 6\n    liveness_probe_timeout: 7\n    \
         liveness_probe_failure_threshold: 8\n    service_account_name: robot\n    create_service_account: true\n    \
         service_account_role: Role/reader\n    generate_auth_key: true\n    labels: {team: ml}\n    \
         annotations: {note: hello}\n    additional_resources: [more.yaml]\n    lcm_timeout: 77\n    pod_settings:\n      \
         node_selectors: {nowhere: 'true'}\n      tolerations: [{key: gpu, operator: Exists, effect: NoExecute, toleration_seconds: 9}]\n      \
         affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: \
         {topologyKey: zone, labelSelector: {matchLabels: {a: b}}}}]}}\n      resources: {requests: {memory: 40Mi}}\n      \
         annotations: {pod: '1'}\n      labels: {x: y}\n      volumes: [{name: v, empty_dir: {size_limit: 1Mi}}]\n      \
         volume_mounts: [{name: v, mountPath: /v}]\n      host_ipc: true\n      scheduler_name: nobody\n      \
         image_pull_secrets: [two]\n      env: [{name: E, value: f}]\n      env_from: [{configMapRef: {name: more}}]\n      \
         container_security_context: {runAsUser: 7}\n      additional_pod_spec_args: {hostname: h}\n",
    );
    stage.deploy_text(&text, &["--wait=false"]).succeeds();

    let deployment = stage.get("deployment/s");
    assert_eq!(deployment["metadata"]["annotations"]["note"], "hello");
    assert_eq!(
        (&deployment["spec"]["replicas"], &deployment["spec"]["progressDeadlineSeconds"]),
        (&json!(2), &json!(77))
    );
    let template = &deployment["spec"]["template"];
    assert_eq!(template["metadata"]["annotations"], json!({"note": "hello", "pod": "1"}));
    assert_eq!(
        (&template["metadata"]["labels"]["team"], &template["metadata"]["labels"]["x"]),
        (&json!("ml"), &json!("y"))
    );
    let pod = &template["spec"];
    assert_eq!((&pod["serviceAccountName"], &pod["schedulerName"]), (&json!("robot"), &json!("nobody")));
    assert_eq!((&pod["hostIPC"], &pod["hostname"]), (&json!(true), &json!("h")));
    assert_eq!(pod["nodeSelector"], json!({"nowhere": "true"}));
    assert_eq!(pod["tolerations"][0]["tolerationSeconds"], 9);
    assert_eq!(pod["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]["weight"], 1);
    assert_eq!(pod["imagePullSecrets"], json!([{"name": "one"}, {"name": "two"}]));
    assert_eq!(pod["volumes"], json!([{"name": "v", "emptyDir": {"sizeLimit": "1Mi"}}]));
    let container = &pod["containers"][0];
    assert_eq!(
        (&container["imagePullPolicy"], &container["securityContext"]["runAsUser"]),
        (&json!("Never"), &json!(7))
    );
    assert_eq!(container["resources"]["limits"], json!({"cpu": "50m", "nvidia.com/gpu": "1"}));
    assert_eq!(container["resources"]["requests"]["memory"], "40Mi");
    assert_eq!(
        (&container["volumeMounts"][0]["mountPath"], &container["envFrom"][0]["configMapRef"]["name"]),
        (&json!("/v"), &json!("more"))
    );
    let env = container["env"].to_string();
    for variable in
        ["\"name\":\"PORT\",\"value\":\"8123\"", "ZENML_MAX_CONCURRENCY", "ZENML_AUTH_KEY", "\"name\":\"E\""]
    {
        assert!(env.contains(variable), "{env}");
    }
    for (probe, path, numbers) in [("readinessProbe", "/r", [1, 2, 3, 4]), ("livenessProbe", "/l", [5, 6, 7, 8])] {
        let probe = &container[probe];
        assert_eq!(probe["httpGet"]["path"], path);
        let keys = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold"];
        assert_eq!(keys.map(|key| probe[key].as_i64().unwrap()), numbers);
    }

    others_are_as_written(&stage);

    let kinds = "deployments,services,ingresses,hpa,pdb,secrets,configmaps,rolebindings,networkpolicies";
    let again = stage.deploy_text(&text, &["--wait=false"]).succeeds();
    assert!(!again.contains("configured") && !again.contains("created"), "{again}");
    stage.zenml(&["deployment", "delete", "s"]).succeeds();
    assert_eq!(stage.names(kinds), [""; 0]);
    assert_eq!(stage.names("serviceaccounts"), ["serviceaccount/default"]);
}

fn others_are_as_written(stage: &Stage) {
    let service = stage.get("service/s");
    assert_eq!(service["metadata"]["annotations"], json!({"note": "hello", "s": "1"}));
    let spec = &service["spec"];
    assert_eq!((&spec["type"], &spec["sessionAffinity"]), (&json!("LoadBalancer"), &json!("ClientIP")));
    assert_eq!((&spec["loadBalancerIP"], &spec["ports"][0]["port"]), (&json!("10.9.8.7"), &json!(8123)));
    assert_eq!(spec["loadBalancerSourceRanges"], json!(["10.0.0.0/8"]));
    let ingress = stage.get("ingress/s");
    assert_eq!(ingress["metadata"]["annotations"], json!({"i": "1", "note": "hello"}));
    assert_eq!(
        (&ingress["spec"]["ingressClassName"], &ingress["spec"]["rules"][0]["host"]),
        (&json!("nginx"), &json!("api.example.com"))
    );
    assert_eq!(ingress["spec"]["tls"], json!([{"hosts": ["api.example.com"], "secretName": "tls"}]));
    let path = &ingress["spec"]["rules"][0]["http"]["paths"][0];
    assert_eq!((&path["path"], &path["pathType"]), (&json!("/weather"), &json!("Exact")));
    let scaler = stage.get("hpa/s")["spec"].clone();
    assert_eq!((&scaler["minReplicas"], &scaler["maxReplicas"]), (&json!(2), &json!(4)));
    assert_eq!(scaler["metrics"][0]["resource"]["target"]["averageUtilization"], 60);
    assert_eq!(stage.get("pdb/s")["spec"]["maxUnavailable"], 1);
    assert_eq!(stage.get("rolebinding/robot")["roleRef"]["name"], "reader");
    assert_eq!(stage.get("networkpolicy/closed")["metadata"]["labels"]["zenml.io/deployment"], "s");
    assert_eq!(stage.names("secrets"), ["secret/s-auth"]);
}

#[test]
fn what_the_file_has_no_more_goes() {
    let stage = Stage::new("prune");
    let with = nowhere(
        "  deployer: {replicas: 2, ingress_enabled: true, ingress_host: a.example.com, pod_settings: {node_selectors: {nowhere: 'true'}}}\n",
    );
    let without = nowhere("  deployer: {replicas: 1, pod_settings: {node_selectors: {nowhere: 'true'}}}\n");
    stage.deploy_text(&with, &["--wait=false"]).succeeds();
    assert_eq!(stage.names("ingresses,pdb").len(), 2);
    let dry = stage.deploy_text(&without, &["--dry-run=server"]).succeeds();
    assert!(dry.contains("ingress.networking.k8s.io/s pruned (server dry run)\n"), "{dry}");
    let diff = stage.deploy_text(&without, &["--diff"]).succeeds();
    assert!(
        diff.contains("--- live/ingress.networking.k8s.io/s") && diff.contains("-  replicas: 2\n+  replicas: 1\n"),
        "{diff}"
    );
    assert_eq!(stage.names("ingresses,pdb").len(), 2);
    let done = stage.deploy_text(&without, &["--wait=false"]).succeeds();
    assert!(
        done.contains("ingress.networking.k8s.io/s pruned\n") && done.contains("poddisruptionbudget.policy/s pruned\n"),
        "{done}"
    );
    assert_eq!(stage.names("ingresses,pdb"), [""; 0]);
}

#[test]
fn foreign_objects_are_adopted_when_asked() {
    let stage = Stage::new("adopt");
    stage.namespace.kubectl(&["create", "service", "clusterip", "k8s-example", "--tcp=80"]).succeeds();
    let refused = stage.deploy(&[]).fails(1);
    assert!(refused.contains("take the object over with --adopt"), "{refused}");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    stage.deploy_text(&example, &["--adopt", "--force-conflicts"]).succeeds();
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("services,deployments"), [""; 0]);
}

#[test]
fn the_number_of_pods_changes_hands_without_a_dip() {
    let stage = Stage::new("hand");
    let text = |resources: &str| {
        nowhere(&format!(
            "  resources: {{cpu_count: 0.01, memory: 16Mi, {resources}}}\n  deployer: {{pod_settings: {{node_selectors: {{nowhere: 'true'}}}}}}\n"
        ))
    };
    let deploy = |resources: &str| stage.deploy_text(&text(resources), &["--wait=false"]).succeeds();
    deploy("max_replicas: 3");
    let mut watch = Command::new(cluster().join("bin/kubectl"));
    watch.arg("--kubeconfig").arg(kubeconfig("admin")).args([
        "-n",
        stage.namespace.name(),
        "get",
        "deployment/s",
        "-w",
    ]);
    let mut watch = watch.args(["-o", "jsonpath={.spec.replicas}{'\\n'}"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    deploy("min_replicas: 3, max_replicas: 5");
    assert_eq!(stage.names("hpa").len(), 1);
    let owners = stage.namespace.kubectl(&["get", "deployment/s", "-o", "json", "--show-managed-fields"]).succeeds();
    assert!(owners.contains("kubectl-zenml-replicas"), "{owners}");
    // What the autoscaler does.
    let patch = ["patch", "deployment/s", "--subresource=scale", "--field-manager=kube-controller-manager"];
    let patch = [&patch[..], &["--type=merge", "-p", r#"{"spec":{"replicas":4}}"#]].concat();
    stage.namespace.kubectl(&patch).succeeds();
    deploy("max_replicas: 4");
    assert_eq!(stage.names("hpa"), [""; 0]);
    let owners = stage.namespace.kubectl(&["get", "deployment/s", "-o", "json", "--show-managed-fields"]).succeeds();
    assert!(!owners.contains("kubectl-zenml-replicas"), "{owners}");
    // Nothing is left that the next one would stumble over.
    deploy("max_replicas: 5");
    stage.zenml(&["deployment", "delete", "s"]).succeeds();
    let _ = watch.kill();
    let _ = watch.wait();
    let seen: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(seen.iter().all(|count| ["3", "4", "5"].contains(&count.as_str())), "{seen:?}");
    assert!(["3", "4", "5"].iter().all(|count| seen.iter().any(|one| one == count)), "{seen:?}");
}

#[test]
fn what_would_never_work_is_said_before() {
    let stage = Stage::new("warn");
    let said = |settings: &str, flags: &[&str]| stage.deploy_text(&nowhere(settings), flags).stderr;
    let ingress = "  deployer: {ingress_enabled: true, ingress_class: nowhere, ingress_tls_enabled: true, ingress_tls_secret_name: no-tls, ingress_host: a.example.com}\n";
    let text = said(ingress, &["--dry-run=server"]);
    assert!(
        text.contains("there is no IngressClass \"nowhere\"") && text.contains("there is no Secret \"no-tls\""),
        "{text}"
    );
    let text = said("  deployer: {service_type: LoadBalancer, incluster: true}\n", &["--dry-run=server"]);
    assert!(text.contains("publishes the service for everybody"), "{text}");
    assert!(text.contains("settings.deployer.incluster has no effect"), "{text}");
    let text =
        said("  resources: {max_replicas: 3, autoscaling_metric: rps, autoscaling_target: 5}\n", &["--dry-run=server"]);
    assert!(text.contains("nothing in this cluster serves custom metrics"), "{text}");
    let text = said("  deployer: {service_account_name: nobody}\n", &["--dry-run=server"]);
    assert!(
        text.starts_with("Using ") && text.contains("error: the ServiceAccount \"nobody\" of the pods is not there"),
        "{text}"
    );
}

/// The Ingress examples of the documentation.
#[test]
fn every_example_of_an_ingress_is_accepted() {
    let stage = Stage::new("examples");
    let folder = repository().join("examples/ingress");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 6, "{names:?}");
    for path in names {
        let objects = stage.zenml(&["deploy", "-f", path.to_str().unwrap(), "--dry-run=server", "-o", "json"]).json();
        let has_ingress = objects["items"].as_array().unwrap().iter().any(|object| object["kind"] == "Ingress");
        assert!(has_ingress, "{path:?}: {objects}");
    }
}

#[test]
fn the_schema_describes_every_setting() {
    let schema = Sandbox::empty().zenml(&["schema", "service"]).json();
    let settings = &schema["$defs"]["Deployer"]["properties"];
    assert_eq!(settings["service_port"]["maximum"], 65535);
    assert_eq!(schema["$defs"]["PodSettings"]["additionalProperties"], false);
    assert!(settings["ingress_tls_secret_name"]["description"].is_string(), "{settings}");
}
