//! Affinity to nodes and to other pods (layer 1, pure).

use super::object::{at, integer, list, one_of, required, text};
use super::pod;
use crate::document::Reader;
use crate::naming;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const OF_LABELS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];
const OF_NODES: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// All of it.
pub(super) fn check(affinity: &Reader<'_>) {
    if let Some(nodes) = at(affinity, "nodeAffinity") {
        if let Some(required) = at(&nodes, REQUIRED) {
            let terms = list(&required, "nodeSelectorTerms");
            if terms.is_empty() && at(&required, "nodeSelectorTerms").is_none_or(|it| it.node().kind() == "a list") {
                required.problem("\"nodeSelectorTerms\" needs at least one");
            }
            for term in &terms {
                expressions_of_node(term);
            }
        }
        for preferred in list(&nodes, PREFERRED) {
            weight(&preferred);
            if let Some(preference) = at(&preferred, "preference") {
                expressions_of_node(&preference);
            }
        }
    }
    for pods in ["podAffinity", "podAntiAffinity"].iter().filter_map(|key| at(affinity, key)) {
        for term in list(&pods, REQUIRED) {
            pod_term(&term);
        }
        for preferred in list(&pods, PREFERRED) {
            weight(&preferred);
            if let Some(term) = at(&preferred, "podAffinityTerm") {
                pod_term(&term);
            }
        }
    }
}

fn weight(preferred: &Reader<'_>) {
    if let Some((number, reader)) = integer(preferred, "weight").filter(|(number, _)| !(1..=100).contains(number)) {
        reader.problem(format!("{number} is out of range: 1 to 100"));
    }
}

fn pod_term(term: &Reader<'_>) {
    required(term, "topologyKey");
    labels(term);
}

/// The selector of pods in `holder`.
pub(super) fn labels(holder: &Reader<'_>) {
    if let Some(selector) = at(holder, "labelSelector") {
        if let Some(labels) = at(&selector, "matchLabels") {
            pod::selector(&labels);
        }
        for one in list(&selector, "matchExpressions") {
            expression(&one, &OF_LABELS);
        }
    }
}

fn expressions_of_node(term: &Reader<'_>) {
    for one in list(term, "matchExpressions") {
        expression(&one, &OF_NODES);
    }
}

fn expression(one: &Reader<'_>, operators: &[&str]) {
    if let Some((key, reader)) = required(one, "key")
        && let Some(fault) = naming::label_key_fault(key)
    {
        reader.problem(fault);
    }
    one_of(one, "operator", operators);
    let values = at(one, "values").filter(|values| values.node().kind() == "a list");
    let count = values.as_ref().map_or(0, |values| values.elements().len());
    let fault = match text(one, "operator").map(|(operator, _)| operator) {
        Some("In" | "NotIn") if count == 0 => "the operators In and NotIn need values",
        Some("Exists" | "DoesNotExist") if count > 0 => "the operators Exists and DoesNotExist have no values",
        Some("Gt" | "Lt") if count != 1 => "the operators Gt and Lt have one value",
        Some(_) => return,
        None => return one.missing("operator"),
    };
    one.problem(fault);
}
