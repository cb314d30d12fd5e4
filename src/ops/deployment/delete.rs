//! `deployment delete`: what the inventory lists, and nothing else (layer 3).

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, PodSpec};
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use crate::cluster::Cluster;
use crate::cluster::apply::{self, Deletion};
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{api, list_all};
use crate::cluster::watch::until_gone;
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::manifests::{is_ours, selector};
use crate::deployer::needs;
use crate::deployer::object::Kind;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::ops::deploy::is_never_deleted;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was deleted.
    Deleted,
    /// It holds data, and stays.
    Kept,
    /// Pods that stay name it, so it stays too.
    Needed,
}

/// One object, such as `service` and `x`, and what became of it.
pub type Told<'d> = &'d mut dyn FnMut(Fate, &str, &str);

/// Deletes `deployment` with everything that belongs to it, and tells `told` of each object. The Deployment is last:
/// it holds the list, so that a deletion that was interrupted can be repeated, and one that somebody has added to meanwhile
/// begins again. What holds data stays. `cascade` says what becomes of the pods; with those that are orphaned stays what they
/// name.
pub async fn delete(
    cluster: &Cluster,
    deployment: &Deployment,
    cascade: PropagationPolicy,
    told: Told<'_>,
) -> Result<()> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let kind = Kind::of::<Deployment>();
    let mut done = Vec::new();
    let pods = orphans(cluster, deployment, &cascade).await?;
    let mut latest = Some(deployment.clone());
    while let Some(now) = latest.filter(|now| now.uid() == deployment.uid()) {
        let listed = Inventory::of(&now).objects;
        belongings(cluster, &now, &pods, &done, told).await?;
        done = listed;
        match apply::delete_version(cluster, &now, cascade.clone()).await? {
            Deletion::Done => told(Fate::Deleted, &kind.display(), &name),
            Deletion::Gone => {}
            Deletion::Changed => {
                latest = api::<Deployment>(cluster, &namespace).get_opt(&name).await.on(cluster)?;
                continue;
            }
        }
        break;
    }
    Ok(())
}

/// The pods that stay, and the template of those to come.
async fn orphans(cluster: &Cluster, deployment: &Deployment, cascade: &PropagationPolicy) -> Result<Vec<PodSpec>> {
    if !matches!(cascade, PropagationPolicy::Orphan) {
        return Ok(Vec::new());
    }
    let pods = api::<Pod>(cluster, &deployment.namespace().unwrap_or_default());
    let pods = list_all(&pods, &selector(&deployment.name_any())).await.on(cluster)?;
    let specs = pods.into_iter().filter_map(|pod| pod.spec);
    Ok(specs.chain(deployment.spec.template.spec.clone()).collect())
}

/// Deletes what the inventory of `deployment` lists and is not `done`. What one of `pods` names stays.
async fn belongings(
    cluster: &Cluster,
    deployment: &Deployment,
    pods: &[PodSpec],
    done: &[Item],
    told: Told<'_>,
) -> Result<()> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let inventory = Inventory::of(deployment);
    for item in inventory.objects.iter().rev().filter(|item| !done.contains(item)) {
        let kind = item.kind();
        if pods.iter().any(|pod| needs::is_named_by(pod, item, &inventory)) {
            if is_there(cluster, &namespace, item).await {
                told(Fate::Needed, &kind.display(), &item.name);
            }
            continue;
        }
        if is_never_deleted(item) {
            if is_there(cluster, &namespace, item).await {
                told(Fate::Kept, &kind.display(), &item.name);
            }
            continue;
        }
        if let Some(uid) = uid(cluster, &namespace, &name, item).await?
            && apply::delete(cluster, &namespace, &kind, &item.name, &uid).await?
        {
            told(Fate::Deleted, &kind.display(), &item.name);
        }
    }
    Ok(())
}

/// Whether the object on record is there; assumed where that cannot be seen.
pub(crate) async fn is_there(cluster: &Cluster, namespace: &str, item: &Item) -> bool {
    let found = apply::look(cluster, namespace, &item.kind(), &item.name).await;
    found
        .map_or(true, |found| found.is_some_and(|found| item.uid.is_empty() || found.uid().as_ref() == Some(&item.uid)))
}

/// The UID of an object on record. One that was about to be made when its deploy was interrupted is looked for, and must be
/// the `deployment`'s own.
pub(crate) async fn uid(cluster: &Cluster, namespace: &str, deployment: &str, item: &Item) -> Result<Option<String>> {
    if !item.uid.is_empty() {
        return Ok(Some(item.uid.clone()));
    }
    let found = if item.kind() == Kind::of::<ConfigMap>() {
        // A revision's record, which may be read and not patched; who may not even read it has never made one.
        match api::<ConfigMap>(cluster, namespace).get_opt(&item.name).await {
            Err(error) if failure::is_forbidden(&error) => None,
            found => found.on(cluster)?.map(|map| map.metadata),
        }
    } else {
        apply::look(cluster, namespace, &item.kind(), &item.name).await?.map(|found| found.metadata)
    };
    Ok(found.filter(|found| is_ours(found, deployment)).and_then(|found| found.uid))
}

/// Waits until the Deployment is gone, which it is not before its pods are.
pub async fn wait(cluster: &Cluster, deployment: &Deployment, timeout: Duration) -> Result<()> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let mut finalizers = Vec::new();
    let uid = deployment.uid().unwrap_or_default();
    let watched = until_gone(cluster, &namespace, &name, &uid, |found: &Deployment| {
        finalizers = found.finalizers().to_vec();
    });
    if tokio::time::timeout(timeout, watched).await.is_ok() {
        return Ok(());
    }
    let seconds = timeout.as_secs();
    let message = format!("timed out after {seconds}s waiting for deployment \"{name}\" to be gone");
    let error = Error::new(ErrorKind::TimedOut, message);
    // Kubernetes' own, as long as there are pods.
    finalizers.retain(|finalizer| finalizer != "foregroundDeletion");
    if finalizers.is_empty() {
        return Err(error.hint("its pods are still going; wait longer with --timeout"));
    }
    Err(error.hint(format!("it is held by the finalizers {}", finalizers.join(", "))))
}
