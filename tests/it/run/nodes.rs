//! Nodes that go, that do not answer, that have no room: the test is the kubelet of a node that has none.

use serde_json::{Value, json};

use super::admission::Cluster;
use super::settings::OnNode;
use super::takeover::ask;
use super::{HEAD, Stage, ended, steps, until};
use crate::support::admin;

/// A node without a kubelet, on which only pods run that name it.
pub(super) struct Node<'a> {
    stage: &'a Stage,
    name: String,
}

impl<'a> Node<'a> {
    /// A node for a pipeline of `steps`, each of which runs there and may say more after a comma.
    pub(super) fn new(stage: &'a Stage, steps: &str) -> Self {
        // Tests take the first node for the real one.
        let node = Self { stage, name: format!("z-{}", stage.namespace.name()) };
        let settings =
            json!({"pod_stop_grace_period": 1, "pod_settings": {"additional_pod_spec_args": {"nodeName": node.name}}});
        let file = format!("{HEAD}{steps}settings: {{orchestrator: {settings}}}\n");
        stage.sandbox.write("p.yaml", file.as_bytes());
        node.create();
        node
    }

    pub(super) fn create(&self) {
        let taint = json!([{"key": "zenml.test/no-kubelet", "effect": "NoSchedule"}]);
        let metadata = json!({"name": self.name});
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": taint}});
        let file = self.stage.sandbox.write("node.json", node.to_string().as_bytes());
        admin(&["create", "-f", file.to_str().expect("a path")]).succeeds();
    }

    pub(super) fn delete(&self) {
        admin(&["delete", "node", &self.name]).succeeds();
    }

    /// The pods of a step.
    pub(super) fn pods(&self, step: &str) -> Vec<String> {
        self.stage.names("pods", &format!("step={step}"))
    }

    /// Says that the container of a pod is in this state.
    pub(super) fn says(&self, pod: &str, phase: &str, state: &Value) {
        let main =
            json!({"name": "main", "image": "x", "imageID": "", "ready": false, "restartCount": 0, "state": state});
        let status = json!({"status": {"phase": phase, "containerStatuses": [main]}}).to_string();
        self.stage.namespace.kubectl(&["patch", pod, "--subresource=status", "--type=merge", "-p", &status]).succeeds();
    }

    /// Waits for the newest pod of a step, and says that it runs since then.
    pub(super) fn runs(&self, step: &str, since: &str) -> String {
        until("the pod is there", || !self.pods(step).is_empty());
        let pod = self.pods(step).pop().expect("a pod");
        self.says(&pod, "Running", &json!({"running": {"startedAt": since}}));
        until("that is seen", || self.state(step) == "Running");
        pod
    }

    /// Says that a pod has succeeded.
    pub(super) fn succeeds(&self, pod: &str, since: &str, until: &str) {
        let terminated = json!({"exitCode": 0, "reason": "Completed", "startedAt": since, "finishedAt": until});
        self.says(pod, "Succeeded", &json!({"terminated": terminated}));
    }

    /// The phase of a step of the run `x`.
    pub(super) fn state(&self, step: &str) -> String {
        let all = steps(&self.stage.describe("x"));
        all.into_iter().find(|(name, ..)| name == step).map(|(_, phase, _)| phase).unwrap_or_default()
    }
}

impl Drop for Node<'_> {
    fn drop(&mut self) {
        let _ =
            self.stage.namespace.kubectl(&["delete", "pods", "--all", "--force", "--grace-period=0", "--wait=false"]);
        let _ = admin(&["delete", "node", &self.name, "--ignore-not-found"]);
    }
}

/// The time, so many seconds from now.
pub(super) fn time(seconds: i64) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime("%FT%TZ").to_string()
}

const SUBMIT: [&str; 6] = ["submit", "--attached", "-f", "p.yaml", "--name", "x"];

#[test]
fn a_step_whose_node_is_deleted_is_done_again() {
    let stage = Stage::new("node-gone", "");
    let node = Node::new(&stage, "  only: {command: [x]}\n");
    let submit = stage.start(&SUBMIT);
    let first = node.runs("only", &time(0));
    node.delete();
    until("there is a second attempt", || node.pods("only").iter().any(|pod| *pod != first));
    node.create();
    let second = node.runs("only", &time(0));
    node.succeeds(&second, &time(0), &time(0));
    let said = ended(submit);
    assert!(said.stderr.contains("only: Retrying (DeletionByPodGC"), "{said}");
    said.succeeds();
    let step = &stage.describe("x")["stepStates"][0];
    assert_eq!((&step["attempt"], &step["attempts"][0]["cause"]), (&2.into(), &"infrastructure".into()), "{step}");
}

#[test]
fn a_node_that_does_not_answer_is_waited_for_unless_the_file_says_otherwise_and_never_by_a_stop() {
    let stage = Stage::new("node-silent", "");
    let node = Node::new(
        &stage,
        "  again: {command: [x], retry: {on: [node_lost]}}\n  waits: {command: [x]}\n  starts: {command: [x]}\n",
    );
    let submit = stage.start(&SUBMIT);
    for step in ["again", "waits"] {
        node.runs(step, &time(0));
    }
    // As the node's controller does when a node has been silent for minutes; no kubelet says that they have ended.
    for step in ["again", "waits", "starts"] {
        let pod = node.pods(step).pop().expect("a pod");
        stage.namespace.kubectl(&["delete", &pod, "--grace-period=1", "--wait=false"]).succeeds();
    }
    until("one is done again", || node.pods("again").len() == 2);
    assert_eq!((node.pods("waits").len(), node.state("waits").as_str()), (1, "Running"));
    assert_eq!((node.pods("starts").len(), node.state("starts").as_str()), (1, "Starting"));
    let second = node.pods("again").pop().expect("a pod");
    ask(&stage, "x", "stop");
    let said = ended(submit);
    assert!(said.code == Some(4) && said.stderr.contains("was stopped"), "{said}");
    assert_eq!(stage.describe("x")["status"], "Stopped");
    let pod = stage.namespace.kubectl(&["get", &second, "-o", "json"]).json();
    assert!(pod["metadata"]["deletionTimestamp"].is_string(), "the node may still come back, and then ends it");
}

#[test]
fn a_preempted_step_is_done_again() {
    let resource = format!("zenml.test/seat-{}", std::process::id());
    let _on_node = OnNode::new(&resource);
    let stage = Stage::new("preempted", "");
    let file = format!(
        "{HEAD}  only: {{command: [sh, -c, 'case $HOSTNAME in *-a1) trap \"exit 143\" TERM; sleep 100 & wait;; esac']}}\n\
         settings: {{resources: {{gpu_count: 2}}, orchestrator: {{gpu_resource_name: {resource}}}}}\n"
    );
    stage.sandbox.write("p.yaml", file.as_bytes());
    let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": 1000,
        "metadata": {"name": stage.namespace.name()}});
    let _class = Cluster::create(&stage, &[class]);
    let submit = stage.start(&SUBMIT);
    until("the step runs", || {
        let said = stage.zenml(&["run", "describe", "x", "-o", "json"]);
        said.code == Some(0) && steps(&said.json()).iter().any(|(_, phase, _)| phase == "Running")
    });
    let container = json!({"name": "c", "image": "docker.io/library/busybox:1.35", "command": ["sleep", "2"],
        "resources": {"limits": {resource: "2"}}});
    let urgent = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "urgent"}, "spec": {
        "priorityClassName": stage.namespace.name(), "restartPolicy": "Never", "containers": [container]}});
    let file = stage.sandbox.write("urgent.json", urgent.to_string().as_bytes());
    stage.namespace.kubectl(&["create", "-f", file.to_str().expect("a path")]).succeeds();
    let said = ended(submit);
    assert!(said.stderr.contains("only: Retrying (PreemptionByScheduler"), "{said}");
    said.succeeds();
    let step = &stage.describe("x")["stepStates"][0];
    assert_eq!((&step["attempt"], &step["attempts"][0]["cause"]), (&2.into(), &"infrastructure".into()), "{step}");
}
