//! `additional_resources`: files with objects of the user's own (layer 4).

use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_saphyr::{MessageFormatter as _, UserMessageFormatter};

use super::input;
use crate::cluster::Cluster;
use crate::cluster::kinds;
use crate::deployer::object::{Kind, Object};
use crate::error::{Context, Error, Result};

/// The objects of all files, in their order.
#[derive(Default)]
pub(super) struct More {
    /// The objects.
    pub(super) objects: Vec<Object>,
    /// The file of each of them.
    pub(super) files: Vec<String>,
}

/// Reads the files. Their objects must be for `namespace`; their kinds are as they stand there, no server was asked what it
/// calls them.
pub(super) fn read(files: &[PathBuf], folder: &Path, namespace: &str) -> Result<More> {
    let mut more = More::default();
    for file in files {
        let (name, text) = input::text(&folder.join(file))?;
        let documents = documents(&name, &text)?;
        let before = more.objects.len();
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
                more.objects.push(unasked(item));
                more.files.push(name.clone());
            }
        }
        if more.objects.len() == before {
            return Err(Error::failure(format!("{name}: there is no object in it"))
                .hint("leave it out of additional_resources, or write the objects into it"));
        }
    }
    Ok(more)
}

/// The documents of a file. An error shows no line of it: there may be a secret in one.
fn documents(name: &str, text: &str) -> Result<Vec<Value>> {
    // `defaultMode: 0644` is octal, as it is for kubectl.
    let options = serde_saphyr::options! { with_snippet: false, legacy_octal_numbers: true };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| format!(":{}:{}", at.line(), at.column())).unwrap_or_default();
        let message = UserMessageFormatter.format_message(&error).into_owned();
        Error::failure(format!("{name}: not a YAML document")).cause(format!("{name}{place}: {message}"))
    })
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

fn unasked(body: Value) -> Object {
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    Object { kind: Kind { api_version: text("apiVersion"), kind: text("kind"), plural: String::new() }, body }
}

/// The objects with what the server calls their kinds.
pub(super) async fn resolved(cluster: &Cluster, mut more: More) -> Result<More> {
    for (object, file) in more.objects.iter_mut().zip(&more.files) {
        let kind = kinds::namespaced(cluster, &object.kind).await;
        object.kind = kind.map_err(|error| error.under(format!("{file}: this cannot be part of a deployment")))?;
    }
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_files_are_octal() {
        let found = documents("f", "spec: {defaultMode: 0644, mode: 0o400, port: 8080, name: '0644'}").unwrap();
        let expected = serde_json::json!({"spec": {"defaultMode": 420, "mode": 256, "port": 8080, "name": "0644"}});
        assert_eq!(found, [expected]);
    }
}
