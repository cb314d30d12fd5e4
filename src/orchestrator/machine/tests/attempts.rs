//! Budgets and timers.

use super::*;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_failed_step_is_tried_again_while_its_budget_lasts() {
    let mut rig = single(&Policy { max_retries: 2, ..Policy::default() });
    rig.check(&[
        (Event::Started, &[create(0)]),
        (failed(0), &[create_at(0, 2, 1)]),
        (failed(0), &[]),
        (seen_at(0, 2, PodState::Failed(broken())), &[create_at(0, 3, 2)]),
        (seen_at(0, 3, PodState::Failed(broken())), &[Action::Finish(Outcome::Failed)]),
    ]);
}

#[test]
fn pauses_are_kept_and_leave_the_place_to_others() {
    let policy = Policy { max_retries: 1, delay: secs(10), ..Policy::default() };
    let pause = policy.pause(1);
    let rules = RunPolicy { limit: NonZeroUsize::new(1), ..RunPolicy::default() };
    let mut rig = rig(&[("a", &[]), ("b", &[])], rules, |policies| policies[0] = policy.clone());
    rig.check(&[(Event::Started, &[create(0)]), (failed(0), &[create(1)]), (succeeded(1), &[])]);
    let due = after(at(1_000), pause);
    assert_eq!(rig.machine.next_wake(), Some(due));
    assert_eq!(rig.machine.apply(due, Event::Tick), [create_at(0, 2, 1)]);
    assert_eq!(rig.machine.next_wake(), None);
}

#[test]
fn a_retry_that_is_due_goes_before_what_has_not_begun() {
    let policy = Policy { max_retries: 1, delay: secs(10), ..Policy::default() };
    let due = after(at(1_000), policy.pause(1));
    let rules = RunPolicy { limit: NonZeroUsize::new(1), ..RunPolicy::default() };
    let steps = [("a", &[][..]), ("b", &[]), ("c", &[]), ("d", &["b"])];
    let mut rig = rig(&steps, rules, |policies| policies[0] = policy.clone());
    rig.check(&[(Event::Started, &[create(0)]), (failed(0), &[create(1)])]);
    assert_eq!(rig.machine.apply(due, Event::Tick), [], "there is no place");
    assert!(rig.machine.is_full());
    rig.check(&[(succeeded(1), &[create_at(0, 2, 1)])]);
    rig.check(&[(seen_at(0, 2, PodState::Succeeded), &[create(2)]), (succeeded(2), &[create(3)])]);
}

#[test]
fn what_another_attempt_is_made_for_is_chosen() {
    for (cause, on, expected) in [
        (Cause::Error, vec![Cause::Oom], &[Action::Finish(Outcome::Failed)][..]),
        (Cause::Oom, vec![Cause::Oom], &[create_at(0, 2, 1)]),
        (Cause::Final, vec![Cause::Error], &[Action::Finish(Outcome::Failed)]),
    ] {
        let mut rig = single(&Policy { max_retries: 1, on, ..Policy::default() });
        let failure = PodState::Failed(Failure::new(cause, "x", ""));
        rig.check(&[(Event::Started, &[create(0)]), (seen(0, failure), expected)]);
    }
}

#[test]
fn disruptions_have_a_budget_of_their_own() {
    let mut rig = single(&Policy { max_retries: 1, ..Policy::default() });
    rig.check(&[(Event::Started, &[create(0)]), (seen(0, evicted()), &[create_at(0, 2, 0)])]);
    for attempt in 2..=INFRASTRUCTURE_RETRIES {
        assert_eq!(rig.apply(seen_at(0, attempt, evicted())), []);
        let wake = rig.machine.next_wake().expect("a pause");
        rig.now = wake.as_second();
        assert_eq!(rig.apply(Event::Tick), [create_at(0, attempt + 1, 0)], "{attempt}");
    }
    let last = INFRASTRUCTURE_RETRIES + 1;
    let error = seen_at(0, last, PodState::Failed(broken()));
    rig.check(&[(error, &[create_at(0, last + 1, 1)])]);
    rig.check(&[(seen_at(0, last + 1, evicted()), &[Action::Finish(Outcome::Failed)])]);
    let StepState::Failed(failure) = rig.state(0) else { panic!("it has failed") };
    assert!(
        failure.detail.ends_with("the 10 further attempts that infrastructure may cost are used up"),
        "{failure:?}"
    );
}

#[test]
fn a_deleted_pod_is_replaced_after_two_seconds() {
    let mut rig = single(&Policy::default());
    rig.check(&[(Event::Started, &[create(0)]), (seen(0, running()), &[]), (gone(0), &[])]);
    assert_eq!(rig.failure(0), (Cause::Infrastructure, "PodDeleted"));
    rig.tick(1_002, &[create_at(0, 2, 0)]);
    let told = PodState::Failed(Failure::new(Cause::Infrastructure, "Deleted", ""));
    rig.check(&[(seen_at(0, 2, told), &[]), (Event::StopRequested, &[Action::Finish(Outcome::Stopped)])]);
}

#[test]
fn stale_news_change_nothing() {
    let mut rig = single(&Policy::default());
    rig.apply(Event::Started);
    rig.apply(seen(0, running()));
    for event in [seen(0, PodState::Waiting(None)), refused(0), done(0), Event::PodGone { step: 0, attempt: 2 }] {
        assert_eq!(rig.apply(event.clone()), [], "{event:?}");
        assert_eq!(*rig.state(0), StepState::Running { attempt: FIRST }, "{event:?}");
    }
}

#[test]
fn a_live_pod_of_an_attempt_that_is_over_is_deleted_once() {
    let mut rig = single(&Policy { max_retries: 1, ..Policy::default() });
    rig.check(&[
        (Event::Started, &[create(0)]),
        (failed(0), &[create_at(0, 2, 1)]),
        (seen(0, running()), &[delete(0)]),
        (seen(0, running()), &[]),
        (gone(0), &[]),
        // Another process has gone further; two attempts must not live.
        (seen_at(0, 2, running()), &[]),
        (seen_at(0, 3, PodState::Waiting(None)), &[Action::DeletePod { step: 0, attempt: 2 }]),
        (seen_at(0, 2, PodState::Succeeded), &[]),
        (seen_at(0, 3, PodState::Succeeded), &[Action::Finish(Outcome::Succeeded)]),
    ]);
}

#[test]
fn a_timeout_counts_from_the_containers_start() {
    let mut rig = single(&Policy { max_retries: 1, timeout: Some(secs(60)), ..Policy::default() });
    rig.check(&[(Event::Started, &[create(0)]), (done(0), &[])]);
    rig.now = 1_100;
    let state = |started: i64| PodState::Running { started: Some(at(started)), leaving: None };
    rig.check(&[(seen(0, PodState::Waiting(None)), &[])]);
    rig.now = 1_110;
    rig.check(&[(seen(0, state(1_105)), &[]), (seen(0, state(1_105)), &[])]);
    rig.tick(1_165, &[delete(0)]);
    let told = PodState::Failed(Failure { exit_code: Some(143), ..Failure::new(Cause::Infrastructure, "Deleted", "") });
    rig.check(&[(seen(0, told), &[create_at(0, 2, 1)])]);
    // The node's clock is an hour ahead, then an hour behind.
    rig.check(&[(seen_at(0, 2, PodState::Waiting(None)), &[]), (seen_at(0, 2, state(4_800)), &[])]);
    rig.tick(1_225, &[Action::DeletePod { step: 0, attempt: 2 }]);
    rig.check(&[(Event::PodGone { step: 0, attempt: 2 }, &[Action::Finish(Outcome::Failed)])]);
    assert_eq!(rig.failure(0), (Cause::Timeout, "Timeout"));
    let mut behind = single(&Policy { timeout: Some(secs(60)), ..Policy::default() });
    behind.check(&[(Event::Started, &[create(0)]), (done(0), &[]), (seen(0, state(-2_600)), &[])]);
    behind.tick(1_060, &[delete(0)]);
    // What has ended well in the meantime has ended well.
    behind.check(&[(succeeded(0), &[Action::Finish(Outcome::Succeeded)])]);
}

#[test]
fn an_image_that_cannot_be_pulled_has_a_grace() {
    let mut rig = single(&Policy::default());
    rig.check(&[
        (Event::Started, &[create(0)]),
        (done(0), &[]),
        (seen(0, stuck("ErrImagePull")), &[]),
        (seen(0, stuck("ImagePullBackOff")), &[]),
    ]);
    rig.now = 1_100;
    rig.check(&[(seen(0, PodState::Waiting(None)), &[]), (seen(0, stuck("ErrImagePull")), &[])]);
    rig.now = 1_200;
    rig.check(&[(seen(0, stuck("ImagePullBackOff")), &[])]);
    rig.tick(1_220, &[delete(0)]);
    rig.check(&[(gone(0), &[Action::Finish(Outcome::Failed)])]);
    assert_eq!(rig.failure(0), (Cause::Startup, "ErrImagePull"));
    let mut at_once = single(&Policy::default());
    at_once.check(&[(Event::Started, &[create(0)]), (seen(0, stuck("InvalidImageName")), &[])]);
    assert_eq!(at_once.machine.next_wake(), Some(at(1_000)));
    at_once.check(&[(Event::Tick, &[delete(0)])]);
}

#[test]
fn who_finds_no_node_waits_for_as_long_as_it_may() {
    let mut rig = single(&Policy { startup: Some(secs(30)), max_retries: 1, ..Policy::default() });
    rig.check(&[(Event::Started, &[create(0)]), (done(0), &[]), (seen(0, stuck("SchedulingGated")), &[])]);
    rig.now = 2_000;
    assert_eq!(rig.machine.next_wake(), None, "a queue is no start-up");
    rig.check(&[(seen(0, stuck("Unschedulable")), &[])]);
    rig.tick(2_030, &[delete(0)]);
    rig.check(&[(gone(0), &[Action::Finish(Outcome::Failed)])]);
    assert_eq!(rig.failure(0), (Cause::Startup, "StartupTimeout"));
    let mut patient = single(&Policy::default());
    patient.check(&[(Event::Started, &[create(0)]), (seen(0, stuck("Unschedulable")), &[])]);
    assert_eq!(patient.machine.next_wake(), None);
}

#[test]
fn a_node_that_does_not_answer_is_given_up_only_on_request() {
    for leaving in leaving() {
        let mut waits = single(&Policy::default());
        waits.check(&[(Event::Started, &[create(0)]), (seen(0, leaving.clone()), &[])]);
        assert_eq!(waits.machine.next_wake(), None);
        let mut rig = single(&Policy { node_lost: true, ..Policy::default() });
        rig.check(&[(Event::Started, &[create(0)]), (seen(0, leaving), &[])]);
        rig.tick(1_040, &[create_at(0, 2, 0)]);
        rig.check(&[(succeeded(0), &[]), (seen_at(0, 2, PodState::Succeeded), &[Action::Finish(Outcome::Succeeded)])]);
    }
}

/// A pod on a node that does not answer is to be gone at 1,010.
fn leaving() -> [PodState; 2] {
    let until = at(1_010);
    [PodState::Running { started: None, leaving: Some(until) }, PodState::Leaving { until }]
}

#[test]
fn a_limit_of_time_on_a_node_that_does_not_answer_leads_on_only_on_request() {
    let policy = Policy { timeout: Some(Duration::from_secs(5)), max_retries: 1, ..Policy::default() };
    for (node_lost, next) in [(false, None), (true, Some(at(1_040)))] {
        let mut rig = single(&Policy { node_lost, ..policy.clone() });
        rig.check(&[(Event::Started, &[create(0)]), (seen(0, running()), &[])]);
        rig.tick(1_005, &[delete(0)]);
        rig.check(&[(seen(0, leaving()[0].clone()), &[])]);
        assert_eq!(rig.machine.next_wake(), next);
        if node_lost {
            rig.tick(1_040, &[create_at(0, 2, 1)]);
        }
    }
}

#[test]
fn a_stop_does_not_wait_for_a_node_that_does_not_answer() {
    for leaving in leaving() {
        let mut rig = single(&Policy::default());
        let waiting = seen(0, PodState::Waiting(None));
        rig.check(&[(Event::Started, &[create(0)]), (waiting, &[]), (Event::StopRequested, &[delete(0)])]);
        rig.check(&[(seen(0, leaving), &[])]);
        rig.tick(1_040, &[Action::Finish(Outcome::Stopped)]);
    }
}
