//! `run describe`: one run with its steps, and why those failed that did (layer 3).

use std::collections::HashMap;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event;
use kube::core::params::ListParams;
use serde::Serialize;

use super::{Found, Summary, list};
use crate::cluster::logs::{Lines, Part};
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::ops::deployment::events::last_seen;
use crate::orchestrator::last_words::why_no_pod;
use crate::orchestrator::machine::FAILED_MOUNT;
use crate::orchestrator::reason::one_line;
use crate::orchestrator::record::{Phase, StepPhase, StepRecord};
use crate::orchestrator::root::Mode;
use crate::pipeline::pod::CONTAINER;
use crate::pipeline::policy::is_usual_wait;
use crate::pipeline::render::instance_of;

/// The log lines that are read of a failed step whose record has none.
const LAST_LINES: i64 = 10;
/// Of so many failed steps the log is read.
const MOST_LOGS: usize = 5;

/// A run with its steps.
#[derive(Clone, Debug, Serialize)]
pub struct Description {
    /// The run in one line.
    #[serde(flatten)]
    pub summary: Summary,
    /// The name of its root ConfigMap, Job and Lease.
    pub object: String,
    /// How many pods of steps that succeeded were deleted, because the run has more than are kept.
    #[serde(rename = "droppedPods", skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
    /// Every step in the file's order, instances of a `foreach` step behind it.
    #[serde(rename = "stepStates")]
    pub steps: Vec<StepRecord>,
}

/// Describes a run. A failed step whose record has no message gets the last lines of its log, while its pod is there.
pub async fn describe(cluster: &Cluster, run: &Found, now: Timestamp) -> Result<Description> {
    let (mut summary, record) = list::one(cluster, run, now).await?;
    if record.phase == Phase::Pending && summary.mode == Mode::Job && summary.orchestrator_pod.is_none() {
        summary.message = no_pod(cluster, run).await.or(summary.message);
    }
    let dropped = Some(record.dropped).filter(|dropped| *dropped > 0);
    let mut steps = in_order(record.steps);
    let silent = steps.iter_mut().filter(|step| step.phase == StepPhase::Failed && step.message.is_none());
    for step in silent.take(MOST_LOGS) {
        if let Some(pod) = &step.pod {
            // A pod that is gone has no log: then the record is all there is.
            step.message = last_lines(cluster, &run.namespace, pod).await.ok().filter(|text| !text.is_empty());
        }
    }
    for step in steps.iter_mut().filter(|step| waits_silently(step)).take(MOST_LOGS) {
        if let Some(pod) = &step.pod {
            step.message = no_mount(cluster, &run.namespace, pod).await;
        }
    }
    Ok(Description { summary, object: run.identity.object(), dropped, steps })
}

/// Records have instances in the order in which their steps came to be expanded.
fn in_order(mut steps: Vec<StepRecord>) -> Vec<StepRecord> {
    let places: HashMap<_, _> = steps.iter().enumerate().map(|(place, step)| (step.name.clone(), place)).collect();
    let place = |step: &StepRecord| {
        let (name, index) = instance_of(&step.name).unwrap_or((&step.name, None));
        (places.get(name).copied(), index)
    };
    steps.sort_by_cached_key(place);
    steps
}

/// Why there is no orchestrator pod yet. Who may not list events learns less.
async fn no_pod(cluster: &Cluster, run: &Found) -> Option<String> {
    let object = run.identity.object();
    let about_job = format!("involvedObject.kind=Job,involvedObject.name={object},reason=FailedCreate");
    let api = objects::api::<Event>(cluster, &run.namespace);
    let events = api.list(&ListParams::default().fields(&about_job)).await.ok()?;
    // An earlier run of the same name may have left some, from before this one was submitted.
    let of_this_run =
        events.items.iter().filter(|event| event.metadata.creation_timestamp.as_ref().map(|it| it.0) >= run.created);
    of_this_run
        .max_by_key(|event| event.metadata.creation_timestamp.as_ref().map(|it| it.0))
        .and_then(|event| why_no_pod(event, &run.namespace))
}

/// Whether a step waits for what its pod's status has no word of.
fn waits_silently(step: &StepRecord) -> bool {
    let is_usual = step.reason.as_deref().is_some_and(is_usual_wait);
    step.phase == StepPhase::Starting && is_usual && step.message.is_none()
}

/// What the kubelet says of a pod's volume that it cannot mount. Many an orchestrator may not read events, and its record has
/// nothing of that. Who may not list them either learns nothing.
async fn no_mount(cluster: &Cluster, namespace: &str, pod: &str) -> Option<String> {
    let about_pod = format!("involvedObject.kind=Pod,involvedObject.name={pod},reason={FAILED_MOUNT}");
    let api = objects::api::<Event>(cluster, namespace);
    let events = api.list(&ListParams::default().fields(&about_pod)).await.ok()?.items;
    let message = events.into_iter().max_by_key(last_seen)?.message?;
    Some(format!("{FAILED_MOUNT}: {}", one_line(&message)))
}

async fn last_lines(cluster: &Cluster, namespace: &str, pod: &str) -> Result<String> {
    // A webhook may have put a sidecar beside it.
    let part = Part { tail: Some(LAST_LINES), container: Some(CONTAINER.to_owned()), ..Part::default() };
    let mut log = Lines::open(cluster, namespace, pod, &part).await?;
    let mut lines = Vec::new();
    while let Some(line) = log.next().await? {
        lines.push(line);
    }
    Ok(lines.join("\n"))
}
