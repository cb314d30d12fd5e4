//! From the text of a pipeline file to a [`Pipeline`] (layer 1, pure).
//!
//! The format is `formats/pipeline.yaml` of the specification. What it documents and this release does not execute is
//! refused with the place and the reason, never left out silently.

mod foreach;
pub(super) mod keys;
pub(crate) mod secrets;
mod settings;
mod steps;
mod waiting;
mod whole;

pub(crate) use self::steps::list;

use std::collections::BTreeMap;
use std::path::Path;

use super::file::Orchestrator;
use super::parameters;
use super::policy::ExecutionMode;
use super::spec::Pipeline;
use super::template::{Scope, Template};
use crate::document::overlay::Base;
use crate::document::{Document, Item, Problem, Reader, Value, Words};
use crate::error::{Error, Result};
use crate::image::reference;
use crate::naming;

/// The version of the file format that this release reads.
pub const VERSION: i64 = 1;

/// Environment variables that every step gets from the orchestrator (see [`super::pod`]).
pub(super) const OWN_VARIABLES: [&str; 4] = ["ZENML_RUN_ID", "ZENML_RUN_NAME", "ZENML_STEP_NAME", "ZENML_OUTPUT_FILE"];

/// Reads a pipeline file; `file` is its name for messages. The error lists every mistake with line and column.
pub fn read(file: &str, text: &str) -> Result<Pipeline> {
    read_over(file, text, &Base::default())
}

/// Whether this release does what the orchestrator's setting `key` says.
pub fn executes(key: &str) -> bool {
    schemars::schema_for!(Orchestrator).get("properties").is_some_and(|known| known.get(key).is_some())
}

/// As [`read`], with an orchestrator's settings under those of the file.
pub fn read_over(file: &str, text: &str, base: &Base) -> Result<Pipeline> {
    let mut document = Document::parse(file, text)?;
    if is_service(&document) {
        return Err(Error::failure(format!("{file}: this is a service, not a pipeline"))
            .hint(format!("run `kubectl zenml deploy -f {}`", naming::word(file))));
    }
    document.lay_under(&keys::SETTINGS, base, &[]);
    let pipeline = pipeline(&document.root());
    document.finish(pipeline)
}

/// As [`read_over`], or gives every mistake. `fault` says why a variable cannot have its value from a local file
/// that the pipeline names, if it cannot.
pub fn inspect(
    file: &str,
    text: &str,
    base: &Base,
    fault: impl Fn(&str, &Path) -> Option<String>,
) -> Result<Pipeline, Vec<Problem>> {
    let mut document = Document::located(file, text).map_err(|problem| vec![problem])?;
    if is_service(&document) {
        let message = "this is a service, not a pipeline".to_owned();
        let kind = document.root().at("kind").map(|reader| reader.node().at).unwrap_or_default();
        return Err(vec![Problem { at: kind, path: "kind".to_owned(), message }]);
    }
    document.lay_under(&keys::SETTINGS, base, &[]);
    let pipeline = pipeline(&document.root());
    secrets::report_files(&document.root(), fault);
    let problems = document.problems();
    if problems.is_empty() { Ok(pipeline) } else { Err(problems) }
}

fn is_service(document: &Document) -> bool {
    let Value::Map(entries) = &document.root().node().value else { return false };
    entries.iter().any(|entry| entry.key == "kind" && entry.node.text() == Some("service"))
}

fn pipeline(root: &Reader<'_>) -> Pipeline {
    let fields = root.fields(&keys::PIPELINE);
    match fields.require("version").and_then(|reader| Some((reader.integer()?, reader))) {
        Some((version, reader)) if version != VERSION => {
            reader.problem(format!("version {version} is not known here: this release reads version {VERSION}"));
        }
        _ => {}
    }
    fields.require("kind").and_then(|reader| reader.one_of(&["pipeline", "service"]));
    let mode = fields.get("execution_mode").and_then(|reader| reader.typed::<ExecutionMode>(Words::default()));
    let parameters = fields.get("parameters").map(|reader| parameters::read(&reader)).unwrap_or_default();
    let scope = Scope { parameters: &parameters, run: true, step: None };
    let image = fields.get("image").and_then(|reader| image(&reader));
    let own = fields.get("settings").map(|reader| settings::of_pipeline(&reader)).unwrap_or_default();
    let settings::OfPipeline { run: mut settings, pods, pod_settings, mounts } = own;
    let environment = fields.get("environment").map(|reader| environment(&reader, scope)).unwrap_or_default();
    let around = steps::Around {
        scope,
        has_image: fields.get("image").is_some(),
        environment: &environment,
        pods: &pods,
        pod_settings: pod_settings.as_ref(),
        restricted: settings.restricted,
    };
    let name = fields.require("name").and_then(|reader| name(&reader)).unwrap_or_default();
    let steps = fields.require("steps").map(|reader| steps::read(&reader, around)).unwrap_or_default();
    for setting in steps.without_effect {
        if !settings.without_effect.contains(&setting) {
            settings.without_effect.push(setting);
        }
    }
    steps::report_mounts(&mounts, &pods, &steps.steps);
    Pipeline {
        name,
        execution_mode: mode.unwrap_or_default(),
        enable_cache: fields.get("enable_cache").and_then(|reader| reader.boolean()).unwrap_or_default(),
        settings,
        pods,
        environment,
        steps: steps.steps,
        image,
        parameters,
    }
}

fn name(reader: &Reader<'_>) -> Option<String> {
    let name = reader.string()?;
    if name.chars().any(char::is_control) {
        reader.problem("a name has no line breaks or other control characters");
        return None;
    }
    Some(name)
}

/// An image's name.
pub(crate) fn image(reader: &Reader<'_>) -> Option<String> {
    let image = reader.string()?;
    if !reference::is_valid(&image) {
        reader.problem(format!("\"{image}\" is no image name"));
        return None;
    }
    Some(image)
}

/// Environment variables: names that Kubernetes accepts, and values that may hold templates.
pub(crate) fn environment(reader: &Reader<'_>, scope: Scope<'_>) -> BTreeMap<String, Template> {
    reader.items().iter().filter_map(|item| variable(item, scope)).collect()
}

fn variable(item: &Item<'_>, scope: Scope<'_>) -> Option<(String, Template)> {
    if !naming::is_variable(item.key) {
        item.problem(format!("\"{}\" is no name of an environment variable", item.key));
    } else if OWN_VARIABLES.contains(&item.key) {
        item.problem(format!("\"{}\" is set by the orchestrator", item.key));
    }
    if item.value.node().value == Value::Null {
        item.value.problem("expected a string, found null; the empty string is \"\"");
        return None;
    }
    Some((item.key.to_owned(), Template::read(&item.value, scope)?))
}

#[cfg(test)]
mod mistake_tests;
#[cfg(test)]
mod pod_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;
