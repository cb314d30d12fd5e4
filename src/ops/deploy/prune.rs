//! What no revision needs any more goes once the new one serves (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::commit::{Stop, commit};
use super::plan::Plan;
use super::{Request, Source};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How};
use crate::deployer::inventory::{ANNOTATION, Inventory, Item};
use crate::deployer::manifests::{auth_name, revision_of};
use crate::deployer::object::Kind;
use crate::error::Result;
use crate::ops::deployment::delete;

/// Deletes the Secrets and records that no revision needs any more, now that the new one serves as `done`. First they are
/// dismissed on the record, so that nobody who goes back at that moment counts on them. Where somebody else has deployed
/// meanwhile, it is theirs to prune.
pub(super) async fn prune(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &Plan,
    done: &Deployment,
) -> Result<(), Stop> {
    let mut inventory = Inventory::of(done);
    if inventory != plan.inventory {
        return Ok(());
    }
    let mut left = inventory.clone();
    let outdated = outdated(request, plan, &mut left);
    if outdated.is_empty() {
        return Ok(());
    }
    inventory.dismiss(&outdated);
    let dismissed = match write(cluster, request, plan, &inventory, done).await {
        Ok(dismissed) => dismissed,
        Err(Stop::Overtaken(_)) => return Ok(()),
        Err(stop) => return Err(stop),
    };
    for item in &outdated {
        let name = request.source.name();
        if let Some(uid) = delete::uid(cluster, request.namespace, name, item).await? {
            // At once: nothing belongs to it.
            let (which, at_once) = ((item.name.as_str(), uid.as_str()), PropagationPolicy::Background);
            apply::delete_with(cluster, request.namespace, &item.kind(), which, at_once).await?;
        }
    }
    // Where this comes to nothing, the next deploy deletes them again, which is no harm.
    let _ = write(cluster, request, plan, &left, &dismissed).await;
    Ok(())
}

/// Takes out what nobody needs.
fn outdated(request: &Request<'_>, plan: &Plan, inventory: &mut Inventory) -> Vec<Item> {
    let name = request.source.name();
    let mut outdated = inventory.outdated(plan.secret.as_deref(), |of| revision_of(name, of).is_some());
    let wants_key = match &request.source {
        Source::File { service, .. } => service.settings.auth_key.is_some(),
        Source::Record(record) => record.wants_key(),
    };
    if !wants_key {
        let (secret, key) = (Kind::of::<Secret>(), auth_name(name));
        outdated.extend(inventory.take(|item| item.kind() != secret || item.name != key));
    }
    outdated
}

async fn write(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &Plan,
    inventory: &Inventory,
    seen: &Deployment,
) -> Result<Deployment, Stop> {
    let mut wanted = plan.wanted(request)?;
    wanted.annotations_mut().insert(ANNOTATION.to_owned(), inventory.to_annotation());
    let (written, _) = commit(cluster, &wanted, Some(seen), How { force: true, ..request.how(false) }).await?;
    Ok(written)
}
