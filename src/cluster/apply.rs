//! Server-side apply of objects of any kind, as `kubectl apply --server-side` does it (layer 2).

use std::fmt;

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams, Preconditions, PropagationPolicy};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Resource, ResourceExt};
use serde_json::{Value, json};

use super::Cluster;
use super::failure::{self, On};
use super::objects::{FIELD_MANAGER, api};
use crate::deployer::object::{Kind, Object};
use crate::deployer::{refusal, rights};
use crate::error::{Error, Result};

/// A manager that never owns a field: applying nothing under its name shows an object, and takes no right to read it.
pub const LOOKER: &str = "kubectl-zenml-looks";

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
    pub fn of<A: Resource, B: Resource>(before: Option<&A>, after: &B) -> Self {
        match before.map(|before| before.meta().resource_version == after.meta().resource_version) {
            None => Self::Created,
            Some(false) => Self::Configured,
            Some(true) => Self::Unchanged,
        }
    }
}

/// How to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How<'m> {
    /// Ask for the server's verdict only.
    pub dry_run: bool,
    /// Take over fields that another manager has.
    pub force: bool,
    /// Under whose name.
    pub manager: &'m str,
}

impl Default for How<'_> {
    fn default() -> Self {
        Self { dry_run: false, force: false, manager: FIELD_MANAGER }
    }
}

/// The API of a kind in one namespace.
pub fn dynamic(cluster: &Cluster, namespace: &str, kind: &Kind) -> Api<DynamicObject> {
    let (group, version) = kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, &kind.kind), &kind.plural);
    Api::namespaced_with(cluster.client.clone(), namespace, &resource)
}

/// Applies `object`, which names itself and its namespace. The caller decides what a refusal means.
pub async fn try_apply(cluster: &Cluster, object: &Object, how: How<'_>) -> kube::Result<DynamicObject> {
    let namespace = object.body["metadata"]["namespace"].as_str().unwrap_or_default();
    let params = PatchParams { dry_run: how.dry_run, force: how.force, ..PatchParams::apply(how.manager) };
    dynamic(cluster, namespace, &object.kind).patch(object.name(), &params, &Patch::Apply(&object.body)).await
}

/// Applies `object`, and explains a conflict.
pub async fn apply(cluster: &Cluster, object: &Object, how: How<'_>) -> Result<DynamicObject> {
    try_apply(cluster, object, how).await.map_err(|error| explain(cluster, object, &error))
}

/// A refused apply in words.
pub fn explain(cluster: &Cluster, object: &Object, error: &kube::Error) -> Error {
    let explained = failure::explain(&cluster.server, error);
    let (kind, name) = (object.kind.kind.to_lowercase(), object.name());
    if failure::is_apply_conflict(error) {
        return explained.under(format!("{kind} \"{name}\" has fields that somebody else manages")).hint(
            "pass --force-conflicts to take these fields over, or leave them to their manager by removing them there",
        );
    }
    if failure::is_invalid(error) && explained.to_string().contains("field is immutable") {
        return explained
            .hint(format!("what cannot be changed takes a new {kind}: delete the old one, or use another name"));
    }
    match refusal::hint(&explained.to_string()) {
        Some(hint) => explained.hint(hint),
        None => explained,
    }
}

/// Adds where the right is to be had that was missing to change objects of this kind.
pub fn with_way(explained: Error, error: &kube::Error, kind: &Kind, namespace: &str) -> Error {
    match rights::feature_of(kind.group(), &kind.plural).filter(|_| failure::lacks_right(error)) {
        Some(feature) => {
            explained.hint(format!("you may not change {}, {}", kind.plural, rights::way(feature, namespace)))
        }
        None => explained,
    }
}

/// The object as it is, if there is one.
pub async fn look(cluster: &Cluster, namespace: &str, kind: &Kind, name: &str) -> Result<Option<DynamicObject>> {
    let body = json!({
        "apiVersion": kind.api_version, "kind": kind.kind, "metadata": { "name": name, "namespace": namespace },
    });
    let how = How { dry_run: true, force: true, manager: LOOKER };
    match try_apply(cluster, &Object { kind: kind.clone(), body }, how).await {
        // One that the trial would create has no version.
        Ok(found) => Ok(found.resource_version().filter(|version| !version.is_empty()).map(|_| found)),
        Err(error) if failure::is_invalid(&error) => Ok(None),
        Err(error) => Err(error).on(cluster),
    }
}

/// Whether applying `object` would change nothing but metadata, for an object of which everything else is immutable; that
/// is how a Secret is compared with the cluster's without being read. `uid` is the one on record.
pub async fn is_same(cluster: &Cluster, object: &Object, uid: &str) -> Result<bool> {
    match try_apply(cluster, object, How { dry_run: true, force: true, ..How::default() }).await {
        // One that is not there any more is created by the trial, and so has another UID.
        Ok(found) => Ok(found.uid().as_deref() == Some(uid)),
        Err(error) if failure::is_invalid(&error) => Ok(false),
        Err(error) => Err(error).on(cluster),
    }
}

/// Whether nobody but this program ever wrote to an object's own fields.
pub fn is_only_ours(object: &DynamicObject) -> bool {
    object.managed_fields().iter().all(|entry| entry.manager.as_deref() == Some(FIELD_MANAGER))
}

/// Deletes the object of this name if it is the one with this UID, after what it owns. Returns whether it was.
pub async fn delete(cluster: &Cluster, namespace: &str, kind: &Kind, name: &str, uid: &str) -> Result<bool> {
    delete_with(cluster, namespace, kind, (name, uid), PropagationPolicy::Foreground).await
}

/// The same for the object of this name and UID, where `cascade` says what becomes of what it owns.
pub async fn delete_with(
    cluster: &Cluster,
    namespace: &str,
    kind: &Kind,
    (name, uid): (&str, &str),
    cascade: PropagationPolicy,
) -> Result<bool> {
    let params = DeleteParams {
        preconditions: Some(Preconditions { uid: Some(uid.to_owned()), resource_version: None }),
        propagation_policy: Some(cascade),
        ..DeleteParams::default()
    };
    match dynamic(cluster, namespace, kind).delete(name, &params).await {
        Ok(_) => Ok(true),
        // 409: an object of the same name that somebody made later.
        Err(error) if failure::is_not_found(&error) || failure::is_conflict(&error) => Ok(false),
        Err(error) => Err(with_way(failure::explain(&cluster.server, &error), &error, kind, namespace)),
    }
}

/// Asks whether the object of this name and UID may be deleted. One that is gone may.
pub async fn try_delete(cluster: &Cluster, namespace: &str, kind: &Kind, name: &str, uid: &str) -> kube::Result<()> {
    let params = DeleteParams {
        preconditions: Some(Preconditions { uid: Some(uid.to_owned()), resource_version: None }),
        dry_run: true,
        ..DeleteParams::default()
    };
    match dynamic(cluster, namespace, kind).delete(name, &params).await {
        Err(error) if !failure::is_not_found(&error) && !failure::is_conflict(&error) => Err(error),
        _ => Ok(()),
    }
}

/// What came of deleting an object in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It was deleted.
    Done,
    /// It was gone already.
    Gone,
    /// It has changed since, and stays.
    Changed,
}

/// Deletes a Deployment exactly as it was seen.
pub async fn delete_version(cluster: &Cluster, seen: &Deployment, cascade: PropagationPolicy) -> Result<Deletion> {
    let params = DeleteParams {
        preconditions: Some(Preconditions { uid: seen.uid(), resource_version: seen.resource_version() }),
        propagation_policy: Some(cascade),
        ..DeleteParams::default()
    };
    let deployments = api::<Deployment>(cluster, &seen.namespace().unwrap_or_default());
    match deployments.delete(&seen.name_any(), &params).await {
        Ok(_) => Ok(Deletion::Done),
        Err(error) if failure::is_not_found(&error) => Ok(Deletion::Gone),
        Err(error) if failure::is_conflict(&error) => Ok(Deletion::Changed),
        Err(error) => Err(error).on(cluster),
    }
}

/// What of `object` somebody wants to be so: without its state, its versions and who wrote what.
pub fn essence(object: &DynamicObject) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Some(body) = value.as_object_mut() {
        body.remove("status");
    }
    if let Some(metadata) = value["metadata"].as_object_mut() {
        for key in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"] {
            metadata.remove(key);
        }
    }
    value
}
