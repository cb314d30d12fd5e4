//! `run list`: roots, joined with their checkpoints and with whoever works on them (layer 3).

use std::collections::HashMap;
use std::fmt::Debug;

use jiff::Timestamp;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::batch::v1::{Job, JobStatus};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;

use super::find::selector;
use super::status::{Beside, Sight, has_failed, status};
use super::{Found, Summary};
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::{checkpoint, labels, last_words};

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
    let runs: Vec<Found> = roots.iter().filter_map(|root| Found::of(root).ok()).collect();
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let around = Around::read(cluster, request).await?;
    let mut summaries: Vec<_> = runs.iter().map(|run| around.summary(run, now)).collect();
    // The server's times are whole seconds; of the same one, what began first is the older.
    summaries.sort_by_key(|run| std::cmp::Reverse((run.created, run.started.unwrap_or(Timestamp::MAX))));
    Ok(summaries)
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
#[derive(Default)]
pub(super) struct Around {
    pub(super) checkpoints: HashMap<String, ConfigMap>,
    pub(super) jobs: Option<HashMap<String, Job>>,
    pub(super) leases: Option<HashMap<String, Lease>>,
    pub(super) pods: HashMap<String, Pod>,
    /// Why no orchestrator runs; the newest that has one: its Job makes pod after pod, and a new one has no reason yet.
    pub(super) whys: HashMap<String, String>,
}

impl Around {
    async fn read(cluster: &Cluster, request: &Request) -> Result<Self> {
        let (checkpoints, jobs, leases, pods) = tokio::try_join!(
            by_run::<ConfigMap>(cluster, request, labels::KIND_CHECKPOINT),
            by_run::<Job>(cluster, request, labels::KIND_ORCHESTRATOR),
            by_run::<Lease>(cluster, request, labels::KIND_LEASE),
            sorted::<Pod>(cluster, request, labels::KIND_ORCHESTRATOR),
        )?;
        let around = Self { checkpoints: checkpoints.unwrap_or_default(), jobs, leases, ..Self::default() };
        Ok(around.with_pods(pods.unwrap_or_default()))
    }

    /// With the orchestrators' pods, by run id, the oldest first.
    pub(super) fn with_pods(mut self, pods: Vec<(String, Pod)>) -> Self {
        for (id, pod) in pods {
            if last_words::runs(&pod) {
                self.whys.remove(&id);
            } else if pod.metadata.deletion_timestamp.is_none() {
                self.whys.extend(last_words::why(&pod, Phase::Pending).map(|why| (id.clone(), why)));
            }
            self.pods.insert(id, pod);
        }
        self
    }

    /// How `run` stands at `now`.
    pub(super) fn summary(&self, run: &Found, now: Timestamp) -> Summary {
        let (identity, id) = (&run.identity, &run.identity.id);
        let state = self.checkpoints.get(id);
        let record = state.and_then(|found| checkpoint::read(found, false).ok());
        let job = sight(self.jobs.as_ref(), id);
        let beside = Beside {
            record: record.as_ref(),
            recorded: state.and_then(|state| state.metadata.creation_timestamp.as_ref()).map(|time| time.0),
            job,
            lease: sight(self.leases.as_ref(), id),
        };
        let (status, message) = status(run, &beside, now);
        // Without a record, the Job knows when it worked.
        let times = match job {
            Sight::There(job) if record.is_none() => job.status.clone().unwrap_or_default(),
            _ => JobStatus::default(),
        };
        let (started, completed) = (times.start_time.map(|time| time.0), times.completion_time.map(|time| time.0));
        // An orchestrator that never ran has recorded nothing.
        let why = self.whys.get(id).filter(|_| record.as_ref().is_some_and(|record| record.phase == Phase::Pending));
        let message = why.cloned().or(message);
        let record = record.unwrap_or_default();
        Summary {
            name: identity.name.clone(),
            id: id.clone(),
            pipeline: identity.pipeline.clone(),
            namespace: run.namespace.clone(),
            status,
            message,
            succeeded: record.succeeded,
            steps: record.total,
            retries: record.retries,
            mode: identity.mode,
            created: run.created,
            started: record.started.or(started),
            finished: record.finished.or(completed),
            orchestrator_pod: self.pods.get(id).map(ResourceExt::name_any),
        }
    }
}

/// What is known of the object of the run with this `id`.
fn sight<'a, T>(objects: Option<&'a HashMap<String, T>>, id: &str) -> Sight<&'a T> {
    objects.map_or(Sight::Hidden, |objects| objects.get(id).map_or(Sight::Absent, Sight::There))
}

/// Whether the run's Job has given up, as far as this user may know.
pub async fn job_failed(cluster: &Cluster, run: &Found) -> Result<bool> {
    match objects::api::<Job>(cluster, &run.namespace).get_opt(&run.identity.object()).await {
        Err(error) if failure::is_forbidden(&error) => Ok(false),
        job => Ok(job.on(cluster)?.is_some_and(|job| has_failed(&job))),
    }
}

/// The objects of one kind by run id, the newest of each; none where listing is forbidden.
async fn by_run<K>(cluster: &Cluster, request: &Request, kind: &str) -> Result<Option<HashMap<String, K>>>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug,
    K::DynamicType: Default,
{
    let objects = sorted(cluster, request, kind).await?;
    Ok(objects.map(|objects| objects.into_iter().collect()))
}

/// The objects of one kind with their runs' ids, the oldest first; none where listing is forbidden.
async fn sorted<K>(cluster: &Cluster, request: &Request, kind: &str) -> Result<Option<Vec<(String, K)>>>
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

/// Selects this program's objects of one kind, of the runs that are asked for.
pub(super) fn narrowed(kind: &str, request: &Request) -> String {
    let base = selector(kind);
    request.selector.as_ref().map_or(base.clone(), |more| format!("{base},{more}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(state: &Value) -> (String, Pod) {
        let status = json!({ "containerStatuses": [{
            "name": crate::orchestrator::job::CONTAINER, "image": "", "imageID": "", "ready": false, "restartCount": 0,
            "state": state,
        }] });
        ("0b1f".to_owned(), serde_json::from_value(json!({ "metadata": {}, "status": status })).unwrap())
    }

    #[test]
    fn a_new_pod_of_the_job_does_not_hide_why_the_one_before_failed() {
        let failed =
            || pod(&json!({ "terminated": { "exitCode": 128, "reason": "StartError", "message": "no such file" } }));
        let new = || pod(&json!({ "waiting": { "reason": "ContainerCreating" } }));
        let whys = |pods| Around::default().with_pods(pods).whys;
        assert!(whys(vec![new()]).is_empty());
        assert!(whys(vec![failed(), new()])["0b1f"].contains("no such file"));
        assert!(whys(vec![failed(), pod(&json!({ "running": {} }))]).is_empty());
    }
}
