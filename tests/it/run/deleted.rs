//! A run of which somebody deletes a part while it goes on.

use serde_json::Value;

use super::{Stage, ended, steps, until};
use crate::support::orchestrator_image;
use crate::support::output::Output;

const STEPS: &str = "  first: {command: [sh, -c, 'trap \"exit 143\" TERM; sleep 8 & wait']}\n  \
                      second: {upstream_steps: [first], command: [echo, two]}\n";

impl Stage {
    /// Starts a run, waits until its first step runs, does `what` with the name of its root, and gives how the run ended.
    fn meanwhile(&self, name: &str, arguments: &[&str], what: impl Fn(&str)) -> Output {
        let mut all = vec!["submit", "-f", "p.yaml", "--name", name];
        all.extend(arguments);
        let submit = self.start(&all);
        let described = || -> Option<Value> {
            let said = self.zenml(&["run", "describe", name, "-o", "json"]);
            (said.code == Some(0)).then(|| said.json())
        };
        until("the first step runs", || {
            described().is_some_and(|run| steps(&run).first().is_some_and(|(_, phase, _)| phase == "Running"))
        });
        what(described().expect("a run")["object"].as_str().expect("a name"));
        ended(submit)
    }

    fn delete(&self, arguments: &[&str]) {
        self.namespace.kubectl(&[&["delete"], arguments].concat()).succeeds();
    }
}

#[test]
fn a_record_that_is_deleted_is_written_anew() {
    let stage = Stage::new("record", STEPS);
    let said = stage.meanwhile("slow", &["--attached"], |root| {
        stage.delete(&["configmap", &format!("{root}-state")]);
        until("it is there again", || {
            stage.namespace.kubectl(&["get", "configmap", &format!("{root}-state")]).code == Some(0)
        });
        assert_eq!(steps(&stage.describe("slow"))[0].1, "Running");
    });
    assert!(said.stderr.contains("the run's record was deleted, and is written anew"), "{said}");
    said.succeeds();
    assert_eq!(stage.describe("slow")["status"], "Succeeded");
    stage.zenml(&["run", "delete", "slow"]).succeeds();
    stage.becomes_empty();
}

#[test]
fn a_run_whose_root_is_deleted_ends_with_its_pods() {
    let stage = Stage::new("root", STEPS);
    let image = orchestrator_image();
    for (name, arguments) in [("here", &["--attached"][..]), ("there", &["--orchestrator-image", image])] {
        let said = stage.meanwhile(name, arguments, |root| stage.delete(&["configmap", root]));
        assert_eq!(said.code, Some(4), "{said}");
        assert!(said.stderr.contains(&format!("error: the run \"{name}\" was deleted\n")), "{said}");
        until("no step is alive", || stage.names("pods", &format!("run={name},step")).is_empty());
    }
    until("the Job has given up at once", || {
        let jobs = stage.namespace.kubectl(&["get", "jobs", "-o", "json"]).json();
        jobs["items"][0]["status"]["conditions"].to_string().contains("PodFailurePolicy")
    });
    // Nobody but a person may remove it, and its name is the run's.
    let again = ["submit", "-f", "p.yaml", "--name", "there", "--detach", "--orchestrator-image", image];
    let said = stage.zenml(&again).fails(1);
    assert!(said.contains("the job of a run named \"there\" exists") && said.contains("kubectl delete job"), "{said}");
    assert!(stage.names("configmaps", "run=there").is_empty(), "nothing of the second is left");
    stage.delete(&["job", "-l", "run=there"]);
    stage.zenml(&again).succeeds();
}

#[test]
fn an_orchestrator_that_may_not_write_the_record_anew_ends_the_run() {
    let stage = Stage::new("unrecorded", STEPS);
    let said = stage.meanwhile("slow", &["--orchestrator-image", orchestrator_image()], |root| {
        stage.delete(&["configmap", &format!("{root}-state")]);
    });
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stderr.contains("was deleted and cannot be made anew, so the run was ended"), "{said}");
    until("no step is alive", || stage.names("pods", "run=slow,step").is_empty());
    let said = stage.zenml(&["run", "retry", "slow"]).fails(1);
    assert!(said.contains("-state, the record of the run, was deleted"), "{said}");
}

#[test]
fn a_run_whose_specification_is_lost_cannot_be_retried_and_says_why() {
    let stage = Stage::new("lost", "  only: {command: ['false']}\n");
    assert_eq!(stage.attached("x").code, Some(4));
    let root = stage.describe("x")["object"].as_str().expect("a name").to_owned();
    stage.delete(&["configmap", &format!("{root}-spec-0")]);
    for arguments in [&["run", "retry", "x"][..], &["run", "retry", "x", "-p", "a=b"]] {
        let said = stage.zenml(arguments).fails(1);
        assert!(
            said.contains(&format!("configmap/{root}-spec-0, a part of what the run is made of, is gone")),
            "{said}"
        );
        assert!(said.contains("hint: submit the pipeline again, under another name"), "{said}");
    }
}

#[test]
fn a_run_that_cannot_be_ended_without_its_specification_is_to_be_deleted() {
    let stage = Stage::new("specless", STEPS);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "x"]);
    until("the step runs", || stage.names("pods", "run=x,step").len() == 1);
    super::signal(&submit, "-KILL");
    drop(ended(submit));
    stage.delete(&["lease", "-l", "run=x"]);
    stage.delete(&["configmap", "-l", "run=x,zenml.io/kind=spec"]);
    let hint = format!("hint: kubectl zenml run delete x -n {}    removes the run", stage.namespace.name());
    for verb in ["stop", "suspend", "attach"] {
        let said = stage.zenml(&["run", verb, "x"]).fails(1);
        assert!(said.contains("a part of what the run is made of, is gone") && said.contains(&hint), "{said}");
        assert!(!said.contains("sees to it"), "{said}");
    }
}

#[test]
fn a_run_in_the_cluster_without_its_record_is_shown_as_its_job_says() {
    let stage = Stage::new("verdict", "  only: {command: ['true']}\n");
    stage.in_cluster("x").succeeds();
    let root = stage.describe("x")["object"].as_str().expect("a name").to_owned();
    let complete = ["wait", "job", &root, "--for=condition=Complete", "--timeout=60s"];
    stage.namespace.kubectl(&complete).succeeds();
    stage.delete(&["configmap", &format!("{root}-state")]);
    let run = stage.describe("x");
    let reason = run["message"].as_str().unwrap_or_default();
    assert!(run["status"] == "Succeeded" && reason.contains("is not there; its Job says that it succeeded"), "{run:#}");
    assert!(run["started"].is_string() && run["finished"].is_string(), "{run:#}");
    let list = stage.zenml(&["run", "list"]).succeeds();
    assert!(list.lines().any(|line| line.contains("Succeeded   N/A ")), "{list}");
    assert_eq!(stage.zenml(&["run", "prune", "--yes"]).succeeds(), "run/x deleted\n");
}
