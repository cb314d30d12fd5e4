//! What the cluster refuses: pods by admission and by the scheduler, one object of several, a field that cannot change.

use super::*;
use crate::support::policy::{Policy, Spares};

/// The example with an Ingress.
fn routed() -> String {
    fs::read_to_string(repository().join("examples/service.yaml")).unwrap().replace("    replicas: 1\n", ROUTED)
}

const ROUTED: &str = "    ingress_enabled: true\n    ingress_host: a.example.com\n";
const INGRESS: &str = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: probe}, spec: \
                       {defaultBackend: {service: {name: s, port: {number: 80}}}}}";
const INGRESSES: (&str, &str) = ("networking.k8s.io", "ingresses");

#[test]
fn pods_that_a_policy_denies_are_told_in_its_words() {
    let stage = Stage::new("denied");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: probe}, spec: {containers: [{name: c, image: x}]}}";
    let policy = Policy::deny(&stage.namespace, ("", "pods"), pod, Spares::Nothing);
    let failed = stage.deploy(&[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    let words = ["failed to roll out: no pod can be created: ", "denied request: no pods on a Friday"];
    assert!(words.iter().all(|words| failed.stderr.contains(words)), "{failed}");
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    assert_eq!(listed["items"][0]["status"], "Failed");
    let status = stage.zenml(&["deployment", "status", "k8s-example", "--watch=false"]);
    assert!(status.code == Some(4) && status.stdout.contains("no pods on a Friday"), "{status}");
    policy.lift();
    // The controller tries again by itself.
    stage.zenml(&["deployment", "restart", "k8s-example"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

#[test]
fn pods_that_no_node_takes_are_told_in_the_schedulers_words() {
    let stage = Stage::new("nonode");
    stage.deploy(&[]).succeeds();
    let failed = stage.deploy(&[("cpu_count: 0.1", "cpu_count: 640")]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu"), "{failed}");
    assert!(failed.stderr.contains("hint: what the pods ask for is settings.resources"), "{failed}");
    assert!(failed.stderr.contains("the pods of the revision before go on serving"), "{failed}");
    let described = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(described.contains("Reason:        no node takes the pod: 0/1 nodes"), "{described}");
    stage.deploy(&[]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

#[test]
fn a_field_that_cannot_change_is_named_and_nothing_is_touched() {
    let stage = Stage::new("immutable");
    let theirs = ["create", "deployment", "k8s-example", "--image=docker.io/library/busybox:1.35", "--replicas=0"];
    stage.namespace.kubectl(&theirs).succeeds();
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let refused = stage.deploy_text(&example, &["--adopt", "--force-conflicts"]).fails(1);
    assert!(refused.contains("spec.selector") && refused.contains("field is immutable"), "{refused}");
    assert!(refused.contains("hint: what cannot be changed takes a new deployment"), "{refused}");
    assert_eq!(stage.names("services,configmaps"), [""; 0]);
    let selector = stage.get("deployment/k8s-example")["spec"]["selector"]["matchLabels"].clone();
    assert_eq!(selector, serde_json::json!({"app": "k8s-example"}));
}

#[test]
fn what_is_refused_in_the_trial_leaves_everything_as_it_was() {
    let stage = Stage::new("whole");
    let policy = Policy::deny(&stage.namespace, INGRESSES, INGRESS, Spares::Nothing);
    let refused = stage.deploy_text(&routed(), &[]).fails(1);
    assert!(refused.contains("no ingresses on a Friday"), "{refused}");
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
    policy.lift();
}

#[test]
fn what_is_refused_halfway_is_completed_by_the_next_deploy() {
    let stage = Stage::new("halfway");
    let policy = Policy::deny(&stage.namespace, INGRESSES, INGRESS, Spares::DryRuns);
    let refused = stage.deploy_text(&routed(), &[]);
    assert_eq!(refused.stdout, "deployment.apps/k8s-example created\nservice/k8s-example created\n", "{refused}");
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(refused.stderr.contains("no ingresses on a Friday"), "{refused}");
    assert!(
        refused.stderr.contains("hint: what was applied until then stays: deploy again to complete it"),
        "{refused}"
    );
    policy.lift();
    let completed = stage.deploy_text(&routed(), &[]).succeeds();
    assert!(completed.contains("service/k8s-example unchanged\n"), "{completed}");
    assert!(completed.contains("ingress.networking.k8s.io/k8s-example created\n"), "{completed}");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,ingresses,configmaps"), [""; 0]);
}

#[test]
fn the_half_that_was_applied_goes_with_the_deployment() {
    let stage = Stage::new("half");
    let policy = Policy::deny(&stage.namespace, INGRESSES, INGRESS, Spares::DryRuns);
    stage.sandbox.write("token", b"hush");
    let text = with_secret().replace("    replicas: 1\n", ROUTED);
    assert_eq!(stage.deploy_text(&text, &[]).code, Some(1));
    assert_eq!(stage.names("services,secrets").len(), 2);
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,configmaps"), [""; 0]);

    // An update that is refused halfway is taken back where that was asked for.
    stage.deploy_text(&with_secret(), &[]).succeeds();
    let changed = text.replace("GREETING: Hello", "GREETING: Salut");
    let refused = stage.deploy_text(&changed, &["--atomic"]);
    assert!(refused.stderr.contains("the deployment is as revision 1 had it again"), "{refused}");
    assert!(refused.code == Some(1) && !refused.stderr.contains("deploy again to complete it"), "{refused}");
    stage.zenml(&["deployment", "status", "k8s-example"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada, hush!\n");
    policy.lift();
}
