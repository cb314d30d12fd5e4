//! `deployment delete`: what the inventory lists, and nothing else (layer 3).

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;

use crate::cluster::Cluster;
use crate::cluster::apply;
use crate::cluster::watch::until_gone;
use crate::deployer::inventory::{Inventory, Kind};
use crate::error::{Error, Kind as ErrorKind, Result};

/// One object that was deleted, such as `service` and `x`.
pub type Deleted<'d> = &'d mut dyn FnMut(&str, &str);

/// Deletes `deployment` with everything that belongs to it, and tells `deleted` of each object. The Deployment is last:
/// it holds the list, so that a deletion that was interrupted can be repeated.
pub async fn delete(cluster: &Cluster, deployment: &Deployment, deleted: Deleted<'_>) -> Result<()> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    for item in Inventory::of(deployment).objects {
        let (kind, is_gone) = match item.kind {
            Kind::Secret => {
                ("secret", apply::delete::<core::Secret>(cluster, &namespace, &item.name, &item.uid).await?)
            }
            Kind::Service => {
                ("service", apply::delete::<core::Service>(cluster, &namespace, &item.name, &item.uid).await?)
            }
        };
        if is_gone {
            deleted(kind, &item.name);
        }
    }
    let uid = deployment.uid().unwrap_or_default();
    if apply::delete::<Deployment>(cluster, &namespace, &name, &uid).await? {
        deleted("deployment.apps", &name);
    }
    Ok(())
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
    if finalizers.is_empty() {
        return Err(error);
    }
    Err(error.hint(format!("it is held by the finalizers {}", finalizers.join(", "))))
}
