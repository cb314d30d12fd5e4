//! Runs whose terminal was killed, and who asks about them meanwhile.

use std::io::Read;

use super::{Stage, ended, signal, steps, until};

/// A step that goes on for as long as nobody tells it to end.
const LONG: &str = "  first: {command: [sh, -c, 'echo hello; trap \"exit 143\" TERM; sleep 600 & wait']}\n";

impl Stage {
    /// Submits a run of this name from a terminal, and gives it once its first step runs.
    fn attends(&self, name: &str) -> std::process::Child {
        let submit = self.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
        until("the step runs", || {
            let said = self.zenml(&["run", "describe", name, "-o", "json"]);
            said.code == Some(0) && steps(&said.json()).first().is_some_and(|(_, phase, _)| phase == "Running")
        });
        submit
    }
}

#[test]
fn whoever_follows_the_logs_of_a_run_that_nobody_drives_hears_of_it() {
    let stage = Stage::new("left", LONG);
    let submit = stage.attends("My Run");
    let mut follow = stage.start(&["run", "logs", "-f", "My Run"]);
    let mut line = [0; 14];
    follow.stdout.as_mut().expect("a pipe").read_exact(&mut line).expect("a line");
    assert_eq!(&line, b"[first] hello\n");
    signal(&submit, "-KILL");
    drop(ended(submit));
    let again = stage.zenml(&["run", "logs", "-f", "My Run"]);
    assert_eq!(again.stdout, "[first] hello\n", "{again}");
    for said in [ended(follow), again] {
        assert_eq!(said.code, Some(1), "{said}");
        assert!(said.stderr.contains("nobody drives the run \"My Run\" any more; it is interrupted"), "{said}");
        let hint = format!("hint: kubectl zenml run attach 'My Run' -n {}    goes on with it", stage.namespace.name());
        assert!(said.stderr.contains(&hint), "{said}");
    }
    // One that is deleted ends the following as it ends the waiting.
    let submit = stage.attends("other");
    let mut follow = stage.start(&["run", "logs", "-f", "other"]);
    follow.stdout.as_mut().expect("a pipe").read_exact(&mut line).expect("a line");
    stage.zenml(&["run", "delete", "other"]).succeeds();
    assert_eq!(ended(submit).code, Some(4));
    let followed = ended(follow);
    assert_eq!(
        (followed.code, followed.stderr.as_str()),
        (Some(4), "error: the run \"other\" was deleted\n"),
        "{followed}"
    );
}

#[test]
fn a_request_that_nobody_will_carry_out_says_so() {
    let stage = Stage::new("unheard", LONG);
    let submit = stage.attends("slow");
    for (verb, state) in [("suspend", "suspended"), ("resume", "resumed")] {
        let said = stage.zenml(&["run", verb, "slow"]);
        assert!(!said.stderr.contains("Nobody"), "{said}");
        assert_eq!(said.succeeds(), format!("run/slow {state}\n"));
    }
    signal(&submit, "-KILL");
    drop(ended(submit));
    for verb in ["suspend", "resume"] {
        let said = stage.zenml(&["run", verb, "slow"]);
        assert!(
            said.code == Some(0) && said.stderr.contains("Nobody drives the run; `kubectl zenml run attach slow"),
            "{said}"
        );
    }
    let said = stage.zenml(&["run", "resume", "slow"]).fails(1);
    assert!(
        said.contains("is not suspended\n  caused by: nobody drives it any more\nhint: kubectl zenml run attach"),
        "{said}"
    );
}

#[test]
fn a_stop_that_nobody_may_hear_is_noted_at_once_and_says_what_to_do() {
    let stage = Stage::new("noted", LONG);
    let submit = stage.attends("slow");
    signal(&submit, "-KILL");
    drop(ended(submit));
    let lease = || stage.namespace.kubectl(&["get", "lease", "-l", "run=slow", "-o", "json"]).json();
    let before = lease();
    let said = stage.zenml(&["run", "stop", "--detach", "slow"]);
    let remedy = format!(
        "the terminal that drives it ends it; if that one was killed, `kubectl zenml run stop slow -n {}` without --detach does",
        stage.namespace.name()
    );
    assert!(said.stderr.contains(&remedy), "{said}");
    assert_eq!(said.succeeds(), "run/slow stopping\n");
    assert_eq!(lease(), before, "nobody took what another one may still hold");
    assert_eq!(stage.zenml(&["run", "stop", "slow"]).succeeds(), "run/slow stopped\n");
}

#[test]
fn a_run_whose_terminal_was_killed_before_it_began_is_driven_at_once() {
    let stage = Stage::new("unbegun", "  a: {command: [echo, x]}\n");
    // It is as if it was killed just before it came to its Lease.
    stage.namespace.kubectl(&["create", "quota", "none", "--hard=count/leases.coordination.k8s.io=0"]).succeeds();
    let used = ["get", "quota", "none", "-o", "jsonpath={.status.used}"];
    until("the quota counts", || !stage.namespace.kubectl(&used).succeeds().is_empty());
    for name in ["stop", "attach"] {
        let said = stage.attached(name);
        assert!(said.code == Some(1) && said.stderr.contains("exceeded quota"), "{said}");
        let run = stage.describe(name);
        let reason = run["message"].as_str().unwrap_or_default();
        assert!(run["status"] == "Pending" && reason.starts_with("no terminal drives it yet"), "{run:#}");
    }
    stage.namespace.kubectl(&["delete", "quota", "none"]).succeeds();
    assert_eq!(stage.zenml(&["run", "stop", "--detach", "stop"]).succeeds(), "run/stop stopped\n");
    let said = stage.zenml(&["run", "attach", "attach"]);
    assert!(!said.stderr.contains("waiting for"), "{said}");
    assert_eq!(said.succeeds(), "run/attach succeeded\n");
}

#[test]
fn whoever_comes_back_to_a_killed_terminals_run_waits_out_its_lease_once() {
    let stage = Stage::new("once", "  a: {command: [sleep, '12']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "once"]);
    until("the step runs", || stage.names("pods", "step=a").len() == 1);
    signal(&submit, "-KILL");
    drop(ended(submit));
    let said = stage.zenml(&["run", "attach", "once"]);
    let line = "nobody drives the run any more; this terminal drives the run now\n";
    assert_eq!(said.stderr.matches(line).count(), 1, "{said}");
    // The second wait would name who is waited for.
    assert!(!said.stderr.contains("terminal-"), "{said}");
    assert_eq!(said.succeeds(), "run/once succeeded\n");
    assert_eq!(stage.names("pods", "run=once,step").len(), 2, "nothing ran twice");
}

#[test]
fn a_run_whose_job_somebody_deleted_and_left_the_rest_is_driven_on() {
    let stage = Stage::new("orphan", "  a: {command: [sleep, '8']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let image = crate::support::orchestrator_image();
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "orphan", "--orchestrator-image", image]);
    until("the step runs", || stage.names("pods", "step=a").len() == 1);
    stage.namespace.kubectl(&["delete", "job", "-l", "run=orphan", "--cascade=orphan"]).succeeds();
    let force = ["delete", "pods", "-l", "zenml.io/kind=orchestrator", "--force", "--grace-period=0"];
    stage.namespace.kubectl(&force).succeeds();
    until("nobody is known to drive it", || stage.describe("orphan")["status"] == "Interrupted");
    let said = ended(submit);
    assert!(said.stderr.contains("nobody drives the run any more; this terminal drives the run now"), "{said}");
    assert_eq!(said.succeeds(), "run/orphan created\nrun/orphan succeeded\n");
    assert_eq!(stage.names("pods", "run=orphan,step").len(), 2, "nothing ran twice");
}

#[test]
fn what_a_job_left_behind_goes_with_its_run() {
    let stage = Stage::new("orphans", LONG);
    let image = crate::support::orchestrator_image();
    let submits = |name| {
        stage.zenml(&["submit", "-f", "p.yaml", "--name", name, "--orchestrator-image", image, "--detach"]).succeeds();
        let pods = format!("run={name},zenml.io/kind=orchestrator");
        until("the orchestrator is there", || stage.names("pods", &pods).len() == 1);
        stage.namespace.kubectl(&["delete", "job", "-l", &format!("run={name}"), "--cascade=orphan"]).succeeds();
        pods
    };
    let pods = submits("one");
    let said = stage.zenml(&["run", "delete", "one"]);
    assert!(!said.stderr.contains("left"), "{said}");
    assert_eq!(said.succeeds(), "run/one deleted\n");
    until("no pod is left", || stage.names("pods", &pods).is_empty());
    // Who may not see to that says so.
    let pods = submits("two");
    let user = super::rights::submitter(&stage, "configmaps,jobs,leases");
    let said = user.zenml(&["run", "delete", "two", "-n", stage.namespace.name()]);
    let remedy = format!("kubectl delete pod -n {} -l ", stage.namespace.name());
    assert!(said.stderr.contains("cannot list resource \"pods\"") && said.stderr.contains(&remedy), "{said}");
    assert_eq!(said.succeeds(), "run/two deleted\n");
    assert_eq!(stage.names("pods", &pods).len(), 1);
}
