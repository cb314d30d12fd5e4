//! The orchestrator's Job: this program in a pod that fits PodSecurity `restricted` (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{
    Job, JobCondition, JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, EnvVarSource, ObjectFieldSelector, PodSecurityContext, PodSpec, PodTemplateSpec,
    ResourceRequirements, SeccompProfile, SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::api::ObjectMeta;

use super::root::Identity;
use super::{labels, rbac};
use crate::error::{Kind, Result};
use crate::pipeline::resolve::ResolvedRun;
use crate::pipeline::settings::Orchestrator;
use crate::pod_settings::Amounts;

/// The container's name.
pub const CONTAINER: &str = crate::pipeline::settings::ORCHESTRATOR;
/// The user of the image that `image export` writes.
const USER: i64 = 65532;

/// What the Job depends on beside the run's identity.
#[derive(Clone, Debug)]
pub struct Settings<'a> {
    /// Our own image.
    pub image: String,
    /// The ServiceAccount of its pod.
    pub account: String,
    /// Where the run is.
    pub namespace: String,
    /// What the file says of it.
    pub orchestrator: &'a Orchestrator,
}

/// The condition `kind` of a Job, where it holds.
pub fn condition<'j>(job: &'j Job, kind: &str) -> Option<&'j JobCondition> {
    let mut conditions = job.status.as_ref()?.conditions.iter().flatten();
    conditions.find(|condition| condition.type_ == kind && condition.status == "True")
}

/// The Job of `run`, whose orchestrator is `image`.
pub fn of_run(identity: &Identity, run: &ResolvedRun, image: &str) -> Result<Job> {
    let account = run.orchestrator.service_account_name.clone().unwrap_or_else(|| rbac::ACCOUNT.to_owned());
    let (image, namespace) = (image.to_owned(), run.namespace.clone());
    manifest(identity, &Settings { image, account, namespace, orchestrator: &run.orchestrator })
}

/// The Job that commits a run. It owns nothing; the root is made owned by it.
pub fn manifest(identity: &Identity, settings: &Settings<'_>) -> Result<Job> {
    let metadata = identity.metadata(identity.object(), labels::KIND_ORCHESTRATOR, None);
    let mut of_pod = ObjectMeta {
        labels: metadata.labels.clone(),
        annotations: metadata.annotations.clone(),
        ..ObjectMeta::default()
    };
    let mut pod = pod(identity, settings);
    settings.orchestrator.pod.clone().with_image(&settings.image)?.apply(&mut of_pod, &mut pod);
    let spec = JobSpec {
        backoff_limit: Some(settings.orchestrator.backoff_limit),
        pod_failure_policy: Some(failure_policy()),
        ttl_seconds_after_finished: settings.orchestrator.ttl_seconds_after_finished,
        template: PodTemplateSpec { metadata: Some(of_pod), spec: Some(pod) },
        ..JobSpec::default()
    };
    Ok(Job { metadata, spec: Some(spec), status: None })
}

/// In this order: a disruption is nobody's fault and does not count, and our own verdicts are final.
fn failure_policy() -> PodFailurePolicy {
    let disruption = PodFailurePolicyRule {
        action: "Ignore".to_owned(),
        on_pod_conditions: Some(vec![PodFailurePolicyOnPodConditionsPattern {
            type_: "DisruptionTarget".to_owned(),
            status: Some("True".to_owned()),
        }]),
        ..PodFailurePolicyRule::default()
    };
    let verdicts = [Kind::Usage, Kind::RunFailed, Kind::TimedOut].map(|kind| i32::from(kind.exit_code()));
    let verdict = PodFailurePolicyRule {
        action: "FailJob".to_owned(),
        on_exit_codes: Some(PodFailurePolicyOnExitCodesRequirement {
            container_name: Some(CONTAINER.to_owned()),
            operator: "In".to_owned(),
            values: verdicts.to_vec(),
        }),
        ..PodFailurePolicyRule::default()
    };
    PodFailurePolicy { rules: vec![disruption, verdict] }
}

fn pod(identity: &Identity, settings: &Settings<'_>) -> PodSpec {
    let args = ["orchestrate", "--run", &identity.object(), "--namespace", &settings.namespace, "--pod", "$(POD_NAME)"];
    let container = Container {
        name: CONTAINER.to_owned(),
        image: Some(settings.image.clone()),
        args: Some(args.iter().map(ToString::to_string).collect()),
        env: Some(vec![pod_name()]),
        resources: Some(resources(&settings.orchestrator.pod.resources)),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Capabilities::default() }),
            read_only_root_filesystem: Some(true),
            ..SecurityContext::default()
        }),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..Container::default()
    };
    PodSpec {
        containers: vec![container],
        restart_policy: Some("Never".to_owned()),
        service_account_name: Some(settings.account.clone()),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
            ..PodSecurityContext::default()
        }),
        ..PodSpec::default()
    }
}

fn pod_name() -> EnvVar {
    EnvVar {
        name: "POD_NAME".to_owned(),
        value_from: Some(EnvVarSource {
            field_ref: Some(ObjectFieldSelector { field_path: "metadata.name".to_owned(), api_version: None }),
            ..EnvVarSource::default()
        }),
        ..EnvVar::default()
    }
}

/// Ample for ten thousand steps (60 MB). The limits let a burst use a whole core, and are there because a quota may demand
/// some. What the file names of these is left to it.
fn resources(named: &Amounts) -> ResourceRequirements {
    let quantities = |amounts: [(&str, &str); 2]| {
        let ours = amounts.into_iter().filter(|(name, _)| !named.names(name));
        let ours: BTreeMap<_, _> = ours.map(|(name, amount)| (name.to_owned(), Quantity(amount.to_owned()))).collect();
        Some(ours).filter(|ours| !ours.is_empty())
    };
    ResourceRequirements {
        requests: quantities([("cpu", "50m"), ("memory", "64Mi")]),
        limits: quantities([("cpu", "1"), ("memory", "512Mi")]),
        ..ResourceRequirements::default()
    }
}
