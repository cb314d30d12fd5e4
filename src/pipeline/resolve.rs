//! A pipeline with its values put in: what a run executes, and what travels to the orchestrator (layer 1, pure).
//!
//! The format of the JSON is versioned by [`FORMAT`]: a field more, or one of another meaning, is another format, and
//! an older orchestrator refuses it instead of leaving something out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::graph::Graph;
use super::spec::{Pipeline, Resources, Step};
use super::template::{Context, Template};
use crate::error::{Context as _, Error, Kind, Result};
use crate::naming;

/// The format that this release writes and reads.
pub const FORMAT: u32 = 1;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How the step pods are secured.
    pub pod_security: PodSecurity,
    /// The steps in the order of the file.
    pub steps: Vec<ResolvedStep>,
}

/// A step with everything decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedStep {
    /// The step's name as written.
    pub name: String,
    /// The image.
    pub image: String,
    /// Replaces the image's entrypoint; empty leaves it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// The arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// The pipeline's environment and the step's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Requests and limits.
    #[serde(default, skip_serializing_if = "Resources::is_empty")]
    pub resources: Resources,
    /// Names of the steps that must succeed first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub upstream_steps: Vec<String>,
}

/// Puts `values` (one for every declared parameter, see [`super::parameters::values`]) and the run's identity into
/// `pipeline`.
pub fn resolve(pipeline: &Pipeline, values: &BTreeMap<String, Json>, run: &RunIdentity) -> Result<ResolvedRun> {
    let context = Context { parameters: values, run: Some(run) };
    let steps = pipeline.steps.iter().map(|one| step(pipeline, one, context)).collect::<Result<_>>()?;
    Ok(ResolvedRun {
        format: FORMAT,
        run_id: run.id.clone(),
        run_name: run.name.clone(),
        namespace: run.namespace.clone(),
        pipeline: pipeline.name.clone(),
        pod_security: PodSecurity::default(),
        steps,
    })
}

fn step(pipeline: &Pipeline, step: &Step, context: Context<'_>) -> Result<ResolvedStep> {
    let render = |templates: &[Template]| templates.iter().map(|one| one.render(context)).collect::<Result<_>>();
    let mut environment = BTreeMap::new();
    for (name, value) in pipeline.environment.iter().chain(&step.environment) {
        environment.insert(name.clone(), value.render(context)?);
    }
    let image = step.image.as_ref().or(pipeline.image.as_ref());
    Ok(ResolvedStep {
        name: step.name.clone(),
        image: image
            .cloned()
            .ok_or_else(|| Error::new(Kind::Internal, format!("step \"{}\" has no image", step.name)))?,
        command: render(&step.command)?,
        args: render(&step.args)?,
        environment,
        resources: step.resources.over(&pipeline.resources),
        upstream_steps: step.upstream_steps.clone(),
    })
}

impl ResolvedRun {
    /// The JSON that travels to the orchestrator.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).context(|| "cannot write the run as JSON")
    }

    /// Reads what [`ResolvedRun::to_json`] of this release or an older one wrote. A newer format is an error that says
    /// so, before anything else is looked at.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let header: Header = serde_json::from_slice(json).context(|| "this is no run")?;
        if header.format != FORMAT {
            let message = format!("the run has format {}, and this orchestrator reads format {FORMAT}", header.format);
            return Err(
                Error::failure(message).hint("use the orchestrator image of the release that submitted the run")
            );
        }
        serde_json::from_slice(json).context(|| "the run cannot be read")
    }

    /// The graph of the steps.
    pub fn graph(&self) -> Result<Graph> {
        let steps: Vec<_> = self.steps.iter().map(|step| (step.name.as_str(), &step.upstream_steps[..])).collect();
        Graph::new(&steps)
            .map_err(|_| Error::failure(format!("the steps of run \"{}\" do not form a graph", self.run_name)))
    }

    /// The name that the run's root ConfigMap, Job and Lease share.
    pub fn object_name(&self) -> String {
        naming::run_object(&self.run_name)
    }

    /// The name of the pod of one attempt (from 1) of `step`.
    pub fn pod_name(&self, step: &ResolvedStep, attempt: u16) -> String {
        naming::step_pod(&self.pipeline, &self.run_id, &step.name, attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{parameters, read};

    const FILE: &str = r#"
version: 1
kind: pipeline
name: churn training
image: busybox:1.35
parameters: {epochs: 5, dataset: {type: string, required: true}}
environment: {A: pipeline, B: "{{ run.name }}"}
settings: {resources: {cpu_count: 1, memory: 2GB}}
steps:
  load: {args: ["--from={{ parameters.dataset }}"]}
  train:
    image: trainer:1
    upstream_steps: [load]
    command: [python, -m, train]
    environment: {A: step, EPOCHS: "{{ parameters.epochs }}"}
    settings: {resources: {cpu_count: 8}}
"#;

    fn resolved() -> ResolvedRun {
        let pipeline = read::read("pipeline.yaml", FILE).unwrap();
        let given = parameters::Override::Assignment("dataset=s3://a; rm -rf /".into());
        let values = parameters::values(&pipeline.parameters, &[given]).unwrap();
        let run = RunIdentity { id: "0b1f".into(), name: "nightly".into(), namespace: "ml".into() };
        resolve(&pipeline, &values, &run).unwrap()
    }

    #[test]
    fn steps_get_what_the_pipeline_has() {
        let run = resolved();
        let [load, train] = &run.steps[..] else { panic!("two steps") };
        assert_eq!((load.image.as_str(), train.image.as_str()), ("busybox:1.35", "trainer:1"));
        assert_eq!(load.args, ["--from=s3://a; rm -rf /"], "one value is one argument");
        assert_eq!(load.environment["B"], "nightly");
        let of_train = [("A", "step"), ("B", "nightly"), ("EPOCHS", "5")].map(|(k, v)| (k.into(), v.into()));
        assert_eq!(train.environment, of_train.into());
        assert_eq!(train.resources, Resources { cpu: Some("8".into()), memory: Some("1908Mi".into()) });
        assert_eq!(run.graph().unwrap().upstreams(1), [0]);
    }

    #[test]
    fn travels_as_json() {
        let run = resolved();
        assert_eq!(ResolvedRun::from_json(&run.to_json().unwrap()).unwrap(), run);
    }

    #[test]
    fn another_format_is_refused_clearly() {
        let error = ResolvedRun::from_json(br#"{"format": 2, "steps": "another shape"}"#).unwrap_err().render();
        assert!(
            error.starts_with("error: the run has format 2, and this orchestrator reads format 1\nhint: "),
            "{error}"
        );
        assert!(ResolvedRun::from_json(b"[]").is_err());
        let mut json: Json = serde_json::from_slice(&resolved().to_json().unwrap()).unwrap();
        json["steps"][0]["retry"] = 3.into();
        assert!(ResolvedRun::from_json(json.to_string().as_bytes()).is_err(), "nothing is left out silently");
    }
}
