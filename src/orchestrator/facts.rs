//! What a step's pod says beyond the machine's states: times, and why it waits (layer 3, pure).

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;

use super::labels;
use super::machine::{has_run, stuck_init};
use crate::pipeline::pod::CONTAINER;

/// What is worth showing of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When the container started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Why it does not run yet: one word (`ImagePullBackOff`, `Unschedulable`), and what Kubernetes says beyond that.
    pub waiting: Option<(String, Option<String>)>,
}

/// The facts of `pod`.
pub fn facts(pod: &Pod) -> Facts {
    // Of a container that never started the kubelet says 1970.
    let time = |time: &Option<Time>| time.as_ref().map(|time| time.0).filter(|time| time.as_second() > 0);
    match container_state(pod) {
        Some(ContainerState { terminated: Some(ended), .. }) => {
            Facts { started: time(&ended.started_at), finished: time(&ended.finished_at), waiting: None }
        }
        Some(ContainerState { running: Some(running), .. }) => {
            Facts { started: time(&running.started_at), ..Facts::default() }
        }
        Some(ContainerState { waiting: Some(waiting), .. }) => {
            if let Some(stuck) = pod.status.as_ref().and_then(stuck_init) {
                return Facts { waiting: Some((stuck.reason, Some(stuck.message))), ..Facts::default() };
            }
            let reason = waiting.reason.clone().map(|reason| (reason, waiting.message.clone()));
            Facts { waiting: reason, ..Facts::default() }
        }
        _ => Facts { waiting: unscheduled(pod), ..Facts::default() },
    }
}

/// Whether the container has run, so that there is a log.
pub fn has_started(pod: &Pod) -> bool {
    container_state(pod).is_some_and(|state| state.running.is_some() || state.terminated.as_ref().is_some_and(has_run))
}

/// Whether `pod` has ended as a whole: only then a quota counts it no more.
pub fn is_over(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

/// Whether the container has ended while others of the pod go on. Init containers that stay beside it (`restartPolicy:
/// Always`) are the kubelet's to end.
pub fn lingers(pod: &Pod) -> bool {
    let status = pod.status.as_ref();
    let phase = status.and_then(|status| status.phase.as_deref());
    let has_ended = |state: Option<&ContainerState>| state.is_some_and(|state| state.terminated.is_some());
    let mut all = status.into_iter().flat_map(|status| status.container_statuses.iter().flatten());
    phase == Some("Running")
        && pod.metadata.deletion_timestamp.is_none()
        && has_ended(container_state(pod))
        && all.any(|one| !has_ended(one.state.as_ref()))
}

/// The step's name as written, from the annotation; the label where that is missing.
pub fn step_name(pod: &Pod) -> String {
    let label = || pod.labels().get(labels::STEP).cloned().unwrap_or_default();
    pod.annotations().get(labels::STEP_ORIGINAL).cloned().unwrap_or_else(label)
}

fn container_state(pod: &Pod) -> Option<&ContainerState> {
    let containers = pod.status.as_ref()?.container_statuses.as_ref()?;
    containers.iter().find(|container| container.name == CONTAINER)?.state.as_ref()
}

/// Why the scheduler finds no node.
fn unscheduled(pod: &Pod) -> Option<(String, Option<String>)> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let condition = conditions.iter().find(|one| one.type_ == "PodScheduled" && one.status == "False")?;
    Some((condition.reason.clone()?, condition.message.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(status: &Value) -> Pod {
        serde_json::from_value(json!({ "metadata": { "name": "p" }, "status": status })).unwrap()
    }

    #[test]
    fn a_pod_lingers_while_another_container_goes_on() {
        let one = |name: &str, state: &str| {
            let state =
                if state == "ended" { json!({ "terminated": { "exitCode": 0 } }) } else { json!({ state: {} }) };
            json!({ "name": name, "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state })
        };
        let of = |main: &str, other: &str, native: &str| {
            let containers = [one(CONTAINER, main), one("proxy", other)];
            let status = json!({ "phase": "Running", "containerStatuses": containers,
                "initContainerStatuses": [one("native", native)] });
            lingers(&pod(&status))
        };
        assert!(of("ended", "running", "ended") && of("ended", "waiting", "ended"));
        assert!(!of("running", "running", "ended") && !of("ended", "ended", "running"));
    }

    #[test]
    fn a_pod_that_cannot_start_says_why() {
        let nowhere = pod(&json!({ "phase": "Pending", "conditions": [
            { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes" }] }));
        assert_eq!(facts(&nowhere).waiting, Some(("Unschedulable".to_owned(), Some("0/1 nodes".to_owned()))));
        let no_image = pod(&json!({ "phase": "Pending", "containerStatuses": [
            { "name": CONTAINER, "image": "", "imageID": "", "ready": false, "restartCount": 0,
              "state": { "waiting": { "reason": "ImagePullBackOff" } } }] }));
        assert_eq!(facts(&no_image).waiting, Some(("ImagePullBackOff".to_owned(), None)));
        assert!(!has_started(&nowhere) && !has_started(&no_image));
        let ended = |reason: &str, started: Value| {
            let state = json!({ "terminated": { "exitCode": 137, "reason": reason, "startedAt": started } });
            pod(&json!({ "phase": "Failed", "containerStatuses": [
                { "name": CONTAINER, "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state }] }))
        };
        assert!(has_started(&ended("Error", json!("2026-11-20T10:00:00Z"))));
        assert!(!has_started(&ended("StartError", json!("1970-01-01T00:00:00Z"))));
        assert!(!has_started(&ended("ContainerStatusUnknown", Value::Null)), "its image could not be had");
    }
}
