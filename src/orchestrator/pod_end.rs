//! What a SIGTERM to the orchestrator pod means (layer 3).
//!
//! A person who deletes the pod, alone or with the label of a whole pipeline, wants the run to end. A drain, an eviction,
//! a suspended or deleted Job does not: then the successor goes on, or nothing is left to be done.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

use super::engine::Control;
use crate::cluster::{Cluster, objects};

/// Why a run ends whose orchestrator's pod a person deleted.
pub const DELETED: &str = "the orchestrator's pod was deleted";

/// What the orchestrator in pod `pod` of the Job `job` is to do about a SIGTERM. Where the server cannot be asked it
/// leaves everything as it is.
pub async fn on_term(cluster: &Cluster, namespace: &str, pod: &str, job: &str) -> Control {
    let own = objects::api::<Pod>(cluster, namespace).get(pod).await;
    let job = objects::api::<Job>(cluster, namespace).get(job).await;
    match (own, job) {
        // A Job that is gone takes the run with it.
        (Ok(own), Ok(job)) if is_of(&own, &job) && goes_on(&job) && was_deleted(&own) => {
            Control::Stop(DELETED.to_owned())
        }
        _ => Control::Leave,
    }
}

/// Whether the pod is this Job's: a retry puts another one of the same name in its place.
fn is_of(pod: &Pod, job: &Job) -> bool {
    pod.owner_references().iter().any(|owner| Some(&owner.uid) == job.metadata.uid.as_ref())
}

fn was_deleted(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let disrupted = conditions.iter().any(|one| one.type_ == "DisruptionTarget" && one.status == "True");
    pod.metadata.deletion_timestamp.is_some() && !disrupted
}

/// Whether the Job would have left its pod alone. A deadline is what ends the Job of a run that was stopped elsewhere.
fn goes_on(job: &Job) -> bool {
    let ends =
        job.spec.as_ref().is_some_and(|spec| spec.suspend == Some(true) || spec.active_deadline_seconds.is_some());
    job.metadata.deletion_timestamp.is_none() && !ends
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_persons_deletion_ends_the_run() {
        let pod = |value| was_deleted(&serde_json::from_value(value).unwrap());
        let deleted = json!({ "deletionTimestamp": "2026-11-20T10:00:00Z" });
        assert!(pod(json!({ "metadata": deleted })));
        assert!(!pod(json!({ "metadata": {} })));
        let drained = json!({ "conditions": [{ "type": "DisruptionTarget", "status": "True" }] });
        assert!(!pod(json!({ "metadata": deleted, "status": drained })));
        let of = |uid: &str| {
            let owner = json!([{ "apiVersion": "batch/v1", "kind": "Job", "name": "x", "uid": uid }]);
            let pod = json!({ "metadata": { "ownerReferences": owner } });
            is_of(
                &serde_json::from_value(pod).unwrap(),
                &serde_json::from_value(json!({ "metadata": { "uid": "1" } })).unwrap(),
            )
        };
        assert!(of("1") && !of("2"));
        let job = |value| goes_on(&serde_json::from_value(value).unwrap());
        assert!(job(json!({ "metadata": {} })));
        assert!(!job(json!({ "metadata": deleted })));
        assert!(!job(json!({ "metadata": {}, "spec": { "suspend": true, "template": {} } })));
        assert!(!job(json!({ "metadata": {}, "spec": { "activeDeadlineSeconds": 1, "template": {} } })));
    }
}
