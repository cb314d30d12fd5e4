//! Pods whose step has ended while another container goes on: it holds what the next step may need (layer 3, pure).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::Ledger;
use crate::orchestrator::machine::after;

/// So long the other containers have to end by themselves: then the pod stays, with its logs.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pods that linger, by name.
#[derive(Debug, Default)]
pub(super) struct Lingering(BTreeMap<String, Lingerer>);

#[derive(Debug)]
struct Lingerer {
    due: Timestamp,
    /// The record that is being written has the end of its step.
    noted: bool,
    /// It was written.
    recorded: bool,
}

impl Lingering {
    /// Takes in whether the pod `name` lingers now.
    pub(super) fn take(&mut self, name: &str, lingers: bool, now: Timestamp) {
        if lingers {
            let due = after(now, PATIENCE);
            self.0.entry(name.to_owned()).or_insert(Lingerer { due, noted: false, recorded: false });
        } else {
            self.0.remove(name);
        }
    }

    pub(super) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn recording(&mut self) {
        self.0.values_mut().for_each(|one| one.noted = true);
    }

    pub(super) fn written(&mut self) {
        self.0.values_mut().for_each(|one| one.recorded |= one.noted);
    }

    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        self.0.values().filter(|one| one.recorded).map(|one| one.due).min()
    }
}

impl Ledger {
    /// The pods that are to be deleted now: they had their time, and what is needed of them is recorded.
    pub fn overdue(&mut self, now: Timestamp) -> Vec<String> {
        let is_over = |one: &Lingerer| one.recorded && one.due <= now;
        let over = self.lingering.0.iter().filter(|(_, one)| is_over(one));
        let names: Vec<_> = over.map(|(name, _)| name.clone()).collect();
        for name in &names {
            self.lingering.forget(name);
        }
        names
    }

    /// Whether the pod `name` has a container that goes on although its step has ended.
    pub fn lingers(&self, name: &str) -> bool {
        self.lingering.0.contains_key(name)
    }

    /// The pods that linger, and when the last of them has had its time.
    pub fn lingering(&self) -> Option<(Timestamp, Vec<String>)> {
        let last = self.lingering.0.values().map(|one| one.due).max()?;
        Some((last, self.lingering.0.keys().cloned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::orchestrator::record::Record;
    use crate::pipeline::pod::Owner;
    use crate::pipeline::resolve::sample;

    fn see(ledger: &mut Ledger, phase: &str, now: Timestamp) {
        let mut pod = ledger.pod(0, 1, 0).unwrap();
        let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": "2026-11-20T10:00:00Z"}});
        let one = |name: &str, state: &serde_json::Value| json!({"name": name, "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state});
        let containers = [one("main", &ended), one("proxy", &json!({"running": {}}))];
        pod.status = serde_json::from_value(json!({"phase": phase, "containerStatuses": containers})).unwrap();
        ledger.present(&pod, now);
    }

    #[test]
    fn who_lingers_is_deleted_once_its_end_is_recorded() {
        let file = "version: 1\nkind: pipeline\nname: p\nimage: busybox:1.35\nsteps:\n  s: {command: [x]}\n";
        let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
        let mut ledger = Ledger::new(sample(file), &owner, Record::pending(["s".to_owned()])).unwrap();
        let begin = Timestamp::UNIX_EPOCH;
        let due = after(begin, PATIENCE);
        ledger.list_begins();
        ledger.list_ends(begin);
        ledger.recording();
        see(&mut ledger, "Running", begin);
        assert_eq!(ledger.written(), Vec::<String>::new());
        assert_eq!((ledger.next_wake(), ledger.overdue(due)), (None, Vec::new()), "it is not recorded");
        ledger.recording();
        see(&mut ledger, "Running", due);
        ledger.written();
        assert_eq!((ledger.next_wake(), ledger.overdue(begin)), (Some(due), Vec::new()), "it has some time");
        assert_eq!(ledger.overdue(due), [ledger.pod_name(0, 1)]);
        assert_eq!((ledger.next_wake(), ledger.lingering()), (None, None));
        see(&mut ledger, "Running", due);
        assert!(ledger.lingers(&ledger.pod_name(0, 1)));
        see(&mut ledger, "Succeeded", due);
        assert_eq!(ledger.lingering(), None, "it ended by itself");
    }
}
