//! Parameters: declarations in the file, values from `-p` (layer 1, pure).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::document::{Document, Entry, Fields, Item, Keys, Node, Reader, Value, instead, nearest};
use crate::error::{Error, Result};

/// The type of a parameter's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A finite number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of anything.
    List,
    /// A mapping of anything.
    Object,
}

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "list", "object"];
const LONG_FORM: Keys =
    Keys { accepted: &["type", "required", "default"], synonyms: &[("value", "default")], ..Keys::NONE };

/// A declared parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name: a letter or `_`, then letters, digits, `_` and `-`.
    pub name: String,
    /// The type of its values.
    pub kind: ParameterType,
    /// The value when none is given; `None` makes the parameter required.
    pub default: Option<Json>,
}

/// A value given by the user, in the order of the command line; later ones win, but no two assignments name one parameter.
#[derive(Clone, Debug)]
pub enum Override {
    /// `name=value`, the value typed by the declaration.
    Assignment(String),
    /// The text of a file that maps names to values.
    File {
        /// The file's name, for messages.
        name: String,
        /// Its text.
        text: String,
    },
}

/// The value of every declared parameter. Reports all mistakes at once: unknown names, values of the wrong type, and
/// required parameters without a value.
pub fn values(declared: &[Parameter], overrides: &[Override]) -> Result<BTreeMap<String, Json>> {
    let default = |parameter: &Parameter| Some((parameter.name.clone(), parameter.default.clone()?));
    let mut values: BTreeMap<String, Json> = declared.iter().filter_map(default).collect();
    let mut mistakes = Vec::new();
    let mut assigned = BTreeSet::new();
    for given in overrides {
        match given {
            Override::Assignment(text) => match assignment(declared, text) {
                Ok((name, _)) if !assigned.insert(name.clone()) => {
                    mistakes.push(format!("parameter \"{name}\" is given twice: which one is meant?"));
                }
                Ok(given) => values.extend([given]),
                Err(message) => mistakes.push(message),
            },
            Override::File { name, text } => values.extend(file(declared, name, text)?),
        }
    }
    let missing = declared.iter().filter(|parameter| !values.contains_key(&parameter.name));
    let missing: Vec<_> =
        missing.map(|parameter| format!("\"{}\" ({})", parameter.name, parameter.kind.name())).collect();
    // A mistaken assignment explains why its parameter has no value.
    if !missing.is_empty() && mistakes.is_empty() {
        return Err(Error::usage(format!("no value for {}", missing.join(", ")))
            .hint("give each with `-p <name>=<value>`, or all with `-p @values.yaml`"));
    }
    match &mistakes[..] {
        [] => Ok(values),
        [only] => Err(Error::usage(only.as_str())),
        many => {
            let headline = Error::usage(format!("{} mistakes in `-p`", many.len()));
            Err(many.iter().fold(headline, Error::cause))
        }
    }
}

/// A value as templates show it: text without quotes, all else as compact JSON.
pub fn display(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads the mapping `parameters` of a file. What is declared in a wrong way is declared all the same: templates that refer
/// to it are right.
pub fn read(reader: &Reader<'_>) -> Vec<Parameter> {
    // Every use fits a list; it is never used, since there is a mistake.
    let unknown = |item: &Item<'_>| Parameter { name: item.key.to_owned(), kind: ParameterType::List, default: None };
    reader.items().iter().map(|item| declaration(item).unwrap_or_else(|| unknown(item))).collect()
}

fn declaration(item: &Item<'_>) -> Option<Parameter> {
    let mut characters = item.key.chars();
    let starts = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !starts || !characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        item.problem(format!("\"{}\" is no parameter name: use letters, digits, `_` and `-`", item.key));
        return None;
    }
    let name = item.key.to_owned();
    let node = item.value.node();
    if matches!(&node.value, Value::Map(entries) if is_long_form(entries)) {
        return long_form(name, &item.value.fields(&LONG_FORM));
    }
    item.value.report_numbers();
    let Some(kind) = type_of(node) else {
        item.problem("a parameter without a default needs its type: {type: string, required: true}");
        return None;
    };
    Some(Parameter { name, kind, default: Some(node.to_json()) })
}

/// Whether a mapping declares a parameter, and is no default: it has a type, or says whether it is required and nothing else
/// that could be part of a value.
fn is_long_form(entries: &[Entry]) -> bool {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    let is_known = |key: &str| LONG_FORM.accepted.contains(&key) || nearest(key, ["type"]).is_some();
    has("type") || (has("required") && entries.iter().all(|entry| is_known(&entry.key)))
}

fn long_form(name: String, fields: &Fields<'_>) -> Option<Parameter> {
    let kind = fields.require("type").and_then(|reader| ParameterType::named(reader.one_of(&TYPES)?));
    let required = fields.get("required").map_or(Some(false), |reader| reader.boolean());
    let default = fields.get("default");
    match (required, &default) {
        (Some(true), Some(default)) => default.problem("a required parameter has no default"),
        (Some(false), None) if !fields.is_misspelled("required") && !fields.is_misspelled("default") => {
            fields.get("type")?.problem("add `required: true`, or a `default`");
        }
        _ => {}
    }
    let kind = kind?;
    Some(Parameter { name, kind, default: default.and_then(|reader| typed(&reader, kind)) })
}

/// The value of the reader as one of type `kind`, or a problem that says what is expected.
fn typed(reader: &Reader<'_>, kind: ParameterType) -> Option<Json> {
    let node = reader.node();
    if kind != ParameterType::String {
        reader.report_numbers();
    }
    match (kind, type_of(node)) {
        (ParameterType::String, Some(_)) if node.text().is_some() => node.text().map(Json::from),
        // What is no whole number as it is written was reported with what is wrong with it.
        (ParameterType::Integer, Some(ParameterType::Number)) if node.is_ambiguous() => None,
        (ParameterType::Number, Some(ParameterType::Integer)) => Some(node.to_json()),
        (_, Some(found)) if found == kind => Some(node.to_json()),
        _ => {
            reader.problem(format!("expected {}, found {}", kind.example(), node.kind()));
            None
        }
    }
}

fn type_of(node: &Node) -> Option<ParameterType> {
    Some(match &node.value {
        Value::Null => return None,
        Value::Bool { .. } => ParameterType::Boolean,
        Value::Number { value, .. } if value.is_f64() => ParameterType::Number,
        Value::Number { .. } => ParameterType::Integer,
        Value::String(_) => ParameterType::String,
        Value::List(_) => ParameterType::List,
        Value::Map(_) => ParameterType::Object,
    })
}

fn assignment(declared: &[Parameter], text: &str) -> Result<(String, Json), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`-p {text}`: write <name>=<value>, or @<file>"))?;
    let parameter = find(declared, name)?;
    let value = parse(value, parameter.kind)
        .ok_or_else(|| format!("parameter \"{name}\": expected {}, found \"{value}\"", parameter.kind.example()))?;
    Ok((name.to_owned(), value))
}

fn parse(text: &str, kind: ParameterType) -> Option<Json> {
    match kind {
        ParameterType::String => Some(text.into()),
        ParameterType::Integer => text.parse::<i64>().ok().map(Json::from),
        ParameterType::Boolean => text.parse::<bool>().ok().map(Json::from),
        ParameterType::Number | ParameterType::List | ParameterType::Object => {
            let document = Document::parse("-p", text).ok()?;
            let value = typed(&document.root(), kind);
            document.finish(value).ok().flatten()
        }
    }
}

fn file(declared: &[Parameter], name: &str, text: &str) -> Result<BTreeMap<String, Json>> {
    let document = Document::parse(name, text)?;
    let mut values = BTreeMap::new();
    for item in document.root().items() {
        match find(declared, item.key) {
            Ok(parameter) => {
                values.extend(typed(&item.value, parameter.kind).map(|value| (item.key.to_owned(), value)));
            }
            Err(message) => item.problem(message),
        }
    }
    document.finish(values)
}

fn find<'d>(declared: &'d [Parameter], name: &str) -> Result<&'d Parameter, String> {
    declared.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
        let names = declared.iter().map(|parameter| parameter.name.as_str());
        format!("there is no parameter \"{name}\"{}", instead(name, names, "the pipeline has none"))
    })
}

impl ParameterType {
    fn named(name: &str) -> Option<Self> {
        let types = [Self::String, Self::Integer, Self::Number, Self::Boolean, Self::List, Self::Object];
        types.into_iter().find(|kind| kind.name() == name)
    }

    /// The name of the type in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Object => "object",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer such as 5",
            Self::Number => "a number such as 0.001",
            Self::Boolean => "true or false",
            Self::List => "a list such as [1, 2]",
            Self::Object => "a mapping such as {a: 1}",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DECLARED: &str = "
epochs: 5
rate: 0.001
name: iris
verbose: false
regions: [eu]
limits: {a: 1}
dataset: {type: string, required: true}
folds: {type: integer, default: 3}
";

    fn declared(text: &str) -> Result<Vec<Parameter>> {
        let document = Document::parse("f.yaml", text)?;
        let parameters = read(&document.root());
        document.finish(parameters)
    }

    fn given(texts: &[&str]) -> Result<BTreeMap<String, Json>> {
        let overrides: Vec<_> = texts.iter().map(|text| Override::Assignment((*text).to_owned())).collect();
        values(&declared(DECLARED).unwrap(), &overrides)
    }

    #[test]
    fn types_come_from_the_default_or_the_long_form() {
        use ParameterType::{Boolean, Integer, List, Number, Object, String};
        let kinds: Vec<_> = declared(DECLARED).unwrap().iter().map(|parameter| parameter.kind).collect();
        assert_eq!(kinds, [Integer, Number, String, Boolean, List, Object, String, Integer]);
    }

    #[test]
    fn assignments_are_typed_by_the_declaration() {
        let values = given(&[
            "dataset=s3://a=b",
            "epochs=7",
            "rate=2",
            "name=5",
            "verbose=true",
            "regions=[eu, us]",
            "limits={\"b\": 2}",
        ])
        .unwrap();
        let expected = json!({
            "dataset": "s3://a=b", "epochs": 7, "rate": 2, "name": "5", "verbose": true, "regions": ["eu", "us"],
            "limits": {"b": 2}, "folds": 3,
        });
        assert_eq!(serde_json::to_value(values).unwrap(), expected);
        assert_eq!(given(&["dataset="]).unwrap()["dataset"], "");
    }

    #[test]
    fn wrong_assignments_say_what_is_expected() {
        for (text, expected) in [
            ("epochs=many", "parameter \"epochs\": expected an integer such as 5, found \"many\""),
            ("epochs=5.5", "expected an integer such as 5"),
            ("rate=fast", "expected a number such as 0.001"),
            ("rate=", "expected a number such as 0.001"),
            ("verbose=yes", "expected true or false"),
            ("regions=eu", "expected a list such as [1, 2]"),
            ("limits=[1]", "expected a mapping such as {a: 1}"),
            ("epoch=5", "there is no parameter \"epoch\": did you mean \"epochs\"?"),
            ("foo=1", "there is no parameter \"foo\"; there are \"epochs\", \"rate\","),
            ("epochs", "`-p epochs`: write <name>=<value>, or @<file>"),
        ] {
            let error = given(&[text, "dataset=x"]).unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
        let error = values(&[], &[Override::Assignment("a=1".into())]).unwrap_err();
        assert_eq!(error.to_string(), "there is no parameter \"a\"; the pipeline has none");
        let error = given(&["epochs=x", "foo=1"]).unwrap_err().render();
        assert!(error.starts_with("error: 2 mistakes in `-p`\n  caused by: parameter \"epochs\""), "{error}");
    }

    #[test]
    fn missing_values_are_all_listed() {
        let parameters =
            declared("a: {type: string, required: true}\nb: {type: number, required: true}\nc: 1\n").unwrap();
        let error = values(&parameters, &[]).unwrap_err();
        assert_eq!(error.to_string(), "no value for \"a\" (string), \"b\" (number)");
    }

    #[test]
    fn files_are_checked_with_their_places() {
        let file = |text: &str| Override::File { name: "values.yaml".into(), text: text.into() };
        let parameters = declared(DECLARED).unwrap();
        let later = Override::Assignment("epochs=9".into());
        let found = values(&parameters, &[file("dataset: 5\nepochs: 7\nregions:\n- us\n"), later]).unwrap();
        assert_eq!((&found["dataset"], &found["epochs"], &found["regions"]), (&json!("5"), &json!(9), &json!(["us"])));
        let twice = [Override::Assignment("epochs=9".into()), Override::Assignment("epochs=8".into())];
        let error = values(&parameters, &twice).unwrap_err();
        assert_eq!(error.render(), "error: parameter \"epochs\" is given twice: which one is meant?\n");
        let error = values(&parameters, &[file("epochs: x\nepoch: 1\n")]).unwrap_err().render();
        assert_eq!(
            error,
            "error: values.yaml: 2 mistakes
  caused by: values.yaml:1:9: epochs: expected an integer such as 5, found a string
  caused by: values.yaml:2:1: epoch: there is no parameter \"epoch\": did you mean \"epochs\"?\n"
        );
    }

    #[test]
    fn wrong_declarations() {
        for (text, expected) in [
            ("a:\n", "1:1: a: a parameter without a default needs its type"),
            ("a: {type: strin}\n", "\"strin\" is none of string, integer, number, boolean, list, object"),
            ("a: {type: string}\n", "1:11: a.type: add `required: true`, or a `default`"),
            ("a: {type: string, required: true, default: x}\n", "a required parameter has no default"),
            ("a: {type: integer, default: x}\n", "a.default: expected an integer such as 5, found a string"),
            ("a: {type: string, require: true}\n", "unknown key \"require\": did you mean \"required\"?"),
            ("a b: 1\n", "\"a b\" is no parameter name"),
        ] {
            let error = declared(text).unwrap_err().render();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
