//! What is wrong with one pod (layer 1, pure).

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, ContainerStatus, Event, Pod, PodCondition, Probe};

use super::{Cause, CrashReport, ProbeFailure, Trouble};
use crate::deployer::manifests::REVISION_LABEL;

/// A registry may stumble: the kubelet tries again after ten seconds.
const PULL_GRACE: Duration = Duration::from_secs(13);
/// A Secret may come a moment after the pod that refers to it.
const CONFIG_GRACE: Duration = Duration::from_secs(4);
/// A `ConfigMap` of the deployment's own comes after its pods, and the kubelet tries again after up to four seconds.
const MOUNT_GRACE: Duration = Duration::from_secs(10);
/// A node may be freed by a pod that is going.
const SCHEDULE_GRACE: Duration = Duration::from_secs(10);
/// A server may answer before all its routes are there.
const PROBE_GRACE: Duration = Duration::from_secs(8);

/// What the registry says of an image that no second try will find.
const NO_SUCH_IMAGE: [&str; 6] =
    ["not found", "manifest unknown", "access denied", "unauthorized", "no basic auth", "name unknown"];

/// Whether the pod's template is the one of `revision`.
pub fn is_of_revision(pod: &Pod, revision: Option<&str>) -> bool {
    let labels = pod.metadata.labels.as_ref();
    labels.and_then(|labels| labels.get(REVISION_LABEL)).map(String::as_str) == revision
}

/// Whether the pod gets traffic.
pub fn is_ready(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_none() && condition(pod, "Ready").is_some_and(|ready| ready.status == "True")
}

/// The pod's state in one word, as kubectl's STATUS column has it.
pub fn status_word(pod: &Pod) -> String {
    if pod.metadata.deletion_timestamp.is_some() {
        return "Terminating".to_owned();
    }
    let before = init(pod);
    let state = before.or_else(|| container(pod)).and_then(|status| status.state.as_ref());
    let waiting = state.and_then(|state| state.waiting.as_ref()?.reason.clone());
    let ended = state.and_then(|state| state.terminated.as_ref()?.reason.clone());
    let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
    let running = state.and_then(|state| state.running.as_ref()).map(|_| "Running".to_owned());
    let word = waiting.or(ended).or(running).or(phase).unwrap_or_else(|| "Unknown".to_owned());
    if before.is_some() { format!("Init:{word}") } else { word }
}

/// What `pod` is waiting for, where nobody said that anything is wrong (or this user may not see it).
pub fn waits_for(pod: &Pod) -> String {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let status = container(pod);
    let is_running = status.and_then(|status| status.state.as_ref()?.running.as_ref()).is_some();
    let Some(spec) = pod.spec.as_ref().and_then(|spec| spec.containers.first()).filter(|_| is_running) else {
        return format!("pod {name} is {}", status_word(pod));
    };
    let started = status.and_then(|status| status.started) == Some(true);
    let (word, probe) = if started { ("readiness", &spec.readiness_probe) } else { ("startup", &spec.startup_probe) };
    format!("pod {name} runs, and its {word} probe of {} has not succeeded", path(probe.as_ref()))
}

/// What holds `pod` up; nothing when it is ready or going.
pub fn pod_troubles(pod: &Pod, events: &BTreeMap<(String, String), Event>) -> Option<Trouble> {
    if pod.metadata.deletion_timestamp.is_some() || is_ready(pod) {
        return None;
    }
    let name = pod.metadata.name.clone().unwrap_or_default();
    let event = |reason: &str| events.get(&(name.clone(), reason.to_owned()));
    let probe = event("Unhealthy").and_then(|event| probe_failure(pod, event));
    let killed = event("Killing").and_then(|event| event.message.as_deref());
    let scaling = event("TriggeredScaleUp").or_else(|| event("Nominated")).is_some();
    let (cause, grace) = unschedulable(pod, scaling)
        .or_else(|| init(pod).and_then(init_trouble))
        .or_else(|| container(pod).and_then(|status| container_trouble(status, probe.as_ref())))
        .or_else(|| mount_trouble(pod, event))
        .or_else(|| probe.map(|failure| probe_trouble(failure, killed)))
        .or_else(|| once(pod))?;
    Some(Trouble { pod: Some(name), cause, grace })
}

type Found = (Cause, Option<Duration>);

fn unschedulable(pod: &Pod, scaling: bool) -> Option<Found> {
    let scheduled = condition(pod, "PodScheduled")?;
    let waits = scheduled.status == "False" && scheduled.reason.as_deref() == Some("Unschedulable");
    let message = scheduled.message.clone().unwrap_or_default();
    // Where an autoscaler has promised a node, it comes in minutes.
    waits.then(|| (Cause::Unschedulable(message), (!scaling).then_some(SCHEDULE_GRACE)))
}

fn container_trouble(status: &ContainerStatus, probe: Option<&ProbeFailure>) -> Option<Found> {
    let waiting = status.state.as_ref()?.waiting.as_ref();
    let reason = waiting.and_then(|waiting| waiting.reason.as_deref()).unwrap_or_default();
    let message = || waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default();
    match reason {
        "ImagePullBackOff" | "ErrImagePull" => {
            let message = message();
            let hopeless = NO_SUCH_IMAGE.iter().any(|words| message.contains(words));
            let grace = if hopeless && reason == "ImagePullBackOff" { Duration::ZERO } else { PULL_GRACE };
            Some((Cause::Image { image: status.image.clone(), message }, Some(grace)))
        }
        "InvalidImageName" | "ErrImageNeverPull" => {
            Some((Cause::Image { image: status.image.clone(), message: message() }, Some(Duration::ZERO)))
        }
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
            let message = message();
            // The kubelet has not yet heard of a Secret that may well be there.
            let is_slow = message.contains("timed out waiting for the condition");
            Some((Cause::Config(message), (!is_slow).then_some(CONFIG_GRACE)))
        }
        "CrashLoopBackOff" => Some((crash(status, probe)?, Some(Duration::ZERO))),
        _ if status.restart_count >= 2 => Some((crash(status, probe)?, Some(Duration::ZERO))),
        _ => None,
    }
}

/// As [`container_trouble`], of a container that runs before the service.
fn init_trouble(status: &ContainerStatus) -> Option<Found> {
    let (mut cause, grace) = container_trouble(status, None)?;
    name(&mut cause, status);
    Some((cause, grace))
}

/// Says that it was a container that runs before the service.
fn name(cause: &mut Cause, status: &ContainerStatus) {
    if let Cause::Crash(report) = cause {
        report.init = Some(status.name.clone());
    }
}

/// A container that has crashed and runs again: it may come through this time.
fn once(pod: &Pod) -> Option<Found> {
    let before = init(pod);
    let again = before.or_else(|| container(pod)).filter(|status| status.restart_count > 0);
    let mut cause = crash(again?, None)?;
    if let Some(status) = before {
        name(&mut cause, status);
    }
    Some((cause, None))
}

/// How the container ended last. One that the kubelet killed because of a probe did not crash.
fn crash(status: &ContainerStatus, probe: Option<&ProbeFailure>) -> Option<Cause> {
    let ended = |state: &Option<k8s_openapi::api::core::v1::ContainerState>| state.as_ref()?.terminated.clone();
    let last = ended(&status.state).or_else(|| ended(&status.last_state))?;
    let reason = last.reason.unwrap_or_default();
    let was_killed = matches!(last.exit_code, 137 | 143) && reason != "OOMKilled";
    if let Some(failure) = probe.filter(|failure| was_killed && failure.probe != "readiness") {
        return Some(Cause::Probe(ProbeFailure { patience: None, ..failure.clone() }));
    }
    Some(Cause::Crash(CrashReport {
        init: None,
        exit_code: last.exit_code,
        reason,
        restarts: status.restart_count,
        is_previous: ended(&status.state).is_none(),
        last_lines: last.message.unwrap_or_default(),
    }))
}

/// A volume that cannot be had, of a pod whose image nobody has asked for yet: the kubelet takes no event back.
fn mount_trouble<'e>(pod: &Pod, event: impl Fn(&str) -> Option<&'e Event>) -> Option<Found> {
    let waiting = container(pod)?.state.as_ref()?.waiting.as_ref()?;
    let is_mounted = ["Pulling", "Pulled", "Created"].into_iter().any(|reason| event(reason).is_some());
    if waiting.reason.as_deref() != Some("ContainerCreating") || is_mounted {
        return None;
    }
    let message = event("FailedMount").or_else(|| event("FailedAttachVolume"))?.message.clone()?;
    let grace = message.contains("not found").then_some(MOUNT_GRACE);
    Some((Cause::Config(message), grace))
}

/// Only a refusal of the path itself (4xx) is final, and that the kubelet has lost patience with the start: everything else
/// may be a service that is still starting. `killed` are the kubelet's words about the end of a container.
fn probe_trouble(failure: ProbeFailure, killed: Option<&str>) -> Found {
    let refused = failure.status.is_some_and(|status| matches!(status, 400..500) && !matches!(status, 408 | 425 | 429));
    let too_late = failure.probe == "startup" && killed.is_some_and(|words| words.contains("failed startup probe"));
    let patience = failure.patience.filter(|_| !too_late && !refused);
    let failure = ProbeFailure { patience, ..failure };
    let grace = if too_late { Some(Duration::ZERO) } else { refused.then_some(PROBE_GRACE) };
    (Cause::Probe(failure), grace)
}

/// Reads the kubelet's event, such as `Readiness probe failed: HTTP probe failed with statuscode: 404`.
fn probe_failure(pod: &Pod, event: &Event) -> Option<ProbeFailure> {
    let (probe, detail) = event.message.as_deref()?.split_once(" probe failed: ")?;
    let probe = probe.to_lowercase();
    let status = detail.rsplit_once("statuscode: ").and_then(|(_, code)| code.trim().parse().ok());
    let container = pod.spec.as_ref()?.containers.first()?;
    let configured = match probe.as_str() {
        "readiness" => container.readiness_probe.as_ref(),
        "liveness" => container.liveness_probe.as_ref(),
        _ => container.startup_probe.as_ref(),
    };
    // A probe that has since succeeded does not count any more: the kubelet never takes an event back.
    let started = self::container(pod).and_then(|status| status.started) == Some(true);
    if probe == "startup" && started {
        return None;
    }
    let path = path(configured);
    let settings = settings(container, &probe, &path);
    let is_starting = probe == "startup" && restarts(pod) == 0;
    let patience = configured.filter(|_| is_starting).map(|probe| {
        let period = probe.period_seconds.unwrap_or(10).saturating_mul(probe.failure_threshold.unwrap_or(3));
        period.saturating_add(probe.initial_delay_seconds.unwrap_or(0))
    });
    Some(ProbeFailure { path, settings, patience, probe, status, detail: detail.trim().to_owned() })
}

/// The settings that say what `probe` asks for, and those of the other probe where it asks for the same.
fn settings(container: &Container, probe: &str, asked: &str) -> Vec<&'static str> {
    let (readiness, liveness) = ("readiness_probe_path", "liveness_probe_path");
    // The startup probe asks what the liveness probe asks.
    let (own, other, others) = match probe {
        "readiness" => (readiness, liveness, container.liveness_probe.as_ref()),
        _ => (liveness, readiness, container.readiness_probe.as_ref()),
    };
    if path(others) == asked { vec![own, other] } else { vec![own] }
}

fn restarts(pod: &Pod) -> i32 {
    container(pod).map_or(0, |status| status.restart_count)
}

fn path(probe: Option<&Probe>) -> String {
    probe.and_then(|probe| probe.http_get.as_ref()?.path.clone()).unwrap_or_default()
}

fn condition<'p>(pod: &'p Pod, kind: &str) -> Option<&'p PodCondition> {
    pod.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == kind)
}

/// The init container that runs, waits or fails; none once all are done, or where one serves beside the others.
fn init(pod: &Pod) -> Option<&ContainerStatus> {
    let containers = pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
    let beside: Vec<&str> = containers.filter(|one| one.restart_policy.is_some()).map(|one| &*one.name).collect();
    // The kubelet calls each container started that runs.
    let done = |status: &&ContainerStatus| {
        let ended = status.state.as_ref().and_then(|state| state.terminated.as_ref());
        let serves = status.started == Some(true) && beside.contains(&status.name.as_str());
        serves || ended.is_some_and(|ended| ended.exit_code == 0)
    };
    pod.status.as_ref()?.init_container_statuses.as_ref()?.iter().find(|status| !done(status))
}

fn container(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.first()
}
