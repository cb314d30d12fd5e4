//! What a deploy would change, found out by asking the server to apply it without doing so (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1 as core;
use kube::Resource;
use serde_json::Value;

use super::{Event, Report, Request, admission};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, Outcome};
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{api, post};
use crate::deployer::inventory::{Inventory, Kind};
use crate::deployer::manifests::{self, Placement, REVISION_LABEL, is_ours};
use crate::deployer::spec::Service;
use crate::error::{Error, Result};

/// The objects that are there already.
#[derive(Default)]
pub(super) struct Live {
    pub(super) deployment: Option<Deployment>,
    pub(super) service: Option<core::Service>,
}

/// What will be applied.
pub(super) struct Plan {
    /// The revision of the pod template.
    pub(super) revision: u64,
    /// The Secret that the template refers to.
    pub(super) secret: Option<String>,
    /// Whether that Secret is yet to be created.
    pub(super) new_secret: bool,
    /// The record, with the revision of the whole.
    pub(super) inventory: Inventory,
    pub(super) restricted: bool,
    pub(super) service: Outcome,
    pub(super) deployment: Outcome,
}

impl Live {
    /// Reads what is there, and refuses what somebody else made.
    pub(super) async fn read(cluster: &Cluster, request: &Request<'_>) -> Result<Self> {
        let Request { namespace, service, .. } = *request;
        let name = &service.name;
        let (deployments, services) = (api::<Deployment>(cluster, namespace), api::<core::Service>(cluster, namespace));
        let (deployment, service) = tokio::join!(deployments.get_opt(name), services.get_opt(name));
        let live = Self { deployment: deployment.on(cluster)?, service: service.on(cluster)? };
        refuse_foreign(live.deployment.as_ref(), name, namespace)?;
        refuse_foreign(live.service.as_ref(), name, namespace)?;
        Ok(live)
    }

    /// The revision of the pods that are there.
    fn revision(&self) -> Option<u64> {
        let template = &self.deployment.as_ref()?.spec.template;
        template.metadata.as_ref()?.labels.as_ref()?.get(REVISION_LABEL)?.parse().ok()
    }
}

fn refuse_foreign<K>(object: Option<&K>, name: &str, namespace: &str) -> Result<()>
where
    K: Resource,
    K::DynamicType: Default,
{
    if object.is_none_or(|object| is_ours(object.meta(), name)) {
        return Ok(());
    }
    let kind = K::kind(&K::DynamicType::default()).to_lowercase();
    let message = format!("{kind} \"{name}\" in namespace \"{namespace}\" was not made by kubectl zenml");
    Err(Error::failure(message)
        .hint("choose another name or namespace for the service: what others made is not touched"))
}

/// Finds out what is new. Afterwards the server has accepted every object once.
pub(super) async fn plan(cluster: &Cluster, request: &Request<'_>, live: &Live, report: Report<'_>) -> Result<Plan> {
    let mut plan = Plan::first(request.service);
    if let Some(deployment) = &live.deployment {
        plan.inventory = Inventory::of(deployment);
        plan.inventory.revision += 1;
        plan.revision = live.revision().unwrap_or(plan.inventory.revision);
        plan.reuse_secret(cluster, request).await?;
    }
    plan.restricted = admission::demands_restricted(cluster, request, &plan).await?;
    if plan.restricted {
        report(Event::Restricted);
    }
    plan.try_secret(cluster, request).await?;
    let how = How { dry_run: true, force: request.force_conflicts };
    let service = apply::apply(cluster, &manifests::service(request.service, request.namespace), how).await?;
    plan.service = changed(live.service.as_ref(), |live| live.spec == service.spec && is_same_meta(live, &service));
    let record = live.deployment.as_ref().map(Inventory::of).unwrap_or_default();
    let verdict = apply::apply(cluster, &plan.wanted(request, &record), how).await?;
    plan.deployment =
        changed(live.deployment.as_ref(), |live| live.spec == verdict.spec && is_same_meta(live, &verdict));
    if let Some(live) = &live.deployment {
        plan.number(live, &verdict);
    }
    Ok(plan)
}

fn changed<K>(live: Option<&K>, is_same: impl FnOnce(&K) -> bool) -> Outcome {
    match live.map(is_same) {
        None => Outcome::Created,
        Some(true) => Outcome::Unchanged,
        Some(false) => Outcome::Configured,
    }
}

fn is_same_meta<K: Resource>(one: &K, other: &K) -> bool {
    one.meta().labels == other.meta().labels && one.meta().annotations == other.meta().annotations
}

impl Plan {
    /// The plan where nothing is there.
    pub(super) fn first(service: &Service) -> Self {
        let has_secrets = service.own_secrets().next().is_some();
        Self {
            revision: 1,
            secret: has_secrets.then(|| manifests::secret_name(&service.name, 1)),
            new_secret: has_secrets,
            inventory: Inventory { revision: 1, objects: Vec::new() },
            restricted: false,
            service: Outcome::Created,
            deployment: Outcome::Created,
        }
    }

    /// Keeps the newest Secret if its values are the wanted ones; else the next revision gets its own, and new pods.
    async fn reuse_secret(&mut self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        if !self.new_secret {
            return Ok(());
        }
        let newest = self.inventory.objects.iter().rfind(|item| item.kind == Kind::Secret).cloned();
        if let Some(item) = newest {
            let wanted = manifests::secret(request.service, &item.name, request.namespace, request.values);
            if apply::is_same(cluster, &wanted, &item.uid).await? {
                self.secret = Some(item.name);
                self.new_secret = false;
                return Ok(());
            }
        }
        self.revision = self.inventory.revision;
        self.secret = Some(manifests::secret_name(&request.service.name, self.revision));
        Ok(())
    }

    /// Asks whether the new Secret would be accepted. A name that is taken is no obstacle: the next number may be free.
    async fn try_secret(&self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        let Some(name) = self.secret.as_deref().filter(|_| self.new_secret) else { return Ok(()) };
        let secret = manifests::secret(request.service, name, request.namespace, request.values);
        match api::<core::Secret>(cluster, request.namespace).create(&post(true), &secret).await {
            Err(error) if !failure::is_already_exists(&error) => Err(error).on(cluster),
            _ => Ok(()),
        }
    }

    /// Settles the revisions, once the server has said what would change. A change that leaves the pods as they are,
    /// such as another number of replicas, must not restart them: their template keeps its own.
    fn number(&mut self, live: &Deployment, verdict: &Deployment) {
        let unchanged = self.deployment == Outcome::Unchanged && self.service == Outcome::Unchanged;
        if unchanged && !self.new_secret {
            self.inventory.revision = Inventory::of(live).revision;
        } else if live.spec.template != verdict.spec.template {
            self.revision = self.inventory.revision;
        }
    }

    fn placement<'p>(&'p self, request: &Request<'p>) -> Placement<'p> {
        Placement {
            namespace: request.namespace,
            revision: self.revision,
            secret: self.secret.as_deref(),
            restricted: self.restricted,
        }
    }

    /// The pod that would come of it.
    pub(super) fn trial_pod(&self, request: &Request<'_>) -> core::Pod {
        manifests::trial_pod(request.service, &self.placement(request))
    }

    /// The Deployment with `inventory` on it.
    pub(super) fn wanted(&self, request: &Request<'_>, inventory: &Inventory) -> Deployment {
        manifests::deployment(request.service, &self.placement(request), inventory)
    }

    /// All objects as JSON, in the order in which they are applied, secret values hidden.
    pub(super) fn objects(&self, request: &Request<'_>) -> Vec<Value> {
        let service = request.service;
        let secret = self.secret.as_deref().map(|name| {
            let mut secret = to_value(&manifests::secret(service, name, request.namespace, &[]));
            secret["data"] = service.own_secrets().map(|(key, _)| (key.to_owned(), Value::from("[HIDDEN]"))).collect();
            secret
        });
        let rest = [
            to_value(&manifests::service(service, request.namespace)),
            to_value(&self.wanted(request, &self.inventory)),
        ];
        secret.into_iter().chain(rest).collect()
    }
}

fn to_value(object: &impl serde::Serialize) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}
