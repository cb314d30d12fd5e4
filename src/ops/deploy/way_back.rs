//! What a deploy that fails can be taken back to, found before anything is changed (layer 3).

use std::collections::BTreeSet;
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use tokio::time::Instant;

use super::commit::{self, is_same};
use super::record::{self, Record};
use super::{Request, plan};
use crate::cluster::failure::On;
use crate::cluster::objects::{api, list_all};
use crate::cluster::{Cluster, rollout, verify};
use crate::deployer::diagnosis::is_ready;
use crate::deployer::inventory::{Inventory, REVISIONS};
use crate::deployer::manifests::{REVISION_LABEL, revision_name, selector};
use crate::deployer::object::Kind;
use crate::error::{Error, Result};

/// How long a deploy before this one may take to put its revision on record; one that was cut off never does.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks for it.
const PAUSE: Duration = Duration::from_millis(250);

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

/// What came of looking for it.
pub(super) enum Found {
    /// Where it leads; none where the deploy is not to be taken back.
    Way(Option<WayBack>),
    /// Somebody else's deploy has gone on meanwhile.
    Changed,
}

impl WayBack {
    /// The revision that it leads to.
    pub(super) fn revision(&self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Record { record, .. } => Some(record.revision),
        }
    }

    /// Finds it before anything is changed, so that a deploy which is to be taken back can be.
    pub(super) async fn find(cluster: &Cluster, request: &Request<'_>, live: Option<&Deployment>) -> Result<Found> {
        let Some(live) = live.filter(|_| request.atomic) else {
            return Ok(Found::Way(request.atomic.then_some(Self::Nothing)));
        };
        let newest = newest(cluster, request, live).await;
        let newest = match newest.map_err(|error| error.under(IMPOSSIBLE))? {
            Newest::On(record) => Some(*record),
            Newest::Off => None,
            Newest::Changed => return Ok(Found::Changed),
        };
        let serving = serving(cluster, request, live, newest.as_ref()).await?;
        let served = serving.is_some();
        let Some(record) = serving.or(newest) else {
            let missing = record::missing(request.source.name(), Inventory::of(live).revision);
            return Err(missing.under(IMPOSSIBLE).hint(
                "deploy once without --rollback-on-failure, or with `atomic: false`: what that deploys is recorded, and \
                 can be gone back to",
            ));
        };
        Ok(Found::Way(Some(Self::Record { record: Box::new(record), served })))
    }
}

/// Refuses where nobody would see whether the rollout fails. A server that answers no such question is believed to allow it.
pub(super) async fn check_sight(cluster: &Cluster, request: &Request<'_>) -> Result<()> {
    let name = request.source.name();
    for verb in ["list", "watch"] {
        let allowed = verify::may(cluster, request.namespace, ("apps", "deployments", verb), name).await;
        if matches!(allowed, Ok(false)) {
            let message = format!("you may not {verb} deployments.apps in namespace \"{}\"", request.namespace);
            return Err(Error::failure(message)
                .under("a rollout that fails could not be seen, and so not be taken back")
                .hint(rollout::RIGHTS)
                .hint("or deploy without --rollback-on-failure, or with `atomic: false`"));
        }
    }
    Ok(())
}

/// What is said above the reason.
const IMPOSSIBLE: &str = "a failed rollout could not be taken back";

enum Newest {
    On(Box<Record>),
    Off,
    Changed,
}

/// The record of the revision that `live` is of. Its deploy writes it after the Deployment, which announces it, and may be at
/// it just now.
async fn newest(cluster: &Cluster, request: &Request<'_>, live: &Deployment) -> Result<Newest> {
    let (namespace, name) = (request.namespace, request.source.name());
    let inventory = Inventory::of(live);
    let announced = inventory.uid(&Kind::of::<ConfigMap>(), &revision_name(name, inventory.revision)) == Some("");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let record = Record::look(cluster, namespace, name, inventory.revision).await?;
        if let Some(record) = record.filter(|_| !announced || Instant::now() >= deadline) {
            return Ok(Newest::On(Box::new(record)));
        }
        if !is_same(Some(live), commit::there(cluster, namespace, name).await?.as_ref()) {
            return Ok(Newest::Changed);
        }
        if !announced || Instant::now() >= deadline {
            return Ok(Newest::Off);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The revision that serves: `newest`, which is what `live` is of, or the one before it whose pods are ready in its stead,
/// because it has failed itself. None where no pod is ready.
async fn serving(
    cluster: &Cluster,
    request: &Request<'_>,
    live: &Deployment,
    newest: Option<&Record>,
) -> Result<Option<Record>> {
    let (namespace, name) = (request.namespace, request.source.name());
    let pods = list_all(&api::<Pod>(cluster, namespace), &selector(name)).await.on(cluster)?;
    let ready = ready(&pods);
    let is_ready = |deployment: &Deployment| plan::revision(deployment).is_some_and(|of| ready.contains(&of));
    if live.spec.replicas == Some(0) || is_ready(live) {
        return Ok(newest.cloned());
    }
    let inventory = Inventory::of(live);
    // What serves may be older than the last few.
    let last = (1..inventory.revision).rev().take(REVISIONS);
    let taken_back = |revision: &u64| inventory.is_taken_back(&revision_name(name, *revision));
    for revision in last.chain(ready.iter().rev().copied()).filter(|revision| !taken_back(revision)) {
        // Not each of them needs to be on record.
        let found = Record::look(cluster, namespace, name, revision).await.ok().flatten();
        if let Some(record) = found.filter(|record| is_ready(&record.set.deployment)) {
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
