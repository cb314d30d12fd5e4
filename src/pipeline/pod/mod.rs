//! The pod of one attempt of one step (layer 1, pure).
//!
//! The container `main` runs what the step says, exactly: Kubernetes' own `$(VARIABLE)` substitution is escaped, so
//! that neither `$$` of a shell script nor a parameter's value is changed on the way. What a step reports goes into its
//! termination message file, named by `ZENML_OUTPUT_FILE`.

mod container;
mod kueue;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Capabilities, Pod, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

pub use self::container::{OUTPUT_FILE, verbatim};
pub use self::kueue::QUEUE;
use super::render::{RenderedStep, planned};
use super::resolve::{PodSecurity, ResolvedRun, ResolvedStep};
use super::settings::Level;
use crate::naming;

/// The name of the step's container.
pub const CONTAINER: &str = "main";

/// The label and annotation keys of step pods.
pub mod key {
    /// Label: the run's name, sanitised.
    pub const RUN: &str = "run";
    /// Label: the pipeline's name, sanitised.
    pub const PIPELINE: &str = "pipeline";
    /// Label: the step's name, sanitised.
    pub const STEP: &str = "step";
    /// Label: the run's id.
    pub const RUN_ID: &str = "zenml.io/run-id";
    /// Label: the attempt, from 1.
    pub const ATTEMPT: &str = "zenml.io/attempt";
    /// Label: who made the object.
    pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
    /// Annotation: the run's name.
    pub const RUN_ORIGINAL: &str = "zenml.io/run";
    /// Annotation: the pipeline's name.
    pub const PIPELINE_ORIGINAL: &str = "zenml.io/pipeline";
    /// Annotation: the step's name, for an instance of a `foreach` step with its number: `train[3]`.
    pub const STEP_ORIGINAL: &str = "zenml.io/step";
    /// Annotation: the hash of what the pod executes.
    pub const SPEC_HASH: &str = "zenml.io/spec-hash";
}

/// The value of the label [`key::MANAGED_BY`].
pub const MANAGER: &str = "kubectl-zenml";

/// The user and group of pods that fit the level `restricted`, where their image may say root.
pub const RESTRICTED_ID: i64 = 65532;

/// The run's root ConfigMap, which owns the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
}

/// The labels of every object of a run: what `kubectl get pods -l run=…` selects by.
pub fn labels(run: &ResolvedRun) -> BTreeMap<String, String> {
    BTreeMap::from([
        (key::RUN.to_owned(), naming::label_value(&run.run_name)),
        (key::PIPELINE.to_owned(), naming::label_value(&run.pipeline)),
        (key::RUN_ID.to_owned(), run.run_id.clone()),
        (key::MANAGED_BY.to_owned(), MANAGER.to_owned()),
    ])
}

/// The hash that an adopted pod must carry: over everything that decides what a pod of `step` executes. The instances of a
/// `foreach` step share it; their names tell them apart, and what steps left does not change any more.
pub fn spec_hash(run: &ResolvedRun, step: &ResolvedStep) -> String {
    let settings = serde_json::to_string(run.settings_of(step)).unwrap_or_default();
    let step = serde_json::to_string(step).unwrap_or_default();
    naming::hash(&[&run.run_id, &format!("{:?}", run.pod_security), &step, &settings])
}

/// The pod of `attempt` (from 1) of `step`. Its controller is the run's root object, or `kubectl drain` would refuse
/// the node.
pub fn pod(run: &ResolvedRun, step: &RenderedStep<'_>, attempt: u16, owner: &Owner) -> Pod {
    let restricted = run.pod_security == PodSecurity::Restricted;
    let settings = run.settings_of(step.step);
    let mut metadata = metadata(run, step, attempt, owner);
    let mut spec = PodSpec {
        containers: vec![container::container(run, step, restricted)],
        restart_policy: Some("Never".to_owned()),
        // Nothing in the pod speaks to Kubernetes unless it has an account for it.
        automount_service_account_token: settings.service_account_name.is_none().then_some(false),
        service_account_name: settings.service_account_name.clone(),
        enable_service_links: Some(false),
        security_context: restricted.then(restricted_pod),
        termination_grace_period_seconds: Some(i64::from(settings.pod_stop_grace_period)),
        ..Default::default()
    };
    if let Some(queue) = &settings.queue_name {
        kueue::hand_over(queue, &mut metadata, &mut spec);
    }
    settings.pod.apply(&mut metadata, &mut spec);
    for container in spec.init_containers.iter_mut().flatten() {
        // Whoever fails there ends the step, and its last words say why.
        container.termination_message_policy.get_or_insert_with(|| "FallbackToLogsOnError".to_owned());
    }
    Pod { metadata, spec: Some(spec), status: None }
}

/// The pod of a step with these settings and no others: what of it the settings decide.
pub fn draft(level: Level) -> PodSpec {
    let step = ResolvedStep { image: CONTAINER.to_owned(), ..ResolvedStep::default() };
    let run = ResolvedRun { settings: vec![level.settled()], ..ResolvedRun::default() };
    let owner = Owner { name: String::new(), uid: String::new() };
    pod(&run, &planned(&step), 1, &owner).spec.unwrap_or_default()
}

/// What PodSecurity `restricted` demands of a pod.
pub fn restricted_pod() -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(RESTRICTED_ID),
        run_as_group: Some(RESTRICTED_ID),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
        ..Default::default()
    }
}

/// What PodSecurity `restricted` demands of a container. Not a read-only root, which it does not demand and which would
/// break images that write.
pub fn restricted_container() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".to_owned()]) }),
        ..Default::default()
    }
}

fn metadata(run: &ResolvedRun, step: &RenderedStep<'_>, attempt: u16, owner: &Owner) -> ObjectMeta {
    let mut labels = labels(run);
    labels.insert(key::STEP.to_owned(), naming::label_value(&step.step.name));
    labels.insert(key::ATTEMPT.to_owned(), attempt.to_string());
    let annotations = BTreeMap::from([
        (key::RUN_ORIGINAL.to_owned(), run.run_name.clone()),
        (key::PIPELINE_ORIGINAL.to_owned(), run.pipeline.clone()),
        (key::STEP_ORIGINAL.to_owned(), step.name()),
        (key::SPEC_HASH.to_owned(), spec_hash(run, step.step)),
    ]);
    ObjectMeta {
        name: Some(run.instance_pod_name(step.step, step.index, attempt)),
        namespace: Some(run.namespace.clone()),
        labels: Some(labels),
        annotations: Some(annotations),
        owner_references: Some(vec![OwnerReference {
            api_version: "v1".to_owned(),
            kind: "ConfigMap".to_owned(),
            name: owner.name.clone(),
            uid: owner.uid.clone(),
            controller: Some(true),
            block_owner_deletion: None,
        }]),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
