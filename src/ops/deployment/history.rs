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
use crate::deployer::manifests::{revision_name, revision_of, selector};
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
    /// Whether its deploy failed and was taken back.
    pub taken_back: bool,
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
    let inventory = Inventory::of(deployment);
    let records = records(cluster, deployment).await?;
    Ok(records.into_iter().map(|(record, created)| of(record, created, &inventory)).collect())
}

/// The revision to go back to where none is named: the last before the current one that was not taken back, and is not
/// the same again, as after a deploy that was taken back.
pub async fn previous(cluster: &Cluster, deployment: &Deployment) -> Result<u64> {
    let (name, inventory) = (deployment.name_any(), Inventory::of(deployment));
    let records: Vec<Record> = records(cluster, deployment).await?.into_iter().map(|(record, _)| record).collect();
    let current = records.iter().find(|record| record.revision == inventory.revision);
    let is_fine = |record: &&Record| {
        record.revision < inventory.revision && !inventory.is_taken_back(&revision_name(&name, record.revision))
    };
    let is_another = |record: &&Record| current.is_none_or(|current| !record.is_like(current));
    let before = || records.iter().rev().filter(is_fine);
    before().find(is_another).or_else(|| before().next()).map(|record| record.revision).ok_or_else(|| {
        let current = inventory.revision;
        Error::failure(format!(
            "deployment \"{name}\" has no revision before {current} on record that it could go back to"
        ))
    })
}

/// What is on record, oldest first, and since when.
async fn records(cluster: &Cluster, deployment: &Deployment) -> Result<Vec<(Record, Option<Timestamp>)>> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let maps = api::<ConfigMap>(cluster, &namespace);
    let maps = list_all(&maps, &selector(&name)).await.map_err(|error| refused(cluster, &error, &namespace))?;
    let ours = maps.iter().filter(|map| revision_of(&name, &map.name_any()).is_some());
    let created = |map: &ConfigMap| map.metadata.creation_timestamp.as_ref().map(|time| time.0);
    let mut records: Vec<_> = ours.filter_map(|map| Some((Record::of(map).ok()?, created(map)))).collect();
    records.sort_by_key(|(record, _)| record.revision);
    Ok(records)
}

fn of(record: Record, created: Option<Timestamp>, inventory: &Inventory) -> Revision {
    let spec = &record.set.deployment.spec;
    let container = spec.template.spec.as_ref().and_then(|spec| spec.containers.first());
    Revision {
        revision: record.revision,
        current: record.revision == inventory.revision,
        taken_back: inventory.is_taken_back(&revision_name(record.name(), record.revision)),
        image: container.and_then(|container| container.image.clone()).unwrap_or_default(),
        replicas: spec.replicas,
        secret: record.secret,
        created,
    }
}

fn refused(cluster: &Cluster, error: &kube::Error, namespace: &str) -> Error {
    let explained = failure::explain(&cluster.server, error);
    if failure::is_forbidden(error) {
        return explained.hint(record::refused(namespace));
    }
    explained
}
