//! A Deployment that somebody has paused: nothing waits for what cannot come.

use super::*;

#[test]
fn a_paused_deployment_is_told_and_not_waited_for() {
    let stage = Stage::new("paused");
    let namespace = stage.namespace.name();
    stage.deploy(&[]).succeeds();
    stage.namespace.kubectl(&["rollout", "pause", "deployment/k8s-example"]).succeeds();
    let resume = format!("hint: `kubectl rollout resume deployment/k8s-example -n {namespace}` lets it go on\n");

    let before = stage.get("deployment/k8s-example");
    let refused = stage.zenml(&["deployment", "restart", "k8s-example"]).fails(1);
    let words = "error: deployments.apps \"k8s-example\" can't restart paused deployment (run rollout resume first)\n";
    assert!(refused.contains(words) && refused.contains(&resume), "{refused}");
    assert_eq!(stage.get("deployment/k8s-example")["metadata"]["generation"], before["metadata"]["generation"]);

    // Another number of pods comes all the same.
    stage.zenml(&["deployment", "scale", "k8s-example", "--replicas", "2"]).succeeds();
    stage.zenml(&["deployment", "scale", "k8s-example", "--replicas", "1"]).succeeds();
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let changed = example.replace("GREETING: Hello", "GREETING: Salut");
    let failed = stage.deploy_text(&changed, &["--force-conflicts"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    let paused = "deployment \"k8s-example\" failed to roll out: the Deployment is paused\n";
    assert!(failed.stderr.contains(paused) && failed.stderr.contains(&resume), "{failed}");
    assert!(failed.stderr.contains("the pods of the revision before go on serving"), "{failed}");
    assert!(!failed.stderr.contains("timed out") && !failed.stderr.contains("goes on in the cluster"), "{failed}");

    let status = stage.zenml(&["deployment", "status", "k8s-example"]);
    assert!(status.code == Some(4) && status.stderr.contains(paused), "{status}");
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    assert_eq!(listed["items"][0]["status"], "Paused", "{listed}");
    // The document is printed all the same, and is what one gets who does not watch.
    let watched = stage.zenml(&["deployment", "status", "k8s-example", "-o", "json"]);
    assert!(watched.code == Some(4) && watched.stderr.contains(paused), "{watched}");
    let document: Value = serde_json::from_str(&watched.stdout).unwrap();
    assert_eq!((&document["status"], &document["reasons"][0]), (&"Paused".into(), &"the Deployment is paused".into()));
    let looked = stage.zenml(&["deployment", "status", "k8s-example", "--watch=false", "-o", "json"]);
    let same: Value = serde_json::from_str(&looked.stdout).unwrap();
    let told = |document: &Value| ["id", "status", "reasons", "pods", "objects"].map(|key| document[key].clone());
    assert_eq!((looked.code, told(&same)), (Some(4), told(&document)), "{looked}");

    stage.namespace.kubectl(&["rollout", "resume", "deployment/k8s-example"]).succeeds();
    stage.zenml(&["deployment", "status", "k8s-example"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
}

#[test]
fn a_document_is_printed_also_when_the_time_is_over() {
    let stage = Stage::new("late");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    stage.deploy_text(&example.replace("trap 'exit 0' TERM", "sleep 600"), &["--wait=false"]).succeeds();
    for (format, begins) in [("json", "{\n"), ("yaml", "created: "), ("name", "deployment/k8s-example\n")] {
        let late = stage.zenml(&["deployment", "status", "k8s-example", "--timeout=3s", "-o", format]);
        assert!(late.code == Some(5) && late.stderr.contains("timed out after 3s"), "{late}");
        assert!(late.stdout.starts_with(begins), "{late}");
    }
}
