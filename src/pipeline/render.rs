//! One instance of a step, with every reference filled in: what its pod executes (layer 1, pure).
//!
//! A step without `foreach` has one instance, which has the step's name. Those of another are `train[0]`, `train[1]`, ….

use std::collections::{BTreeMap, BTreeSet};

use super::json_text::JsonText;
use super::late::{self, Late, Reference, StepOutput, Values};
use super::resolve::{ResolvedForeach, ResolvedStep};
use super::spec::MOST_ITEMS;
use crate::error::{Error, Result};

/// What the pod of one instance executes.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderedStep<'s> {
    /// The step.
    pub step: &'s ResolvedStep,
    /// The number of the instance, from 0; none for a step without `foreach`.
    pub index: Option<usize>,
    /// Replaces the image's entrypoint; empty leaves it.
    pub command: Vec<String>,
    /// The arguments.
    pub args: Vec<String>,
    /// Environment variables in clear.
    pub environment: BTreeMap<String, String>,
}

impl RenderedStep<'_> {
    /// The instance's name, which is unique in the run.
    pub fn name(&self) -> String {
        instance_name(&self.step.name, self.index)
    }
}

/// The instance `at` of `step`, its number and its item; none for a step without `foreach`. `outputs` has what steps have
/// left that succeeded. The error says what is not as the step needs it: then the step fails.
pub fn render<'s>(
    step: &'s ResolvedStep,
    at: Option<(usize, &JsonText)>,
    outputs: &dyn Fn(&str) -> Option<StepOutput>,
) -> Result<RenderedStep<'s>> {
    let values = Values { at, outputs };
    let of = |texts: &[Late]| texts.iter().map(|text| text.render(values)).collect::<Result<_>>();
    let environment = step.environment.iter().map(|(name, text)| Ok((name.clone(), text.render(values)?)));
    Ok(RenderedStep {
        step,
        index: at.map(|(index, _)| index),
        command: of(&step.command)?,
        args: of(&step.args)?,
        environment: environment.collect::<Result<_>>()?,
    })
}

/// The step as a plan shows it, before anything has run: references stand in it as in the file.
pub fn planned(step: &ResolvedStep) -> RenderedStep<'_> {
    let of = |texts: &[Late]| texts.iter().map(Late::display).collect();
    let environment = step.environment.iter().map(|(name, text)| (name.clone(), text.display()));
    RenderedStep {
        step,
        index: step.foreach.as_ref().map(|_| 0),
        command: of(&step.command),
        args: of(&step.args),
        environment: environment.collect(),
    }
}

/// The name of an instance: `train[3]`, or the step's own.
pub fn instance_name(step: &str, index: Option<usize>) -> String {
    index.map_or_else(|| step.to_owned(), |index| format!("{step}[{index}]"))
}

/// The step and the number that a name of [`instance_name`] is made of. Names of steps have no brackets.
pub fn instance_of(name: &str) -> Option<(&str, Option<usize>)> {
    let Some((step, index)) = name.split_once('[') else { return Some((name, None)) };
    let index: usize = index.strip_suffix(']')?.parse().ok()?;
    (instance_name(step, Some(index)) == name).then_some((step, Some(index)))
}

impl ResolvedStep {
    /// The steps whose outputs this one needs.
    pub fn references(&self) -> BTreeSet<&str> {
        let texts = self.command.iter().chain(&self.args).chain(self.environment.values());
        late::steps(texts.flat_map(Late::references).chain(self.list()))
    }

    fn list(&self) -> Option<&Reference> {
        match &self.foreach {
            Some(ResolvedForeach::Output(reference)) => Some(reference),
            _ => None,
        }
    }

    /// The items of a `foreach` step, each of which is an instance; none for another step. The error says why there is no
    /// such list: then the step fails.
    pub fn items(&self, outputs: &dyn Fn(&str) -> Option<StepOutput>) -> Result<Option<Vec<JsonText>>> {
        let items = match &self.foreach {
            None => return Ok(None),
            Some(ResolvedForeach::Items(items)) => items.iter().map(JsonText::from).collect(),
            Some(ResolvedForeach::Output(reference)) => late::items(reference, outputs)?,
        };
        if items.len() > MOST_ITEMS {
            return Err(too_many(items.len()));
        }
        Ok(Some(items))
    }
}

/// The error for a list that is too long.
pub(super) fn too_many(items: usize) -> Error {
    Error::failure(format!("{items} items, and a step has {MOST_ITEMS} instances at most"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pipeline::late::Part;

    fn step() -> ResolvedStep {
        let reference = |reference| Late::Parts(vec![Part::Text("--x=".into()), Part::Reference(reference)]);
        ResolvedStep {
            name: "train".into(),
            image: "i".into(),
            command: vec![Late::Text("train".into()), reference(Reference::Item { key: None })],
            args: vec![reference(Reference::Output { step: "load".into(), key: None })],
            environment: [("N".to_owned(), reference(Reference::Index {}))].into(),
            foreach: Some(ResolvedForeach::Output(Reference::Outputs { step: "each".into() })),
            ..ResolvedStep::default()
        }
    }

    fn outputs(step: &str) -> Option<StepOutput> {
        match step {
            "load" => Some(StepOutput::One("7\n".into())),
            "each" => Some(StepOutput::Many(vec![Some("a".into()), Some("{\"k\": 1}".into())])),
            _ => None,
        }
    }

    #[test]
    fn an_instance_has_its_own_values() {
        let step = step();
        assert_eq!(step.references(), ["each", "load"].into());
        let items = step.items(&outputs).unwrap().unwrap();
        assert_eq!(items, [json!("a"), json!({"k": 1})].each_ref().map(JsonText::from));
        let rendered = render(&step, Some((1, &items[1])), &outputs).unwrap();
        assert_eq!(rendered.name(), "train[1]");
        assert_eq!(rendered.command, ["train", "--x={\"k\":1}"]);
        assert_eq!((rendered.args[0].as_str(), rendered.environment["N"].as_str()), ("--x=7", "--x=1"));
        assert_eq!(
            render(&step, Some((0, &items[0])), &|_| None).unwrap_err().to_string(),
            "step \"load\" left no output in $ZENML_OUTPUT_FILE"
        );
        assert_eq!(planned(&step).args, ["--x={{ steps.load.output }}"]);
    }

    #[test]
    fn too_many_items_are_none() {
        let step = ResolvedStep {
            foreach: Some(ResolvedForeach::Output(Reference::Output { step: "l".into(), key: None })),
            ..step()
        };
        let list = |length: usize| move |_: &str| Some(StepOutput::One(json!(vec![0; length]).to_string()));
        assert_eq!(step.items(&list(MOST_ITEMS)).unwrap().unwrap().len(), MOST_ITEMS);
        assert!(step.items(&list(MOST_ITEMS + 1)).unwrap_err().to_string().starts_with("1001 items"));
        assert_eq!(ResolvedStep::default().items(&|_| None).unwrap(), None);
    }

    #[test]
    fn names_of_instances_read_back() {
        for (name, expected) in [
            ("train", Some(("train", None))),
            ("train[0]", Some(("train", Some(0)))),
            ("a b[999]", Some(("a b", Some(999)))),
            ("train[01]", None),
            ("train[+1]", None),
            ("train[", None),
            ("train[1]x", None),
        ] {
            assert_eq!(instance_of(name), expected, "{name}");
        }
    }
}
