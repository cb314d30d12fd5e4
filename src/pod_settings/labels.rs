//! Labels and annotations that users give to what this program makes (layer 1, pure).

use std::collections::BTreeMap;

use crate::document::{Item, Reader};
use crate::naming;

/// Labels that are ours, or that the seeds give a meaning.
const RESERVED: [&str; 5] = ["run", "pipeline", "step", "app.kubernetes.io/managed-by", "app.kubernetes.io/name"];
/// Ours, and those of the Deployment's controller, which writes them itself.
const RESERVED_PREFIXES: [&str; 2] = ["zenml.io/", "deployment.kubernetes.io/"];
/// The API server's limit for all annotations of an object, in bytes.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// Labels of the user's own; reports those that the API server does not take, and those that are reserved.
pub fn labels(reader: &Reader<'_>) -> BTreeMap<String, String> {
    for item in own_items(reader) {
        if let Some(fault) = naming::label_key_fault(item.key) {
            item.problem(fault);
        }
        if let Some(fault) = item.value.node().text().and_then(naming::label_value_fault) {
            item.value.problem(fault);
        }
    }
    reader.texts()
}

/// Annotations of the user's own, likewise.
pub fn annotations(reader: &Reader<'_>) -> BTreeMap<String, String> {
    for item in own_items(reader) {
        // Unlike a label's, the prefix may have capitals: the API server does not look at them.
        if let Some(fault) = naming::label_key_fault(&item.key.to_ascii_lowercase()) {
            item.problem(fault);
        }
    }
    let annotations = reader.texts();
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > MOST_ANNOTATIONS {
        reader
            .problem(format!("annotations have at most {MOST_ANNOTATIONS} bytes, with their keys; these have {size}"));
    }
    annotations
}

/// The entries whose keys are not reserved; reports the others.
fn own_items<'a>(reader: &Reader<'a>) -> Vec<Item<'a>> {
    let is_reserved = |item: &Item<'_>| {
        RESERVED.contains(&item.key) || RESERVED_PREFIXES.iter().any(|prefix| item.key.starts_with(prefix))
    };
    let (reserved, own): (Vec<_>, Vec<_>) = reader.items().into_iter().partition(is_reserved);
    for item in reserved {
        item.problem(format!("\"{}\" is reserved", item.key));
    }
    own
}
