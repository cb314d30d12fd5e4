//! Laying a component's settings under those of a file, in the tree (layer 1, pure): what reads the file then reads both,
//! and refuses in one what it refuses in the other.

use serde_json::{Map, Value as Json};

use super::merge::{added, under};
use super::settings::Shape;
use super::{Document, Entry, Node, Value};

/// A component's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base {
    /// Whose they are, for messages: `orchestrator "k8s"`.
    pub origin: String,
    /// What to do about a mistake in them.
    pub hint: String,
    /// The settings by name.
    pub settings: Map<String, Json>,
}

impl Document {
    /// Puts `base` under the component's settings. A setting gives way as a whole where the file has something at one of
    /// the paths that `yields` lists with it, since there the file says the same in another way.
    pub fn lay_under(&mut self, shape: &Shape, base: &Base, yields: &[(&str, &[&str])]) {
        let yields = |name: &str| yields.iter().any(|(key, path)| *key == name && self.root.at_path(path).is_some());
        let settings: Map<_, _> = base.settings.iter().filter(|(name, _)| !yields(name)).map(clone).collect();
        if settings.is_empty() {
            return;
        }
        if let Value::Map(top) = &mut self.root.value
            && let Some(own) = own(top, shape)
        {
            under("", own, Node::from(&Json::Object(settings)));
            self.base = Some((base.origin.clone(), base.hint.clone()));
        }
    }
}

fn clone((name, value): (&String, &Json)) -> (String, Json) {
    (name.clone(), value.clone())
}

/// The component's own settings, made where they are missing. What is no mapping is left to the reader.
fn own<'t>(top: &'t mut Vec<Entry>, shape: &Shape) -> Option<&'t mut Node> {
    let Value::Map(settings) = &mut entry(top, |key| key == "settings", "settings").node.value else { return None };
    let own = entry(settings, |key| shape.is_own(key), shape.component);
    matches!(own.node.value, Value::Map(_)).then_some(&mut own.node)
}

/// The entry whose key fits, else a new one; one that says nothing becomes a mapping.
fn entry<'e>(entries: &'e mut Vec<Entry>, fits: impl Fn(&str) -> bool, name: &str) -> &'e mut Entry {
    let at = entries.iter().position(|entry| fits(&entry.key)).unwrap_or_else(|| {
        entries.push(added(name, Node::nowhere(Value::Null)));
        entries.len() - 1
    });
    let entry = &mut entries[at];
    if entry.node.value == Value::Null {
        entry.node.value = Value::Map(Vec::new());
    }
    entry
}

impl Node {
    /// What stands at a path of keys, unless that is nothing or null.
    fn at_path(&self, path: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self).filter(|node| node.value != Value::Null);
        };
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == *first)?.node.at_path(rest)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Keys;
    use super::*;

    const NONE: Keys = Keys { accepted: &["a", "pod_settings", "resources"], later: &["b"], ..Keys::NONE };
    const SHAPE: Shape = Shape { component: "orchestrator", settings: NONE, resources: NONE, own: NONE };

    fn laid(file: &str, settings: Json, yields: &[(&str, &[&str])]) -> Document {
        let mut document = Document::parse("f.yaml", file).unwrap();
        let Json::Object(settings) = settings else { panic!("settings") };
        let base = Base { origin: "orchestrator \"k8s\"".into(), hint: "change it".into(), settings };
        document.lay_under(&SHAPE, &base, yields);
        document
    }

    #[test]
    fn the_file_wins_key_by_key() {
        let file = "
settings:
  orchestrator.kubernetes:
    a: 1
    pod_settings:
      labels: {x: file}
      tolerations: [{key: file}]
      volumes: [{name: data, emptyDir: {}}]
      volume_mounts: [{name: data, mount_path: /data}]
      image_pull_secrets: [one]
";
        let base = json!({"a": 2, "c": true, "pod_settings": {
            "labels": {"x": "base", "y": "base"},
            "tolerations": [{"key": "base"}],
            "volumes": [{"name": "data", "hostPath": {}}, {"name": "shm"}],
            "volume_mounts": [{"name": "other", "mountPath": "/data"}, {"name": "shm", "mountPath": "/shm"}],
            "image_pull_secrets": ["one", "two"],
        }});
        let merged = laid(file, base, &[]).root.to_json();
        assert_eq!(
            merged["settings"]["orchestrator.kubernetes"],
            json!({"a": 1, "c": true, "pod_settings": {
                "labels": {"x": "file", "y": "base"},
                "tolerations": [{"key": "file"}],
                "volumes": [{"name": "data", "emptyDir": {}}, {"name": "shm"}],
                "volume_mounts": [{"name": "data", "mount_path": "/data"}, {"name": "shm", "mountPath": "/shm"}],
                "image_pull_secrets": ["one", "two"],
            }})
        );
    }

    #[test]
    fn a_file_without_settings_gets_them() {
        for file in ["x: 1", "x: 1\nsettings:", "x: 1\nsettings: {orchestrator: }"] {
            let merged = laid(file, json!({"a": 2}), &[]).root.to_json();
            assert_eq!(merged, json!({"x": 1, "settings": {"orchestrator": {"a": 2}}}), "{file}");
        }
        assert_eq!(laid("settings: 3", json!({"a": 2}), &[]).root.to_json(), json!({"settings": 3}));
    }

    #[test]
    fn a_setting_gives_way_to_what_says_the_same() {
        let path: &[&str] = &["settings", "resources", "n"];
        let give_way = |file: &str| laid(file, json!({"a": 2}), &[("a", path)]).root.to_json();
        assert_eq!(give_way("settings: {resources: {n: 1}}"), json!({"settings": {"resources": {"n": 1}}}));
        assert_eq!(give_way("settings: {resources: {n: }}")["settings"]["orchestrator"], json!({"a": 2}));
    }

    #[test]
    fn a_mistake_names_the_component() {
        let document = laid("settings: {orchestrator: {a: x}}", json!({"b": 1, "z": 1}), &[]);
        let settings = &document.root().items()[0].value;
        SHAPE.read(settings);
        let error = document.finish(()).unwrap_err().render();
        assert_eq!(
            error,
            "error: f.yaml: 2 mistakes\n  \
             caused by: orchestrator \"k8s\": settings.orchestrator: \"b\" is documented, but comes in a later release\n  \
             caused by: orchestrator \"k8s\": settings.orchestrator: unknown key \"z\"\n\
             hint: change it\n"
        );
    }
}
