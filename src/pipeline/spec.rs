//! What a pipeline file says, typed (layer 1, pure).
//!
//! Levels are not merged yet, and templates have no values: that is for [`super::resolve::resolve`].

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::late::Reference;
use super::lint::suspicious;
use super::parameters::Parameter;
use super::policy::{ExecutionMode, Retry, RunOn};
use super::settings::{Level, Orchestrator};
use super::template::Template;
use crate::image::reference;

/// The most items of a `foreach` step.
pub const MOST_ITEMS: usize = 1000;

/// A pipeline file of version 1 that has no mistakes: names are unique, upstreams exist, there is no cycle, and every
/// step has an image of its own or the pipeline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// The name as written.
    pub name: String,
    /// What a failed step means for the others.
    pub execution_mode: ExecutionMode,
    /// The image of steps that name none.
    pub image: Option<String>,
    /// Whether steps that do not say are cached.
    pub enable_cache: bool,
    /// Environment of every step.
    pub environment: BTreeMap<String, Template>,
    /// What the whole run is told.
    pub settings: RunSettings,
    /// What all step pods are.
    pub pods: Level,
    /// Declared parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// At least one step, in the order of the file.
    pub steps: Vec<Step>,
}

/// What `settings.orchestrator` says of the run as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunSettings {
    /// `kubernetes_namespace`: a DNS label.
    pub namespace: Option<String>,
    /// `max_parallelism`: how many steps may be in flight at once.
    pub max_parallelism: Option<NonZeroUsize>,
    /// `active_deadline_seconds`: the run is stopped after so long.
    pub active_deadline_seconds: Option<u64>,
    /// `job_name_prefix`: pods' names begin with it, instead of the pipeline's name.
    pub job_name_prefix: Option<String>,
    /// Whether step pods are made fit for PodSecurity `restricted`, whatever the namespace demands.
    pub restricted: bool,
    /// `synchronous: false`: `submit` does not wait for the end.
    pub detach: bool,
    /// `orchestrator_image`: the orchestrator's own.
    pub orchestrator_image: Option<String>,
    /// The orchestrator's Job and pod.
    pub orchestrator: Orchestrator,
    /// Settings that were written and change nothing, each with the reason.
    pub without_effect: Vec<(&'static str, &'static str)>,
}

impl Pipeline {
    /// Variables in clear whose names say that their values should not be, each with its step; without one, it is every
    /// step's.
    pub fn suspicious_variables(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let of_steps = self.steps.iter().flat_map(|step| {
            let of_pod = step.pods.iter().flat_map(|level| level.pod.in_clear());
            suspicious(step.environment.keys().chain(of_pod)).map(|name| (Some(step.name.as_str()), name))
        });
        let orchestrator = &self.settings.orchestrator.pod;
        let of_all = self.environment.keys().chain(self.pods.pod.in_clear()).chain(orchestrator.in_clear());
        suspicious(of_all).map(|name| (None, name)).chain(of_steps)
    }

    /// The image of `step`.
    pub fn image<'p>(&'p self, step: &'p Step) -> Option<&'p str> {
        step.image.as_deref().or(self.image.as_deref())
    }

    /// Whether `step` is to be cached.
    pub fn wants_cache(&self, step: &Step) -> bool {
        step.enable_cache.unwrap_or(self.enable_cache)
    }

    /// The steps that are to be cached and cannot be: what their images are may change from one run to the next.
    pub fn uncached_steps(&self) -> impl Iterator<Item = &str> {
        let is_pinned = |step: &Step| self.image(step).is_some_and(reference::is_pinned);
        self.steps.iter().filter(move |step| self.wants_cache(step) && !is_pinned(step)).map(|step| step.name.as_str())
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
    /// Environment variables whose values are secret, each with its source.
    pub secrets: BTreeMap<String, SecretSource>,
    /// Steps that this one waits for: those that it lists, and those whose outputs it refers to.
    pub upstream_steps: Vec<String>,
    /// What the steps upstream must have come to.
    pub run_on: RunOn,
    /// One instance for each of these.
    pub foreach: Option<Foreach>,
    /// Further attempts.
    pub retry: Retry,
    /// Seconds that an attempt may take from its container's start.
    pub timeout: Option<u64>,
    /// Whether it is cached; without a word the pipeline's.
    pub enable_cache: Option<bool>,
    /// What its pods are, over the pipeline's. None says nothing.
    pub pods: Option<Box<Level>>,
}

/// What a `foreach` step has an instance for.
#[derive(Clone, Debug, PartialEq)]
pub enum Foreach {
    /// Each of these.
    Items(Vec<ItemValue>),
    /// Each item of this parameter, a list.
    Parameter(String),
    /// Each item of what another step left.
    Output(Reference),
}

/// An item as it is written: its texts are templates.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemValue {
    /// Text.
    Text(Template),
    /// A number, a truth value, or null.
    Scalar(Json),
    /// A list.
    List(Vec<Self>),
    /// A mapping.
    Map(Vec<(String, Self)>),
}

/// Where a secret's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretSource {
    /// A key of a Secret that somebody else manages.
    Reference {
        /// The Secret's name.
        name: String,
        /// The key in it.
        key: String,
    },
    /// A local file, relative to the file that names it; the one newline at its end does not count.
    File(PathBuf),
    /// Asked for on the terminal.
    Prompt,
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
    /// GPUs; 0 takes the pipeline's away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<u32>,
}

impl Resources {
    /// These resources, with what they leave open taken from `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        Self {
            cpu: self.cpu.clone().or_else(|| base.cpu.clone()),
            memory: self.memory.clone().or_else(|| base.memory.clone()),
            gpu: self.gpu.or(base.gpu),
        }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.cpu.is_none() && self.memory.is_none() && self.gpu.is_none()
    }
}
