//! Text whose last references get their values when a pod is made: outputs of other steps, and a `foreach` step's item
//! (layer 1, pure).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::json_text::JsonText;
use crate::document::nearest;
use crate::error::{Error, Result};

/// Text with references that only a run can fill in. As JSON it is text where it has none, else a list of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Late {
    /// Nothing is left to fill in.
    Text(String),
    /// In this order.
    Parts(Vec<Part>),
}

/// A part of such a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// As it is.
    Text(String),
    /// To be filled in.
    Reference(Reference),
}

/// What is known only while a run goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// `steps.<step>.output`, or a key of it.
    Output {
        /// The step, which is no `foreach` step.
        step: String,
        /// The key of the JSON object that the step left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// `steps.<step>.outputs`: those of all instances of a `foreach` step.
    Outputs {
        /// The step.
        step: String,
    },
    /// `item`, or a key of it.
    Item {
        /// The key of the JSON object that the item is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// `index`, from 0.
    Index {},
}

/// What a step has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutput {
    /// A step's own, as it wrote it.
    One(String),
    /// Those of the instances of a `foreach` step, in the order of the items; none where there is none.
    Many(Vec<Option<String>>),
}

/// What references stand for while the pod of one instance is made.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    /// The instance of a `foreach` step: its number from 0, and its item.
    pub at: Option<(usize, &'a JsonText)>,
    /// The outputs of steps that have succeeded.
    pub outputs: &'a dyn Fn(&str) -> Option<StepOutput>,
}

impl From<&str> for Late {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Late {
    /// The text. The error says which output or item is not as the text needs it.
    pub fn render(&self, values: Values<'_>) -> Result<String> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Parts(parts) => parts.iter().map(|part| part.render(values)).collect(),
        }
    }

    /// What is left to fill in.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let parts = match self {
            Self::Text(_) => &[][..],
            Self::Parts(parts) => parts,
        };
        parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Reference(reference) => Some(reference),
        })
    }

    /// The text for a person who looks at a plan: references stand in it as in the file.
    pub fn display(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Reference(reference) => format!("{{{{ {} }}}}", reference.name()),
                })
                .collect(),
        }
    }
}

impl Part {
    fn render(&self, values: Values<'_>) -> Result<String> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Reference(reference) => reference.text(values),
        }
    }
}

impl Reference {
    /// The step whose output is meant.
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Output { step, .. } | Self::Outputs { step } => Some(step),
            Self::Item { .. } | Self::Index {} => None,
        }
    }

    /// As files write it, without braces.
    pub fn name(&self) -> String {
        let key = |key: &Option<String>| key.as_ref().map(|key| format!(".{key}")).unwrap_or_default();
        match self {
            Self::Output { step, key: of } => format!("steps.{step}.output{}", key(of)),
            Self::Outputs { step } => format!("steps.{step}.outputs"),
            Self::Item { key: of } => format!("item{}", key(of)),
            Self::Index {} => "index".to_owned(),
        }
    }

    fn text(&self, values: Values<'_>) -> Result<String> {
        match self {
            Self::Output { step, key: None } => Ok(one(step, values)?.trim().to_owned()),
            _ => self.value(values).map(|value| value.display()),
        }
    }

    /// The value as JSON.
    pub fn value(&self, values: Values<'_>) -> Result<JsonText> {
        match self {
            Self::Output { step, key } => {
                let text = one(step, values)?;
                let value = JsonText::parse(text.trim()).map_err(|error| {
                    let (name, size) = (self.name(), text.trim().len());
                    Error::failure(format!(
                        "the output of step \"{step}\" is no JSON, which `{name}` needs, but {size} bytes of text ({error})"
                    ))
                })?;
                of_key(&value, key.as_deref()).ok_or_else(|| {
                    let key = key.as_deref().unwrap_or_default();
                    Error::failure(format!(
                        "the output of step \"{step}\" has no key \"{key}\"{}",
                        instead(&value, key)
                    ))
                })
            }
            Self::Outputs { step } => match (values.outputs)(step) {
                Some(StepOutput::Many(all)) => {
                    let parsed = |one: Option<String>| JsonText::lenient(one.as_deref().map_or("null", str::trim));
                    Ok(JsonText::list(all.into_iter().map(parsed)))
                }
                _ => Err(none(step)),
            },
            Self::Item { key } => {
                let (index, item) = values.at.ok_or_else(|| Error::failure("there is no item here"))?;
                of_key(item, key.as_deref()).ok_or_else(|| {
                    let key = key.as_deref().unwrap_or_default();
                    Error::failure(format!("item {index} has no key \"{key}\"{}", instead(item, key)))
                })
            }
            Self::Index {} => {
                let index = values.at.map(|(index, _)| JsonText::lenient(&index.to_string()));
                index.ok_or_else(|| Error::failure("there is no item here"))
            }
        }
    }
}

fn one(step: &str, values: Values<'_>) -> Result<String> {
    match (values.outputs)(step) {
        Some(StepOutput::One(text)) => Ok(text),
        _ => Err(none(step)),
    }
}

/// The list of a `foreach` step's items out of what another step left.
pub fn items(reference: &Reference, outputs: &dyn Fn(&str) -> Option<StepOutput>) -> Result<Vec<JsonText>> {
    let value = reference.value(Values { at: None, outputs })?;
    value.elements().ok_or_else(|| {
        // What it says is nobody's business here.
        let (name, found) = (reference.name(), value.kind());
        Error::failure(format!("`{name}` is no JSON list, which `foreach` needs, but {found}"))
    })
}

/// What there is instead of `key`, as the end of a sentence.
fn instead(value: &JsonText, key: &str) -> String {
    let Some(entries) = value.entries() else { return format!(": it is {}", value.kind()) };
    let near = nearest(key, entries.keys().map(String::as_str)).map(|near| format!(": did you mean \"{near}\"?"));
    near.unwrap_or_default()
}

/// The steps that `references` name.
pub(super) fn steps<'r>(references: impl IntoIterator<Item = &'r Reference>) -> BTreeSet<&'r str> {
    references.into_iter().filter_map(Reference::step).collect()
}

fn none(step: &str) -> Error {
    Error::failure(format!("step \"{step}\" left no output in $ZENML_OUTPUT_FILE"))
}

fn of_key(value: &JsonText, key: Option<&str>) -> Option<JsonText> {
    match key {
        None => Some(value.clone()),
        Some(key) => value.entries()?.remove(key),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outputs(step: &str) -> Option<StepOutput> {
        match step {
            "prepare" => Some(StepOutput::One(" {\"rows\": 7, \"path\": \"s3://a b\", \"list\": [1, 2]}\n".into())),
            "text" => Some(StepOutput::One("plain\n".into())),
            "many" => Some(StepOutput::Many(vec![Some("0.50\n".into()), None, Some("us east\n".into())])),
            _ => None,
        }
    }

    fn output(step: &str, key: Option<&str>) -> Reference {
        Reference::Output { step: step.into(), key: key.map(str::to_owned) }
    }

    fn text(reference: Reference) -> Result<String, String> {
        let late = Late::Parts(vec![Part::Text("--x=".into()), Part::Reference(reference)]);
        let item = JsonText::lenient("{\"name\": \"eu\", \"n\": 1.50}");
        late.render(Values { at: Some((3, &item)), outputs: &outputs }).map_err(|error| error.to_string())
    }

    #[test]
    fn references_get_their_values() {
        for (reference, expected) in [
            (output("text", None), "plain"),
            (output("prepare", Some("rows")), "7"),
            (output("prepare", Some("path")), "s3://a b"),
            (output("prepare", Some("list")), "[1,2]"),
            (Reference::Outputs { step: "many".into() }, "[0.50,null,\"us east\"]"),
            (Reference::Item { key: Some("name".into()) }, "eu"),
            (Reference::Item { key: Some("n".into()) }, "1.50"),
            (Reference::Item { key: None }, "{\"name\":\"eu\",\"n\":1.50}"),
            (Reference::Index {}, "3"),
        ] {
            assert_eq!(text(reference.clone()), Ok(format!("--x={expected}")), "{reference:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_said() {
        for (reference, expected) in [
            (output("gone", None), "step \"gone\" left no output in $ZENML_OUTPUT_FILE"),
            (output("many", None), "step \"many\" left no output in $ZENML_OUTPUT_FILE"),
            (
                output("text", Some("k")),
                "the output of step \"text\" is no JSON, which `steps.text.output.k` needs, but 5 bytes of text (expected \
                 value at line 1 column 1)",
            ),
            (output("prepare", Some("k")), "the output of step \"prepare\" has no key \"k\""),
            (
                output("prepare", Some("row")),
                "the output of step \"prepare\" has no key \"row\": did you mean \"rows\"?",
            ),
            (Reference::Item { key: Some("k".into()) }, "item 3 has no key \"k\""),
        ] {
            assert_eq!(text(reference), Err(expected.to_owned()));
        }
        let list = items(&output("prepare", Some("list")), &outputs).unwrap();
        assert_eq!(list, [JsonText::lenient("1"), JsonText::lenient("2")]);
        let error = items(&output("prepare", None), &outputs).unwrap_err().to_string();
        assert_eq!(error, "`steps.prepare.output` is no JSON list, which `foreach` needs, but an object");
    }

    #[test]
    fn travels_as_short_json() {
        let late = Late::Parts(vec![
            Part::Text("a".into()),
            Part::Reference(output("s", None)),
            Part::Reference(Reference::Item { key: Some("k".into()) }),
            Part::Reference(Reference::Index {}),
        ]);
        let json = json!(["a", {"output": {"step": "s"}}, {"item": {"key": "k"}}, {"index": {}}]);
        assert_eq!(serde_json::to_value(&late).unwrap(), json);
        assert_eq!(serde_json::from_value::<Late>(json).unwrap(), late);
        assert_eq!(serde_json::from_value::<Late>(json!("a")).unwrap(), Late::Text("a".into()));
        assert_eq!(late.display(), "a{{ steps.s.output }}{{ item.k }}{{ index }}");
    }
}
