//! Pods of steps that succeeded: the oldest go where a run has too many finished pods (layer 3, pure).

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

use super::Ledger;

/// So many finished pods of a run stay. Kubernetes is tested with 3,000 in a namespace, and a cluster keeps 12,500.
const MOST_FINISHED: usize = 1_000;

/// A pod, by when it ended.
type Ended = (Option<Timestamp>, String);

/// The pods that have ended.
#[derive(Debug, Default)]
pub(super) struct Spare {
    /// All of them.
    ended: HashSet<String>,
    /// Those that did their work and whose success may not be recorded yet, in the order in which it was seen.
    fresh: Vec<Ended>,
    /// How many of these are in the record that is being written.
    noted: usize,
    /// Those that nobody needs any more.
    recorded: BTreeSet<Ended>,
}

impl Ledger {
    /// The pod `name` has ended, and may have done its work.
    pub(super) fn pod_ended(&mut self, name: String, finished: Option<Timestamp>, has_succeeded: bool) {
        if self.spare.ended.insert(name.clone()) && has_succeeded {
            self.spare.fresh.push((finished, name));
        }
    }

    /// The record as it is now is about to be written.
    pub fn recording(&mut self) {
        self.spare.noted = self.spare.fresh.len();
        self.lingering.recording();
    }

    /// The record was written as it was then: the pods that are to be deleted.
    pub fn written(&mut self) -> Vec<String> {
        self.lingering.written();
        let noted = std::mem::take(&mut self.spare.noted);
        self.spare.recorded.extend(self.spare.fresh.drain(..noted));
        let mut dropped = Vec::new();
        for _ in 0..self.surplus() {
            let Some((_, name)) = self.spare.recorded.pop_first() else { break };
            // Somebody else may have deleted it.
            if self.spare.ended.remove(&name) {
                self.pods.remove(&name);
                dropped.push(name);
            }
        }
        self.record.dropped += dropped.len();
        dropped
    }

    /// How many finished pods there are beyond those that stay.
    pub fn surplus(&self) -> usize {
        self.spare.ended.len().saturating_sub(MOST_FINISHED)
    }

    pub(super) fn pod_gone(&mut self, name: &str) {
        self.spare.ended.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Known, Ledger};
    use super::*;
    use crate::orchestrator::record::Record;
    use crate::pipeline::pod::Owner;
    use crate::pipeline::resolve::sample;

    const STEPS: usize = MOST_FINISHED + 5;

    fn ledger(record: Record) -> Ledger {
        let steps: String = (0..STEPS).map(|step| format!("  s{step}: {{command: [x]}}\n")).collect();
        let file = format!("version: 1\nkind: pipeline\nname: p\nimage: busybox:1.35\nsteps:\n{steps}");
        Ledger::new(sample(&file), &Owner { name: "zenml-run-x".into(), uid: "u-1".into() }, record).unwrap()
    }

    fn pending() -> Record {
        Record::pending((0..STEPS).map(|step| format!("s{step}")))
    }

    /// The last step's pod ended first.
    fn succeed(ledger: &mut Ledger, step: usize) {
        let now = Timestamp::UNIX_EPOCH;
        let mut pod = ledger.pod(step, 1, 0).unwrap();
        let finished = format!("2026-11-20T10:{:02}:{:02}Z", (STEPS - step) / 60, (STEPS - step) % 60);
        let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": finished}});
        let main =
            json!({"name": "main", "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": ended});
        pod.status = serde_json::from_value(json!({"phase": "Succeeded", "containerStatuses": [main]})).unwrap();
        assert!(matches!(ledger.present(&pod, now), Known::Ours(_)));
    }

    fn names(ledger: &Ledger, steps: std::ops::Range<usize>) -> Vec<String> {
        steps.rev().map(|step| ledger.pod_name(step, 1)).collect()
    }

    #[test]
    fn the_oldest_go_once_they_are_recorded_also_after_a_restart() {
        let now = Timestamp::UNIX_EPOCH;
        let mut first = ledger(pending());
        first.list_begins();
        assert_eq!(first.list_ends(now).len(), STEPS);
        (2..STEPS).for_each(|step| succeed(&mut first, step));
        assert_eq!(first.written(), Vec::<String>::new(), "no record has them");
        first.recording();
        succeed(&mut first, 1);
        assert_eq!(first.written(), names(&first, STEPS - 4..STEPS));
        assert_eq!((first.record().dropped, first.surplus()), (4, 0));

        let mut second = ledger(first.record().clone());
        second.list_begins();
        (0..STEPS - 4).for_each(|step| succeed(&mut second, step));
        second.list_ends(now);
        second.recording();
        assert_eq!(second.written(), names(&second, STEPS - 5..STEPS - 4));
        assert_eq!(second.record().dropped, 5);
    }
}
