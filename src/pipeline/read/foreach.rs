//! `foreach` of a step: a list, or a template that is one (layer 1, pure).

use std::collections::BTreeSet;

use super::super::late::Reference;
use super::super::parameters::ParameterType;
use super::super::render::too_many;
use super::super::spec::{Foreach, ItemValue, MOST_ITEMS};
use super::super::template::{InStep, Scope, Template};
use crate::document::{Reader, Value};

const EXPECTED: &str = "expected a list, or a template that is one: \"{{ parameters.x }}\" or \"{{ steps.x.output }}\"";

/// Reads what the step has instances for. The scope is that of the step.
pub(super) fn read(reader: &Reader<'_>, scope: Scope<'_>) -> Option<Foreach> {
    let scope = Scope { step: scope.step.map(|step| InStep { item: false, ..step }), ..scope };
    match &reader.node().value {
        Value::List(items) if items.len() > MOST_ITEMS => {
            reader.problem(too_many(items.len()).to_string());
            None
        }
        Value::List(_) => {
            let items = reader.elements();
            Some(Foreach::Items(items.iter().filter_map(|item| value(item, scope)).collect()))
        }
        Value::String(_) => template(reader, scope),
        _ => {
            reader.problem(format!("{EXPECTED}, found {}", reader.node().kind()));
            None
        }
    }
}

/// Reports the items of a list that lack a key which the step refers to.
pub(super) fn check_keys<'t>(reader: &Reader<'_>, templates: impl Iterator<Item = &'t Template>) {
    let Value::List(items) = &reader.node().value else { return };
    let key = |reference: &Reference| match reference {
        Reference::Item { key } => key.clone(),
        _ => None,
    };
    let keys: BTreeSet<String> = templates.flat_map(Template::late).filter_map(key).collect();
    for (reader, item) in reader.elements().iter().zip(items) {
        let has =
            |key: &str| matches!(&item.value, Value::Map(entries) if entries.iter().any(|entry| entry.key == key));
        for key in keys.iter().filter(|key| !has(key)) {
            reader.problem(format!("the item has no key \"{key}\", and the step refers to `{{{{ item.{key} }}}}`"));
        }
    }
}

fn template(reader: &Reader<'_>, scope: Scope<'_>) -> Option<Foreach> {
    let template = Template::read_whole(reader, scope)?;
    if let Some(name) = template.parameter() {
        let declared = scope.parameters.iter().find(|parameter| parameter.name == name);
        if declared.is_none_or(|parameter| parameter.kind != ParameterType::List) {
            reader.problem(format!("parameter \"{name}\" is no list, which foreach needs"));
        }
        let default = declared.and_then(|parameter| parameter.default.as_ref()?.as_array());
        if let Some(items) = default.filter(|items| items.len() > MOST_ITEMS) {
            reader.problem(format!("parameter \"{name}\" has by default {}", too_many(items.len())));
        }
        return Some(Foreach::Parameter(name.to_owned()));
    }
    if let Some(output @ (Reference::Output { .. } | Reference::Outputs { .. })) = template.output() {
        return Some(Foreach::Output(output.clone()));
    }
    reader.problem(EXPECTED);
    None
}

fn value(reader: &Reader<'_>, scope: Scope<'_>) -> Option<ItemValue> {
    Some(match &reader.node().value {
        Value::String(_) => {
            let template = Template::read(reader, scope)?;
            if template.late().next().is_some() {
                reader.problem("an item cannot hold the output of a step; the whole list can be one");
                return None;
            }
            ItemValue::Text(template)
        }
        Value::List(_) => ItemValue::List(reader.elements().iter().filter_map(|item| value(item, scope)).collect()),
        Value::Map(_) => {
            let items = reader.items();
            let entry = |item: &crate::document::Item<'_>| Some((item.key.to_owned(), value(&item.value, scope)?));
            ItemValue::Map(items.iter().filter_map(entry).collect())
        }
        _ => {
            reader.report_numbers();
            ItemValue::Scalar(reader.node().to_json())
        }
    })
}
