//! Following a run that somebody else drives, through its checkpoint and its orchestrator pod (layer 3).

use std::pin::pin;

use futures_util::StreamExt;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Event, Pod};
use tokio::sync::watch;

use super::last_words::LastWords;
use super::progress::{Report, tell_difference};
use super::record::Record;
use super::root::{self, Identity};
use super::{checkpoint, job, labels, mounts, pod_end};
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::cluster::{Cluster, namespace};
use crate::error::Result;

/// Tells `report` everything that happens, until the run has ended. The error says that the Job gave up or the run was
/// deleted; a run that failed is a record. `uid` is that of the run's root.
pub async fn follow(
    cluster: &Cluster,
    namespace: &str,
    (identity, uid): (&Identity, &str),
    report: &Report,
) -> Result<Record> {
    match Box::pin(until_end(cluster, namespace, (identity, uid), report)).await {
        Err(error) => Err(root::named(cluster, namespace, &identity.name, error).await),
        // Its pod went as everything did.
        Ok(record) if record.message.as_deref() == Some(pod_end::DELETED) => {
            let why = namespace::end(cluster, namespace).await;
            Ok(Record { message: why.or(record.message), ..record })
        }
        record => record,
    }
}

async fn until_end(
    cluster: &Cluster,
    namespace: &str,
    (identity, uid): (&Identity, &str),
    report: &Report,
) -> Result<Record> {
    let object = identity.object();
    let (suspension, mut suspensions) = watch::channel(false);
    let look = |root: &ConfigMap| {
        let requested = root::requested(root);
        if matches!(requested, Some(labels::REQUEST_STOP | labels::REQUEST_KILL)) {
            // It is not resumed by that.
            return;
        }
        let now = requested == Some(labels::REQUEST_SUSPEND);
        suspension.send_if_modified(|before| std::mem::replace(before, now) != now);
    };
    let mut gone = pin!(until_gone(cluster, namespace, &object, uid, look));
    let state_name = checkpoint::name(&object);
    let pod_selector = format!("{}={},{}={}", labels::RUN_ID, identity.id, labels::KIND, labels::KIND_ORCHESTRATOR);
    let mut states = pin!(changes::<ConfigMap>(cluster, namespace, Selection::name(&state_name)));
    let mut jobs = pin!(changes::<Job>(cluster, namespace, Selection::name(&object)));
    let mut pods = pin!(changes::<Pod>(cluster, namespace, Selection::labels(pod_selector)));
    let about_job = format!("involvedObject.kind=Job,involvedObject.name={object},reason=FailedCreate");
    let mut events = pin!(changes::<Event>(cluster, namespace, Selection::fields(about_job)));
    let mut mounts = pin!(mounts::news(cluster, namespace));
    let (mut events_are_told, mut mounts_are_told) = (true, true);
    // What has ended may have been suspended before.
    let (mut known, mut goes_on, mut suspended) = (Record::default(), false, false);
    let mut words = LastWords::new(namespace);
    loop {
        tokio::select! {
            () = &mut gone => return Err(root::deleted(&identity.name)),
            Ok(()) = suspensions.changed() => {}
            Some(change) = states.next() => match change {
                Change::Present(state) => {
                    let record = checkpoint::read(&state, true)?;
                    tell_difference(report, &known, &record);
                    if record.phase.is_final() {
                        return Ok(record);
                    }
                    (known, goes_on) = (record, true);
                }
                // Who drives the run writes it anew, and it goes with the run.
                Change::Gone(_) => {}
                change => words.trouble(change, report)?,
            },
            Some(change) = jobs.next() => match change {
                Change::Present(found) => {
                    words.hear_of_job(&found, report);
                    if let Some(why) = given_up(&found) {
                        // What was recorded last may still be on its way here.
                        let record = checkpoint::find(cluster, namespace, &object).await?.unwrap_or_default();
                        tell_difference(report, &known, &record);
                        return if record.phase.is_final() { Ok(record) } else { Err(words.error(&why)) };
                    }
                }
                change => words.trouble(change, report)?,
            },
            Some(change) = pods.next() => match change {
                Change::Present(pod) => words.hear(&pod, known.phase, report),
                change => words.trouble(change, report)?,
            },
            Some(change) = events.next(), if events_are_told => match change {
                Change::Present(event) => words.hear_of_creation(*event, report),
                // Without the right to watch events one only learns less.
                Change::Trouble(trouble) if trouble.forbidden => events_are_told = false,
                _ => {}
            },
            Some(change) = mounts.next(), if mounts_are_told => match change {
                Change::Present(event) => words.hear_of_mounts(&event, &known, report),
                Change::Trouble(trouble) if trouble.forbidden => mounts_are_told = false,
                _ => {}
            },
        }
        if goes_on && suspended != *suspensions.borrow_and_update() {
            suspended = !suspended;
            let means = || format!("suspended: {}", identity.suspension(namespace));
            report.notice(if suspended { means() } else { "resumed".to_owned() });
        }
    }
}

/// Why the Job gave up, if it did.
fn given_up(job: &Job) -> Option<String> {
    let failed = job::condition(job, "Failed")?;
    Some(failed.message.clone().or_else(|| failed.reason.clone()).unwrap_or_default())
}
