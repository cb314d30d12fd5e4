//! `deployment describe` (layer 3).

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Pod, Secret};
use kube::ResourceExt;
use kube::core::params::ListParams;
use serde::Serialize;

use super::endpoint::{self, Endpoint};
use super::{Summary, events};
use crate::cluster::Cluster;
use crate::cluster::apply::dynamic;
use crate::cluster::failure::On;
use crate::cluster::objects::{api, list_all};
use crate::deployer::diagnosis::{View, is_of_revision, is_ready, pod_troubles, status_word};
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::manifests::{INVOKE_PATH_ANNOTATION, REVISION_LABEL, selector};
use crate::deployer::object::Kind;
use crate::error::Result;

/// How many warnings are shown.
const WARNINGS: usize = 10;

/// A deployment with its parts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The line of `list`.
    #[serde(flatten)]
    pub summary: Summary,
    /// What is to be said of its URL.
    pub notes: Vec<String>,
    /// Where `invoke` posts to.
    pub invoke_path: String,
    /// The objects that belong to it, such as `service/x`.
    pub objects: Vec<String>,
    /// Those of them that are not there any more.
    pub missing: Vec<String>,
    /// Its pods, the newest revision first.
    pub pods: Vec<PodLine>,
    /// Why it is not well.
    pub reasons: Vec<String>,
    /// What the cluster warned of lately, oldest first.
    pub warnings: Vec<events::Line>,
}

/// A pod in one line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodLine {
    /// Its name.
    pub name: String,
    /// Whether it gets traffic.
    pub ready: bool,
    /// Its state in one word.
    pub status: String,
    /// How often its container was restarted.
    pub restarts: i32,
    /// The revision that it runs.
    pub revision: String,
    /// Its node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
}

/// Reads everything about `deployment`.
pub async fn describe(cluster: &Cluster, deployment: &Deployment) -> Result<Description> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let pods = api::<Pod>(cluster, &namespace);
    let selector = selector(&name);
    let (pods, events, endpoint, missing) = tokio::join!(
        list_all(&pods, &selector),
        warnings(cluster, &namespace, &name),
        endpoint::or_inside(cluster, deployment),
        missing(cluster, deployment)
    );
    let endpoint = if missing.contains(&format!("service/{name}")) { Endpoint::missing() } else { endpoint };
    let pods = pods.on(cluster)?;
    let events: Vec<Event> = events.into_iter().filter(|event| is_of_today(event, &pods)).collect();
    let view = view(deployment, &pods, &events);
    let mut lines: Vec<PodLine> = pods.iter().map(PodLine::of).collect();
    lines.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.name.cmp(&b.name)));
    Ok(Description {
        notes: endpoint.notes.clone(),
        summary: Summary::of(deployment, endpoint, &view),
        invoke_path: deployment.annotations().get(INVOKE_PATH_ANNOTATION).cloned().unwrap_or_default(),
        objects: objects(deployment),
        missing,
        reasons: reasons(&view),
        warnings: events.iter().rev().take(WARNINGS).rev().map(events::Line::of).collect(),
        pods: lines,
    })
}

pub(super) fn view(deployment: &Deployment, pods: &[Pod], events: &[Event]) -> View {
    let key = |event: &Event| {
        (event.involved_object.name.clone().unwrap_or_default(), event.reason.clone().unwrap_or_default())
    };
    View {
        deployment: Some(deployment.clone()),
        pods: pods.iter().map(|pod| (pod.name_any(), pod.clone())).collect(),
        events: events.iter().map(|event| (key(event), event.clone())).collect::<BTreeMap<_, _>>(),
    }
}

/// Why the deployment is not well, each reason once. Also those that may yet pass.
fn reasons(view: &View) -> Vec<String> {
    let mut reasons: Vec<String> = view.troubles().iter().map(|trouble| trouble.cause.to_string()).collect();
    let old = view.pods.values().filter(|pod| !is_of_revision(pod, view.revision()));
    reasons.extend(old.filter_map(|pod| Some(pod_troubles(pod, &view.events)?.cause.to_string())));
    reasons.dedup();
    reasons
}

/// The Deployment, and what its inventory lists.
fn objects(deployment: &Deployment) -> Vec<String> {
    let listed = Inventory::of(deployment).objects.into_iter();
    let listed = listed.map(|item| shown(&item));
    std::iter::once(format!("deployment.apps/{}", deployment.name_any())).chain(listed).collect()
}

fn shown(item: &Item) -> String {
    format!("{}/{}", item.kind().display(), item.name)
}

/// What the inventory lists and somebody has deleted. Nobody needs the right to read Secrets, so these are not asked for; and
/// what this user may not see counts as there.
async fn missing(cluster: &Cluster, deployment: &Deployment) -> Vec<String> {
    let namespace = deployment.namespace().unwrap_or_default();
    let objects = Inventory::of(deployment).objects;
    let secret = Kind::of::<Secret>();
    let looked = objects.iter().filter(|item| item.kind() != secret).map(async |item| {
        let found = dynamic(cluster, &namespace, &item.kind()).get_metadata_opt(&item.name).await;
        matches!(found, Ok(None)).then(|| shown(item))
    });
    join_all(looked).await.into_iter().flatten().collect()
}

/// The warnings about the deployment's objects, oldest first; none without the right to see them.
async fn warnings(cluster: &Cluster, namespace: &str, name: &str) -> Vec<Event> {
    let params = ListParams::default().fields("type=Warning");
    events::about(cluster, namespace, name, params).await.unwrap_or_default()
}

/// Not about a pod that is gone.
fn is_of_today(event: &Event, pods: &[Pod]) -> bool {
    let object = &event.involved_object;
    object.kind.as_deref() != Some("Pod") || pods.iter().any(|pod| pod.metadata.name == object.name)
}

impl PodLine {
    fn of(pod: &Pod) -> Self {
        let status = pod.status.as_ref();
        let containers = status.and_then(|status| status.container_statuses.as_ref());
        Self {
            name: pod.name_any(),
            ready: is_ready(pod),
            status: status_word(pod),
            restarts: containers.and_then(|list| list.first()).map_or(0, |container| container.restart_count),
            revision: pod.labels().get(REVISION_LABEL).cloned().unwrap_or_default(),
            node: pod.spec.as_ref().and_then(|spec| spec.node_name.clone()),
            created: pod.metadata.creation_timestamp.as_ref().map(|time| time.0),
        }
    }
}
