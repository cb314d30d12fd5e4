//! The steps of a run by their names (layer 1, pure).

use super::graph::StepIndex;
use super::resolve::ResolvedRun;

/// The steps in the order of their names: of ten thousand steps it is a small part of a map with the names in it.
#[derive(Clone, Debug)]
pub struct ByName(Vec<StepIndex>);

impl ByName {
    /// Of `run`.
    pub fn new(run: &ResolvedRun) -> Self {
        let mut order: Vec<_> = (0..run.steps.len()).collect();
        order.sort_unstable_by(|one, other| run.steps[*one].name.cmp(&run.steps[*other].name));
        Self(order)
    }

    /// The step `name` of the run that this was made of.
    pub fn find(&self, run: &ResolvedRun, name: &str) -> Option<StepIndex> {
        let at = self.0.binary_search_by(|step| run.steps[*step].name.as_str().cmp(name)).ok()?;
        Some(self.0[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::resolve::ResolvedStep;

    #[test]
    fn every_step_is_found_and_no_other() {
        let names = ["s10", "b", "s2", "a", "s1"];
        let step = |name: &str| ResolvedStep { name: name.into(), ..ResolvedStep::default() };
        let run = ResolvedRun { steps: names.map(step).into(), ..ResolvedRun::default() };
        let by_name = ByName::new(&run);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(by_name.find(&run, name), Some(at));
        }
        assert_eq!(["", "c", "s", "s3"].map(|name| by_name.find(&run, name)), [None; 4]);
    }
}
