//! What an earlier deployment of the same name has left: its Deployment was deleted by hand, or never made (layer 3).

use futures_util::future::join_all;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::ResourceExt;

use super::Request;
use super::plan::Plan;
use crate::cluster::Cluster;
use crate::cluster::apply;
use crate::cluster::objects::{api, list_all};
use crate::deployer::inventory::REVISIONS;
use crate::deployer::manifests::{revision_name, revision_of, selector};
use crate::deployer::object::Kind;

/// Puts it on the record of a first deploy, so that it goes once the new one serves. What this user may not see stays.
pub(super) async fn record(cluster: &Cluster, request: &Request<'_>, plan: &mut Plan) {
    let (name, namespace) = (request.source.name(), request.namespace);
    let maps = list_all(&api::<ConfigMap>(cluster, namespace), &selector(name)).await.unwrap_or_default();
    for map in maps.iter().filter(|map| revision_of(name, &map.name_any()).is_some()) {
        let uid = map.uid().unwrap_or_default();
        plan.inventory.record_leftover(&Kind::of::<ConfigMap>(), &map.name_any(), &uid);
    }
    if !plan.new_secret && maps.is_empty() {
        return;
    }
    let kind = Kind::of::<Secret>();
    // Secrets cannot be listed without a right to read them all, but looked at by name: as many as there can be.
    let names = (1..=REVISIONS as u64 + 2).map(|number| revision_name(name, number));
    let looked = names.map(|name| {
        let kind = &kind;
        async move { apply::look(cluster, namespace, kind, &name).await }
    });
    for secret in join_all(looked).await.into_iter().flatten().flatten().filter(apply::is_only_ours) {
        plan.inventory.record_leftover(&kind, &secret.name_any(), &secret.uid().unwrap_or_default());
    }
}
