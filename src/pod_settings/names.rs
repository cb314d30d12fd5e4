//! Names of objects that somebody else made: the API server takes any name in some of these places, and the pods then wait
//! for ever (layer 1, pure).

use crate::document::Reader;
use crate::naming;

/// What stands for each element of a list.
const EACH: &str = "*";

/// Where a name stands, by the keys of manifests, and of what.
const NAMES: &[(&[&str], &str)] = &[
    (&["image_pull_secrets", EACH], "a Secret"),
    (&["env", EACH, "valueFrom", "secretKeyRef", "name"], "a Secret"),
    (&["env", EACH, "valueFrom", "configMapKeyRef", "name"], "a ConfigMap"),
    (&["env_from", EACH, "secretRef", "name"], "a Secret"),
    (&["env_from", EACH, "configMapRef", "name"], "a ConfigMap"),
    (&["additional_pod_spec_args", "imagePullSecrets", EACH, "name"], "a Secret"),
    (&["additional_pod_spec_args", "serviceAccountName"], "a ServiceAccount"),
    (&["additional_pod_spec_args", "priorityClassName"], "a PriorityClass"),
    (&["additional_pod_spec_args", "runtimeClassName"], "a RuntimeClass"),
];

/// The same in each volume.
const OF_VOLUMES: &[(&[&str], &str)] = &[
    (&["secret", "secretName"], "a Secret"),
    (&["configMap", "name"], "a ConfigMap"),
    (&["persistentVolumeClaim", "claimName"], "a PersistentVolumeClaim"),
    (&["projected", "sources", EACH, "secret", "name"], "a Secret"),
    (&["projected", "sources", EACH, "configMap", "name"], "a ConfigMap"),
];

/// Reports every name in `pod_settings` that no object can have, and every label of nodes that cannot be one.
pub(super) fn check(reader: &Reader<'_>) {
    for (path, what) in NAMES {
        for found in all(reader, path) {
            object(&found, what);
        }
    }
    for volume in [&["volumes", EACH][..], &["additional_pod_spec_args", "volumes", EACH]] {
        for volume in all(reader, volume) {
            all(&volume, &["name"]).iter().for_each(volume_name);
            for (path, what) in OF_VOLUMES {
                for found in all(&volume, path) {
                    object(&found, what);
                }
            }
        }
    }
    for selector in [&["node_selectors"][..], &["additional_pod_spec_args", "nodeSelector"]] {
        all(reader, selector).iter().for_each(node_labels);
    }
}

/// Reports a name that no object of the kind `what`, such as `a Secret`, can have.
pub fn object(reader: &Reader<'_>, what: &str) {
    // What is no text was reported already.
    if let Some(name) = reader.node().text().filter(|name| !naming::is_dns_subdomain(name)) {
        reader.problem(format!("\"{}\" is no name of {what}", name.escape_debug()));
    }
}

fn volume_name(reader: &Reader<'_>) {
    if let Some(name) = reader.node().text().filter(|name| !naming::is_dns_label(name)) {
        let rule = "1 to 63 lower-case letters, digits and `-`, none of these at an end";
        reader.problem(format!("\"{}\" is no name of a volume: {rule}", name.escape_debug()));
    }
}

fn node_labels(selector: &Reader<'_>) {
    if selector.node().kind() != "a mapping" {
        return;
    }
    for item in selector.items() {
        if let Some(fault) = naming::label_key_fault(item.key) {
            item.problem(fault);
        }
        if let Some(fault) = item.value.node().text().and_then(naming::label_value_fault) {
            item.value.problem(fault);
        }
    }
}

/// What stands at `path` below `reader`. Keys of manifests may be spelled as the Python client does.
fn all<'a>(reader: &Reader<'a>, path: &[&str]) -> Vec<Reader<'a>> {
    let Some((key, rest)) = path.split_first() else { return vec![reader.clone()] };
    let next: Vec<Reader<'a>> = match (*key, reader.node().kind()) {
        (EACH, "a list") => reader.elements(),
        (EACH, _) => Vec::new(),
        (key, "a mapping") => {
            let spelled = |written: &str| written == key || written.replace('_', "").eq_ignore_ascii_case(key);
            reader.items().into_iter().filter(|item| spelled(item.key)).map(|item| item.value).collect()
        }
        _ => Vec::new(),
    };
    next.iter().flat_map(|reader| all(reader, rest)).collect()
}
