//! Revisions: what is on record, going back, and being taken back.

use super::*;

#[test]
fn an_earlier_revision_comes_back_with_its_secret() {
    let stage = Stage::new("rollback");
    for value in ["hush-one", "hush-two"] {
        stage.sandbox.write("token", value.as_bytes());
        stage.deploy_text(&with_secret(), &[]).succeeds();
    }
    let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "json"]).json();
    assert_eq!(
        (&history["items"][0]["revision"], &history["items"][0]["secret"]),
        (&1.into(), &"k8s-example-r1".into())
    );
    assert_eq!(history["items"][1]["current"], true);
    assert!(!history.to_string().contains("hush"), "{history}");
    let said = stage.zenml(&["deployment", "rollback", "k8s-example"]).succeeds();
    assert!(said.ends_with("deployment \"k8s-example\" rolled back to revision 1, as revision 3\n"), "{said}");
    assert_eq!(stage.greet("Ada"), "Hello Ada, hush-one!\n");
    let missing = stage.zenml(&["deployment", "rollback", "k8s-example", "--to-revision", "9"]).fails(1);
    assert!(missing.contains("revision 9 of deployment \"k8s-example\" is not on record"), "{missing}");
    stage.zenml(&["deployment", "rollback", "k8s-example", "--to-revision", "2"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada, hush-two!\n");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,configmaps"), [""; 0]);
}

#[test]
fn a_failed_rollout_is_taken_back() {
    let stage = Stage::new("atomic");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let broken = example.replace("busybox:1.35", "busybox:no-such-tag");
    let failed = stage.deploy_text(&broken, &["--rollback-on-failure"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("what the deploy had made was deleted again"), "{failed}");
    assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
    stage.deploy(&[]).succeeds();
    let failed = stage.deploy_text(&broken, &["--atomic"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("the deployment is as revision 1 had it again"), "{failed}");
    let image = stage.get("deployment/k8s-example")["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    assert_eq!(image, "docker.io/library/busybox:1.35");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

#[test]
fn the_way_back_leads_to_what_served() {
    let stage = Stage::new("served");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let broken = example.replace("busybox:1.35", "busybox:no-such-tag");
    stage.deploy(&[]).succeeds();
    assert_eq!(stage.deploy_text(&broken, &[]).code, Some(4));
    let failed = stage.deploy_text(&broken, &["--rollback-on-failure"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("Going back to revision 1\n"), "{failed}");
    assert!(failed.stderr.contains("the deployment is as revision 1 had it again\n"), "{failed}");
    let image = stage.get("deployment/k8s-example")["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    assert_eq!(image, "docker.io/library/busybox:1.35");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

#[test]
fn where_nothing_served_the_way_back_says_so() {
    let stage = Stage::new("unserved");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let broken = example.replace("busybox:1.35", "busybox:no-such-tag");
    assert_eq!(stage.deploy_text(&broken, &[]).code, Some(4));
    let failed = stage.deploy_text(&broken, &["--rollback-on-failure"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("as revision 1 had it again, of which no pod was ready before either"), "{failed}");
}

#[test]
fn a_deploy_that_was_cut_off_is_finished_by_the_next() {
    let stage = Stage::new("half");
    // What a deploy leaves that ends after the Deployment: an inventory of what was yet to be.
    stage
        .deploy_text(&fs::read_to_string(repository().join("examples/service.yaml")).unwrap(), &["--wait=false"])
        .succeeds();
    stage.namespace.kubectl(&["delete", "service", "k8s-example"]).succeeds();
    let again = stage.deploy(&[]).succeeds();
    assert!(again.contains("service/k8s-example created\n"), "{again}");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}
