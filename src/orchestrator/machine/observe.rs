//! From a pod of the cluster to what the machine is told about it (layer 1, pure).
//!
//! The state is that of the container `main`: a sidecar that a webhook put in may keep the pod running, or fail it, and
//! changes nothing. A pod counts only when the run's root object owns it and it executes exactly this run's step.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{ContainerStateTerminated, Pod, PodStatus};

use super::event::{Attempt, PodState};
use super::state::Failure;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::pod::{CONTAINER, Owner, key, spec_hash};
use crate::pipeline::resolve::ResolvedRun;

/// Recognises the pods of one run.
#[derive(Clone, Debug)]
pub struct Observer {
    owner_uid: String,
    steps: HashMap<String, (StepIndex, String)>,
}

/// A pod of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its step.
    pub step: StepIndex,
    /// Its attempt.
    pub attempt: Attempt,
    /// Its state.
    pub state: PodState,
}

impl Observer {
    /// Recognises pods of `run` that `owner` controls.
    pub fn new(run: &ResolvedRun, owner: &Owner) -> Self {
        let steps = run.steps.iter().enumerate();
        let steps = steps.map(|(index, step)| (step.name.clone(), (index, spec_hash(run, step)))).collect();
        Self { owner_uid: owner.uid.clone(), steps }
    }

    /// What `pod` says, or `None` when it is not ours: other owner, unknown step, or another content.
    pub fn observe(&self, pod: &Pod) -> Option<Sighting> {
        let owners = pod.metadata.owner_references.as_deref().unwrap_or_default();
        owners.iter().find(|owner| owner.controller == Some(true) && owner.uid == self.owner_uid)?;
        let annotations = pod.metadata.annotations.as_ref()?;
        let (step, hash) = self.steps.get(annotations.get(key::STEP_ORIGINAL)?)?;
        if annotations.get(key::SPEC_HASH) != Some(hash) {
            return None;
        }
        let attempt = pod.metadata.labels.as_ref()?.get(key::ATTEMPT)?.parse().ok().filter(|attempt| *attempt > 0)?;
        let state = pod.status.as_ref().map_or(PodState::Waiting, |status| state(pod, status));
        Some(Sighting { step: *step, attempt, state })
    }
}

fn state(pod: &Pod, status: &PodStatus) -> PodState {
    let statuses = status.container_statuses.as_deref().unwrap_or_default();
    let main = statuses.iter().find(|status| status.name == CONTAINER).and_then(|status| status.state.as_ref());
    if let Some(terminated) = main.and_then(|main| main.terminated.as_ref()) {
        return ended(pod, status, terminated);
    }
    match status.phase.as_deref() {
        // Ended without a word about the container: evicted before it started, or rejected by the node.
        Some("Failed") => PodState::Failed(Failure {
            exit_code: None,
            reason: status.reason.clone().unwrap_or_else(|| "Failed".to_owned()),
            message: status.message.clone().unwrap_or_default(),
        }),
        Some("Succeeded") => PodState::Succeeded,
        _ if main.is_some_and(|main| main.running.is_some()) => PodState::Running,
        _ => PodState::Waiting,
    }
}

/// The pod's own reason (`Evicted`, `DeadlineExceeded`) says more than the container's, which then is just `Error`.
fn ended(pod: &Pod, status: &PodStatus, terminated: &ContainerStateTerminated) -> PodState {
    let killed = killed(pod, status, terminated);
    if terminated.exit_code == 0 && killed.is_none() {
        return PodState::Succeeded;
    }
    let (killed, why) = killed.unzip();
    let own = [&status.message, &terminated.message].map(|text| text.as_deref().unwrap_or_default().trim().to_owned());
    let texts = why.into_iter().chain(own).filter(|text| !text.is_empty());
    PodState::Failed(Failure {
        exit_code: Some(terminated.exit_code),
        reason: killed.or(status.reason.clone()).or(terminated.reason.clone()).unwrap_or_else(|| "Error".to_owned()),
        message: texts.collect::<Vec<_>>().join("\n"),
    })
}

/// Who ended a container that did not end by itself, as a reason and a sentence. A program that is told to end may well do
/// so with exit code 0, and has not done its work.
fn killed(pod: &Pod, status: &PodStatus, terminated: &ContainerStateTerminated) -> Option<(String, String)> {
    let finished = terminated.finished_at.as_ref().map(|time| time.0);
    let before_the_end = |told: Option<Timestamp>| finished.is_none() || told.is_none() || told <= finished;
    let disruption =
        status.conditions.iter().flatten().find(|one| one.type_ == "DisruptionTarget" && one.status == "True");
    if let Some(condition) = disruption
        && before_the_end(condition.last_transition_time.as_ref().map(|time| time.0))
    {
        let reason = status.reason.clone().or(condition.reason.clone()).unwrap_or_else(|| "Disrupted".to_owned());
        let message = condition.message.clone().filter(|_| status.message.is_none());
        return Some((reason, message.unwrap_or_default()));
    }
    // The server notes when the pod is to be gone: the time of the request, and the grace period.
    let deadline = pod.metadata.deletion_timestamp.as_ref()?.0;
    let grace = SignedDuration::from_secs(pod.metadata.deletion_grace_period_seconds.unwrap_or_default());
    let told = deadline.checked_sub(grace).ok();
    before_the_end(told).then(|| ("Deleted".to_owned(), "its pod was deleted while it ran".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pipeline::render::planned;
    use crate::pipeline::resolve::ResolvedStep;

    fn pod(run: &ResolvedRun, step: &ResolvedStep, attempt: u16, owner: &Owner) -> Pod {
        crate::pipeline::pod::pod(run, &planned(step), attempt, owner)
    }

    fn run() -> ResolvedRun {
        let step = ResolvedStep { name: "train".into(), image: "busybox:1.35".into(), ..ResolvedStep::default() };
        ResolvedRun {
            run_id: "0b1f".into(),
            run_name: "nightly".into(),
            namespace: "ml".into(),
            pipeline: "churn".into(),
            steps: vec![ResolvedStep { name: "load".into(), ..step.clone() }, step],
            ..ResolvedRun::default()
        }
    }

    fn owner() -> Owner {
        Owner { name: "zenml-run-x".into(), uid: "u-1".into() }
    }

    fn failed(exit_code: Option<i32>, reason: &str, message: &str) -> PodState {
        PodState::Failed(Failure { exit_code, reason: reason.into(), message: message.into() })
    }

    #[test]
    fn our_container_decides() {
        let run = run();
        let terminated = |code: i32, reason: &str| {
            let terminated = json!({"exitCode": code, "reason": reason, "message": "last words\n"});
            json!({"name": "main", "state": {"terminated": terminated}})
        };
        let running = json!({"name": "main", "state": {"running": {}}});
        let sidecar = json!({"name": "sidecar", "state": {"running": {}}});
        let (done, crashed, killed) =
            (terminated(0, "Completed"), terminated(3, "Error"), terminated(137, "OOMKilled"));
        let evicted = json!({"phase": "Failed", "reason": "Evicted", "message": "low", "containerStatuses": [killed]});
        let rejected = json!({"phase": "Failed", "reason": "OutOfcpu", "message": "no room"});
        for (status, expected) in [
            (json!(null), PodState::Waiting),
            (json!({"phase": "Pending"}), PodState::Waiting),
            (json!({"phase": "Running", "containerStatuses": [sidecar]}), PodState::Waiting),
            (json!({"phase": "Running", "containerStatuses": [sidecar, running]}), PodState::Running),
            (json!({"phase": "Running", "containerStatuses": [sidecar, done]}), PodState::Succeeded),
            (json!({"phase": "Failed", "containerStatuses": [done]}), PodState::Succeeded),
            (json!({"phase": "Succeeded"}), PodState::Succeeded),
            (
                json!({"phase": "Running", "containerStatuses": [sidecar, crashed]}),
                failed(Some(3), "Error", "last words"),
            ),
            (json!({"phase": "Failed", "containerStatuses": [killed]}), failed(Some(137), "OOMKilled", "last words")),
            (evicted, failed(Some(137), "Evicted", "low\nlast words")),
            (rejected, failed(None, "OutOfcpu", "no room")),
        ] {
            let mut pod = pod(&run, &run.steps[1], 2, &owner());
            pod.status = serde_json::from_value(status.clone()).unwrap();
            let expected = Sighting { step: 1, attempt: 2, state: expected };
            assert_eq!(Observer::new(&run, &owner()).observe(&pod), Some(expected), "{status}");
        }
    }

    #[test]
    fn who_is_told_to_end_has_not_succeeded() {
        let run = run();
        let ended = |at: &str, code: i32| json!([{"name": "main", "state": {"terminated": {"exitCode": code, "reason": "Completed", "finishedAt": at}}}]);
        let observed = |metadata: serde_json::Value, status: serde_json::Value| {
            let mut value = serde_json::to_value(pod(&run, &run.steps[0], 1, &owner())).unwrap();
            value["metadata"].as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
            value["status"] = status;
            Observer::new(&run, &owner()).observe(&serde_json::from_value(value).unwrap()).unwrap().state
        };
        // Deleted at 10:00:00, with half a minute of grace.
        let deletion = json!({"deletionTimestamp": "2026-11-20T10:00:30Z", "deletionGracePeriodSeconds": 30});
        let at = |time: &str, code| json!({"phase": "Running", "containerStatuses": ended(time, code)});
        assert_eq!(observed(deletion.clone(), at("2026-11-20T09:59:59Z", 0)), PodState::Succeeded);
        let deleted = |code| failed(Some(code), "Deleted", "its pod was deleted while it ran");
        assert_eq!(observed(deletion.clone(), at("2026-11-20T10:00:01Z", 0)), deleted(0));
        assert_eq!(observed(deletion, at("2026-11-20T10:00:02Z", 143)), deleted(143));
        let condition = json!([{"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting", "lastTransitionTime": "2026-11-20T10:00:00Z"}]);
        let drained =
            |time: &str| json!({"phase": "Running", "conditions": condition, "containerStatuses": ended(time, 0)});
        let evicted = failed(Some(0), "EvictionByEvictionAPI", "Eviction API: evicting");
        assert_eq!(observed(json!({}), drained("2026-11-20T10:00:03Z")), evicted);
        assert_eq!(observed(json!({}), drained("2026-11-20T09:59:00Z")), PodState::Succeeded);
    }

    #[test]
    fn foreign_pods_are_not_ours() {
        let run = run();
        let observer = Observer::new(&run, &owner());
        let made = |owner: &Owner| pod(&run, &run.steps[0], 1, owner);
        assert!(observer.observe(&made(&owner())).is_some());
        assert!(observer.observe(&made(&Owner { uid: "u-2".into(), ..owner() })).is_none());
        assert!(observer.observe(&Pod::default()).is_none());
        let mut other = run.clone();
        other.steps[0].image = "evil:1".into();
        assert!(observer.observe(&pod(&other, &other.steps[0], 1, &owner())).is_none());
        let mut not_controlled = made(&owner());
        not_controlled.metadata.owner_references.as_mut().unwrap()[0].controller = Some(false);
        assert!(observer.observe(&not_controlled).is_none());
    }
}
