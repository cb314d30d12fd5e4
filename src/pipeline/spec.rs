//! What a pipeline file says, typed (layer 1, pure).
//!
//! Levels are not merged yet: a component's settings go under the file's, so merging waits for
//! [`super::resolve::resolve`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lint::suspicious;
use super::parameters::Parameter;
use super::template::Template;

/// A pipeline file of version 1 that has no mistakes: names are unique, upstreams exist, there is no cycle, and every
/// step has an image of its own or the pipeline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// The name as written.
    pub name: String,
    /// The image of steps that name none.
    pub image: Option<String>,
    /// `settings.orchestrator.kubernetes_namespace`: a DNS label.
    pub namespace: Option<String>,
    /// Environment of every step.
    pub environment: BTreeMap<String, Template>,
    /// Resources of every step.
    pub resources: Resources,
    /// Declared parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// At least one step, in the order of the file.
    pub steps: Vec<Step>,
}

impl Pipeline {
    /// Variables in clear whose names say that their values should not be, each with its step; without one, it is every
    /// step's.
    pub fn suspicious_variables(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let of_steps = self
            .steps
            .iter()
            .flat_map(|step| suspicious(step.environment.keys()).map(|name| (Some(step.name.as_str()), name)));
        suspicious(self.environment.keys()).map(|name| (None, name)).chain(of_steps)
    }
}

/// One step of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The key of the step in the file.
    pub name: String,
    /// Replaces the pipeline's image.
    pub image: Option<String>,
    /// Replaces the image's entrypoint; empty leaves it.
    pub command: Vec<Template>,
    /// The arguments; one item is one argument.
    pub args: Vec<Template>,
    /// Added to the pipeline's by key.
    pub environment: BTreeMap<String, Template>,
    /// Added to the pipeline's by key.
    pub resources: Resources,
    /// Steps that must succeed before this one starts.
    pub upstream_steps: Vec<String>,
}

/// Compute resources of a step's container, both requested and the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Cores as a Kubernetes quantity, such as `1500m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Memory as a Kubernetes quantity, such as `3815Mi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

impl Resources {
    /// These resources, with what they leave open taken from `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        Self {
            cpu: self.cpu.clone().or_else(|| base.cpu.clone()),
            memory: self.memory.clone().or_else(|| base.memory.clone()),
        }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.cpu.is_none() && self.memory.is_none()
    }
}
