//! The way back from a deploy that failed: to the revision before, or to nothing (layer 3).

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::PropagationPolicy;

use super::commit::{self, is_same};
use super::plan::Plan;
use super::record::Record;
use super::{Event, Report, Request, Source, carry_out, plan};
use crate::cluster::Cluster;
use crate::deployer::inventory::Inventory;
use crate::error::{Error, Result};
use crate::ops::deployment::delete::{self, Fate};

/// How long what was made may take to be gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to go back to.
pub(super) enum WayBack {
    /// Nothing was there: what was made goes.
    Nothing,
    /// The revision that was there.
    Record(Box<Record>),
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
        Ok(Some(Self::Record(Box::new(record))))
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
            Self::Record(record) => Some(record.revision),
        };
        report(Event::Restoring(&error, revision));
        match Box::pin(self.undo(cluster, request, report)).await {
            Ok(()) => error.hint(match revision {
                Some(revision) => format!("the deployment is as revision {revision} had it again"),
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
            (Self::Record(record), live) => {
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
