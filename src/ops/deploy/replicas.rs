//! Who owns the number of pods: the Deployment's own apply, or an autoscaler (layer 3).
//!
//! Dropping `spec.replicas` from an apply resets it to 1, and forcing it takes every other field along. So a second manager,
//! which owns nothing else, holds the number while it changes hands. Measured: no dip in either direction.

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, LOOKER};
use crate::deployer::inventory::ANNOTATION;
use crate::deployer::object::{Kind, Object};
use crate::error::Result;
use crate::ops::deployment::scale::RESTARTER;

/// The second manager.
pub(crate) const REPLICAS_MANAGER: &str = "kubectl-zenml-replicas";

/// Who writes for an autoscaler. It stays an owner of the number after its autoscaler is gone.
const SCALER: &str = "kube-controller-manager";

/// How the number has to change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandOver {
    /// Not at all.
    None,
    /// Away from us: an autoscaler owns it from now on.
    Away {
        /// What it is meanwhile.
        live: i32,
    },
    /// Back to us, who want it to be this.
    Back {
        /// The wanted number.
        wanted: i32,
    },
}

impl HandOver {
    /// What it takes to get from `live` to `wanted`. `scaled` says whether the deployment has an autoscaler of ours until
    /// now, `least` how many pods an autoscaler will have at least, `manager` who applies.
    pub(super) fn between(
        live: Option<&Deployment>,
        wanted: &Deployment,
        scaled: bool,
        least: i32,
        manager: &str,
    ) -> Self {
        let owners = live.map(owners).unwrap_or_default();
        match (live, wanted.spec.replicas) {
            // Nothing is there yet: it begins with as many pods as there will be at least.
            (None, None) => Self::Away { live: least },
            (Some(live), None) if owners.iter().any(|owner| owner == manager) => {
                Self::Away { live: live.spec.replicas.unwrap_or(least) }
            }
            (Some(_), Some(wanted))
                if scaled || owners.iter().any(|owner| [REPLICAS_MANAGER, SCALER].contains(&owner.as_str())) =>
            {
                Self::Back { wanted }
            }
            _ => Self::None,
        }
    }
}

/// How many pods there are, where our own apply says so too: leaving it out would then change it.
pub(super) fn own(live: &Deployment, manager: &str) -> Option<i32> {
    owners(live).iter().any(|owner| owner == manager).then_some(live.spec.replicas).flatten()
}

/// Whether `manager` has written the deployment's inventory.
pub(super) fn is_applied_by(live: &Deployment, manager: &str) -> bool {
    let path = format!("/f:metadata/f:annotations/f:{}", ANNOTATION.replace('~', "~0").replace('/', "~1"));
    let mut entries = live.managed_fields().iter().filter(|entry| entry.manager.as_deref() == Some(manager));
    entries.any(|entry| entry.fields_v1.as_ref().is_some_and(|fields| fields.0.pointer(&path).is_some()))
}

/// Whether a person may apply under this name: some are this program's own, and mean something.
pub fn is_free(manager: &str) -> bool {
    ![REPLICAS_MANAGER, SCALER, LOOKER, RESTARTER].contains(&manager)
}

/// Who says how many pods there are.
fn owners(deployment: &Deployment) -> Vec<String> {
    let owns = |fields: &Value| fields.pointer("/f:spec/f:replicas").is_some();
    let entries = deployment.managed_fields().iter();
    let owning = entries.filter(|entry| entry.fields_v1.as_ref().is_some_and(|fields| owns(&fields.0)));
    owning.filter_map(|entry| entry.manager.clone()).collect()
}

/// Makes the number `count`, owned by the second manager.
pub(crate) async fn hold(cluster: &Cluster, namespace: &str, name: &str, count: i32, dry_run: bool) -> Result<()> {
    let how = How { dry_run, force: true, manager: REPLICAS_MANAGER };
    apply::apply(cluster, &alone(namespace, name, json!({ "replicas": count })), how).await.map(drop)
}

/// Lets the second manager go; the number stays as it is, since somebody else owns it too.
pub(crate) async fn release(cluster: &Cluster, namespace: &str, name: &str) -> Result<()> {
    let how = How { manager: REPLICAS_MANAGER, ..How::default() };
    apply::apply(cluster, &alone(namespace, name, Value::Null), how).await.map(drop)
}

fn alone(namespace: &str, name: &str, spec: Value) -> Object {
    let mut body = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name, "namespace": namespace },
    });
    if !spec.is_null() {
        body["spec"] = spec;
    }
    Object { kind: Kind::of::<Deployment>(), body }
}
