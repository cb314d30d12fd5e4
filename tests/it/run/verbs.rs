//! The verbs of `run` on runs that go on, and on those that have ended.

use super::{Stage, ended, signal, steps, until};
use crate::support::orchestrator_image;
use crate::support::terminal::Terminal;

/// Three steps in a row, each of which takes a while and ends at once on SIGTERM.
const CHAIN: &str = "  first: {command: [sh, -c, 'trap \"exit 143\" TERM; sleep 4 & wait']}\n  \
                      second: {upstream_steps: [first], command: [echo, two]}\n  \
                      third: {upstream_steps: [second], command: [echo, three]}\n";

impl Stage {
    /// Submits to the cluster without waiting.
    pub(super) fn detached(&self, name: &str) {
        let image = orchestrator_image();
        let words = ["submit", "-f", "p.yaml", "--name", name, "--detach", "--orchestrator-image", image];
        self.zenml(&words).succeeds();
    }

    fn status(&self, name: &str) -> String {
        self.describe(name)["status"].as_str().unwrap_or_default().to_owned()
    }

    fn phases(&self, name: &str) -> Vec<String> {
        steps(&self.describe(name)).into_iter().map(|(_, phase, _)| phase).collect()
    }

    pub(super) fn runs(&self, name: &str) {
        until("the first step runs", || self.phases(name).first().is_some_and(|phase| phase == "Running"));
    }
}

#[test]
fn watching_shows_a_tree_and_ends_as_the_run_does() {
    let stage = Stage::new("watch", &CHAIN.replace("echo, three", "'false'"));
    stage.detached("nightly");
    let terminal = Terminal::start(&stage.sandbox, &["run", "watch", "nightly", "-n", stage.namespace.name()]);
    let screen = terminal.shows("● first");
    assert!(screen.contains("Running · 0/3 steps") && screen.contains("└─ ○ third"), "{screen}");
    let screen = terminal.shows("ended with 4");
    assert!(screen.contains("├─ ✔ first") && screen.contains("└─ ✖ third"), "{screen}");
    assert!(screen.contains("run \"nightly\" failed"), "{screen}");
    // Elsewhere than on a terminal, lines; and an ended run is watched to its end at once.
    let said = stage.zenml(&["run", "watch", "nightly"]);
    assert!(said.code == Some(4) && said.stderr.contains("third: Failed"), "{said}");
    let events = stage.zenml(&["run", "events", "nightly", "-o", "json"]).json();
    let about = |object: &str| events["items"].to_string().contains(object);
    assert!(about("SuccessfulCreate") && about("Started"), "the Job's events and the pods': {events}");
}

#[test]
fn stopping_ends_a_run_that_somebody_drives_and_one_that_nobody_does() {
    let stage = Stage::new("stop", &CHAIN.replace("sleep 4", "sleep 60"));
    stage.detached("job");
    stage.runs("job");
    let said = stage.zenml(&["run", "stop", "job"]);
    assert!(said.stdout == "run/job stopped\n" && said.stderr.contains("namespace"), "{said}");
    assert_eq!((stage.status("job").as_str(), stage.phases("job")), ("Stopped", vec!["Cancelled".to_owned(); 3]));
    let said = stage.zenml(&["run", "stop", "job"]).fails(1);
    assert!(said.contains("run \"job\" has ended: it was stopped"), "{said}");
    // An attached run, whose terminal is killed.
    let mut submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "alone"]);
    until("it is there", || stage.zenml(&["run", "describe", "alone"]).code == Some(0));
    stage.runs("alone");
    signal(&submit, "-KILL");
    submit.wait().expect("its end");
    until("its terminal is known to be gone", || stage.status("alone") == "Interrupted");
    stage.zenml(&["run", "stop", "--force", "alone"]).succeeds();
    assert_eq!(stage.status("alone"), "Stopped");
    assert!(stage.names("pods", "run=alone,step").is_empty());
}

#[test]
fn a_suspended_run_begins_nothing_until_it_is_resumed() {
    let stage = Stage::new("suspend", CHAIN);
    stage.detached("slow");
    stage.runs("slow");
    assert_eq!(stage.zenml(&["run", "suspend", "slow"]).succeeds(), "run/slow suspended\n");
    until("what ran has ended", || stage.phases("slow")[0] == "Succeeded");
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(stage.phases("slow"), ["Succeeded", "Pending", "Pending"]);
    assert_eq!(stage.zenml(&["run", "resume", "slow"]).succeeds(), "run/slow resumed\n");
    stage.zenml(&["run", "attach", "slow"]).succeeds();
    assert_eq!(stage.status("slow"), "Succeeded");
}

#[test]
fn an_interrupted_run_is_driven_on_from_another_terminal() {
    let stage = Stage::new("attach", CHAIN);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "here"]);
    until("it is there", || stage.zenml(&["run", "describe", "here"]).code == Some(0));
    stage.runs("here");
    signal(&submit, "-INT");
    let said = ended(submit);
    assert!(said.code == Some(130) && said.stderr.contains("kubectl zenml run attach here"), "{said}");
    let said = stage.zenml(&["run", "attach", "here"]);
    assert!(said.stderr.contains("nobody drives the run any more"), "{said}");
    assert_eq!(said.succeeds(), "run/here succeeded\n");
    assert_eq!(stage.names("pods", "run=here,step").len(), 3, "nothing ran twice");
}

#[test]
fn whoever_comes_while_a_dead_terminals_lease_still_counts_waits_for_its_end() {
    let stage = Stage::new("dead", CHAIN);
    for (name, verb) in [("attach-1", "attach"), ("stop-1", "stop"), ("watch-1", "watch")] {
        let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
        until("it is there", || stage.zenml(&["run", "describe", name]).code == Some(0));
        stage.runs(name);
        signal(&submit, "-KILL");
        drop(ended(submit));
        let said = stage.zenml(&["run", verb, name]);
        match verb {
            "attach" => assert_eq!((said.stdout.as_str(), said.code), ("run/attach-1 succeeded\n", Some(0)), "{said}"),
            "stop" => assert_eq!((said.stdout.as_str(), said.code), ("run/stop-1 stopped\n", Some(0)), "{said}"),
            _ => {
                assert_eq!(said.code, Some(1), "{said}");
                assert!(
                    said.stderr.contains("it is interrupted") && said.stderr.contains("run attach watch-1"),
                    "{said}"
                );
            }
        }
    }
    let described = stage.zenml(&["run", "describe", "stop-1", "-o", "json"]).json();
    let open: Vec<_> = described["stepStates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| !step["started"].is_null() && step["finished"].is_null())
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_second_interrupt_stops_the_run() {
    let stage = Stage::new("twice", &CHAIN.replace("sleep 4", "sleep 60"));
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "twice"]);
    until("it is there", || stage.zenml(&["run", "describe", "twice"]).code == Some(0));
    stage.runs("twice");
    signal(&submit, "-INT");
    std::thread::sleep(std::time::Duration::from_millis(500));
    signal(&submit, "-INT");
    let said = ended(submit);
    assert!(said.code == Some(4) && said.stderr.contains("was stopped"), "{said}");
    assert_eq!(stage.status("twice"), "Stopped");
}

#[test]
fn pruning_removes_what_has_ended_and_nothing_else() {
    let stage = Stage::new("prune", "  only: {command: [\"true\"]}\n");
    for name in ["one", "two", "three"] {
        stage.attached(name).succeeds();
    }
    stage.sandbox.write("p.yaml", format!("{}{}", super::HEAD, CHAIN.replace("sleep 4", "sleep 60")).as_bytes());
    stage.detached("going-on");
    let prune = |flags: &[&str]| stage.zenml(&[&["run", "prune"][..], flags].concat());
    assert!(prune(&["--older-than", "1h", "--yes"]).succeeds().is_empty());
    assert!(prune(&[]).fails(1).contains("add --yes"), "there is no terminal to ask on");
    let said = prune(&["--keep", "1", "--dry-run"]).succeeds();
    assert_eq!(said, "run/two deleted (dry run)\nrun/one deleted (dry run)\n");
    assert_eq!(prune(&["--keep", "1", "--yes"]).succeeds(), "run/two deleted\nrun/one deleted\n");
    assert_eq!(prune(&["--yes"]).succeeds(), "run/three deleted\n");
    let left = stage.zenml(&["run", "list", "-o", "name"]).succeeds();
    assert_eq!(left, "run/going-on\n");
    stage.zenml(&["run", "delete", "going-on"]).succeeds();
    stage.becomes_empty();
}
