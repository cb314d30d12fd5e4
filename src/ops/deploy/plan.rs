//! What a deploy would change, found out by asking the server to apply it without doing so (layer 3).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use kube::api::DynamicObject;
use serde_json::Value;

use super::commit::there;
use super::replicas::HandOver;
use super::source::Source;
use super::{Event, Report, Request, admission, objects, role};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, Outcome};
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{api, post};
use crate::deployer::inventory::{ANNOTATION, Inventory, Item};
use crate::deployer::manifests::{
    self, Placement, REVISION_LABEL, Set, auth_name, is_ours, revision_name, revision_of,
};
use crate::deployer::needs;
use crate::deployer::object::{Kind, Object};
use crate::error::{Error, Result};

/// The annotations of the Deployment's controller, which come after it.
const CONTROLLERS: &str = "deployment.kubernetes.io/";

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
    /// What this user may not make; the deployment does without.
    pub(super) without: BTreeSet<Kind>,
    /// The objects beside the Deployment that are there: their versions, and what would become of them.
    pub(super) known: HashMap<(Kind, String), (String, Outcome)>,
    /// What would become of the objects beside the Deployment, in their order.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) deployment: Outcome,
    pub(super) hand_over: HandOver,
    /// Whether the key that requests must carry has been replaced.
    pub(super) key_replaced: bool,
    /// The UID of the Deployment once it is written.
    pub(super) written: Option<String>,
}

/// Reads the Deployment that is there, and refuses what somebody else made.
pub(super) async fn live(cluster: &Cluster, request: &Request<'_>) -> Result<Option<Deployment>> {
    let name = request.source.name();
    let found = there(cluster, request.namespace, name).await?;
    if let Some(deployment) = &found
        && !is_ours(&deployment.metadata, name)
        && !request.adopt
    {
        return Err(objects::foreign("deployment", name, request.namespace));
    }
    Ok(found)
}

/// Finds out what is new. Afterwards the server has accepted every object once.
pub(super) async fn plan(
    cluster: &Cluster,
    request: &Request<'_>,
    live: Option<&Deployment>,
    report: Report<'_>,
) -> Result<Plan> {
    let mut plan = Plan::first(&request.source);
    if let Some(deployment) = live {
        plan.inventory = Inventory::of(deployment);
        plan.inventory.revision += 1;
        plan.revision = revision(deployment).unwrap_or(plan.inventory.revision);
        plan.reuse_secret(cluster, request).await?;
        plan.check_secret(cluster, request).await?;
    }
    if request.rotate_auth_key {
        plan.revision = plan.inventory.revision;
    }
    let set = plan.set(request)?;
    plan.restricted = admission::demands_restricted(cluster, request, &set).await?;
    if plan.restricted {
        report(Event::Restricted);
        admission::check_restricted(cluster, request, &plan.set(request)?).await?;
    }
    role::check(cluster, request, &set).await?;
    plan.try_secret(cluster, request).await?;
    plan.try_objects(cluster, request, report).await?;
    plan.try_deployment(cluster, request, live).await?;
    plan.try_prune(cluster, request).await?;
    Ok(plan)
}

/// The revision that the template of the pods came with.
pub(super) fn revision(live: &Deployment) -> Option<u64> {
    live.spec.template.metadata.as_ref()?.labels.as_ref()?.get(REVISION_LABEL)?.parse().ok()
}

impl Plan {
    /// The plan where nothing is there.
    pub(super) fn first(source: &Source<'_>) -> Self {
        let (secret, new_secret) = match source {
            Source::Record(record) => (record.secret.clone(), false),
            Source::File { .. } => {
                let has_secrets = source.with_secrets().is_some();
                (has_secrets.then(|| revision_name(source.name(), 1)), has_secrets)
            }
        };
        Self {
            revision: 1,
            secret,
            new_secret,
            inventory: Inventory { revision: 1, objects: Vec::new() },
            restricted: false,
            without: BTreeSet::new(),
            known: HashMap::new(),
            outcomes: Vec::new(),
            deployment: Outcome::Created,
            hand_over: HandOver::None,
            key_replaced: false,
            written: None,
        }
    }

    /// Keeps the newest Secret if its values are the wanted ones; else the next revision gets its own, and new pods.
    async fn reuse_secret(&mut self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        let Some((service, values)) = request.source.with_secrets() else { return Ok(()) };
        let is_of_revision = |item: &&Item| !item.going && revision_of(&service.name, &item.name).is_some();
        if let Some(item) = self.inventory.all::<core::Secret>().rfind(is_of_revision).cloned() {
            let wanted = manifests::secret(service, &item.name, request.namespace, values);
            if apply::is_same(cluster, &Object::of(&wanted)?, &item.uid).await? {
                self.secret = Some(item.name);
                self.new_secret = false;
                return Ok(());
            }
        }
        self.revision = self.inventory.revision;
        self.secret = Some(revision_name(&service.name, self.revision));
        Ok(())
    }

    /// Whether the Secret of a revision that is gone back to is there, and stays. Pods that serve have its values already.
    async fn check_secret(&self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        let Source::Record(record) = request.source else { return Ok(()) };
        let (kind, Some(name)) = (Kind::of::<core::Secret>(), &record.secret) else { return Ok(()) };
        let is_on_record = self.inventory.has(&kind, name);
        if is_on_record && (request.keep_pods || is_there(cluster, request.namespace, &kind, name).await) {
            return Ok(());
        }
        Err(Error::failure(format!("the Secret \"{name}\" of revision {} is gone", record.revision))
            .hint(format!("`kubectl zenml deployment history {}` lists what can be gone back to", record.name())))
    }

    /// Asks whether the new Secret would be accepted. A name that is taken is no obstacle: the next number may be free.
    async fn try_secret(&self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        let Some(name) = self.secret.as_deref().filter(|_| self.new_secret) else { return Ok(()) };
        let Some((service, values)) = request.source.with_secrets() else { return Ok(()) };
        let secret = manifests::secret(service, name, request.namespace, values);
        match api::<core::Secret>(cluster, request.namespace).create(&post(true), &secret).await {
            Err(error) if !failure::is_already_exists(&error) => Err(error).on(cluster),
            _ => Ok(()),
        }
    }

    /// Tries everything beside the Deployment, all at once.
    async fn try_objects(&mut self, cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<()> {
        let set = self.set(request)?;
        let inventory = &self.inventory;
        let each =
            set.before.iter().chain(&set.after).map(|object| objects::check(cluster, request, object, inventory));
        let all = try_join_all(each).await?;
        for (object, checked) in set.before.iter().chain(&set.after).zip(all) {
            match checked {
                objects::Checked::Fine { version, outcome } => {
                    let key = (object.kind.clone(), object.name().to_owned());
                    self.known.extend(version.map(|version| (key, (version, outcome))));
                    self.outcomes.push(outcome);
                }
                objects::Checked::Without { kind, error } => {
                    let stays = self.inventory.objects.iter().any(|item| item.kind() == kind);
                    report(Event::Without {
                        resource: &kind.resource(),
                        namespace: request.namespace,
                        stays,
                        error: &error,
                    });
                    self.without.insert(kind);
                }
            }
        }
        Ok(())
    }

    /// Asks whether what is wanted no more may be deleted: afterwards it would be too late to say no.
    async fn try_prune(&self, cluster: &Cluster, request: &Request<'_>) -> Result<()> {
        for item in self.superfluous(request)?.iter().filter(|item| !item.uid.is_empty()) {
            let kind = item.kind();
            apply::try_delete(cluster, request.namespace, &kind, &item.name, &item.uid).await.map_err(|error| {
                let explained = failure::explain(&cluster.server, &error).under(format!(
                    "{} \"{}\" is wanted no more and cannot be deleted",
                    kind.display(),
                    item.name
                ));
                apply::with_way(explained, &error, &kind, request.namespace)
            })?;
        }
        Ok(())
    }

    /// Tries the Deployment, and settles the revisions.
    async fn try_deployment(
        &mut self,
        cluster: &Cluster,
        request: &Request<'_>,
        live: Option<&Deployment>,
    ) -> Result<()> {
        let wanted = self.set(request)?.deployment;
        let scaled = self.inventory.all::<HorizontalPodAutoscaler>().next().is_some();
        self.hand_over = HandOver::between(live, &wanted, scaled, request.source.least(), request.field_manager);
        let mut trial = wanted.clone();
        if self.hand_over != HandOver::None {
            // Whose it is now is settled when it changes hands.
            trial.spec.replicas = None;
        }
        if let Some(live) = live {
            carry_inventory(&mut trial, live);
        }
        let how = request.how(true);
        let verdict = apply::apply(cluster, &Object::of(&trial)?, how).await?;
        let Some(live) = live else { return Ok(()) };
        let mut verdict: Deployment = typed(&verdict)?;
        if self.hand_over != HandOver::None {
            verdict.spec.replicas = wanted.spec.replicas.or(live.spec.replicas);
        }
        let same = live.spec == verdict.spec && is_same_meta(live, &verdict) && self.hand_over == HandOver::None;
        self.deployment = if same { Outcome::Unchanged } else { Outcome::Configured };
        self.number(request, live, &verdict)
    }

    /// Settles the revisions, once the server has said what would change. A change that leaves the pods as they are,
    /// such as another number of replicas, must not restart them: their template keeps its own.
    fn number(&mut self, request: &Request<'_>, live: &Deployment, verdict: &Deployment) -> Result<()> {
        let unchanged = self.deployment == Outcome::Unchanged
            && self.outcomes.iter().all(|outcome| *outcome == Outcome::Unchanged)
            && self.unwanted(request)?.is_empty();
        if unchanged && !self.new_secret && !request.rotate_auth_key {
            self.inventory.revision = Inventory::of(live).revision;
        } else if live.spec.template != verdict.spec.template {
            self.revision = self.kept(request, live).unwrap_or(self.inventory.revision);
        }
        Ok(())
    }

    /// The revision of the pods that serve and are to go on: their template is written as it was. None where new ones are
    /// needed, because theirs is an older key.
    fn kept(&self, request: &Request<'_>, live: &Deployment) -> Option<u64> {
        let Source::Record(record) = request.source else { return None };
        let kept = revision(&record.set.deployment).filter(|_| request.keep_pods)?;
        let has_old_key = record.wants_key() && self.inventory.is_key_newer(&auth_name(record.name()), kept);
        // Where it is the live one's, too, somebody has changed that by hand.
        (!has_old_key && revision(live) != Some(kept)).then_some(kept)
    }

    /// The objects on record that are wanted no more and can be deleted.
    pub(super) fn superfluous(&self, request: &Request<'_>) -> Result<Vec<Item>> {
        Ok(self.split(request)?.0)
    }

    /// The objects on record that are wanted no more and stay all the same: they may hold data, or the pods still name them
    /// as their account, which is the user's own then.
    pub(super) fn left(&self, request: &Request<'_>) -> Result<Vec<Item>> {
        Ok(self.split(request)?.1)
    }

    /// What is wanted no more: what goes, and what stays.
    fn split(&self, request: &Request<'_>) -> Result<(Vec<Item>, Vec<Item>)> {
        let pod = self.set(request)?.deployment.spec.template.spec.unwrap_or_default();
        let stays = |item: &Item| objects::is_never_deleted(item) || needs::is_account_of(&pod, item, &self.inventory);
        Ok(self.unwanted(request)?.into_iter().partition(|item| !stays(item)))
    }

    /// The objects on record that are wanted no more. Not the Secrets and records of revisions: who needs them is known
    /// only after the rollout.
    fn unwanted(&self, request: &Request<'_>) -> Result<Vec<Item>> {
        let set = self.set(request)?;
        let name = request.source.name();
        let is_kept = |item: &&Item| {
            let mut wanted = set.before.iter().chain(&set.after);
            objects::is_bookkeeping(item, name)
                || self.without.contains(&item.kind())
                || wanted.any(|object| object.kind == item.kind() && object.name() == item.name)
        };
        Ok(self.inventory.objects.iter().filter(|item| !is_kept(item)).cloned().collect())
    }

    /// Everything as it will be applied, without what this user may not make.
    pub(super) fn set(&self, request: &Request<'_>) -> Result<Set> {
        let placement = Placement {
            namespace: request.namespace,
            revision: self.revision,
            secret: self.secret.as_deref(),
            restricted: self.restricted,
        };
        let mut set = request.source.set(&placement)?;
        set.after.retain(|object| !self.without.contains(&object.kind));
        let scaler = Kind::of::<HorizontalPodAutoscaler>();
        // One that is there, and stays, goes on deciding.
        let is_there = self.inventory.objects.iter().any(|item| item.kind() == scaler);
        if self.without.contains(&scaler) && request.source.is_scaled() && !is_there {
            set.deployment.spec.replicas = Some(request.source.least());
        }
        Ok(set)
    }

    /// The Deployment with its inventory.
    pub(super) fn wanted(&self, request: &Request<'_>) -> Result<Deployment> {
        let mut deployment = self.set(request)?.deployment;
        deployment.annotations_mut().insert(ANNOTATION.to_owned(), self.inventory.to_annotation());
        Ok(deployment)
    }

    /// All objects as JSON, in the order in which they are applied, secret values hidden.
    pub(super) fn bodies(&self, request: &Request<'_>) -> Result<Vec<Value>> {
        let set = self.set(request)?;
        let mut bodies: Vec<Value> = set.before.into_iter().map(|object| object.body).collect();
        if let (Some(name), Some((service, _))) = (self.secret.as_deref(), request.source.with_secrets()) {
            let mut secret = Object::of(&manifests::secret(service, name, request.namespace, &[]))?.body;
            secret["data"] = service.own_secrets().map(|(key, _)| (key.to_owned(), Value::from("[HIDDEN]"))).collect();
            bodies.push(secret);
        }
        bodies.push(Object::of(&self.wanted(request)?)?.body);
        bodies.extend(set.after.into_iter().map(|object| object.body));
        Ok(bodies)
    }
}

/// Whether an object is there, as far as this user may know.
async fn is_there(cluster: &Cluster, namespace: &str, kind: &Kind, name: &str) -> bool {
    !matches!(apply::look(cluster, namespace, kind, name).await, Ok(None))
}

/// A trial says nothing of the inventory, which changes each time.
fn carry_inventory(trial: &mut Deployment, live: &Deployment) {
    if let Some(inventory) = live.annotations().get(ANNOTATION) {
        trial.annotations_mut().insert(ANNOTATION.to_owned(), inventory.clone());
    }
}

/// Whether two looks at a Deployment show the same labels and annotations, what its controller writes there apart.
fn is_same_meta(one: &Deployment, other: &Deployment) -> bool {
    let annotations = |deployment: &Deployment| -> BTreeMap<String, String> {
        let all = deployment.annotations().iter().filter(|(key, _)| !key.starts_with(CONTROLLERS));
        all.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    one.labels() == other.labels() && annotations(one) == annotations(other)
}

/// An answer of the server as the type that it is.
pub(super) fn typed(object: &DynamicObject) -> Result<Deployment> {
    object.clone().try_parse().map_err(|error| Error::failure("the server's answer is no Deployment").because(error))
}
