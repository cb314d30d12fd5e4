//! Writing the Deployment so that of several deploys at once one wins, and the others know (layer 3).
//!
//! The inventory on the Deployment says whose turn it was: a deploy writes only over the inventory that it began with, or
//! over its own. The server checks this by the object's version. Since controllers write to a Deployment all the time, a
//! version that has passed is read again, and counts as somebody else's deploy only if the inventory is another.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use serde_json::json;

use super::plan::typed;
use super::{Event, Report};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, Outcome};
use crate::cluster::failure::{self, On};
use crate::cluster::objects::api;
use crate::deployer::inventory::Inventory;
use crate::deployer::object::Object;
use crate::error::{Error, Kind, Result};
use crate::ops::deployment::delete;

/// How often a version may pass before that is an error.
const TRIES: usize = 50;

/// How long a Deployment that is being deleted may take to be gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// A version that no Deployment has: an apply with it can only create.
const NO_VERSION: &str = "1";

/// Why a deploy ended before its end.
pub(super) enum Stop {
    /// Somebody else has deployed or deleted it meanwhile. What is there now; none where it is gone or going.
    Overtaken(Option<Box<Deployment>>),
    /// Somebody else has deployed while its pods were yet to serve.
    Replaced(Box<Deployment>),
    /// Something failed.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Stop {
    /// In words. `name` is the deployment's.
    pub(super) fn error(self, name: &str) -> Error {
        match self {
            Self::Failed(error) => error,
            Self::Replaced(now) => overtaken(name, Some(Inventory::of(&now).revision)).of_kind(Kind::RunFailed),
            Self::Overtaken(now) => overtaken(name, now.as_deref().map(|now| Inventory::of(now).revision)),
        }
    }
}

/// What is said to the one who was overtaken. `revision` is the one that is there now.
fn overtaken(name: &str, revision: Option<u64>) -> Error {
    match revision {
        Some(revision) => Error::failure(format!(
            "somebody else deployed \"{name}\" meanwhile, as revision {revision}: this deploy has changed nothing that serves"
        ))
        .hint(format!("look at it with `kubectl zenml deployment describe {name}`, and deploy again if yours is to serve")),
        None => Error::failure(format!("somebody else deleted \"{name}\" while it was deployed"))
            .hint("deploy again if it is to be there"),
    }
}

/// Applies `wanted` if the Deployment is still the one that was `seen`, with the same inventory; none where nothing was there.
/// What a controller has written meanwhile, such as a status, is no part of the outcome.
pub(super) async fn commit(
    cluster: &Cluster,
    wanted: &Deployment,
    seen: Option<&Deployment>,
    how: How<'_>,
) -> Result<(Deployment, Outcome), Stop> {
    let (name, namespace) = (wanted.name_any(), wanted.namespace().unwrap_or_default());
    let mut latest = seen.cloned();
    for _ in 0..TRIES {
        match apply::try_apply(cluster, &guarded(wanted, latest.as_ref())?, how).await {
            Ok(applied) => {
                let applied = typed(&applied)?;
                if is_going(&applied) {
                    return Err(Stop::Overtaken(None));
                }
                let outcome = Outcome::of(latest.as_ref(), &applied);
                return Ok((applied, outcome));
            }
            Err(error) if failure::is_conflict(&error) && !failure::is_apply_conflict(&error) => {}
            Err(error) => return Err(apply::explain(cluster, &Object::of(wanted)?, &error).into()),
        }
        let found = api::<Deployment>(cluster, &namespace).get_opt(&name).await.on(cluster)?;
        if found.as_ref().is_some_and(is_going) {
            return Err(Stop::Overtaken(None));
        }
        if !is_same(seen, found.as_ref()) {
            return Err(Stop::Overtaken(found.map(Box::new)));
        }
        latest = found;
    }
    Err(Error::failure(format!("deployment \"{name}\" changes too often to be applied")).into())
}

/// Stops where the Deployment is no more the one that was `seen`.
pub(super) async fn check(cluster: &Cluster, seen: &Deployment) -> Result<(), Stop> {
    let now = there(cluster, &seen.namespace().unwrap_or_default(), &seen.name_any()).await?;
    if is_same(Some(seen), now.as_ref()) { Ok(()) } else { Err(Stop::Overtaken(now.map(Box::new))) }
}

/// The Deployment, unless it is going.
pub(super) async fn there(cluster: &Cluster, namespace: &str, name: &str) -> Result<Option<Deployment>> {
    let found = api::<Deployment>(cluster, namespace).get_opt(name).await.on(cluster)?;
    Ok(found.filter(|found| !is_going(found)))
}

fn guarded(wanted: &Deployment, seen: Option<&Deployment>) -> Result<Object> {
    let mut object = Object::of(wanted)?;
    let metadata = &mut object.body["metadata"];
    if let Some(seen) = seen {
        metadata["uid"] = json!(seen.uid());
        metadata["resourceVersion"] = json!(seen.resource_version());
    } else {
        metadata["resourceVersion"] = json!(NO_VERSION);
    }
    Ok(object)
}

/// Whether nobody has deployed or deleted it between two looks.
pub(super) fn is_same(one: Option<&Deployment>, other: Option<&Deployment>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.uid() == other.uid() && Inventory::of(one) == Inventory::of(other),
        _ => false,
    }
}

/// Waits until a Deployment that is being deleted is gone: what is applied to it would go with it.
pub(super) async fn until_gone(cluster: &Cluster, namespace: &str, name: &str, report: Report<'_>) -> Result<()> {
    let found = api::<Deployment>(cluster, namespace).get_opt(name).await.on(cluster)?;
    let Some(going) = found.filter(is_going) else { return Ok(()) };
    report(Event::Going(name));
    delete::wait(cluster, &going, PATIENCE).await
}

/// Whether it is being deleted.
fn is_going(deployment: &Deployment) -> bool {
    deployment.metadata.deletion_timestamp.is_some()
}
