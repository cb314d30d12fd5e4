//! Runs that are suspended, and requests that come to nothing.

use super::{HEAD, Stage, ended, until};

/// A step that lasts, and one after it.
const LASTING: &str = "  first: {command: [sh, -c, 'trap \"exit 143\" TERM; sleep 600 & wait']}\n  \
                       second: {upstream_steps: [first], command: [echo, two]}\n";
/// One that does not want to end.
const STUBBORN: &str = "  only: {command: [sh, -c, 'trap \"\" TERM; sleep 600']}\n";

impl Stage {
    fn is_shown_as(&self, name: &str, status: &str) {
        assert_eq!(self.describe(name)["status"], status);
        let list = self.zenml(&["run", "list"]).succeeds();
        let line = list.lines().find(|line| line.starts_with(&format!("{name} "))).expect("its line");
        assert_eq!(line.split_whitespace().nth(2), Some(status), "{list}");
        let text = self.zenml(&["run", "describe", name]).succeeds();
        assert!(text.lines().any(|line| line.split_whitespace().eq(["Status:", status])), "{text}");
    }
}

#[test]
fn a_suspended_run_is_shown_as_such_and_says_how_it_goes_on() {
    let stage = Stage::new("is-suspended", LASTING);
    stage.detached("slow");
    stage.runs("slow");
    let place = format!("slow -n {}", stage.namespace.name());
    let said = stage.zenml(&["run", "resume", "slow"]).fails(1);
    assert!(said.contains("\nerror: run \"slow\" is not suspended\n"), "{said}");
    stage.is_shown_as("slow", "Running");
    let watched_before = stage.start(&["run", "watch", "slow"]);
    for word in ["suspended", "already suspended"] {
        assert_eq!(stage.zenml(&["run", "suspend", "slow"]).succeeds(), format!("run/slow {word}\n"));
        stage.is_shown_as("slow", "Suspended");
    }
    let said = stage.zenml(&["run", "retry", "slow"]).fails(1);
    assert!(said.contains("\nerror: run \"slow\" is suspended; only what has ended"), "{said}");
    for hint in ["resume", "stop"] {
        assert!(said.contains(&format!("hint: kubectl zenml run {hint} {place}  ")), "{said}");
    }
    assert!(!said.contains("run attach"), "{said}");
    let lookers = [watched_before, stage.start(&["run", "watch", "slow"]), stage.start(&["run", "attach", "slow"])];
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(stage.zenml(&["run", "resume", "slow"]).succeeds(), "run/slow resumed\n");
    stage.is_shown_as("slow", "Running");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(stage.zenml(&["run", "stop", "slow"]).succeeds(), "run/slow stopped\n");
    for looker in lookers {
        let said = ended(looker);
        let line = format!("suspended: no further step begins until `kubectl zenml run resume {place}`\n");
        assert_eq!((said.stderr.matches(&line).count(), said.code), (1, Some(4)), "{said}");
        assert!(said.stderr.contains("resumed\n"), "{said}");
    }
}

#[test]
fn whoever_goes_on_with_a_suspended_run_hears_of_it() {
    let stage = Stage::new("goes-on", LASTING);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "here"]);
    until("it is there", || stage.zenml(&["run", "describe", "here"]).code == Some(0));
    stage.runs("here");
    stage.zenml(&["run", "suspend", "here"]).succeeds();
    stage.is_shown_as("here", "Suspended");
    super::signal(&submit, "-INT");
    let place = format!("here -n {}", stage.namespace.name());
    let line = format!("suspended: no further step begins until `kubectl zenml run resume {place}`\n");
    let said = ended(submit);
    assert!(said.stderr.contains(&line), "{said}");
    stage.is_shown_as("here", "Interrupted");
    let attach = stage.start(&["run", "attach", "here"]);
    until("it is driven", || stage.describe("here")["status"] == "Suspended");
    stage.zenml(&["run", "stop", "here"]).succeeds();
    let said = ended(attach);
    assert!(said.code == Some(4) && said.stderr.contains(&line), "{said}");
}

#[test]
fn a_run_that_is_being_stopped_is_neither_suspended_nor_resumed() {
    let stage = Stage::new("stopping", STUBBORN);
    stage.detached("stubborn");
    stage.runs("stubborn");
    assert_eq!(stage.zenml(&["run", "stop", "--detach", "stubborn"]).succeeds(), "run/stubborn stopping\n");
    let place = format!("stubborn -n {}", stage.namespace.name());
    for verb in ["suspend", "resume"] {
        let said = stage.zenml(&["run", verb, "stubborn"]).fails(1);
        assert!(said.contains("\nerror: run \"stubborn\" is being stopped\n"), "{said}");
        assert!(said.contains(&format!("hint: kubectl zenml run stop {place}  ")), "{said}");
        assert_eq!(said.contains(&format!("hint: kubectl zenml run resume {place}  ")), verb == "resume", "{said}");
    }
    // More than was asked for is another request.
    assert_eq!(stage.zenml(&["run", "stop", "--force", "stubborn"]).succeeds(), "run/stubborn stopped\n");
    let said = stage.zenml(&["run", "suspend", "stubborn"]).fails(1);
    assert!(said.contains("\nerror: run \"stubborn\" has ended: it was stopped\n"), "{said}");
}

#[test]
fn what_has_failed_is_retried_and_not_resumed() {
    let stage = Stage::new("ended", "  only: {command: ['false']}\n");
    assert_eq!(stage.attached("bad").code, Some(4));
    let said = stage.zenml(&["run", "resume", "bad"]).fails(1);
    let hint = format!("hint: kubectl zenml run retry bad -n {}    does again what", stage.namespace.name());
    assert!(said.contains("\nerror: run \"bad\" has ended: it failed\n") && said.contains(&hint), "{said}");
    assert!(!stage.zenml(&["run", "suspend", "bad"]).fails(1).contains("hint: "));
    stage.sandbox.write("p.yaml", format!("{HEAD}  only: {{command: ['true']}}\n").as_bytes());
    stage.attached("good").succeeds();
    let said = stage.zenml(&["run", "resume", "good"]).fails(1);
    assert!(said.contains("\nerror: run \"good\" has ended: it succeeded\n") && !said.contains("hint"), "{said}");
}

#[test]
fn what_its_job_has_given_up_is_retried_or_stopped() {
    let once = format!("{STUBBORN}settings: {{orchestrator: {{orchestrator_job_backoff_limit: 0}}}}\n");
    let stage = Stage::new("given-up", &once);
    let foreign = ["--orchestrator-image", "docker.io/library/busybox:1.35"];
    let submit = [&["submit", "-f", "p.yaml", "--name", "x"][..], &foreign].concat();
    let said = stage.zenml(&submit);
    assert!(said.code == Some(4) && said.stderr.contains("the orchestrator's Job failed"), "{said}");
    let said = stage.zenml(&["run", "watch", "x"]);
    assert!(said.code == Some(4) && said.stderr.contains("the orchestrator's Job failed"), "{said}");
    for verb in ["suspend", "resume"] {
        let said = stage.zenml(&["run", verb, "x"]).fails(1);
        assert!(
            said.contains("error: run \"x\" has ended: the orchestrator's Job failed\nhint: kubectl zenml run retry"),
            "{said}"
        );
    }
    assert_eq!(stage.zenml(&["run", "stop", "x"]).succeeds(), "run/x stopped\n");
    assert_eq!(stage.describe("x")["status"], "Stopped");
}
