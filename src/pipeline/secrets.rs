//! The secrets whose values this program is given: all of a run's lie in one Secret, and steps refer to its keys (layer 1,
//! pure).

use std::collections::{BTreeSet, HashMap};

use super::spec::{Pipeline, SecretSource};

/// A value of the run's Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSecret<'p> {
    /// Its key there.
    pub key: String,
    /// The environment variable, for messages.
    pub variable: &'p str,
    /// Where the value comes from.
    pub source: &'p SecretSource,
}

/// The keys of the run's Secret. Steps that name one source for one variable share a value.
#[derive(Debug, Default)]
pub struct Keys<'p> {
    own: Vec<OwnSecret<'p>>,
    known: HashMap<(&'p str, &'p SecretSource), usize>,
}

impl<'p> Keys<'p> {
    /// Those of `pipeline`.
    pub fn of(pipeline: &'p Pipeline) -> Self {
        let all = || pipeline.steps.iter().flat_map(|step| &step.secrets);
        let ours = || all().filter(|(_, source)| !matches!(source, SecretSource::Reference { .. }));
        let mut taken: BTreeSet<String> = ours().map(|(variable, _)| variable.clone()).collect();
        let (mut keys, mut seen) = (Self::default(), BTreeSet::new());
        for (variable, source) in ours() {
            let variable = variable.as_str();
            if keys.known.contains_key(&(variable, source)) {
                continue;
            }
            // The first source of a variable has its name; the others get a number.
            let mut key = variable.to_owned();
            if !seen.insert(variable) {
                let mut numbers = (2_usize..).map(|number| format!("{variable}.{number}"));
                key = numbers.find(|name| taken.insert(name.clone())).unwrap_or(key);
            }
            keys.known.insert((variable, source), keys.own.len());
            keys.own.push(OwnSecret { key, variable, source });
        }
        keys
    }

    /// What is to be in the Secret.
    pub fn own(&self) -> &[OwnSecret<'p>] {
        &self.own
    }

    /// The key of a variable that a step has from `source`.
    pub(super) fn key(&self, variable: &'p str, source: &'p SecretSource) -> Option<&str> {
        self.known.get(&(variable, source)).map(|at| self.own[*at].key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::read;

    #[test]
    fn one_source_is_one_value_and_keys_never_clash() {
        let file = "
version: 1
kind: pipeline
name: p
image: i
steps:
  a: {secrets: {T: {file: one}, T.2: {prompt: true}, R: {secret_ref: {name: s, key: k}}}}
  b: {secrets: {T: {file: one}}}
  c: {secrets: {T: {file: two}}}
  d: {secrets: {T: {prompt: true}}}
";
        let pipeline = read::read("f", file).unwrap();
        let keys = Keys::of(&pipeline);
        let found: Vec<_> = keys.own().iter().map(|own| (own.key.as_str(), own.variable)).collect();
        assert_eq!(found, [("T", "T"), ("T.2", "T.2"), ("T.3", "T"), ("T.4", "T")]);
        let source = &pipeline.steps[2].secrets["T"];
        assert_eq!(keys.key("T", source), Some("T.3"));
        assert_eq!(keys.key("R", &pipeline.steps[0].secrets["R"]), None);
    }
}
