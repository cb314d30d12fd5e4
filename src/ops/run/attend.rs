//! Whether somebody works on a run, and doing so in their place (layer 3).

use std::fmt::Debug;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Resource;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use uuid::Uuid;

use super::status::has_failed;
use super::{Found, logs};
use crate::cluster::failure::{self, On};
use crate::cluster::logs::End;
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::cluster::{Cluster, objects};
use crate::error::{Kind, Result};
use crate::orchestrator::drive::Driver;
use crate::orchestrator::lease::Sighting;
use crate::orchestrator::root::Mode;
use crate::orchestrator::{checkpoint, lease};

/// Kubernetes removes what a deleted Job owned within this long, as a rule.
const GOES_WITH_JOB: Duration = Duration::from_secs(5);
/// Once nobody works on a run, what was written until then is read for so long.
const LAST_LINES: Duration = Duration::from_secs(5);

/// Who works on a run, or will, as far as anybody can tell.
enum Attended {
    /// The cluster sees to its Job, of this UID, which has not given up.
    Job(String),
    /// Somebody holds the Lease, by its own times.
    Lease,
}

/// Whether somebody works on the run, or will: the cluster sees to a Job that has not given up; of an attached run, and of
/// one whose Job has, somebody must hold the Lease.
pub async fn is_attended(cluster: &Cluster, run: &Found) -> Result<bool> {
    attended(cluster, run).await.map(|by| by.is_some())
}

/// Returns once nobody works on the run any more, with what was seen of a Lease that its holder no longer renews.
pub async fn abandoned(cluster: &Cluster, run: &Found) -> Result<Option<Sighting>> {
    while let Some(Attended::Job(uid)) = attended(cluster, run).await? {
        until_gone(cluster, &run.namespace, &run.identity.object(), &uid, |_: &Job| {}).await;
        // As a rule the run goes with it, which whoever follows the run is told.
        sleep(GOES_WITH_JOB).await;
    }
    unrenewed(cluster, run).await
}

/// Waits until nobody holds the run's Lease, or until whoever does has not renewed it for its whole duration by this
/// process's own clock: then with what was seen of it, by which it can be taken at once.
pub async fn unrenewed(cluster: &Cluster, run: &Found) -> Result<Option<Sighting>> {
    let (object, mut seen) = (run.identity.object(), None);
    let api = objects::api::<Lease>(cluster, &run.namespace);
    let mut changes = pin!(changes::<Lease>(cluster, &run.namespace, Selection::name(&object)));
    loop {
        match api.get_opt(&object).await {
            Ok(lease) => seen = lease.and_then(|lease| Sighting::of(&lease, seen)),
            Err(error) if lease::is_fatal(&error) => return Err(failure::explain(&cluster.server, &error)),
            // A server that is away for a while says nothing about the holder.
            Err(_) => {
                sleep(lease::LOOK).await;
                continue;
            }
        }
        let Some(sighting) = seen.as_ref().filter(|sighting| !sighting.has_run_out()) else { return Ok(seen) };
        // Who may not watch Leases looks so often.
        let mut look = sighting.runs_out().min(Instant::now() + lease::RENEW);
        loop {
            tokio::select! {
                () = sleep_until(look) => break,
                Some(change) = changes.next() => match change {
                    Change::Present(lease) => {
                        seen = Sighting::of(&lease, seen);
                        let Some(sighting) = &seen else { break };
                        look = sighting.runs_out();
                    }
                    Change::Gone(_) => break,
                    _ => {}
                },
            }
        }
    }
}

async fn attended(cluster: &Cluster, run: &Found) -> Result<Option<Attended>> {
    let object = run.identity.object();
    if run.identity.mode == Mode::Job {
        let job = objects::api::<Job>(cluster, &run.namespace).get_opt(&object).await.on(cluster)?;
        // Whoever follows the run hears of the Job's failure.
        if let Some(job) = job.filter(|job| !has_failed(job)) {
            return Ok(Some(Attended::Job(job.metadata.uid.unwrap_or_default())));
        }
    }
    let lease = objects::api::<Lease>(cluster, &run.namespace).get_opt(&object).await.on(cluster)?;
    Ok(lease.and_then(|lease| lease::counts_for(&lease, Timestamp::now())).map(|_| Attended::Lease))
}

/// Whether somebody works on the run now. The Lease of one that was killed counts for a while all the same, but whoever is
/// alive renews it, or writes the record.
pub async fn is_driven(cluster: &Cluster, run: &Found) -> Result<bool> {
    match attended(cluster, run).await? {
        None => return Ok(false),
        Some(Attended::Job(_)) => return Ok(true),
        Some(Attended::Lease) => {}
    }
    let object = run.identity.object();
    let state = checkpoint::name(&object);
    let before = renewed(cluster, run).await?;
    tokio::select! {
        () = stirs::<ConfigMap>(cluster, run, &state) => return Ok(true),
        () = stirs::<Lease>(cluster, run, &object) => {}
        // Who may not watch Leases still sees that it was renewed.
        () = sleep(lease::RENEW + lease::LOOK * 3) => {}
    }
    let after = renewed(cluster, run).await?;
    Ok(after.is_some() && after != before)
}

/// When the run's Lease was renewed; none where nobody holds it.
async fn renewed(cluster: &Cluster, run: &Found) -> Result<Option<Timestamp>> {
    let api = objects::api::<Lease>(cluster, &run.namespace);
    let lease = api.get_opt(&run.identity.object()).await.on(cluster)?;
    let lease = lease.filter(|lease| lease::counts_for(lease, Timestamp::now()).is_some());
    Ok(lease.and_then(|lease| Some(lease.spec?.renew_time?.0)))
}

/// Returns once somebody changes the object.
async fn stirs<K>(cluster: &Cluster, run: &Found, name: &str)
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static,
    K::DynamicType: Default,
{
    let mut changes = pin!(changes::<K>(cluster, &run.namespace, Selection::name(name)));
    let mut listed = false;
    while let Some(change) = changes.next().await {
        match change {
            Change::ListBegins => listed = false,
            Change::ListEnds => listed = true,
            Change::Present(_) if listed => return,
            _ => {}
        }
    }
}

/// Reads logs as [`logs::read`] does; follows those of a run that goes on until nobody works on it any more.
pub async fn logs(cluster: &Cluster, run: &Found, request: &logs::Request, sink: &logs::Sink) -> Result<End> {
    let mut reading = pin!(logs::read(cluster, run, request, sink));
    if !request.follow {
        return reading.await;
    }
    tokio::select! {
        end = &mut reading => return end,
        gone = abandoned(cluster, run) => drop(gone?),
        () = job_failed(cluster, run) => {}
    }
    let record = checkpoint::find(cluster, &run.namespace, &run.identity.object()).await?;
    if record.is_some_and(|record| record.phase.is_final()) {
        return reading.await;
    }
    // Steps that still run may do so for hours, and nothing follows from them.
    timeout(LAST_LINES, reading).await.unwrap_or(Ok(End::Left))
}

/// Returns once the run's Job has given up, for whoever may see that.
async fn job_failed(cluster: &Cluster, run: &Found) {
    if run.identity.mode == Mode::Job {
        let object = run.identity.object();
        let mut jobs = pin!(changes::<Job>(cluster, &run.namespace, Selection::name(&object)));
        while let Some(change) = jobs.next().await {
            if matches!(&change, Change::Present(job) if has_failed(job)) {
                return;
            }
        }
    }
    std::future::pending::<()>().await;
}

/// What drives the run from here.
pub async fn driver(cluster: &Cluster, run: &Found) -> Result<Driver> {
    let driver = Driver::load(cluster, &run.namespace, &run.identity.object(), holder()).await;
    driver.map_err(|error| {
        // The kinds tell the orchestrator's Job what to do, which is no concern here.
        let is_unfit = error.kind() == Kind::Usage;
        let error = error.of_kind(Kind::Failure);
        let hint = || format!("kubectl zenml run delete {}    removes the run and its pods", run.words());
        if is_unfit { error.hint(hint()) } else { error }
    })
}

/// The name of this process in the run's Lease.
pub fn holder() -> String {
    format!("terminal-{}", Uuid::new_v4())
}
