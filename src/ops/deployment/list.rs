//! `deployment list` (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::Api;

use super::endpoint::Endpoints;
use super::{Summary, find};
use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects::{self, list_all};
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
    let api: Api<Deployment> = match &request.namespace {
        Some(namespace) => objects::api(cluster, namespace),
        None => Api::all(cluster.client.clone()),
    };
    let ours = find::selector();
    let selector = request.selector.as_ref().map_or_else(|| ours.clone(), |selector| format!("{ours},{selector}"));
    let found = list_all(&api, &selector).await.on(cluster)?;
    let endpoints = Endpoints::of(cluster, request.namespace.as_deref(), &found).await;
    let summary = |deployment: &Deployment| Summary::of(deployment, endpoints.endpoint(deployment));
    let mut summaries: Vec<Summary> = found.iter().map(summary).collect();
    summaries.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    Ok(summaries)
}
