//! Connectors as people and scripts see them: sealed values show as `[HIDDEN]` (layer 4).

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::describe::reveal;
use crate::connector::Connector;
use crate::connector::catalogue::AuthMethod;
use crate::execcred::rfc3339;
use crate::ops::connector::describe::Described;
use crate::ops::connector::list::Listed;
use crate::ops::connector::logins;
use crate::output::{Named, Row, age, table};
use crate::stack::Component;
use crate::vault::content::Content;
use crate::vault::header::authority_hash;

const HIDDEN: &str = "[HIDDEN]";
const EMPTY: &str = "N/A";

/// A connector in a list.
pub(super) struct Summary(pub(super) Listed);

/// A connector in full.
pub(super) struct Description {
    pub(super) described: Described,
    /// What is sealed, where somebody shall see it.
    pub(super) secrets: Option<Content>,
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = visible(&self.0.connector);
        value["active"] = json!(self.0.active);
        value.serialize(serializer)
    }
}

impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let described = &self.described;
        let mut value = visible(&described.connector);
        if let Some(secrets) = &self.secrets {
            reveal(&mut value["configuration"], secrets);
        }
        value["active"] = json!(described.active);
        value["account"] = json!(described.header.as_ref().and_then(|header| header.account.clone()));
        value["unbound"] = json!(described.header.as_ref().is_some_and(|header| header.unbound));
        value["sealed"] = json!(described.header.is_some());
        value["contexts"] = json!(logins::contexts(&described.logins));
        let linked = described.components.iter().map(|one| json!({"type": one.kind, "name": one.name, "id": one.id}));
        value["components"] = linked.collect();
        value["users"] = described.logins.iter().map(|login| json!({"name": login.user, "file": login.file})).collect();
        value.serialize(serializer)
    }
}

impl Named for Summary {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        self.0.connector.name.clone()
    }
}

impl Row for Summary {
    fn columns(wide: bool) -> Vec<&'static str> {
        let columns = ["NAME", "TYPE", "AUTH", "RESOURCE NAME", "EXPIRES", "ACTIVE", "AGE"];
        let more: &[_] = if wide { &["ID", "RESOURCE TYPES", "SERVER", "LABELS"] } else { &[] };
        columns.into_iter().chain(more.iter().copied()).collect()
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let Listed { connector, active } = &self.0;
        let mut cells = vec![
            connector.name.clone(),
            connector.kind.clone(),
            connector.auth_method.clone(),
            connector.resource_name.clone(),
            expires(connector),
            if *active { "*".to_owned() } else { String::new() },
            age::age(connector.created_at, Timestamp::now()),
        ];
        if wide {
            let labels: Vec<_> = connector.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            cells.push(connector.id.clone());
            cells.push(connector.resource_types.join(","));
            cells.push(connector.configuration.server.clone());
            cells.push(if labels.is_empty() { "<none>".to_owned() } else { labels.join(",") });
        }
        cells
    }
}

impl Named for Description {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        self.described.connector.name.clone()
    }
}

impl Description {
    /// What `describe` prints: the tables of the seed, one below the other.
    pub(super) fn describe(&self) -> String {
        let Described { connector, header, holder, active, logins, components } = &self.described;
        let linked = components.iter().map(Component::described);
        let users: Vec<_> = linked.chain(logins::sentences(logins)).collect();
        let or_empty = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| EMPTY.to_owned());
        let seconds = |seconds: Option<u32>| or_empty(seconds.map(|seconds| format!("{seconds}s")));
        let sealed = match (header, holder) {
            (Some(header), Some(holder)) => format!("sealed under key {} ({holder})", header.key),
            _ => "missing: register this connector again".to_owned(),
        };
        let bound = match header {
            Some(header) if header.unbound => "no (see `kubectl zenml login --help`)",
            Some(_) => "yes",
            None => EMPTY,
        };
        let details = [
            ("ID", connector.id.clone()),
            ("Name", connector.name.clone()),
            ("Description", or_empty(connector.description.clone())),
            ("Type", connector.kind.clone()),
            ("Auth Method", connector.auth_method.clone()),
            ("Resource Types", connector.resource_types.join("\n")),
            ("Resource Name", connector.resource_name.clone()),
            ("Resource ID", or_empty(connector.resource_id.clone())),
            ("Account", or_empty(header.as_ref().and_then(|header| header.account.clone()))),
            ("Secret ID", or_empty(header.as_ref().map(|_| format!("{}.sealed", connector.id)))),
            ("Secret", sealed),
            ("Bound To Its Cluster", bound.to_owned()),
            ("Owner", "this user alone".to_owned()),
            ("Shared", "no".to_owned()),
            ("Session Duration", seconds(connector.expiration_seconds)),
            ("Expires At", or_empty(connector.expires_at.map(|end| rfc3339(end.as_second())))),
            ("Expires In", until(connector)),
            ("Expires Skew Tolerance", seconds(connector.expires_skew_tolerance)),
            ("Created At", rfc3339(connector.created_at.as_second())),
            ("Updated At", rfc3339(connector.updated_at.as_second())),
            ("Active", if *active { "yes" } else { "no" }.to_owned()),
            ("Used By", or_empty(Some(users.join("\n")))),
        ];
        let configuration = configuration_rows(connector, self.secrets.as_ref());
        let fields: Vec<(&str, String)> =
            configuration.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        let labels: Vec<_> = connector.labels.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let labels = if labels.is_empty() { "Labels:   <none>\n".to_owned() } else { indented("Labels", &labels) };
        table::fields(&details) + &indented("Configuration", &fields) + &labels
    }
}

/// How long a connector's credential will work, such as `47h`; `N/A` where nobody knows.
pub(super) fn until(connector: &Connector) -> String {
    match (connector.expires_at, renewed_by(connector)) {
        (None, Some(whom)) => format!("renewed by {whom}"),
        (None, None) => EMPTY.to_owned(),
        (Some(end), _) => match end.as_second() - Timestamp::now().as_second() {
            ..=0 => "expired".to_owned(),
            left => age::short(left),
        },
    }
}

fn renewed_by(connector: &Connector) -> Option<&'static str> {
    AuthMethod::find(&connector.auth_method).ok().and_then(AuthMethod::renewed_by)
}

fn expires(connector: &Connector) -> String {
    match (connector.expires_at, renewed_by(connector)) {
        (None, Some(_)) => "<renewed>".to_owned(),
        (None, None) => "<none>".to_owned(),
        _ => until(connector),
    }
}

/// The record, with a mark for each sealed field.
fn visible(connector: &Connector) -> Value {
    let mut value = serde_json::to_value(connector).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.remove("format");
        object.remove("secrets");
        object.remove("revision");
    }
    // What is open of a plugin or a proxy is shown, so only what is wholly sealed gets the mark.
    for field in connector.secrets.iter().filter(|field| !matches!(field.as_str(), "exec" | "proxy_url")) {
        value["configuration"][field] = json!(HIDDEN);
    }
    let proxy =
        connector.configuration.proxy_url.as_deref().filter(|_| connector.secrets.iter().any(|it| it == "proxy_url"));
    if let Some(url) = proxy {
        value["configuration"]["proxy_url"] = json!(with_hidden_user(url));
    }
    if let Some(args) = value.pointer_mut("/configuration/exec/args") {
        let count = args.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        *args = json!(vec![HIDDEN; count]);
    }
    if let Some(env) = value.pointer_mut("/configuration/exec/env").and_then(Value::as_object_mut) {
        env.values_mut().filter(|value| value.is_null()).for_each(|value| *value = json!(HIDDEN));
    }
    value
}

/// A proxy's URL whose user name or password is sealed.
pub(super) fn with_hidden_user(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, place)) => format!("{scheme}://{HIDDEN}@{place}"),
        None => format!("{HIDDEN}@{url}"),
    }
}

/// Each field of the configuration as text. A CA is told by its hash: nobody reads PEM.
fn configuration_rows(connector: &Connector, secrets: Option<&Content>) -> Vec<(String, String)> {
    let mut value = visible(connector)["configuration"].take();
    if let Some(secrets) = secrets {
        reveal(&mut value, secrets);
    }
    if let Some(pem) = &connector.configuration.certificate_authority {
        let hash =
            authority_hash(pem.as_bytes()).map_or_else(|_| "unreadable".to_owned(), |hash| format!("sha256:{hash}"));
        value["certificate_authority"] = json!(hash);
    }
    let mut rows = Vec::new();
    flatten("", value.as_object().unwrap_or(&Map::new()), &mut rows);
    rows
}

fn flatten(prefix: &str, object: &Map<String, Value>, rows: &mut Vec<(String, String)>) {
    for (key, value) in object {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) => flatten(&name, inner, rows),
            Value::Null => rows.push((name, EMPTY.to_owned())),
            Value::String(text) => rows.push((name, text.clone())),
            Value::Array(items) => {
                let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), ToOwned::to_owned);
                let texts: Vec<_> = items.iter().map(text).collect();
                rows.push((name, if texts.is_empty() { EMPTY.to_owned() } else { texts.join(", ") }));
            }
            other => rows.push((name, other.to_string())),
        }
    }
}

fn indented(title: &str, fields: &[(&str, String)]) -> String {
    let body: String = table::fields(fields).lines().map(|line| format!("  {line}\n")).collect();
    format!("{title}:\n{body}")
}
