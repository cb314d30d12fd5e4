//! What concerns a pod as a whole: where it may run, and what else its specification says (layer 1, pure).

use k8s_openapi::api::core::v1::PodSpec;

use super::object::{at, each, fitting, list, name_of, object_name, one_of, required, says, text, unique, within};
use super::{affinity, container, network, volumes};
use crate::document::Reader;
use crate::naming::{self, is_dns_label};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Labels that a node must have.
pub(super) fn selector(selector: &Reader<'_>) {
    if selector.node().kind() != "a mapping" {
        return;
    }
    for item in selector.items() {
        if let Some(fault) = naming::label_key_fault(item.key) {
            item.problem(fault);
        }
        if let Some(fault) = item.value.node().text().and_then(naming::label_value_fault) {
            item.value.problem(fault);
        }
    }
}

/// Taints that a pod tolerates.
pub(super) fn tolerations(tolerations: &Reader<'_>) {
    for one in each(tolerations) {
        // Lt and Gt are new: whether they work, only the server knows.
        one_of(&one, "operator", &["Exists", "Equal", "Lt", "Gt"]);
        one_of(&one, "effect", &EFFECTS);
        let exists = says(&one, "operator", "Exists");
        match text(&one, "key") {
            Some((key, reader)) => {
                if let Some(fault) = naming::label_key_fault(key) {
                    reader.problem(fault);
                }
            }
            None if !exists && !one.is_misspelled("key") && !one.is_misspelled("operator") => {
                one.problem("without a key, the operator is Exists: it tolerates every taint");
            }
            None => {}
        }
        match text(&one, "value") {
            Some((_, reader)) if exists => reader.problem("with the operator Exists there is no value"),
            Some((value, reader)) => {
                if let Some(fault) = naming::label_value_fault(value) {
                    reader.problem(fault);
                }
            }
            None => {}
        }
        if let Some(seconds) = at(&one, "tolerationSeconds")
            && !says(&one, "effect", "NoExecute")
        {
            seconds.problem("tolerationSeconds go with the effect NoExecute");
        }
    }
}

/// Names of Secrets.
pub(super) fn pull_secrets(secrets: &Reader<'_>) {
    let elements = if secrets.node().kind() == "a list" { secrets.elements() } else { Vec::new() };
    for element in &elements {
        name_of(element, "a Secret");
    }
}

/// Everything else that a pod's specification can say; `read` is what was read of it.
pub(super) fn additional(spec: &Reader<'_>, read: Option<&PodSpec>) {
    object_name(spec, "priorityClassName", "a PriorityClass");
    object_name(spec, "runtimeClassName", "a RuntimeClass");
    object_name(spec, "serviceAccountName", "a ServiceAccount");
    object_name(spec, "nodeName", "a node");
    fitting(spec, "hostname", is_dns_label, "name of a host");
    fitting(spec, "subdomain", is_dns_label, "subdomain");
    one_of(spec, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]);
    one_of(spec, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
    within(spec, "activeDeadlineSeconds", 1, i64::from(i32::MAX));
    let part = |key: &str, look: fn(&Reader<'_>)| {
        if let Some(found) = at(spec, key) {
            look(&found);
        }
    };
    part("nodeSelector", selector);
    part("affinity", affinity::check);
    part("tolerations", tolerations);
    part("securityContext", container::security);
    part("topologySpreadConstraints", spread);
    part("hostAliases", network::aliases);
    part("dnsConfig", network::dns);
    for secret in list(spec, "imagePullSecrets") {
        object_name(&secret, "name", "a Secret");
    }
    if let Some(found) = at(spec, "volumes") {
        volumes::check(&found, read.and_then(|spec| spec.volumes.as_deref()).unwrap_or_default());
    }
    let containers = [list(spec, "containers"), list(spec, "initContainers")].concat();
    unique(&containers, "name");
    for one in &containers {
        container::check(one);
    }
}

/// How evenly pods lie.
fn spread(constraints: &Reader<'_>) {
    for one in each(constraints) {
        required(&one, "topologyKey");
        within(&one, "maxSkew", 1, i64::from(i32::MAX));
        one_of(&one, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]);
        affinity::labels(&one);
    }
}
