//! The located tree itself, and how it is made from text (layer 1, pure).

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{DuplicateKeyPolicy, Location, Spanned};

use super::problem::Problems;

/// Where something stands in a file: line and column, counted in characters from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Where it starts; for an alias, where the alias stands.
    pub at: Position,
}

/// A key of a mapping, where it stands, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key; numbers as they are written.
    pub key: String,
    /// Where the key stands.
    pub key_at: Position,
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

impl Node {
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
            Value::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect(),
        }
    }
}

/// What the YAML deserializer hands over.
pub(super) enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
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

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Raw, E> {
        Number::from_f64(value).map(Raw::Number).ok_or_else(|| E::custom("not a finite number"))
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
        with_snippet: false,
        emit_comments: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// Gives every value its position and source text, and reports duplicate keys. The recursion is bounded by the budget.
pub(super) fn located(raw: Spanned<Raw>, source: &str, problems: &Problems) -> Node {
    let written = written(&raw, source);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool { value, text: written.map_or_else(|| value.to_string(), str::to_owned) },
        Raw::Number(value) => Value::Number { text: written.map_or_else(|| value.to_string(), str::to_owned), value },
        Raw::String(text) => Value::String(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| located(item, source, problems)).collect()),
        Raw::Map(entries) => Value::Map(entries_of(entries, source, problems)),
    };
    Node { value, at: raw.referenced.into() }
}

fn entries_of(raw: Vec<(Spanned<String>, Spanned<Raw>)>, source: &str, problems: &Problems) -> Vec<Entry> {
    let mut seen: HashMap<String, Position> = HashMap::with_capacity(raw.len());
    let mut entries = Vec::with_capacity(raw.len());
    for (key, value) in raw {
        let key_at = Position::from(key.referenced);
        if let Some(first) = seen.get(&key.value) {
            problems.push(key_at, "", duplicate(&key.value, Some(*first)));
            continue;
        }
        seen.insert(key.value.clone(), key_at);
        entries.push(Entry { key: key.value, key_at, node: located(value, source, problems) });
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
