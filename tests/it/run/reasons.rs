//! What is said of attempts that fail, of pods that others end, and of steps that never started.

use serde_json::Value;

use super::{Stage, ended, until};

/// One that needs more memory than it may have, one that says a lot before it fails, one whose image is not to be had.
const STEPS: &str = "  hog: {command: [sh, -c, 'echo begun; x=a; while true; do x=$x$x; done'], settings: {resources: {memory: 32Mi}}}\n  \
    flaky: {command: [sh, -c, 'case $HOSTNAME in *-a1) seq 50; sleep 1; echo no such table; exit 7;; esac'], retry: {max_retries: 1, delay: 2}}\n  \
    pulls: {image: 'docker.io/local/no-such-image:1', command: [x]}\n";

fn step<'r>(run: &'r Value, name: &str) -> &'r Value {
    let steps = run["stepStates"].as_array().expect("steps");
    steps.iter().find(|step| step["name"] == name).expect("a step")
}

impl Stage {
    /// Waits until that holds of a step of the run `x`.
    fn sees(&self, name: &str, what: &str, holds: impl Fn(&Value) -> bool) {
        until(what, || {
            let said = self.zenml(&["run", "describe", "x", "-o", "json"]);
            said.code == Some(0) && holds(step(&said.json(), name))
        });
    }
}

#[test]
fn reasons_fit_a_line_and_say_what_ended_a_step() {
    let stage = Stage::new("reasons", STEPS);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "x"]);
    stage.sees("pulls", "its image cannot be pulled", |step| step["reason"] == "ErrImagePull");
    let text = stage.zenml(&["run", "describe", "x"]).succeeds();
    assert!(text.contains("Waiting step:") && text.contains("no-such-image:1\""), "{text}");
    let pod = stage.names("pods", "step=pulls").pop().expect("a pod");
    stage.namespace.kubectl(&["delete", &pod, "--wait=false"]).succeeds();
    stage.sees("pulls", "its pod is replaced", |step| step["attempt"] == 2 && step["reason"] == "ErrImagePull");
    stage.sees("flaky", "it was tried again", |step| step["phase"] == "Succeeded");
    stage.sees("hog", "it has failed", |step| step["phase"] == "Failed");
    stage.zenml(&["run", "stop", "x"]).succeeds();
    let said = ended(submit);
    for line in [
        "hog: Failed: OOMKilled: memory limit 32Mi\n",
        "flaky: Retrying (Error, exit code 7: no such table)\n",
        "pulls: Retrying (Deleted: its pod was deleted)\n",
        "pulls: Cancelled\n",
    ] {
        assert!(said.stderr.contains(line), "{line}{said}");
    }
    assert!(!said.stderr.contains("[pulls]"), "what never started has no log: {said}");
    // Nobody drives a run that has ended, and that is no interruption.
    let watched = stage.zenml(&["run", "watch", "x"]);
    assert!(watched.code == Some(4) && watched.stderr.contains("run \"x\" was stopped"), "{watched}");
    let run = stage.describe("x");
    let pulls = step(&run, "pulls");
    assert_eq!(
        (&pulls["reason"], &pulls["message"], &pulls["attempts"][0]["exitCode"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&step(&run, "hog")["reason"], &step(&run, "hog")["message"]), (&"OOMKilled".into(), &"begun".into()));
    let text = stage.zenml(&["run", "describe", "x"]).succeeds();
    assert!(text.contains("Reason:        OOMKilled: memory limit 32Mi\n"), "{text}");
}

#[test]
fn what_a_step_waits_for_is_told() {
    let wait = "[sh, -c, 'trap \"exit 143\" TERM; sleep 300 & wait']";
    let steps = format!("  a: {{command: {wait}}}\n  b: {{command: [echo, b]}}\n");
    let stage = Stage::new("waits", &format!("{steps}settings: {{orchestrator: {{max_parallelism: 1}}}}\n"));
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "x"]);
    stage.sees("a", "it runs", |step| step["phase"] == "Running");
    stage.sees("b", "it waits for a place", |step| step["waitsFor"] == "max_parallelism");
    let table = stage.zenml(&["run", "describe", "x"]).succeeds();
    assert!(table.contains("waits for max_parallelism"), "{table}");
    stage.zenml(&["run", "stop", "x"]).succeeds();
    assert_eq!(ended(submit).code, Some(4));
    assert_eq!(step(&stage.describe("x"), "b")["waitsFor"], Value::Null);
    stage.zenml(&["run", "delete", "x"]).succeeds();

    let settings = "settings: {orchestrator: {pod_settings: {scheduler_name: nosuch}}}\n";
    stage.sandbox.write("p.yaml", format!("{}  a: {{command: [x]}}\n{settings}", super::HEAD).as_bytes());
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "x"]);
    stage.sees("a", "nobody looks at its pod", |step| step["reason"] == "NoScheduler");
    stage.zenml(&["run", "stop", "x"]).succeeds();
    let said = ended(submit);
    let line = "a: Starting (NoScheduler: no scheduler has looked at it (scheduler_name nosuch))\n";
    assert!(said.code == Some(4) && said.stderr.contains(line), "{said}");
}
