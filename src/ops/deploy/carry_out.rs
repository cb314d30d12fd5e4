//! Applying what was planned, in the order in which it can be interrupted at any instant (layer 3).
//!
//! The Deployment goes first, with an inventory of all that is to be: so what an interrupted deploy leaves is known, and the
//! next one goes on with it. It also says which of several deploys at once is the one that counts.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::commit::{self, Stop, commit};
use super::plan::Plan;
use super::record::{Noted, Record};
use super::replicas::{self, HandOver};
use super::secrets::Key;
use super::{Event, Report, Request, binding, is_never_deleted, leftovers, secrets, tell_left};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, Outcome};
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::manifests::{Set, auth_name, revision_name};
use crate::deployer::object::{Kind, Object};
use crate::error::Result;
use crate::ops::deployment::delete;

/// Applies everything. Returns the Deployment as it is then. Where somebody else was quicker, or something fails before the
/// Deployment was written, nothing stays of what only this deploy needed.
pub(super) async fn carry_out(
    cluster: &Cluster,
    request: &Request<'_>,
    live: Option<&Deployment>,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<Deployment, Stop> {
    let mut work = Work { cluster, request, live, plan, made: Vec::new(), key: Key::Known };
    let first = match Box::pin(work.begin(report)).await {
        Ok(first) => first,
        Err(stop) => {
            work.withdraw(&stop).await;
            return Err(stop);
        }
    };
    match Box::pin(work.complete(first, report)).await {
        // Whoever takes a failed deploy back has nothing left to say this about.
        Err(Stop::Failed(error)) if !request.atomic => Err(error.hint(unfinished(request.source.name())).into()),
        Err(stop @ Stop::Overtaken(_)) => {
            work.withdraw(&stop).await;
            Err(stop)
        }
        done => done,
    }
}

/// What is to be known of a deploy that ended after its Deployment was applied.
fn unfinished(name: &str) -> String {
    format!(
        "what was applied until then stays: deploy again to complete it, or remove it with `kubectl zenml deployment \
         delete {name}`"
    )
}

struct Work<'w, 'a> {
    cluster: &'w Cluster,
    request: &'w Request<'a>,
    live: Option<&'w Deployment>,
    plan: &'w mut Plan,
    /// What was not there before.
    made: Vec<Item>,
    key: Key,
}

impl Work<'_, '_> {
    fn name(&self) -> &str {
        self.request.source.name()
    }

    /// Deletes what was made, unless it is on the record of the deployment that is there now. Nothing where that cannot be
    /// told: a request that was cut off may have been carried out.
    async fn withdraw(&self, stop: &Stop) {
        let namespace = self.request.namespace;
        let now = match stop {
            Stop::Overtaken(now) => now.as_deref().cloned(),
            Stop::Replaced(now) => Some((**now).clone()),
            Stop::Failed(_) => match commit::there(self.cluster, namespace, self.name()).await {
                Ok(now) => now,
                Err(_) => return,
            },
        };
        let inventory = now.as_ref().map(Inventory::of).unwrap_or_default();
        for item in self.made.iter().rev() {
            let kind = item.kind();
            if inventory.uid(&kind, &item.name).is_none() && !is_never_deleted(item) {
                // What cannot be deleted is no reason to say less about why.
                let (which, at_once) = ((item.name.as_str(), item.uid.as_str()), PropagationPolicy::Background);
                let _ = apply::delete_with(self.cluster, namespace, &kind, which, at_once).await;
            }
        }
    }

    /// Notes what was not there before.
    fn made(&mut self, kind: &Kind, name: &str) {
        let found = self.plan.inventory.objects.iter().find(|item| item.kind() == *kind && item.name == name);
        self.made.extend(found.cloned());
    }

    /// One object beside the Deployment.
    async fn object(&mut self, object: &Object, report: Report<'_>) -> Result<()> {
        let applied = binding::apply(self.cluster, self.request, object, &self.plan.inventory).await?;
        let outcome = match self.plan.known.get(&(object.kind.clone(), object.name().to_owned())) {
            None => Outcome::Created,
            // Also where its controller has written its status meanwhile.
            Some((_, Outcome::Unchanged)) => Outcome::Unchanged,
            Some((version, _)) if applied.resource_version().as_ref() == Some(version) => Outcome::Unchanged,
            Some(_) => Outcome::Configured,
        };
        report(Event::Applied { kind: &object.kind.display(), name: object.name(), outcome });
        let uid = applied.uid().unwrap_or_default();
        // One that was there may have been deleted since the trial.
        let is_another =
            self.plan.inventory.uid(&object.kind, object.name()).is_some_and(|known| !known.is_empty() && known != uid);
        self.plan.inventory.record(&object.kind, object.name(), &uid);
        if outcome == Outcome::Created || is_another {
            self.made(&object.kind, object.name());
        }
        Ok(())
    }

    /// Everything up to the Deployment, so that the rollout begins.
    async fn begin(&mut self, report: Report<'_>) -> Result<Deployment, Stop> {
        let set = self.plan.set(self.request)?;
        for object in &set.before {
            self.object(object, report).await?;
        }
        if self.live.is_none() {
            leftovers::record(self.cluster, self.request, self.plan).await;
        }
        let secret = Kind::of::<core::Secret>();
        if let Some(name) = secrets::create(self.cluster, self.request, self.plan, report).await? {
            self.made(&secret, &name);
        }
        if let Some(live) = self.live.filter(|_| self.request.rotate_auth_key) {
            // The key's Secret is changed in its place, so not after somebody else's deploy.
            commit::check(self.cluster, live).await?;
        }
        self.key = secrets::auth(self.cluster, self.request, self.plan, report).await?;
        if self.key == Key::Made {
            self.made(&secret, &auth_name(self.name()));
        }
        self.announce()?;
        if let (HandOver::Away { live }, Some(_)) = (self.plan.hand_over, self.live) {
            self.hold(live).await?;
        }
        let mut wanted = self.plan.wanted(self.request)?;
        match (self.plan.hand_over, self.live) {
            (HandOver::Away { live }, None) => wanted.spec.replicas = Some(live),
            // It changes hands once this deploy is the one that counts, and its autoscaler is gone.
            (HandOver::Back { .. }, live) => {
                wanted.spec.replicas = live.and_then(|live| replicas::own(live, self.request.field_manager));
            }
            _ => {}
        }
        let (first, outcome) = commit(self.cluster, &wanted, self.live, self.how()).await?;
        self.plan.written = first.uid();
        report(Event::Applied { kind: "deployment.apps", name: self.name(), outcome });
        Ok(first)
    }

    /// Puts on record what is yet to be made.
    fn announce(&mut self) -> Result<()> {
        for object in &self.plan.set(self.request)?.after {
            if self.plan.inventory.uid(&object.kind, object.name()).is_none() {
                self.plan.inventory.record(&object.kind, object.name(), "");
            }
        }
        if self.is_new_revision() {
            let name = revision_name(self.name(), self.plan.inventory.revision);
            self.plan.inventory.record_revision(&name, "", self.plan.secret.as_deref());
        }
        Ok(())
    }

    /// Everything that comes after the Deployment.
    async fn complete(&mut self, first: Deployment, report: Report<'_>) -> Result<Deployment, Stop> {
        let set = self.plan.set(self.request)?;
        let scaler = Kind::of::<HorizontalPodAutoscaler>();
        self.prune(|item| item.kind() == scaler, report).await?;
        if let HandOver::Back { wanted } = self.plan.hand_over {
            self.hold(wanted).await?;
        }
        for object in &set.after {
            commit::check(self.cluster, &first).await?;
            self.object(object, report).await?;
        }
        self.prune(|_| true, report).await?;
        self.leave(report).await?;
        self.note(&set, report).await?;
        if self.key == Key::Found && secrets::confirm(self.cluster, self.request, self.plan, report).await? == Key::Made
        {
            self.made(&Kind::of::<core::Secret>(), &auth_name(self.name()));
        }
        self.end(first).await
    }

    /// Takes off the record what is wanted no more and stays.
    async fn leave(&mut self, report: Report<'_>) -> Result<()> {
        let namespace = self.request.namespace;
        for item in self.plan.left(self.request)? {
            if delete::is_there(self.cluster, namespace, &item).await {
                tell_left(&item, namespace, report);
            }
            self.plan.inventory.take(|other| *other != item);
        }
        Ok(())
    }

    /// The Deployment again, with all UIDs on its inventory, and nothing in a second manager's hands.
    async fn end(&mut self, first: Deployment) -> Result<Deployment, Stop> {
        let (namespace, name) = (self.request.namespace, self.name().to_owned());
        let is_first_scaled = match (self.plan.hand_over, self.live) {
            (HandOver::Away { live }, None) => {
                self.hold(live).await?;
                true
            }
            _ => false,
        };
        let is_back = matches!(self.plan.hand_over, HandOver::Back { .. });
        let mut last = first;
        if is_first_scaled || is_back || Inventory::of(&last) != self.plan.inventory {
            (last, _) = commit(self.cluster, &self.plan.wanted(self.request)?, Some(&last), self.how()).await?;
        } else {
            // What was made after somebody else's deploy is not on its record.
            commit::check(self.cluster, &last).await?;
        }
        if is_back {
            replicas::release(self.cluster, namespace, &name).await?;
        }
        Ok(last)
    }

    async fn hold(&self, count: i32) -> Result<()> {
        replicas::hold(self.cluster, self.request.namespace, self.name(), count, false).await
    }

    /// How the Deployment is applied. What the trial has found nobody else in, but the inventory of another manager's deploy,
    /// is taken over.
    fn how(&self) -> How<'_> {
        let how = self.request.how(false);
        let is_anothers = self.live.is_some_and(|live| !replicas::is_applied_by(live, how.manager));
        How { force: how.force || is_anothers, ..how }
    }

    /// Whether the revision is another than the one that was there.
    fn is_new_revision(&self) -> bool {
        self.live.is_none_or(|live| Inventory::of(live).revision != self.plan.inventory.revision)
    }

    /// Deletes what is on record, wanted no more, and meant by `which`.
    async fn prune(&mut self, which: impl Fn(&Item) -> bool, report: Report<'_>) -> Result<()> {
        for item in self.plan.superfluous(self.request)?.into_iter().filter(|item| which(item)) {
            let (kind, namespace) = (item.kind(), self.request.namespace);
            // Gone at once: an autoscaler that waits for the garbage collector would go on scaling.
            let cascade = PropagationPolicy::Background;
            if let Some(uid) = delete::uid(self.cluster, namespace, self.name(), &item).await?
                && apply::delete_with(self.cluster, namespace, &kind, (&item.name, &uid), cascade).await?
            {
                report(Event::Pruned { kind: &kind.display(), name: &item.name });
            }
            self.plan.inventory.take(|other| *other != item);
        }
        Ok(())
    }

    /// Keeps a record of a new revision, where this user may. The deploy before may have been cut off before it did.
    async fn note(&mut self, set: &Set, report: Report<'_>) -> Result<()> {
        let revision = self.plan.inventory.revision;
        let noted = self.plan.inventory.uid(&Kind::of::<core::ConfigMap>(), &revision_name(self.name(), revision));
        if !self.is_new_revision() && noted != Some("") {
            return Ok(());
        }
        let record = Record { revision, secret: self.plan.secret.clone(), set: set.clone() };
        match record.note(self.cluster, self.request.namespace).await? {
            Noted::As(map) => {
                let uid = map.uid().unwrap_or_default();
                self.plan.inventory.record_revision(&map.name_any(), &uid, self.plan.secret.as_deref());
                self.made(&Kind::of::<core::ConfigMap>(), &map.name_any());
            }
            Noted::Not => {
                let (kind, name) = (Kind::of::<core::ConfigMap>(), revision_name(self.name(), revision));
                self.plan.inventory.take(|item| item.kind() != kind || item.name != name);
                report(Event::NotRecorded { namespace: self.request.namespace });
            }
        }
        Ok(())
    }
}
