//! What the JSON schemas of all files have in common (layer 1, pure).

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Text, or a number or truth value as it is written.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub enum Scalar {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
}

/// Where a secret comes from.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
pub enum Source {
    /// A key of a Secret that somebody else manages.
    SecretRef(SecretRef),
    /// A local file, relative to the one that names it.
    File(String),
    /// Ask for it on the terminal.
    Prompt(bool),
}

/// A number, or text that holds one with its unit.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub enum NumberOrText {
    /// Such as 0.5.
    Number(f64),
    /// Such as 500m.
    Text(String),
}

/// A key of a Secret.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct SecretRef {
    /// The Secret.
    pub name: String,
    /// The key in it.
    pub key: String,
}

/// The schema of the file that `T` describes. `component` is what its settings name beside `resources`, under several
/// names; `holders` are the definitions that have it.
pub fn of<T: JsonSchema>(component: &str, holders: &[&str]) -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value();
    for holder in holders {
        // ZenML's other names for the same settings.
        let own = schema["$defs"][holder]["properties"][component].clone();
        let names = format!("^{component}(\\.kubernetes|:.*[^ ].*)$");
        schema["$defs"][holder]["patternProperties"] = json!({ names: own });
    }
    // A part of a pod's specification need not name the container.
    if let Some(part) = schema["$defs"]["io.k8s.api.core.v1.PodSpec"].as_object_mut() {
        part.remove("required");
    }
    // Kubernetes' own objects have these keys and no others; the Python client's spelling of them is read, too.
    let of_kubernetes =
        schema["$defs"].as_object_mut().into_iter().flatten().filter(|(name, _)| name.starts_with("io.k8s."));
    for (_, part) in of_kubernetes.filter(|(_, part)| part.get("properties").is_some()) {
        part["additionalProperties"] = false.into();
        part["patternProperties"] = json!({ "^[a-z0-9]+(_[a-z0-9]+)+$": true });
        // A key that is there in the other spelling is not missing.
        if let Some(required) = part.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|key| key.as_str().is_some_and(|key| !key.contains(|c: char| c.is_ascii_uppercase())));
        }
    }
    take_scalars(&mut schema);
    schema
}

/// Where text is due, numbers and truth values are read as they are written; not where only some words are, or texts of
/// a pattern.
fn take_scalars(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(take_scalars),
        Value::Object(entries) => {
            let is_free = !["enum", "const", "pattern"].iter().any(|key| entries.contains_key(*key));
            match entries.get_mut("type").filter(|_| is_free) {
                Some(kind) if *kind == "string" => *kind = json!(["string", "number", "boolean"]),
                Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "string") => {
                    kinds.extend(["number", "boolean"].map(Value::from));
                }
                _ => {}
            }
            entries.values_mut().for_each(take_scalars);
        }
        _ => {}
    }
}
