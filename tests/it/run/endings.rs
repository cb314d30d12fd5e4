//! Runs that do not end well, and processes that end before their run does.

use super::{Stage, ended, signal, steps, until};
use crate::support::orchestrator_image;
use crate::support::terminal::Terminal;

const FAILING: &str = "  good: {command: [echo, fine]}\n  \
    bad: {command: [sh, -c, 'printf \"\\033[2Jlooking\\n\"; echo no such file: data.csv >&2; exit 3']}\n  \
    after: {upstream_steps: [bad], command: [echo, never]}\n  \
    later: {upstream_steps: [after, good], command: [echo, never]}\n";

#[test]
fn a_failed_step_fails_the_run_and_says_why() {
    let stage = Stage::new("failing", FAILING);
    for said in [stage.attached("attached"), stage.in_cluster("job")] {
        assert_eq!(said.code, Some(4), "{said}");
        assert!(said.stderr.contains("step \"bad\" failed: Error (exit code 3)"), "{said}");
        assert!(said.stderr.contains("no such file: data.csv") && !said.stderr.contains('\u{1b}'), "{said}");
    }
    for name in ["attached", "job"] {
        let run = stage.describe(name);
        assert_eq!(run["status"], "Failed");
        let states: Vec<_> = steps(&run).into_iter().map(|(step, phase, _)| format!("{step} {phase}")).collect();
        assert_eq!(states, ["good Succeeded", "bad Failed", "after Skipped", "later Skipped"]);
        let text = stage.zenml(&["run", "describe", name]).succeeds();
        assert!(text.contains("Exit code:     3") && text.contains("no such file: data.csv"), "{text}");
    }
    assert!(stage.names("pods", "step=after").is_empty());
}

#[test]
fn the_outcome_outlives_the_pods() {
    let stage = Stage::new("outlives", FAILING);
    assert_eq!(stage.attached("gone").code, Some(4));
    stage.namespace.kubectl(&["delete", "pods", "--all"]).succeeds();
    let run = stage.describe("gone");
    assert_eq!(run["stepStates"][1]["exitCode"], 3);
    assert!(run["stepStates"][1]["message"].as_str().is_some_and(|text| text.contains("data.csv")), "{run}");
    for format in ["jsonpath={.stepStates[1].message}", "table", "yaml"] {
        let text = stage.zenml(&["run", "describe", "gone", "-o", format]).succeeds();
        assert!(text.contains("looking") && !text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn deleting_the_pods_of_a_pipeline_stops_its_run() {
    let stage = Stage::new("sweep", super::SLOW);
    let image = orchestrator_image();
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "swept", "--orchestrator-image", image]);
    until("the step runs", || steps_of(&stage, "swept").first().is_some_and(|step| step == "first Running"));
    stage.namespace.kubectl(&["delete", "pod", "-l", "pipeline=a_pipeline"]).succeeds();
    let said = ended(submit);
    assert_eq!(said.code, Some(4), "{said}");
    assert_eq!(stage.describe("swept")["status"], "Stopped");
    assert_eq!(steps_of(&stage, "swept"), ["first Cancelled", "second Cancelled"]);
    let object = stage.describe("swept")["object"].as_str().expect("a name").to_owned();
    until("the Job has given up", || {
        let job = stage.namespace.kubectl(&["get", "job", &object, "-o", "json"]).json();
        job["status"]["conditions"].to_string().contains("PodFailurePolicy")
    });
}

#[test]
fn a_killed_terminal_leaves_a_run_that_can_be_deleted() {
    let stage = Stage::new("killed", &super::SLOW.replace("'trap", "'echo hello; trap"));
    let mut submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "killed"]);
    until("the step runs", || steps_of(&stage, "killed").first().is_some_and(|step| step == "first Running"));
    signal(&submit, "-KILL");
    submit.wait().expect("its end");
    until("it is seen that nobody drives it", || stage.describe("killed")["status"] == "Interrupted");
    stage.zenml(&["run", "delete", "killed"]).succeeds();
    stage.becomes_empty();
}

#[test]
fn an_interrupt_detaches_and_says_how_to_look() {
    let stage = Stage::new("interrupt", super::SLOW);
    let attached = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "here"]);
    let image = orchestrator_image();
    let job = stage.start(&["submit", "-f", "p.yaml", "--name", "there", "--orchestrator-image", image]);
    for name in ["here", "there"] {
        until("the step runs", || steps_of(&stage, name).first().is_some_and(|step| step == "first Running"));
    }
    signal(&attached, "-INT");
    let said = ended(attached);
    assert!(said.code == Some(130) && said.stderr.contains("kubectl zenml run delete here"), "{said}");
    assert_eq!(stage.describe("here")["status"], "Interrupted");
    signal(&job, "-INT");
    let said = ended(job);
    assert!(said.code == Some(130) && said.stderr.contains("kubectl zenml run attach there"), "{said}");
    assert_eq!(stage.describe("there")["status"], "Running");
    assert_eq!(stage.names("pods", "step=first").len(), 2, "no pod is touched");
}

#[test]
fn an_orchestrator_that_dies_is_replaced_and_nothing_runs_twice() {
    let stage = Stage::new(
        "crash",
        "  first: {command: [sleep, '8']}\n  second: {upstream_steps: [first], command: [echo, two]}\n",
    );
    let image = orchestrator_image();
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "crash", "--orchestrator-image", image]);
    until("the step runs", || steps_of(&stage, "crash").first().is_some_and(|step| step == "first Running"));
    let object = stage.describe("crash")["object"].as_str().expect("a name").to_owned();
    let processes = std::fs::read_dir("/proc").expect("/proc").filter_map(Result::ok).map(|entry| entry.path());
    let ours = |path: &std::path::PathBuf| {
        let line = std::fs::read(path.join("cmdline")).unwrap_or_default();
        line.starts_with(b"/kubectl-zenml") && String::from_utf8_lossy(&line).contains(&object)
    };
    let process = processes.into_iter().find(ours).expect("the orchestrator's process on this node");
    let id = process.file_name().and_then(|name| name.to_str()).expect("a number").to_owned();
    crate::support::output::Output::of(std::process::Command::new("kill").args(["-KILL", &id])).succeeds();
    let said = ended(submit);
    assert!(said.code == Some(0) && said.stderr.contains("exit code 137"), "{said}");
    assert_eq!(stage.names("pods", "step").len(), 2);
}

#[test]
fn a_step_whose_image_cannot_be_pulled_says_so_meanwhile() {
    let stage = Stage::new("pull", "  only: {image: 'docker.io/local/no-such-image:1', command: [echo, x]}\n");
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "pull"]);
    until("the reason is recorded", || {
        steps(&stage.describe_or_nothing("pull")).first().is_some_and(|(_, phase, reason)| {
            phase == "Starting" && matches!(reason.as_str(), "ErrImagePull" | "ImagePullBackOff")
        })
    });
    signal(&submit, "-INT");
    let said = ended(submit);
    assert!(said.stderr.contains("only: Starting (ErrImagePull: ") && said.stderr.contains("no-such-image"), "{said}");
}

fn steps_of(stage: &Stage, name: &str) -> Vec<String> {
    steps(&stage.describe_or_nothing(name)).into_iter().map(|(step, phase, _)| format!("{step} {phase}")).collect()
}

impl Stage {
    /// As `describe`, before the run is there too.
    fn describe_or_nothing(&self, name: &str) -> serde_json::Value {
        let said = self.zenml(&["run", "describe", name, "-o", "json"]);
        if said.code == Some(0) { said.json() } else { serde_json::json!({ "stepStates": [] }) }
    }
}

#[test]
fn an_interrupted_view_leaves_the_last_tree_on_the_screen() {
    let stage = Stage::new("screen", super::SLOW);
    let namespace = stage.namespace.name();
    let terminal =
        Terminal::start(&stage.sandbox, &["submit", "--attached", "-f", "p.yaml", "--name", "x", "-n", namespace]);
    let screen = terminal.shows("first  ");
    assert!(screen.contains("0/2 steps") || screen.contains("waiting"), "{screen}");
    terminal.shows("Running");
    terminal.press("C-c");
    let screen = terminal.shows("ended with 130");
    assert_eq!(screen.matches("first  ").count(), 1, "the tree as it was last: {screen}");
    assert!(screen.contains("error: interrupted"), "{screen}");
}

/// Two steps, the first of which says that all is well when it is told to end, which is only in its first attempt.
const OBEDIENT: &str = "  first: {command: [sh, -c, 'case $HOSTNAME in *-a1) trap \"exit 0\" TERM; sleep 60 & wait;; esac']}\n  \
                         second: {upstream_steps: [first], command: [echo, two]}\n";

#[test]
fn a_step_that_is_told_to_end_has_not_succeeded_and_is_done_again() {
    let stage = Stage::new("told-to-end", OBEDIENT);
    let evict = |pod: &str| stage.namespace.evict(pod);
    let delete = |pod: &str| drop(stage.namespace.kubectl(&["delete", "pod", pod, "--wait=false"]).succeeds());
    for (name, reason) in [("deleted", "Deleted"), ("evicted", "EvictionByEvictionAPI")] {
        let end: &dyn Fn(&str) = if name == "deleted" { &delete } else { &evict };
        let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
        until("the step runs", || steps_of(&stage, name).first().is_some_and(|step| step == "first Running"));
        let pods = stage.names("pods", &format!("run={name},step=first"));
        end(pods[0].trim_start_matches("pod/"));
        let said = ended(submit);
        assert!(said.stderr.contains(&format!("first: Retrying ({reason}")), "{said}");
        said.succeeds();
        let first = &stage.describe(name)["stepStates"][0];
        assert_eq!((&first["attempt"], &first["attempts"][0]["reason"]), (&2.into(), &reason.into()), "{first}");
    }
}
