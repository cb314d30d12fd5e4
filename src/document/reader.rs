//! Typed reading of a located tree, with every mistake reported instead of only the first (layer 1, pure).

use std::collections::BTreeMap;

use super::problem::{Place, Problems, nearest};
use super::spelling::same;
use super::{Entry, Node, Position, Value};

/// Names that people write for keys of every file, each with the right one.
const COMMON: &[(&str, &str)] = &[
    ("env", "environment"),
    ("params", "parameters"),
    ("apiVersion", "version"),
    ("cpu", "cpu_count"),
    ("cpus", "cpu_count"),
    ("gpu", "gpu_count"),
    ("gpus", "gpu_count"),
    ("ram", "memory"),
];

/// The keys that a mapping may have. Whatever is neither accepted nor for later is unknown.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// Keys that are read.
    pub accepted: &'static [&'static str],
    /// Keys that the format documents and a later release reads.
    pub later: &'static [&'static str],
    /// Wrong names that people write here, each with the right one: a key of this mapping, or a path from the top.
    pub synonyms: &'static [(&'static str, &'static str)],
    /// The keys of the top level, for a mapping inside in which people write them too.
    pub top: &'static [&'static str],
    /// Keys that have their place elsewhere, each with where that is: "a step".
    pub elsewhere: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// No keys at all, for others to begin with.
    pub const NONE: Self = Self { accepted: &[], later: &[], synonyms: &[], top: &[], elsewhere: &[] };

    /// The key of this mapping that somebody means who writes `key`, or a path from the top.
    pub(super) fn meant(&self, key: &str) -> Option<&'static str> {
        let here = || self.accepted.iter().chain(self.later).copied();
        let is_known = |right: &str| right.contains('.') || here().any(|known| known == right);
        let at_top = |right: &str| self.top.contains(&right);
        let synonym = |names: &[(&str, &'static str)]| names.iter().find(|(wrong, _)| *wrong == key).map(|it| it.1);
        let meant = synonym(self.synonyms).or_else(|| synonym(COMMON));
        match meant.filter(|right| is_known(right)) {
            None if at_top(meant.unwrap_or(key)) => None,
            None => nearest(key, here()),
            meant => meant,
        }
    }

    /// Why `key` cannot be used here, or `None` when it is accepted.
    pub fn refusal(&self, key: &str) -> Option<String> {
        if self.accepted.contains(&key) {
            return None;
        }
        if self.later.contains(&key) {
            return Some(later(&format!("\"{key}\"")));
        }
        if let Some((_, place)) = self.elsewhere.iter().find(|(known, _)| *known == key) {
            return Some(format!("\"{key}\" does not belong here, but into {place}"));
        }
        let common = || COMMON.iter().find(|(wrong, _)| *wrong == key).map_or(key, |it| it.1);
        let at_top = || self.top.iter().find(|known| **known == common());
        Some(if let Some(right) = self.meant(key) {
            format!("unknown key \"{key}\": did you mean \"{right}\"?")
        } else if let Some(right) = at_top() {
            format!("unknown key \"{key}\": did you mean \"{right}\" at the top level?")
        } else {
            format!("unknown key \"{key}\"")
        })
    }
}

/// The message about something that the format documents and this release does not do yet.
pub fn later(what: &str) -> String {
    format!("{what} is documented, but comes in a later release")
}

/// A value, its path, and where to report what is wrong with it.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
    pub(super) problems: &'a Problems,
}

/// A key of a mapping whose keys are the user's own, and the reader of its value.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// The key.
    pub key: &'a str,
    /// Where the key stands.
    pub key_at: Position,
    pub(super) key_origin: Position,
    /// The reader of the value.
    pub value: Reader<'a>,
}

impl Item<'_> {
    /// Reports `message` where the key stands.
    pub fn problem(&self, message: impl Into<String>) {
        self.value.problems.push(self.place(), &self.value.path, message);
    }

    fn place(&self) -> Place {
        Place { at: self.key_at, origin: self.key_origin }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn root(node: &'a Node, problems: &'a Problems) -> Self {
        Self { node, path: String::new(), problems }
    }

    /// The value as it is.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// The path of the value, such as `steps.train.command[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reports `message` where the value starts.
    pub fn problem(&self, message: impl Into<String>) {
        self.problems.push(self.node.place(), &self.path, message);
    }

    /// Reports about the key of `item`, which does not belong into this mapping.
    pub fn refuse(&self, item: &Item<'_>, message: impl Into<String>) {
        self.problems.push(item.place(), &self.path, message);
    }

    /// Reports that the mapping lacks `key`, unless that is there under a wrong name, which was reported already.
    pub fn missing(&self, key: &str) {
        if !self.is_misspelled(key) {
            self.problem(format!("\"{key}\" is required"));
        }
    }

    /// Whether `key` was found under a wrong name.
    pub fn is_misspelled(&self, key: &str) -> bool {
        self.problems.means(&self.path, key)
    }

    /// Whether something was reported about the value, or about a part of it.
    pub fn has_problems(&self) -> bool {
        self.problems.any_under(&self.path)
    }

    pub(super) fn mean(&self, key: Option<&'static str>) {
        if let Some(key) = key {
            self.problems.mean(&self.path, key);
        }
    }

    /// The keys of a mapping; reports every key that `keys` does not accept, and a value that is no mapping (which then
    /// reads as an empty one).
    pub fn fields(&self, keys: &Keys) -> Fields<'a> {
        for entry in self.map() {
            if let Some(message) = keys.refusal(&entry.key) {
                self.problems.push(entry.key_place(), &self.path, message);
                self.mean(keys.meant(&entry.key));
            }
        }
        Fields { reader: self.clone() }
    }

    /// The value of `key` in a mapping, if the key is there and not null. Reports nothing.
    pub fn at(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let entry = entries.iter().find(|entry| entry.key == key)?;
        (entry.node.value != Value::Null).then(|| self.child(entry))
    }

    /// As [`Reader::at`], of a key of Kubernetes' in either spelling; `key` is camelCase.
    pub fn at_either(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let entry = entries.iter().find(|entry| same(&entry.key, key))?;
        (entry.node.value != Value::Null).then(|| self.child(entry))
    }

    /// The entries of a mapping whose keys are the user's own.
    pub fn items(&self) -> Vec<Item<'a>> {
        let item = |entry: &'a Entry| Item {
            key: &entry.key,
            key_at: entry.key_at,
            key_origin: entry.key_origin,
            value: self.child(entry),
        };
        self.map().iter().map(item).collect()
    }

    /// The elements of a list.
    pub fn elements(&self) -> Vec<Self> {
        let Value::List(nodes) = &self.node.value else {
            return self.mismatch("a list").unwrap_or_default();
        };
        let element = |(index, node)| Self { node, path: format!("{}[{index}]", self.path), problems: self.problems };
        nodes.iter().enumerate().map(element).collect()
    }

    /// A string that is not empty, or a number or boolean as it is written.
    pub fn string(&self) -> Option<String> {
        let text = self.text()?;
        if text.trim().is_empty() { self.report("must not be empty") } else { Some(text) }
    }

    /// A string, or a number or boolean as it is written. May be empty.
    pub fn text(&self) -> Option<String> {
        self.node.text().map(str::to_owned).or_else(|| self.mismatch("a string"))
    }

    /// An integer.
    pub fn integer(&self) -> Option<i64> {
        match &self.node.value {
            Value::Number { value, .. } if value.is_i64() => value.as_i64(),
            _ => self.report(self.node.no_integer()),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<bool> {
        match &self.node.value {
            Value::Bool { value, .. } => Some(*value),
            _ => self.mismatch("true or false"),
        }
    }

    /// One of `choices`, spelled exactly so.
    pub fn one_of(&self, choices: &[&'static str]) -> Option<&'static str> {
        let text = self.string()?;
        let found = choices.iter().find(|choice| **choice == text);
        found.copied().or_else(|| self.report(format!("\"{text}\" is none of {}", choices.join(", "))))
    }

    /// A mapping of the user's own keys to strings (numbers and booleans as written).
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.items().into_iter().filter_map(|item| Some((item.key.to_owned(), item.value.text()?))).collect()
    }

    pub(super) fn child(&self, entry: &'a Entry) -> Self {
        Self { node: &entry.node, path: join(&self.path, &entry.key), problems: self.problems }
    }

    fn map(&self) -> &'a [Entry] {
        match &self.node.value {
            Value::Map(entries) => entries,
            _ => self.mismatch("a mapping").unwrap_or_default(),
        }
    }

    fn mismatch<T>(&self, expected: &str) -> Option<T> {
        self.report(format!("expected {expected}, found {}", self.node.kind()))
    }

    fn report<T>(&self, message: impl Into<String>) -> Option<T> {
        self.problem(message);
        None
    }
}

/// The entries of a mapping with known keys.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
}

impl<'a> Fields<'a> {
    /// The value of `key`, if the key is there and not null.
    pub fn get(&self, key: &str) -> Option<Reader<'a>> {
        self.reader.at(key)
    }

    /// Whether `key` was found under a wrong name.
    pub fn is_misspelled(&self, key: &str) -> bool {
        self.reader.is_misspelled(key)
    }

    /// As [`Fields::get`], and reports an absent key where the mapping starts, and one without a value where it stands.
    pub fn require(&self, key: &str) -> Option<Reader<'a>> {
        let found = self.get(key);
        let Value::Map(entries) = &self.reader.node.value else { return None };
        if found.is_none() {
            match entries.iter().find(|entry| entry.key == key) {
                Some(empty) => {
                    let child = self.reader.child(empty);
                    child.problems.push(empty.key_place(), &child.path, format!("\"{key}\" has no value"));
                }
                None => self.reader.missing(key),
            }
        }
        found
    }
}

fn join(path: &str, key: &str) -> String {
    let quoted = key.is_empty() || key.contains(['.', ' ', '[']);
    match (path.is_empty(), quoted) {
        (true, false) => key.to_owned(),
        (false, false) => format!("{path}.{key}"),
        (_, true) => format!("{path}[\"{key}\"]"),
    }
}
