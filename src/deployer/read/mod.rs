//! From the text of a service file to a [`Service`] (layer 1, pure).
//!
//! The format is `formats/service.yaml` of the specification. What it documents and this release does not execute is
//! refused with the place and the reason, never left out silently.

pub(super) mod keys;
mod network;
mod pods;
mod scale;
mod settings;

use std::collections::BTreeMap;

use super::file::Deployer;
use super::manifests::{self, CONTAINER};
use super::spec::{DEFAULT_INVOKE_PATH, Service};
use crate::document::overlay::Base;
use crate::document::{Document, Fields, Reader, Value};
use crate::error::{Error, Result};
use crate::naming;
use crate::pipeline::parameters::{self, Override, Parameter};
use crate::pipeline::read::{VERSION, environment, image, list, secrets};
use crate::pipeline::template::{Context, Scope, Template};
use crate::pod_settings::check::{self, Whole};

/// Variables that the container gets from us.
pub(super) const OWN_VARIABLES: [&str; 3] = ["PORT", "ZENML_AUTH_KEY", "ZENML_MAX_CONCURRENCY"];

/// Settings of a deployer that give way to what a file says elsewhere.
const YIELDS: &[(&str, &[&str])] = &[
    ("command", &["command"]),
    ("args", &["args"]),
    ("replicas", &["settings", "resources", "min_replicas"]),
    ("replicas", &["settings", "resources", "max_replicas"]),
];

/// A service whose templates have no values yet.
struct Draft {
    service: Service,
    parameters: Vec<Parameter>,
    command: Vec<Template>,
    args: Vec<Template>,
    environment: BTreeMap<String, Template>,
}

/// Reads a service file; `file` is its name for messages, `overrides` come before the values of its `parameters`. The
/// error lists every mistake with line and column.
pub fn read(file: &str, text: &str, overrides: &[Override]) -> Result<Service> {
    read_over(file, text, overrides, &Base::default())
}

/// Whether this release does what the deployer's setting `key` says.
pub fn executes(key: &str) -> bool {
    schemars::schema_for!(Deployer).get("properties").is_some_and(|known| known.get(key).is_some())
}

/// As [`read`], with a deployer's settings under those of the file.
pub fn read_over(file: &str, text: &str, overrides: &[Override], base: &Base) -> Result<Service> {
    let mut document = Document::parse(file, text)?;
    if is_pipeline(&document) {
        return Err(Error::failure(format!("{file}: this is a pipeline, not a service"))
            .hint(format!("run `kubectl zenml submit -f {}`", naming::word(file))));
    }
    document.lay_under(&keys::SETTINGS, base, YIELDS);
    let draft = draft(&document.root());
    let draft = document.finish(draft)?;
    let values = parameters::values(&draft.parameters, overrides)?;
    let context = Context { parameters: &values, run: None };
    let render = |templates: &[Template]| templates.iter().map(|one| one.render(context)).collect::<Result<_>>();
    let environment = draft.environment.iter().map(|(name, value)| Ok((name.clone(), value.render(context)?)));
    let mut service = draft.service;
    service.settings.pod = std::mem::take(&mut service.settings.pod).with_image(&service.image)?;
    Ok(Service {
        command: render(&draft.command)?,
        args: render(&draft.args)?,
        environment: environment.collect::<Result<_>>()?,
        ..service
    })
}

fn is_pipeline(document: &Document) -> bool {
    let Value::Map(entries) = &document.root().node().value else { return false };
    entries.iter().any(|entry| entry.key == "kind" && entry.node.text() == Some("pipeline"))
}

fn draft(root: &Reader<'_>) -> Draft {
    let fields = root.fields(&keys::SERVICE);
    match fields.require("version").and_then(|reader| Some((reader.integer()?, reader))) {
        Some((version, reader)) if version != VERSION => {
            reader.problem(format!("version {version} is not known here: this release reads version {VERSION}"));
        }
        _ => {}
    }
    fields.require("kind").and_then(|reader| reader.one_of(&["service", "pipeline"]));
    let parameters = fields.get("parameters").map(|reader| parameters::read(&reader)).unwrap_or_default();
    let scope = Scope { parameters: &parameters, run: false, step: None };
    let found = fields.get("settings").map(|reader| settings::read(&reader)).unwrap_or_default();
    let words = |key: &str| one_list(&fields, found.deployer.as_ref(), key, scope);
    let (command, args) = (words("command"), words("args"));
    let environment = fields.get("environment").map(|reader| own_free(&reader, scope)).unwrap_or_default();
    let secrets = fields.get("secrets").map(|reader| secrets::read(&reader, &environment, own)).unwrap_or_default();
    let service = Service {
        name: fields.require("name").and_then(|reader| name(&reader)).unwrap_or_default(),
        image: fields.require("image").and_then(|reader| image(&reader)).unwrap_or_default(),
        command: Vec::new(),
        args: Vec::new(),
        environment: BTreeMap::new(),
        secrets,
        invoke_path: fields
            .get("invoke_path")
            .map_or_else(|| Some(DEFAULT_INVOKE_PATH.to_owned()), |reader| path(&reader))
            .unwrap_or_default(),
        settings: found.settings,
    };
    if let Some(settings) = found.deployer.and_then(|reader| reader.at("pod_settings")) {
        check::report_whole(&manifests::draft(&service), Whole { settings: &settings, container: CONTAINER });
    }
    Draft { service, parameters, command, args, environment }
}

/// `command` or `args`, from the top level or from `settings.deployer`; both is a mistake.
fn one_list(top: &Fields<'_>, deployer: Option<&Reader<'_>>, key: &str, scope: Scope<'_>) -> Vec<Template> {
    let own = top.get(key);
    let other = deployer.and_then(|reader| reader.at(key));
    if let (Some(_), Some(other)) = (&own, &other) {
        other.problem(format!("\"{key}\" is also set at the top level: keep one of them"));
    }
    own.or(other).map(|reader| list(&reader, scope)).unwrap_or_default()
}

fn own_free(reader: &Reader<'_>, scope: Scope<'_>) -> BTreeMap<String, Template> {
    for item in reader.items().iter().filter(|item| OWN_VARIABLES.contains(&item.key)) {
        item.problem(own_variable(item.key));
    }
    environment(reader, scope)
}

fn own(name: &str) -> Option<String> {
    OWN_VARIABLES.contains(&name).then(|| own_variable(name))
}

fn own_variable(name: &str) -> String {
    match name {
        "PORT" => "\"PORT\" is settings.deployer.service_port: set it there".to_owned(),
        "ZENML_MAX_CONCURRENCY" => {
            "\"ZENML_MAX_CONCURRENCY\" is settings.resources.max_concurrency: set it there".to_owned()
        }
        _ => format!("\"{name}\" is set by the deployer"),
    }
}

/// A name that a Deployment, a Service and a label can have.
fn name(reader: &Reader<'_>) -> Option<String> {
    let name = reader.string()?;
    // Service names must start with a letter on every cluster before 1.36.
    if !naming::is_dns_label(&name) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        reader.problem(format!(
            "\"{}\" is no name of a deployment: use lower-case letters, digits and `-`, a letter first, at most 63",
            name.escape_debug()
        ));
        return None;
    }
    Some(name)
}

/// An absolute path of an HTTP request.
pub(super) fn path(reader: &Reader<'_>) -> Option<String> {
    let path = reader.string()?;
    let legal = path.chars().all(|c| c.is_ascii_graphic() && !"\"#<>\\^`{|}".contains(c));
    if !path.starts_with('/') || !legal || path.split(['/', '?']).any(|part| part == "..") {
        reader.problem(format!("\"{}\" is no path: write it as in /predict", path.escape_debug()));
        return None;
    }
    Some(path)
}

#[cfg(test)]
mod settings_tests;
#[cfg(test)]
mod tests;
