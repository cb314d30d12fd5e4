//! What `pod_security: restricted` and the settings of the same pods say against each other (layer 1, pure). The namespace
//! may demand nothing, so no server would say it.

use super::object::{at, each, integer, list, text, texts};
use crate::document::{Reader, Value};

/// The sources that a volume may have at this level.
const SOURCES: [&str; 9] = [
    "name",
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Reports what in `pod_settings` at `settings` a pod of the level `restricted` cannot have.
pub fn report_unfit(settings: &Reader<'_>) {
    switched(settings, "host_ipc", true);
    volumes(settings);
    if let Some(context) = at(settings, "container_security_context") {
        security(&context);
    }
    let Some(spec) = at(settings, "additional_pod_spec_args") else { return };
    for key in ["hostIPC", "hostPID", "hostNetwork"] {
        switched(&spec, key, true);
    }
    volumes(&spec);
    let containers = ["containers", "initContainers"].iter().flat_map(|key| list(&spec, key));
    for context in containers.chain([spec.clone()]).filter_map(|part| at(&part, "securityContext")) {
        security(&context);
    }
}

/// A security context, of a container or of the pod.
fn security(context: &Reader<'_>) {
    for (key, value) in [("privileged", true), ("allowPrivilegeEscalation", true), ("runAsNonRoot", false)] {
        switched(context, key, value);
    }
    if let Some((0, reader)) = integer(context, "runAsUser") {
        refuse(&reader, "user 0, which is root,");
    }
    if let Some(profile) = at(context, "seccompProfile")
        && let Some((kind, reader)) = text(&profile, "type").filter(|(kind, _)| *kind == "Unconfined")
    {
        refuse(&reader, &format!("the profile {kind}"));
    }
    let Some(capabilities) = at(context, "capabilities") else { return };
    for (name, reader) in texts(&capabilities, "add").iter().filter(|(name, _)| *name != "NET_BIND_SERVICE") {
        refuse(reader, &format!("the capability {}", name.escape_debug()));
    }
    if let Some(drop) = at(&capabilities, "drop")
        && !texts(&capabilities, "drop").iter().any(|(name, _)| *name == "ALL")
    {
        refuse(&drop, "a container that does not drop ALL capabilities");
    }
}

fn volumes(holder: &Reader<'_>) {
    let volumes = at(holder, "volumes").map(|volumes| each(&volumes)).unwrap_or_default();
    for volume in &volumes {
        let known: Vec<_> = SOURCES.iter().filter_map(|key| at(volume, key)).collect();
        for source in volume.items().iter().map(|item| &item.value) {
            let is_null = source.node().value == Value::Null;
            if !is_null && !known.iter().any(|known| known.path() == source.path()) {
                refuse(source, "a volume of this kind");
            }
        }
    }
}

fn switched(object: &Reader<'_>, key: &str, unfit: bool) {
    if let Some(found) = at(object, key)
        && matches!(found.node().value, Value::Bool { value, .. } if value == unfit)
    {
        refuse(&found, &format!("`{key}: {unfit}`"));
    }
}

fn refuse(reader: &Reader<'_>, what: &str) {
    reader.problem(format!("{what} is not fit for `pod_security: restricted`: keep one of the two"));
}
