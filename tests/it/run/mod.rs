//! Runs on the real cluster: attached and in the orchestrator's Job.

mod abandoned;
mod admission;
mod attempts;
mod cache;
mod clocks;
mod closing;
mod deleted;
mod endings;
mod exports;
mod faults;
mod logs;
mod nodes;
mod outputs;
mod reasons;
mod refusals;
mod replay;
mod retry;
mod rights;
mod secrets;
mod settings;
mod signals;
mod suspended;
mod takeover;
mod unstarted;
mod variants;
mod verbs;
mod verdicts;
mod waiting;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::{orchestrator_image, repository};

const HEAD: &str = "version: 1\nkind: pipeline\nname: a_pipeline\nimage: docker.io/library/busybox:1.35\nsteps:\n";
const QUICK: &str =
    "  first: {command: [echo, one]}\n  second: {upstream_steps: [first], command: [sh, -c, 'id -u']}\n";
/// Two steps that end at once on SIGTERM, as a program that is no shell does.
const SLOW: &str = "  first: {command: [sh, -c, 'trap \"exit 143\" TERM; sleep 30 & wait']}\n  \
                      second: {upstream_steps: [first], command: [echo, two]}\n";

/// A user and a namespace.
struct Stage {
    sandbox: Sandbox,
    namespace: Namespace,
}

impl Stage {
    fn new(purpose: &str, steps: &str) -> Self {
        Self::on(Namespace::new(purpose), steps)
    }

    fn on(namespace: Namespace, steps: &str) -> Self {
        let sandbox = Sandbox::with_kubeconfig("token");
        sandbox.write("p.yaml", format!("{HEAD}{steps}").as_bytes());
        Self { sandbox, namespace }
    }

    /// The plugin in this namespace.
    fn zenml(&self, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        all.extend(["-n", self.namespace.name()]);
        self.sandbox.zenml(&all)
    }

    fn attached(&self, name: &str) -> Output {
        self.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", name])
    }

    fn in_cluster(&self, name: &str) -> Output {
        self.zenml(&["submit", "-f", "p.yaml", "--name", name, "--orchestrator-image", orchestrator_image()])
    }

    fn describe(&self, name: &str) -> Value {
        self.zenml(&["run", "describe", name, "-o", "json"]).json()
    }

    /// Starts the plugin and lets it go on.
    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.sandbox.command(PLUGIN);
        command.args(arguments).args(["-n", self.namespace.name()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the plugin")
    }

    /// The names of the objects of a kind that match a selector.
    fn names(&self, kind: &str, selector: &str) -> Vec<String> {
        let text = self.namespace.kubectl(&["get", kind, "-l", selector, "-o", "name"]).succeeds();
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Asserts that soon nothing of ours is left.
    #[track_caller]
    fn becomes_empty(&self) {
        let ours = "app.kubernetes.io/managed-by=kubectl-zenml";
        until("nothing is left", || self.names("pods,jobs,configmaps,leases", ours).is_empty());
    }
}

/// Waits until `holds`, at most two minutes.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(120), "after two minutes still not: {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What a started plugin said in the end.
fn ended(child: Child) -> Output {
    Output::from("kubectl-zenml".to_owned(), child.wait_with_output().expect("its output"))
}

/// Sends `signal` to a started plugin, and to nothing else.
fn signal(child: &Child, signal: &str) {
    Output::of(std::process::Command::new("kill").args([signal, &child.id().to_string()])).succeeds();
}

/// The phase and reason of each step.
fn steps(run: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = run["stepStates"].as_array().expect("steps");
    steps.iter().map(|step| (text(&step["name"]), text(&step["phase"]), text(&step["reason"]))).collect()
}

#[test]
fn the_example_runs_attached_and_is_found_by_the_documented_labels() {
    let stage = Stage::new("example", QUICK);
    let example = repository().join("examples/pipeline.yaml");
    let example = example.to_str().expect("a path");
    let said = stage.zenml(&["submit", "--attached", "-f", example, "--name", "My Run", "-p", "epochs=1"]);
    assert!(said.stderr.contains("report: Succeeded"), "{said}");
    assert_eq!(said.succeeds(), "run/My Run created\nrun/My Run succeeded\n");

    let selectors = ["pipeline=kubernetes_example_pipeline", "run=My-Run", "step=load"];
    assert_eq!(selectors.map(|selector| stage.names("pods", selector).len()), [5, 5, 1]);
    let logs = stage.zenml(&["run", "logs", "My Run", "--step", "report"]).succeeds();
    assert!(logs.starts_with("[report] run My Run (") && logs.ends_with("for iris is the tree\n"), "{logs}");
    let all = stage.zenml(&["run", "logs", "@latest", "-f"]).succeeds();
    assert!(all.contains("[train_tree] tree model: depth 4") && all.contains("[load] 150 rows"), "{all}");

    let list = stage.zenml(&["runs", "list"]).succeeds();
    let mut lines = list.lines();
    let words =
        |line: Option<&str>| line.unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines.next()), ["NAME", "PIPELINE", "STATUS", "STEPS", "AGE", "DURATION"]);
    assert_eq!(words(lines.next())[2..5], ["kubernetes_example_pipeline", "Succeeded", "5/5"]);

    assert_eq!(stage.zenml(&["run", "delete", "My Run"]).succeeds(), "run/My Run deleted\n");
    stage.becomes_empty();
    assert!(stage.zenml(&["run", "describe", "My Run"]).fails(1).contains("run \"My Run\" not found"));
}

#[test]
fn a_run_in_the_cluster_leaves_with_its_job() {
    let stage = Stage::new("job", QUICK);
    assert_eq!(stage.in_cluster("nightly").succeeds(), "run/nightly created\nrun/nightly succeeded\n");
    let run = stage.describe("nightly");
    assert_eq!((run["status"].as_str(), run["mode"].as_str()), (Some("Succeeded"), Some("job")));
    let pod = run["orchestratorPod"].as_str().expect("a pod");
    let spec = stage.namespace.kubectl(&["get", "pod", pod, "-o", "json"]).json();
    assert_eq!(spec["spec"]["serviceAccountName"], "zenml-service-account");
    let object = run["object"].as_str().expect("a name");
    let root = stage.namespace.kubectl(&["get", "configmap", object, "-o", "json"]).json();
    assert_eq!(root["metadata"]["ownerReferences"][0]["kind"], "Job");
    until("the Job is complete", || {
        let job = stage.namespace.kubectl(&["get", "job", object, "-o", "json"]).json();
        job["status"]["succeeded"] == 1
    });
    stage.namespace.kubectl(&["delete", "job", object]).succeeds();
    stage.becomes_empty();
}

#[test]
fn a_namespace_that_enforces_restricted_runs_both_ways() {
    let stage = Stage::on(Namespace::restricted("restricted"), QUICK);
    let said = stage.attached("one");
    assert!(said.stderr.contains("enforces PodSecurity"), "{said}");
    said.succeeds();
    stage.in_cluster("two").succeeds();
    for run in ["one", "two"] {
        assert_eq!(stage.zenml(&["run", "logs", run, "--step", "second"]).succeeds(), "[second] 65532\n");
    }
}

#[test]
fn many_steps_at_once() {
    let steps: String = (0..40).map(|n| format!("  s{n}: {{command: [\"true\"]}}\n")).collect();
    let upstream: Vec<String> = (0..40).map(|n| format!("s{n}")).collect();
    let join = format!("  join: {{upstream_steps: [{}], command: [\"true\"]}}\n", upstream.join(", "));
    let stage = Stage::new("fan", &format!("{steps}{join}"));
    stage.attached("fan").succeeds();
    let run = stage.describe("fan");
    assert_eq!((run["succeeded"].as_u64(), run["steps"].as_u64()), (Some(41), Some(41)));
    assert_eq!(stage.names("pods", "run=fan").len(), 41);
}
