//! `deploy`: a service's objects into the cluster, and the wait until they serve (layer 3).

mod admission;
mod plan;

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use kube::core::ObjectMeta;
use serde_json::Value;

use self::plan::{Live, Plan};
use crate::cluster::apply::{self, How, Outcome};
use crate::cluster::failure::On;
use crate::cluster::namespace::{self, Chosen, Ensured};
use crate::cluster::objects::{self, Created, api};
use crate::cluster::{Cluster, rollout};
use crate::deployer::diagnosis::{Progress, Trouble};
use crate::deployer::inventory::{Inventory, Kind};
use crate::deployer::manifests;
use crate::deployer::spec::Service;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// How many numbers are tried for a Secret whose name is taken by something that is not ours.
const NAMES_TRIED: u64 = 20;

/// What to deploy, and how.
pub struct Request<'a> {
    /// The service.
    pub service: &'a Service,
    /// The value of each of [`Service::own_secrets`].
    pub values: &'a [(String, Secret<String>)],
    /// Where.
    pub namespace: &'a str,
    /// Take over fields that somebody else manages.
    pub force_conflicts: bool,
    /// Wait this long for the rollout; not at all without it.
    pub wait: Option<Duration>,
}

/// What happens on the way.
pub enum Event<'a> {
    /// The namespace was missing and has been created.
    NamespaceCreated(&'a str),
    /// The namespace is not there yet, so the server cannot try the objects.
    Untried,
    /// The namespace demands PodSecurity `restricted`, so the pods get its settings.
    Restricted,
    /// An object has been applied, or would be.
    Applied {
        /// The kind as kubectl writes it, such as `deployment.apps`.
        kind: &'static str,
        /// The object's name.
        name: &'a str,
        /// What came of it.
        outcome: Outcome,
    },
    /// The rollout moves, or does not.
    Rollout(Progress, Option<&'a Trouble>),
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

/// Deploys. Everything is tried on the server before the first object is changed.
pub async fn deploy(cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<Deployed> {
    // `deploy` creates a namespace that somebody named, too.
    if namespace::ensure(cluster, request.namespace, Chosen::Named, true).await? == Ensured::Created {
        report(Event::NamespaceCreated(request.namespace));
    }
    let live = Live::read(cluster, request).await?;
    let mut plan = plan::plan(cluster, request, &live, report).await?;
    let secret = if plan.new_secret { Some(create_secret(cluster, request, &mut plan, report).await?) } else { None };
    let deployment = match apply_rest(cluster, request, &live, &mut plan, report).await {
        Ok(deployment) => deployment,
        Err(error) => {
            // Nothing refers to it yet, and no inventory lists it.
            if let Some(secret) = secret.as_ref().and_then(|secret| Some((secret.name_any(), secret.uid()?))) {
                let _ = apply::delete::<core::Secret>(cluster, request.namespace, &secret.0, &secret.1).await;
            }
            return Err(error);
        }
    };
    if let Some(timeout) = request.wait {
        let done = wait(cluster, request, &deployment, timeout, report).await?;
        prune(cluster, request, &plan, &done).await?;
    }
    Ok(Deployed { revision: plan.inventory.revision, objects: plan.objects(request) })
}

/// Asks the server what [`deploy`] would do, and changes nothing.
pub async fn trial(cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<Deployed> {
    if namespace::is_to_be_created(cluster, request.namespace, Chosen::Named, true).await? {
        report(Event::NamespaceCreated(request.namespace));
        report(Event::Untried);
        return Ok(render(request.service, request.namespace));
    }
    let live = Live::read(cluster, request).await?;
    let plan = plan::plan(cluster, request, &live, report).await?;
    if let Some(secret) = plan.secret.as_deref().filter(|_| plan.new_secret) {
        report(Event::Applied { kind: "secret", name: secret, outcome: Outcome::Created });
    }
    let name = &request.service.name;
    report(Event::Applied { kind: "service", name, outcome: plan.service });
    report(Event::Applied { kind: "deployment.apps", name, outcome: plan.deployment });
    Ok(Deployed { revision: plan.inventory.revision, objects: plan.objects(request) })
}

/// The objects of a first deployment, without asking any server.
pub fn render(service: &Service, namespace: &str) -> Deployed {
    let request = Request { service, values: &[], namespace, force_conflicts: false, wait: None };
    let plan = Plan::first(service);
    Deployed { revision: plan.inventory.revision, objects: plan.objects(&request) }
}

/// POSTs the revision's Secret, under the next number whose name is free. What a deploy that was interrupted, or a
/// Deployment that was deleted by hand, left under such a name is recorded, and so goes with the rest.
async fn create_secret(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<core::Secret> {
    let Request { service, namespace, values, .. } = *request;
    let first = plan.inventory.revision;
    for number in first..first + NAMES_TRIED {
        let name = manifests::secret_name(&service.name, number);
        let wanted = manifests::secret(service, &name, namespace, values);
        let (found, is_wanted) =
            match objects::create(&api::<core::Secret>(cluster, namespace), &wanted).await.on(cluster)? {
                Created::New(secret) => (Some(secret), true),
                Created::Exists => left_behind(cluster, &wanted).await?,
            };
        let Some(secret) = found else { continue };
        plan.inventory.record(Kind::Secret, &name, &secret.uid().unwrap_or_default());
        if is_wanted {
            plan.inventory.revision = number;
            plan.revision = number;
            report(Event::Applied { kind: "secret", name: &name, outcome: Outcome::Created });
            plan.secret = Some(name);
            return Ok(secret);
        }
    }
    let name = manifests::secret_name(&service.name, first);
    Err(Error::failure(format!("the names of Secrets from {name} on are taken"))
        .hint("delete the Secrets of that name that nothing uses, or choose another name for the service"))
}

/// The Secret of our own that has the name of `wanted`, and whether its values are the wanted ones too.
async fn left_behind(cluster: &Cluster, wanted: &core::Secret) -> Result<(Option<core::Secret>, bool)> {
    let (name, namespace) = (wanted.metadata.name.clone(), wanted.metadata.namespace.clone());
    let metadata = ObjectMeta { name, namespace, ..ObjectMeta::default() };
    let found = apply::ours(cluster, &core::Secret { metadata, ..core::Secret::default() }).await?;
    let is_wanted = found.as_ref().is_some_and(|found| found.data == wanted.data);
    Ok((found, is_wanted))
}

/// The Service, and last the Deployment, whose inventory makes it all one.
async fn apply_rest(
    cluster: &Cluster,
    request: &Request<'_>,
    live: &Live,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<Deployment> {
    let name = &request.service.name;
    let how = How { dry_run: false, force: request.force_conflicts };
    let service = apply::apply(cluster, &manifests::service(request.service, request.namespace), how).await?;
    report(Event::Applied { kind: "service", name, outcome: Outcome::of(live.service.as_ref(), &service) });
    plan.inventory.record(Kind::Service, name, &service.uid().unwrap_or_default());
    let deployment = apply::apply(cluster, &plan.wanted(request, &plan.inventory), how).await?;
    report(Event::Applied {
        kind: "deployment.apps",
        name,
        outcome: Outcome::of(live.deployment.as_ref(), &deployment),
    });
    Ok(deployment)
}

async fn wait(
    cluster: &Cluster,
    request: &Request<'_>,
    deployment: &Deployment,
    timeout: Duration,
    report: Report<'_>,
) -> Result<Deployment> {
    let wanted = rollout::Wanted {
        namespace: request.namespace,
        name: &request.service.name,
        generation: deployment.metadata.generation.unwrap_or_default(),
        timeout,
    };
    rollout::wait(cluster, wanted, &mut |progress, trouble| report(Event::Rollout(progress, trouble))).await
}

/// Deletes the Secrets that no ReplicaSet needs any more, now that the new one serves.
async fn prune(cluster: &Cluster, request: &Request<'_>, plan: &Plan, done: &Deployment) -> Result<()> {
    let mut inventory = Inventory::of(done);
    // Somebody else has deployed meanwhile: then it is theirs to prune.
    if inventory != plan.inventory {
        return Ok(());
    }
    let outdated = inventory.outdated(plan.secret.as_deref());
    for item in &outdated {
        apply::delete::<core::Secret>(cluster, request.namespace, &item.name, &item.uid).await?;
    }
    if !outdated.is_empty() {
        let mut wanted = plan.wanted(request, &inventory);
        wanted.metadata.resource_version.clone_from(&done.metadata.resource_version);
        // When the Deployment has changed since, the next deploy clears the list: deleting twice is no harm.
        let _ = apply::apply(cluster, &wanted, How { dry_run: false, force: true }).await;
    }
    Ok(())
}
