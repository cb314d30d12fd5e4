//! `deployment list` (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::ResourceExt;
use kube::api::ListParams;

use super::describe::view;
use super::endpoint::Endpoints;
use super::{Summary, find};
use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects::{anywhere, list_all};
use crate::deployer::manifests::is_ours;
use crate::error::Result;

/// Which ones.
#[derive(Clone, Debug)]
pub struct Request {
    /// One namespace, or all of them.
    pub namespace: Option<String>,
    /// A label selector.
    pub selector: Option<String>,
}

/// Lists deployments by namespace and name.
pub async fn list(cluster: &Cluster, request: &Request) -> Result<Vec<Summary>> {
    let namespace = request.namespace.as_deref();
    let api = anywhere::<Deployment>(cluster, namespace);
    let ours = find::selector();
    let selector = request.selector.as_ref().map_or_else(|| ours.clone(), |selector| format!("{ours},{selector}"));
    let found = list_all(&api, &selector).await.on(cluster)?;
    let endpoints = Endpoints::of(cluster, namespace, &found).await;
    // Without the right to see pods and events, less is known.
    let (pods, events) = tokio::join!(
        async { list_all(&anywhere::<Pod>(cluster, namespace), &ours).await.unwrap_or_default() },
        async {
            anywhere::<Event>(cluster, namespace).list(&probes()).await.map(|list| list.items).unwrap_or_default()
        }
    );
    let summary = |deployment: &Deployment| {
        let name = deployment.name_any();
        let is_its = |pod: &&Pod| pod.namespace() == deployment.namespace() && is_ours(&pod.metadata, &name);
        let pods: Vec<Pod> = pods.iter().filter(is_its).cloned().collect();
        let in_place = |event: &&Event| event.namespace() == deployment.namespace();
        let events: Vec<Event> = events.iter().filter(in_place).cloned().collect();
        Summary::of(deployment, endpoints.endpoint(deployment), &view(deployment, &pods, &events))
    };
    let mut summaries: Vec<Summary> = found.iter().map(summary).collect();
    summaries.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    Ok(summaries)
}

/// What the kubelet said of probes that fail.
fn probes() -> ListParams {
    ListParams::default().fields("involvedObject.kind=Pod,reason=Unhealthy")
}
