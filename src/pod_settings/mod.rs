//! `pod_settings`, which runs and deployments have in common: ZenML's `KubernetesPodSettings` (layer 1, pure).
//!
//! The objects of Kubernetes in it are Kubernetes' own types, so every field of theirs works.

mod apply;
pub mod check;
mod image;
pub mod labels;
mod merge;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, EnvFromSource, EnvVar, PodSpec, SecurityContext, Toleration, Volume, VolumeMount,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::apply::pull_with;
pub use self::read::{read, read_whole};

/// What a file says of its pods. What is absent leaves things as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PodSettings {
    /// Labels that a node must have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selectors: BTreeMap<String, String>,
    /// Affinity to nodes and other pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Affinity>,
    /// Taints that the pods tolerate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerations: Option<Vec<Toleration>>,
    /// Requests and limits; they win over `settings.resources`.
    #[serde(skip_serializing_if = "Amounts::is_empty")]
    pub resources: Amounts,
    /// Annotations of the pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Labels of the pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Volumes, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// Where the container has the volumes, by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<VolumeMount>,
    /// Whether the pods share the node's IPC namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ipc: Option<bool>,
    /// The scheduler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler_name: Option<String>,
    /// Secrets for pulling the image, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<String>,
    /// Environment variables, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    /// Whole `ConfigMaps` and Secrets as environment variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_from: Option<Vec<EnvFromSource>>,
    /// The container's security context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_security_context: Option<SecurityContext>,
    /// Everything else that a pod's specification can say. It goes in last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_pod_spec_args: Option<PodSpec>,
}

/// Amounts as Kubernetes quantities, by resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Amounts {
    /// What a node must have free.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<String, String>,
    /// What the container may use at most.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, String>,
}

impl PodSettings {
    /// Whether `container`, which has these settings, gets the environment variable `name` from them.
    pub fn sets(&self, container: &str, name: &str) -> bool {
        let more = self.additional_pod_spec_args.iter().flat_map(|spec| &spec.containers);
        let more = more.filter(|one| one.name == container).filter_map(|one| one.env.as_ref()).flatten();
        self.env.iter().chain(more).any(|variable| variable.name == name)
    }

    /// The names of environment variables whose values stand here, of any container.
    pub fn in_clear(&self) -> impl Iterator<Item = &String> {
        let more = self.additional_pod_spec_args.iter();
        let more = more.flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()));
        let all = self.env.iter().chain(more.filter_map(|one| one.env.as_ref()).flatten());
        all.filter(|variable| variable.value.is_some()).map(|variable| &variable.name)
    }
}

impl Amounts {
    /// Whether anything is said of `resource`.
    pub fn names(&self, resource: &str) -> bool {
        self.requests.contains_key(resource) || self.limits.contains_key(resource)
    }

    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.limits.is_empty()
    }
}
