//! The environment of a container (layer 1, pure).

use super::amounts;
use super::object::{at, each, exactly_one, fitting, object_name, required, text, unique};
use crate::document::Reader;
use crate::naming;

/// The sources of a variable's value.
const SOURCES: [&str; 5] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];
/// The fields of a pod that a variable can have.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// The fields of a pod that a file can have.
pub(super) const FILES: [&str; 5] =
    ["metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations"];
/// Amounts of a container that a variable can have, beside those of its huge pages.
const AMOUNTS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Environment variables: each once, with one value.
pub(super) fn env(variables: &Reader<'_>) {
    let elements = each(variables);
    unique(&elements, "name");
    for one in &elements {
        fitting(one, "name", naming::is_variable, "name of an environment variable");
        if at(one, "name").is_some_and(|name| name.node().text() == Some("")) {
            one.problem("the name of an environment variable is not empty");
        }
        let Some(from) = at(one, "valueFrom").filter(|from| from.node().kind() == "a mapping") else { continue };
        if text(one, "value").is_some() {
            from.problem("`value` is set too: keep one of them");
        }
        if exactly_one(&from, &SOURCES) {
            for (key, what) in [("configMapKeyRef", "a ConfigMap"), ("secretKeyRef", "a Secret")] {
                if let Some(reference) = at(&from, key) {
                    required(&reference, "name");
                    required(&reference, "key");
                    object_name(&reference, "name", what);
                    if let Some((key, reader)) = text(&reference, "key")
                        && let Some(fault) = naming::data_key_fault(key)
                    {
                        reader.problem(format!("\"{}\" is no key in {what}: {fault}", key.escape_debug()));
                    }
                }
            }
            if let Some(reference) = at(&from, "fieldRef") {
                field(&reference, &FIELDS);
            }
            if let Some(reference) = at(&from, "resourceFieldRef") {
                amount(&reference);
            }
        }
    }
}

/// Whole `ConfigMaps` and Secrets as variables.
pub(super) fn env_from(sources: &Reader<'_>) {
    const SOURCES: [&str; 2] = ["configMapRef", "secretRef"];
    const KINDS: [&str; 2] = ["a ConfigMap", "a Secret"];
    for one in each(sources) {
        fitting(&one, "prefix", naming::is_variable, "beginning of an environment variable's name");
        if exactly_one(&one, &SOURCES) {
            for (key, what) in SOURCES.iter().zip(KINDS) {
                let Some(reference) = at(&one, key) else { continue };
                required(&reference, "name");
                object_name(&reference, "name", what);
            }
        }
    }
}

/// A field of the pod, one of `fields` or a label or an annotation.
pub(super) fn field(reference: &Reader<'_>, fields: &[&str]) {
    let Some((path, reader)) = required(reference, "fieldPath") else { return };
    // The old name of `spec.nodeName` is still taken.
    if fields.contains(&path) || (path == "spec.host" && fields.contains(&"spec.nodeName")) {
        return;
    }
    for map in ["labels", "annotations"] {
        let key = path.strip_prefix(&format!("metadata.{map}['")).and_then(|rest| rest.strip_suffix("']"));
        if let Some(key) = key {
            // The API server looks at the key of an annotation in lower case.
            let key = if map == "labels" { key.to_owned() } else { key.to_lowercase() };
            if let Some(fault) = naming::label_key_fault(&key) {
                reader.problem(fault);
            }
            return;
        }
    }
    reader.problem(format!(
        "\"{}\" is none of {}, metadata.labels['KEY'], metadata.annotations['KEY']",
        path.escape_debug(),
        fields.join(", ")
    ));
}

/// An amount of a container.
pub(super) fn amount(reference: &Reader<'_>) {
    let Some((resource, reader)) = required(reference, "resource") else { return };
    let name = ["limits.", "requests."].iter().find_map(|which| resource.strip_prefix(which));
    if !name.is_some_and(amounts::is_pages) && !AMOUNTS.contains(&resource) {
        reader.problem(format!("\"{}\" is none of {}", resource.escape_debug(), AMOUNTS.join(", ")));
    }
}
