//! `deploy`: a service's objects into the cluster, and the wait until they serve (layer 3).

mod admission;
mod binding;
mod carry_out;
mod commit;
pub mod diff;
mod leftovers;
mod objects;
mod plan;
pub mod preflight;
mod prune;
pub mod record;
pub mod replicas;
mod restore;
mod role;
mod secrets;
mod source;
mod way_back;

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use serde_json::Value;

use self::commit::Stop;
pub(crate) use self::objects::is_never_deleted;
use self::plan::Plan;
pub use self::secrets::replaced as key_replaced;
pub use self::source::{Source, Values};
use self::way_back::{Found, WayBack};
use crate::cluster::apply::{How, Outcome};
use crate::cluster::namespace::{self, Chosen, Ensured};
use crate::cluster::objects::FIELD_MANAGER;
use crate::cluster::{Cluster, rollout};
use crate::deployer::diagnosis::{Progress, Trouble};
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::object::Object;
use crate::error::{Error, Kind as ErrorKind, Result};

/// How often a deploy begins again because the one before it was just ending.
const TRIES: usize = 10;

/// What to do where the key is replaced and the deploy failed, or was overtaken.
const KEY_FAILED: &str = "mend what is wrong and deploy again,";

/// The same where the rollout may yet come to its end.
pub const KEY_LATE: &str = "should the rollout not come to its end, deploy again,";

/// What to deploy, and how.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Request<'a> {
    /// What.
    pub source: Source<'a>,
    /// Where.
    pub namespace: &'a str,
    /// Under whose name the objects are applied.
    pub field_manager: &'a str,
    /// Take over fields that somebody else manages.
    pub force_conflicts: bool,
    /// Take over objects that somebody else made.
    pub adopt: bool,
    /// Replace the key that requests must carry.
    pub rotate_auth_key: bool,
    /// When it fails, go back to the revision before.
    pub atomic: bool,
    /// Go on with the pods of the revision that is gone back to: they serve still.
    pub keep_pods: bool,
    /// Wait this long for the rollout; not at all without it.
    pub wait: Option<Duration>,
}

impl<'a> Request<'a> {
    /// How the objects are applied.
    fn how(&self, dry_run: bool) -> How<'a> {
        How { dry_run, force: self.force_conflicts, manager: self.field_manager }
    }
}

/// What happens on the way.
pub enum Event<'a> {
    /// The namespace was missing and has been created.
    NamespaceCreated(&'a str),
    /// The namespace is not there yet, so the server cannot try the objects.
    Untried,
    /// The namespace demands PodSecurity `restricted`, so the pods get its settings.
    Restricted,
    /// This user may not make such objects, so the deployment does without.
    Without {
        /// Such as `poddisruptionbudgets.policy`.
        resource: &'a str,
        /// Where.
        namespace: &'a str,
        /// Whether one that is there stays as it is.
        stays: bool,
        /// The refusal.
        error: &'a Error,
    },
    /// The revision could not be recorded: there is no way back to it.
    NotRecorded {
        /// The namespace.
        namespace: &'a str,
    },
    /// Something that is likely not meant.
    Warning(&'a str),
    /// An object has been applied, or would be.
    Applied {
        /// The kind as kubectl writes it, such as `deployment.apps`.
        kind: &'a str,
        /// The object's name.
        name: &'a str,
        /// What came of it.
        outcome: Outcome,
    },
    /// An object that belongs to the deployment no more has been deleted, or would be.
    Pruned {
        /// The kind as kubectl writes it.
        kind: &'a str,
        /// The object's name.
        name: &'a str,
    },
    /// An object that belongs to the deployment no more stays, or would, because it may hold data.
    Kept {
        /// The kind as kubectl writes it.
        kind: &'a str,
        /// The object's name.
        name: &'a str,
        /// Where it is.
        namespace: &'a str,
    },
    /// An object that belongs to the deployment no more stays, or would, as the user's own: its pods still name it.
    Released {
        /// The kind as kubectl writes it.
        kind: &'a str,
        /// The object's name.
        name: &'a str,
    },
    /// The deployment of this name that is there is being deleted, which is waited for.
    Going(&'a str),
    /// The rollout moves, or does not.
    Rollout(Progress, Option<&'a Trouble>),
    /// It failed, and the revision before is being restored; none when nothing was there.
    Restoring(&'a Error, Option<u64>),
}

/// Hears of each [`Event`].
pub type Report<'r> = &'r mut dyn FnMut(Event<'_>);

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployed {
    /// The deployment's revision.
    pub revision: u64,
    /// The objects, secret values hidden.
    pub objects: Vec<Value>,
}

/// Deploys. Everything is tried on the server before the first object is changed. Of several deploys at once one wins, and
/// the others end with an error.
pub async fn deploy(cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<Deployed> {
    if request.atomic && request.wait.is_some() {
        way_back::check_sight(cluster, request).await?;
    }
    // `deploy` creates a namespace that somebody named, too.
    if namespace::ensure(cluster, request.namespace, Chosen::Named, true).await? == Ensured::Created {
        report(Event::NamespaceCreated(request.namespace));
    }
    commit::until_gone(cluster, request.namespace, request.source.name(), report).await?;
    let mut key_replaced = false;
    let done = try_often(cluster, request, &mut key_replaced, report).await;
    done.map_err(|error| match error.kind() {
        _ if !key_replaced => error,
        ErrorKind::TimedOut => error.hint(secrets::replaced(request.source.name(), KEY_LATE)),
        _ => error.hint(secrets::replaced(request.source.name(), KEY_FAILED)),
    })
}

/// Deploys, and begins again where the deploy before was just ending. `key_replaced` is set once the key has been.
async fn try_often(
    cluster: &Cluster,
    request: &Request<'_>,
    key_replaced: &mut bool,
    report: Report<'_>,
) -> Result<Deployed> {
    let name = request.source.name();
    for _ in 0..TRIES {
        let live = plan::live(cluster, request).await?;
        let Found::Way(way_back) = WayBack::find(cluster, request, live.as_ref()).await? else { continue };
        let mut plan = plan::plan(cluster, request, live.as_ref(), report).await?;
        let back = way_back.as_ref().and_then(WayBack::revision);
        let stop = match Box::pin(roll_out(cluster, request, (live.as_ref(), back), &mut plan, report)).await {
            Ok(()) => return Ok(Deployed { revision: plan.inventory.revision, objects: plan.bodies(request)? }),
            Err(stop) => stop,
        };
        *key_replaced |= plan.key_replaced;
        match (stop, way_back) {
            (Stop::Overtaken(now), _) if is_only_tidied(live.as_ref(), now.as_deref()) => {}
            (Stop::Failed(error), Some(way_back)) => {
                let begun = (live.as_ref(), &plan);
                return Err(Box::pin(way_back.go(cluster, request, begun, error, report)).await);
            }
            (stop, _) => return Err(stop.error(name)),
        }
    }
    Err(Error::failure(format!("deployment \"{name}\" changes too often to be applied")))
}

/// Whether a deploy before this one has only put its record in order: the revision is still the one that this one began with.
fn is_only_tidied(live: Option<&Deployment>, now: Option<&Deployment>) -> bool {
    let revision = |deployment: &Deployment| (deployment.uid(), Inventory::of(deployment).revision);
    live.is_some() && live.map(revision) == now.map(revision)
}

/// Applies what was planned, waits for it, and then deletes what nobody needs any more.
async fn roll_out(
    cluster: &Cluster,
    request: &Request<'_>,
    (live, way_back): (Option<&Deployment>, Option<u64>),
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<(), Stop> {
    let deployment = Box::pin(carry_out::carry_out(cluster, request, live, plan, report)).await?;
    prune::trim(cluster, request, plan, &deployment, way_back).await;
    if let Some(timeout) = request.wait {
        let done = wait(cluster, request, &deployment, timeout, report).await?;
        prune::prune(cluster, request, plan, &done).await?;
    }
    Ok(())
}

/// Asks the server what [`deploy`] would do, and changes nothing.
pub async fn trial(cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<Deployed> {
    if namespace::is_to_be_created(cluster, request.namespace, Chosen::Named, true).await? {
        report(Event::NamespaceCreated(request.namespace));
        report(Event::Untried);
        return render(&request.source, request.namespace);
    }
    let live = plan::live(cluster, request).await?;
    let plan = plan::plan(cluster, request, live.as_ref(), report).await?;
    let set = plan.set(request)?;
    let (before, after) = plan.outcomes.split_at(set.before.len().min(plan.outcomes.len()));
    tell(&set.before, before, report);
    if let Some(secret) = plan.secret.as_deref().filter(|_| plan.new_secret) {
        report(Event::Applied { kind: "secret", name: secret, outcome: Outcome::Created });
    }
    if let Some((name, outcome)) = secrets::of_auth(request, &plan) {
        report(Event::Applied { kind: "secret", name: &name, outcome });
    }
    report(Event::Applied { kind: "deployment.apps", name: request.source.name(), outcome: plan.deployment });
    tell(&set.after, after, report);
    for item in plan.superfluous(request)? {
        report(Event::Pruned { kind: &item.kind().display(), name: &item.name });
    }
    for item in plan.left(request)? {
        tell_left(&item, request.namespace, report);
    }
    Ok(Deployed { revision: plan.inventory.revision, objects: plan.bodies(request)? })
}

fn tell(objects: &[Object], outcomes: &[Outcome], report: Report<'_>) {
    for (object, outcome) in objects.iter().zip(outcomes) {
        report(Event::Applied { kind: &object.kind.display(), name: object.name(), outcome: *outcome });
    }
}

/// Says that an object stays which nothing asks for any more.
fn tell_left(item: &Item, namespace: &str, report: Report<'_>) {
    let (kind, name) = (&item.kind().display(), &item.name);
    report(if is_never_deleted(item) { Event::Kept { kind, name, namespace } } else { Event::Released { kind, name } });
}

/// The objects of a first deployment, without asking any server.
pub fn render(source: &Source<'_>, namespace: &str) -> Result<Deployed> {
    let request = Request {
        source: *source,
        namespace,
        field_manager: FIELD_MANAGER,
        force_conflicts: false,
        adopt: false,
        rotate_auth_key: false,
        atomic: false,
        keep_pods: false,
        wait: None,
    };
    let plan = Plan::first(source);
    Ok(Deployed { revision: plan.inventory.revision, objects: plan.bodies(&request)? })
}

/// Waits until the new pods serve. That somebody else has deployed meanwhile says that they never will.
async fn wait(
    cluster: &Cluster,
    request: &Request<'_>,
    deployment: &Deployment,
    timeout: Duration,
    report: Report<'_>,
) -> Result<Deployment, Stop> {
    let wanted = rollout::Wanted {
        namespace: request.namespace,
        name: request.source.name(),
        generation: deployment.metadata.generation.unwrap_or_default(),
        revision: Some(Inventory::of(deployment).revision),
        timeout,
    };
    let done =
        rollout::wait(cluster, wanted, &mut |progress, trouble| report(Event::Rollout(progress, trouble))).await?;
    match done {
        rollout::End::Complete(deployment) => Ok(*deployment),
        rollout::End::Replaced(deployment) => Err(Stop::Replaced(deployment)),
    }
}
