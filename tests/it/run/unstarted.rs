//! Runs whose orchestrator cannot start, and what can be done with them all the same.

use super::{HEAD, Stage, ended, signal, steps, until};
use crate::support::orchestrator::Orchestrator;
use crate::support::orchestrator_image;

const STEPS: &str = "  first: {command: [echo, one]}\n  second: {upstream_steps: [first], command: [echo, two]}\n";
/// No node has it.
const NO_IMAGE: &str = "docker.io/local/no-such-orchestrator:1";

impl Stage {
    fn submits(&self, name: &str, image: &str) {
        let words = ["submit", "-f", "p.yaml", "--name", name, "--detach", "--orchestrator-image", image];
        self.zenml(&words).succeeds();
    }

    fn object(&self, name: &str) -> String {
        self.describe(name)["object"].as_str().expect("a name").to_owned()
    }

    /// Asserts that a run was stopped before it began, and that nothing starts it again.
    #[track_caller]
    fn was_stopped(&self, name: &str) {
        let run = self.describe(name);
        assert_eq!((&run["status"], steps(&run)[0].1.as_str()), (&"Stopped".into(), "Cancelled"), "{run:#}");
        let list = self.zenml(&["run", "list", "-o", "json"]).json();
        let listed = list["items"].as_array().expect("runs").iter().find(|run| run["name"] == name);
        assert_eq!(listed.expect("the run")["status"], "Stopped");
        let object = self.object(name);
        until("its Job has given up", || {
            let job = self.namespace.kubectl(&["get", "job", &object, "-o", "json"]).json();
            job["status"]["conditions"].to_string().contains("\"Failed\"")
        });
        until("no pod is left", || self.names("pods", &format!("run={name}")).is_empty());
        let said = self.zenml(&["run", "stop", name]).fails(1);
        assert!(said.contains("has ended: it was stopped"), "{said}");
    }
}

#[test]
fn it_is_stopped_from_here() {
    let stage = Stage::new("unstarted", STEPS);
    stage.submits("image", NO_IMAGE);
    assert_eq!(stage.zenml(&["run", "stop", "image"]).succeeds(), "run/image stopped\n");
    stage.was_stopped("image");
    let nowhere = format!(
        "{HEAD}{STEPS}settings: {{orchestrator: {{orchestrator_pod_settings: {{node_selectors: {{no: node}}}}}}}}\n"
    );
    stage.sandbox.write("p.yaml", nowhere.as_bytes());
    stage.submits("nowhere", orchestrator_image());
    // There is nobody who could be asked to.
    let said = stage.zenml(&["run", "stop", "--force", "--detach", "nowhere"]);
    assert_eq!(said.succeeds(), "run/nowhere stopped\n");
    stage.was_stopped("nowhere");
    stage.sandbox.write("p.yaml", format!("{HEAD}{STEPS}").as_bytes());
    stage.namespace.kubectl(&["create", "quota", "none", "--hard=pods=0"]).succeeds();
    stage.submits("quota", orchestrator_image());
    assert_eq!(stage.zenml(&["run", "stop", "--force", "quota"]).succeeds(), "run/quota stopped\n");
    stage.namespace.kubectl(&["delete", "quota", "none"]).succeeds();
    stage.was_stopped("quota");
    // What was stopped before it began can be begun.
    let resumed = stage.zenml(&["run", "resume", "quota"]);
    assert_eq!(resumed.succeeds(), "run/quota resumed\n");
    stage.zenml(&["run", "attach", "quota"]).succeeds();
}

#[test]
fn an_orchestrator_that_comes_while_the_run_is_stopped_begins_nothing() {
    let stage = Stage::new("late", STEPS);
    let orchestrator = Orchestrator::new(&stage.namespace);
    for round in 0..4 {
        let name = format!("late-{round}");
        stage.submits(&name, NO_IMAGE);
        let object = stage.object(&name);
        let stop = stage.start(&["run", "stop", &name]);
        std::thread::sleep(std::time::Duration::from_millis(60 * round));
        let late = orchestrator.run(&object, "late-pod");
        assert!(late.code == Some(4) && late.stderr.contains("the run was stopped"), "{late}");
        assert_eq!(ended(stop).succeeds(), format!("run/{name} stopped\n"));
        assert_eq!(stage.describe(&name)["status"], "Stopped");
        assert!(stage.names("pods", &format!("run={name},step")).is_empty());
        // And one that comes after that.
        let later = orchestrator.run(&object, "later-pod");
        assert!(later.code == Some(4) && later.stderr.contains("the run was stopped"), "{later}");
    }
}

#[test]
fn two_interrupts_of_who_waits_for_it_stop_it() {
    let stage = Stage::new("unstarted-twice", STEPS);
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "x", "--orchestrator-image", NO_IMAGE]);
    until("it is there", || !stage.names("pods", "run=x").is_empty());
    std::thread::sleep(std::time::Duration::from_secs(1));
    signal(&submit, "-INT");
    std::thread::sleep(std::time::Duration::from_millis(500));
    signal(&submit, "-INT");
    let said = ended(submit);
    assert!(said.code == Some(4) && said.stderr.contains("run \"x\" was stopped"), "{said}");
    stage.was_stopped("x");
}

#[test]
fn who_may_not_end_it_leaves_that_to_the_orchestrator() {
    let stage = Stage::new("left-to-it", STEPS);
    let user = super::rights::submitter(&stage, "configmaps,jobs");
    stage.submits("x", NO_IMAGE);
    let said = user.zenml(&["run", "stop", "--detach", "x", "-n", stage.namespace.name()]);
    assert_eq!(said.succeeds(), "run/x stopping\n");
    let late = Orchestrator::new(&stage.namespace).run(&stage.object("x"), "late-pod");
    assert!(late.code == Some(4) && late.stderr.contains("the run was stopped"), "{late}");
    assert!(stage.names("pods", "run=x,step").is_empty());
}

#[test]
fn one_that_is_suspended_before_it_begins_begins_nothing() {
    let stage = Stage::new("early", STEPS);
    let orchestrator = Orchestrator::new(&stage.namespace);
    stage.submits("early", NO_IMAGE);
    assert_eq!(stage.zenml(&["run", "suspend", "early"]).succeeds(), "run/early suspended\n");
    assert_eq!(stage.describe("early")["status"], "Suspended");
    let process = orchestrator.start(&stage.object("early"), "early-pod");
    until("the orchestrator works on it", || stage.describe("early")["started"].is_string());
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(stage.names("pods", "run=early,step").is_empty());
    assert_eq!(stage.zenml(&["run", "resume", "early"]).succeeds(), "run/early resumed\n");
    let said = ended(process);
    assert!(said.stderr.contains("suspended: no further step begins until `kubectl zenml run resume early"), "{said}");
    said.succeeds();
}

#[test]
fn one_with_a_wrong_image_is_tried_again_with_another() {
    let stage = Stage::new("other-image", STEPS);
    stage.submits("pull", NO_IMAGE);
    until("its pod is there", || !stage.names("pods", "run=pull").is_empty());
    let said = stage.zenml(&["run", "retry", "pull"]).fails(1);
    assert!(
        said.contains("\"pull\" goes on;") && said.contains("--orchestrator-image IMAGE    starts another"),
        "{said}"
    );
    let right = ["--orchestrator-image", orchestrator_image()];
    let said = stage.zenml(&[&["run", "retry", "pull"][..], &right].concat());
    assert!(!said.stderr.contains("the same image"), "{said}");
    assert_eq!(said.succeeds(), "run/pull retried\nrun/pull succeeded\n");
    // It starts, and is no orchestrator.
    let once = format!("{HEAD}{STEPS}settings: {{orchestrator: {{orchestrator_job_backoff_limit: 0}}}}\n");
    stage.sandbox.write("p.yaml", once.as_bytes());
    stage.submits("start", "docker.io/library/busybox:1.35");
    until("its Job has given up", || stage.describe("start")["status"] == "Failed");
    let said = stage.zenml(&["run", "retry", "start", "--detach"]);
    assert!(said.stderr.contains("runs the same image again: docker.io/library/busybox:1.35; --orch"), "{said}");
    assert_eq!(said.succeeds(), "run/start retried\n");
    let said = stage.zenml(&[&["run", "retry", "start"][..], &right].concat());
    assert_eq!(said.succeeds(), "run/start retried\nrun/start succeeded\n");
    assert_eq!(["pull", "start"].map(|run| stage.names("pods", &format!("run={run},step")).len()), [2, 2]);
}
