//! One object of a deployment: is there one already, whose is it, and what would become of it (layer 3).

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::ResourceExt;
use kube::api::DynamicObject;

use super::{Request, binding};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, Outcome};
use crate::cluster::failure;
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::manifests::{auth_name, is_ours, revision_of};
use crate::deployer::object::{Kind, Object};
use crate::error::{Error, Result};

/// What a trial came to.
pub(super) enum Checked {
    /// The server would take it.
    Fine {
        /// The version of what is there now.
        version: Option<String>,
        /// What would become of it.
        outcome: Outcome,
    },
    /// This user may not make such objects, and the deployment can do without.
    Without {
        /// The kind.
        kind: Kind,
        /// The refusal.
        error: Error,
    },
}

/// Tries `object`. What somebody else made is refused.
pub(super) async fn check(
    cluster: &Cluster,
    request: &Request<'_>,
    object: &Object,
    inventory: &Inventory,
) -> Result<Checked> {
    let checked = try_one(cluster, request, object, inventory).await;
    checked.map_err(|error| match request.source.file_of(object) {
        Some(file) => {
            error.under(format!("{file}: the server does not take {} \"{}\"", object.kind.kind, object.name()))
        }
        None => error,
    })
}

async fn try_one(cluster: &Cluster, request: &Request<'_>, object: &Object, inventory: &Inventory) -> Result<Checked> {
    let how = request.how(true);
    let trial = match apply::try_apply(cluster, object, how).await {
        Ok(trial) => trial,
        Err(error) if is_optional(&object.kind) && failure::lacks_right(&error) => {
            return Ok(Checked::Without {
                kind: object.kind.clone(),
                error: failure::explain(&cluster.server, &error),
            });
        }
        // Whose it is says more than that it conflicts.
        Err(error) if failure::is_apply_conflict(&error) => {
            let live = apply::look(cluster, request.namespace, &object.kind, object.name()).await?;
            refuse_foreign(request, object, live.as_ref(), inventory)?;
            return Err(apply::explain(cluster, object, &error));
        }
        Err(error) if binding::is_another_role(object, &error) => {
            let live = apply::look(cluster, request.namespace, &object.kind, object.name()).await?;
            refuse_foreign(request, object, live.as_ref(), inventory)?;
            if let Some(live) = live
                && binding::may_replace(cluster, request, object, &live, inventory).await?
            {
                return Ok(Checked::Fine { version: live.resource_version(), outcome: Outcome::Configured });
            }
            return Err(apply::explain(cluster, object, &error).hint("delete the binding, or use another account"));
        }
        Err(error) => {
            let explained = apply::explain(cluster, object, &error);
            return Err(apply::with_way(explained, &error, &object.kind, request.namespace));
        }
    };
    if trial.resource_version().is_none_or(|version| version.is_empty()) {
        return Ok(Checked::Fine { version: None, outcome: Outcome::Created });
    }
    let live = apply::look(cluster, request.namespace, &object.kind, object.name()).await?;
    refuse_foreign(request, object, live.as_ref(), inventory)?;
    let same = live.as_ref().is_some_and(|live| apply::essence(live) == apply::essence(&trial));
    let outcome = if same { Outcome::Unchanged } else { Outcome::Configured };
    Ok(Checked::Fine { version: live.and_then(|live| live.resource_version()), outcome })
}

fn refuse_foreign(
    request: &Request<'_>,
    object: &Object,
    live: Option<&DynamicObject>,
    inventory: &Inventory,
) -> Result<()> {
    let Some(live) = live else { return Ok(()) };
    let name = object.name();
    let on_record = inventory.uid(&object.kind, name).is_some_and(|uid| live.uid().as_deref() == Some(uid));
    if on_record || request.adopt || is_ours(&live.metadata, request.source.name()) {
        return Ok(());
    }
    Err(foreign(&object.kind.kind.to_lowercase(), name, request.namespace))
}

/// The refusal of what somebody else made.
pub(super) fn foreign(kind: &str, name: &str, namespace: &str) -> Error {
    let message = format!("{kind} \"{name}\" in namespace \"{namespace}\" was not made by kubectl zenml");
    Error::failure(message).hint(
        "choose another name or namespace for the service, or take the object over with --adopt; it then also goes with the \
         deployment",
    )
}

/// Whether a deployment works without objects of this kind.
fn is_optional(kind: &Kind) -> bool {
    [Kind::of::<HorizontalPodAutoscaler>(), Kind::of::<PodDisruptionBudget>()].contains(kind)
}

/// Whether `item` is a Secret or record of a revision, or the key that requests must carry.
pub(super) fn is_bookkeeping(item: &Item, deployment: &str) -> bool {
    ["Secret", "ConfigMap"].contains(&item.kind.as_str())
        && item.api_version == "v1"
        && (revision_of(deployment, &item.name).is_some() || item.name == auth_name(deployment))
}

/// Whether losing such an object would lose data.
pub(crate) fn is_never_deleted(item: &Item) -> bool {
    item.api_version == "v1" && ["Namespace", "PersistentVolumeClaim", "PersistentVolume"].contains(&item.kind.as_str())
}
