//! `deployment scale` and `deployment restart` (layer 3).

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use kube::ResourceExt;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects::api;
use crate::deployer::diagnosis;
use crate::deployer::inventory::Inventory;
use crate::error::{Error, Result};
use crate::ops::deploy::replicas;

/// Under this name a restart is written, so that the next deploy leaves it as it is.
pub(in crate::ops) const RESTARTER: &str = "kubectl-zenml-restart";

/// Sets the number of pods. The next deploy sets it back to what its file says.
pub async fn scale(cluster: &Cluster, deployment: &Deployment, count: i32) -> Result<Deployment> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    if Inventory::of(deployment).all::<HorizontalPodAutoscaler>().next().is_some() {
        return Err(Error::failure(format!("an autoscaler decides how many pods deployment \"{name}\" has"))
            .hint("change min_replicas and max_replicas in its file, and deploy it again"));
    }
    replicas::hold(cluster, &namespace, &name, count, false).await?;
    api::<Deployment>(cluster, &namespace).get(&name).await.on(cluster)
}

/// Replaces all pods, a few at a time. Refuses a paused deployment, whose pods would stay.
pub async fn restart(cluster: &Cluster, deployment: &Deployment, now: Timestamp) -> Result<Deployment> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    check_goes_on(deployment)?;
    // kubectl's own annotation, so that its history reads the same.
    let annotations = json!({ "kubectl.kubernetes.io/restartedAt": now.to_string() });
    let patch = json!({ "spec": { "template": { "metadata": { "annotations": annotations } } } });
    let params = PatchParams { field_manager: Some(RESTARTER.to_owned()), ..PatchParams::default() };
    let deployments = api::<Deployment>(cluster, &namespace);
    deployments.patch(&name, &params, &Patch::Merge(&patch)).await.on(cluster)
}

/// Refuses a paused deployment in kubectl's words.
fn check_goes_on(deployment: &Deployment) -> Result<()> {
    if deployment.spec.paused != Some(true) {
        return Ok(());
    }
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let message = format!("deployments.apps \"{name}\" can't restart paused deployment (run rollout resume first)");
    Err(Error::failure(message).hint(diagnosis::resume(&name, &namespace)))
}
