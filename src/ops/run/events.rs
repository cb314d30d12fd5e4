//! `run events`: what the cluster said about a run's objects (layer 3).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::Event;
use kube::core::params::ListParams;

use super::Found;
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::ops::deployment::events::{Line, last_seen};
use crate::orchestrator::checkpoint;

/// All of them, oldest first: about the run's own objects, the orchestrator's pods, and every attempt that is on record.
pub async fn events(cluster: &Cluster, run: &Found) -> Result<Vec<Line>> {
    let object = run.identity.object();
    let record = checkpoint::load(cluster, &run.namespace, &object).await?;
    let pods = record.steps.into_iter().flat_map(|step| {
        step.attempts.into_iter().filter_map(|attempt| attempt.pod).chain(step.pod).collect::<Vec<_>>()
    });
    let pods: HashSet<String> = pods.collect();
    let is_about = |event: &Event| {
        let name = event.involved_object.name.as_deref().unwrap_or_default();
        let own = name.strip_prefix(&object).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        // An earlier run of the same name may have left some.
        (own || pods.contains(name)) && last_seen(event) >= run.created
    };
    let list = objects::api::<Event>(cluster, &run.namespace).list(&ListParams::default()).await.on(cluster)?;
    let mut events: Vec<Event> = list.items.into_iter().filter(is_about).collect();
    events.sort_by_key(last_seen);
    Ok(events.iter().map(Line::of).collect())
}
