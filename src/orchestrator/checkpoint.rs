//! The checkpoint: one small ConfigMap beside the root with the run's record (layer 3). The orchestrator patches it, so
//! that the outcome is known when pods are gone and for people who may not see pods.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{Api, Patch, PatchParams};
use serde_json::Value;

use super::labels;
use super::record::{Record, STEPS, SUMMARY};
use super::root::Identity;
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};

/// The checkpoint's name, from that of the root.
pub fn name(root: &str) -> String {
    format!("{root}-state")
}

/// The checkpoint of a run that nobody has begun.
pub fn object(identity: &Identity, root: OwnerReference, record: &Record) -> Result<ConfigMap> {
    Ok(ConfigMap {
        metadata: identity.metadata(name(&identity.object()), labels::KIND_CHECKPOINT, Some(root)),
        data: Some(BTreeMap::from([(SUMMARY.to_owned(), record.summary()?)])),
        binary_data: Some(BTreeMap::from([(STEPS.to_owned(), ByteString(record.pack_steps()?))])),
        ..ConfigMap::default()
    })
}

/// Writes `record` over what is recorded. It is read before this returns.
pub fn write(
    cluster: &Cluster,
    namespace: &str,
    root: &str,
    record: &Record,
) -> impl Future<Output = Result<()>> + Send + use<> {
    let patch = patch(record);
    let (cluster, namespace, root) = (cluster.clone(), namespace.to_owned(), root.to_owned());
    async move { send(&cluster, &namespace, &root, patch?).await }
}

fn patch(record: &Record) -> Result<Value> {
    let steps = ByteString(record.pack_steps()?);
    Ok(serde_json::json!({ "data": { SUMMARY: record.summary()? }, "binaryData": { STEPS: steps } }))
}

async fn send(cluster: &Cluster, namespace: &str, root: &str, patch: Value) -> Result<()> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    // What it holds is not to come back with the answer.
    api.patch_metadata(&name(root), &PatchParams::default(), &Patch::Merge(patch)).await.on(cluster).map(drop)
}

/// Reads a checkpoint, with its steps or the summary alone.
pub fn read(checkpoint: &ConfigMap, steps: bool) -> Result<Record> {
    let summary = checkpoint.data.as_ref().and_then(|data| data.get(SUMMARY));
    let summary = summary.ok_or_else(|| Error::failure("the run's checkpoint is empty"))?;
    let packed = checkpoint.binary_data.as_ref().and_then(|data| data.get(STEPS)).filter(|_| steps);
    Record::read(summary, packed.map(|bytes| bytes.0.as_slice()))
}

/// Reads the checkpoint of the run whose root is `root`.
pub async fn load(cluster: &Cluster, namespace: &str, root: &str) -> Result<Record> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    read(&api.get(&name(root)).await.on(cluster)?, true)
}
