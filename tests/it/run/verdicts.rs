//! What the server says to the pods of a run, before one is made.

use super::Stage;

/// No container has more memory than this.
const LIMIT: &str = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: small}\n\
                     spec: {limits: [{type: Container, max: {memory: 64Mi}}]}\n";

impl Stage {
    fn limits_memory(&self) {
        let file = self.sandbox.write("limit.yaml", LIMIT.as_bytes());
        self.namespace.kubectl(&["create", "-f", file.to_str().expect("a path")]).succeeds();
    }
}

#[test]
fn every_pod_that_the_server_refuses_is_named_at_once() {
    let stage = Stage::new(
        "verdicts",
        "  small: {command: [echo], settings: {resources: {memory: 32Mi}}}\n  \
         large: {command: [echo], settings: {resources: {memory: 96Mi}}}\n  \
         huge: {command: [echo], settings: {resources: {memory: 128Mi}}}\n",
    );
    stage.limits_memory();
    let dry = stage.zenml(&["submit", "--attached", "--dry-run=server", "-f", "p.yaml", "--name", "x"]);
    for said in [stage.attached("x"), dry] {
        let text = said.fails(1);
        assert!(text.contains("the server does not take the pods of 2 steps"), "{text}");
        for (step, memory) in [("large", "96Mi"), ("huge", "128Mi")] {
            let line = text.lines().find(|line| line.contains(&format!("step \"{step}\": "))).unwrap_or_default();
            assert!(line.contains("maximum memory usage per Container is 64Mi") && line.contains(memory), "{text}");
        }
        assert!(!text.contains("step \"small\""), "{text}");
    }
    stage.becomes_empty();
}

#[test]
fn what_only_the_server_refused_is_found_in_the_file() {
    let stage = Stage::new(
        "checked",
        "  a: {command: [echo], run_on: failure}\n  \
         b:\n    command: [echo]\n    settings:\n      orchestrator:\n        pod_settings:\n          \
         volume_mounts: [{name: data, mountPath: /data}]\n          tolerations: [{key: a, operator: Equals}]\n",
    );
    for said in [stage.attached("x"), stage.sandbox.zenml(&["pipeline", "validate", "-f", "p.yaml"])] {
        assert_eq!(said.code, Some(1), "{said}");
        let text = format!("{}{}", said.stdout, said.stderr);
        for mistake in [
            "3 mistakes",
            "p.yaml:6:32: steps.a.run_on: this step waits for no other that could fail",
            "p.yaml:12:34: steps.b.settings.orchestrator.pod_settings.volume_mounts[0].name: there is no volume \"data\"",
            "\"Equals\" is none of Exists, Equal, Lt, Gt",
        ] {
            assert!(text.contains(mistake), "{mistake}: {text}");
        }
    }
    stage.becomes_empty();
}

#[test]
fn a_retry_asks_the_server_before_it_changes_anything() {
    let stage = Stage::new("retried", "  only: {command: ['false'], settings: {resources: {memory: 96Mi}}}\n");
    assert_eq!(stage.attached("x").code, Some(4));
    stage.limits_memory();
    let text = stage.zenml(&["run", "retry", "x"]).fails(1);
    assert!(text.contains("maximum memory usage per Container is 64Mi"), "{text}");
    let run = stage.describe("x");
    assert_eq!((run["status"].as_str(), run["stepStates"][0]["attempt"].as_u64()), (Some("Failed"), Some(1)));
}
