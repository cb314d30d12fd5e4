//! Outputs, instances and attempts, through records and restarts.

use serde_json::{Value, json};

use super::*;
use crate::orchestrator::machine::RETRIES;
use crate::orchestrator::record::StepPhase;
use crate::pipeline::resolve::sample;

const FILE: &str = "
version: 1
kind: pipeline
name: p
image: busybox:1.35
steps:
  list: {command: [list]}
  each:
    foreach: '{{ steps.list.output }}'
    command: [each, '{{ item }}', '{{ index }}']
    retry: {max_retries: 1, delay: 30}
  sum: {command: [sum, '{{ steps.each.outputs }}', '{{ steps.list.output }}']}
";

const LIST: StepIndex = 0;
const SUM: StepIndex = 2;

fn ledger(record: Record) -> Ledger {
    let mut ledger =
        Ledger::new(sample(FILE), &Owner { name: "zenml-run-x".into(), uid: "u-1".into() }, record).unwrap();
    ledger.begin(now());
    ledger
}

fn fresh() -> Ledger {
    ledger(Record::pending(["list", "each", "sum"].map(ToOwned::to_owned)))
}

pub(super) fn now() -> Timestamp {
    "2026-11-20T10:00:10Z".parse().unwrap()
}

/// A process that finds these pods.
pub(super) fn begin(ledger: &mut Ledger, pods: &[Pod]) -> Vec<Action> {
    ledger.list_begins();
    for pod in pods {
        assert_eq!(ledger.present(pod, now()), Known::Ours(vec![]));
    }
    ledger.list_ends(now())
}

fn create(step: StepIndex) -> Action {
    Action::CreatePod { step, attempt: 1, charged: 0 }
}

/// The pod of an attempt that ended with this code and left this.
fn ended(ledger: &Ledger, step: StepIndex, attempt: Attempt, code: i32, output: &str) -> Pod {
    let charged = attempt - 1;
    let mut pod = ledger.pod(step, attempt, charged).unwrap();
    let finished = "2026-11-20T10:00:09Z";
    let state = json!({"terminated": {"exitCode": code, "message": output, "finishedAt": finished}});
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

fn command(ledger: &Ledger, step: StepIndex) -> Value {
    let pod = serde_json::to_value(ledger.pod(step, 1, 0).unwrap()).unwrap();
    pod["spec"]["containers"][0]["command"].clone()
}

/// As another process reads it.
fn read_back(ledger: &Ledger) -> Record {
    let record = ledger.record();
    Record::read(&record.summary().unwrap(), Some(&record.pack_steps().unwrap())).unwrap()
}

#[test]
fn lists_and_outputs_go_from_step_to_step_and_are_kept_while_they_are_needed() {
    let mut first = fresh();
    assert_eq!(begin(&mut first, &[]), [create(LIST)]);
    let pod = ended(&first, LIST, 1, 0, "[\"eu\", {\"k\": 1}]\n");
    assert_eq!(tell(&mut first, &pod), [create(3), create(4)]);
    assert_eq!(command(&first, 4), json!(["each", "{\"k\":1}", "1"]));
    assert_eq!(first.record().steps[3].name, "each[0]");
    assert_eq!((first.record().succeeded, first.record().total), (1, 4));
    let pod = ended(&first, 4, 1, 0, "0.5");
    assert_eq!(tell(&mut first, &pod), []);

    // Another process, when only the record is left.
    let mut next = ledger(read_back(&first));
    assert_eq!(begin(&mut next, &[]), [create(3)]);
    let pod = ended(&next, 3, 1, 0, "text");
    assert_eq!(tell(&mut next, &pod), [create(SUM)]);
    let arguments = json!(["sum", "[\"text\",0.5]", "[\"eu\", {\"k\": 1}]"]);
    assert_eq!(command(&next, SUM), arguments);

    // And one that finds the step expanded and over.
    let mut last = ledger(read_back(&next));
    assert_eq!(begin(&mut last, &[]), [create(SUM)]);
    assert_eq!((last.record().succeeded, last.record().total), (3, 4), "as before");
    assert_eq!(command(&last, SUM), arguments);
    let pod = ended(&last, SUM, 1, 0, "");
    assert_eq!(tell(&mut last, &pod), [Action::Finish(Outcome::Succeeded)]);
    assert!(last.record().steps[3].output.is_some(), "nobody needs them any more, but there is room");
}

#[test]
fn pods_of_instances_are_known_to_a_process_that_has_not_expanded_their_step() {
    let mut ledger = fresh();
    begin(&mut ledger, &[]);
    let list = ended(&ledger, LIST, 1, 0, "[1, 2]");
    tell(&mut ledger, &list);
    let (good, bad) = (ended(&ledger, 3, 1, 0, "a"), ended(&ledger, 4, 1, 1, ""));
    let mut next = fresh();
    assert_eq!(begin(&mut next, &[good, bad, list]), []);
    let phases: Vec<_> = next.record().steps.iter().map(|step| step.phase).collect();
    let (succeeded, running, pending) = (StepPhase::Succeeded, StepPhase::Running, StepPhase::Pending);
    assert_eq!(phases, [succeeded, running, pending, succeeded, StepPhase::Retrying]);
    assert_eq!(next.record().steps[3].output.as_deref(), Some("a"));
}

#[test]
fn a_list_of_which_nothing_has_begun_waits_as_its_instances_do() {
    let mut ledger = fresh();
    begin(&mut ledger, &[]);
    ledger.suspend(true, now());
    let list = ended(&ledger, LIST, 1, 0, "[1, 2]");
    assert_eq!(tell(&mut ledger, &list), []);
    let phases = |ledger: &Ledger| ledger.record().steps.iter().map(|step| step.phase).collect::<Vec<_>>();
    let (succeeded, running, pending) = (StepPhase::Succeeded, StepPhase::Running, StepPhase::Pending);
    assert_eq!(phases(&ledger), [succeeded, pending, pending, pending, pending]);
    let told: Vec<_> = ledger.take_changes().into_iter().map(|step| step.name).collect();
    assert!(told.ends_with(&["each[0]".to_owned(), "each[1]".to_owned()]), "{told:?}");
    assert_eq!(ledger.suspend(false, now()), [create(3), create(4)]);
    assert_eq!(phases(&ledger), [succeeded, running, pending, StepPhase::Starting, StepPhase::Starting]);
    assert!(ledger.take_changes().iter().any(|step| step.name == "each"), "it is told");
    let mut next = self::ledger(read_back(&ledger));
    begin(&mut next, &[]);
    assert_eq!(next.record().steps[1].phase, running);
}

#[test]
fn what_is_no_list_fails_its_step_and_says_so() {
    let mut ledger = fresh();
    begin(&mut ledger, &[]);
    let pod = ended(&ledger, LIST, 1, 0, "hello");
    assert_eq!(tell(&mut ledger, &pod), [Action::Finish(Outcome::Failed)]);
    let step = &ledger.record().steps[1];
    assert_eq!((step.phase, step.reason.as_deref()), (StepPhase::Failed, Some("BadList")));
    assert!(step.message.as_deref().unwrap_or_default().contains("no JSON"), "{:?}", step.message);
}

#[test]
fn attempts_are_recorded_and_go_on_in_another_process() {
    let mut first = fresh();
    begin(&mut first, &[]);
    let list = ended(&first, LIST, 1, 0, "[1]");
    tell(&mut first, &list);
    let pod = ended(&first, 3, 1, 7, "boom");
    assert_eq!(tell(&mut first, &pod), []);
    let step = &first.record().steps[3];
    assert_eq!((step.phase, step.reason.as_deref(), step.exit_code), (StepPhase::Retrying, Some("Error"), Some(7)));
    assert_eq!((step.attempts[0].attempt, step.attempts[0].exit_code), (1, Some(7)));
    let due = step.retry_at.unwrap();
    assert!((29..=33).contains(&due.duration_since(now()).as_secs()), "from the container's end: {due}");

    let mut next = ledger(read_back(&first));
    assert_eq!(begin(&mut next, &[]), []);
    assert_eq!(next.next_wake(), Some(due));
    assert_eq!(next.tick(due), [Action::CreatePod { step: 3, attempt: 2, charged: 1 }]);
    let second = ended(&next, 3, 2, 8, "again");
    assert_eq!(second.annotations()[RETRIES], "1");
    let step = &next.record().steps[3];
    assert_eq!((step.phase, step.reason.as_deref(), step.exit_code), (StepPhase::Starting, None, None));
    assert_eq!(tell(&mut next, &second), [Action::Finish(Outcome::Failed)]);
    let each = &next.record().steps[1];
    assert_eq!(each.message.as_deref(), Some("1 of 1 instances failed, first [0]"));
}

#[test]
fn too_much_is_not_kept() {
    let mut ledger = fresh();
    begin(&mut ledger, &[]);
    let list = ended(&ledger, LIST, 1, 0, &format!("[{}0]", "0,".repeat(199)));
    tell(&mut ledger, &list);
    let text = "x".repeat(4_000);
    for instance in 0..200 {
        let pod = ended(&ledger, 3 + instance, 1, 0, &text);
        tell(&mut ledger, &pod);
        let outputs = ledger.record().steps.iter().filter_map(|step| step.output.as_ref());
        assert!(outputs.map(String::len).sum::<usize>() <= 512 * 1024, "{instance}");
    }
    let failed: Vec<_> = ledger.record().steps[3..].iter().filter(|step| step.phase == StepPhase::Failed).collect();
    assert_eq!(failed.len(), 70);
    assert_eq!(failed[0].reason.as_deref(), Some("OutputsTooLarge"));
}

#[test]
fn an_attempt_of_an_instance_is_recorded_of_which_only_the_pod_is_left() {
    let mut first = fresh();
    begin(&mut first, &[]);
    let list = ended(&first, LIST, 1, 0, "[1, 2]");
    assert_eq!(tell(&mut first, &list).len(), 2);
    let (bad, good) = (ended(&first, 3, 1, 5, "words"), ended(&first, 3, 2, 0, "a"));
    let mut next = fresh();
    let other = next.record().steps.len() + 1;
    assert_eq!(begin(&mut next, &[good, bad, list]), [create(other)]);
    let known = &next.record().steps[3];
    assert_eq!((known.name.as_str(), known.phase, known.attempt), ("each[0]", StepPhase::Succeeded, 2));
    let attempts: Vec<_> = known.attempts.iter().map(|one| (one.attempt, one.exit_code)).collect();
    assert_eq!(attempts, [(1, Some(5))]);
}
