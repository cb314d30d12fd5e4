//! What the cluster said about a deployment's objects (layer 3).

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Event;
use kube::ResourceExt;
use kube::core::params::ListParams;
use serde::Serialize;

use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::cluster::objects::api;
use crate::deployer::rights;
use crate::error::Result;

/// An event in one line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The event's own name.
    pub name: String,
    /// When it was last seen.
    pub time: Option<Timestamp>,
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The reason in one word.
    pub reason: String,
    /// What it is about.
    pub object: String,
    /// The message. Untrusted text.
    pub message: String,
    /// How often it happened.
    pub count: i32,
}

impl Line {
    /// The line of an event.
    pub fn of(event: &Event) -> Self {
        let object = &event.involved_object;
        let kind = object.kind.as_deref().unwrap_or_default().to_lowercase();
        Self {
            name: event.name_any(),
            time: last_seen(event),
            kind: event.type_.clone().unwrap_or_default(),
            reason: event.reason.clone().unwrap_or_default(),
            object: format!("{kind}/{}", object.name.as_deref().unwrap_or_default()),
            message: event.message.clone().unwrap_or_default(),
            count: event.count.unwrap_or(1),
        }
    }
}

/// `deployment events`: all of them, oldest first.
pub async fn events(cluster: &Cluster, deployment: &Deployment) -> Result<Vec<Line>> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let events = about(cluster, &namespace, &name, ListParams::default()).await.map_err(|error| {
        let explained = failure::explain(&cluster.server, &error);
        if failure::is_forbidden(&error) {
            return explained.hint(format!("you may not list events, {}", rights::way("events", &namespace)));
        }
        explained
    })?;
    Ok(events.iter().map(Line::of).collect())
}

/// The events about the objects of deployment `name` that `params` selects, oldest first.
pub(super) async fn about(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
    params: ListParams,
) -> kube::Result<Vec<Event>> {
    let list = api::<Event>(cluster, namespace).list(&params).await?;
    let prefix = format!("{name}-");
    let is_about = |event: &Event| {
        let object = event.involved_object.name.as_deref().unwrap_or_default();
        object == name || object.starts_with(&prefix)
    };
    let mut events: Vec<Event> = list.items.into_iter().filter(is_about).collect();
    events.sort_by_key(last_seen);
    Ok(events)
}

/// When it was last seen.
pub(in crate::ops) fn last_seen(event: &Event) -> Option<Timestamp> {
    let last = event.last_timestamp.as_ref().map(|time| time.0);
    last.or_else(|| event.event_time.as_ref().map(|time| time.0))
}
