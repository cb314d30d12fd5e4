//! The mapping `settings` of a service file (layer 1, pure).

use std::collections::BTreeMap;

use super::super::manifests::{MANAGED_BY_LABEL, NAME_LABEL};
use super::super::settings::{Probe, Resources, Settings};
use super::{keys, path};
use crate::document::settings::{Parts, amount, namespace};
use crate::document::{Fields, Item, Reader, later};
use crate::{naming, quantity};

/// Labels that are ours, or that the orchestrator and the seeds give another meaning.
const RESERVED: [&str; 5] = ["run", "pipeline", "step", MANAGED_BY_LABEL, NAME_LABEL];
const RESERVED_PREFIX: &str = "zenml.io/";
/// The API server's limit for all annotations of an object, in bytes.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// The settings, and the deployer's own fields for what the top level may say instead.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) settings: Settings,
    pub(super) deployer: Option<Fields<'a>>,
}

pub(super) fn read<'a>(reader: &Reader<'a>) -> Found<'a> {
    let Parts { resources, own: deployer } = keys::SETTINGS.read(reader);
    let mut settings = Settings::default();
    if let Some(fields) = &deployer {
        of_fields(fields, &mut settings);
    }
    if let Some(fields) = &resources {
        settings.resources = amounts(fields);
    }
    settings.replicas = replicas(resources.as_ref(), deployer.as_ref()).unwrap_or(settings.replicas);
    Found { settings, deployer }
}

fn of_fields(fields: &Fields<'_>, settings: &mut Settings) {
    settings.namespace = fields.get("namespace").and_then(|reader| namespace(&reader));
    if let Some(reader) = fields.get("service_type")
        && let Some(kind) = reader.one_of(&["ClusterIP", "NodePort", "LoadBalancer"])
        && kind != "ClusterIP"
    {
        reader.problem(later(&format!("service_type \"{kind}\"")));
    }
    if let Some(port) = fields.get("service_port").and_then(|reader| within(&reader, 1, 65535)) {
        settings.service_port = u16::try_from(port).unwrap_or(settings.service_port);
    }
    probe(fields, "readiness", &mut settings.readiness);
    probe(fields, "liveness", &mut settings.liveness);
    settings.labels = fields.get("labels").map(|reader| labels(&reader)).unwrap_or_default();
    settings.annotations = fields.get("annotations").map(|reader| annotations(&reader)).unwrap_or_default();
}

fn probe(fields: &Fields<'_>, which: &str, probe: &mut Probe) {
    let reader = |what: &str| fields.get(&format!("{which}_probe_{what}"));
    let seconds = |what: &str, least: i32, default: i32| {
        reader(what).and_then(|reader| within(&reader, least, i32::MAX)).unwrap_or(default)
    };
    probe.initial_delay = seconds("initial_delay", 0, probe.initial_delay);
    probe.period = seconds("period", 1, probe.period);
    probe.timeout = seconds("timeout", 1, probe.timeout);
    probe.failure_threshold = seconds("failure_threshold", 1, probe.failure_threshold);
    if let Some(path) = reader("path").and_then(|reader| path(&reader)) {
        probe.path = path;
    }
}

fn amounts(fields: &Fields<'_>) -> Resources {
    let default = Resources::default();
    Resources {
        cpu: amount(fields, "cpu_count", quantity::cpu).unwrap_or(default.cpu),
        memory: amount(fields, "memory", quantity::memory).unwrap_or(default.memory),
    }
}

/// The fixed number of pods: `replicas`, or one or two equal bounds.
fn replicas(resources: Option<&Fields<'_>>, deployer: Option<&Fields<'_>>) -> Option<i32> {
    let bound = |key: &str| resources.and_then(|fields| fields.get(key));
    let (lower, upper) = (bound("min_replicas"), bound("max_replicas"));
    let least = lower.as_ref().and_then(|reader| count(reader));
    let most = upper.as_ref().and_then(|reader| count(reader));
    if let (Some(reader), Some(least), Some(most)) = (&upper, least, most)
        && least != most
    {
        reader.problem(if least > most {
            format!("max_replicas {most} is less than min_replicas {least}")
        } else {
            later("autoscaling between different min_replicas and max_replicas")
        });
    }
    let bounded = least.or(most);
    let fixed = deployer.and_then(|fields| fields.get("replicas"));
    let wanted = fixed.as_ref().and_then(|reader| count(reader));
    if let (Some(reader), Some(wanted), Some(bounded)) = (&fixed, wanted, bounded)
        && wanted != bounded
    {
        reader.problem(format!("settings.resources asks for {bounded} replicas: keep one of them"));
    }
    wanted.or(bounded)
}

fn count(reader: &Reader<'_>) -> Option<i32> {
    if reader.node().text() == Some("0") {
        reader.problem("with 0 replicas nothing answers, and nothing would ever start them: at least 1");
        return None;
    }
    within(reader, 1, i32::MAX)
}

fn within(reader: &Reader<'_>, least: i32, most: i32) -> Option<i32> {
    let number = reader.integer()?;
    let fits = i32::try_from(number).ok().filter(|number| (least..=most).contains(number));
    if fits.is_none() {
        reader.problem(format!("{number} is out of range: {least} to {most}"));
    }
    fits
}

/// Labels of the user's own.
fn labels(reader: &Reader<'_>) -> BTreeMap<String, String> {
    for item in own_items(reader) {
        if let Some(fault) = naming::label_key_fault(item.key) {
            item.problem(fault);
        }
        if let Some(fault) = item.value.node().text().and_then(naming::label_value_fault) {
            item.value.problem(fault);
        }
    }
    reader.texts()
}

/// Annotations of the user's own.
fn annotations(reader: &Reader<'_>) -> BTreeMap<String, String> {
    for item in own_items(reader) {
        // Unlike a label's, the prefix may have capitals: the API server does not look at them.
        if let Some(fault) = naming::label_key_fault(&item.key.to_ascii_lowercase()) {
            item.problem(fault);
        }
    }
    let annotations = reader.texts();
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > MOST_ANNOTATIONS {
        reader
            .problem(format!("annotations have at most {MOST_ANNOTATIONS} bytes, with their keys; these have {size}"));
    }
    annotations
}

/// The entries whose keys are not reserved; reports the others.
fn own_items<'a>(reader: &Reader<'a>) -> Vec<Item<'a>> {
    let is_reserved = |item: &Item<'_>| RESERVED.contains(&item.key) || item.key.starts_with(RESERVED_PREFIX);
    let (reserved, own): (Vec<_>, Vec<_>) = reader.items().into_iter().partition(is_reserved);
    for item in reserved {
        item.problem(format!("\"{}\" is reserved", item.key));
    }
    own
}
