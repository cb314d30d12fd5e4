//! Each example of the documentation, with pods that serve. Those of the command line are in the other files.

use std::path::PathBuf;

use serde_json::json;

use super::*;
use crate::support::cluster;

/// The example with these settings of the deployer and of the resources instead of its own.
fn service(deployer: &str, resources: &str) -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example
        .replace("    replicas: 1\n", deployer)
        .replace("  resources: {cpu_count: 0.1, memory: 64MiB}\n", &format!("  resources: {{{resources}}}\n"))
}

/// `KubernetesDeployerSettings(namespace=…, replicas=2, service_type="ClusterIP", service_annotations={…})`.
#[test]
fn the_settings_of_a_pipeline() {
    let stage = Stage::at(Namespace::named("team"));
    let settings = format!(
        "    namespace: {}\n    replicas: 2\n    service_type: ClusterIP\n    \
         service_annotations: {{alb.ingress.kubernetes.io/scheme: internet-facing}}\n",
        stage.namespace.name()
    );
    let text = service(&settings, "cpu_count: 0.05, memory: 32MiB");
    stage.sandbox.write("service.yaml", text.as_bytes());
    stage.sandbox.zenml(&["deploy", "-f", "service.yaml"]).succeeds();
    let deployment = stage.get("deployment/k8s-example");
    assert_eq!((&deployment["spec"]["replicas"], &deployment["status"]["readyReplicas"]), (&json!(2), &json!(2)));
    let service = stage.get("service/k8s-example");
    assert_eq!(service["spec"]["type"], "ClusterIP");
    assert_eq!(service["metadata"]["annotations"], json!({"alb.ingress.kubernetes.io/scheme": "internet-facing"}));
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

/// `ResourceSettings(cpu_count=2, memory="4GB", min_replicas=1, max_replicas=5)`.
#[test]
fn the_resources_of_a_pipeline() {
    let stage = Stage::new("amounts");
    // The test's node has no two cores to spare.
    let modest = "    pod_settings: {resources: {requests: {cpu: 10m, memory: 16Mi}}}\n";
    let amounts = "cpu_count: 2, memory: 4GB, min_replicas: 1, max_replicas: 5";
    let tried = stage.deploy_text(&service("", amounts), &["--dry-run=server", "-o", "json"]).json();
    let container = &tried["items"][0]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["resources"]["limits"], json!({"cpu": "2", "memory": "3815Mi"}));
    stage.deploy_text(&service(modest, amounts), &[]).succeeds();
    let scaler = stage.get("hpa/k8s-example")["spec"].clone();
    assert_eq!((&scaler["minReplicas"], &scaler["maxReplicas"]), (&json!(1), &json!(5)));
    assert_eq!(
        scaler["metrics"][0]["resource"],
        json!({"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}})
    );
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    // As documented where nothing is said: 1 CPU, 2 GiB, one pod; and only max_replicas is a fixed number.
    let objects = stage.deploy_text(&service("", ""), &["--dry-run=server", "-o", "json"]).json();
    let deployment = &objects["items"][0];
    let resources = &deployment["spec"]["template"]["spec"]["containers"][0]["resources"];
    let amounts = json!({"cpu": "1", "memory": "2Gi"});
    assert_eq!((&resources["limits"], &resources["requests"]), (&amounts, &amounts));
    assert_eq!(deployment["spec"]["replicas"], 1);
    let fixed = stage.deploy_text(&service("", "max_replicas: 3"), &["--dry-run=server", "-o", "json"]).json();
    assert_eq!(fixed["items"][0]["spec"]["replicas"], 3);
}

/// The Ingress of each example, as its file says.
fn ingress_is_as_written(stage: &Stage, file: &Value) {
    let (name, says) = (file["name"].as_str().unwrap(), &file["settings"]["deployer"]);
    let ingress = stage.get(&format!("ingress/{name}"));
    let spec = &ingress["spec"];
    assert_eq!((&spec["ingressClassName"], &spec["rules"][0]["host"]), (&says["ingress_class"], &says["ingress_host"]));
    let path = &spec["rules"][0]["http"]["paths"][0];
    let default = |key: &str, default: &str| says[key].as_str().unwrap_or(default).to_owned();
    assert_eq!(path["path"], default("ingress_path", "/"));
    assert_eq!(path["pathType"], default("ingress_path_type", "Prefix"));
    assert_eq!(path["backend"]["service"], json!({"name": name, "port": {"name": "http"}}));
    assert_eq!(ingress["metadata"]["annotations"], says["ingress_annotations"]);
    let tls = json!([{"hosts": [says["ingress_host"]], "secretName": says["ingress_tls_secret_name"]}]);
    assert_eq!(spec["tls"], if says["ingress_tls_enabled"] == true { tls } else { Value::Null });
}

/// The Ingress examples: nginx, TLS, cert-manager, Traefik, ALB, and a path.
#[test]
fn every_ingress() {
    let stage = Stage::new("ingress");
    let pair = ["--cert", "--key"].map(|flag| {
        let end = if flag == "--cert" { "crt" } else { "key" };
        format!("{flag}={}", cluster().join(format!("kubeconfig/rig-cert-user.{end}")).display())
    });
    stage.namespace.kubectl(&["create", "secret", "tls", "my-app-tls", &pair[0], &pair[1]]).succeeds();
    let folder = fs::read_dir(repository().join("examples/ingress")).unwrap();
    let paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(paths.len(), 6, "{paths:?}");
    for path in &paths {
        let deployed = stage.zenml(&["deploy", "-f", path.to_str().unwrap(), "--wait=false"]);
        assert!(!deployed.stderr.contains("no Secret"), "{deployed}");
        deployed.succeeds();
    }
    let mut names = Vec::new();
    for path in &paths {
        let file: Value = serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let name = file["name"].as_str().unwrap().to_owned();
        stage.zenml(&["deployment", "status", &name]).succeeds();
        ingress_is_as_written(&stage, &file);
        names.push(name);
    }
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    let url = |name: &str| {
        let item = listed["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap();
        item["url"].clone()
    };
    assert_eq!((url("nginx"), url("alb")), (json!("http://my-app.example.com"), Value::Null));
    assert_eq!(
        (url("tls"), url("path-routing")),
        (json!("https://my-app.example.com"), json!("http://api.example.com/weather"))
    );
    let delete: Vec<&str> = ["deployment", "delete"].into_iter().chain(names.iter().map(String::as_str)).collect();
    stage.zenml(&delete).succeeds();
    assert_eq!(stage.names("deployments,pods,services,ingresses,configmaps,secrets"), ["secret/my-app-tls"]);
}
