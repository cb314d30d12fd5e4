//! Why a container ended, beyond what its program did: told to end, out of memory, never started (layer 1, pure).

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{ContainerStateTerminated, Pod, PodCondition, PodStatus, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use super::attempts::DELETED;

/// The reason of a container that the kernel ended for want of memory.
pub const OOM_KILLED: &str = "OOMKilled";
/// The kubelet's reason for a container that it cannot find; the exit code that it then gives is none.
const UNKNOWN: &str = "ContainerStatusUnknown";

/// Who ended a container of `pod` that did not end by itself, as a reason and a clause. A program that is told to end may
/// well do so with exit code 0, and has not done its work. `finished` is when it ended, where that is known.
pub fn killed(pod: &Pod, finished: Option<Timestamp>) -> Option<(String, String)> {
    let before_the_end = |told: Option<Timestamp>| finished.is_none() || told.is_none() || told <= finished;
    let status = pod.status.as_ref()?;
    if let Some(condition) = disruption(status)
        && before_the_end(condition.last_transition_time.as_ref().map(|time| time.0))
    {
        let reason = status.reason.clone().or(condition.reason.clone()).unwrap_or_else(|| "Disrupted".to_owned());
        let why = status.message.clone().or(condition.message.clone());
        return Some((reason, why.unwrap_or_default()));
    }
    // The server notes when the pod is to be gone: the time of the request, and the grace period. At last the kubelet asks for
    // it at once, and so wipes out when it was asked to end; in doubt it was.
    let deadline = pod.metadata.deletion_timestamp.as_ref()?.0;
    let grace = pod.metadata.deletion_grace_period_seconds.filter(|grace| *grace > 0);
    let told = grace.and_then(|grace| deadline.checked_sub(SignedDuration::from_secs(grace)).ok());
    // Of a container that it cannot find the kubelet does not say whether it ran.
    let why = if finished.is_some() { "its pod was deleted while it ran" } else { "its pod was deleted" };
    before_the_end(told).then(|| (DELETED.to_owned(), why.to_owned()))
}

/// How much memory was too little for a container of `pod`, as a clause.
pub fn memory(pod: &Pod, container: &str) -> String {
    let limit = |resources: Option<&ResourceRequirements>| resources?.limits.as_ref()?.get("memory").cloned();
    let spec = pod.spec.as_ref();
    let all = spec.into_iter().flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()));
    let own = all.into_iter().find(|one| one.name == container);
    let own = own.and_then(|own| limit(own.resources.as_ref()));
    match own.or_else(|| limit(spec?.resources.as_ref())) {
        Some(limit) => format!("memory limit {}", limit.0),
        None => "its node was out of memory".to_owned(),
    }
}

/// Whether a container that has ended ran at all: of one that never started, the exit code is made up.
pub fn has_run(ended: &ContainerStateTerminated) -> bool {
    let is_made_up = ended.started_at.as_ref().is_some_and(|_| time(ended.started_at.as_ref()).is_none());
    !is_made_up && ended.reason.as_deref() != Some(UNKNOWN)
}

pub(super) fn disruption(status: &PodStatus) -> Option<&PodCondition> {
    condition(status, "DisruptionTarget").filter(|one| one.status == "True")
}

pub(super) fn condition<'s>(status: &'s PodStatus, kind: &str) -> Option<&'s PodCondition> {
    status.conditions.iter().flatten().find(|one| one.type_ == kind)
}

/// Of a container that never started the kubelet says 1970.
pub(super) fn time(time: Option<&Time>) -> Option<Timestamp> {
    time.map(|time| time.0).filter(|time| time.as_second() > 0)
}
