//! A pipeline with its values put in: what a run executes, and what travels to the orchestrator (layer 1, pure).
//!
//! The format of the JSON is versioned by [`FORMAT`]: a field more, or one of another meaning, is another format, and
//! an older orchestrator refuses it instead of leaving something out.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::graph::Graph;
use super::late::{Late, Reference};
use super::policy::{ExecutionMode, Retry, RunOn};
use super::render::{instance_name, too_many};
use super::secrets::Keys;
use super::settings::{Level, Orchestrator, StepSettings};
use super::spec::{Foreach, ItemValue, MOST_ITEMS, Pipeline, SecretSource, Step};
use super::template::{Context, Template};
use crate::error::{Context as _, Error, Kind, Result};
use crate::image::reference;
use crate::naming;

/// The format that this release writes and reads.
pub const FORMAT: u32 = 2;

/// What makes a run this one and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunIdentity {
    /// A random UUID.
    pub id: String,
    /// The name, unique in the namespace.
    pub name: String,
    /// The namespace of everything that belongs to the run.
    pub namespace: String,
}

/// How the pods of the steps are secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PodSecurity {
    /// As the image says.
    #[default]
    Image,
    /// Fit for the PodSecurity level `restricted`.
    Restricted,
}

/// A run with everything decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedRun {
    /// [`FORMAT`] of the release that wrote it.
    pub format: u32,
    /// [`RunIdentity::id`].
    pub run_id: String,
    /// [`RunIdentity::name`].
    pub run_name: String,
    /// [`RunIdentity::namespace`].
    pub namespace: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// What a failed step means for the others.
    #[serde(default)]
    pub execution_mode: ExecutionMode,
    /// How many pods may be in flight at once; none for as many as can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallelism: Option<NonZeroUsize>,
    /// Seconds from the first orchestrator's start after which the run is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_deadline_seconds: Option<u64>,
    /// What pods' names begin with; none for the pipeline's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_name_prefix: Option<String>,
    /// How the step pods are secured.
    pub pod_security: PodSecurity,
    /// The orchestrator's Job and pod.
    #[serde(default)]
    pub orchestrator: Box<Orchestrator>,
    /// What step pods are; each step names one of these by its place.
    pub settings: Vec<StepSettings>,
    /// The steps in the order of the file.
    pub steps: Vec<ResolvedStep>,
}

/// A step with everything decided that is decided before it runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedStep {
    /// The step's name as written.
    pub name: String,
    /// The image.
    pub image: String,
    /// Replaces the image's entrypoint; empty leaves it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Late>,
    /// The arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Late>,
    /// The pipeline's environment and the step's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, Late>,
    /// Environment variables whose values are secret, each with where its value is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretKey>,
    /// Names of the steps that must end first: those listed, and those in [`ResolvedStep::references`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub upstream_steps: Vec<String>,
    /// What they must have come to.
    #[serde(default)]
    pub run_on: RunOn,
    /// One instance for each of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreach: Option<ResolvedForeach>,
    /// Further attempts.
    #[serde(default, skip_serializing_if = "Retry::is_none")]
    pub retry: Retry,
    /// Seconds that an attempt may take from its container's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// Whether what it left may be used again, and be taken from an earlier run. Its image is named by a digest then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enable_cache: bool,
    /// The place of its settings in [`ResolvedRun::settings`].
    #[serde(default)]
    pub settings: usize,
}

/// What a `foreach` step has an instance for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedForeach {
    /// Each of these.
    Items(Vec<Json>),
    /// Each item of what another step leaves.
    Output(Reference),
}

/// A key of a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretKey {
    /// The Secret's name.
    pub name: String,
    /// The key in it.
    pub key: String,
}

/// Puts `values` (one for every declared parameter, see [`super::parameters::values`]) and the run's identity into
/// `pipeline`.
pub fn resolve(pipeline: &Pipeline, values: &BTreeMap<String, Json>, run: &RunIdentity) -> Result<ResolvedRun> {
    let context = Context { parameters: values, run: Some(run) };
    let mut resolver = Resolver { pipeline, context, run, keys: Keys::of(pipeline), table: Table::new(pipeline) };
    let steps = pipeline.steps.iter().map(|one| resolver.step(one)).collect::<Result<_>>()?;
    let settings = &pipeline.settings;
    Ok(ResolvedRun {
        format: FORMAT,
        run_id: run.id.clone(),
        run_name: run.name.clone(),
        namespace: run.namespace.clone(),
        pipeline: pipeline.name.clone(),
        execution_mode: pipeline.execution_mode,
        max_parallelism: settings.max_parallelism,
        active_deadline_seconds: settings.active_deadline_seconds,
        job_name_prefix: settings.job_name_prefix.clone(),
        pod_security: if settings.restricted { PodSecurity::Restricted } else { PodSecurity::Image },
        orchestrator: Box::new(settings.orchestrator.clone()),
        settings: resolver.table.settings,
        steps,
    })
}

struct Resolver<'p> {
    pipeline: &'p Pipeline,
    context: Context<'p>,
    run: &'p RunIdentity,
    keys: Keys<'p>,
    table: Table<'p>,
}

impl<'p> Resolver<'p> {
    fn step(&mut self, step: &'p Step) -> Result<ResolvedStep> {
        let context = self.context;
        let of = |templates: &[Template]| templates.iter().map(|one| one.resolve(context)).collect::<Result<_>>();
        let mut environment = BTreeMap::new();
        for (name, value) in self.pipeline.environment.iter().chain(&step.environment) {
            environment.insert(name.clone(), value.resolve(context)?);
        }
        let image = self.pipeline.image(step);
        let image = image.ok_or_else(|| Error::new(Kind::Internal, format!("step \"{}\" has no image", step.name)))?;
        Ok(ResolvedStep {
            name: step.name.clone(),
            image: image.to_owned(),
            command: of(&step.command)?,
            args: of(&step.args)?,
            environment,
            secrets: self.secrets(step),
            upstream_steps: step.upstream_steps.clone(),
            run_on: step.run_on,
            foreach: step.foreach.as_ref().map(|foreach| self.foreach(step, foreach)).transpose()?,
            retry: step.retry.clone(),
            timeout: step.timeout,
            enable_cache: self.pipeline.wants_cache(step) && reference::is_pinned(image),
            settings: self.table.place(step.pods.as_deref(), image)?,
        })
    }

    fn secrets(&self, step: &'p Step) -> BTreeMap<String, SecretKey> {
        let place = |(variable, source): (&'p String, &'p SecretSource)| {
            let place = match source {
                SecretSource::Reference { name, key } => SecretKey { name: name.clone(), key: key.clone() },
                SecretSource::File(_) | SecretSource::Prompt => {
                    let key = self.keys.key(variable, source).unwrap_or(variable).to_owned();
                    SecretKey { name: naming::run_secret(&self.run.name), key }
                }
            };
            (variable.clone(), place)
        };
        step.secrets.iter().map(place).collect()
    }

    fn foreach(&self, step: &Step, foreach: &Foreach) -> Result<ResolvedForeach> {
        let items = match foreach {
            Foreach::Output(reference) => return Ok(ResolvedForeach::Output(reference.clone())),
            Foreach::Items(items) => items.iter().map(|item| self.item(item)).collect::<Result<_>>()?,
            Foreach::Parameter(name) => {
                let value = self.context.parameters.get(name).and_then(Json::as_array);
                value.cloned().ok_or_else(|| Error::new(Kind::Internal, format!("parameter \"{name}\" is no list")))?
            }
        };
        if items.len() > MOST_ITEMS {
            return Err(too_many(items.len()).under(format!("step \"{}\" cannot be expanded", step.name)));
        }
        Ok(ResolvedForeach::Items(items))
    }

    fn item(&self, item: &ItemValue) -> Result<Json> {
        Ok(match item {
            ItemValue::Text(template) => template.render(self.context)?.into(),
            ItemValue::Scalar(value) => value.clone(),
            ItemValue::List(items) => items.iter().map(|item| self.item(item)).collect::<Result<_>>()?,
            ItemValue::Map(entries) => {
                entries.iter().map(|(key, item)| Ok((key.clone(), self.item(item)?))).collect::<Result<_>>()?
            }
        })
    }
}

/// The different settings of a pipeline's steps, each once: most steps share theirs.
struct Table<'p> {
    base: &'p Level,
    /// Whether they depend on the step's image.
    of_image: bool,
    settings: Vec<StepSettings>,
    places: HashMap<String, usize>,
    shared: Option<usize>,
}

impl<'p> Table<'p> {
    fn new(pipeline: &'p Pipeline) -> Self {
        let of_image = pipeline.pods.pod.names_image();
        Self { base: &pipeline.pods, of_image, settings: Vec::new(), places: HashMap::new(), shared: None }
    }

    fn place(&mut self, own: Option<&Level>, image: &str) -> Result<usize> {
        let is_shared = own.is_none() && !self.of_image;
        if let Some(place) = self.shared.filter(|_| is_shared) {
            return Ok(place);
        }
        let mut level = match own {
            Some(own) => own.clone().over(self.base.clone())?,
            None => self.base.clone(),
        };
        level.pod = level.pod.with_image(image)?;
        let settings = level.settled();
        let json = serde_json::to_string(&settings).context(|| "cannot write a step's settings")?;
        let place = *self.places.entry(json).or_insert_with(|| {
            self.settings.push(settings);
            self.settings.len() - 1
        });
        if is_shared {
            self.shared = Some(place);
        }
        Ok(place)
    }
}

impl ResolvedRun {
    /// Reads the JSON that this release makes of a run, twice. Another format is an error that says so, before anything else
    /// is looked at.
    pub fn read<R: Read>(json: impl Fn() -> R) -> Result<Self> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let header: Header = serde_json::from_reader(json()).context(|| "this is no run")?;
        if header.format != FORMAT {
            let message = format!("the run has format {}, and this orchestrator reads format {FORMAT}", header.format);
            return Err(
                Error::failure(message).hint("use the orchestrator image of the release that submitted the run")
            );
        }
        let run: Self = serde_json::from_reader(json()).context(|| "the run cannot be read")?;
        match run.steps.iter().find(|step| step.settings >= run.settings.len()) {
            None => Ok(run),
            Some(step) => Err(Error::failure("the run cannot be read")
                .cause(format!("there are no settings of step \"{}\"", step.name.escape_debug()))),
        }
    }

    /// The graph of the steps.
    pub fn graph(&self) -> Result<Graph> {
        let steps: Vec<_> = self.steps.iter().map(|step| (step.name.as_str(), &step.upstream_steps[..])).collect();
        Graph::new(&steps)
            .map_err(|_| Error::failure(format!("the steps of run \"{}\" do not form a graph", self.run_name)))
    }

    /// What the pods of `step` are.
    pub fn settings_of(&self, step: &ResolvedStep) -> &StepSettings {
        static DEFAULT: LazyLock<StepSettings> = LazyLock::new(StepSettings::default);
        self.settings.get(step.settings).unwrap_or(&DEFAULT)
    }

    /// The name that the run's root ConfigMap, Job and Lease share.
    pub fn object_name(&self) -> String {
        naming::run_object(&self.run_name)
    }

    /// The name of the pod of one attempt (from 1) of `step`, which has no instances.
    pub fn pod_name(&self, step: &ResolvedStep, attempt: u16) -> String {
        self.instance_pod_name(step, None, attempt)
    }

    /// The name of the pod of one attempt of the instance `index` of `step`.
    pub fn instance_pod_name(&self, step: &ResolvedStep, index: Option<usize>, attempt: u16) -> String {
        let prefix = self.job_name_prefix.as_ref().unwrap_or(&self.pipeline);
        naming::step_pod(prefix, &self.run_id, &instance_name(&step.name, index), attempt)
    }
}

/// A run of the pipeline `text`, for tests.
#[cfg(test)]
pub(crate) fn sample(text: &str) -> ResolvedRun {
    let pipeline = super::read::read("p.yaml", text).unwrap();
    let run = RunIdentity { id: "0b1f".into(), name: "n".into(), namespace: "ns".into() };
    resolve(&pipeline, &super::parameters::values(&[], &[]).unwrap(), &run).unwrap()
}

#[cfg(test)]
mod tests;
