//! The way back from a deploy that failed: to the revision before, or to nothing (layer 3).

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::commit::{self, Stop, is_same};
use super::plan::Plan;
use super::way_back::WayBack;
use super::{Event, Report, Request, Source, carry_out, plan};
use crate::cluster::Cluster;
use crate::deployer::inventory::Inventory;
use crate::deployer::manifests::revision_name;
use crate::error::Error;
use crate::ops::deployment::delete::{self, Fate};

/// What is said where somebody else was quicker.
const OVERTAKEN: &str = "nothing was taken back, because somebody else has changed the deployment since";

/// How long what was made may take to be gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// What becomes of the pods that served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pods {
    /// They go on.
    Kept,
    /// New ones take their place.
    Replaced,
}

impl WayBack {
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
            Ok(now) if is_same(live, now.as_ref()) || now.as_ref().is_some_and(|now| is_made_by(plan, now)) => {}
            Ok(_) => return error.hint(OVERTAKEN),
            Err(look) => return error.because(look.under("taking it back failed too")),
        }
        let revision = self.revision();
        let served = !matches!(self, Self::Record { served: false, .. });
        let name = request.source.name();
        report(Event::Restoring(&error, revision));
        match Box::pin(self.undo(cluster, request, plan, report)).await {
            Ok(pods) => error.hint(match revision {
                Some(revision) if served && pods == Pods::Replaced => format!(
                    "the deployment is as revision {revision} had it again, and its pods are being replaced: \
                     `kubectl zenml deployment status {name}` shows how far that is"
                ),
                Some(revision) if served => format!("the deployment is as revision {revision} had it again"),
                Some(revision) => format!(
                    "the deployment is as revision {revision} had it again, of which no pod was ready before either: \
                     `kubectl zenml deployment history {name}` lists the others"
                ),
                None => "what the deploy had made was deleted again".to_owned(),
            }),
            Err(Stop::Overtaken(_) | Stop::Replaced(_)) => error.hint(OVERTAKEN),
            Err(Stop::Failed(undo)) => error.because(undo.under("taking it back failed too")),
        }
    }

    /// Takes back what was `made`, which is marked so that nobody goes back to it unasked.
    async fn undo(
        self,
        cluster: &Cluster,
        request: &Request<'_>,
        made: &Plan,
        report: Report<'_>,
    ) -> Result<Pods, Stop> {
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
                delete::wait(cluster, &live, PATIENCE).await?;
                Ok(Pods::Kept)
            }
            (Self::Nothing, None) => Ok(Pods::Kept),
            (Self::Record { record, served }, live) => {
                let back =
                    Request { source: Source::Record(&record), force_conflicts: true, atomic: false, ..*request };
                let back = Request { rotate_auth_key: false, keep_pods: served, wait: None, ..back };
                let mut plan = match plan::plan(cluster, &back, live.as_ref(), report).await {
                    Ok(plan) => plan,
                    Err(error) => return Err(stop(cluster, request, live.as_ref(), error).await),
                };
                if made.inventory.revision != record.revision {
                    plan.inventory.take_back(&revision_name(name, made.inventory.revision));
                }
                let now = Box::pin(carry_out::carry_out(cluster, &back, live.as_ref(), &mut plan, report)).await?;
                let is_same = plan::revision(&now) == plan::revision(&record.set.deployment);
                Ok(if is_same { Pods::Kept } else { Pods::Replaced })
            }
        }
    }
}

/// Whether `now` is what the deploy of `plan` has written: before that, another deploy may have taken its number.
fn is_made_by(plan: &Plan, now: &Deployment) -> bool {
    let inventory = Inventory::of(now);
    let is_written = plan.written.is_some() && plan.written == now.uid();
    // A request that was cut off may have been carried out.
    (is_written && inventory.revision == plan.inventory.revision) || inventory == plan.inventory
}

/// Why the way back could not be planned: what it leads to may be gone because of somebody else's deploy.
async fn stop(cluster: &Cluster, request: &Request<'_>, seen: Option<&Deployment>, error: Error) -> Stop {
    match commit::there(cluster, request.namespace, request.source.name()).await {
        Ok(now) if !is_same(seen, now.as_ref()) => Stop::Overtaken(now.map(Box::new)),
        _ => Stop::Failed(error),
    }
}
