//! The mapping `steps`: each step, and the edges between them (layer 1, pure).

use std::collections::{BTreeMap, BTreeSet};

use super::super::file;
use super::super::graph::{Defect, Graph};
use super::super::late;
use super::super::pod::CONTAINER;
use super::super::policy::{Retry, RunOn};
use super::super::settings::Level;
use super::super::spec::{Foreach, SecretSource, Step};
use super::super::template::{InStep, Scope, Steps, Template};
use super::{OWN_VARIABLES, environment, foreach, image, keys, secrets, settings, whole};
use crate::document::{Item, Part, Reader, Value, Words};
use crate::pod_settings::check::{self, Mount};

/// What a step has from the pipeline.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) has_image: bool,
    pub(super) environment: &'a BTreeMap<String, Template>,
    pub(super) pods: &'a Level,
    pub(super) pod_settings: Option<&'a Reader<'a>>,
    pub(super) restricted: bool,
}

/// The steps, and which of their settings change nothing.
#[derive(Default)]
pub(super) struct Found {
    pub(super) steps: Vec<Step>,
    pub(super) without_effect: BTreeSet<(&'static str, &'static str)>,
}

/// A step, the place of its key, and the places of its upstreams: first those that it lists.
pub(super) struct Placed<'a> {
    pub(super) step: Step,
    pub(super) item: Item<'a>,
    pub(super) pod_settings: Option<Reader<'a>>,
    upstreams: Vec<Reader<'a>>,
    without_effect: Vec<(&'static str, &'static str)>,
}

pub(super) fn read(reader: &Reader<'_>, around: Around<'_>) -> Found {
    let items = reader.items();
    if items.is_empty() && reader.node().value == Value::Map(Vec::new()) {
        reader.problem("a pipeline needs at least one step");
    }
    let names: Vec<_> = items.iter().map(|item| (item.key, item.value.at("foreach").is_some())).collect();
    let steps = Steps::new(names);
    let placed: Vec<_> = items.iter().map(|item| step(item.clone(), around, &steps)).collect();
    report_edges(&placed, &steps);
    whole::report(&placed, around);
    let mut found = Found::default();
    for placed in placed {
        found.without_effect.extend(placed.without_effect);
        found.steps.push(placed.step);
    }
    found
}

fn step<'a>(item: Item<'a>, around: Around<'_>, steps: &Steps<'_>) -> Placed<'a> {
    check_name(&item);
    let fields = item.value.fields(&keys::STEP);
    let own_image = fields.get("image");
    if own_image.is_none() && !around.has_image {
        item.problem("no image: set `image` here, or for the whole pipeline");
    }
    let is_foreach = fields.get("foreach").is_some();
    let scope = Scope { step: Some(InStep { steps, name: item.key, item: is_foreach }), ..around.scope };
    let upstreams = fields.get("upstream_steps").map(|reader| reader.elements()).unwrap_or_default();
    let upstreams: Vec<_> = upstreams.into_iter().filter_map(|reader| Some((reader.string()?, reader))).collect();
    let (upstream_steps, upstreams) = upstreams.into_iter().unzip();
    let own = fields.get("settings").map(|reader| settings::of_step(&reader, around.restricted));
    if around.restricted && own.as_ref().is_some_and(|own| own.pods.privileged == Some(true)) {
        item.problem("a privileged step is not fit for `pod_security: restricted` of the pipeline");
    }
    let environment = fields.get("environment").map(|reader| environment(&reader, scope)).unwrap_or_default();
    let says = own.is_some();
    let settings::OfStep { pods: own, pod_settings, mounts, without_effect } = own.unwrap_or_default();
    check::report_missing(&mounts, &[&own.pod, &around.pods.pod]);
    let mut step = Step {
        name: item.key.to_owned(),
        image: own_image.and_then(|reader| image(&reader)),
        command: fields.get("command").map(|reader| list(&reader, scope)).unwrap_or_default(),
        args: fields.get("args").map(|reader| list(&reader, scope)).unwrap_or_default(),
        secrets: fields.get("secrets").map(|reader| secrets(&reader, &environment, &own, around)).unwrap_or_default(),
        environment,
        upstream_steps,
        run_on: fields.get("run_on").and_then(|reader| reader.typed::<RunOn>(Words::default())).unwrap_or_default(),
        foreach: fields.get("foreach").and_then(|reader| foreach::read(&reader, scope)),
        retry: fields.get("retry").map(|reader| retry(&reader)).unwrap_or_default(),
        timeout: fields.get("timeout").and_then(|reader| timeout(&reader)),
        enable_cache: fields.get("enable_cache").and_then(|reader| reader.boolean()),
        pods: says.then(|| Box::new(own)),
    };
    follow_references(&mut step);
    if let (Some(reader), RunOn::Failure, true) = (fields.get("run_on"), step.run_on, step.upstream_steps.is_empty()) {
        reader.problem("this step waits for no other that could fail: name some in `upstream_steps`");
    }
    if let Some(reader) = fields.get("foreach") {
        foreach::check_keys(&reader, templates(&step));
    }
    Placed { step, item, pod_settings, upstreams, without_effect }
}

/// Reports what the pipeline mounts in every step where a step has no such volume.
pub(super) fn report_mounts(mounts: &[Mount<'_>], pods: &Level, steps: &[Step]) {
    let lacks = |step: &Step, name: &str| step.pods.as_ref().is_none_or(|own| !check::declares(&own.pod, name));
    for (name, reader) in mounts.iter().filter(|(name, _)| !check::declares(&pods.pod, name)) {
        let Some(step) = steps.iter().find(|step| lacks(step, name)) else { continue };
        let whose = if steps.iter().all(|step| lacks(step, name)) {
            "there is no".to_owned()
        } else {
            format!("step \"{}\" has no", step.name.escape_debug())
        };
        reader.problem(format!("{whose} volume \"{}\": declare it in `volumes`", name.escape_debug()));
    }
}

/// What may refer to items and to other steps.
fn templates(step: &Step) -> impl Iterator<Item = &Template> {
    step.command.iter().chain(&step.args).chain(step.environment.values())
}

/// A reference to a step makes it an upstream.
fn follow_references(step: &mut Step) {
    let list = match &step.foreach {
        Some(Foreach::Output(reference)) => Some(reference),
        _ => None,
    };
    let named = late::steps(templates(step).flat_map(Template::late).chain(list));
    let missing: Vec<_> = named
        .into_iter()
        .filter(|name| !step.upstream_steps.iter().any(|known| known == name))
        .map(str::to_owned)
        .collect();
    step.upstream_steps.extend(missing);
}

/// A variable has one source: what is set for the container elsewhere would win unseen.
fn secrets(
    reader: &Reader<'_>,
    own: &BTreeMap<String, Template>,
    pods: &Level,
    around: Around<'_>,
) -> BTreeMap<String, SecretSource> {
    secrets::read(reader, own, |name| {
        let place = if OWN_VARIABLES.contains(&name) {
            return Some(format!("\"{name}\" is set by the orchestrator"));
        } else if around.environment.contains_key(name) {
            "environment of the pipeline"
        } else if pods.pod.sets(CONTAINER, name) || around.pods.pod.sets(CONTAINER, name) {
            "pod_settings"
        } else {
            return None;
        };
        Some(format!("\"{name}\" is also in {place}: keep one of them"))
    })
}

fn retry(reader: &Reader<'_>) -> Retry {
    let part = Part::<file::Retry>::read(Some(reader), keys::RETRY);
    let within = |key: &str, number: Option<i64>, most: i32| part.within(key, number, 0, most);
    let backoff = part.says.backoff.unwrap_or(1.0);
    if backoff < 1.0 {
        part.problem("backoff", format!("{backoff} is out of range: at least 1, which is no growth"));
    }
    Retry {
        max_retries: within("max_retries", part.says.max_retries, 1000)
            .and_then(|n| u16::try_from(n).ok())
            .unwrap_or(1),
        delay: within("delay", part.says.delay, i32::MAX).and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
        backoff,
        on: part.says.on.map_or_else(Retry::default_reasons, |reasons| reasons.into_iter().collect()),
    }
}

fn timeout(reader: &Reader<'_>) -> Option<u64> {
    let seconds = reader.integer()?;
    if !(1..=i64::from(i32::MAX)).contains(&seconds) {
        reader.problem(format!("{seconds} is out of range: 1 to {}", i32::MAX));
        return None;
    }
    u64::try_from(seconds).ok()
}

/// Brackets are for the instances of a `foreach` step, braces for templates.
fn check_name(item: &Item<'_>) {
    let name = item.key;
    if name.is_empty() || name.trim() != name || name.contains(|c: char| c.is_control() || "[]{}".contains(c)) {
        item.problem("the name of a step is not empty, and has no blanks around it, no brackets and no braces");
    }
}

/// A command or its arguments.
pub(crate) fn list(reader: &Reader<'_>, scope: Scope<'_>) -> Vec<Template> {
    if matches!(reader.node().value, Value::String(_)) {
        reader.problem("expected a list such as [python, -m, train]: nothing passes through a shell");
        return Vec::new();
    }
    reader.elements().iter().filter_map(|element| Template::read(element, scope)).collect()
}

fn report_edges(placed: &[Placed<'_>], steps: &Steps<'_>) {
    let names: Vec<_> = placed.iter().map(|one| (one.step.name.as_str(), &one.step.upstream_steps[..])).collect();
    for defect in Graph::new(&names).err().unwrap_or_default() {
        match defect {
            Defect::Unknown { step, entry } => {
                let (own, name) = (names[step].0, &placed[step].step.upstream_steps[entry]);
                placed[step].refuse(entry, format!("there is no step \"{name}\"{}", steps.suggestion(name, own)));
            }
            Defect::Itself { step, entry } => placed[step].refuse(entry, "a step cannot wait for itself"),
            Defect::Repeated { step, entry } => {
                let name = &placed[step].step.upstream_steps[entry];
                placed[step].refuse(entry, format!("\"{name}\" is listed twice"));
            }
            Defect::Cycle(path) => {
                let around =
                    path.iter().chain(path.first()).map(|step| names[*step].0).collect::<Vec<_>>().join(" -> ");
                if let Some(first) = path.first() {
                    placed[*first].item.problem(format!("steps wait for each other: {around}"));
                }
            }
        }
    }
}

impl Placed<'_> {
    /// Reports about an upstream. Those that only a template names were reported with the template.
    fn refuse(&self, entry: usize, message: impl Into<String>) {
        if let Some(reader) = self.upstreams.get(entry) {
            reader.problem(message);
        }
    }
}
