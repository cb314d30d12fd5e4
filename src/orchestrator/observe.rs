//! What a step's pod says about its attempt (layer 3, pure).
//!
//! Our own container decides, not the pod's phase: a sidecar that somebody injected may keep the pod running.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStateTerminated, ContainerStatus, Pod, PodCondition};
use kube::ResourceExt;

use super::labels;
use crate::pipeline::pod::CONTAINER;

/// What is known of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The container does not run yet.
    Waiting {
        /// One word, such as `ImagePullBackOff` or `Unschedulable`.
        reason: Option<String>,
        /// What Kubernetes says beyond that.
        message: Option<String>,
    },
    /// The container runs.
    Running {
        /// Since when.
        started: Option<Timestamp>,
    },
    /// The container ended, or never will start.
    Ended(Ending),
}

/// How an attempt ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The exit code; none when the container never ran or its status was lost.
    pub exit_code: Option<i32>,
    /// One word: the container's (`OOMKilled`, `Error`), else the pod's (`Evicted`).
    pub reason: Option<String>,
    /// The termination message, or what Kubernetes says. Untrusted text.
    pub message: Option<String>,
    /// When the container started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Whether Kubernetes ended it (eviction, preemption, drain, lost node): nobody's fault.
    pub disrupted: bool,
}

impl Ending {
    /// Whether the step succeeded.
    pub fn succeeded(&self) -> bool {
        self.exit_code == Some(0)
    }
}

/// What `pod` says.
pub fn seen(pod: &Pod) -> Seen {
    let status = pod.status.clone().unwrap_or_default();
    let container = container(pod);
    let state = container.and_then(|container| container.state.as_ref());
    if let Some(ContainerState { terminated: Some(ended), .. }) = state {
        return Seen::Ended(ending(pod, ended));
    }
    match status.phase.as_deref() {
        Some("Succeeded") => return Seen::Ended(Ending { exit_code: Some(0), ..Ending::default() }),
        Some("Failed") => {
            return Seen::Ended(Ending {
                reason: status.reason,
                message: status.message,
                disrupted: is_disrupted(pod),
                ..Ending::default()
            });
        }
        _ => {}
    }
    match state {
        Some(ContainerState { running: Some(running), .. }) => {
            Seen::Running { started: running.started_at.as_ref().map(|time| time.0) }
        }
        Some(ContainerState { waiting: Some(waiting), .. }) => {
            Seen::Waiting { reason: waiting.reason.clone(), message: waiting.message.clone() }
        }
        _ => unscheduled(pod),
    }
}

/// Whether the container has run, so that there is a log.
pub fn has_started(pod: &Pod) -> bool {
    match seen(pod) {
        Seen::Waiting { .. } => false,
        Seen::Running { .. } => true,
        Seen::Ended(ending) => ending.exit_code.is_some(),
    }
}

/// The step's name as written, from the annotation; the label where that is missing.
pub fn step_name(pod: &Pod) -> String {
    let label = || pod.labels().get(labels::STEP).cloned().unwrap_or_default();
    pod.annotations().get(labels::STEP_ORIGINAL).cloned().unwrap_or_else(label)
}

/// Whether Kubernetes itself ended the pod. Asked before any exit code: those of a killed container look like errors.
fn is_disrupted(pod: &Pod) -> bool {
    condition(pod, "DisruptionTarget").is_some_and(|condition| condition.status == "True")
}

fn ending(pod: &Pod, ended: &ContainerStateTerminated) -> Ending {
    Ending {
        exit_code: Some(ended.exit_code),
        reason: ended.reason.clone(),
        message: ended.message.clone().map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty()),
        started: ended.started_at.as_ref().map(|time| time.0),
        finished: ended.finished_at.as_ref().map(|time| time.0),
        disrupted: is_disrupted(pod),
    }
}

fn unscheduled(pod: &Pod) -> Seen {
    match condition(pod, "PodScheduled") {
        Some(condition) if condition.status == "False" => {
            Seen::Waiting { reason: condition.reason.clone(), message: condition.message.clone() }
        }
        _ => Seen::Waiting { reason: None, message: None },
    }
}

fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a PodCondition> {
    pod.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == kind)
}

fn container(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.iter().find(|container| container.name == CONTAINER)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(status: Value) -> Pod {
        serde_json::from_value(json!({ "metadata": { "name": "p" }, "status": status })).unwrap()
    }

    #[test]
    fn our_container_decides_and_not_a_sidecar() {
        let pod = pod(json!({ "phase": "Running", "containerStatuses": [
            { "name": "istio-proxy", "image": "", "imageID": "", "ready": true, "restartCount": 0,
              "state": { "running": {} } },
            { "name": CONTAINER, "image": "", "imageID": "", "ready": false, "restartCount": 0,
              "state": { "terminated": { "exitCode": 3, "reason": "Error", "message": "last line\n" } } },
        ]}));
        let Seen::Ended(ending) = seen(&pod) else { panic!("ended") };
        assert_eq!((ending.exit_code, ending.message.as_deref()), (Some(3), Some("last line")));
        assert!(has_started(&pod) && !ending.disrupted);
    }

    #[test]
    fn an_evicted_pod_is_disrupted_though_it_has_an_exit_code() {
        let pod = pod(json!({ "phase": "Failed", "reason": "Evicted",
            "conditions": [{ "type": "DisruptionTarget", "status": "True" }] }));
        let Seen::Ended(ending) = seen(&pod) else { panic!("ended") };
        assert!(ending.disrupted && !ending.succeeded());
        assert_eq!(ending.reason.as_deref(), Some("Evicted"));
    }

    #[test]
    fn a_pod_that_finds_no_node_says_why() {
        let pod = pod(json!({ "phase": "Pending", "conditions": [
            { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes" }] }));
        let expected = Seen::Waiting { reason: Some("Unschedulable".into()), message: Some("0/1 nodes".into()) };
        assert_eq!(seen(&pod), expected);
        assert!(!has_started(&pod));
    }
}
