//! The verbs of `deployment` beyond those of the first example.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use super::*;

#[test]
fn scale_restart_status_and_events() {
    let stage = Stage::new("verbs");
    stage.deploy(&[]).succeeds();
    let scaled = stage.zenml(&["deployment", "scale", "k8s-example", "--replicas", "2"]).succeeds();
    assert!(scaled.starts_with("deployment.apps/k8s-example scaled\n") && scaled.ends_with("rolled out\n"), "{scaled}");
    assert_eq!(stage.get("deployment/k8s-example")["status"]["readyReplicas"], 2);
    // The file's number counts again, and nobody is in conflict.
    stage.deploy(&[]).succeeds();
    assert_eq!(stage.get("deployment/k8s-example")["spec"]["replicas"], 1);
    let before = stage.get("pods")["items"][0]["metadata"]["uid"].clone();
    stage.zenml(&["deployment", "restart", "k8s-example"]).succeeds();
    let pods = stage.get("pods");
    let living = pods["items"].as_array().unwrap().iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    assert!(living.clone().count() == 1 && living.clone().all(|pod| pod["metadata"]["uid"] != before), "{pods}");
    let again = stage.deploy(&[]).succeeds();
    assert!(
        again.starts_with("deployment.apps/k8s-example unchanged\n"),
        "a restart is no change of the file: {again}"
    );
    let status = stage.zenml(&["deployment", "status", "k8s-example"]).succeeds();
    assert_eq!(status, "deployment \"k8s-example\" successfully rolled out\n");
    let status = stage.zenml(&["deployment", "status", "k8s-example", "--watch=false"]).succeeds();
    assert_eq!(status, "deployment \"k8s-example\": Running, 1 of 1 pods ready\n");
    for watch in ["--watch", "--watch=false"] {
        let status = stage.zenml(&["deployment", "status", "k8s-example", watch, "-o", "json"]).json();
        assert_eq!((&status["status"], &status["ready"]), (&"Running".into(), &1.into()), "{status}");
    }
    let events = stage.zenml(&["deployment", "events", "k8s-example", "-o", "json"]).json();
    assert!(events.to_string().contains("ScalingReplicaSet"), "{events}");
    let names = stage.zenml(&["deployment", "events", "k8s-example", "-o", "name"]).succeeds();
    let first = names.lines().next().unwrap();
    assert_eq!(stage.names(first), [first], "the name is the event's own");
}

#[test]
fn a_node_port_is_reached_from_here() {
    let stage = Stage::new("nodeport");
    stage.deploy(&[("replicas: 1", "replicas: 1\n    service_type: NodePort")]).succeeds();
    let url = stage.zenml(&["deployment", "url", "k8s-example"]).succeeds();
    let port = stage.get("service/k8s-example")["spec"]["ports"][0]["nodePort"].to_string();
    assert!(url.starts_with("http://") && url.ends_with(&format!(":{port}\n")), "{url}");
    // kube-proxy refuses connections until it has heard of the pod.
    let started = Instant::now();
    let called = loop {
        let called = stage.zenml(&["deployment", "invoke", "k8s-example", "--direct", "--param", "name=Ada"]);
        if called.code == Some(0) || started.elapsed() > Duration::from_secs(60) {
            break called.succeeds();
        }
        std::thread::sleep(Duration::from_millis(300));
    };
    assert_eq!(called, "Hello Ada!\n");
}

#[test]
fn every_type_of_service_has_its_address() {
    let stage = Stage::new("url");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let deploy = |settings: &str| {
        let text = example.replace("    replicas: 1\n", &format!("    replicas: 1\n    {settings}\n"));
        stage.deploy_text(&text, &["--wait=false"]).succeeds();
        stage.zenml(&["deployment", "url", "k8s-example"])
    };
    let inside = deploy("service_type: ClusterIP");
    assert!(inside.stdout.contains(".svc.cluster.local:8000\n") && inside.stderr.contains("port-forward"), "{inside}");
    let direct = stage.zenml(&["deployment", "invoke", "k8s-example", "--direct"]).fails(1);
    assert!(direct.starts_with("error: deployment \"k8s-example\" is not published\n"), "{direct}");
    let pending = deploy("service_type: LoadBalancer");
    assert!(pending.stdout.is_empty() && pending.stderr.contains("the load balancer has no address yet"), "{pending}");
    let patch = r#"{"status":{"loadBalancer":{"ingress":[{"hostname":"lb.example.com"}]}}}"#;
    stage
        .namespace
        .kubectl(&["patch", "service/k8s-example", "--subresource=status", "--type=merge", "-p", patch])
        .succeeds();
    assert_eq!(stage.zenml(&["deployment", "url", "k8s-example"]).succeeds(), "http://lb.example.com:8000\n");
    let tls = "ingress_tls_enabled: true\n    ingress_tls_secret_name: x";
    let ingress =
        deploy(&format!("ingress_enabled: true\n    ingress_host: a.example.com\n    ingress_path: /w\n    {tls}"));
    assert_eq!(ingress.stdout, "https://a.example.com/w\n", "{ingress}");
    assert!(ingress.stderr.contains("no controller has given the Ingress an address yet"), "{ingress}");
}

#[test]
fn a_port_is_open_here_while_it_is_forwarded() {
    let stage = Stage::new("forward");
    stage.deploy(&[]).succeeds();
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deployment", "port-forward", "k8s-example", ":8000", "-n", stage.namespace.name()]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("Forwarding from ").unwrap().split(' ').next().unwrap();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /health HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("200 OK") && answer.ends_with("ok\n"), "{answer}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_log_before_a_restart_is_there() {
    let stage = Stage::new("previous");
    let none = |stage: &Stage| stage.zenml(&["deployment", "logs", "k8s-example", "--previous"]);
    stage.deploy(&[]).succeeds();
    assert!(none(&stage).fails(1).contains("no container of deployment \"k8s-example\" has been restarted"));
    // The container may be gone before its shell can say how that ended.
    stage.namespace.kubectl(&["exec", "deploy/k8s-example", "--", "kill", "1"]);
    let started = Instant::now();
    let log = loop {
        let log = none(&stage);
        if log.code == Some(0) || started.elapsed() > Duration::from_secs(60) {
            break log.succeeds();
        }
        std::thread::sleep(Duration::from_millis(500));
    };
    assert_eq!(log, "listening on port 8000\n");
    let newest = stage.zenml(&["deployment", "logs", "k8s-example", "--all-pods=false", "--tail", "1"]).succeeds();
    assert_eq!(newest, "listening on port 8000\n");
}

#[test]
fn a_body_comes_as_json_parameters_a_file_or_standard_input() {
    let stage = Stage::new("bodies");
    stage.deploy(&[]).succeeds();
    let body = |name: &str| format!(r#"{{"parameters": {{"name": "{name}"}}}}"#);
    let invoke = |more: &[&str]| stage.zenml(&[&["deployment", "invoke", "k8s-example"], more].concat());
    assert_eq!(invoke(&["--json", &body("Json")]).succeeds(), "Hello Json!\n");
    assert_eq!(invoke(&["--param", "name=Param"]).succeeds(), "Hello Param!\n");
    stage.sandbox.write("body.json", body("File").as_bytes());
    assert_eq!(invoke(&["@body.json"]).succeeds(), "Hello File!\n");
    let mut piped = stage.sandbox.command(PLUGIN);
    piped.args(["deployment", "invoke", "k8s-example", "-", "-n", stage.namespace.name()]);
    let mut piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(body("Input").as_bytes()).unwrap();
    assert_eq!(String::from_utf8(piped.wait_with_output().unwrap().stdout).unwrap(), "Hello Input!\n");

    let refused = invoke(&["--json", "@body.json"]).fails(2);
    assert!(
        refused.contains("hint: to send a file, leave --json away: `deployment invoke NAME @body.json`"),
        "{refused}"
    );
    let refused = invoke(&["--json", "{name: Ada}"]).fails(2);
    assert!(refused.starts_with("error: what --json says is no JSON: key must be a string"), "{refused}");
    assert!(invoke(&["body.json"]).fails(2).contains("is neither @FILE nor -"));
    assert!(invoke(&["@nowhere.json"]).fails(1).starts_with("error: cannot read nowhere.json\n"));
    assert!(invoke(&["--json", "{}", "--param", "a=b"]).fails(2).contains("cannot be used with"));
}
