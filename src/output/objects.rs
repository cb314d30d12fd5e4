//! Kubernetes objects, as kubectl prints several (layer 4).

use serde_json::{Value, json};

use super::{Format, line, structured};
use crate::error::Result;

/// Renders objects: their names, or a list of them.
pub fn render(objects: &[Value], format: &Format) -> Result<String> {
    match format {
        Format::Name => Ok(lines(objects, "")),
        _ => structured(&json!({ "apiVersion": "v1", "kind": "List", "items": objects }), format),
    }
}

/// A line for each object, such as `deployment.apps/x created`; `what` happened to all of them.
pub fn lines(objects: &[Value], what: &str) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |object: &Value| {
        let group = text(&object["apiVersion"]).split_once('/').map(|(group, _)| format!(".{group}"));
        let kind = text(&object["kind"]).to_lowercase();
        line(&(kind + &group.unwrap_or_default()), &text(&object["metadata"]["name"]), what)
    };
    objects.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kubectls() {
        let objects = [
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}),
            json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "b"}}),
        ];
        assert_eq!(render(&objects, &Format::Name).unwrap(), "configmap/a\njob.batch/b\n");
        assert_eq!(lines(&objects, "created"), "configmap/a created\njob.batch/b created\n");
        assert!(render(&objects, &Format::Yaml).unwrap().contains("kind: List"));
    }
}
