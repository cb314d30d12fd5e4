//! How a container is reached and asked: its ports, probes and hooks (layer 1, pure).

use super::object::{at, each, exactly_one, list, one_of, required, text, unique, within};
use crate::document::{Reader, Value};

/// The probes of a container.
pub(super) const KINDS: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];
/// How a probe asks.
pub(super) const HANDLERS: [&str; 4] = ["exec", "httpGet", "tcpSocket", "grpc"];

const MOST: i64 = 65535;

/// The ports that a container has.
pub(super) fn ports(ports: &Reader<'_>) {
    let elements = each(ports);
    unique(&elements, "name");
    for one in &elements {
        required(one, "containerPort");
        within(one, "containerPort", 1, MOST);
        // 0 is none.
        within(one, "hostPort", 0, MOST);
        one_of(one, "protocol", &["TCP", "UDP", "SCTP"]);
        if let Some((name, reader)) = text(one, "name") {
            name_fault(name, &reader);
        }
    }
}

fn name_fault(name: &str, reader: &Reader<'_>) {
    const LENGTH: usize = 15;
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let has_letter = name.contains(|c: char| c.is_ascii_lowercase());
    let is_bounded = !name.starts_with('-') && !name.ends_with('-') && !name.contains("--");
    if name.len() > LENGTH || !name.chars().all(is_inner) || !has_letter || !is_bounded {
        reader.problem(format!(
            "\"{}\" is no name of a port: use lower-case letters, a letter at least, digits and single `-` between \
             them, at most {LENGTH}",
            name.escape_debug()
        ));
    }
}

/// A probe. How it asks may stand at another level: [`super::whole`] sees to it.
pub(super) fn check(probe: &Reader<'_>, kind: &str) {
    for handler in ["httpGet", "tcpSocket"].iter().filter_map(|key| at(probe, key)) {
        network(&handler);
    }
    command(probe);
    if let Some(grpc) = at(probe, "grpc") {
        required(&grpc, "port");
        within(&grpc, "port", 1, MOST);
    }
    for key in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"] {
        within(probe, key, 0, i64::from(i32::MAX));
    }
    // 0 is the default, as the API server takes it.
    within(probe, "successThreshold", 0, if kind == "readinessProbe" { i64::from(i32::MAX) } else { 1 });
    match at(probe, "terminationGracePeriodSeconds") {
        Some(grace) if kind == "readinessProbe" => grace.problem("a readiness probe ends nothing: leave it out"),
        Some(_) => within(probe, "terminationGracePeriodSeconds", 1, i64::MAX),
        None => {}
    }
}

/// What runs after a container's start and before its end.
pub(super) fn lifecycle(lifecycle: &Reader<'_>) {
    for hook in ["postStart", "preStop"].iter().filter_map(|key| at(lifecycle, key)) {
        if exactly_one(&hook, &["exec", "httpGet", "tcpSocket", "sleep"]) {
            for handler in ["httpGet", "tcpSocket"].iter().filter_map(|key| at(&hook, key)) {
                network(&handler);
            }
            command(&hook);
        }
    }
}

fn command(handler: &Reader<'_>) {
    let Some(exec) = at(handler, "exec") else { return };
    match at(&exec, "command") {
        Some(words) if words.node().value == Value::List(Vec::new()) => words.problem("must not be empty"),
        None if exec.node().kind() == "a mapping" => exec.missing("command"),
        _ => {}
    }
}

fn network(handler: &Reader<'_>) {
    required(handler, "port");
    one_of(handler, "scheme", &["HTTP", "HTTPS"]);
    if let Some(port) = at(handler, "port") {
        match &port.node().value {
            Value::String(name) => name_fault(name, &port),
            _ => within(handler, "port", 1, MOST),
        }
    }
    for header in list(handler, "httpHeaders") {
        if let Some((name, reader)) = required(&header, "name")
            && !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        {
            reader.problem(format!("\"{}\" is no name of a header: use letters, digits and `-`", name.escape_debug()));
        }
    }
}
