//! The way back from a deploy that failed: to the revision before, or to nothing (layer 3).

use std::collections::BTreeSet;
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::PropagationPolicy;

use super::commit::{self, is_same};
use super::plan::Plan;
use super::record::Record;
use super::{Event, Report, Request, Source, carry_out, plan};
use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects::{api, list_all};
use crate::deployer::diagnosis::is_ready;
use crate::deployer::inventory::{Inventory, REVISIONS};
use crate::deployer::manifests::{REVISION_LABEL, selector};
use crate::error::{Error, Result};
use crate::ops::deployment::delete::{self, Fate};

/// How long what was made may take to be gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to go back to.
pub(super) enum WayBack {
    /// Nothing was there: what was made goes.
    Nothing,
    /// A revision.
    Record {
        /// The one that served last.
        record: Box<Record>,
        /// Whether it did: where none does, it is the one that was there.
        served: bool,
    },
}

impl WayBack {
    /// Finds it before anything is changed, so that a deploy which is to be taken back can be.
    pub(super) async fn find(
        cluster: &Cluster,
        request: &Request<'_>,
        live: Option<&Deployment>,
    ) -> Result<Option<Self>> {
        let Some(live) = live.filter(|_| request.atomic) else { return Ok(request.atomic.then_some(Self::Nothing)) };
        let revision = Inventory::of(live).revision;
        let found = Record::find(cluster, request.namespace, request.source.name(), revision).await;
        let record = found.map_err(|error| error.under("a failed rollout could not be taken back"))?;
        let serving = serving(cluster, request, live, &record).await?;
        let served = serving.is_some();
        Ok(Some(Self::Record { record: Box::new(serving.unwrap_or(record)), served }))
    }

    /// Goes back, and returns the error that began it all, with what came of the way back. What somebody else has deployed
    /// meanwhile, over what `plan` made of `live`, stays.
    pub(super) async fn go(
        self,
        cluster: &Cluster,
        request: &Request<'_>,
        (live, plan): (Option<&Deployment>, &Plan),
        error: Error,
        report: Report<'_>,
    ) -> Error {
        match commit::there(cluster, request.namespace, request.source.name()).await {
            Ok(Some(now)) if is_same(live, Some(&now)) || Inventory::of(&now).revision == plan.inventory.revision => {}
            Ok(None) if live.is_none() => {}
            Ok(_) => {
                return error.hint("nothing was taken back, because somebody else has changed the deployment since");
            }
            Err(look) => return error.because(look.under("taking it back failed too")),
        }
        let revision = match &self {
            Self::Nothing => None,
            Self::Record { record, .. } => Some(record.revision),
        };
        let served = !matches!(self, Self::Record { served: false, .. });
        report(Event::Restoring(&error, revision));
        match Box::pin(self.undo(cluster, request, report)).await {
            Ok(()) => error.hint(match revision {
                Some(revision) if served => format!("the deployment is as revision {revision} had it again"),
                Some(revision) => format!(
                    "the deployment is as revision {revision} had it again, of which no pod was ready before either: \
                     `kubectl zenml deployment history {}` lists the others",
                    request.source.name()
                ),
                None => "what the deploy had made was deleted again".to_owned(),
            }),
            Err(undo) => error.because(undo.under("taking it back failed too")),
        }
    }

    async fn undo(self, cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<()> {
        let name = request.source.name();
        let live = commit::there(cluster, request.namespace, name).await?;
        match (self, live) {
            (Self::Nothing, Some(live)) => {
                let namespace = request.namespace;
                let mut told = |fate, kind: &str, name: &str| {
                    if fate == Fate::Kept {
                        report(Event::Kept { kind, name, namespace });
                    }
                };
                delete::delete(cluster, &live, PropagationPolicy::Foreground, &mut told).await?;
                delete::wait(cluster, &live, PATIENCE).await
            }
            (Self::Nothing, None) => Ok(()),
            (Self::Record { record, .. }, live) => {
                let back =
                    Request { source: Source::Record(&record), force_conflicts: true, atomic: false, ..*request };
                let back = Request { rotate_auth_key: false, wait: None, ..back };
                let mut plan = plan::plan(cluster, &back, live.as_ref(), report).await?;
                let done = Box::pin(carry_out::carry_out(cluster, &back, live.as_ref(), &mut plan, report)).await;
                done.map(drop).map_err(|stop| stop.error(name))
            }
        }
    }
}

/// The revision that serves: `newest`, which is what `live` is of, or the one before it whose pods are ready in its stead,
/// because it has failed itself. None where no pod is ready.
async fn serving(
    cluster: &Cluster,
    request: &Request<'_>,
    live: &Deployment,
    newest: &Record,
) -> Result<Option<Record>> {
    let (namespace, name) = (request.namespace, request.source.name());
    let pods = list_all(&api::<Pod>(cluster, namespace), &selector(name)).await.on(cluster)?;
    let ready = ready(&pods);
    let is_ready = |deployment: &Deployment| plan::revision(deployment).is_some_and(|of| ready.contains(&of));
    if live.spec.replicas == Some(0) || is_ready(live) {
        return Ok(Some(newest.clone()));
    }
    for revision in (1..newest.revision).rev().take(REVISIONS) {
        // Not each of them needs to be on record.
        let found = Record::find(cluster, namespace, name, revision).await;
        if let Some(record) = found.ok().filter(|record| is_ready(&record.set.deployment)) {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

/// The revisions whose pods are ready.
fn ready(pods: &[Pod]) -> BTreeSet<u64> {
    let revision = |pod: &Pod| pod.metadata.labels.as_ref()?.get(REVISION_LABEL)?.parse().ok();
    pods.iter().filter(|pod| is_ready(pod)).filter_map(revision).collect()
}
