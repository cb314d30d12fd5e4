//! Clusters that do not admit pods: refused, out of order, on their way out.

use std::fs;

use serde_json::{Value, json};

use super::{QUICK, Stage, ended, steps, until};
use crate::support::admin;
use crate::support::policy::{Policy, Spares};

/// An object of the whole cluster that is gone when the test ends.
pub(super) struct Cluster(Vec<String>);

impl Cluster {
    pub(super) fn create(stage: &Stage, objects: &[Value]) -> Self {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        let file = stage.sandbox.path("objects.json");
        fs::write(&file, list.to_string()).expect("a file");
        let created = admin(&["create", "-f", file.to_str().expect("a path"), "-o", "name"]).succeeds();
        Self(created.lines().map(ToOwned::to_owned).collect())
    }

    fn delete(&mut self) {
        for name in self.0.drain(..) {
            let ended = admin(&["delete", &name, "--ignore-not-found"]);
            assert!(ended.code == Some(0) || std::thread::panicking(), "{ended}");
        }
    }

    /// What selects only this test's namespace, and there only step pods.
    fn selectors(stage: &Stage) -> (Value, Value) {
        let namespace = json!({"matchLabels": {"kubernetes.io/metadata.name": stage.namespace.name()}});
        let object = json!({"matchExpressions": [{"key": "step", "operator": "Exists"}]});
        (namespace, object)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.delete();
    }
}

fn rule() -> Value {
    json!([{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}])
}

/// A pod that any namespace admits.
const PROBE: &str = "{apiVersion: v1, kind: Pod, metadata: {name: probe}, spec: {containers: [{name: c, image: x}]}}";

#[test]
fn a_policy_that_refuses_a_pod_fails_its_step_and_is_repeated() {
    let stage = Stage::new("policy", QUICK);
    let _policy = Policy::deny(&stage.namespace, ("", "pods"), PROBE, Spares::DryRuns);
    let said = stage.attached("policy");
    assert!(said.code == Some(4) && said.stderr.contains("no pods on a Friday"), "{said}");
    assert_eq!(steps(&stage.describe("policy"))[0].2, "PodRefused");
}

#[test]
fn a_webhook_that_is_away_is_named_and_waited_for() {
    let stage = Stage::new("webhook", QUICK);
    let (namespace, object) = Cluster::selectors(&stage);
    let webhook = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": stage.namespace.name()},
        "webhooks": [{
            "name": "away.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "failurePolicy": "Fail", "timeoutSeconds": 1, "rules": rule(),
            "namespaceSelector": namespace, "objectSelector": object,
            // Nobody listens there.
            "clientConfig": {"url": "https://127.0.0.1:9/"},
        }],
    });
    let mut webhook = Cluster::create(&stage, &[webhook]);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "webhook"]);
    until("the step says what it waits for", || {
        let said = stage.zenml(&["run", "describe", "webhook", "-o", "json"]);
        said.code == Some(0) && said.stdout.contains("away.example.com")
    });
    assert_eq!(steps(&stage.describe("webhook"))[0].2, "CreationDelayed");
    webhook.delete();
    ended(submit).succeeds();
    drop(webhook);
}

#[test]
fn a_namespace_on_its_way_out_ends_the_run() {
    let stage = Stage::new("leaving", "  a: {command: [sleep, '5']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "leaving"]);
    until("the step runs", || !stage.names("pods", "run=leaving").is_empty());
    admin(&["delete", "namespace", stage.namespace.name(), "--wait=false"]).succeeds();
    let said = ended(submit);
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stderr.contains("is being deleted") || said.stderr.contains("was deleted"), "{said}");
}
