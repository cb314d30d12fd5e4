//! As much of JSON Schema (2020-12) as our schemas use; a keyword that is new here is an error, so that none is passed over.

use serde_json::{Map, Value};

/// What of `value` the schema `root` does not allow, each with its path.
pub fn violations(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Check { root }.check(root, value, "", &mut found);
    found
}

/// Says something about schemas, and nothing about values.
const REMARKS: [&str; 8] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "default",
    "format",
    "x-kubernetes-int-or-string",
    "additionalProperties",
];

struct Check<'s> {
    root: &'s Value,
}

impl Check<'_> {
    fn check(&self, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
        let Value::Object(schema) = schema else {
            let allowed = schema.as_bool().unwrap_or_else(|| panic!("no schema: {schema}"));
            found.extend((!allowed).then(|| format!("{path}: not allowed")));
            return;
        };
        for (keyword, wanted) in schema {
            let fine = match keyword.as_str() {
                "$ref" => {
                    let pointer = wanted.as_str().and_then(|text| text.strip_prefix('#')).unwrap();
                    let target = self.root.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"));
                    self.check(target, value, path, found);
                    true
                }
                "type" => one_or_many(wanted).iter().any(|name| has_type(value, name.as_str().unwrap())),
                "const" => value == wanted,
                "enum" => wanted.as_array().unwrap().contains(value),
                "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
                "pattern" => value.as_str().is_none_or(|text| matches(wanted.as_str().unwrap(), text)),
                "minProperties" => value.as_object().is_none_or(|map| map.len() as u64 >= wanted.as_u64().unwrap()),
                "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= wanted.as_u64().unwrap()),
                "anyOf" => wanted.as_array().unwrap().iter().any(|one| self.allows(one, value)),
                "oneOf" => wanted.as_array().unwrap().iter().filter(|one| self.allows(one, value)).count() == 1,
                "required" => value.as_object().is_none_or(|object| {
                    wanted.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap()))
                }),
                "items" => {
                    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{path}/{at}"), found);
                    }
                    true
                }
                "properties" | "patternProperties" => true,
                remark if REMARKS.contains(&remark) => true,
                other => panic!("unknown keyword {other}"),
            };
            found.extend((!fine).then(|| format!("{path}: {keyword} is {wanted}")));
        }
        if let Some(object) = value.as_object() {
            self.members(schema, object, path, found);
        }
    }

    fn members(&self, schema: &Map<String, Value>, object: &Map<String, Value>, path: &str, found: &mut Vec<String>) {
        for (key, member) in object {
            let named = schema.get("properties").and_then(|named| named.get(key));
            let by_pattern = schema.get("patternProperties").and_then(|patterns| {
                patterns
                    .as_object()
                    .unwrap()
                    .iter()
                    .find(|(pattern, _)| matches(pattern, key))
                    .map(|(_, schema)| schema)
            });
            if let Some(wanted) = named.or(by_pattern).or_else(|| schema.get("additionalProperties")) {
                self.check(wanted, member, &format!("{path}/{key}"), found);
            }
        }
    }

    fn allows(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found.is_empty()
    }
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}

/// The patterns of our schemas.
fn matches(pattern: &str, text: &str) -> bool {
    let is_label = |text: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(inner)
            && !text.ends_with('-')
    };
    match pattern {
        "^/" => text.starts_with('/'),
        r"^\{\{.*\}\}$" => text.starts_with("{{") && text.ends_with("}}"),
        "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" => is_label(text),
        r"^deployer(\.kubernetes|:.*[^ ].*)$" => is_named(text, "deployer"),
        r"^orchestrator(\.kubernetes|:.*[^ ].*)$" => is_named(text, "orchestrator"),
        "^[a-z0-9]+(_[a-z0-9]+)+$" => {
            let is_word =
                |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
            text.contains('_') && text.split('_').all(is_word)
        }
        other => panic!("unknown pattern {other}"),
    }
}

/// Whether `text` is another name of a component's settings.
fn is_named(text: &str, component: &str) -> bool {
    match text.strip_prefix(component) {
        Some(".kubernetes") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|name| !name.trim().is_empty()),
        None => false,
    }
}
