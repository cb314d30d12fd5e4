//! The located tree itself, and how it is made from text (layer 1, pure).

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{DuplicateKeyPolicy, Location, NonFiniteFloatPolicy, Spanned};

use super::problem::{Place, Problems};

/// Where something stands in a file: line and column, counted in characters from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl From<Location> for Position {
    fn from(location: Location) -> Self {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        Self { line: number(location.line()), column: number(location.column()) }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it starts; for an alias and all in it, where the alias stands.
    pub at: Position,
    /// Where it is written: another place than `at` for what came by an alias.
    pub(super) origin: Position,
}

/// A key of a mapping, where it stands, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key; numbers as they are written.
    pub key: String,
    /// Where the key stands.
    pub key_at: Position,
    /// Where the key is written, see [`Node`].
    pub(super) key_origin: Position,
    /// The value.
    pub node: Node,
}

/// The values of YAML's core schema. `text` is the source text, so that `1.10` can stay `1.10` where a string is due.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool {
        /// The truth value.
        value: bool,
        /// As written.
        text: String,
    },
    /// An integer or a finite float.
    Number {
        /// The number.
        value: Number,
        /// As written.
        text: String,
    },
    /// Text, without its quotes.
    String(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order of the file, without duplicate keys.
    Map(Vec<Entry>),
}

/// What to do about a template that YAML takes for a mapping.
pub(super) const QUOTES: &str = "put quotes around a value that starts with `{{`";

impl Entry {
    pub(super) fn key_place(&self) -> Place {
        Place { at: self.key_at, origin: self.key_origin }
    }
}

impl Node {
    pub(super) fn place(&self) -> Place {
        Place { at: self.at, origin: self.origin }
    }

    /// The value as text: a string, or a number or boolean as it is written; `None` for the rest.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Bool { text, .. } | Value::Number { text, .. } => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What kind of value this is, for a message: "a string", "a list", ….
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool { .. } => "a boolean",
            Value::Number { .. } => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The same value without positions.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool { value, .. } => (*value).into(),
            Value::Number { value, .. } => value.clone().into(),
            Value::String(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => {
                let value =
                    |entry: &Entry| entry.node.file_mode(&entry.key).map_or_else(|| entry.node.to_json(), Into::into);
                entries.iter().map(|entry| (entry.key.clone(), value(entry))).collect()
            }
        }
    }
}

/// What the YAML deserializer hands over.
pub(super) enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    /// `.inf`, `.nan`, or more than a float holds.
    NotFinite,
    String(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<Self>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Number::from_f64(value).map_or(Raw::NotFinite, Raw::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// Parses one document, under the parser's default budget.
pub(super) fn parse(text: &str, duplicates: DuplicateKeyPolicy) -> Result<Spanned<Raw>, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        duplicate_keys: duplicates,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
        emit_comments: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// Gives every value its position and source text, and reports what no file may hold: duplicate keys, keys that are no
/// text, numbers that are none. The recursion is bounded by the budget.
pub(super) fn located(raw: Spanned<Raw>, source: &str, problems: &Problems) -> Node {
    let written = written(&raw, source);
    let (at, origin) = (Position::from(raw.referenced), Position::from(raw.defined));
    let faulty = |message: String| {
        problems.push_final(Place { at, origin }, message);
        Value::String("?".to_owned())
    };
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool { value, text: written.map_or_else(|| value.to_string(), str::to_owned) },
        Raw::Number(value) => Value::Number { text: written.map_or_else(|| value.to_string(), str::to_owned), value },
        Raw::NotFinite => {
            let text = written.unwrap_or("this");
            faulty(format!("{text} is no finite number; put quotes around it if it is text"))
        }
        Raw::String(text) => Value::String(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| located(item, source, problems)).collect()),
        Raw::Map(entries) if is_template(&entries) => faulty(QUOTES.to_owned()),
        Raw::Map(entries) => {
            let is_empty = entries.is_empty();
            let entries = entries_of(entries, source, problems);
            if entries.is_empty() && !is_empty {
                problems.close(at);
            }
            Value::Map(entries)
        }
    };
    Node { value, at, origin }
}

/// Whether a mapping is what `{{ x }}` is without quotes around it: its only key is a mapping.
fn is_template(entries: &[(Spanned<Raw>, Spanned<Raw>)]) -> bool {
    matches!(entries, [(key, value)] if matches!(key.value, Raw::Map(_)) && matches!(value.value, Raw::Null))
}

fn entries_of(raw: Vec<(Spanned<Raw>, Spanned<Raw>)>, source: &str, problems: &Problems) -> Vec<Entry> {
    let mut seen: HashMap<String, Position> = HashMap::with_capacity(raw.len());
    let mut entries = Vec::with_capacity(raw.len());
    for (key, value) in raw {
        let key = located(key, source, problems);
        let place = key.place();
        let Some(name) = key.text() else {
            problems.push(place, "", format!("a key is text, and this one is {}", key.kind()));
            continue;
        };
        if let Some(first) = seen.get(name) {
            problems.push(place, "", duplicate(name, Some(*first)));
            continue;
        }
        seen.insert(name.to_owned(), key.at);
        let node = located(value, source, problems);
        entries.push(Entry { key: name.to_owned(), key_at: key.at, key_origin: key.origin, node });
    }
    entries
}

/// The message about a key that is written twice.
pub(super) fn duplicate(key: &str, first: Option<Position>) -> String {
    let first = first.map(|at| format!(", it is already set on line {}", at.line)).unwrap_or_default();
    format!("duplicate key \"{key}\"{first}")
}

/// The source text of a plain scalar.
fn written<'t>(raw: &Spanned<Raw>, source: &'t str) -> Option<&'t str> {
    let span = raw.defined.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    source.get(start..start.checked_add(length)?).map(str::trim).filter(|text| !text.is_empty())
}
