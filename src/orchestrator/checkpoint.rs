//! The checkpoint: one small ConfigMap beside the root with the run's record (layer 3). The orchestrator patches it, so
//! that the outcome is known when pods are gone and for people who may not see pods.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;

use super::labels;
use super::record::{Record, STEPS, SUMMARY};
use super::root::{self, Identity};
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{self, Created};
use crate::cluster::verdict::{Verdict, of_create};
use crate::cluster::{Cluster, watch};
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

/// What writing a record came to.
#[derive(Debug)]
pub enum Written {
    /// It is recorded.
    Done,
    /// It is recorded; somebody had deleted the checkpoint.
    Anew,
    /// The run was deleted.
    RunGone,
    /// Somebody has deleted the checkpoint, and this user may not make it anew.
    Refused(Error),
}

/// The checkpoint of a run that somebody drives, or tries again.
#[derive(Clone)]
pub struct Checkpoint {
    /// The cluster.
    pub cluster: Cluster,
    /// The run's namespace.
    pub namespace: String,
    /// What identifies the run.
    pub identity: Identity,
    /// The root as an owner.
    pub root: OwnerReference,
}

impl Checkpoint {
    /// The `ConfigMap`'s name.
    pub fn name(&self) -> String {
        name(&self.root.name)
    }

    /// Reads the record, where it is there.
    pub async fn load(&self) -> Result<Option<Record>> {
        find(&self.cluster, &self.namespace, &self.root.name).await
    }

    /// Whether the run is there, and not being deleted.
    pub async fn has_root(&self) -> Result<bool> {
        let found = self.api().get_metadata_opt(&self.root.name).await.on(&self.cluster)?;
        Ok(found.is_some_and(|found| watch::is_there(&found, &self.root.uid)))
    }

    /// Writes `record` over what is recorded, and makes the checkpoint anew where somebody has deleted it: all that it holds
    /// is in `record`, which is read before this returns.
    pub fn write(&self, record: &Record) -> impl Future<Output = Result<Written>> + Send + use<> {
        let object = object(&self.identity, self.root.clone(), record);
        let own = self.clone();
        async move { own.send(&object?).await }
    }

    /// As [`Checkpoint::write`]; what cannot be recorded is an error.
    pub async fn record(&self, record: &Record) -> Result<()> {
        match self.write(record).await? {
            Written::Done | Written::Anew => Ok(()),
            Written::RunGone => Err(root::deleted(&self.identity.name)),
            Written::Refused(error) => Err(error),
        }
    }

    async fn send(&self, object: &ConfigMap) -> Result<Written> {
        let patch = json!({ "data": object.data, "binaryData": object.binary_data });
        // What it holds is not to come back with the answer.
        match self.api().patch_metadata(&self.name(), &PatchParams::default(), &Patch::Merge(patch)).await {
            Err(error) if failure::is_not_found(&error) => self.make(object).await,
            other => other.on(&self.cluster).map(|_| Written::Done),
        }
    }

    async fn make(&self, object: &ConfigMap) -> Result<Written> {
        if !self.has_root().await? {
            return Ok(Written::RunGone);
        }
        let error = match objects::create(&self.api(), object).await {
            Ok(Created::New(_)) => return Ok(Written::Anew),
            Ok(Created::Exists) => return Err(Error::failure(format!("configmap/{} has just been made", self.name()))),
            Err(error) => error,
        };
        match of_create(&self.cluster.server, &error) {
            Verdict::Closed(error) | Verdict::Refused(error) => Ok(Written::Refused(error)),
            // The run goes with it.
            Verdict::Ends(_) => Ok(Written::RunGone),
            _ => Err(failure::explain(&self.cluster.server, &error)),
        }
    }

    fn api(&self) -> Api<ConfigMap> {
        objects::api(&self.cluster, &self.namespace)
    }
}

/// Reads a checkpoint, with its steps or the summary alone.
pub fn read(checkpoint: &ConfigMap, steps: bool) -> Result<Record> {
    let summary = checkpoint.data.as_ref().and_then(|data| data.get(SUMMARY));
    let summary = summary.ok_or_else(|| Error::failure("the run's checkpoint is empty"))?;
    let packed = checkpoint.binary_data.as_ref().and_then(|data| data.get(STEPS)).filter(|_| steps);
    Record::read(summary, packed.map(|bytes| bytes.0.as_slice()))
}

/// Reads the checkpoint of the run whose root is `root`, where it is there.
pub async fn find(cluster: &Cluster, namespace: &str, root: &str) -> Result<Option<Record>> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    api.get_opt(&name(root)).await.on(cluster)?.map(|found| read(&found, true)).transpose()
}

/// As [`find`]; one that is absent is an error.
pub async fn load(cluster: &Cluster, namespace: &str, root: &str) -> Result<Record> {
    find(cluster, namespace, root).await?.ok_or_else(|| absent(root))
}

/// The error where somebody has deleted the checkpoint of the run whose root is `root`.
pub fn absent(root: &str) -> Error {
    Error::failure(format!("configmap/{}, the record of the run, was deleted", name(root)))
        .hint("who drives the run writes it anew; where nobody does, `kubectl zenml run delete` removes what is left")
}
