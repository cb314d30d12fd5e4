//! The mapping `settings` of a pipeline or a step (layer 1, pure).

use super::super::spec::Resources;
use super::keys::SETTINGS;
use crate::document::settings::{amount, namespace};
use crate::document::{Fields, Reader};
use crate::quantity;

/// What the settings of a pipeline say.
#[derive(Debug, Default)]
pub(super) struct PipelineSettings {
    pub(super) namespace: Option<String>,
    pub(super) resources: Resources,
}

pub(super) fn of_pipeline(reader: &Reader<'_>) -> PipelineSettings {
    let parts = SETTINGS.read(reader);
    let own = parts.own.and_then(|fields| fields.get("kubernetes_namespace"));
    PipelineSettings { namespace: own.and_then(|reader| namespace(&reader)), resources: resources(parts.resources) }
}

pub(super) fn of_step(reader: &Reader<'_>) -> Resources {
    let parts = SETTINGS.read(reader);
    if let Some(reader) = parts.own.and_then(|fields| fields.get("kubernetes_namespace")) {
        reader
            .problem("all pods of a run live in one namespace: set it in the settings of the pipeline, not of a step");
    }
    resources(parts.resources)
}

fn resources(fields: Option<Fields<'_>>) -> Resources {
    fields.map_or_else(Resources::default, |fields| Resources {
        cpu: amount(&fields, "cpu_count", quantity::cpu),
        memory: amount(&fields, "memory", quantity::memory),
    })
}
