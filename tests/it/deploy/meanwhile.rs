//! Controllers write to a Deployment all the time, also while it is deployed.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// Changes the Deployment's status again and again until `done`, as its controller does while pods come and go.
fn keep_writing(stage: &Stage, done: &AtomicBool) {
    for count in 1.. {
        if done.load(Ordering::Relaxed) {
            return;
        }
        let patch = format!("{{\"status\":{{\"collisionCount\":{count}}}}}");
        let status = ["--subresource=status", "--type=merge", "-p", &patch];
        stage.namespace.kubectl(&[&["patch", "deployment/k8s-example"], &status[..]].concat()).succeeds();
    }
}

#[test]
fn a_status_that_moves_is_no_change_of_the_file() {
    let stage = Stage::new("moving");
    stage.deploy(&[]).succeeds();
    let done = AtomicBool::new(false);
    let said: Vec<String> = std::thread::scope(|scope| {
        scope.spawn(|| keep_writing(&stage, &done));
        let said = (0..4).map(|_| stage.deploy(&[])).collect::<Vec<_>>();
        done.store(true, Ordering::Relaxed);
        said.into_iter().map(Output::succeeds).collect()
    });
    for text in said {
        assert!(text.starts_with("deployment.apps/k8s-example unchanged\n"), "{text}");
    }
    assert_eq!(stage.zenml(&["deployment", "history", "k8s-example", "-o", "name"]).succeeds(), "revision/1\n");
}
