//! An object of Kubernetes as it stands in a file, whichever way its keys are spelled (layer 1, pure). What has not the
//! right shape is no concern here: it was reported when it was read.

use std::collections::BTreeSet;

use crate::document::Reader;
use crate::naming;

/// The value of `key`, which is camelCase, or `snake_case` as in the Python client.
pub(super) fn at<'a>(object: &Reader<'a>, key: &str) -> Option<Reader<'a>> {
    object.at_either(key)
}

/// The text at `key`, if there is any, and where it stands.
pub(super) fn text<'a>(object: &Reader<'a>, key: &str) -> Option<(&'a str, Reader<'a>)> {
    let reader = at(object, key)?;
    reader.node().text().filter(|text| !text.is_empty()).map(|text| (text, reader))
}

/// The whole number at `key`, and where it stands.
pub(super) fn integer<'a>(object: &Reader<'a>, key: &str) -> Option<(i64, Reader<'a>)> {
    let (text, reader) = text(object, key)?;
    Some((text.parse().ok()?, reader))
}

/// Reports the whole number at `key` where it is not within these bounds.
pub(super) fn within(object: &Reader<'_>, key: &str, least: i64, most: i64) {
    let Some((number, reader)) = integer(object, key).filter(|(number, _)| !(least..=most).contains(number)) else {
        return;
    };
    let bounds = if most >= i64::from(i32::MAX) { format!("at least {least}") } else { format!("{least} to {most}") };
    reader.problem(format!("{number} is out of range: {bounds}"));
}

/// The texts in the list at `key`, each with where it stands.
pub(super) fn texts<'a>(object: &Reader<'a>, key: &str) -> Vec<(&'a str, Reader<'a>)> {
    let list = at(object, key).filter(|list| list.node().kind() == "a list");
    let elements = list.map(|list| list.elements()).unwrap_or_default();
    elements.into_iter().filter_map(|element| Some((element.node().text()?, element))).collect()
}

/// Whether `key` says `word`.
pub(super) fn says(object: &Reader<'_>, key: &str, word: &str) -> bool {
    text(object, key).is_some_and(|(text, _)| text == word)
}

/// The text at `key`; reports where it is missing.
pub(super) fn required<'a>(object: &Reader<'a>, key: &str) -> Option<(&'a str, Reader<'a>)> {
    let found = text(object, key);
    if found.is_none() && at(object, key).is_none_or(|reader| reader.node().text().is_some()) {
        object.missing(key);
    }
    found
}

/// The objects in a list.
pub(super) fn each<'a>(list: &Reader<'a>) -> Vec<Reader<'a>> {
    let mut elements = if list.node().kind() == "a list" { list.elements() } else { Vec::new() };
    elements.retain(|element| element.node().kind() == "a mapping");
    elements
}

/// The objects in the list at `key`.
pub(super) fn list<'a>(object: &Reader<'a>, key: &str) -> Vec<Reader<'a>> {
    at(object, key).map(|list| each(&list)).unwrap_or_default()
}

/// Reports the text at `key` where it is none of `choices`.
pub(super) fn one_of(object: &Reader<'_>, key: &str, choices: &[&str]) {
    if let Some((text, reader)) = text(object, key).filter(|(text, _)| !choices.contains(text)) {
        reader.problem(format!("\"{}\" is none of {}", text.escape_debug(), choices.join(", ")));
    }
}

/// Reports the text at `key` where `fits` does not hold; `what` is what it is to be, such as "name of a host".
pub(super) fn fitting(object: &Reader<'_>, key: &str, fits: fn(&str) -> bool, what: &str) {
    if let Some((text, reader)) = text(object, key).filter(|(text, _)| !fits(text)) {
        reader.problem(format!("\"{}\" is no {what}", text.escape_debug()));
    }
}

/// Reports the text at `key` where no object of the kind `what`, such as `a Secret`, can have that name: in most places the
/// API server takes any, and the pods then wait for ever.
pub(super) fn object_name(object: &Reader<'_>, key: &str, what: &str) {
    if let Some(reader) = at(object, key) {
        name_of(&reader, what);
    }
}

/// The same of a text that stands alone.
pub fn name_of(reader: &Reader<'_>, what: &str) {
    // What is no text was reported already.
    if let Some(name) = reader.node().text().filter(|name| !naming::is_dns_subdomain(name)) {
        reader.problem(format!("\"{}\" is no name of {what}", name.escape_debug()));
    }
}

/// Reports an element whose `key` one before it has too: one of the two would be lost.
pub(super) fn unique(elements: &[Reader<'_>], key: &str) {
    let mut seen = BTreeSet::new();
    for (text, reader) in elements.iter().filter_map(|element| text(element, key)) {
        if !seen.insert(text) {
            reader.problem(format!("\"{}\" is there twice: keep one of them", text.escape_debug()));
        }
    }
}

/// Of `keys`, those that `object` has.
pub(super) fn those<'k>(object: &Reader<'_>, keys: &[&'k str]) -> Vec<&'k str> {
    keys.iter().copied().filter(|key| at(object, key).is_some()).collect()
}

/// Reports where not exactly one of `keys` is there.
pub(super) fn exactly_one(object: &Reader<'_>, keys: &[&str]) -> bool {
    let found = those(object, keys);
    let is_misspelled = found.is_empty() && keys.iter().any(|key| object.is_misspelled(key));
    if found.len() != 1 && !is_misspelled {
        object.problem(format!("write one of {}", keys.join(", ")));
    }
    found.len() == 1
}
