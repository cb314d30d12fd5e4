//! The one rule by which settings lie over other settings: maps merge by key, Kubernetes' lists whose elements have a key
//! by it, and other lists and values replace (layer 1, pure).

use serde_json::Value as Json;

use super::spelling::same;
use super::{Entry, Node, Position, Value};

/// The lists that merge, each with the key of its elements; an element that is text is its own key.
const KEYED: [(&str, &str); 10] = [
    ("env", "name"),
    ("volumes", "name"),
    ("volumeMounts", "mountPath"),
    ("volumeDevices", "devicePath"),
    ("imagePullSecrets", "name"),
    ("schedulingGates", "name"),
    ("resourceClaims", "name"),
    ("hostAliases", "ip"),
    ("containers", "name"),
    ("initContainers", "name"),
];
/// Of those, the lists whose elements merge too. In the others one key of an element excludes another, such as two sources
/// of a volume.
const DEEP: [&str; 2] = ["containers", "initContainers"];
/// Mappings in which one key excludes another likewise: they replace.
const WHOLE: [&str; 7] =
    ["seccompProfile", "appArmorProfile", "livenessProbe", "readinessProbe", "startupProbe", "postStart", "preStop"];
/// Mappings whose keys are the user's own, and have one spelling.
const OF_USERS: [&str; 9] = [
    "labels",
    "annotations",
    "node_selectors",
    "nodeSelector",
    "requests",
    "limits",
    "overhead",
    "service_annotations",
    "ingress_annotations",
];

/// `own` over `base`.
pub fn over(own: &Json, base: &Json) -> Json {
    let mut node = Node::from(own);
    under("", &mut node, Node::from(base));
    node.to_json()
}

/// Merges `base` into `node`, the value of `key`.
pub(super) fn under(key: &str, node: &mut Node, base: Node) {
    match (&mut node.value, base.value) {
        (Value::Null, value) => *node = Node::nowhere(value),
        (Value::Map(own), Value::Map(base)) if !is_in(&WHOLE, key) => {
            let is_users = is_in(&OF_USERS, key);
            for theirs in base {
                let fits = |own: &&mut Entry| own.key == theirs.key || (!is_users && same(&own.key, &theirs.key));
                match own.iter_mut().find(fits) {
                    Some(entry) => under(&theirs.key, &mut entry.node, theirs.node),
                    None => own.push(theirs),
                }
            }
        }
        (Value::List(own), Value::List(base)) => {
            if let Some((list, by)) = KEYED.iter().find(|(list, _)| same(list, key)) {
                by_key(own, base, by, DEEP.contains(list));
            }
        }
        _ => {}
    }
}

/// The elements of `own` stand where `base` has those of the same key, else behind.
fn by_key(own: &mut Vec<Node>, base: Vec<Node>, by: &str, is_deep: bool) {
    let mut left = std::mem::take(own);
    for theirs in base {
        let name = element_key(&theirs, by);
        let at = left.iter().position(|item| name.is_some() && element_key(item, by) == name);
        own.push(match at.map(|at| left.remove(at)) {
            Some(mut item) if is_deep => {
                under("", &mut item, theirs);
                item
            }
            Some(item) => item,
            None => theirs,
        });
    }
    own.append(&mut left);
}

fn is_in(names: &[&str], key: &str) -> bool {
    names.iter().any(|name| same(name, key))
}

fn element_key(item: &Node, by: &str) -> Option<String> {
    let Value::Map(entries) = &item.value else { return item.text().map(ToOwned::to_owned) };
    entries.iter().find(|entry| same(&entry.key, by))?.node.text().map(ToOwned::to_owned)
}

pub(super) fn added(key: &str, node: Node) -> Entry {
    let nowhere = Position::default();
    Entry { key: key.to_owned(), key_at: nowhere, key_origin: nowhere, node }
}

impl From<&Json> for Node {
    /// A value that stands in no file.
    fn from(json: &Json) -> Self {
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool { value: *value, text: value.to_string() },
            Json::Number(value) => Value::Number { value: value.clone(), text: value.to_string() },
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Self::from).collect()),
            Json::Object(entries) => {
                Value::Map(entries.iter().map(|(key, value)| added(key, Self::from(value))).collect())
            }
        };
        Self::nowhere(value)
    }
}

impl Node {
    /// A value that stands in no file.
    pub(super) fn nowhere(value: Value) -> Self {
        Self { value, at: Position::default(), origin: Position::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_are_one_key() {
        let base = json!({"container_security_context": {"run_as_user": 1000, "runAsGroup": 7},
            "additional_pod_spec_args": {"node_selector": {"a": "b", "x_y": "1"},
                "init_containers": [{"name": "i", "volume_mounts": [{"mount_path": "/a", "name": "v"}]}]}});
        let own = json!({"container_security_context": {"runAsUser": 2000},
            "additional_pod_spec_args": {"nodeSelector": {"c": "d", "xY": "2"},
                "initContainers": [{"name": "i", "volumeMounts": [{"mountPath": "/a", "name": "w"}]}]}});
        assert_eq!(
            over(&own, &base),
            json!({"container_security_context": {"runAsUser": 2000, "runAsGroup": 7},
                "additional_pod_spec_args": {"nodeSelector": {"a": "b", "c": "d", "x_y": "1", "xY": "2"},
                    "initContainers": [{"name": "i", "volumeMounts": [{"mountPath": "/a", "name": "w"}]}]}})
        );
    }

    #[test]
    fn what_excludes_something_replaces_it() {
        let merged = over(
            &json!({"env": [{"name": "A", "valueFrom": {}}], "seccomp_profile": {"type": "Unconfined"}}),
            &json!({"env": [{"name": "B"}, {"name": "A", "value": "x"}],
                "seccompProfile": {"type": "Localhost", "localhostProfile": "p"}}),
        );
        assert_eq!(
            merged,
            json!({"env": [{"name": "B"}, {"name": "A", "valueFrom": {}}], "seccomp_profile": {"type": "Unconfined"}})
        );
    }
}
