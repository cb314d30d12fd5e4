//! `run list`: roots, joined with their checkpoints and with whoever works on them (layer 3).

use std::collections::HashMap;
use std::fmt::Debug;

use jiff::Timestamp;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;

use super::find::selector;
use super::{Backing, Found, Summary, status};
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::root::Mode;
use crate::orchestrator::{checkpoint, job, labels, last_words, lease};

/// A Job that is not there this long after the root was made never will be, in seconds.
const ABORTED_AFTER: i64 = 600;
/// An attached run that nobody has driven for so long since its submission is interrupted, in seconds.
const UNLEASED_FOR: i64 = 60;

/// Which runs.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// One namespace, or none for all.
    pub namespace: Option<String>,
    /// A further label selector.
    pub selector: Option<String>,
}

/// Lists runs, newest first. `now` is the reader's clock.
pub async fn list(cluster: &Cluster, request: &Request, now: Timestamp) -> Result<Vec<Summary>> {
    let roots: Vec<ConfigMap> = objects::list_all(
        &objects::anywhere(cluster, request.namespace.as_deref()),
        &narrowed(labels::KIND_RUN, request),
    )
    .await
    .on(cluster)?;
    let mut runs: Vec<Found> = roots.iter().filter_map(|root| Found::of(root).ok()).collect();
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let around = Around::read(cluster, request).await?;
    runs.sort_by_key(|run| std::cmp::Reverse(run.created));
    Ok(runs.iter().map(|run| around.summary(run, now)).collect())
}

/// One run as `run list` would show it, with its whole record.
pub async fn one(cluster: &Cluster, run: &Found, now: Timestamp) -> Result<(Summary, Record)> {
    let request = Request {
        namespace: Some(run.namespace.clone()),
        selector: Some(format!("{}={}", labels::RUN_ID, run.identity.id)),
    };
    let around = Around::read(cluster, &request).await?;
    let record = around.checkpoints.get(&run.identity.id).map(|found| checkpoint::read(found, true)).transpose()?;
    Ok((around.summary(run, now), record.unwrap_or_default()))
}

/// Everything beside the roots, by run id. What this user may not list is absent.
struct Around {
    checkpoints: HashMap<String, ConfigMap>,
    jobs: Option<HashMap<String, Job>>,
    leases: Option<HashMap<String, Lease>>,
    pods: HashMap<String, Pod>,
}

impl Around {
    async fn read(cluster: &Cluster, request: &Request) -> Result<Self> {
        let (checkpoints, jobs, leases, pods) = tokio::try_join!(
            by_run::<ConfigMap>(cluster, request, labels::KIND_CHECKPOINT),
            by_run::<Job>(cluster, request, labels::KIND_ORCHESTRATOR),
            by_run::<Lease>(cluster, request, labels::KIND_LEASE),
            by_run::<Pod>(cluster, request, labels::KIND_ORCHESTRATOR),
        )?;
        Ok(Self { checkpoints: checkpoints.unwrap_or_default(), jobs, leases, pods: pods.unwrap_or_default() })
    }

    fn summary(&self, run: &Found, now: Timestamp) -> Summary {
        let identity = &run.identity;
        let record = self.checkpoints.get(&identity.id).and_then(|found| checkpoint::read(found, false).ok());
        let record = record.unwrap_or_default();
        let (status, message) = status(run, &record, self.backing(run, record.phase, now));
        // An orchestrator that never ran has recorded nothing.
        let pod = self.pods.get(&identity.id).filter(|_| record.phase == Phase::Pending);
        let message = pod.and_then(|pod| last_words::why(pod, record.phase)).or(message);
        Summary {
            name: identity.name.clone(),
            id: identity.id.clone(),
            pipeline: identity.pipeline.clone(),
            namespace: run.namespace.clone(),
            status,
            message,
            succeeded: record.succeeded,
            steps: record.total,
            retries: record.retries,
            mode: identity.mode,
            created: run.created,
            started: record.started,
            finished: record.finished,
            orchestrator_pod: self.pods.get(&identity.id).map(ResourceExt::name_any),
        }
    }

    fn backing(&self, run: &Found, phase: Phase, now: Timestamp) -> Backing {
        let id = &run.identity.id;
        let is_held = |leases: &HashMap<String, Lease>| {
            leases.get(id).is_some_and(|lease| lease::counts_for(lease, now).is_some())
        };
        match (run.identity.mode, &self.jobs, &self.leases) {
            (Mode::Job, Some(jobs), leases) => match (jobs.get(id), leases) {
                (Some(job), _) if has_failed(job) => Backing::JobFailed,
                (None, _) if phase == Phase::Pending && age(run, now) > ABORTED_AFTER => Backing::Aborted,
                // Somebody deleted it, and left what it owned.
                (None, Some(leases)) if phase != Phase::Pending && !is_held(leases) => Backing::JobGone,
                _ => Backing::Alive,
            },
            (Mode::Attached, _, Some(leases)) => match leases.get(id) {
                None if age(run, now) < UNLEASED_FOR => Backing::Alive,
                _ if is_held(leases) => Backing::Alive,
                _ => Backing::Unattended,
            },
            _ => Backing::Alive,
        }
    }
}

/// Whether the run's Job has given up, as far as this user may know.
pub async fn job_failed(cluster: &Cluster, run: &Found) -> Result<bool> {
    match objects::api::<Job>(cluster, &run.namespace).get_opt(&run.identity.object()).await {
        Err(error) if failure::is_forbidden(&error) => Ok(false),
        job => Ok(job.on(cluster)?.is_some_and(|job| has_failed(&job))),
    }
}

/// Whether a Job has given up.
pub(super) fn has_failed(job: &Job) -> bool {
    job::condition(job, "Failed").is_some()
}

fn age(run: &Found, now: Timestamp) -> i64 {
    run.created.map_or(0, |created| now.duration_since(created).as_secs())
}

/// The objects of one kind by run id, the newest of each; none where listing is forbidden.
async fn by_run<K>(cluster: &Cluster, request: &Request, kind: &str) -> Result<Option<HashMap<String, K>>>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug,
    K::DynamicType: Default,
{
    let mut items: Vec<K> =
        match objects::list_all(&objects::anywhere(cluster, request.namespace.as_deref()), &narrowed(kind, request))
            .await
        {
            Err(error) if failure::is_forbidden(&error) => return Ok(None),
            other => other.on(cluster)?,
        };
    items.sort_by_key(|item| item.meta().creation_timestamp.as_ref().map(|time| time.0));
    let id = |item: &K| item.labels().get(labels::RUN_ID).cloned();
    Ok(Some(items.into_iter().filter_map(|item| Some((id(&item)?, item))).collect()))
}

fn narrowed(kind: &str, request: &Request) -> String {
    let base = selector(kind);
    request.selector.as_ref().map_or(base.clone(), |more| format!("{base},{more}"))
}
