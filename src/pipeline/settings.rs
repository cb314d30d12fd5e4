//! What the pods of a run are beside what they execute: as the levels of a file say it, and as it comes out after all
//! levels (layer 1, pure).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy::PodFailurePolicy;
use super::spec::Resources;
use crate::error::Result;
use crate::pod_settings::PodSettings;

/// The resource that `gpu_count` means where nobody says otherwise.
pub const GPU: &str = "nvidia.com/gpu";
/// The name of the container that orchestrates.
pub const ORCHESTRATOR: &str = "orchestrator";
/// Seconds that a container gets to end by itself.
pub const GRACE: u32 = 30;
/// How often Kubernetes starts the orchestrator again.
pub const BACKOFF_LIMIT: i32 = 3;
/// Why a waiting container fails its step where nobody says otherwise, as ZenML has them.
pub const WAITING_REASONS: [&str; 4] =
    ["InvalidImageName", "ErrImagePull", "ImagePullBackOff", "CreateContainerConfigError"];

/// What one level, the pipeline or a step, says of step pods. What is absent is left to the level below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// `settings.resources`.
    pub resources: Resources,
    /// `gpu_resource_name`.
    pub gpu_resource_name: Option<String>,
    /// `pod_settings`.
    pub pod: PodSettings,
    /// `privileged`.
    pub privileged: Option<bool>,
    /// `step_pod_service_account_name`.
    pub service_account_name: Option<String>,
    /// `pod_stop_grace_period`.
    pub pod_stop_grace_period: Option<u32>,
    /// `pod_startup_timeout`.
    pub pod_startup_timeout: Option<u64>,
    /// `pod_failure_policy`.
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// `fail_on_container_waiting_reasons`.
    pub fail_on_container_waiting_reasons: Option<Vec<String>>,
    /// `queue_name`.
    pub queue_name: Option<String>,
}

/// What holds for the pods of a step after all levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepSettings {
    /// What is requested of CPU, memory and GPUs, and the limit too.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    pub resources: Resources,
    /// The resource that GPUs are counted in.
    pub gpu_resource_name: String,
    /// What else the pod has.
    pub pod: PodSettings,
    /// Whether the container is privileged.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
    /// The pod's account; none for a pod that has nothing to do with Kubernetes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
    /// Seconds that the container gets to end when it is stopped.
    pub pod_stop_grace_period: u32,
    /// Seconds from the pod's creation until its container must have started; none waits for as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_startup_timeout: Option<u64>,
    /// What a failed pod means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// A container that waits for one of these reasons, for longer than a moment, fails the step.
    pub fail_on_container_waiting_reasons: Vec<String>,
    /// The queue of Kueue's that admits the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_name: Option<String>,
}

impl Default for StepSettings {
    fn default() -> Self {
        Level::default().settled()
    }
}

impl Level {
    /// What this level says, over `base`.
    pub fn over(self, base: Self) -> Result<Self> {
        Ok(Self {
            resources: self.resources.over(&base.resources),
            gpu_resource_name: self.gpu_resource_name.or(base.gpu_resource_name),
            pod: self.pod.over(&base.pod)?,
            privileged: self.privileged.or(base.privileged),
            service_account_name: self.service_account_name.or(base.service_account_name),
            pod_stop_grace_period: self.pod_stop_grace_period.or(base.pod_stop_grace_period),
            pod_startup_timeout: self.pod_startup_timeout.or(base.pod_startup_timeout),
            pod_failure_policy: self.pod_failure_policy.or(base.pod_failure_policy),
            fail_on_container_waiting_reasons: self
                .fail_on_container_waiting_reasons
                .or(base.fail_on_container_waiting_reasons),
            queue_name: self.queue_name.or(base.queue_name),
        })
    }

    /// The settings where no further level says anything.
    pub fn settled(self) -> StepSettings {
        StepSettings {
            resources: self.resources,
            gpu_resource_name: self.gpu_resource_name.unwrap_or_else(|| GPU.to_owned()),
            pod: self.pod,
            privileged: self.privileged.unwrap_or_default(),
            service_account_name: self.service_account_name,
            pod_stop_grace_period: self.pod_stop_grace_period.unwrap_or(GRACE),
            pod_startup_timeout: self.pod_startup_timeout,
            pod_failure_policy: self.pod_failure_policy,
            fail_on_container_waiting_reasons: self
                .fail_on_container_waiting_reasons
                .unwrap_or_else(|| WAITING_REASONS.map(str::to_owned).to_vec()),
            queue_name: self.queue_name,
        }
    }
}

impl StepSettings {
    /// `settings.resources` as amounts by Kubernetes' names. What `pod_settings.resources` names is left to it.
    pub fn amounts(&self) -> BTreeMap<String, String> {
        let Resources { cpu, memory, gpu } = &self.resources;
        let gpu = gpu.filter(|count| *count > 0).map(|count| count.to_string());
        let amounts = [("cpu", cpu.clone()), ("memory", memory.clone()), (&self.gpu_resource_name, gpu)];
        let amounts = amounts.into_iter().filter_map(|(name, amount)| Some((name.to_owned(), amount?)));
        amounts.filter(|(name, _)| !self.pod.resources.names(name)).collect()
    }
}

/// The orchestrator's Job and pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Orchestrator {
    /// `orchestrator_pod_settings`.
    pub pod: PodSettings,
    /// `service_account_name`: an account that somebody else manages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
    /// `orchestrator_job_backoff_limit`.
    pub backoff_limit: i32,
    /// `ttl_seconds_after_finished`: the run goes so long after its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds_after_finished: Option<i32>,
}

impl Default for Orchestrator {
    fn default() -> Self {
        let pod = PodSettings::default();
        Self { pod, service_account_name: None, backoff_limit: BACKOFF_LIMIT, ttl_seconds_after_finished: None }
    }
}
