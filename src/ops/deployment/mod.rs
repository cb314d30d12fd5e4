//! Looking at deployments, calling and deleting them (layer 3). The cluster is the only record of them.

pub mod delete;
pub mod describe;
pub mod endpoint;
pub mod events;
pub mod find;
pub mod history;
pub mod invoke;
pub mod list;
pub mod logs;
pub mod port_forward;
pub mod scale;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use serde::Serialize;

use self::endpoint::Endpoint;
use crate::deployer::diagnosis::{Cause, View};
use crate::deployer::inventory::Inventory;

/// A deployment in one line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub namespace: String,
    /// The Deployment's UID.
    pub id: String,
    /// How it stands, in one word.
    pub status: &'static str,
    /// Pods that are ready.
    pub ready: i32,
    /// Pods wanted.
    pub replicas: i32,
    /// Where it can be reached, as far as it can be yet.
    pub url: Option<String>,
    /// Through what: `Ingress`, `LoadBalancer`, `NodePort` or `ClusterIP`; `none` where there is no Service.
    pub through: &'static str,
    /// The URL, or what stands for it in a table.
    #[serde(skip)]
    pub address: String,
    /// The image.
    pub image: String,
    /// Counts the changes.
    pub revision: u64,
    /// When it was first deployed.
    pub created: Option<Timestamp>,
}

impl Summary {
    fn of(deployment: &Deployment, endpoint: Endpoint, view: &View) -> Self {
        let container = deployment.spec.template.spec.as_ref().and_then(|spec| spec.containers.first());
        let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
        Self {
            id: deployment.uid().unwrap_or_default(),
            status: status(view),
            ready: deployment.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or(0),
            replicas: deployment.spec.replicas.unwrap_or(1),
            url: endpoint.url,
            through: endpoint.through,
            address: endpoint.text,
            image: container.and_then(|container| container.image.clone()).unwrap_or_default(),
            revision: Inventory::of(deployment).revision,
            created: deployment.metadata.creation_timestamp.as_ref().map(|time| time.0),
            name,
            namespace,
        }
    }
}

impl Summary {
    /// Whether its rollout has failed, or cannot go on.
    pub fn has_failed(&self) -> bool {
        [FAILED, PAUSED].contains(&self.status)
    }
}

const FAILED: &str = "Failed";
const PAUSED: &str = "Paused";

/// How a deployment stands in one word: a failed update of one that still serves is `Failed`, too. What may yet pass at any
/// time is no failure.
fn status(view: &View) -> &'static str {
    let Some(deployment) = &view.deployment else { return "Unknown" };
    let serving = deployment.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or(0);
    let troubles = view.troubles();
    let fails = |by: fn(&Cause) -> bool| troubles.iter().any(|trouble| trouble.grace.is_some() && by(&trouble.cause));
    match serving {
        _ if deployment.metadata.deletion_timestamp.is_some() => "Terminating",
        0 if view.is_complete() && deployment.spec.replicas == Some(0) => "Stopped",
        _ if view.is_complete() && deployment.spec.replicas != Some(0) => "Running",
        _ if fails(|cause| !matches!(cause, Cause::Paused { .. })) => FAILED,
        _ if fails(|_| true) => PAUSED,
        0 => "Pending",
        _ => "Updating",
    }
}
