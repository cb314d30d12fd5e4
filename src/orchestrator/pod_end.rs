//! What a SIGTERM to the orchestrator pod means (layer 3).
//!
//! A person who deletes the pod, alone or with the label of a whole pipeline, wants the run to end. A drain, an eviction,
//! a suspended or deleted Job does not: then the successor goes on, or nothing is left to be done.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;

use super::engine::Control;
use crate::cluster::{Cluster, failure, objects};

/// Why a run ends whose orchestrator's pod a person deleted.
pub const DELETED: &str = "the orchestrator's pod was deleted";

/// What the orchestrator in pod `pod` of the Job `job` is to do about a SIGTERM. Where the server cannot be asked it
/// leaves everything as it is.
pub async fn on_term(cluster: &Cluster, namespace: &str, pod: &str, job: &str) -> Control {
    let own = objects::api::<Pod>(cluster, namespace).get(pod).await;
    let job = objects::api::<Job>(cluster, namespace).get(job).await;
    let job_goes_on = match &job {
        Ok(job) => goes_on(job),
        // A Job that is gone takes the run with it.
        Err(error) if failure::is_not_found(error) => false,
        Err(_) => return Control::Leave,
    };
    match own {
        Ok(own) if job_goes_on && was_deleted(&own) => Control::Stop(DELETED.to_owned()),
        _ => Control::Leave,
    }
}

fn was_deleted(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let disrupted = conditions.iter().any(|one| one.type_ == "DisruptionTarget" && one.status == "True");
    pod.metadata.deletion_timestamp.is_some() && !disrupted
}

fn goes_on(job: &Job) -> bool {
    let suspended = job.spec.as_ref().and_then(|spec| spec.suspend).unwrap_or_default();
    job.metadata.deletion_timestamp.is_none() && !suspended
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
        let job = |value| goes_on(&serde_json::from_value(value).unwrap());
        assert!(job(json!({ "metadata": {} })));
        assert!(!job(json!({ "metadata": deleted })));
        assert!(!job(json!({ "metadata": {}, "spec": { "suspend": true, "template": {} } })));
    }
}
