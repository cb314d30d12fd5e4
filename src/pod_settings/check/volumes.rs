//! Volumes and where they are mounted (layer 1, pure).

use k8s_openapi::api::core::v1::Volume;
use serde_json::Value;

use super::super::PodSettings;
use super::object::{at, each, fitting, list, one_of, required, says, text, unique};
use super::sources;
use crate::document::Reader;
use crate::naming;

/// A volume that a container mounts, and where the file says so.
pub type Mount<'a> = (String, Reader<'a>);

const NAME: &str =
    "name of a volume: use lower-case letters, digits and `-`, a letter or digit at both ends, at most 63";

/// Volumes have names of their own and at most one source. `read` is what was read of them.
pub(super) fn check(volumes: &Reader<'_>, read: &[Volume]) {
    let elements = each(volumes);
    unique(&elements, "name");
    for element in &elements {
        fitting(element, "name", naming::is_dns_label, NAME);
        sources::check(element);
    }
    // Where one is wrong in itself, those after it would be taken for others.
    if elements.len() != read.len() {
        return;
    }
    for (element, volume) in elements.iter().zip(read) {
        let Ok(Value::Object(mut sources)) = serde_json::to_value(volume) else { continue };
        sources.remove("name");
        let names: Vec<_> = sources.keys().map(String::as_str).collect();
        // Without one it is an emptyDir.
        if names.len() > 1 {
            element.problem(format!("a volume has one source, and this one has {}", names.join(" and ")));
        }
    }
}

/// Where volumes are mounted, whichever these are.
pub(super) fn check_mounts(mounts: &Reader<'_>) {
    let elements = each(mounts);
    unique(&elements, "mountPath");
    for element in &elements {
        required(element, "name");
        if let Some((path, reader)) = required(element, "mountPath")
            && path.contains(':')
        {
            reader.problem("a path to mount at has no colon");
        }
        if let Some((path, reader)) = text(element, "subPath")
            && (path.starts_with('/') || path.split('/').any(|part| part == ".."))
        {
            reader.problem("a subPath is inside the volume: it begins with no `/` and has no `..`");
        }
        if text(element, "subPath").is_some()
            && let Some(both) = at(element, "subPathExpr")
        {
            both.problem("subPath is set too: keep one of them");
        }
        one_of(element, "mountPropagation", &["None", "HostToContainer", "Bidirectional"]);
        one_of(element, "recursiveReadOnly", &["Disabled", "IfPossible", "Enabled"]);
        if let Some((_, reader)) = text(element, "recursiveReadOnly").filter(|(text, _)| *text != "Disabled")
            && !says(element, "readOnly", "true")
        {
            reader.problem("recursiveReadOnly goes with `readOnly: true`");
        }
    }
}

/// Every mount that `pod_settings` at `settings` name, those of further containers too.
pub fn mounts<'a>(settings: &Reader<'a>) -> Vec<Mount<'a>> {
    let spec = settings.at("additional_pod_spec_args");
    let containers = ["containers", "initContainers"].map(|key| spec.as_ref().map(|spec| list(spec, key)));
    let further = containers.into_iter().flatten().flatten().flat_map(|container| list(&container, "volumeMounts"));
    let own = list(settings, "volume_mounts");
    let name = |mount: Reader<'a>| text(&mount, "name").map(|(name, reader)| (name.to_owned(), reader));
    own.into_iter().chain(further).filter_map(name).collect()
}

/// Whether pods with these settings have a volume of this name.
pub fn declares(settings: &PodSettings, name: &str) -> bool {
    let further = settings.additional_pod_spec_args.as_ref().and_then(|spec| spec.volumes.as_ref());
    settings.volumes.iter().chain(further.into_iter().flatten()).any(|volume| volume.name == name)
}

/// Reports the mounts of volumes that none of `levels` declares.
pub fn report_missing(mounts: &[Mount<'_>], levels: &[&PodSettings]) {
    for (name, reader) in mounts.iter().filter(|(name, _)| !levels.iter().any(|level| declares(level, name))) {
        reader.problem(format!("there is no volume \"{}\": declare it in `volumes`", name.escape_debug()));
    }
}
