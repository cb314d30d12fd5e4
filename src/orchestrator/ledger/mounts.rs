//! Volumes that cannot be mounted: a pod's status says nothing of them, only the kubelet's events do (layer 3, pure).

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Event as News, Pod};

use super::Ledger;
use crate::orchestrator::facts::Facts;
use crate::orchestrator::machine::{Action, Event, FAILED_MOUNT, PodState, StepState, Stuck, mounted};

impl Ledger {
    /// The kubelet says that it cannot mount what a pod wants.
    pub fn cannot_mount(&mut self, news: News, now: Timestamp) -> Vec<Action> {
        let Some(name) = news.involved_object.name else { return Vec::new() };
        let stuck = Stuck { reason: FAILED_MOUNT.to_owned(), message: news.message.unwrap_or_default() };
        // One may be about an earlier pod of this name, or come late.
        let Some(actions) = self.held_back(&name, stuck.clone(), now) else { return Vec::new() };
        self.unmounted.insert(name, stuck);
        actions
    }

    /// Something keeps the pod `name` from starting of which its status has no word. `None` where it is not about to start.
    pub(super) fn held_back(&mut self, name: &str, stuck: Stuck, now: Timestamp) -> Option<Vec<Action>> {
        let (step, attempt) = self.pods.get(name).copied()?;
        if *self.machine.state(step) != (StepState::Starting { attempt, exists: true }) {
            return None;
        }
        let facts = Facts { waiting: Some((stuck.reason.clone(), Some(stuck.message.clone()))), ..Facts::default() };
        self.note(self.slots[step], attempt, name.to_owned(), facts);
        let charged = self.machine.attempts(step).1;
        Some(self.apply(now, Event::PodSeen { step, attempt, charged, state: PodState::Waiting(Some(stuck)) }))
    }

    /// What keeps `pod` that says nothing else itself.
    pub(super) fn of_mounts(&mut self, pod: &Pod, name: &str, state: &mut PodState, facts: &mut Facts) {
        if *state != PodState::Waiting(None) || mounted(pod) {
            self.unmounted.remove(name);
        } else if let Some(stuck) = self.unmounted.get(name) {
            facts.waiting = Some((stuck.reason.clone(), Some(stuck.message.clone())));
            *state = PodState::Waiting(Some(stuck.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::super::Known;
    use super::*;
    use crate::orchestrator::machine::after;
    use crate::orchestrator::record::{Record, StepPhase};
    use crate::pipeline::pod::Owner;
    use crate::pipeline::resolve::sample;

    fn ledger() -> Ledger {
        let file = "version: 1\nkind: pipeline\nname: p\nimage: busybox:1.35\nsteps:\n  s: {command: [x]}\n";
        let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
        let mut ledger = Ledger::new(sample(file), &owner, Record::pending(["s".to_owned()])).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        ledger.list_begins();
        assert_eq!(ledger.list_ends(now).len(), 1);
        assert_eq!(ledger.created((0, 1), now), []);
        ledger
    }

    fn cannot_mount(ledger: &mut Ledger, why: &str) -> Vec<Action> {
        let pod = json!({"kind": "Pod", "name": ledger.pod_name(0, 1)});
        let message = format!("MountVolume.SetUp failed for volume \"c\" : {why}");
        let news = json!({"metadata": {}, "involvedObject": pod, "reason": FAILED_MOUNT, "message": message});
        ledger.cannot_mount(serde_json::from_value(news).unwrap(), Timestamp::UNIX_EPOCH)
    }

    fn see(ledger: &mut Ledger, mounted: &str) {
        let mut pod = ledger.pod(0, 1, 0).unwrap();
        let waiting = json!({"waiting": {"reason": "ContainerCreating"}});
        let main =
            json!({"name": "main", "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": waiting});
        let ready = json!({"type": "PodReadyToStartContainers", "status": mounted});
        let status = json!({"phase": "Pending", "conditions": [ready], "containerStatuses": [main]});
        pod.status = serde_json::from_value(status).unwrap();
        assert_eq!(ledger.present(&pod, Timestamp::UNIX_EPOCH), Known::Ours(Vec::new()));
    }

    #[test]
    fn a_missing_secret_is_told_and_given_up_after_the_grace() {
        let mut ledger = ledger();
        assert_eq!(cannot_mount(&mut ledger, "secret \"nope\" not found"), []);
        see(&mut ledger, "False");
        let step = &ledger.record().steps[0];
        assert_eq!((step.phase, step.reason.as_deref()), (StepPhase::Starting, Some(FAILED_MOUNT)));
        assert!(step.message.as_ref().unwrap().ends_with("secret \"nope\" not found"));
        let over = after(Timestamp::UNIX_EPOCH, Duration::from_secs(20));
        assert_eq!(ledger.next_wake(), Some(over));
        assert_eq!(ledger.tick(over), [Action::DeletePod { step: 0, attempt: 1 }]);
    }

    #[test]
    fn a_volume_that_comes_late_is_waited_for() {
        let mut late = ledger();
        cannot_mount(&mut late, "secret \"nope\" not found");
        see(&mut late, "True");
        assert_eq!(late.next_wake(), None, "it is mounted, and the image is being pulled");
        let mut busy = ledger();
        cannot_mount(&mut busy, "connection timed out");
        assert_eq!((busy.next_wake(), busy.record().steps[0].reason.as_deref()), (None, Some(FAILED_MOUNT)));
    }
}
