//! `-o table|wide|json|yaml|name|jsonpath=…` for everything that can be read (layer 4).

pub mod age;
pub mod fit;
mod jsonpath;
pub mod objects;
pub mod table;

use std::str::FromStr;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Context, Error, Result, harmless, steers};

/// An output format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Columns for a person.
    #[default]
    Table,
    /// More columns.
    Wide,
    /// JSON, indented by four as kubectl's.
    Json,
    /// YAML.
    Yaml,
    /// `kind/name` lines.
    Name,
    /// One path in kubectl's notation, `{.items[*].name}`.
    JsonPath(String),
}

impl Format {
    /// How the formats are written; a path follows the last one.
    pub const NAMES: [&str; 6] = ["table", "wide", "json", "yaml", "name", "jsonpath="];

    /// Whether it is one for people.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "wide" => Ok(Self::Wide),
            "json" => Ok(Self::Json),
            "yaml" => Ok(Self::Yaml),
            "name" => Ok(Self::Name),
            _ => match text.strip_prefix("jsonpath=") {
                Some(path) => Ok(Self::JsonPath(path.to_owned())),
                None => Err("allowed formats are: json, jsonpath=…, name, table, wide, yaml".to_owned()),
            },
        }
    }
}

/// Something that commands print and name.
pub trait Named: Serialize {
    /// The singular noun of the command tree, as in `connector/prod`.
    const KIND: &'static str;

    /// The name that the commands take.
    fn name(&self) -> String;
}

/// Something with a row in a table.
pub trait Row: Named {
    /// The upper-case column names.
    fn columns(wide: bool) -> Vec<&'static str>;

    /// One cell per column.
    fn cells(&self, wide: bool) -> Vec<String>;

    /// Where it is, for tables of several namespaces.
    fn namespace(&self) -> Option<&str> {
        None
    }
}

/// Renders a list; with the namespaces in front of a table where it spans several. An empty one has no rows: the caller
/// says so on standard error.
pub fn list<T: Row>(items: &[T], format: &Format, namespaces: bool) -> Result<String> {
    match format {
        Format::Table | Format::Wide if items.is_empty() => Ok(String::new()),
        Format::Table | Format::Wide => {
            let wide = *format == Format::Wide;
            let rows: Vec<_> = items.iter().map(|item| cells(item, wide, namespaces)).collect();
            Ok(table::render(&columns::<T>(wide, namespaces), &rows))
        }
        Format::Name => Ok(items.iter().map(|item| line(T::KIND, &item.name(), "")).collect()),
        _ => {
            let values = items.iter().map(to_value).collect::<Result<Vec<_>>>()?;
            structured(&json!({ "kind": "List", "items": values }), format)
        }
    }
}

/// The columns of a table of such items, with their namespaces in front where that is wanted.
pub fn columns<T: Row>(wide: bool, namespaces: bool) -> Vec<&'static str> {
    namespaces.then_some("NAMESPACE").into_iter().chain(T::columns(wide)).collect()
}

/// An item's cells, one for each of the [`columns`].
pub fn cells<T: Row>(item: &T, wide: bool, namespaces: bool) -> Vec<String> {
    let namespace = namespaces.then(|| item.namespace().unwrap_or_default().to_owned());
    namespace.into_iter().chain(item.cells(wide)).collect()
}

/// Renders one item; `describe` is what a table would say of it.
pub fn one<T: Named>(item: &T, format: &Format, describe: impl FnOnce() -> String) -> Result<String> {
    match format {
        Format::Table | Format::Wide => Ok(describe()),
        Format::Name => Ok(line(T::KIND, &item.name(), "")),
        _ => structured(&to_value(item)?, format),
    }
}

/// A line about one object, such as `run/nightly deleted`; what `-o name` prints where nothing happened to it. No name
/// steers the terminal or begins a line of its own.
pub fn line(kind: &str, name: &str, what: &str) -> String {
    let name = harmless(&name.replace('\n', " "));
    if what.is_empty() { format!("{kind}/{name}\n") } else { format!("{kind}/{name} {what}\n") }
}

/// Renders a value as JSON, YAML or by a path.
pub fn structured(value: &Value, format: &Format) -> Result<String> {
    match format {
        Format::Yaml => serde_saphyr::to_string(value).context(|| "cannot write YAML"),
        Format::JsonPath(path) => jsonpath::render(value, path),
        _ => indented(value),
    }
}

fn indented(value: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    let style = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, style);
    value.serialize(&mut serializer).context(|| "cannot write JSON")?;
    bytes.push(b'\n');
    let text = String::from_utf8(bytes).context(|| "cannot write JSON")?;
    let is_plain = !text.chars().any(|c| steers(c) && c != '\n');
    Ok(if is_plain { text } else { text.chars().map(printable).collect() })
}

/// What steers a terminal and need not be escaped in JSON, escaped: it only occurs in strings.
fn printable(c: char) -> String {
    if !steers(c) || c == '\n' {
        return c.to_string();
    }
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn to_value<T: Serialize>(item: &T) -> Result<Value> {
    serde_json::to_value(item).map_err(|error| Error::failure("cannot write JSON").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_lets_control_characters_through_and_data_stays_what_it_is() {
        let value = json!({ "text": "a\u{1b}[2J\u{7f}\u{9b}b\u{85}c\td\ne é" });
        for format in [Format::Json, Format::Yaml] {
            let text = structured(&value, &format).unwrap();
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
            assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), value, "{text}");
        }
        let value = json!({ "text": "a\u{202e}b\u{e0041}" });
        let text = structured(&value, &Format::Json).unwrap();
        assert!(text.contains(r"a\u202eb\udb40\udc41"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(line("run", "a\u{1b}\nrun/b", "deleted"), "run/a? run/b deleted\n");
    }
}
