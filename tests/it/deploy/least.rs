//! Every verb as a user who has what `rbac deployer` prints, and nothing else.

use std::io::{BufRead, BufReader};

use super::*;

/// A user with the rights that `flags` print, whose own namespace is the stage's.
pub(super) fn user(stage: &Stage, flags: &[&str]) -> Sandbox {
    let yaml = stage.zenml(&[&["rbac", "deployer"], flags].concat()).succeeds();
    let path = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
    stage.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    sign_in(stage)
}

/// The user that the printed rights are for.
pub(super) fn sign_in(stage: &Stage) -> Sandbox {
    let token = stage.namespace.kubectl(&["create", "token", "zenml-deployer"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    user.kubectl(&["config", "set-credentials", "deployer", "--token", token.trim()]).succeeds();
    let namespace = format!("--namespace={}", stage.namespace.name());
    user.kubectl(&["config", "set-context", "--current", "--user=deployer", &namespace]).succeeds();
    user
}

#[test]
fn every_verb_works_with_the_printed_rights() {
    let stage = Stage::new("least");
    let user = user(&stage, &["--with=invoke,logs,events,rollback"]);
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let deploy = |greeting: &str| {
        user.write("service.yaml", example.replace("GREETING: Hello", &format!("GREETING: {greeting}")).as_bytes());
        let deployed = user.zenml(&["deploy", "-f", "service.yaml"]);
        assert!(!deployed.stderr.contains("Warning"), "{deployed}");
        deployed.succeeds();
    };
    let verb = |words: &str| {
        let words: Vec<&str> = ["deployment"].into_iter().chain(words.split(' ')).collect();
        user.zenml(&words).succeeds()
    };
    deploy("Hello");
    deploy("Salut");
    assert!(verb("list").contains(".svc.cluster.local:8000 "));
    // What another user on another machine sees is the same: the cluster is the only record.
    let mine: Value = serde_json::from_str(&verb("list -o json")).unwrap();
    assert_eq!(stage.zenml(&["deployment", "list", "-o", "json"]).json(), mine);
    assert!(verb("describe k8s-example").contains("Running"));
    assert!(verb("status k8s-example").ends_with("successfully rolled out\n"));
    // Through the API server's proxy.
    assert_eq!(verb("invoke k8s-example --param name=Ada"), "Salut Ada!\n");
    assert!(verb("logs k8s-example").contains("greeted Ada"));
    assert!(verb("events k8s-example").contains("ScalingReplicaSet"));
    assert!(verb("url k8s-example").starts_with("http://"));
    assert_eq!(verb("history k8s-example -o name"), "revision/1\nrevision/2\n");
    assert!(verb("rollback k8s-example").ends_with("rolled back to revision 1, as revision 3\n"));
    assert_eq!(verb("invoke k8s-example --param name=Ada"), "Hello Ada!\n");
    assert!(verb("scale k8s-example --replicas 2").ends_with("successfully rolled out\n"));
    assert!(verb("restart k8s-example --wait=false").ends_with("restarted\n"));
    forwarded(&user);
    assert!(verb("delete k8s-example").ends_with("deployment.apps/k8s-example deleted\n"));
    assert_eq!(stage.names("deployments,pods,services,configmaps"), [""; 0]);
}

fn forwarded(user: &Sandbox) {
    let mut command = user.command(PLUGIN);
    command.args(["deployment", "port-forward", "k8s-example", ":8000"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Forwarding from 127.0.0.1:"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The key is read by its name alone, and whoever may not is told what it takes.
#[test]
fn the_key_of_one_deployment_does_not_open_the_others() {
    let stage = Stage::new("onekey");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let keyed = example.replace("    replicas: 1\n", "    generate_auth_key: true\n");
    stage.deploy_text(&keyed, &[]).succeeds();
    let user = user(&stage, &["--with=invoke", "--auth-key-of=another"]);
    let refused = user.zenml(&["deployment", "invoke", "k8s-example"]).fails(1);
    assert!(refused.starts_with("error: the service wants a key, which cannot be read\n"), "{refused}");
    assert!(
        refused.contains(&format!(
            "`kubectl zenml rbac deployer -n {} --auth-key-of k8s-example`",
            stage.namespace.name()
        )),
        "{refused}"
    );
    user.write("key", b"any");
    let sent = ["deployment", "invoke", "k8s-example", "--auth-key", "@key", "--param", "name=Ada"];
    assert_eq!(user.zenml(&sent).succeeds(), "Hello Ada!\n");
    let other = stage.zenml(&["rbac", "deployer", "--auth-key-of=Bad_Name"]).fails(2);
    assert!(other.contains("that is no name of a deployment"), "{other}");
}
