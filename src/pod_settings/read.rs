//! Reading `pod_settings` out of a file (layer 1, pure).

use std::collections::BTreeMap;

use super::{PodSettings, check, labels};
use crate::document::{Reader, Words};
use crate::quantity;

/// Names that people write here, each with the right one.
const WORDS: Words = Words {
    synonyms: &[
        ("node_selector", "node_selectors"),
        ("nodeSelector", "node_selectors"),
        ("environment", "env"),
        ("security_context", "container_security_context"),
        ("pod_spec", "additional_pod_spec_args"),
    ],
    top: &[],
};

/// Reads the settings, and reports what is wrong with them. `reserved` are environment variables that this program sets.
pub fn read(reader: &Reader<'_>, reserved: &[&str]) -> PodSettings {
    let mut settings: PodSettings = reader.typed(WORDS).unwrap_or_default();
    if let Some(reader) = reader.at("labels") {
        labels::labels(&reader);
    }
    if let Some(reader) = reader.at("annotations") {
        labels::annotations(&reader);
    }
    if let Some(reader) = reader.at("env") {
        named(&reader, "name", reserved);
    }
    for (list, key) in [("volumes", "name"), ("volume_mounts", "name")] {
        if let Some(reader) = reader.at(list) {
            named(&reader, key, &[]);
        }
    }
    if let Some(resources) = reader.at("resources") {
        amounts(&resources, "requests", &mut settings.resources.requests);
        amounts(&resources, "limits", &mut settings.resources.limits);
    }
    check::check(reader, &settings);
    settings
}

/// As [`read`], where no other settings lie under these or over them.
pub fn read_whole(reader: &Reader<'_>, reserved: &[&str]) -> PodSettings {
    let settings = read(reader, reserved);
    check::report_missing(&check::mounts(reader), &[&settings]);
    settings
}

/// Every element has `key`, and none of the names in `reserved`.
fn named(list: &Reader<'_>, key: &str, reserved: &[&str]) {
    let elements = if list.node().kind() == "a list" { list.elements() } else { Vec::new() };
    for element in elements.iter().filter(|element| element.node().kind() == "a mapping") {
        match element.at(key) {
            None => element.missing(key),
            Some(name) => {
                if let Some(text) = name.node().text().filter(|text| reserved.contains(text)) {
                    name.problem(format!("\"{text}\" is set by this program"));
                }
            }
        }
    }
}

/// Quantities as Kubernetes writes them; memory also as ZenML does.
fn amounts(resources: &Reader<'_>, which: &str, amounts: &mut BTreeMap<String, String>) {
    let Some(reader) = resources.at(which).filter(|reader| reader.node().kind() == "a mapping") else { return };
    for item in reader.items() {
        let Some(amount) = amounts.get_mut(item.key) else { continue };
        if quantity::is_quantity(amount) {
            continue;
        }
        match quantity::memory(amount) {
            Ok(memory) if item.key.contains("memory") => *amount = memory,
            _ => item.value.problem(quantity::fault(amount)),
        }
    }
}
