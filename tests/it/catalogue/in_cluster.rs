//! `register --in-cluster`, in a real pod and outside of one.

use serde_json::{Value, json};

use crate::support::namespace::Namespace;
use crate::support::orchestrator_image;
use crate::support::sandbox::Sandbox;

/// A container of the plugin's own image.
fn container(name: &str, arguments: &[&str]) -> Value {
    json!({
        "name": name,
        "image": orchestrator_image(),
        "imagePullPolicy": "Never",
        "args": arguments,
        "env": [{"name": "HOME", "value": "/home/user"}],
        "volumeMounts": [{"name": "home", "mountPath": "/home"}],
    })
}

#[test]
fn a_pod_registers_its_own_service_account() {
    let namespace = Namespace::new("in-cluster");
    let describe = ["connector", "describe", "in-cluster", "-o", "json"];
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "registering", "namespace": namespace.name()},
        "spec": {
            "restartPolicy": "Never",
            "securityContext": {"runAsUser": 65532, "fsGroup": 65532},
            "initContainers": [
                container("init", &["vault", "init", "--holder", "key-file"]),
                container("register", &["register", "--in-cluster"]),
                container("describe", &describe),
            ],
            // Our own client asks the helper, which is the same program here.
            "containers": [container("verify", &["verify", "in-cluster", "-o", "json"])],
            "volumes": [{"name": "home", "emptyDir": {}}],
        },
    });
    let sandbox = Sandbox::empty();
    let file = sandbox.write("pod.json", pod.to_string().as_bytes());
    namespace.kubectl(&["create", "-f", file.to_str().unwrap()]).succeeds();
    // No ServiceAccount may do what a run needs, so `verify` ends with 3.
    let ended = "--for=jsonpath={.status.phase}=Failed";
    let waited = namespace.kubectl(&["wait", "pod/registering", ended, "--timeout=120s"]);
    let logs = |container: &str| namespace.kubectl(&["logs", "registering", "-c", container]);
    assert!(waited.code == Some(0), "{waited}\n{}\n{}", logs("init"), logs("register"));
    assert!(logs("register").succeeds().contains("connector/in-cluster registered"), "{}", logs("register"));
    assert!(!logs("register").stdout.contains("context \""), "no kubeconfig has it: {}", logs("register"));
    let described: Value = serde_json::from_str(&logs("describe").succeeds()).expect("JSON");
    let account = format!("system:serviceaccount:{}:default", namespace.name());
    assert_eq!((&described["auth_method"], &described["account"]), (&json!("token-file"), &json!(account)));
    let configuration = &described["configuration"];
    assert_eq!(configuration["token_file"], "/var/run/secrets/kubernetes.io/serviceaccount/token");
    assert_eq!(configuration["namespace"], namespace.name());
    assert!(configuration["server"].as_str().unwrap().starts_with("https://"), "{described:#}");
    assert!(configuration["certificate_authority"].as_str().unwrap().contains("BEGIN CERTIFICATE"), "{described:#}");
    assert!(logs("verify").succeeds().contains(&account), "{}", logs("verify"));
}

#[test]
fn outside_of_a_pod_there_is_nothing_to_register() {
    let mut sandbox = Sandbox::with_vault("token");
    let said = sandbox.zenml(&["register", "--in-cluster"]).fails(1);
    assert!(said.contains("this is no pod with a mounted ServiceAccount") && said.contains("hint: "), "{said}");
    // The variables of a pod without its files.
    sandbox.set("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    sandbox.set("KUBERNETES_SERVICE_PORT", "443");
    let said = sandbox.zenml(&["register", "--in_cluster"]).fails(1);
    assert!(said.contains("automountServiceAccountToken"), "{said}");
    for other in [&["--server", "https://a"][..], &["--context", "rig"], &["--token", "-"], &["--auto-configure"]] {
        let said = sandbox.zenml(&[&["register", "--in-cluster"], other].concat()).fails(2);
        assert!(said.contains("cannot be used with"), "{said}");
    }
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "");
}
