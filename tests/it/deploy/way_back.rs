//! What `--rollback-on-failure` goes back to while the deploy before is yet to record its revision, or never will.

use super::*;

const INVENTORY: &str = "zenml.io/inventory";

/// The inventory of the deployment.
fn inventory(stage: &Stage) -> Value {
    let deployment = stage.get("deployment/k8s-example");
    serde_json::from_str(deployment["metadata"]["annotations"][INVENTORY].as_str().unwrap()).unwrap()
}

fn write(stage: &Stage, inventory: &Value) {
    let annotation = format!("{INVENTORY}={inventory}");
    stage.namespace.kubectl(&["annotate", "--overwrite", "deployment/k8s-example", &annotation]).succeeds();
}

/// As a deploy leaves it that ends between the Deployment and the record of `revision`. Returns the inventory as it was.
fn unrecord(stage: &Stage, revision: u64) -> Value {
    let whole = inventory(stage);
    let mut half = whole.clone();
    let record = format!("k8s-example-r{revision}");
    for item in half["objects"].as_array_mut().unwrap() {
        if item["kind"] == "ConfigMap" && item["name"] == record.as_str() {
            item["uid"] = "".into();
        }
    }
    assert_ne!(half, whole, "revision {revision} is on record");
    write(stage, &half);
    stage.namespace.kubectl(&["delete", "configmap", &record]).succeeds();
    whole
}

fn example() -> String {
    fs::read_to_string(repository().join("examples/service.yaml")).unwrap()
}

fn broken() -> String {
    example().replace("busybox:1.35", "busybox:no-such-tag")
}

/// What is said of a failed rollout.
fn fails(deployed: Output) -> String {
    assert_eq!(deployed.code, Some(4), "{deployed}");
    deployed.stderr
}

/// Somebody else's deploy records its revision after it has written the Deployment.
#[test]
fn a_revision_that_is_about_to_be_recorded_is_waited_for() {
    let stage = Stage::new("recording");
    stage.deploy(&[]).succeeds();
    let mut record = stage.get("configmap/k8s-example-r1");
    record["metadata"].as_object_mut().unwrap().retain(|key, _| ["name", "labels"].contains(&key.as_str()));
    let whole = unrecord(&stage, 1);
    stage.sandbox.write("service.yaml", example().replace("GREETING: Hello", "GREETING: Salut").as_bytes());
    let mut next = stage.sandbox.command(PLUGIN);
    next.args(["deploy", "-f", "service.yaml", "--atomic", "--force-conflicts", "-n", stage.namespace.name()]);
    let next = next.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let path = stage.sandbox.write("record.json", record.to_string().as_bytes());
    stage.namespace.kubectl(&["create", "-f", path.to_str().unwrap()]).succeeds();
    let uid = stage.get("configmap/k8s-example-r1")["metadata"]["uid"].clone();
    let mut recorded = whole;
    for item in recorded["objects"].as_array_mut().unwrap() {
        if item["kind"] == "ConfigMap" {
            item["uid"] = uid.clone();
        }
    }
    write(&stage, &recorded);
    Output::from("deploy".to_owned(), next.wait_with_output().unwrap()).succeeds();
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "name"]).succeeds();
    assert_eq!(history, "revision/1\nrevision/2\n");
}

#[test]
fn a_revision_that_was_never_recorded_is_no_way_back_until_it_is() {
    let stage = Stage::new("unrecorded");
    stage.deploy(&[]).succeeds();
    unrecord(&stage, 1);
    let refused = stage.deploy_text(&broken(), &["--atomic", "--force-conflicts"]).fails(1);
    assert!(refused.contains("\nerror: a failed rollout could not be taken back\n"), "{refused}");
    assert!(refused.contains("revision 1 of deployment \"k8s-example\" is not on record\n"), "{refused}");
    assert!(refused.contains("hint: deploy once without --rollback-on-failure"), "{refused}");
    assert_eq!(inventory(&stage)["revision"], 1, "nothing was changed");
    // The same file again changes nothing that serves, and puts it on record.
    let pods = stage.names("pods");
    stage.deploy_text(&example(), &["--force-conflicts"]).succeeds();
    assert_eq!(stage.names("pods"), pods);
    assert_eq!(stage.zenml(&["deployment", "history", "k8s-example", "-o", "name"]).succeeds(), "revision/1\n");
    let failed = fails(stage.deploy_text(&broken(), &["--atomic", "--force-conflicts"]));
    assert!(failed.contains("hint: the deployment is as revision 1 had it again\n"), "{failed}");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
}

#[test]
fn the_revision_that_serves_is_found_behind_one_that_was_never_recorded() {
    let stage = Stage::new("behind");
    stage.deploy(&[]).succeeds();
    stage.deploy_text(&broken(), &["--wait=false"]).succeeds();
    unrecord(&stage, 2);
    let failed = fails(stage.deploy_text(&broken(), &["--atomic", "--force-conflicts"]));
    assert!(failed.contains("Going back to revision 1\n"), "{failed}");
    assert!(failed.contains("hint: the deployment is as revision 1 had it again\n"), "{failed}");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}
