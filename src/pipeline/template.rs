//! Templates: `{{ parameters.x }}` inside commands, arguments and environment values (layer 1, pure).
//!
//! A template is parsed and checked when the file is read, so that rendering cannot go wrong because of the user. One
//! value stays one argument: nothing passes through a shell. `{{ "{{" }}` is a literal `{{`; a lone `}}` is just text.

use std::collections::BTreeMap;

use super::parameters::{Parameter, display};
use super::resolve::RunIdentity;
use crate::document::{Reader, later, nearest};
use crate::error::{Error, Kind, Result};

const LITERAL: &str = "a literal `{{` is written `{{ \"{{\" }}`";

/// Text with references in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
    RunId,
    RunName,
}

/// What templates of a file may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The declared parameters.
    pub parameters: &'a [Parameter],
    /// Whether there is a run: true for pipelines, false for services.
    pub run: bool,
}

/// The values that references stand for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The value of every declared parameter.
    pub parameters: &'a BTreeMap<String, serde_json::Value>,
    /// The run, where [`Scope::run`] says that there is one.
    pub run: Option<&'a RunIdentity>,
}

impl Template {
    /// Reads a template from a string (numbers and booleans count as written), and reports references that `scope` does
    /// not have.
    pub fn read(reader: &Reader<'_>, scope: Scope<'_>) -> Option<Self> {
        let text = reader.text()?;
        Self::parse(&text, scope).map_err(|message| reader.problem(message)).ok()
    }

    /// Parses `text`; the error is a sentence for the user.
    pub fn parse(text: &str, scope: Scope<'_>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inside, behind) = after.split_once("}}").ok_or_else(|| format!("`{{{{` without `}}}}`; {LITERAL}"))?;
            push_text(&mut parts, before);
            match reference(inside.trim(), scope)? {
                Part::Text(text) => push_text(&mut parts, &text),
                part => parts.push(part),
            }
            rest = behind;
        }
        push_text(&mut parts, rest);
        Ok(Self(parts))
    }

    /// The text with every reference replaced. Fails only when `context` lacks what the scope promised: our mistake.
    pub fn render(&self, context: Context<'_>) -> Result<String> {
        let mut text = String::new();
        for part in &self.0 {
            let run = || context.run.ok_or_else(|| internal("a run"));
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::RunId => text.push_str(&run()?.id),
                Part::RunName => text.push_str(&run()?.name),
                Part::Parameter(name) => {
                    let value = context.parameters.get(name).ok_or_else(|| internal(name))?;
                    text.push_str(&display(value));
                }
            }
        }
        Ok(text)
    }
}

fn internal(what: &str) -> Error {
    Error::new(Kind::Internal, format!("a template refers to {what}, which has no value"))
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// What stands between the braces.
fn reference(inside: &str, scope: Scope<'_>) -> Result<Part, String> {
    if let Some(name) = inside.strip_prefix("parameters.") {
        return parameter(name, scope.parameters);
    }
    match inside {
        r#""{{""# => return Ok(Part::Text("{{".to_owned())),
        "run.id" if scope.run => return Ok(Part::RunId),
        "run.name" if scope.run => return Ok(Part::RunName),
        _ => {}
    }
    let root = inside.split(['.', '[']).next().unwrap_or_default().trim_end();
    if scope.run && matches!(root, "steps" | "item" | "index") {
        return Err(later(&format!("`{{{{ {inside} }}}}`")));
    }
    let run = if scope.run { ", run.id, run.name" } else { "" };
    Err(format!("`{{{{ {inside} }}}}` refers to nothing: there are parameters.<name>{run}; {LITERAL}"))
}

fn parameter(name: &str, declared: &[Parameter]) -> Result<Part, String> {
    if declared.iter().any(|parameter| parameter.name == name) {
        return Ok(Part::Parameter(name.to_owned()));
    }
    let near = nearest(name, declared.iter().map(|parameter| parameter.name.as_str()));
    let hint = near.map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default();
    Err(format!("there is no parameter \"{name}\"{hint}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::parameters::ParameterType;
    use super::*;

    fn declared() -> Vec<Parameter> {
        let parameter = |name: &str| Parameter { name: name.into(), kind: ParameterType::String, default: None };
        ["dataset", "epochs", "regions"].map(parameter).to_vec()
    }

    fn render(text: &str) -> Result<String, String> {
        let parameters = declared();
        let template = Template::parse(text, Scope { parameters: &parameters, run: true })?;
        let values = [("dataset", json!("s3://a b")), ("epochs", json!(5)), ("regions", json!(["eu", "us"]))];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        let run = RunIdentity { id: "0b1f".into(), name: "nightly".into(), namespace: "ml".into() };
        template.render(Context { parameters: &values, run: Some(&run) }).map_err(|error| error.to_string())
    }

    #[test]
    fn references_are_replaced_in_place() {
        for (text, expected) in [
            ("", ""),
            ("plain } }} {", "plain } }} {"),
            ("--source={{ parameters.dataset }}", "--source=s3://a b"),
            ("{{parameters.epochs}}/{{run.id}}/{{  run.name }}", "5/0b1f/nightly"),
            ("{{ parameters.regions }}", "[\"eu\",\"us\"]"),
            ("{{ \"{{\" }}.Names}}", "{{.Names}}"),
            ("{{ \"{{\" }} run.id }}{{ run.id }}", "{{ run.id }}0b1f"),
        ] {
            assert_eq!(render(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_inside_braces_is_an_error() {
        for (text, expected) in [
            ("{{ parameters.epoch }}", "there is no parameter \"epoch\": did you mean \"epochs\"?"),
            ("{{ parameters. }}", "there is no parameter \"\""),
            ("{{ steps.a.output.rows }}", "`{{ steps.a.output.rows }}` is documented, but comes in a later release"),
            ("{{ item }}", "later release"),
            ("{{ item.key }}", "later release"),
            ("{{ index }}", "later release"),
            ("{{ run.date }}", "`{{ run.date }}` refers to nothing"),
            ("{{ items }}", "refers to nothing"),
            ("{{}}", "refers to nothing"),
            ("{{ run.id | upper }}", "refers to nothing"),
            ("{{ run.id", "`{{` without `}}`"),
        ] {
            let error = render(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn services_have_no_run() {
        let scope = Scope { parameters: &declared(), run: false };
        assert!(Template::parse("{{ run.id }}", scope).is_err());
        assert!(!Template::parse("{{ item }}", scope).unwrap_err().contains("later"));
        assert!(Template::parse("{{ parameters.epochs }}", scope).is_ok());
    }

    proptest! {
        #[test]
        fn text_without_braces_is_left_alone(text in "[^{]*") {
            prop_assert_eq!(render(&text), Ok(text));
        }

        #[test]
        fn nothing_panics(text in "[{} \"a-z.]*") {
            let _ = render(&text);
        }
    }
}
