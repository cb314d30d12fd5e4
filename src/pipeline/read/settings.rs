//! The mapping `settings` of a pipeline or a step (layer 1, pure).

use super::super::spec::Resources;
use super::keys;
use crate::document::{Fields, Item, Reader};
use crate::{naming, quantity};

/// What the settings of a pipeline say.
#[derive(Debug, Default)]
pub(super) struct PipelineSettings {
    pub(super) namespace: Option<String>,
    pub(super) resources: Resources,
}

pub(super) fn of_pipeline(reader: &Reader<'_>) -> PipelineSettings {
    let Parts { resources, orchestrator } = parts(reader);
    let namespace = orchestrator.and_then(|fields| fields.get("kubernetes_namespace")).and_then(|reader| {
        let namespace = reader.string()?;
        if !naming::is_dns_label(&namespace) {
            reader.problem(format!("\"{namespace}\" is no name of a namespace"));
        }
        Some(namespace)
    });
    PipelineSettings { namespace, resources }
}

pub(super) fn of_step(reader: &Reader<'_>) -> Resources {
    let Parts { resources, orchestrator } = parts(reader);
    if let Some(reader) = orchestrator.and_then(|fields| fields.get("kubernetes_namespace")) {
        reader
            .problem("all pods of a run live in one namespace: set it in the settings of the pipeline, not of a step");
    }
    resources
}

struct Parts<'a> {
    resources: Resources,
    orchestrator: Option<Fields<'a>>,
}

fn parts<'a>(reader: &Reader<'a>) -> Parts<'a> {
    let items = reader.items();
    let (of_orchestrator, others): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_orchestrator(item.key));
    for item in &others {
        if let Some(message) = keys::SETTINGS.refusal(item.key) {
            item.problem(message);
        }
    }
    let resources = others.iter().find(|item| item.key == "resources").filter(|item| is_set(item));
    Parts {
        resources: resources.map(|item| self::resources(&item.value)).unwrap_or_default(),
        orchestrator: one_of(&of_orchestrator)
            .filter(|item| is_set(item))
            .map(|item| item.value.fields(&keys::ORCHESTRATOR)),
    }
}

/// `orchestrator` and its aliases: ZenML's flavour key, and its key by the component's name.
fn is_orchestrator(key: &str) -> bool {
    let component = key.strip_prefix("orchestrator:").map(str::trim);
    matches!(key, "orchestrator" | "orchestrator.kubernetes") || component.is_some_and(|name| !name.is_empty())
}

fn one_of<'i, 'a>(items: &[&'i Item<'a>]) -> Option<&'i Item<'a>> {
    let (first, more) = items.split_first()?;
    for item in more {
        item.problem(format!("\"{}\" and \"{}\" are the same settings: keep one of them", item.key, first.key));
    }
    Some(first)
}

fn is_set(item: &Item<'_>) -> bool {
    item.value.node().kind() != "null"
}

fn resources(reader: &Reader<'_>) -> Resources {
    let fields = reader.fields(&keys::RESOURCES);
    let amount = |key: &str, convert: fn(&str) -> Result<String, String>| {
        let reader = fields.get(key)?;
        convert(&reader.text()?).map_err(|message| reader.problem(message)).ok()
    };
    Resources { cpu: amount("cpu_count", quantity::cpu), memory: amount("memory", quantity::memory) }
}
