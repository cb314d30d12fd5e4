//! `deployment history`: the revisions that can be gone back to (layer 3).

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use serde::Serialize;

use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::cluster::objects::{api, list_all};
use crate::deployer::inventory::Inventory;
use crate::deployer::manifests::{revision_of, selector};
use crate::error::{Error, Result};
use crate::ops::deploy::record::{self, Record};

/// A revision in one line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number.
    pub revision: u64,
    /// Whether it is the one that is deployed.
    pub current: bool,
    /// Its image.
    pub image: String,
    /// How many pods it asks for; none where an autoscaler decides.
    pub replicas: Option<i32>,
    /// The Secret with its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When it was deployed.
    pub created: Option<Timestamp>,
}

/// The revisions on record, oldest first.
pub async fn history(cluster: &Cluster, deployment: &Deployment) -> Result<Vec<Revision>> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let current = Inventory::of(deployment).revision;
    let maps = api::<ConfigMap>(cluster, &namespace);
    let maps = list_all(&maps, &selector(&name)).await.map_err(|error| refused(cluster, &error, &namespace))?;
    let ours = maps.iter().filter(|map| revision_of(&name, &map.name_any()).is_some());
    let mut revisions: Vec<Revision> = ours.filter_map(|map| of(map, current)).collect();
    revisions.sort_by_key(|revision| revision.revision);
    Ok(revisions)
}

/// The revision before the current one.
pub async fn previous(cluster: &Cluster, deployment: &Deployment) -> Result<u64> {
    let all = history(cluster, deployment).await?;
    let current = Inventory::of(deployment).revision;
    let before = all.iter().rfind(|revision| revision.revision < current);
    before.map(|revision| revision.revision).ok_or_else(|| {
        Error::failure(format!("deployment \"{}\" has no revision before {current} on record", deployment.name_any()))
    })
}

fn of(map: &ConfigMap, current: u64) -> Option<Revision> {
    let record = Record::of(map).ok()?;
    let spec = &record.set.deployment.spec;
    let container = spec.template.spec.as_ref().and_then(|spec| spec.containers.first());
    Some(Revision {
        revision: record.revision,
        current: record.revision == current,
        image: container.and_then(|container| container.image.clone()).unwrap_or_default(),
        replicas: spec.replicas,
        secret: record.secret,
        created: map.metadata.creation_timestamp.as_ref().map(|time| time.0),
    })
}

fn refused(cluster: &Cluster, error: &kube::Error, namespace: &str) -> Error {
    let explained = failure::explain(&cluster.server, error);
    if failure::is_forbidden(error) {
        return explained.hint(record::refused(namespace));
    }
    explained
}
