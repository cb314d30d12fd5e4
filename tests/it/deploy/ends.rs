//! How a deployment goes, and what its several pods say until then.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use super::*;

fn example(name: &str, replicas: u8) -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example
        .replace("name: k8s-example", &format!("name: {name}"))
        .replace("replicas: 1", &format!("replicas: {replicas}"))
        .replace("cpu_count: 0.1, memory: 64MiB", "cpu_count: 0.05, memory: 32MiB")
}

#[test]
fn the_pods_go_with_it_before_it_or_not_at_all() {
    let stage = Stage::new("cascade");
    for name in ["orphaned", "quick", "thorough"] {
        stage.deploy_text(&example(name, 1), &["--wait=false"]).succeeds();
        stage.zenml(&["deployment", "status", name]).succeeds();
    }
    let delete = |name: &str, cascade: &str| {
        let deleted = stage.zenml(&["deployment", "delete", name, "--cascade", cascade]).succeeds();
        assert!(deleted.ends_with(&format!("deployment.apps/{name} deleted\n")), "{deleted}");
    };
    delete("orphaned", "orphan");
    delete("quick", "background");
    delete("thorough", "foreground");
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
    let pods = |name: &str| {
        let selector = format!("zenml.io/deployment={name}");
        stage.namespace.kubectl(&["get", "pods", "-l", &selector, "-o", "name"]).succeeds().lines().count()
    };
    // Whoever waits for the foreground finds no pod any more; in the background they go in their own time.
    assert_eq!((pods("orphaned"), pods("thorough")), (1, 0));
    stage.namespace.kubectl(&["wait", "pods", "-l", "zenml.io/deployment=quick", "--for=delete", "--timeout=60s"]);
    assert_eq!(pods("quick"), 0);
    let wrong = stage.zenml(&["deployment", "delete", "quick", "--cascade", "backwards"]).fails(2);
    assert!(wrong.contains("[possible values: background, foreground, orphan]"), "{wrong}");
}

#[test]
fn each_line_of_several_pods_names_its_pod() {
    let stage = Stage::new("several");
    stage.deploy_text(&example("k8s-example", 2), &[]).succeeds();
    let logs = |flags: &[&str]| stage.zenml(&[&["deployment", "logs", "k8s-example"], flags].concat()).succeeds();
    let both = logs(&[]);
    let pods = stage.names("pods");
    assert!(pods.len() == 2 && both.lines().count() == 2, "{both}");
    for pod in &pods {
        assert!(both.contains(&format!("[{pod}] listening on port 8000\n")), "{both}");
    }
    assert_eq!(logs(&["--all-pods=false"]), "listening on port 8000\n");
    assert_eq!(logs(&["--tail", "0"]), "");
    assert_eq!(logs(&["--tail=-1"]), both);
}

#[test]
fn a_port_that_is_closed_in_the_pod_is_told() {
    let stage = Stage::new("closed");
    stage.deploy(&[]).succeeds();
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deployment", "port-forward", "k8s-example", ":9", "-n", stage.namespace.name()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("Forwarding from ").unwrap().split(' ').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The port is tried when something is sent.
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty());
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("error: pod k8s-example-") && said.ends_with(" cannot be reached on port 9\n"), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
}
