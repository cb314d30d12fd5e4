//! What stays of a deploy that was taken back: the pods that served, and a revision that nobody goes back to unasked.

use super::*;

fn example() -> String {
    fs::read_to_string(repository().join("examples/service.yaml")).unwrap()
}

fn broken() -> String {
    example().replace("busybox:1.35", "busybox:no-such-tag")
}

fn is_taken_back(deployed: &Output, revision: u64) {
    assert_eq!(deployed.code, Some(4), "{deployed}");
    let hint = format!("hint: the deployment is as revision {revision} had it again\n");
    assert!(deployed.stderr.contains(&hint), "{deployed}");
}

/// The UIDs of the pods that are ready, and stay.
fn ready(stage: &Stage) -> Vec<String> {
    let pods = stage.get("pods")["items"].as_array().unwrap().clone();
    let is_ready = |pod: &&Value| {
        pod["status"]["containerStatuses"][0]["ready"] == true && pod["metadata"]["deletionTimestamp"].is_null()
    };
    pods.iter().filter(is_ready).map(|pod| pod["metadata"]["uid"].to_string()).collect()
}

#[test]
fn the_pods_that_served_go_on_and_a_refused_revision_is_passed_over() {
    let stage = Stage::new("passed-over");
    stage.deploy(&[("GREETING: Hello", "GREETING: Salut")]).succeeds();
    stage.deploy(&[]).succeeds();
    let before = ready(&stage);
    is_taken_back(&stage.deploy_text(&broken(), &["--atomic"]), 2);
    let status = stage.zenml(&["deployment", "status", "k8s-example"]).succeeds();
    assert!(status.ends_with("successfully rolled out\n"), "{status}");
    assert_eq!(ready(&stage), before, "no pod was replaced");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");

    let history = stage.zenml(&["deployment", "history", "k8s-example"]).succeeds();
    let first: Vec<&str> = history.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(first, ["REVISION", "1", "2", "3 (taken back)", "4 (current)"], "{history}");
    let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "json"]).json();
    let marks: Vec<_> = history["items"].as_array().unwrap().iter().map(|item| item["takenBack"].clone()).collect();
    assert_eq!(marks, [false, false, true, false]);

    // Not to the one that was refused, nor to the one that serves.
    let said = stage.zenml(&["deployment", "rollback", "k8s-example"]).succeeds();
    assert!(said.ends_with("rolled back to revision 1, as revision 5\n"), "{said}");
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let named = ["deployment", "rollback", "k8s-example", "--to-revision", "3", "--wait=false"];
    assert!(stage.zenml(&named).succeeds().ends_with("rolled back to revision 3, as revision 6\n"));
}

#[test]
fn where_all_else_is_the_same_nothing_is_gone_back_to() {
    let stage = Stage::new("alike");
    stage.deploy(&[]).succeeds();
    is_taken_back(&stage.deploy_text(&broken(), &["--atomic"]), 1);
    let before = ready(&stage);
    let said = stage.zenml(&["deployment", "rollback", "k8s-example"]).succeeds();
    assert!(said.ends_with("deployment \"k8s-example\" is as revision 1 had it already\n"), "{said}");
    assert_eq!(ready(&stage), before);
}

#[test]
fn a_key_that_was_replaced_since_is_told_and_new_pods_take_it() {
    let stage = Stage::new("newer-key");
    let keyed = |text: String| text.replace("    replicas: 1\n", "    replicas: 1\n    generate_auth_key: true\n");
    stage.deploy_text(&keyed(example()), &[]).succeeds();
    stage.deploy_text(&keyed(example()), &["--rotate-auth-key"]).succeeds();
    let same = stage.zenml(&["deployment", "rollback", "k8s-example", "--to-revision", "1"]);
    let warning = "the auth key was replaced after revision 1, and stays as it is, in the Secret \"k8s-example-auth\"";
    assert!(same.stderr.contains(warning), "{same}");
    let said = same.succeeds();
    assert!(said.ends_with("deployment \"k8s-example\" is as revision 1 had it already\n"), "{said}");
    assert_eq!(stage.deploy_text(&keyed(broken()), &["--rotate-auth-key"]).code, Some(4));
    let failed = stage.deploy_text(&keyed(broken()), &["--atomic"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    let replaced = "the deployment is as revision 2 had it again, and its pods are being replaced: \
                    `kubectl zenml deployment status k8s-example` shows how far that is\n";
    assert!(failed.stderr.contains(replaced), "{failed}");
}

#[test]
fn a_revision_whose_secret_was_deleted_is_refused_before_anything_changes() {
    let stage = Stage::new("secretless");
    for value in ["hush-one", "hush-two"] {
        stage.sandbox.write("token", value.as_bytes());
        stage.deploy_text(&with_secret(), &[]).succeeds();
    }
    stage.namespace.kubectl(&["delete", "secret", "k8s-example-r1"]).succeeds();
    let generation = stage.get("deployment/k8s-example")["metadata"]["generation"].clone();
    let refused = stage.zenml(&["deployment", "rollback", "k8s-example"]).fails(1);
    assert!(refused.contains("the Secret \"k8s-example-r1\" of revision 1 is gone"), "{refused}");
    assert_eq!(stage.get("deployment/k8s-example")["metadata"]["generation"], generation);
}
