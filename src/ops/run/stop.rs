//! `run stop` where nobody else carries it out: the orchestrator cannot start, or is gone (layer 3).

use futures_util::future::pending;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use tokio::sync::mpsc;

use super::status::has_failed;
use super::{Found, attend, list};
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects, verify};
use crate::error::{Error, Kind, Result};
use crate::orchestrator::drive::{Driven, Driver};
use crate::orchestrator::follow::follow;
use crate::orchestrator::lease::Sighting;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::root::Mode;
use crate::orchestrator::{checkpoint, job, lease};
use crate::rights::Rule;

/// What ending a run takes: API group, resource, verbs.
const NEEDS: [Rule; 3] = [
    ("", "pods", &["list", "watch", "delete"]),
    ("", "configmaps", &["get", "list", "watch", "patch"]),
    ("coordination.k8s.io", "leases", &["get", "create", "update"]),
];

/// Who ends a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Its orchestrator, which holds its Lease; or the next one that its Job starts.
    Job,
    /// Whoever holds its Lease, where no Job starts a successor; one that was killed holds it for some more seconds.
    Holder,
    /// Its orchestrator, once it starts: this user may not do so instead. These rights are lacking.
    Orchestrator(String),
    /// Nobody but this user.
    Us,
}

impl By {
    /// Who acts upon a request that is noted on `run`, and what to do where nobody does; none where this user has to.
    pub fn words(&self, run: &Found) -> Option<String> {
        match self {
            Self::Job => Some("its orchestrator ends it".to_owned()),
            Self::Holder => Some(format!(
                "the terminal that drives it ends it; if that one was killed, `kubectl zenml run stop {}` without --detach does",
                run.words()
            )),
            Self::Orchestrator(lacking) => Some(format!(
                "no orchestrator works on the run yet, and this user may not end it instead (not allowed: {lacking}); \
                 it ends once its orchestrator starts"
            )),
            Self::Us => None,
        }
    }
}

/// Who ends the run, as far as can be told at once. Whether a holder is alive only time shows.
pub async fn by(cluster: &Cluster, run: &Found) -> Result<By> {
    let leases = objects::api::<Lease>(cluster, &run.namespace);
    let is_job = run.identity.mode == Mode::Job && job_goes_on(cluster, run).await?;
    let held = match leases.get_opt(&run.identity.object()).await {
        // Then this user may not take it either.
        Err(error) if failure::is_forbidden(&error) && is_job => None,
        lease => lease.on(cluster)?.and_then(|lease| lease::counts_for(&lease, Timestamp::now())),
    };
    if held.is_some() {
        return Ok(if is_job { By::Job } else { By::Holder });
    }
    if is_job { by_rights(cluster, run).await } else { Ok(By::Us) }
}

/// Who ends a run whose Lease nobody holds, or renews any more.
async fn unheld(cluster: &Cluster, run: &Found) -> Result<By> {
    let is_job = run.identity.mode == Mode::Job && job_goes_on(cluster, run).await?;
    if is_job { by_rights(cluster, run).await } else { Ok(By::Us) }
}

/// Who ends a run that its Job does not end now: this user, with the rights to.
async fn by_rights(cluster: &Cluster, run: &Found) -> Result<By> {
    // A server that answers no such question will answer the requests themselves.
    let Ok(answers) = verify::allowed(cluster, &run.namespace, &NEEDS).await else { return Ok(By::Us) };
    let lacking = answers.into_iter().filter(|(.., allowed)| !allowed);
    let lacking: Vec<_> = lacking.map(|(resource, verb, _)| format!("{verb} {resource}")).collect();
    Ok(if lacking.is_empty() { By::Us } else { By::Orchestrator(lacking.join(", ")) })
}

/// Whether the run has a Job that starts an orchestrator, as far as this user may know.
async fn job_goes_on(cluster: &Cluster, run: &Found) -> Result<bool> {
    match objects::api::<Job>(cluster, &run.namespace).get_opt(&run.identity.object()).await {
        Err(error) if failure::is_forbidden(&error) => Ok(true),
        job => Ok(job.on(cluster)?.is_some_and(|job| !has_failed(&job))),
    }
}

/// Whether somebody else ends the run, now or later, of which that was asked.
async fn is_others(cluster: &Cluster, run: &Found) -> Result<bool> {
    Ok(match by(cluster, run).await? {
        By::Us => false,
        By::Job | By::Holder => attend::is_driven(cluster, run).await?,
        By::Orchestrator(_) => true,
    })
}

/// As [`carry_out`]; without a record, somebody else ends the run.
pub async fn carry_out_unless_others(cluster: &Cluster, run: &Found, report: &Report) -> Result<Option<Record>> {
    if is_others(cluster, run).await? {
        return Ok(None);
    }
    carry_out(cluster, run, report).await.map(Some)
}

/// Waits until a run has ended of which that was asked; where nobody else works on it, ends it from here.
pub async fn carry_out(cluster: &Cluster, run: &Found, report: &Report) -> Result<Record> {
    let mut seen = None;
    let followed = tokio::select! {
        left = Box::pin(left_to_us(cluster, run, report)) => left.map(|of_lease| {
            seen = of_lease;
            None
        }),
        record = Box::pin(follow(cluster, &run.namespace, (&run.identity, &run.uid), report)) => record.map(Some),
    };
    match followed {
        Ok(Some(record)) => return Ok(record),
        // What it leaves behind may still run.
        Err(error) if !is_given_up(cluster, run).await? => return Err(error),
        Ok(None) | Err(_) => {}
    }
    // The request on the root says what is to be done.
    let (_orders, mut control) = mpsc::unbounded_channel();
    let driver = Driver { seen, ..attend::driver(cluster, run).await? };
    match Box::pin(driver.drive(&mut control, report)).await? {
        Driven::Ended(record) => {
            end_job(cluster, run, &record, report).await;
            Ok(record)
        }
        Driven::Left | Driven::Elsewhere => {
            Err(Error::new(Kind::Internal, "the run was left, and nobody asked for that"))
        }
    }
}

/// Returns once nobody but this user ends the run, with what was seen of its Lease. Whoever may not waits for the
/// orchestrator, and is told so.
async fn left_to_us(cluster: &Cluster, run: &Found, report: &Report) -> Result<Option<Sighting>> {
    let (mut by, mut seen) = (by(cluster, run).await?, None);
    if matches!(by, By::Job | By::Holder) {
        seen = attend::unrenewed(cluster, run).await?;
        by = unheld(cluster, run).await?;
    }
    if by == By::Us {
        return Ok(seen);
    }
    by.words(run).into_iter().for_each(|words| report.notice(words));
    pending().await
}

/// Whether the run has no recorded end, and its Job has given up.
async fn is_given_up(cluster: &Cluster, run: &Found) -> Result<bool> {
    let record = checkpoint::find(cluster, &run.namespace, &run.identity.object()).await?;
    let open = record.is_some_and(|record| !record.phase.is_final());
    Ok(open && run.identity.mode == Mode::Job && list::job_failed(cluster, run).await?)
}

/// Ends the Job of a run that was stopped from here: what it still tries to start would only find that the run has ended. It
/// stays, as failed, since the run is gone with it.
async fn end_job(cluster: &Cluster, run: &Found, record: &Record, report: &Report) {
    if run.identity.mode != Mode::Job || record.phase != Phase::Stopped {
        return;
    }
    let (jobs, object) = (objects::api::<Job>(cluster, &run.namespace), run.identity.object());
    // A Job that is over stays as it is.
    let ends = |job: &Job| ["Failed", "Complete"].iter().any(|kind| job::condition(job, kind).is_some());
    if !matches!(jobs.get_opt(&object).await, Ok(Some(job)) if !ends(&job)) {
        return;
    }
    let patch = Patch::Merge(json!({ "spec": { "activeDeadlineSeconds": 1 } }));
    if let Err(error) = jobs.patch(&object, &PatchParams::default(), &patch).await {
        let why = failure::explain(&cluster.server, &error);
        report.notice(format!("job/{object} goes on until it comes to start a pod, which then ends it: {why}"));
    }
}
