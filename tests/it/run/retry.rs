//! Runs that are tried again, whatever happened to them and to who tries.

use std::time::Duration;

use super::{Stage, ended, signal, steps, until};
use crate::support::proxy::{Fault, Proxy};
use crate::support::{orchestrator_image, output::Output};

/// One of two instances fails, but only at its first attempt.
const FLAKY: &str = r#"  list: {command: [sh, -c, 'echo "[1, 2]" >$ZENML_OUTPUT_FILE']}
  each: {foreach: "{{ steps.list.output }}", command: [sh, -c, 'echo "$0" >$ZENML_OUTPUT_FILE; case $0$HOSTNAME in 2*-a1) exit 7;; esac', "{{ item }}"]}
  sum: {command: [echo, "{{ steps.each.outputs }}", "{{ steps.list.output }}"]}
"#;

impl Stage {
    fn retry(&self, name: &str, flags: &[&str]) -> Output {
        self.zenml(&[&["run", "retry", name][..], flags].concat())
    }

    /// How many pods each step or instance has had that are still there.
    fn attempts(&self, run: &str) -> Vec<String> {
        let list = self.namespace.kubectl(&["get", "pods", "-l", &format!("run={run},step"), "-o", "json"]).json();
        let name = |pod: &serde_json::Value| {
            let (metadata, attempt) = (&pod["metadata"], &pod["metadata"]["labels"]["zenml.io/attempt"]);
            format!("{} {}", metadata["annotations"]["zenml.io/step"], attempt).replace('"', "")
        };
        let mut names: Vec<_> = list["items"].as_array().expect("pods").iter().map(name).collect();
        names.sort();
        names
    }

    fn root(&self, run: &str) -> serde_json::Value {
        let object = self.describe(run)["object"].as_str().expect("a name").to_owned();
        self.namespace.kubectl(&["get", "configmap", &object, "-o", "json"]).json()
    }
}

#[test]
fn only_what_failed_is_done_again_in_the_same_run() {
    let stage = Stage::new("retry", FLAKY);
    assert_eq!(stage.in_cluster("flaky").code, Some(4));
    let (before, owner) = (stage.describe("flaky"), stage.root("flaky")["metadata"]["ownerReferences"][0].clone());
    let said = stage.retry("flaky", &[]);
    assert!(said.stderr.contains("trying again: each, sum, each[1]"), "{said}");
    assert_eq!(said.succeeds(), "run/flaky retried\nrun/flaky succeeded\n");
    let after = stage.describe("flaky");
    assert_eq!((&after["id"], &after["status"]), (&before["id"], &"Succeeded".into()));
    assert_eq!(stage.attempts("flaky"), ["each[0] 1", "each[1] 1", "each[1] 2", "list 1", "sum 1"]);
    assert_eq!(after["stepStates"][3]["attempts"][0]["exitCode"], 7, "{after}");
    let logs = stage.zenml(&["run", "logs", "flaky", "--step", "sum"]).succeeds();
    assert_eq!(logs, "[sum] [1,2] [1, 2]\n");
    // The new Job owns the run, and the old one is gone.
    let new = stage.root("flaky")["metadata"]["ownerReferences"][0].clone();
    assert!(new["kind"] == "Job" && new["uid"] != owner["uid"], "{new}");

    let said = stage.retry("flaky", &[]).fails(1);
    assert!(said.contains("every step of run \"flaky\" succeeded"), "{said}");
    let said = stage.retry("flaky", &["--from", "lits"]).fails(1);
    assert!(said.contains("did you mean \"list\""), "{said}");
    assert_eq!(stage.retry("flaky", &["--from", "each[0]", "--detach"]).succeeds(), "run/flaky retried\n");
    stage.zenml(&["run", "attach", "flaky"]).succeeds();
    let all = ["each[0] 1", "each[0] 2", "each[1] 1", "each[1] 2", "list 1", "sum 1", "sum 2"];
    assert_eq!(stage.attempts("flaky"), all);
    stage.zenml(&["run", "delete", "flaky"]).succeeds();
    stage.becomes_empty();
}

/// Three steps one after the other, each with a line of its own.
const CHAIN: &str = "  a: {command: [echo, line of a]}\n  b: {upstream_steps: [a], command: [echo, line of b]}\n  \
                     c: {upstream_steps: [b], command: [sh, -c, 'echo line of $HOSTNAME']}\n";

#[test]
fn logs_of_steps_that_are_not_done_again_are_not_printed_again() {
    let stage = Stage::new("retry-logs", CHAIN);
    stage.attached("here").succeeds();
    stage.in_cluster("there").succeeds();
    for run in ["here", "there"] {
        let said = stage.retry(run, &["--from", "c", "--logs-dir", run]);
        let lines: Vec<_> = said.stderr.lines().filter(|line| line.contains("] line of ")).collect();
        assert_eq!(lines.len(), 1, "{said}");
        assert!(lines[0].starts_with("[c] line of ") && lines[0].ends_with("-a2"), "{said}");
        assert_eq!(std::fs::read_dir(stage.sandbox.path(run)).unwrap().count(), 1);
        said.succeeds();
    }
    // Nobody has missed a line who comes back later.
    let all = stage.zenml(&["run", "logs", "here"]).succeeds();
    assert!(all.contains("[a] line of a") && all.contains("[b] line of b"), "{all}");
}

#[test]
fn an_attached_run_is_driven_from_here_also_when_its_pods_are_gone() {
    let stage = Stage::new("retry-attached", FLAKY);
    assert_eq!(stage.attached("here").code, Some(4));
    stage.namespace.kubectl(&["delete", "pods", "--all"]).succeeds();
    let said = stage.retry("here", &["--detach"]).fails(2);
    assert!(said.contains("a terminal drives it"), "{said}");
    assert_eq!(stage.retry("here", &[]).succeeds(), "run/here retried\nrun/here succeeded\n");
    assert_eq!(stage.attempts("here"), ["each[1] 2", "sum 1"]);
}

#[test]
fn what_goes_on_is_left_alone_and_what_was_stopped_is_resumed() {
    let chain = "  first: {command: [sh, -c, 'case $HOSTNAME in *-a1) trap \"exit 1\" TERM; sleep 60 & wait;; esac']}\n  \
                 second: {upstream_steps: [first], command: [echo, two]}\n";
    let stage = Stage::new("resume", chain);
    let image = orchestrator_image();
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "swept", "--orchestrator-image", image]);
    until("the step runs", || stage.names("pods", "step=first").len() == 1);
    let said = stage.retry("swept", &[]).fails(1);
    assert!(said.contains("run \"swept\" goes on"), "{said}");
    // A person's sweep ends it.
    until("it is recorded", || steps(&stage.describe("swept"))[0].1 == "Running");
    stage.namespace.kubectl(&["delete", "pod", "-l", "pipeline=a_pipeline"]).succeeds();
    assert_eq!(ended(submit).code, Some(4));
    assert_eq!(stage.zenml(&["run", "resume", "swept"]).succeeds(), "run/swept resumed\n");
    stage.zenml(&["run", "attach", "swept"]).succeeds();
    assert_eq!(stage.attempts("swept"), ["first 2", "second 1"]);
    // One that was stopped on request is tried again, and not stopped once more.
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "stopped"]);
    until("the step runs", || stage.names("pods", "run=stopped,step=first").len() == 1);
    stage.zenml(&["run", "stop", "stopped"]).succeeds();
    assert_eq!(ended(submit).code, Some(4));
    stage.retry("stopped", &[]).succeeds();
}

#[test]
fn of_two_that_try_at_once_one_does() {
    let stage = Stage::new("retry-twice", FLAKY);
    assert_eq!(stage.in_cluster("both").code, Some(4));
    let both = [(); 2].map(|()| stage.start(&["run", "retry", "both"]));
    let said = both.map(ended);
    let codes: Vec<_> = said.iter().map(|said| said.code).collect();
    assert!(codes.contains(&Some(0)), "{said:?}");
    let all = ["each[0] 1", "each[1] 1", "each[1] 2", "list 1", "sum 1"];
    assert_eq!(stage.attempts("both"), all, "{said:?}");
}

#[test]
fn who_is_killed_while_trying_again_leaves_a_run_that_can_be_tried_again() {
    let stage = Stage::new("retry-killed", "  only: {command: [\"true\"]}\n");
    stage.in_cluster("killed").succeeds();
    let proxy = Proxy::before(&stage.sandbox);
    let points =
        [("PATCH", "/configmaps/zenml-run-killed"), ("DELETE", "/jobs/"), ("POST", "/jobs?"), ("PATCH", "-state?")];
    for (number, (method, part)) in points.into_iter().enumerate() {
        let before = proxy.count(method, part);
        proxy.fail(method, part, 1, Fault::Freeze(Duration::ZERO));
        let mut child = stage.start(&["run", "retry", "killed", "--from", "only"]);
        until("it is there", || proxy.count(method, part) > before);
        // The server has done it, and the client does not know.
        std::thread::sleep(Duration::from_secs(1));
        signal(&child, "-KILL");
        child.wait().expect("its end");
        let said = stage.retry("killed", &["--from", "only"]);
        if said.code != Some(0) {
            assert!(said.stderr.contains("goes on"), "{method} {part}: {said}");
            stage.zenml(&["run", "attach", "killed"]).succeeds();
        }
        assert_eq!(stage.describe("killed")["status"], "Succeeded");
        assert!(stage.attempts("killed").len() > number + 1, "{method} {part}");
    }
    assert_eq!(stage.root("killed")["metadata"]["ownerReferences"][0]["kind"], "Job");
}

#[test]
fn a_secret_that_is_gone_is_missed_before_anything_changes() {
    let stage = Stage::new("retry-secret", "  only: {command: [\"false\"], secrets: {VALUE: {file: value}}}\n");
    stage.sandbox.write("value", b"canary");
    assert_eq!(stage.attached("gone").code, Some(4));
    stage.namespace.kubectl(&["delete", "secrets", "-l", "run=gone"]).succeeds();
    let said = stage.retry("gone", &[]).fails(1);
    assert!(said.contains("secret/zenml-run-gone") && said.contains("step \"only\" needs"), "{said}");
    assert_eq!(stage.describe("gone")["status"], "Failed");
}
