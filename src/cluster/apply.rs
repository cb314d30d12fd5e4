//! Server-side apply under one field manager, as `kubectl apply --server-side` does it (layer 2).

use std::fmt::{self, Debug};

use k8s_openapi::NamespaceResourceScope;
use kube::api::{DeleteParams, Patch, PatchParams, Preconditions, PropagationPolicy};
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Cluster;
use super::failure::{self, On};
use super::objects::{FIELD_MANAGER, api};
use crate::error::Result;

/// What an apply came to, in kubectl's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The object is new.
    Created,
    /// It was there and is another now.
    Configured,
    /// It was there and stays as it is.
    Unchanged,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
        })
    }
}

impl Outcome {
    /// The outcome of an apply that found `before` and left `after`: the server keeps the version of what did not change.
    pub fn of<K: Resource>(before: Option<&K>, after: &K) -> Self {
        match before.map(|before| before.meta().resource_version == after.meta().resource_version) {
            None => Self::Created,
            Some(false) => Self::Configured,
            Some(true) => Self::Unchanged,
        }
    }
}

/// How to apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Ask for the server's verdict only.
    pub dry_run: bool,
    /// Take over fields that another manager has.
    pub force: bool,
}

impl How {
    fn params(self) -> PatchParams {
        PatchParams { dry_run: self.dry_run, force: self.force, ..PatchParams::apply(FIELD_MANAGER) }
    }
}

/// Applies `object`, which names itself and its namespace.
pub async fn apply<K>(cluster: &Cluster, object: &K, how: How) -> Result<K>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned,
    K::DynamicType: Default,
{
    let answer = raw(cluster, object, how).await;
    let conflict = answer.as_ref().err().is_some_and(failure::is_apply_conflict);
    answer.on(cluster).map_err(|error| {
        if !conflict {
            return error;
        }
        let kind = K::kind(&K::DynamicType::default()).to_lowercase();
        error.under(format!("{kind} \"{}\" has fields that somebody else manages", object.name_any())).hint(
            "pass --force-conflicts to take these fields over, or leave them to their manager by removing them there",
        )
    })
}

/// Whether applying `object` would change nothing but metadata, for an object of which everything else is immutable; that
/// is how a Secret is compared with the cluster's without being read. `uid` is the one on record.
pub async fn is_same<K>(cluster: &Cluster, object: &K, uid: &str) -> Result<bool>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned,
    K::DynamicType: Default,
{
    match raw(cluster, object, How { dry_run: true, force: true }).await {
        // One that is not there any more is created by the trial, and so has another UID.
        Ok(found) => Ok(found.uid().as_deref() == Some(uid)),
        Err(error) if failure::is_invalid(&error) => Ok(false),
        Err(error) => Err(error).on(cluster),
    }
}

/// The object that is there, if nobody but this program ever wrote to it. `metadata` is an object with nothing but its name
/// and namespace: applying that is no change, and is answered with the whole, so that it takes no right to read.
pub async fn ours<K>(cluster: &Cluster, metadata: &K) -> Result<Option<K>>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned,
    K::DynamicType: Default,
{
    let found = raw(cluster, metadata, How { dry_run: true, force: true }).await.on(cluster)?;
    let is_ours = found.managed_fields().iter().all(|entry| entry.manager.as_deref() == Some(FIELD_MANAGER));
    Ok(is_ours.then_some(found))
}

/// Deletes the object of this name if it is the one with this UID. Returns whether it was.
pub async fn delete<K>(cluster: &Cluster, namespace: &str, name: &str, uid: &str) -> Result<bool>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned,
    K::DynamicType: Default,
{
    let params = DeleteParams {
        preconditions: Some(Preconditions { uid: Some(uid.to_owned()), resource_version: None }),
        propagation_policy: Some(PropagationPolicy::Foreground),
        ..DeleteParams::default()
    };
    match api::<K>(cluster, namespace).delete(name, &params).await {
        Ok(_) => Ok(true),
        // 409: an object of the same name that somebody made later.
        Err(error) if failure::is_not_found(&error) || failure::is_conflict(&error) => Ok(false),
        Err(error) => Err(error).on(cluster),
    }
}

async fn raw<K>(cluster: &Cluster, object: &K, how: How) -> kube::Result<K>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned,
    K::DynamicType: Default,
{
    let namespace = object.namespace().unwrap_or_default();
    api::<K>(cluster, &namespace).patch(&object.name_any(), &how.params(), &Patch::Apply(object)).await
}
