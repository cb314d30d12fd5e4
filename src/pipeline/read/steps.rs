//! The mapping `steps`: each step, and the edges between them (layer 1, pure).

use super::super::graph::{Defect, Graph};
use super::super::spec::{Resources, Step};
use super::super::template::{Scope, Template};
use super::{environment, image, keys, no_cache, settings};
use crate::document::{Item, Reader, Value, nearest};

/// How many unknown upstreams get a suggestion: each is compared with every step.
const SUGGESTIONS: usize = 20;

/// A step, the place of its key, and the places of its upstreams.
struct Placed<'a> {
    step: Step,
    item: Item<'a>,
    upstreams: Vec<Reader<'a>>,
}

pub(super) fn read(reader: &Reader<'_>, scope: Scope<'_>, has_image: bool) -> Vec<Step> {
    let items = reader.items();
    if items.is_empty() && reader.node().value == Value::Map(Vec::new()) {
        reader.problem("a pipeline needs at least one step");
    }
    let placed: Vec<_> = items.into_iter().map(|item| step(item, scope, has_image)).collect();
    report_edges(&placed);
    placed.into_iter().map(|placed| placed.step).collect()
}

fn step<'a>(item: Item<'a>, scope: Scope<'_>, has_image: bool) -> Placed<'a> {
    check_name(&item);
    let fields = item.value.fields(&keys::STEP);
    fields.get("enable_cache").inspect(no_cache);
    let own_image = fields.get("image");
    if own_image.is_none() && !has_image {
        item.problem("no image: set `image` here, or for the whole pipeline");
    }
    let upstreams = fields.get("upstream_steps").map(|reader| reader.elements()).unwrap_or_default();
    let upstreams: Vec<_> = upstreams.into_iter().filter_map(|reader| Some((reader.string()?, reader))).collect();
    let (upstream_steps, upstreams) = upstreams.into_iter().unzip();
    let step = Step {
        name: item.key.to_owned(),
        image: own_image.and_then(|reader| image(&reader)),
        command: fields.get("command").map(|reader| list(&reader, scope)).unwrap_or_default(),
        args: fields.get("args").map(|reader| list(&reader, scope)).unwrap_or_default(),
        environment: fields.get("environment").map(|reader| environment(&reader, scope)).unwrap_or_default(),
        resources: fields.get("settings").map_or_else(Resources::default, |reader| settings::of_step(&reader)),
        upstream_steps,
    };
    Placed { step, item, upstreams }
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

fn report_edges(placed: &[Placed<'_>]) {
    let names: Vec<_> = placed.iter().map(|one| (one.step.name.as_str(), &one.step.upstream_steps[..])).collect();
    let mut suggestions = 0;
    for defect in Graph::new(&names).err().unwrap_or_default() {
        match defect {
            Defect::Unknown { step, entry } => {
                let name = &placed[step].step.upstream_steps[entry];
                suggestions += 1;
                let others = names.iter().enumerate().filter(|(other, _)| *other != step && suggestions <= SUGGESTIONS);
                let near = nearest(name, others.map(|(_, (name, _))| *name));
                let hint = near.map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default();
                placed[step].upstreams[entry].problem(format!("there is no step \"{name}\"{hint}"));
            }
            Defect::Itself { step, entry } => placed[step].upstreams[entry].problem("a step cannot wait for itself"),
            Defect::Repeated { step, entry } => {
                let name = &placed[step].step.upstream_steps[entry];
                placed[step].upstreams[entry].problem(format!("\"{name}\" is listed twice"));
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
