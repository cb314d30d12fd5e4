//! `run delete`: the Job and the root; owner references remove everything else (layer 3).

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;

use super::Found;
use super::find::selector;
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::orchestrator::labels;
use crate::orchestrator::root::Mode;

/// Deletes a run. The Job goes first, so that no orchestrator creates pods for a root that is being removed; and even
/// such a pod would go, since its owner does not exist. Returns what may be left, and why, where that is to be said.
pub async fn delete(cluster: &Cluster, run: &Found) -> Result<Option<String>> {
    let object = run.identity.object();
    let had_job = objects::delete(&objects::api::<Job>(cluster, &run.namespace), &object).await.on(cluster)?;
    objects::delete(&objects::api::<ConfigMap>(cluster, &run.namespace), &object).await.on(cluster)?;
    if run.identity.mode == Mode::Attached {
        return Ok(None);
    }
    match orphans(cluster, run).await {
        // They went with the Job.
        Err(_) if had_job => Ok(None),
        Err(error) => {
            let (name, why) = (&run.identity.name, failure::explain(&cluster.server, &error));
            Ok(Some(format!(
                "the Job of run \"{name}\" was gone already, and whether it left pods behind cannot be seen to: {why}; \
                 `kubectl delete pod -n {} -l {}` removes them",
                run.namespace,
                pods(run)
            )))
        }
        Ok(()) => Ok(None),
    }
}

/// Deletes the orchestrator's pods that nothing owns: those of a Job that somebody deleted without what it owned.
async fn orphans(cluster: &Cluster, run: &Found) -> kube::Result<()> {
    let api = objects::api::<Pod>(cluster, &run.namespace);
    for pod in objects::list_all(&api, &pods(run)).await? {
        if pod.owner_references().is_empty() {
            objects::delete_this(&api, &pod.name_any(), &pod.uid().unwrap_or_default()).await?;
        }
    }
    Ok(())
}

/// Selects the run's orchestrator pods.
fn pods(run: &Found) -> String {
    format!("{},{}={}", selector(labels::KIND_ORCHESTRATOR), labels::RUN_ID, run.identity.id)
}
