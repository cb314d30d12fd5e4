//! What no revision needs any more goes once the new one serves, and what is too old before that (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::commit::{Stop, commit};
use super::plan::Plan;
use super::{Request, Source};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How};
use crate::cluster::objects::{api, list_all};
use crate::deployer::inventory::{ANNOTATION, Inventory, Item};
use crate::deployer::manifests::{REVISION_LABEL, auth_name, revision_name, revision_of, selector};
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
    match write(cluster, request, plan, &inventory, done).await {
        Ok(dismissed) => clear(cluster, request, plan, (&outdated, &left), &dismissed).await.map(drop),
        Err(Stop::Overtaken(_)) => Ok(()),
        Err(stop) => Err(stop),
    }
}

/// Deletes the Secrets and records beyond the last few before anybody knows whether the new revision will serve: where
/// nobody waits for that, or it never does, nothing else would. What a pod names stays, and so does the revision
/// `way_back`; where the pods cannot be seen, all stays. No deploy fails because of what this comes to.
pub(super) async fn trim(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &mut Plan,
    seen: &Deployment,
    way_back: Option<u64>,
) {
    let name = request.source.name();
    let is_of_revision = |of: &str| revision_of(name, of).is_some();
    if plan.inventory.clone().surplus(|_| false, is_of_revision).is_empty() {
        return;
    }
    let Ok(pods) = list_all(&api::<Pod>(cluster, request.namespace), &selector(name)).await else { return };
    let needed = named(name, &pods, way_back, plan);
    let mut left = plan.inventory.clone();
    let surplus = left.surplus(|of| needed.iter().any(|text| text.contains(&quoted(of))), is_of_revision);
    if surplus.is_empty() {
        return;
    }
    let mut dismissing = plan.inventory.clone();
    dismissing.dismiss(&surplus);
    let Ok(dismissed) = write(cluster, request, plan, &dismissing, seen).await else { return };
    plan.inventory = dismissing;
    if let Ok(Some(_)) = clear(cluster, request, plan, (&surplus, &left), &dismissed).await {
        plan.inventory = left;
    }
}

/// Texts that hold the quoted names of what is needed: the pods as they are, and the records of their revisions.
fn named(name: &str, pods: &[Pod], way_back: Option<u64>, plan: &Plan) -> Vec<String> {
    let label = |pod: &Pod| pod.labels().get(REVISION_LABEL)?.parse().ok();
    let records = pods.iter().filter_map(label).chain(way_back).map(|revision| revision_name(name, revision));
    let names = records.chain(plan.secret.clone()).map(|name| quoted(&name));
    pods.iter().filter_map(|pod| serde_json::to_string(&pod.spec).ok()).chain(names).collect()
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Deletes what was dismissed, and returns the Deployment with the record of what is `left`, where it could be written.
async fn clear(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &Plan,
    (outdated, left): (&[Item], &Inventory),
    dismissed: &Deployment,
) -> Result<Option<Deployment>, Stop> {
    for item in outdated {
        let name = request.source.name();
        if let Some(uid) = delete::uid(cluster, request.namespace, name, item).await? {
            // At once: nothing belongs to it.
            let (which, at_once) = ((item.name.as_str(), uid.as_str()), PropagationPolicy::Background);
            apply::delete_with(cluster, request.namespace, &item.kind(), which, at_once).await?;
        }
    }
    // Where this comes to nothing, the next deploy deletes them again, which is no harm.
    Ok(write(cluster, request, plan, left, dismissed).await.ok())
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
