//! Pods at which no scheduler has looked: then nobody says a word about them (layer 3, pure).

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;

use super::Ledger;
use crate::orchestrator::facts::Facts;
use crate::orchestrator::machine::{Action, NO_SCHEDULER, PodState, Stuck, after, unseen_by};

/// So long a scheduler may have others to place first.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pods that no scheduler has looked at so far.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// When that is to be said of each, and whose it is.
    pods: HashMap<String, (Timestamp, String)>,
    /// Those of which it has not been said.
    timers: BTreeSet<(Timestamp, String)>,
}

impl Unseen {
    pub(super) fn forget(&mut self, name: &str) {
        if let Some((due, _)) = self.pods.remove(name) {
            self.timers.remove(&(due, name.to_owned()));
        }
    }

    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        self.timers.first().map(|(due, _)| *due)
    }

    fn wait(&mut self, name: &str, scheduler: String, now: Timestamp) {
        if !self.pods.contains_key(name) {
            let due = after(now, PATIENCE);
            self.pods.insert(name.to_owned(), (due, scheduler));
            self.timers.insert((due, name.to_owned()));
        }
    }

    /// What is to be said of a pod by now.
    fn stuck(&self, name: &str, now: Timestamp) -> Option<Stuck> {
        let (_, scheduler) = self.pods.get(name).filter(|(due, _)| *due <= now)?;
        let message = format!("no scheduler has looked at it (scheduler_name {scheduler})");
        Some(Stuck { reason: NO_SCHEDULER.to_owned(), message })
    }
}

impl Ledger {
    /// What keeps `pod` where no scheduler has looked at it for some time.
    pub(super) fn of_schedulers(
        &mut self,
        pod: &Pod,
        name: &str,
        now: Timestamp,
        state: &mut PodState,
        facts: &mut Facts,
    ) {
        match unseen_by(pod).filter(|_| *state == PodState::Waiting(None)) {
            Some(scheduler) => self.unseen.wait(name, scheduler, now),
            None => self.unseen.forget(name),
        }
        if let Some(stuck) = self.unseen.stuck(name, now) {
            facts.waiting = Some((stuck.reason.clone(), Some(stuck.message.clone())));
            *state = PodState::Waiting(Some(stuck));
        }
    }

    /// Says it of those that have waited for long enough.
    pub(super) fn unseen_for_long(&mut self, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        while self.unseen.next_wake().is_some_and(|due| due <= now) {
            let Some((_, name)) = self.unseen.timers.pop_first() else { break };
            let stuck = self.unseen.stuck(&name, now);
            actions.extend(stuck.and_then(|stuck| self.held_back(&name, stuck, now)).into_iter().flatten());
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Known;
    use super::*;
    use crate::orchestrator::record::Record;
    use crate::pipeline::pod::Owner;
    use crate::pipeline::resolve::sample;

    fn at(seconds: u64) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, Duration::from_secs(seconds))
    }

    fn ledger() -> Ledger {
        let file = "version: 1\nkind: pipeline\nname: p\nimage: busybox:1.35\nsteps:\n  s: {command: [x]}\n";
        let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
        let mut ledger = Ledger::new(sample(file), &owner, Record::pending(["s".to_owned()])).unwrap();
        ledger.list_begins();
        assert_eq!(ledger.list_ends(at(0)).len(), 1);
        ledger.created((0, 1), at(0));
        ledger
    }

    fn see(ledger: &mut Ledger, condition: Option<(&str, &str)>, now: Timestamp) {
        let mut pod = ledger.pod(0, 1, 0).unwrap();
        pod.spec.as_mut().unwrap().scheduler_name = Some("nosuch".to_owned());
        let conditions =
            condition.map(|(status, reason)| json!([{"type": "PodScheduled", "status": status, "reason": reason}]));
        pod.status = serde_json::from_value(json!({"phase": "Pending", "conditions": conditions})).unwrap();
        assert_eq!(ledger.present(&pod, now), Known::Ours(Vec::new()));
    }

    fn reason(ledger: &Ledger) -> Option<&str> {
        ledger.record().steps[0].reason.as_deref()
    }

    #[test]
    fn a_pod_that_no_scheduler_looks_at_says_so_after_some_time() {
        let mut ledger = ledger();
        see(&mut ledger, None, at(1));
        assert_eq!((reason(&ledger), ledger.next_wake()), (None, Some(at(11))));
        ledger.take_changes();
        assert_eq!(ledger.tick(at(11)), []);
        let message = ledger.record().steps[0].message.as_deref();
        assert_eq!(
            (reason(&ledger), message),
            (Some(NO_SCHEDULER), Some("no scheduler has looked at it (scheduler_name nosuch)"))
        );
        assert_eq!((ledger.take_changes().len(), ledger.next_wake()), (1, None));
        // Another change of the pod does not take it back, and a scheduler does.
        see(&mut ledger, None, at(12));
        assert_eq!(ledger.take_changes(), []);
        assert_eq!(reason(&ledger), Some(NO_SCHEDULER));
        see(&mut ledger, Some(("False", "Unschedulable")), at(13));
        assert_eq!((reason(&ledger), ledger.next_wake()), (Some("Unschedulable"), None));
    }

    #[test]
    fn a_pod_that_is_gated_or_placed_in_time_says_nothing_of_it() {
        for condition in [("False", "SchedulingGated"), ("True", "")] {
            let mut ledger = ledger();
            see(&mut ledger, None, at(1));
            see(&mut ledger, Some(condition), at(2));
            assert_eq!(ledger.next_wake(), None);
            ledger.tick(at(60));
            assert_ne!(reason(&ledger), Some(NO_SCHEDULER));
        }
    }
}
