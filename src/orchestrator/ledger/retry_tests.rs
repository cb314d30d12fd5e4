//! Runs that are tried again: what is left of the first try does not count.

use serde_json::json;

use super::output_tests::{begin, now};
use super::*;
use crate::orchestrator::record::StepPhase;
use crate::orchestrator::retry::reset::reset;
use crate::pipeline::resolve::sample;

const FILE: &str = "
version: 1
kind: pipeline
name: p
image: busybox:1.35
steps:
  list: {command: [list]}
  each: {foreach: '{{ steps.list.output }}', command: [each, '{{ item }}']}
  sum: {command: [sum, '{{ steps.each.outputs }}']}
";

const SUM: StepIndex = 2;

fn run() -> ResolvedRun {
    sample(FILE)
}

fn ledger(record: Record) -> Ledger {
    let mut ledger = Ledger::new(run(), &Owner { name: "zenml-run-x".into(), uid: "u-1".into() }, record).unwrap();
    ledger.begin(now());
    ledger
}

fn create(step: StepIndex, attempt: Attempt) -> Action {
    Action::CreatePod { step, attempt, charged: 0 }
}

/// The pod of an attempt that ended with this code, or runs, and left this.
fn pod(ledger: &Ledger, step: StepIndex, attempt: Attempt, code: Option<i32>, output: &str) -> Pod {
    let mut pod = ledger.pod(step, attempt, 0).unwrap();
    let ended = |code: i32| json!({"terminated": {"exitCode": code, "message": output}});
    let state = code.map_or_else(|| json!({"running": {}}), ended);
    let container =
        json!({"name": "main", "image": "", "imageID": "", "ready": true, "restartCount": 0, "state": state});
    pod.status = serde_json::from_value(json!({"phase": "Running", "containerStatuses": [container]})).unwrap();
    pod
}

fn tell(ledger: &mut Ledger, pod: &Pod) -> Vec<Action> {
    match ledger.present(pod, now()) {
        Known::Ours(actions) => actions,
        Known::Foreign => panic!("it is ours"),
    }
}

fn read_back(record: &Record) -> Record {
    Record::read(&record.summary().unwrap(), Some(&record.pack_steps().unwrap())).unwrap()
}

/// A run of which one of two instances failed, with its pods.
fn failed() -> (Ledger, Vec<Pod>) {
    let mut ledger = ledger(Record::pending(["list", "each", "sum"].map(ToOwned::to_owned)));
    begin(&mut ledger, &[]);
    let list = pod(&ledger, 0, 1, Some(0), "[1, 2]");
    tell(&mut ledger, &list);
    let (good, bad) = (pod(&ledger, 3, 1, Some(0), "a"), pod(&ledger, 4, 1, Some(1), "boom"));
    tell(&mut ledger, &good);
    assert_eq!(tell(&mut ledger, &bad), [Action::Finish(Outcome::Failed)]);
    ledger.finish(Outcome::Failed, None, now());
    (ledger, vec![list, good, bad])
}

#[test]
fn only_what_failed_is_done_again_whatever_pods_are_left() {
    let (first, pods) = failed();
    for left in [pods.clone(), vec![], vec![pods[2].clone()]] {
        let again = reset(&run(), &read_back(first.record()), None).unwrap();
        let mut next = ledger(read_back(&again.record));
        assert_eq!(begin(&mut next, &left), [create(4, 2)]);
        assert_eq!(next.record().steps[4].attempts[0].exit_code, Some(1), "what was is still told");
        // Somebody else takes over, before and after the pod is there.
        let mut taken = ledger(read_back(next.record()));
        assert_eq!(begin(&mut taken, &left), [create(4, 2)]);
        let second = pod(&taken, 4, 2, Some(0), "b");
        let mut all = left.clone();
        all.push(second);
        let mut taken = ledger(read_back(next.record()));
        assert_eq!(begin(&mut taken, &all), [create(SUM, 1)]);
        let command = serde_json::to_value(taken.pod(SUM, 1, 0).unwrap()).unwrap();
        assert_eq!(command["spec"]["containers"][0]["command"], json!(["sum", "[\"a\",\"b\"]"]));
    }
}

#[test]
fn from_a_step_on_the_pods_of_before_are_over_and_live_ones_are_deleted() {
    let (first, mut pods) = failed();
    let again = reset(&run(), &read_back(first.record()), Some("list")).unwrap();
    let mut next = ledger(read_back(&again.record));
    // One that was thought dead.
    pods[1] = pod(&first, 3, 1, None, "");
    assert_eq!(begin(&mut next, &pods), [create(0, 2)], "its step is not expanded yet");
    let list = pod(&next, 0, 2, Some(0), "[7]");
    let actions = tell(&mut next, &list);
    assert_eq!(actions, [create(3, 2), Action::DeletePod { step: 3, attempt: 1 }]);
    let left_out = &next.record().steps[4];
    assert_eq!((left_out.phase, left_out.reason.as_deref()), (StepPhase::Skipped, Some("NotInList")));
    let each = pod(&next, 3, 2, Some(0), "c");
    assert_eq!(tell(&mut next, &each), [create(SUM, 1)]);
    let sum = pod(&next, SUM, 1, Some(0), "");
    assert_eq!(tell(&mut next, &sum), [Action::Finish(Outcome::Succeeded)]);
    assert_eq!((next.record().succeeded, next.record().total), (3, 3));
}

#[test]
fn budgets_are_new() {
    let (first, pods) = failed();
    let mut record = read_back(first.record());
    // As after ten evictions.
    record.steps[4].attempt = 11;
    let again = reset(&run(), &record, None).unwrap();
    let mut next = ledger(read_back(&again.record));
    assert_eq!(begin(&mut next, &pods), [create(4, 12)]);
    let running = pod(&next, 4, 12, None, "");
    tell(&mut next, &running);
    next.gone(&running.name_any(), now());
    assert_eq!(next.record().steps[4].phase, StepPhase::Retrying);
}
