//! Applying what was planned, in the order in which it can be interrupted at any instant (layer 3).
//!
//! The Deployment goes first, with an inventory of all that is to be: so what an interrupted deploy leaves is known, and the
//! next one goes on with it.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use kube::api::PropagationPolicy;

use super::plan::{self, Plan};
use super::record::{Noted, Record};
use super::replicas::{self, HandOver};
use super::{Event, Report, Request, secrets};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, Outcome};
use crate::deployer::inventory::{Inventory, Item};
use crate::deployer::manifests::Set;
use crate::deployer::object::{Kind, Object};
use crate::error::Result;
use crate::ops::deployment::delete;

/// Applies everything. Returns the Deployment as it is then.
pub(super) async fn carry_out(
    cluster: &Cluster,
    request: &Request<'_>,
    live: Option<&Deployment>,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<Deployment> {
    let mut work = Work { cluster, request, live, plan };
    let set = work.plan.set(request)?;
    for object in &set.before {
        work.object(object, report).await?;
    }
    let secret = secrets::create(cluster, request, work.plan, report).await?;
    let first = match work.begin(report).await {
        Ok(first) => first,
        Err(error) => {
            // Nothing refers to it yet, and no inventory lists it.
            if let Some((name, uid)) = secret.as_ref().and_then(|secret| Some((secret.name_any(), secret.uid()?))) {
                let kind = Kind::of::<core::Secret>();
                let _ = apply::delete(cluster, request.namespace, &kind, &name, &uid).await;
            }
            return Err(error);
        }
    };
    let done = Box::pin(work.complete(first, report)).await;
    // Whoever takes a failed deploy back has nothing left to say this about.
    done.map_err(|error| if request.atomic { error } else { error.hint(unfinished(request.source.name())) })
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
}

impl Work<'_, '_> {
    fn name(&self) -> &str {
        self.request.source.name()
    }

    /// One object beside the Deployment.
    async fn object(&mut self, object: &Object, report: Report<'_>) -> Result<()> {
        let how = How { force: self.request.force_conflicts, ..How::default() };
        let applied = apply::apply(self.cluster, object, how).await?;
        let outcome = match self.plan.known.get(&(object.kind.clone(), object.name().to_owned())) {
            None => Outcome::Created,
            // Also where its controller has written its status meanwhile.
            Some((_, Outcome::Unchanged)) => Outcome::Unchanged,
            Some((version, _)) if applied.resource_version().as_ref() == Some(version) => Outcome::Unchanged,
            Some(_) => Outcome::Configured,
        };
        report(Event::Applied { kind: &object.kind.display(), name: object.name(), outcome });
        self.plan.inventory.record(&object.kind, object.name(), &applied.uid().unwrap_or_default());
        Ok(())
    }

    /// The Deployment, so that the rollout begins.
    async fn begin(&mut self, report: Report<'_>) -> Result<Deployment> {
        secrets::auth(self.cluster, self.request, self.plan, report).await?;
        let set = self.plan.set(self.request)?;
        for object in &set.after {
            if self.plan.inventory.uid(&object.kind, object.name()).is_none() {
                self.plan.inventory.record(&object.kind, object.name(), "");
            }
        }
        let scaler = Kind::of::<HorizontalPodAutoscaler>();
        self.prune(|item| item.kind() == scaler, report).await?;
        match (self.plan.hand_over, self.live) {
            (HandOver::Away { live }, Some(_)) => self.hold(live).await?,
            (HandOver::Back { wanted }, _) => self.hold(wanted).await?,
            _ => {}
        }
        let mut wanted = self.plan.wanted(self.request)?;
        if let (HandOver::Away { live }, None) = (self.plan.hand_over, self.live) {
            wanted.spec.replicas = Some(live);
        }
        let first = self.apply(&wanted).await?;
        let outcome = Outcome::of(self.live, &first);
        report(Event::Applied { kind: "deployment.apps", name: self.name(), outcome });
        Ok(first)
    }

    /// Everything that comes after the Deployment.
    async fn complete(&mut self, first: Deployment, report: Report<'_>) -> Result<Deployment> {
        let set = self.plan.set(self.request)?;
        for object in &set.after {
            self.object(object, report).await?;
        }
        self.prune(|_| true, report).await?;
        self.leave(report).await?;
        self.note(&set, report).await?;
        self.end(first).await
    }

    /// Takes off the record what is wanted no more and may hold data.
    async fn leave(&mut self, report: Report<'_>) -> Result<()> {
        let namespace = self.request.namespace;
        for item in self.plan.left(self.request)? {
            if delete::is_there(self.cluster, namespace, &item).await {
                report(Event::Kept { kind: &item.kind().display(), name: &item.name, namespace });
            }
            self.plan.inventory.take(|other| *other != item);
        }
        Ok(())
    }

    /// The Deployment again, with all UIDs on its inventory, and nothing in a second manager's hands.
    async fn end(&mut self, first: Deployment) -> Result<Deployment> {
        let (namespace, name) = (self.request.namespace, self.name().to_owned());
        let is_first_scaled = match (self.plan.hand_over, self.live) {
            (HandOver::Away { live }, None) => {
                self.hold(live).await?;
                true
            }
            _ => false,
        };
        let mut last = first;
        if is_first_scaled || Inventory::of(&last) != self.plan.inventory {
            last = self.apply(&self.plan.wanted(self.request)?).await?;
        }
        if let HandOver::Back { .. } = self.plan.hand_over {
            replicas::release(self.cluster, namespace, &name).await?;
        }
        Ok(last)
    }

    async fn hold(&self, count: i32) -> Result<()> {
        replicas::hold(self.cluster, self.request.namespace, self.name(), count, false).await
    }

    async fn apply(&self, wanted: &Deployment) -> Result<Deployment> {
        let how = How { force: self.request.force_conflicts, ..How::default() };
        plan::typed(&apply::apply(self.cluster, &Object::of(wanted)?, how).await?)
    }

    /// Deletes what is on record, wanted no more, and meant by `which`.
    async fn prune(&mut self, which: impl Fn(&Item) -> bool, report: Report<'_>) -> Result<()> {
        for item in self.plan.superfluous(self.request)?.into_iter().filter(|item| which(item)) {
            let (kind, namespace) = (item.kind(), self.request.namespace);
            // Gone at once: an autoscaler that waits for the garbage collector would go on scaling.
            let (which, cascade) = ((item.name.as_str(), item.uid.as_str()), PropagationPolicy::Background);
            if apply::delete_with(self.cluster, namespace, &kind, which, cascade).await? {
                report(Event::Pruned { kind: &kind.display(), name: &item.name });
            }
            self.plan.inventory.take(|other| *other != item);
        }
        Ok(())
    }

    /// Keeps a record of a new revision, where this user may.
    async fn note(&mut self, set: &Set, report: Report<'_>) -> Result<()> {
        let revision = self.plan.inventory.revision;
        if self.live.is_some_and(|live| Inventory::of(live).revision == revision) {
            return Ok(());
        }
        let record = Record { revision, secret: self.plan.secret.clone(), set: set.clone() };
        match record.note(self.cluster, self.request.namespace).await? {
            Noted::As(map) => {
                let uid = map.uid().unwrap_or_default();
                self.plan.inventory.record_revision(&map.name_any(), &uid, self.plan.secret.as_deref());
            }
            Noted::Not => report(Event::NotRecorded),
        }
        Ok(())
    }
}
