//! What the cluster shows of a rollout: how far it is, whether it is complete, and what holds it up (layer 1, pure).

mod cause;
mod pod;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentCondition};
use k8s_openapi::api::core::v1::{Event, Pod};

pub use self::cause::{Cause, CrashReport, ProbeFailure, resume};
pub use self::pod::{is_of_revision, is_ready, pod_troubles, status_word, waits_for};
use super::manifests::REVISION_LABEL;

/// Quota is also refused for a moment while pods of others go.
const REFUSAL_GRACE: Duration = Duration::from_secs(4);

/// The controller has seen the pause, and yet takes a moment for another number of pods of the same revision.
const PAUSE_GRACE: Duration = Duration::from_secs(3);

/// Everything that is known about a deployment at one moment.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The Deployment.
    pub deployment: Option<Deployment>,
    /// Its pods by name, of all revisions.
    pub pods: BTreeMap<String, Pod>,
    /// What the kubelet and the scheduler said about pods: the newest event per pod and reason.
    pub events: BTreeMap<(String, String), Event>,
}

/// Something that holds a rollout up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The pod, unless it is about the Deployment itself.
    pub pod: Option<String>,
    /// What it is.
    pub cause: Cause,
    /// How long it may last before the rollout counts as failed; none when it may yet pass at any time.
    pub grace: Option<Duration>,
}

/// How far a rollout is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Pods of the new revision that are available.
    pub ready: i32,
    /// Pods of the new revision.
    pub updated: i32,
    /// Pods wanted.
    pub wanted: i32,
    /// Pods of older revisions that are still there.
    pub old: i32,
    /// Pods of the new revision whose image is being pulled.
    pub pulling: i32,
}

impl View {
    /// The revision of the pod template that is being rolled out.
    pub fn revision(&self) -> Option<&str> {
        let template = &self.deployment.as_ref()?.spec.template;
        template.metadata.as_ref()?.labels.as_ref()?.get(REVISION_LABEL).map(String::as_str)
    }

    /// How far it is, in kubectl's terms. None before the Deployment's controller has seen the newest specification: what
    /// the status says is then about another.
    pub fn progress(&self) -> Option<Progress> {
        let deployment = self.deployment.as_ref().filter(|_| self.is_observed())?;
        let wanted = deployment.spec.replicas.unwrap_or(1);
        let status = deployment.status.as_ref()?;
        let updated = status.updated_replicas.unwrap_or(0);
        let old = status.replicas.unwrap_or(0) - updated;
        // The Deployment counts available pods of all revisions; what the old ones have is not progress.
        let ready = (status.available_replicas.unwrap_or(0) - old).clamp(0, updated);
        Some(Progress { ready, updated, wanted, old, pulling: self.pulling() })
    }

    /// How many pods wait for their image: the kubelet said that it pulls, and not yet that it has, or could not.
    fn pulling(&self) -> i32 {
        let said = |pod: &Pod, reason: &str| {
            let name = pod.metadata.name.clone().unwrap_or_default();
            self.events.contains_key(&(name, reason.to_owned()))
        };
        let new = self.pods.values().filter(|pod| is_of_revision(pod, self.revision()) && !is_ready(pod));
        let waiting = new.filter(|pod| said(pod, "Pulling") && !said(pod, "Pulled") && !said(pod, "Failed"));
        i32::try_from(waiting.count()).unwrap_or(i32::MAX)
    }

    /// Whether the rollout is complete, by the rule of `kubectl rollout status`.
    pub fn is_complete(&self) -> bool {
        let Some(Progress { ready, updated, wanted, old, .. }) = self.progress() else { return false };
        updated >= wanted && old == 0 && ready >= updated
    }

    fn is_observed(&self) -> bool {
        let Some(deployment) = &self.deployment else { return false };
        let observed = deployment.status.as_ref().and_then(|status| status.observed_generation);
        observed >= deployment.metadata.generation
    }

    /// What holds the rollout up, the pods of older revisions apart.
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut troubles = self.deployment_troubles();
        for pod in self.pods.values().filter(|pod| is_of_revision(pod, self.revision())) {
            troubles.extend(pod_troubles(pod, &self.events));
        }
        troubles
    }

    /// What the first pod of the new revision that is not ready waits for.
    pub fn waits_for(&self) -> Option<String> {
        let new = |pod: &&Pod| is_of_revision(pod, self.revision()) && !is_ready(pod);
        self.pods.values().filter(|pod| pod.metadata.deletion_timestamp.is_none()).find(new).map(waits_for)
    }

    /// Whether pods of an older revision are still ready, so that the service is served although the rollout failed.
    pub fn is_still_served(&self) -> bool {
        self.pods.values().any(|pod| !is_of_revision(pod, self.revision()) && is_ready(pod))
    }

    fn deployment_troubles(&self) -> Vec<Trouble> {
        let Some(progress) = self.progress() else { return Vec::new() };
        let refused = self.condition("ReplicaFailure").filter(|condition| condition.status.as_deref() == Some("True"));
        let late = self
            .condition("Progressing")
            .filter(|condition| condition.reason.as_deref() == Some("ProgressDeadlineExceeded"));
        let message = |condition: &DeploymentCondition| condition.message.clone().unwrap_or_default();
        let trouble = |cause, grace| Trouble { pod: None, cause, grace: Some(grace) };
        let refused = refused.map(|condition| trouble(Cause::Refused(message(condition)), REFUSAL_GRACE));
        let late = late.map(|condition| trouble(Cause::Late(message(condition)), Duration::ZERO));
        let paused = self.paused(progress).map(|cause| trouble(cause, PAUSE_GRACE));
        refused.into_iter().chain(late).chain(paused).collect()
    }

    /// That nothing but a resumption brings the new revision. Other numbers of pods come all the same.
    fn paused(&self, Progress { updated, wanted, old, .. }: Progress) -> Option<Cause> {
        let deployment = self.deployment.as_ref().filter(|deployment| deployment.spec.paused == Some(true))?;
        let namespace = deployment.metadata.namespace.clone().unwrap_or_default();
        (old > 0 || updated == 0 && wanted > 0).then_some(Cause::Paused { namespace })
    }

    fn condition(&self, kind: &str) -> Option<&DeploymentCondition> {
        let conditions = self.deployment.as_ref()?.status.as_ref()?.conditions.as_ref()?;
        conditions.iter().find(|condition| condition.type_.as_deref() == Some(kind))
    }
}
