//! `additional_resources`: files with objects of the user's own (layer 4).

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::input;
use crate::cluster::Cluster;
use crate::cluster::kinds;
use crate::deployer::object::{Kind, Object};
use crate::error::{Context, Error, Result};

/// The objects of all files, in their order. They must be for `namespace`.
pub(super) fn read(files: &[PathBuf], folder: &Path, namespace: &str) -> Result<Vec<Value>> {
    let mut objects = Vec::new();
    for file in files {
        let (name, text) = input::text(&folder.join(file))?;
        let documents: Vec<Value> =
            serde_saphyr::from_multiple(&text).map_err(|error| Error::failure(format!("{name}: not YAML: {error}")))?;
        let before = objects.len();
        for document in documents.into_iter().filter(|document| !document.is_null()) {
            // A list of objects, kubectl's `List`, or one object.
            let items = match document {
                Value::Array(items) => items,
                Value::Object(list) if list.get("kind").is_some_and(|kind| kind == "List") => {
                    list.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
                }
                other => vec![other],
            };
            for item in items {
                check(&item, namespace).context(|| format!("{name}: this cannot be part of a deployment"))?;
                objects.push(item);
            }
        }
        if objects.len() == before {
            return Err(Error::failure(format!("{name}: there is no object in it"))
                .hint("leave it out of additional_resources, or write the objects into it"));
        }
    }
    Ok(objects)
}

fn check(object: &Value, namespace: &str) -> Result<()> {
    for path in ["/apiVersion", "/kind", "/metadata/name"] {
        if object.pointer(path).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Error::failure(format!("an object has no {}", path[1..].replace('/', "."))));
        }
    }
    let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
    if kind == "Secret" {
        return Err(Error::failure(format!(
            "the Secret {name} would stand in a record of the deployment for all to read: create it with kubectl, and refer \
             to it with secret_ref"
        )));
    }
    match object["metadata"]["namespace"].as_str() {
        Some(other) if other != namespace => Err(Error::failure(format!(
            "{kind} {name} is for namespace \"{other}\", and the deployment goes to \"{namespace}\""
        ))),
        _ => Ok(()),
    }
}

/// The objects as they are, when no server is asked what their kinds are called.
pub(super) fn unasked(objects: Vec<Value>) -> Vec<Object> {
    let object = |body: Value| {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        Object { kind: Kind { api_version: text("apiVersion"), kind: text("kind"), plural: String::new() }, body }
    };
    objects.into_iter().map(object).collect()
}

/// The objects with what the server calls their kinds.
pub(super) async fn resolved(cluster: &Cluster, objects: Vec<Value>) -> Result<Vec<Object>> {
    let mut resolved = unasked(objects);
    for object in &mut resolved {
        object.kind = kinds::namespaced(cluster, &object.kind).await?;
    }
    Ok(resolved)
}
