//! Pods that somebody else deletes are not counted at once (layer 3, pure).
//!
//! `kubectl delete pod -l pipeline=…` deletes the orchestrator's pod as well as the steps'. The steps' ends arrive first,
//! and counted at once they would make a failed run of one that a person stopped.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::time::Instant;

use crate::cluster::watch::Change;

/// How long the order to stop may take longer than a step's end.
const HOLD: Duration = Duration::from_secs(2);

/// What is held back, oldest first.
#[derive(Default)]
pub struct Sweep {
    held: VecDeque<(Instant, Change<Pod>)>,
    /// Pods whose deletion is our own doing.
    asked: HashSet<String>,
}

impl Sweep {
    /// We delete `pod` ourselves.
    pub fn asked(&mut self, pod: String) {
        self.asked.insert(pod);
    }

    /// Gives `change` back, or holds it because somebody else is deleting the pod.
    pub fn pass(&mut self, change: Change<Pod>, now: Instant) -> Option<Change<Pod>> {
        let (Change::Present(pod) | Change::Gone(pod)) = &change else { return Some(change) };
        if pod.metadata.deletion_timestamp.is_none() || self.asked.contains(&pod.name_any()) {
            return Some(change);
        }
        self.held.push_back((now + HOLD, change));
        None
    }

    /// When the next held change is due.
    pub fn due(&self) -> Option<Instant> {
        self.held.front().map(|(due, _)| *due)
    }

    /// The changes that are due at `now`; all when there is no need to wait any longer.
    pub fn release(&mut self, now: Option<Instant>) -> Vec<Change<Pod>> {
        let due = self.held.iter().take_while(|(due, _)| now.is_none_or(|now| *due <= now)).count();
        self.held.drain(..due).map(|(_, change)| change).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn present(name: &str, deleted: bool) -> Change<Pod> {
        let time = deleted.then_some("2026-11-20T10:00:00Z");
        let pod = json!({ "metadata": { "name": name, "deletionTimestamp": time } });
        Change::Present(Box::new(serde_json::from_value(pod).unwrap()))
    }

    #[test]
    fn only_what_others_delete_is_held_and_only_for_a_while() {
        let (mut sweep, now) = (Sweep::default(), Instant::now());
        sweep.asked("ours".to_owned());
        assert!(sweep.pass(present("alive", false), now).is_some());
        assert!(sweep.pass(present("ours", true), now).is_some());
        assert!(sweep.pass(present("swept", true), now).is_none());
        assert!(sweep.release(Some(now)).is_empty());
        let due = sweep.due();
        assert_eq!(sweep.release(due).len(), 1);
        assert!(sweep.due().is_none());
    }
}
