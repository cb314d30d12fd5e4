//! The JSON schema of a service file, for editors (layer 1, pure). The settings' part comes from the types that are read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use super::file::{Deployer, Resources};
use crate::document::schema::{self, Scalar, Source};

/// The types of a service file's top level. What is in them is read by hand, because of templates.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A service of kubectl zenml")]
#[allow(dead_code, reason = "only its schema is used")]
struct File {
    /// The version of the format.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// What the file describes.
    kind: FileKind,
    /// The name of the deployment: a DNS label.
    #[schemars(regex(pattern = "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"))]
    name: String,
    /// The image.
    image: String,
    /// Replaces the image's entrypoint. May hold templates.
    command: Option<Vec<String>>,
    /// Replaces the image's arguments. May hold templates.
    args: Option<Vec<String>>,
    /// Where `deployment invoke` posts to. Default /invoke.
    #[schemars(regex(pattern = "^/"))]
    invoke_path: Option<String>,
    /// Values for the templates of this file: a default, or {type: …, required: true}.
    parameters: Option<BTreeMap<String, Value>>,
    /// Environment variables. May hold templates.
    environment: Option<BTreeMap<String, Scalar>>,
    /// Environment variables whose values are secret.
    secrets: Option<BTreeMap<String, Source>>,
    /// Amounts and what the deployer does.
    settings: Option<Settings>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its schema is used")]
enum FileKind {
    Service,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Settings {
    /// How much each pod gets, and how many there are.
    resources: Option<Resources>,
    /// What the deployer does.
    deployer: Option<Deployer>,
}

/// The schema.
pub fn schema() -> Value {
    schema::of::<File>("deployer", &["Settings"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::deployer::read::keys;

    fn keys_of(value: &Value) -> Vec<&str> {
        value["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_top_level_is_what_is_read() {
        let schema = schema();
        let mut accepted = keys::SERVICE.accepted.to_vec();
        let mut described = keys_of(&schema);
        accepted.sort_unstable();
        described.sort_unstable();
        assert_eq!(described, accepted);
        assert_eq!(schema["required"], json!(["version", "kind", "name", "image"]));
        assert_eq!(schema["properties"]["kind"]["$ref"], "#/$defs/FileKind");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let schema = schema();
        let mut waiting = vec![&schema];
        let mut seen = 0;
        while let Some(value) = waiting.pop() {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(target)) = map.get("$ref") {
                        let name = target.strip_prefix("#/$defs/").unwrap();
                        assert!(schema["$defs"].get(name).is_some(), "{target}");
                        seen += 1;
                    }
                    waiting.extend(map.values());
                }
                Value::Array(list) => waiting.extend(list),
                _ => {}
            }
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn every_setting_is_described() {
        let schema = schema();
        for part in ["Deployer", "Resources", "PodSettings", "File", "AuthKey"] {
            let part = if part == "File" { &schema } else { &schema["$defs"][part] };
            assert_eq!(part["additionalProperties"], false);
            for (key, value) in part["properties"].as_object().unwrap() {
                assert!(value.get("description").is_some(), "{key}: {value}");
            }
        }
    }
}
