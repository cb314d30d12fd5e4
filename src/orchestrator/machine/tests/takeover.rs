//! What a process makes of what another one left.

use super::*;

#[test]
fn a_restart_adopts_what_is_there() {
    let mut rig = plain();
    rig.check(&[
        (found(LOAD, PodState::Succeeded), &[]),
        (found(B, PodState::Waiting(None)), &[]),
        (found(ALONE, running()), &[]),
        (Event::Started, &[create(A)]),
        (seen(B, running()), &[]),
        (succeeded(A), &[]),
        (succeeded(B), &[create(JOIN)]),
    ]);
}

#[test]
fn a_step_with_a_pod_proves_its_upstreams() {
    let mut rig = plain();
    rig.check(&[
        (found(JOIN, running()), &[]),
        (Event::Found(A, Evidence::Gone { attempt: 1, charged: 0 }), &[]),
        (Event::Started, &[create(ALONE)]),
        (succeeded(JOIN), &[create(END)]),
        (succeeded(END), &[]),
        (succeeded(ALONE), &[Action::Finish(Outcome::Succeeded)]),
    ]);
}

#[test]
fn a_restart_into_a_stopped_run_stops_it() {
    let mut rig = plain();
    rig.check(&[
        (found(LOAD, PodState::Succeeded), &[]),
        (found(A, running()), &[]),
        (Event::StopRequested, &[]),
        (Event::Started, &[delete(A)]),
        (gone(A), &[Action::Finish(Outcome::Stopped)]),
    ]);
}

#[test]
fn a_step_that_was_cancelled_before_it_began_proves_nothing() {
    let mut rig = plain();
    rig.check(&[
        (Event::Found(LOAD, Evidence::Gone { attempt: 1, charged: 0 }), &[]),
        (Event::Found(A, Evidence::Cancelled { attempt: 0 }), &[]),
        (Event::StopRequested, &[]),
        (Event::Started, &[Action::Finish(Outcome::Stopped)]),
    ]);
    assert_eq!(*rig.machine.state(LOAD), StepState::Cancelled);
}

#[test]
fn a_restart_into_a_finished_run_finishes() {
    let mut rig = plain();
    for step in [END, JOIN, LOAD, ALONE] {
        assert_eq!(rig.apply(found(step, PodState::Succeeded)), []);
    }
    assert_eq!(rig.apply(Event::Started), [Action::Finish(Outcome::Succeeded)]);
}

#[test]
fn the_newest_attempt_and_what_is_recorded_count() {
    let policy = Policy { max_retries: 2, ..Policy::default() };
    let pod = |attempt, charged, state| Event::Found(0, Evidence::Pod { attempt, charged, state });
    let mut newest = single(&policy);
    newest.check(&[
        (pod(2, 1, PodState::Failed(broken())), &[]),
        (pod(1, 0, PodState::Failed(broken())), &[]),
        (Event::Started, &[create_at(0, 3, 2)]),
        (seen_at(0, 3, PodState::Failed(broken())), &[Action::Finish(Outcome::Failed)]),
    ]);
    let mut recorded = single(&policy);
    recorded.check(&[
        (pod(1, 0, PodState::Failed(broken())), &[]),
        (Event::Found(0, Evidence::Ended { attempt: 2, failure: None }), &[]),
        (pod(2, 1, running()), &[]),
        (Event::Started, &[Action::Finish(Outcome::Succeeded)]),
    ]);
    let mut lost = single(&policy);
    lost.check(&[
        (pod(1, 0, PodState::Failed(broken())), &[]),
        (Event::Found(0, Evidence::Gone { attempt: 2, charged: 1 }), &[]),
        (Event::Started, &[]),
    ]);
    lost.tick(1_002, &[create_at(0, 3, 1)]);
}

#[test]
fn pauses_and_limits_go_on_where_they_were() {
    let policy = Policy { max_retries: 1, delay: Duration::from_secs(600), ..Policy::default() };
    let due = after(at(900), policy.pause(1));
    let mut rig = single(&policy);
    let failure = Failure { finished: Some(at(900)), ..broken() };
    rig.check(&[(found(0, PodState::Failed(failure)), &[]), (Event::Started, &[])]);
    assert_eq!(rig.machine.next_wake(), Some(due));

    let limit = Policy { timeout: Some(Duration::from_secs(60)), max_retries: 1, ..Policy::default() };
    let mut runs = single(&limit);
    let state = PodState::Running { started: Some(at(980)), leaving: None };
    runs.check(&[(found(0, state), &[]), (Event::Started, &[])]);
    runs.tick(1_040, &[delete(0)]);
    // The process before deleted the pod because its time was up, and was killed.
    let mut over = single(&limit);
    let told = Failure {
        started: Some(at(900)),
        finished: Some(at(961)),
        ..Failure::new(Cause::Infrastructure, "Deleted", "")
    };
    over.check(&[(found(0, PodState::Failed(told)), &[]), (Event::Started, &[create_at(0, 2, 1)])]);
}

#[test]
fn a_failure_before_the_restart_still_stops_the_rest() {
    let rules = RunPolicy { mode: ExecutionMode::FailFast, ..RunPolicy::default() };
    let mut rig = diamond(rules, |_| {});
    rig.check(&[
        (found(LOAD, PodState::Failed(broken())), &[]),
        (found(ALONE, running()), &[]),
        (Event::Started, &[delete(ALONE)]),
        (gone(ALONE), &[Action::Finish(Outcome::Failed)]),
    ]);
    assert_eq!(*rig.state(A), StepState::Skipped(Skip::Failed(LOAD)));
}
