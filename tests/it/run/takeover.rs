//! Orchestrators that are killed, doubled, frozen, told to go: the run goes on, and nothing runs twice.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use super::{Stage, ended, signal, steps, until};
use crate::support::orchestrator::Orchestrator;
use crate::support::orchestrator_image;

/// How often the orchestrator is killed; `make soak` sets more.
const KILLS: &str = "KILLS";

pub(super) const WORK: &str = r#"  list: {command: [sh, -c, 'echo "[1, 2, 3]" >$ZENML_OUTPUT_FILE']}
  each: {foreach: "{{ steps.list.output }}", command: [sh, -c, 'sleep 1; echo "$0" >$ZENML_OUTPUT_FILE', "{{ item }}"]}
  flaky: {command: [sh, -c, 'sleep 1; case $HOSTNAME in *-a1) exit 7;; esac'], retry: {max_retries: 1, delay: 1}}
  sum: {upstream_steps: [flaky], command: [echo, "{{ steps.each.outputs }}"]}
  last: {upstream_steps: [sum], command: [sleep, '1']}
"#;

/// A run that nobody drives, with the name of its root.
pub(super) fn abandoned(stage: &Stage, name: &str) -> String {
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
    until("it is there", || !stage.names("leases", &format!("run={name}")).is_empty());
    signal(&submit, "-INT");
    assert_eq!(ended(submit).code, Some(130));
    stage.describe(name)["object"].as_str().expect("a name").to_owned()
}

fn kill(mut child: Child) {
    child.kill().expect("a process");
    child.wait().expect("its end");
}

/// Asserts that each step has the pods that it should have, and none twice.
#[track_caller]
fn check_pods(stage: &Stage, name: &str, expected: &[(&str, usize)]) {
    let list = stage.namespace.kubectl(&["get", "pods", "-l", &format!("run={name}"), "-o", "json"]).json();
    let mut pods = BTreeMap::<String, usize>::new();
    for pod in list["items"].as_array().expect("pods") {
        let step = pod["metadata"]["annotations"]["zenml.io/step"].as_str().expect("a step");
        *pods.entry(step.to_owned()).or_default() += 1;
        assert!(pod["status"]["containerStatuses"][0]["state"]["terminated"].is_object(), "{step}");
    }
    let expected: BTreeMap<_, _> = expected.iter().map(|(step, count)| ((*step).to_owned(), *count)).collect();
    assert_eq!(pods, expected);
}

const EXPECTED: [(&str, usize); 7] =
    [("list", 1), ("each[0]", 1), ("each[1]", 1), ("each[2]", 1), ("flaky", 2), ("sum", 1), ("last", 1)];

#[test]
fn killed_at_any_moment_it_goes_on_and_does_nothing_twice() {
    let kills: u64 = std::env::var(KILLS).ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let stage = Stage::new("kills", WORK);
    let orchestrator = Orchestrator::new(&stage.namespace);
    let mut dice = u64::from(std::process::id()) | 1;
    let mut left = kills;
    for round in 0.. {
        let name = format!("kills-{round}");
        let object = abandoned(&stage, &name);
        // Of a run that lasts some ten seconds, ten kills see every part.
        for _ in 0..left.min(10) {
            let child = orchestrator.start(&object, "one");
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(Duration::from_millis(100 + (dice >> 33) % 1_400));
            kill(child);
        }
        let said = orchestrator.run(&object, "one");
        assert_eq!(said.code, Some(0), "{said}");
        assert_eq!(stage.describe(&name)["status"], "Succeeded", "{said}");
        check_pods(&stage, &name, &EXPECTED);
        left = left.saturating_sub(10);
        if left == 0 {
            return;
        }
        stage.zenml(&["run", "delete", &name]).succeeds();
    }
}

#[test]
fn of_two_one_acts_also_when_it_was_frozen() {
    let stage = Stage::new("two", &WORK.replace("sleep 1;", "sleep 4;"));
    let orchestrator = Orchestrator::new(&stage.namespace);
    let object = abandoned(&stage, "two");
    let first = orchestrator.start(&object, "one");
    until("the first has begun", || !stage.names("pods", "run=two").is_empty());
    let second = orchestrator.start(&object, "two");
    std::thread::sleep(Duration::from_secs(1));
    signal(&first, "-STOP");
    until("the second goes on", || stage.names("pods", "run=two,step=each").len() == 3);
    signal(&first, "-CONT");
    let (first, second) = (ended(first), ended(second));
    assert!(second.stderr.contains("waiting for one, which holds the run's lease"), "{second}");
    assert_eq!((first.code, second.code), (Some(0), Some(0)), "{first}\n{second}");
    check_pods(&stage, "two", &EXPECTED);
}

#[test]
fn told_to_go_it_leaves_the_steps_alone_and_another_one_follows_at_once() {
    let stage = Stage::new("drained", &WORK.replace("sleep 1;", "sleep 5;"));
    let orchestrator = Orchestrator::new(&stage.namespace);
    let object = abandoned(&stage, "drained");
    let first = orchestrator.start(&object, "one");
    until("steps run", || stage.names("pods", "run=drained,step=each").len() == 3);
    signal(&first, "-TERM");
    assert_eq!(ended(first).code, Some(143));
    let said = orchestrator.run(&object, "two");
    assert!(said.code == Some(0) && !said.stderr.contains("waiting for one"), "{said}");
    check_pods(&stage, "drained", &EXPECTED);
}

#[test]
fn an_orchestrator_that_is_evicted_is_replaced() {
    let stage =
        Stage::new("evicted", "  a: {command: [sleep, '12']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let image = orchestrator_image();
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "evicted", "--orchestrator-image", image]);
    until("the step runs", || stage.names("pods", "step=a").len() == 1);
    let pods = stage.names("pods", "zenml.io/kind=orchestrator");
    stage.namespace.evict(pods[0].trim_start_matches("pod/"));
    let said = ended(submit);
    assert_eq!(said.code, Some(0), "{said}");
    let line = "the orchestrator was evicted (EvictionByEvictionAPI: Eviction API: evicting)\n";
    assert!(said.stderr.contains(line), "its progress is no reason: {said}");
    assert_eq!(stage.names("pods", "step").len(), 2);
}

#[test]
fn a_stop_while_steps_are_being_created_leaves_none_alive() {
    let steps: String =
        (0..12).map(|n| format!("  s{n}: {{command: [sh, -c, 'trap \"exit 1\" TERM; sleep 300 & wait']}}\n")).collect();
    let stage = Stage::new("stop", &steps);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "stop"]);
    until("the first pod is there", || !stage.names("pods", "run=stop").is_empty());
    ask(&stage, "stop", "stop");
    let said = ended(submit);
    assert!(said.code == Some(4) && said.stderr.contains("was stopped"), "{said}");
    let pods = stage.namespace.kubectl(&["get", "pods", "-l", "run=stop", "-o", "json"]).json();
    for pod in pods["items"].as_array().expect("pods") {
        let ends = pod["metadata"]["deletionTimestamp"].is_string() || pod["status"]["phase"] == "Failed";
        assert!(ends, "{}", pod["metadata"]["name"]);
    }
    assert_eq!(stage.describe("stop")["status"], "Stopped");
}

#[test]
fn a_step_that_does_not_end_is_killed_on_request() {
    // It does not hear SIGTERM, and has two minutes.
    let stage = Stage::new("kill", "");
    let file = format!(
        "{}  deaf: {{command: [sh, -c, 'trap \"\" TERM; sleep 300']}}\nsettings: {{orchestrator: {{pod_stop_grace_period: 120}}}}\n",
        super::HEAD
    );
    stage.sandbox.write("p.yaml", file.as_bytes());
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "kill"]);
    until("the step runs", || !stage.names("pods", "run=kill").is_empty());
    ask(&stage, "kill", "stop");
    until("it is being stopped", || steps(&stage.describe("kill"))[0].1 == "Stopping");
    ask(&stage, "kill", "kill");
    let said = ended(submit);
    assert!(said.code == Some(4) && said.stderr.contains("was stopped"), "{said}");
    assert!(stage.names("pods", "run=kill").is_empty());
}

#[test]
fn a_suspended_run_begins_nothing_until_it_is_resumed() {
    let stage = Stage::new("suspend", "  a: {command: [sleep, '4']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "pause"]);
    until("the first step has begun", || stage.names("pods", "run=pause").len() == 1);
    ask(&stage, "pause", "suspend");
    until("the first step is over", || steps(&stage.describe("pause"))[0].1 == "Succeeded");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(stage.names("pods", "run=pause").len(), 1, "nothing begins");
    ask(&stage, "pause", "resume");
    let said = ended(submit);
    assert!(said.stderr.contains("suspended") && said.stderr.contains("resumed"), "{said}");
    said.succeeds();
}

/// Asks for something by the root's annotation.
pub(super) fn ask(stage: &Stage, name: &str, request: &str) {
    let object = stage.describe(name)["object"].as_str().expect("a name").to_owned();
    let annotation = format!("zenml.io/request={request}");
    stage.namespace.kubectl(&["annotate", "--overwrite", "configmap", &object, &annotation]).succeeds();
}

#[test]
fn attempts_of_a_process_that_was_killed_are_told() {
    let stage = Stage::new(
        "told",
        "  f: {command: [sh, -c, 'case $HOSTNAME in *-a1) exit 5;; *-a2) exit 6;; esac; sleep 5'], retry: {max_retries: 2}}\n",
    );
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "told"]);
    until("the third attempt is there", || !stage.names("pods", "run=told,zenml.io/attempt=3").is_empty());
    kill(submit);
    stage.zenml(&["run", "attach", "told"]).succeeds();
    let step = &stage.describe("told")["stepStates"][0];
    assert_eq!((step["phase"].as_str(), step["attempt"].as_u64()), (Some("Succeeded"), Some(3)), "{step}");
    let attempts: Vec<_> = step["attempts"].as_array().expect("attempts").iter().map(|one| &one["exitCode"]).collect();
    assert_eq!(attempts, [5, 6], "{step}");
}
