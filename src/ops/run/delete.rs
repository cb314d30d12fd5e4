//! `run delete`: the Job and the root; owner references remove everything else (layer 3).

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::ConfigMap;

use super::Found;
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::error::Result;

/// Deletes a run. The Job goes first, so that no orchestrator creates pods for a root that is being removed; and even
/// such a pod would go, since its owner does not exist.
pub async fn delete(cluster: &Cluster, run: &Found) -> Result<()> {
    let object = run.identity.object();
    objects::delete(&objects::api::<Job>(cluster, &run.namespace), &object).await.on(cluster)?;
    objects::delete(&objects::api::<ConfigMap>(cluster, &run.namespace), &object).await.on(cluster)?;
    Ok(())
}
