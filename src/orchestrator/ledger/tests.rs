//! Restarts and lists: what a ledger makes of a record and of the pods that are left.

use serde_json::{Value, json};

use super::*;
use crate::orchestrator::record::StepPhase;
use crate::pipeline::pod::pod;
use crate::pipeline::render::planned;
use crate::pipeline::resolve::sample;

const FILE: &str = "
version: 1
kind: pipeline
name: p
image: busybox:1.35
steps:
  a: {command: [a]}
  b: {upstream_steps: [a], command: [b]}
  c: {upstream_steps: [b], command: [c]}
";

fn owner() -> Owner {
    Owner { name: "zenml-run-x".into(), uid: "u-1".into() }
}

fn run() -> ResolvedRun {
    sample(FILE)
}

fn ledger(record: Record) -> Ledger {
    Ledger::new(run(), &owner(), record).unwrap()
}

fn a_pod(step: usize, state: &Value) -> Pod {
    let run = run();
    let mut pod = pod(&run, &planned(&run.steps[step]), 1, &owner());
    let container =
        json!({ "name": "main", "image": "", "imageID": "", "ready": true, "restartCount": 0, "state": state });
    pod.status = serde_json::from_value(json!({ "phase": "Running", "containerStatuses": [container] })).unwrap();
    pod
}

fn done(code: i32) -> Value {
    let time = |second: u8| format!("2026-11-20T10:00:{second:02}Z");
    json!({ "terminated": { "exitCode": code, "reason": "Error", "message": "words\n", "startedAt": time(1), "finishedAt": time(4) } })
}

fn recorded(steps: [(StepPhase, bool); 3]) -> Record {
    let mut record = Record::pending(["a", "b", "c"].map(ToOwned::to_owned));
    let run = run();
    for (index, (phase, has_pod)) in steps.into_iter().enumerate() {
        let step = &mut record.steps[index];
        step.phase = phase;
        step.attempt = Attempt::from(phase != StepPhase::Pending);
        step.pod = has_pod.then(|| run.pod_name(&run.steps[index], 1));
    }
    record
}

fn begin(ledger: &mut Ledger, pods: &[Pod]) -> Vec<Action> {
    ledger.list_begins();
    let seen: Vec<_> = pods.iter().map(|pod| ledger.present(pod, now())).collect();
    assert!(seen.iter().all(|known| *known == Known::Ours(vec![])), "nothing is done before the list is complete");
    ledger.list_ends(now())
}

fn create(step: StepIndex) -> Action {
    Action::CreatePod { step, attempt: 1, charged: 0 }
}

fn now() -> Timestamp {
    "2026-11-20T10:00:10Z".parse().unwrap()
}

#[test]
fn a_restart_goes_on_from_the_pods_that_are_there() {
    let mut ledger = ledger(Record::pending(["a", "b", "c"].map(ToOwned::to_owned)));
    assert_eq!(begin(&mut ledger, &[a_pod(0, &done(0))]), [create(1)]);
    assert_eq!(ledger.record().succeeded, 1);
    assert_eq!(ledger.record().steps[0].phase, StepPhase::Succeeded);
}

#[test]
fn a_restart_remembers_what_was_recorded_of_pods_that_are_gone() {
    let succeeded = (StepPhase::Succeeded, true);
    let mut go_on = ledger(recorded([succeeded, succeeded, (StepPhase::Pending, false)]));
    assert_eq!(begin(&mut go_on, &[]), [create(2)], "a and b do not run again");

    let mut lost = ledger(recorded([succeeded, (StepPhase::Running, true), (StepPhase::Pending, false)]));
    assert_eq!(begin(&mut lost, &[]), [], "somebody deleted it: that is no failure of its own");
    let step = &lost.record().steps[1];
    assert_eq!((step.phase, step.reason.as_deref()), (StepPhase::Retrying, Some("PodDeleted")));
    let due = lost.next_wake().unwrap();
    assert_eq!(due.duration_since(now()).as_secs(), 2);
    assert_eq!(lost.tick(due), [Action::CreatePod { step: 1, attempt: 2, charged: 0 }]);
    assert_eq!(lost.record().steps[1].attempts.len(), 1);

    // It was asked for and nobody saw it: the POST may never have arrived.
    let mut asked = ledger(recorded([succeeded, (StepPhase::Starting, false), (StepPhase::Pending, false)]));
    assert_eq!(begin(&mut asked, &[]), [create(1)]);
}

#[test]
fn a_list_shows_what_has_gone_and_never_what_was_just_created() {
    let mut ledger = ledger(Record::pending(["a", "b", "c"].map(ToOwned::to_owned)));
    assert_eq!(begin(&mut ledger, &[]), [create(0)]);
    ledger.list_begins();
    ledger.created((0, 1), now());
    assert!(ledger.list_ends(now()).is_empty(), "the list was made before the pod");
    assert_eq!(ledger.record().steps[0].phase, StepPhase::Starting);
    ledger.list_begins();
    assert!(ledger.list_ends(now()).is_empty());
    assert_eq!(ledger.record().steps[0].phase, StepPhase::Retrying);
}

#[test]
fn a_failure_is_recorded_with_its_times_and_last_words() {
    let mut ledger = ledger(Record::pending(["a", "b", "c"].map(ToOwned::to_owned)));
    assert_eq!(begin(&mut ledger, &[]), [create(0)]);
    let Known::Ours(actions) = ledger.present(&a_pod(0, &done(3)), now()) else { panic!("ours") };
    assert_eq!(actions, [Action::Finish(Outcome::Failed)]);
    ledger.finish(Outcome::Failed, None, Timestamp::UNIX_EPOCH);
    let record = ledger.record();
    assert_eq!(record.message.as_deref(), Some("step \"a\" failed: Error (exit code 3)"));
    let step = &record.steps[0];
    assert_eq!((step.exit_code, step.message.as_deref()), (Some(3), Some("words")));
    assert_eq!(step.finished.unwrap().as_second() - step.started.unwrap().as_second(), 3);
    let skipped = record.steps[2].message.as_deref();
    assert_eq!((record.steps[2].phase, skipped), (StepPhase::Skipped, Some("step \"a\" did not succeed")));
}

#[test]
fn a_stopped_run_deletes_what_lives_and_counts_no_failure() {
    let mut ledger = ledger(Record::pending(["a", "b", "c"].map(ToOwned::to_owned)));
    begin(&mut ledger, &[a_pod(0, &json!({ "running": {} }))]);
    assert_eq!(ledger.stop("why", now()), [Action::DeletePod { step: 0, attempt: 1 }]);
    let Known::Ours(actions) = ledger.present(&a_pod(0, &done(143)), now()) else { panic!("ours") };
    assert_eq!(actions, [Action::Finish(Outcome::Stopped)]);
}

#[test]
fn what_a_stopped_step_waited_for_is_said_no_more() {
    let mut ledger = ledger(Record::pending(["a", "b", "c"].map(ToOwned::to_owned)));
    let waits = json!({ "waiting": { "reason": "ErrImagePull", "message": "no such image" } });
    begin(&mut ledger, &[a_pod(0, &waits)]);
    ledger.present(&a_pod(0, &waits), now());
    assert_eq!(ledger.record().steps[0].reason.as_deref(), Some("ErrImagePull"));
    assert_eq!(ledger.stop("why", now()), [Action::DeletePod { step: 0, attempt: 1 }]);
    let known = &ledger.record().steps[0];
    assert_eq!((known.phase, &known.reason, &known.message), (StepPhase::Stopping, &None, &None));
    let gone = ledger.record().steps[0].pod.clone().unwrap();
    assert_eq!(ledger.gone(&gone, now()), [Action::Finish(Outcome::Stopped)]);
    let known = &ledger.record().steps[0];
    assert_eq!((known.phase, &known.reason, &known.message), (StepPhase::Cancelled, &None, &None));
}

#[test]
fn attempts_of_which_only_the_pods_are_left_are_recorded() {
    let file = "version: 1\nkind: pipeline\nname: p\nimage: i\nsteps:\n  a: {command: [a], retry: {max_retries: 2}}\n";
    let fresh = || Ledger::new(sample(file), &owner(), Record::pending(["a".to_owned()])).unwrap();
    let of = |attempt: Attempt, state: &Value| {
        let mut pod = fresh().pod(0, attempt, attempt - 1).unwrap();
        let container =
            json!({ "name": "main", "image": "", "imageID": "", "ready": true, "restartCount": 0, "state": state });
        pod.status = serde_json::from_value(json!({ "phase": "Running", "containerStatuses": [container] })).unwrap();
        pod
    };
    let (first, second) = (of(1, &done(5)), of(2, &done(6)));
    // The newest runs, has failed, or has succeeded; lists come in any order.
    for (last, actions, phase) in [
        (json!({ "running": {} }), vec![], StepPhase::Running),
        (done(7), vec![Action::Finish(Outcome::Failed)], StepPhase::Failed),
        (done(0), vec![Action::Finish(Outcome::Succeeded)], StepPhase::Succeeded),
    ] {
        let mut ledger = fresh();
        let pods = [second.clone(), of(3, &last), first.clone()];
        assert_eq!(begin(&mut ledger, &pods), actions, "the budget is as the newest pod says");
        let step = &ledger.record().steps[0];
        assert_eq!((step.phase, step.attempt, ledger.machine.attempts(0)), (phase, 3, (3, 2)));
        let codes: Vec<_> = step.attempts.iter().map(|one| (one.attempt, one.exit_code, one.charged)).collect();
        assert_eq!(codes, [(1, Some(5), 0), (2, Some(6), 1)]);
        assert_eq!(step.attempts[0].pod.as_deref(), first.metadata.name.as_deref());
        assert_eq!(step.attempts[0].message, "words");
        // What is listed once more is recorded once.
        let before = step.clone();
        ledger.take_changes();
        ledger.present(&first, now());
        assert_eq!((ledger.take_changes(), &ledger.record().steps[0]), (vec![], &before));
    }
    // Two were there, and the newest had failed: one more is left.
    let mut ledger = fresh();
    let actions = begin(&mut ledger, &[second, first]);
    assert_eq!(actions, [Action::CreatePod { step: 0, attempt: 3, charged: 2 }]);
    let attempts: Vec<_> = ledger.record().steps[0].attempts.iter().map(|one| one.attempt).collect();
    assert_eq!(attempts, [1, 2]);
}

#[test]
fn who_waits_for_a_place_says_so_until_there_is_one() {
    let file = "version: 1\nkind: pipeline\nname: p\nimage: i\nsettings: {orchestrator: {max_parallelism: 1}}\nsteps:\n  \
                a: {command: [a]}\n  b: {command: [b]}\n  c: {upstream_steps: [b], command: [c]}\n";
    let names = ["a", "b", "c"].map(ToOwned::to_owned);
    let mut ledger = Ledger::new(sample(file), &owner(), Record::pending(names)).unwrap();
    let waits = |ledger: &Ledger| ledger.record().steps.iter().map(|step| step.waits_for.clone()).collect::<Vec<_>>();
    let place = Some("max_parallelism".to_owned());
    assert_eq!(begin(&mut ledger, &[]), [create(0)]);
    assert_eq!(waits(&ledger), [None, place.clone(), None]);
    ledger.take_changes();
    ledger.suspend(true, now());
    assert_eq!((waits(&ledger), ledger.take_changes().len()), (vec![None; 3], 1), "the run is held, not the step");
    ledger.suspend(false, now());
    assert_eq!(waits(&ledger), [None, place, None]);
    let mut pod = ledger.pod(0, 1, 0).unwrap();
    pod.status = a_pod(0, &done(0)).status;
    assert_eq!(ledger.present(&pod, now()), Known::Ours(vec![create(1)]));
    assert_eq!(waits(&ledger), [None, None, None]);
}
