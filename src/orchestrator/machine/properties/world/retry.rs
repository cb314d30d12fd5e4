//! The cluster in miniature, after somebody tried its run again.

use super::*;

impl World {
    /// What did not succeed begins anew, and `from`, each with all that waits for it; from now on nothing fails.
    pub(in super::super) fn retry(&mut self, from: Option<StepIndex>) {
        let anew = self.anew(from);
        // With all its instances, or with those that did not succeed.
        let whole = |step: StepIndex| anew[step] == Some(true);
        let again: Vec<_> = self
            .numbers
            .iter()
            .filter(|((origin, item), step)| {
                let failed = *self.machine.state(**step) != StepState::Succeeded;
                whole(*origin) || anew[*origin].is_some() && (item.is_none() || failed)
            })
            .map(|(one, step)| (*one, self.machine.attempts(*step).0))
            .collect();
        for (one, attempt) in again {
            self.pasts.insert(one, attempt);
            self.recorded.remove(&one);
            self.successes.remove(&one);
            // Whoever retries ends what still lives of them.
            self.pods.retain(|(origin, item, _), pod| (*origin, *item) != one || !pod.state.lives());
        }
        (self.stopped, self.outcome) = (false, None);
        self.posts.clear();
        (self.rules.fails, self.rules.disruptions) = (0, 0);
        self.policies.iter_mut().for_each(|policy| policy.timeout = None);
        self.restart();
    }

    /// Of each step of the graph whether it begins anew, and then whether as a whole.
    fn anew(&self, from: Option<StepIndex>) -> Vec<Option<bool>> {
        let mut anew = vec![None; self.graph.len()];
        for step in self.graph.order() {
            let after = self.graph.upstreams(*step).iter().any(|upstream| anew[*upstream].is_some());
            let failed = *self.machine.state(*step) != StepState::Succeeded;
            anew[*step] = (after || failed || from == Some(*step)).then_some(after || from == Some(*step));
        }
        anew
    }
}
