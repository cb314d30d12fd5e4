//! The JSON schema of a pipeline file, for editors (layer 1, pure). The settings' part comes from the types that are read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use super::file::{OF_THE_RUN, Orchestrator, Resources, Retry};
use super::policy::{ExecutionMode, RunOn};
use crate::document::schema::{self, Scalar, Source};

/// The types of a pipeline file. What is in them is read by hand, because of templates.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A pipeline of kubectl zenml")]
#[allow(dead_code, reason = "only its schema is used")]
struct File {
    /// The version of the format.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// What the file describes.
    kind: FileKind,
    /// The name of the pipeline.
    name: String,
    /// What a failed step means for the others. Default `continue_on_failure`.
    execution_mode: Option<ExecutionMode>,
    /// Take what an earlier run of the same step left. Default false. Takes images that are named by their digests.
    enable_cache: Option<bool>,
    /// The image of steps that name none.
    image: Option<String>,
    /// Values for the templates of this file: a default, or {type: …, required: true}.
    parameters: Option<BTreeMap<String, Value>>,
    /// Environment variables of every step. May hold templates.
    environment: Option<BTreeMap<String, Scalar>>,
    /// Amounts, and what the orchestrator does.
    settings: Option<Settings>,
    /// The steps by name.
    #[schemars(extend("minProperties" = 1))]
    steps: BTreeMap<String, Step>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its schema is used")]
enum FileKind {
    Pipeline,
}

/// A step.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Step {
    /// The image. Default the pipeline's.
    image: Option<String>,
    /// Replaces the image's entrypoint. May hold templates.
    command: Option<Vec<Scalar>>,
    /// Replaces the image's arguments. May hold templates; an item is an argument.
    args: Option<Vec<Scalar>>,
    /// Environment variables, beside the pipeline's. May hold templates.
    environment: Option<BTreeMap<String, Scalar>>,
    /// Environment variables whose values are secret.
    secrets: Option<BTreeMap<String, Source>>,
    /// The steps that this one waits for, beside those that its templates refer to.
    upstream_steps: Option<Vec<String>>,
    /// What they must have come to. Default success.
    run_on: Option<RunOn>,
    /// One instance for each item: a list, or a template that is one.
    foreach: Option<Foreach>,
    /// Further attempts. Default none.
    retry: Option<Retry>,
    /// Seconds that an attempt may take, from its container's start.
    #[schemars(range(min = 1))]
    timeout: Option<u32>,
    /// As the pipeline's.
    enable_cache: Option<bool>,
    /// As the pipeline's, over them.
    settings: Option<StepSettings>,
}

/// A text that is a template and nothing else.
const TEMPLATE: &str = r"^\{\{.*\}\}$";

/// What a step has an instance for.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Foreach {
    /// Each of these; at most 1,000.
    Items(#[schemars(length(max = 1000))] Vec<Value>),
    /// A template.
    Template(#[schemars(extend("pattern" = TEMPLATE))] String),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Settings {
    /// How much each step gets.
    resources: Option<Resources>,
    /// What the orchestrator does.
    orchestrator: Option<Orchestrator>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct StepSettings {
    /// How much the step gets.
    resources: Option<Resources>,
    /// What its pods are.
    orchestrator: Option<OrchestratorOfStep>,
}

/// `settings.orchestrator` of a step: without what is the whole run's.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct OrchestratorOfStep(Orchestrator);

/// The schema.
pub fn schema() -> Value {
    let mut schema = schema::of::<File>("orchestrator", &["Settings", "StepSettings"]);
    let mut of_step = schema["$defs"]["Orchestrator"].clone();
    if let Some(settings) = of_step["properties"].as_object_mut() {
        settings.retain(|key, _| !OF_THE_RUN.contains(&key.as_str()));
    }
    schema["$defs"]["OrchestratorOfStep"] = of_step;
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::read::keys;
    use crate::pipeline::spec::MOST_ITEMS;

    fn keys_of(value: &Value) -> Vec<&str> {
        value["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn it_has_the_keys_that_are_read() {
        let schema = schema();
        for (part, accepted) in [(&schema, keys::PIPELINE.accepted), (&schema["$defs"]["Step"], keys::STEP.accepted)] {
            let (mut accepted, mut described) = (accepted.to_vec(), keys_of(part));
            accepted.sort_unstable();
            described.sort_unstable();
            assert_eq!(described, accepted);
        }
    }

    #[test]
    fn text_may_be_a_number_and_keys_have_two_spellings() {
        let schema = schema();
        let scalar = serde_json::json!(["string", "number", "boolean"]);
        assert_eq!(schema["$defs"]["Amounts"]["properties"]["requests"]["additionalProperties"]["type"], scalar);
        assert_eq!(schema["properties"]["name"]["type"], scalar);
        assert_eq!(schema["$defs"]["Step"]["properties"]["upstream_steps"]["items"]["type"], scalar);
        let (variable, mount) =
            (&schema["$defs"]["io.k8s.api.core.v1.EnvVar"], &schema["$defs"]["io.k8s.api.core.v1.VolumeMount"]);
        assert_eq!(variable["properties"]["value"]["type"], scalar);
        assert_eq!(mount["required"], serde_json::json!(["name"]));
    }

    #[test]
    fn instances_are_of_a_list_or_a_template() {
        let schema = schema();
        let [items, template] = &schema["$defs"]["Foreach"]["anyOf"].as_array().unwrap()[..] else { panic!("two") };
        assert_eq!((&items["type"], &items["maxItems"]), (&"array".into(), &MOST_ITEMS.into()));
        assert_eq!((&template["type"], &template["pattern"]), (&"string".into(), &TEMPLATE.into()));
        assert_eq!(schema["properties"]["steps"]["minProperties"], 1);
    }

    #[test]
    fn a_step_has_no_settings_of_the_run() {
        let schema = schema();
        let (run, step) = (&schema["$defs"]["Orchestrator"], &schema["$defs"]["OrchestratorOfStep"]);
        for key in OF_THE_RUN {
            assert!(run["properties"].get(key).is_some() && step["properties"].get(key).is_none(), "{key}");
        }
        assert_eq!(
            schema["$defs"]["StepSettings"]["properties"]["orchestrator"]["anyOf"][0]["$ref"],
            "#/$defs/OrchestratorOfStep"
        );
        assert!(step["properties"].get("pod_settings").is_some());
    }

    #[test]
    fn everything_is_described() {
        let schema = schema();
        for part in ["Orchestrator", "Resources", "PodSettings", "Retry", "Step", "File"] {
            let part = if part == "File" { &schema } else { &schema["$defs"][part] };
            assert_eq!(part["additionalProperties"], false);
            for (key, value) in part["properties"].as_object().unwrap() {
                assert!(value.get("description").is_some(), "{key}: {value}");
            }
        }
    }
}
