//! The mapping `secrets` of a step or a service: environment variables whose values are secret (layer 1, pure).

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::super::spec::SecretSource;
use super::super::template::Template;
use crate::document::{Item, Keys, Reader, Value};
use crate::naming;
use crate::pod_settings::check;

/// One secret: exactly one of these.
const SECRET: Keys = Keys {
    accepted: &["secret_ref", "file", "prompt"],
    later: &[],
    synonyms: &[("secretKeyRef", "secret_ref"), ("secret_key_ref", "secret_ref"), ("secretRef", "secret_ref")],
    ..Keys::NONE
};

/// `secret_ref`.
const SECRET_REF: Keys = Keys { accepted: &["name", "key"], ..Keys::NONE };

/// Reads each secret's source. A name that `environment` has too would be ambiguous; `own` says why a variable is this
/// program's, if it is.
pub(crate) fn read(
    reader: &Reader<'_>,
    environment: &BTreeMap<String, Template>,
    own: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, SecretSource> {
    let mut secrets = BTreeMap::new();
    for item in reader.items() {
        if let Some(message) = refusal(item.key, environment).or_else(|| own(item.key)) {
            item.problem(message);
        }
        if let Some(source) = source(&item) {
            secrets.insert(item.key.to_owned(), source);
        }
    }
    secrets
}

/// Reports the local files of a pipeline's secrets that have a `fault`.
pub(super) fn report_files(root: &Reader<'_>, fault: impl Fn(&str, &Path) -> Option<String>) {
    let mut known: HashMap<(String, String), Option<String>> = HashMap::new();
    let secrets = mapping(root.at("steps")).into_iter().filter_map(|step| step.value.at("secrets"));
    for secret in secrets.flat_map(|secrets| mapping(Some(secrets))) {
        let Some(file) = secret.value.at("file") else { continue };
        let Value::String(path) = &file.node().value else { continue };
        // An empty path was reported already.
        if path.trim().is_empty() {
            continue;
        }
        let key = (secret.key.to_owned(), path.clone());
        if let Some(fault) = known.entry(key).or_insert_with(|| fault(secret.key, Path::new(path))) {
            file.problem(fault.as_str());
        }
    }
}

fn mapping(reader: Option<Reader<'_>>) -> Vec<Item<'_>> {
    let reader = reader.filter(|reader| matches!(reader.node().value, Value::Map(_)));
    reader.map(|reader| reader.items()).unwrap_or_default()
}

fn refusal(name: &str, environment: &BTreeMap<String, Template>) -> Option<String> {
    // Also a key of the Secret, so the narrower of the two rules.
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let legal = name.starts_with(|c: char| !c.is_ascii_digit() && c != '.') && name.chars().all(inner);
    if !legal {
        return Some(format!("\"{}\" is no name of an environment variable", name.escape_debug()));
    }
    environment.contains_key(name).then(|| format!("\"{name}\" is also in environment: keep one of them"))
}

fn source(item: &Item<'_>) -> Option<SecretSource> {
    let fields = item.value.fields(&SECRET);
    let reference = fields.get("secret_ref").map(|reader| reference(&reader));
    let file = fields.get("file").map(|reader| Some(SecretSource::File(PathBuf::from(reader.string()?))));
    let prompt = fields.get("prompt").map(|reader| prompt(&reader));
    let given: Vec<_> = [reference, file, prompt].into_iter().flatten().collect();
    let count = given.len();
    match given.into_iter().next() {
        Some(source) if count == 1 => source,
        // A value that is no mapping was reported already, and so was a wrong key.
        None if item.value.node().kind() != "a mapping" => None,
        None if SECRET.accepted.iter().any(|key| item.value.is_misspelled(key)) => None,
        _ => {
            item.value.problem("write one of {secret_ref: {name: …, key: …}}, {file: …}, {prompt: true}");
            None
        }
    }
}

fn reference(reader: &Reader<'_>) -> Option<SecretSource> {
    let fields = reader.fields(&SECRET_REF);
    let name = fields.require("name").and_then(|reader| {
        check::name_of(&reader, "a Secret");
        reader.string()
    });
    let key = fields.require("key").and_then(|reader| {
        let key = reader.string()?;
        if let Some(fault) = naming::data_key_fault(&key) {
            reader.problem(format!("\"{}\" is no key in a Secret: {fault}", key.escape_debug()));
        }
        Some(key)
    });
    Some(SecretSource::Reference { name: name?, key: key? })
}

fn prompt(reader: &Reader<'_>) -> Option<SecretSource> {
    if reader.boolean()? {
        return Some(SecretSource::Prompt);
    }
    reader.problem("write `prompt: true`, or name another source");
    None
}
