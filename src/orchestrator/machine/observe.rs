//! From a pod of the cluster to what the machine is told about it (layer 1, pure).
//!
//! The state is that of the container `main`: a sidecar that a webhook put in may keep the pod running, or fail it, and
//! changes nothing. A pod counts only when the run's root object owns it and it executes exactly this run's step.

use k8s_openapi::api::core::v1::Pod;

use super::classify;
use super::event::{Attempt, PodState};
use crate::pipeline::by_name::ByName;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::pod::{Owner, key, spec_hash};
use crate::pipeline::render::instance_of;
use crate::pipeline::resolve::ResolvedRun;

/// Annotation: how many of the attempts before this one were charged to the user's retries.
pub const RETRIES: &str = "zenml.io/retries";

/// Recognises the pods of one run.
#[derive(Clone, Debug)]
pub struct Observer {
    owner_uid: String,
    names: ByName,
    /// What a pod of each step executes.
    hashes: Vec<Box<str>>,
}

/// A pod of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its step in the file.
    pub step: StepIndex,
    /// Which instance of the step, where that is a `foreach` step.
    pub item: Option<usize>,
    /// Its attempt.
    pub attempt: Attempt,
    /// How many of the attempts before it were charged to the user's retries.
    pub charged: u16,
    /// Its state.
    pub state: PodState,
    /// What the step left, where it succeeded.
    pub output: Option<String>,
}

impl Observer {
    /// Recognises pods of `run` that `owner` controls.
    pub fn new(run: &ResolvedRun, owner: &Owner) -> Self {
        let hashes = run.steps.iter().map(|step| spec_hash(run, step).into_boxed_str()).collect();
        Self { owner_uid: owner.uid.clone(), names: ByName::new(run), hashes }
    }

    /// What `pod` says, or `None` when it is not ours: other owner, unknown step, or another content. `run` is the one that
    /// this was made of.
    pub fn observe(&self, run: &ResolvedRun, pod: &Pod) -> Option<Sighting> {
        let owners = pod.metadata.owner_references.as_deref().unwrap_or_default();
        owners.iter().find(|owner| owner.controller == Some(true) && owner.uid == self.owner_uid)?;
        let annotations = pod.metadata.annotations.as_ref()?;
        let (step, item) = self.find(run, annotations.get(key::STEP_ORIGINAL)?)?;
        if *annotations.get(key::SPEC_HASH)? != *self.hashes[step] {
            return None;
        }
        let attempt = pod.metadata.labels.as_ref()?.get(key::ATTEMPT)?.parse().ok().filter(|attempt| *attempt > 0)?;
        let charged = annotations.get(RETRIES).and_then(|text| text.parse().ok()).unwrap_or(attempt - 1);
        let state = classify::state(pod, run.settings_of(&run.steps[step]).pod_failure_policy.as_ref());
        let output = classify::output(pod).filter(|_| state == PodState::Succeeded);
        Some(Sighting { step, item, attempt, charged, state, output })
    }

    fn find(&self, run: &ResolvedRun, name: &str) -> Option<(StepIndex, Option<usize>)> {
        let (name, item) = instance_of(name)?;
        let step = self.names.find(run, name)?;
        (run.steps[step].foreach.is_some() == item.is_some()).then_some((step, item))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::orchestrator::machine::{Cause, Failure, Stuck};
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

    fn failed(cause: Cause, exit_code: Option<i32>, reason: &str, message: &str) -> PodState {
        PodState::Failed(Failure { exit_code, ..Failure::new(cause, reason, message) })
    }

    /// A failure of which Kubernetes says more than its reason.
    fn told(cause: Cause, exit_code: Option<i32>, (reason, detail): (&str, &str), message: &str) -> PodState {
        let detail = detail.to_owned();
        PodState::Failed(Failure { exit_code, detail, ..Failure::new(cause, reason, message) })
    }

    fn running() -> PodState {
        PodState::Running { started: None, leaving: None }
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
        let condition = json!({"type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC",
            "message": "PodGC: node no longer exists"});
        let orphaned = json!({"phase": "Failed", "conditions": [condition], "containerStatuses": [running]});
        let rejected = json!({"phase": "Failed", "reason": "OutOfcpu", "message": "no room"});
        for (status, expected) in [
            (json!(null), PodState::Waiting(None)),
            (json!({"phase": "Pending"}), PodState::Waiting(None)),
            (json!({"phase": "Running", "containerStatuses": [sidecar]}), PodState::Waiting(None)),
            (json!({"phase": "Running", "containerStatuses": [sidecar, running]}), self::running()),
            (json!({"phase": "Running", "containerStatuses": [sidecar, done]}), PodState::Succeeded),
            (json!({"phase": "Failed", "containerStatuses": [done]}), PodState::Succeeded),
            (json!({"phase": "Succeeded"}), PodState::Succeeded),
            (
                json!({"phase": "Running", "containerStatuses": [sidecar, crashed]}),
                failed(Cause::Error, Some(3), "Error", "last words"),
            ),
            (
                json!({"phase": "Failed", "containerStatuses": [killed]}),
                told(Cause::Oom, Some(137), ("OOMKilled", "its node was out of memory"), "last words"),
            ),
            (evicted, told(Cause::Infrastructure, Some(137), ("Evicted", "low"), "last words")),
            (rejected, failed(Cause::Infrastructure, None, "OutOfcpu", "no room")),
            (orphaned, failed(Cause::Infrastructure, None, "DeletionByPodGC", "PodGC: node no longer exists")),
        ] {
            let mut pod = pod(&run, &run.steps[1], 2, &owner());
            pod.status = serde_json::from_value(status.clone()).unwrap();
            let output =
                (expected == PodState::Succeeded && status["phase"] != "Succeeded").then(|| "last words\n".into());
            let expected = Sighting { step: 1, item: None, attempt: 2, charged: 1, state: expected, output };
            assert_eq!(Observer::new(&run, &owner()).observe(&run, &pod), Some(expected), "{status}");
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
            match Observer::new(&run, &owner()).observe(&run, &serde_json::from_value(value).unwrap()).unwrap().state {
                PodState::Failed(failure) => PodState::Failed(Failure { finished: None, ..failure }),
                other => other,
            }
        };
        // Deleted at 10:00:00, with half a minute of grace.
        let deletion = json!({"deletionTimestamp": "2026-11-20T10:00:30Z", "deletionGracePeriodSeconds": 30});
        let at = |time: &str, code| json!({"phase": "Running", "containerStatuses": ended(time, code)});
        assert_eq!(observed(deletion.clone(), at("2026-11-20T09:59:59Z", 0)), PodState::Succeeded);
        let why = ("Deleted", "its pod was deleted while it ran");
        let deleted = |code| told(Cause::Infrastructure, Some(code), why, "");
        assert_eq!(observed(deletion.clone(), at("2026-11-20T10:00:01Z", 0)), deleted(0));
        assert_eq!(observed(deletion, at("2026-11-20T10:00:02Z", 143)), deleted(143));
        // So the kubelet asks for it in the end.
        let at_last = json!({"deletionTimestamp": "2026-11-20T10:00:04Z", "deletionGracePeriodSeconds": 0});
        assert_eq!(observed(at_last.clone(), at("2026-11-20T10:00:03Z", 1)), deleted(1));
        assert_eq!(observed(at_last, at("2026-11-20T10:00:03Z", 0)), deleted(0));
        let condition = json!([{"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting", "lastTransitionTime": "2026-11-20T10:00:00Z"}]);
        let drained =
            |time: &str| json!({"phase": "Running", "conditions": condition, "containerStatuses": ended(time, 0)});
        let why = ("EvictionByEvictionAPI", "Eviction API: evicting");
        let evicted = told(Cause::Infrastructure, Some(0), why, "");
        assert_eq!(observed(json!({}), drained("2026-11-20T10:00:03Z")), evicted);
        assert_eq!(observed(json!({}), drained("2026-11-20T09:59:00Z")), PodState::Succeeded);
    }

    #[test]
    fn a_container_that_never_ran_has_no_exit_code() {
        let run = run();
        for (reason, started) in
            [("ContainerStatusUnknown", json!(null)), ("StartError", json!("1970-01-01T00:00:00Z"))]
        {
            let ended = json!({"exitCode": 137, "reason": reason, "message": "why", "startedAt": started});
            let mut pod = pod(&run, &run.steps[0], 1, &owner());
            let status =
                json!({"phase": "Failed", "containerStatuses": [{"name": "main", "state": {"terminated": ended}}]});
            pod.status = serde_json::from_value(status).unwrap();
            let state = Observer::new(&run, &owner()).observe(&run, &pod).unwrap().state;
            assert_eq!(state, failed(Cause::Error, None, reason, "why"));
        }
    }

    #[test]
    fn who_ran_out_of_memory_is_told_its_limit() {
        let run = run();
        let detail = |own: serde_json::Value, whole: serde_json::Value| {
            let mut value = serde_json::to_value(pod(&run, &run.steps[0], 1, &owner())).unwrap();
            value["spec"]["containers"][0]["resources"] = own;
            value["spec"]["resources"] = whole;
            let ended = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled", "message": "words"}});
            value["status"] = json!({"phase": "Failed", "containerStatuses": [{"name": "main", "state": ended}]});
            match Observer::new(&run, &owner()).observe(&run, &serde_json::from_value(value).unwrap()).unwrap().state {
                PodState::Failed(failure) => failure.detail,
                other => panic!("{other:?}"),
            }
        };
        let limit = |memory: &str| json!({"limits": {"memory": memory}});
        assert_eq!(detail(limit("64Mi"), limit("1Gi")), "memory limit 64Mi");
        assert_eq!(detail(json!(null), limit("1Gi")), "memory limit 1Gi");
        assert_eq!(detail(json!({"limits": {"cpu": "1"}}), json!(null)), "its node was out of memory");
    }

    #[test]
    fn what_keeps_a_container_is_told() {
        let run = run();
        let state = |status: serde_json::Value| {
            let mut pod = pod(&run, &run.steps[0], 1, &owner());
            pod.status = serde_json::from_value(status).unwrap();
            Observer::new(&run, &owner()).observe(&run, &pod).unwrap().state
        };
        let waiting = |reason: &str| {
            let waiting = json!({"waiting": {"reason": reason, "message": "why"}});
            state(json!({"phase": "Pending", "containerStatuses": [{"name": "main", "state": waiting}]}))
        };
        let stuck = |reason: &str| PodState::Waiting(Some(Stuck { reason: reason.into(), message: "why".into() }));
        assert_eq!(waiting("ContainerCreating"), PodState::Waiting(None));
        assert_eq!(waiting("ErrImagePull"), stuck("ErrImagePull"));
        let condition = json!({"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "why"});
        assert_eq!(state(json!({"phase": "Pending", "conditions": [condition]})), stuck("Unschedulable"));
    }

    #[test]
    fn an_output_is_whole_or_an_error() {
        let run = run();
        let sighting = |message: String| {
            let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed", "message": message}});
            let mut pod = pod(&run, &run.steps[0], 1, &owner());
            let container = json!({"name": "main", "state": ended});
            pod.status = serde_json::from_value(json!({"containerStatuses": [container]})).unwrap();
            Observer::new(&run, &owner()).observe(&run, &pod).unwrap()
        };
        assert_eq!(sighting("x".repeat(4095)).output.map(|output| output.len()), Some(4095));
        assert_eq!(sighting(String::new()).output, None);
        assert!(sighting("\u{fffd}".repeat(1365)).output.is_some());
        let x = |count: usize| "x".repeat(count);
        for (left, reason, said) in [
            (x(4096), "OutputTooLong", "the step left 4096 bytes or more"),
            ("\u{fffd}".repeat(4096), "OutputTooLong", "the step left 4096 bytes or more"),
            ("\u{fffd}".repeat(2000), "OutputNotText", "2000 of the bytes that the step left"),
            (format!("{}\u{fffd}", x(4094)), "OutputNotText", "1 of the bytes that the step left"),
        ] {
            let PodState::Failed(failure) = sighting(left).state else { panic!("{reason}: it may be cut") };
            assert_eq!((failure.cause, failure.reason.as_str()), (Cause::Final, reason));
            assert!(failure.message.contains(said), "{}", failure.message);
        }
    }

    #[test]
    fn foreign_pods_are_not_ours() {
        let run = run();
        let observer = Observer::new(&run, &owner());
        let made = |owner: &Owner| pod(&run, &run.steps[0], 1, owner);
        assert!(observer.observe(&run, &made(&owner())).is_some());
        assert!(observer.observe(&run, &made(&Owner { uid: "u-2".into(), ..owner() })).is_none());
        assert!(observer.observe(&run, &Pod::default()).is_none());
        let mut other = run.clone();
        other.steps[0].image = "evil:1".into();
        assert!(observer.observe(&run, &pod(&other, &other.steps[0], 1, &owner())).is_none());
        let mut not_controlled = made(&owner());
        not_controlled.metadata.owner_references.as_mut().unwrap()[0].controller = Some(false);
        assert!(observer.observe(&run, &not_controlled).is_none());
    }
}
