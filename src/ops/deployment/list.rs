//! `deployment list` (layer 3).

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{Api, ListParams};
use kube::{Resource, ResourceExt};

use super::describe::view;
use super::endpoint::Endpoints;
use super::{Summary, find};
use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects::{self, list_all};
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
    let api = everywhere::<Deployment>(cluster, request);
    let ours = find::selector();
    let selector = request.selector.as_ref().map_or_else(|| ours.clone(), |selector| format!("{ours},{selector}"));
    let found = list_all(&api, &selector).await.on(cluster)?;
    let endpoints = Endpoints::of(cluster, request.namespace.as_deref(), &found).await;
    let (pods, events) = tokio::join!(
        async { list_all(&everywhere::<Pod>(cluster, request), &ours).await.unwrap_or_default() },
        async {
            everywhere::<Event>(cluster, request).list(&probes()).await.map(|list| list.items).unwrap_or_default()
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

/// The objects of one kind, wherever they are asked for. Without the right to see pods and events, less is known.
fn everywhere<K>(cluster: &Cluster, request: &Request) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope>,
    K::DynamicType: Default,
{
    match &request.namespace {
        Some(namespace) => objects::api(cluster, namespace),
        None => Api::all(cluster.client.clone()),
    }
}

/// What the kubelet said of probes that fail.
fn probes() -> ListParams {
    ListParams::default().fields("involvedObject.kind=Pod,reason=Unhealthy")
}
