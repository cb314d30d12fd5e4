//! Steps with an instance for each item.

use super::*;

/// list -> each (foreach) -> sum
fn fan(rules: RunPolicy) -> Rig {
    rig(&[("list", &[]), ("each", &["list"]), ("sum", &["each"])], rules, |policies| policies[1].foreach = true)
}

fn expanded(instances: usize) -> Event {
    Event::Expanded { step: 1, instances: vec![None; instances] }
}

const EXPAND: Action = Action::Expand { step: 1 };

#[test]
fn instances_run_and_their_step_ends_with_the_last() {
    let mut rig = fan(RunPolicy::default());
    rig.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (expanded(3), &[create(3), create(4), create(5)]),
        (succeeded(4), &[]),
        (succeeded(3), &[]),
    ]);
    assert_eq!((rig.machine.progress(), rig.machine.origin(4)), ((3, 5), (1, Some(1))));
    rig.check(&[(succeeded(5), &[create(2)]), (succeeded(2), &[Action::Finish(Outcome::Succeeded)])]);
    assert_eq!(rig.machine.progress(), (5, 5));
}

#[test]
fn no_item_is_a_success_and_no_list_a_failure() {
    let mut empty = fan(RunPolicy::default());
    empty.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (expanded(0), &[create(2)]),
        (succeeded(2), &[Action::Finish(Outcome::Succeeded)]),
    ]);
    let mut none = fan(RunPolicy::default());
    let failure = Failure::new(Cause::Final, "BadOutput", "no list");
    none.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (Event::ExpandFailed { step: 1, failure }, &[Action::Finish(Outcome::Failed)]),
    ]);
}

#[test]
fn a_failed_instance_fails_its_step_once_all_have_ended() {
    let mut rig = fan(RunPolicy::default());
    rig.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (expanded(2), &[create(3), create(4)]),
        (failed(3), &[]),
        (succeeded(4), &[Action::Finish(Outcome::Failed)]),
    ]);
    let StepState::Failed(failure) = rig.state(1) else { panic!("failed") };
    assert_eq!((failure.exit_code, failure.message.as_str()), (Some(3), "1 of 2 instances failed, first [0]"));
    assert_eq!(*rig.state(2), StepState::Skipped(Skip::Failed(1)));
}

#[test]
fn modes_and_stops_reach_instances() {
    let rules = RunPolicy { mode: ExecutionMode::StopOnFailure, limit: NonZeroUsize::new(1), ..RunPolicy::default() };
    let mut rig = fan(rules);
    rig.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (expanded(3), &[create(3)]),
        (failed(3), &[Action::Finish(Outcome::Failed)]),
    ]);
    assert_eq!(*rig.state(5), StepState::Skipped(Skip::Halted(3)));
    let mut stopped = fan(RunPolicy::default());
    stopped.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[EXPAND]),
        (expanded(1), &[create(3)]),
        (Event::StopRequested, &[abandon(3)]),
        (refused(3), &[Action::Finish(Outcome::Stopped)]),
    ]);
    assert_eq!(*stopped.state(1), StepState::Cancelled);
}

#[test]
fn a_takeover_goes_on_from_the_instances_that_are_there() {
    let mut rig = fan(RunPolicy::default());
    let pod = |state| Some(Evidence::Pod { attempt: 1, charged: 0, state });
    rig.check(&[(Event::FoundInstance(1), &[]), (Event::Started, &[EXPAND])]);
    assert_eq!(*rig.state(0), StepState::Succeeded, "there was a list");
    let instances = vec![pod(PodState::Succeeded), None, pod(running())];
    rig.check(&[
        (Event::Expanded { step: 1, instances }, &[create(4)]),
        (succeeded(5), &[]),
        (succeeded(4), &[create(2)]),
    ]);
    // A step after them has begun: none of them may run again.
    let mut later = fan(RunPolicy::default());
    later.check(&[
        (found(2, running()), &[]),
        (Event::Started, &[EXPAND]),
        (Event::Expanded { step: 1, instances: vec![None, pod(PodState::Succeeded)] }, &[]),
        (succeeded(2), &[Action::Finish(Outcome::Succeeded)]),
    ]);
    let mut stopped = fan(RunPolicy::default());
    stopped.check(&[
        (Event::FoundInstance(1), &[]),
        (Event::StopRequested, &[]),
        (Event::Started, &[EXPAND]),
        (Event::Expanded { step: 1, instances: vec![None, pod(running())] }, &[delete(4)]),
        (gone(4), &[Action::Finish(Outcome::Stopped)]),
    ]);
}
