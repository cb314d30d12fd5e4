//! A RoleBinding that is to give another role: the API server lets none change its role, so it is made anew, as
//! `kubectl auth reconcile` does (layer 3).

use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::ResourceExt;
use kube::api::{DynamicObject, PropagationPolicy};
use serde_json::json;

use super::Request;
use crate::cluster::Cluster;
use crate::cluster::{apply, failure};
use crate::deployer::inventory::Inventory;
use crate::deployer::manifests::is_ours;
use crate::deployer::object::{Kind, Object};
use crate::error::Result;

/// Whether the server refuses `object` because it would change the role of a binding.
pub(super) fn is_another_role(object: &Object, error: &kube::Error) -> bool {
    let says = || failure::status(error).is_some_and(|status| status.message.contains("cannot change roleRef"));
    object.kind == Kind::of::<RoleBinding>() && failure::is_invalid(error) && says()
}

/// Asks whether `live` may go and `object` may be made in its place. `false` where `live` is not the deployment's own.
pub(super) async fn may_replace(
    cluster: &Cluster,
    request: &Request<'_>,
    object: &Object,
    live: &DynamicObject,
    inventory: &Inventory,
) -> Result<bool> {
    if !is_own(request, object, live, inventory) {
        return Ok(false);
    }
    // Under a free name, since the server asks for the right to give a role where a binding is made.
    let mut trial = object.clone();
    trial.body["metadata"]["name"] = json!(format!("{}-trial", object.name()));
    apply::apply(cluster, &trial, request.how(true)).await?;
    let (kind, uid) = (&object.kind, live.uid().unwrap_or_default());
    let gone = apply::try_delete(cluster, request.namespace, kind, object.name(), &uid).await;
    gone.map_err(|error| apply::with_way(failure::explain(&cluster.server, &error), &error, kind, request.namespace))?;
    Ok(true)
}

/// Applies `object`. A binding of the deployment's own that has another role goes first.
pub(super) async fn apply(
    cluster: &Cluster,
    request: &Request<'_>,
    object: &Object,
    inventory: &Inventory,
) -> Result<DynamicObject> {
    let how = request.how(false);
    let error = match apply::try_apply(cluster, object, how).await {
        Ok(applied) => return Ok(applied),
        Err(error) => error,
    };
    let (kind, name) = (&object.kind, object.name());
    if is_another_role(object, &error)
        && let Some(live) = apply::look(cluster, request.namespace, kind, name).await?
        && is_own(request, object, &live, inventory)
    {
        let uid = live.uid().unwrap_or_default();
        let at_once = PropagationPolicy::Background;
        apply::delete_with(cluster, request.namespace, kind, (name, &uid), at_once).await?;
        return apply::apply(cluster, object, how).await;
    }
    Err(apply::explain(cluster, object, &error))
}

/// What `object` would be after [`apply()`], where `live` is there now and was found to be replaceable.
pub(super) async fn trial(
    cluster: &Cluster,
    request: &Request<'_>,
    object: &Object,
    live: Option<&DynamicObject>,
) -> Result<DynamicObject> {
    match (apply::try_apply(cluster, object, request.how(true)).await, live) {
        (Ok(trial), _) => Ok(trial),
        (Err(error), Some(live)) if is_another_role(object, &error) => {
            let mut trial = live.clone();
            trial.data["roleRef"] = object.body["roleRef"].clone();
            Ok(trial)
        }
        (Err(error), _) => Err(apply::explain(cluster, object, &error)),
    }
}

/// Whether a binding is on record by its UID, or by its name and labels where a deploy that made it anew was cut off.
fn is_own(request: &Request<'_>, object: &Object, live: &DynamicObject, inventory: &Inventory) -> bool {
    let known = inventory.uid(&object.kind, object.name());
    known.is_some_and(|uid| live.uid().as_deref() == Some(uid) || is_ours(&live.metadata, request.source.name()))
}
