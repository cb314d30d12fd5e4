//! The catalogue as data: what `list-types` and `describe-type` print, and the JSON schema of a configuration (layer 1).

use serde_json::{Map, Value, json};

use super::table::FIELDS;
use super::{AuthMethod, ConnectorType, Ends, Field, Kind, Need, ResourceType};

/// What a record shows beside the fields that can be given: its path, and what it is.
const SHOWN: [(&str, &str); 1] =
    [("exec.directory", "Exec plugin: the directory that its relative command counts from")];

/// A whole type, with `methods` of its methods.
pub fn connector_type(kind: &ConnectorType, methods: &[&AuthMethod]) -> Value {
    json!({
        "name": kind.title,
        "connector_type": kind.name,
        "description": kind.text,
        "resource_types": kind.resource_types.iter().map(resource_type).collect::<Vec<_>>(),
        "auth_methods": methods.iter().map(|about| method(about)).collect::<Vec<_>>(),
        "auto_configuration": kind.auto_configures,
        "local": kind.local,
        "remote": kind.remote,
    })
}

fn resource_type(kind: &ResourceType) -> Value {
    json!({
        "resource_type": kind.name,
        "name": kind.title,
        "description": kind.text,
        "supports_instances": kind.instances,
    })
}

fn method(about: &AuthMethod) -> Value {
    let rights =
        about.rights.iter().map(|right| json!({"verb": right.verb, "resource": right.resource, "why": right.why}));
    json!({
        "auth_method": about.name,
        "name": about.title,
        "description": about.text,
        "auto_configured_from": about.lifted_from,
        "temporary_credentials": about.temporary,
        "expires": about.ends == Ends::WithCredential,
        "renewed_by": about.renewed_by(),
        "rights": rights.collect::<Vec<_>>(),
        "fields": fields(about).map(field).collect::<Vec<_>>(),
        "configuration_schema": configuration(about),
    })
}

/// The fields of a connector of this method. One that needs another credential may have those of every method.
pub fn fields(about: &AuthMethod) -> impl Iterator<Item = &'static Field> {
    let (own, base) = (about.method, about.method.needs_base());
    FIELDS.iter().filter(move |field| field.method.is_none_or(|method| base || method == own))
}

/// Whether a connector of this method must have the field, in one way or another.
pub fn is_required(field: &Field, about: &AuthMethod) -> bool {
    let own = field.method.is_none_or(|method| method == about.method);
    own && matches!(field.need, Need::Required | Need::Derived(_))
}

fn field(field: &Field) -> Value {
    let default = match field.need {
        Need::Default(text) | Need::Derived(text) => Some(text),
        Need::Required | Need::Either | Need::Optional => None,
    };
    json!({
        "name": field.path,
        "flag": format!("--{}", field.flag),
        "title": field.title,
        "auth_method": field.method.map(super::Method::name),
        "required": field.need == Need::Required,
        "one_of_several": field.need == Need::Either,
        "secret": field.secret,
        "repeats": field.repeats(),
        "default": default,
        "needs": field.needs.iter().map(|id| id.field().path).collect::<Vec<_>>(),
    })
}

/// The JSON schema of the `configuration` of a connector of this method, as `connector describe -o json` shows it: sealed
/// values are strings there, too.
fn configuration(about: &AuthMethod) -> Value {
    let mut root = object();
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!(format!("Configuration of a connector with the auth method {}", about.name));
    for field in fields(about) {
        let required = is_required(field, about);
        let (parent, key) = place(&mut root, field.path, required);
        // Part of what may be missing, without which the rest of that is nothing.
        if required || (field.need == Need::Required && field.path.contains('.')) {
            push(parent, key);
        }
        entry(parent, "properties", || json!({}))[key] = value(field);
    }
    for (path, title) in SHOWN {
        let part = path.split('.').next().unwrap_or_default();
        if root["properties"].get(part).is_some() {
            let (parent, key) = place(&mut root, path, false);
            entry(parent, "properties", || json!({}))[key] =
                json!({"type": ["string", "null"], "title": title, "readOnly": true});
        }
    }
    conditions(&mut root, about);
    root
}

/// What goes with what, and what one of must be there.
fn conditions(root: &mut Value, about: &AuthMethod) {
    let whole = |field: &&Field| !field.path.contains('.');
    for field in fields(about).filter(whole) {
        let needs: Vec<_> = field.needs.iter().map(|id| id.field().path).collect();
        if !needs.is_empty() {
            entry(root, "dependentRequired", || json!({}))[field.path] = json!(needs);
        }
    }
    let ways = about.method.fields().filter(|field| field.need == Need::Either);
    let ways: Vec<_> = ways.map(|field| json!({"required": [field.path]})).collect();
    if !ways.is_empty() {
        root["anyOf"] = json!(ways);
    }
}

/// The object that has the last key of `path`, which is made where it is missing, and that key. Where the value is
/// `required`, so is all that it stands in.
fn place<'v, 'p>(root: &'v mut Value, path: &'p str, required: bool) -> (&'v mut Value, &'p str) {
    let (parents, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut parent = root;
    for step in parents.split('.').filter(|step| !step.is_empty()) {
        if required {
            push(parent, step);
        }
        parent = entry(entry(parent, "properties", || json!({})), step, object);
    }
    (parent, key)
}

fn object() -> Value {
    json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false})
}

fn entry<'v>(value: &'v mut Value, key: &str, default: impl FnOnce() -> Value) -> &'v mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if value.get(key).is_none() {
        value[key] = default();
    }
    &mut value[key]
}

fn push(value: &mut Value, key: &str) {
    if let Some(required) = value["required"].as_array_mut().filter(|required| !required.contains(&json!(key))) {
        required.push(json!(key));
    }
}

fn value(field: &Field) -> Value {
    let text = json!({"type": "string"});
    let list = json!({"type": "array", "items": text});
    let mut schema = match field.kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Texts => list,
        Kind::Variables => json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}}),
        Kind::Extra => json!({"type": "object", "additionalProperties": list}),
        Kind::Account => json!({
            "type": "object",
            "properties": {"namespace": text, "name": text},
            "required": ["namespace", "name"],
            "additionalProperties": false,
        }),
        Kind::Choice(values) => json!({"type": "string", "enum": values}),
        Kind::Text
        | Kind::Url
        | Kind::Proxy
        | Kind::ServerName
        | Kind::Namespace
        | Kind::Pem
        | Kind::Secret
        | Kind::Path => {
            let optional = field.need == Need::Optional;
            json!({"type": if optional { json!(["string", "null"]) } else { json!("string") }})
        }
    };
    schema["title"] = json!(field.title);
    if let Need::Default(text) = field.need {
        schema["default"] = if field.kind == Kind::Flag { json!(text == "true") } else { json!(text) };
    }
    if field.secret {
        schema["writeOnly"] = json!(true);
    }
    schema
}
