//! From the text of a flag to the value of a configuration key (layer 1, pure).

use serde_json::{Number, Value};

use super::key::{Key, Purpose, Type};
use crate::document::{Document, Reader};
use crate::error::{Error, Result};
use crate::image::reference;
use crate::naming;
use crate::pod_settings;

/// The value of `key` that `text` says. Lists and mappings are YAML or JSON, or short: `a,b` and `a=b,c=d`.
pub fn parse(key: &Key, text: &str) -> Result<Value> {
    read(key, text).map_err(|error| match error.hints() {
        [] => error.hint(format!("{} is for: {}", flag(key), key.doc)),
        _ => error,
    })
}

fn read(key: &Key, text: &str) -> Result<Value> {
    if let Purpose::Refused { why, instead } = key.purpose {
        return Err(Error::usage(format!("{} cannot be set: {why}", key.name)).hint(instead));
    }
    let refused = |why: String| Error::usage(format!("{}: {why}", flag(key)));
    match key.kind {
        Type::PodSettings | Type::Mapping => mapping(key, text),
        Type::Texts => texts(key, text),
        Type::Map => map(key, text),
        kind => scalar(kind, text.trim()).map_err(refused),
    }
}

/// The flag of `key`.
pub fn flag(key: &Key) -> String {
    format!("--{}", key.name.replace('_', "-"))
}

fn scalar(kind: Type, text: &str) -> Result<Value, String> {
    let fits = |fits: bool, what: &str| {
        if fits { Ok(Value::from(text)) } else { Err(format!("\"{}\" is {what}", text.escape_debug())) }
    };
    match kind {
        Type::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(format!("\"{}\" is neither true nor false", text.escape_debug())),
        },
        Type::Integer { least, most } => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(number.into()),
            Ok(number) => Err(format!("{number} is out of range: {least} to {most}")),
            Err(_) => Err(format!("\"{}\" is no whole number", text.escape_debug())),
        },
        Type::Number { least } => match text.parse::<f64>().ok().and_then(Number::from_f64) {
            Some(number) if number.as_f64() >= Some(least) => Ok(number.into()),
            Some(number) => Err(format!("{number} is less than {least}")),
            None => Err(format!("\"{}\" is no number", text.escape_debug())),
        },
        Type::Choice(choices) => {
            let found = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
            let none = || format!("\"{}\" is none of {}", text.escape_debug(), choices.join(", "));
            found.map(|choice| Value::from(*choice)).ok_or_else(none)
        }
        Type::Namespace => fits(naming::is_dns_label(text), "no name of a namespace"),
        Type::Image => fits(reference::is_valid(text), "no image name"),
        Type::Path => fits(text.starts_with('/') && !text.contains(char::is_whitespace), "no path such as /healthz"),
        Type::Text | Type::Texts | Type::Map | Type::PodSettings | Type::Mapping if text.is_empty() => {
            Err("it must not be empty; --remove-attr of `update` takes a key away".to_owned())
        }
        Type::Text | Type::Texts | Type::Map | Type::PodSettings | Type::Mapping => {
            fits(!text.contains(char::is_control), "not one line of text")
        }
    }
}

fn mapping(key: &Key, text: &str) -> Result<Value> {
    let document = Document::parse(&flag(key), text)?;
    let root = document.root();
    match key.kind {
        Type::PodSettings => drop(pod_settings::read(&root, &[])),
        _ => drop(root.items()),
    }
    let value = root.node().to_json();
    document.finish(value).map_err(|error| error.of_kind(crate::error::Kind::Usage))
}

fn texts(key: &Key, text: &str) -> Result<Value> {
    if text.trim_start().starts_with(['[', '-']) {
        let document = Document::parse(&flag(key), text)?;
        let list: Vec<String> = document.root().elements().iter().filter_map(Reader::text).collect();
        return document.finish(list.into());
    }
    text.split(',')
        .map(|item| scalar(Type::Text, item.trim()))
        .collect::<Result<Value, _>>()
        .map_err(|why| Error::usage(format!("{}: {why}", flag(key))))
}

fn map(key: &Key, text: &str) -> Result<Value> {
    if text.trim_start().starts_with('{') || text.contains(": ") {
        let document = Document::parse(&flag(key), text)?;
        let map = document.root().texts();
        return document.finish(map.into_iter().map(|(name, value)| (name, Value::from(value))).collect());
    }
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), Value::from(value.trim()))),
        _ => Err(Error::usage(format!("{}: write key=value, or a YAML mapping", flag(key)))),
    };
    text.split(',').map(pair).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Kind;
    use super::*;

    fn parsed(kind: Kind, name: &str, text: &str) -> Result<Value> {
        parse(kind.keys().iter().find(|key| key.name == name).unwrap(), text)
    }

    #[test]
    fn each_type_takes_what_it_means() {
        let cases = [
            (Kind::Orchestrator, "incluster", "True", json!(true)),
            (Kind::Orchestrator, "max_parallelism", "4", json!(4)),
            (Kind::Orchestrator, "parallel_step_startup_waiting_period", "1.5", json!(1.5)),
            (Kind::Orchestrator, "concurrency_policy", "forbid", json!("Forbid")),
            (Kind::Orchestrator, "kubernetes_namespace", "ml", json!("ml")),
            (Kind::Orchestrator, "fail_on_container_waiting_reasons", "A, B", json!(["A", "B"])),
            (Kind::Deployer, "command", "[uvicorn, 8]", json!(["uvicorn", "8"])),
            (Kind::Deployer, "labels", "team=ml, x=1", json!({"team": "ml", "x": "1"})),
            (Kind::Deployer, "labels", "{team: ml, x: 1}", json!({"team": "ml", "x": "1"})),
            (Kind::Deployer, "pod_settings", "{host_ipc: true}", json!({"host_ipc": true})),
            (Kind::Deployer, "readiness_probe_path", "/healthz", json!("/healthz")),
        ];
        for (kind, name, text, value) in cases {
            assert_eq!(parsed(kind, name, text).unwrap(), value, "{name}");
        }
    }

    #[test]
    fn a_wrong_value_is_one_error_that_names_the_flag() {
        let cases = [
            (Kind::Orchestrator, "incluster", "yes", "--incluster: \"yes\" is neither true nor false"),
            (Kind::Orchestrator, "max_parallelism", "0", "--max-parallelism: 0 is out of range: 1 to 2147483647"),
            (Kind::Orchestrator, "kubernetes_namespace", "A_b", "--kubernetes-namespace: \"A_b\" is no name of"),
            (Kind::Orchestrator, "kubernetes_context", "", "--kubernetes-context: it must not be empty"),
            (Kind::Orchestrator, "orchestrator_image", "a b", "--orchestrator-image: \"a b\" is no image name"),
            (Kind::Deployer, "service_port", "99999", "--service-port: 99999 is out of range: 1 to 65535"),
            (Kind::Deployer, "service_type", "x", "--service-type: \"x\" is none of ClusterIP, NodePort, LoadBalancer"),
            (Kind::Deployer, "labels", "team", "--labels: write key=value"),
            (Kind::Deployer, "pod_settings", "{node_selector: {}}", "did you mean \"node_selectors\"?"),
            (Kind::Deployer, "pod_settings", "{env: [{value: x}]}", "\"name\" is required"),
            (Kind::Orchestrator, "pod_settings", "{host_ipc: perhaps}", "host_ipc"),
            (Kind::Deployer, "auth_key", "hush", "auth_key cannot be set: a key is a secret"),
        ];
        for (kind, name, text, expected) in cases {
            let error = parsed(kind, name, text).unwrap_err().render();
            assert!(error.contains(expected) && !error.contains("hush"), "{name}: {error}");
        }
    }
}
