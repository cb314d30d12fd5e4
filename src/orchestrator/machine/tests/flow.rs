//! Which steps start, and what a failure or a stop means for the others.

use super::*;

#[test]
fn steps_start_when_their_upstreams_have_succeeded() {
    let mut rig = plain();
    rig.check(&[
        (Event::Started, &[create(LOAD), create(ALONE)]),
        (done(LOAD), &[]),
        (seen(LOAD, running()), &[]),
        (succeeded(LOAD), &[create(A), create(B)]),
        (succeeded(ALONE), &[]),
        (done(ALONE), &[]),
        (succeeded(B), &[]),
        (seen(B, running()), &[delete(B)]),
        (succeeded(B), &[]),
        (succeeded(A), &[create(JOIN)]),
        (succeeded(JOIN), &[create(END)]),
        (succeeded(END), &[Action::Finish(Outcome::Succeeded)]),
        (succeeded(END), &[]),
        (Event::Started, &[]),
    ]);
}

#[test]
fn a_failure_skips_descendants_only() {
    let mut rig = plain();
    rig.check(&[
        (Event::Started, &[create(LOAD), create(ALONE)]),
        (succeeded(LOAD), &[create(A), create(B)]),
        (failed(A), &[]),
        (succeeded(B), &[]),
        (succeeded(ALONE), &[Action::Finish(Outcome::Failed)]),
    ]);
    for step in [JOIN, END] {
        assert_eq!(*rig.state(step), StepState::Skipped(Skip::Failed(A)));
    }
    assert_eq!(*rig.state(A), StepState::Failed(broken()));
    assert_eq!(rig.machine.counts(), Counts { succeeded: 3, failed: 1, skipped: 2, ..Counts::default() });
}

#[test]
fn the_limit_holds_and_places_are_refilled() {
    let mut rig = diamond(RunPolicy { limit: NonZeroUsize::new(1), ..RunPolicy::default() }, |_| {});
    rig.check(&[
        (Event::Started, &[create(LOAD)]),
        (succeeded(LOAD), &[create(ALONE)]),
        (failed(ALONE), &[create(A)]),
        (refused(A), &[create(B)]),
        (succeeded(B), &[Action::Finish(Outcome::Failed)]),
    ]);
}

#[test]
fn a_refused_pod_is_no_matter_of_retries() {
    let mut rig = single(&Policy { max_retries: 5, ..Policy::default() });
    rig.check(&[(Event::Started, &[create(0)]), (refused(0), &[Action::Finish(Outcome::Failed)])]);
}

#[test]
fn after_a_failure_nothing_begins_where_the_file_says_so() {
    let rules = RunPolicy { mode: ExecutionMode::StopOnFailure, limit: NonZeroUsize::new(3), ..RunPolicy::default() };
    let mut rig = rig(&[("a", &[]), ("b", &[]), ("c", &[]), ("d", &[]), ("e", &["b"])], rules, |policies| {
        policies[1].max_retries = 1;
    });
    rig.check(&[
        (Event::Started, &[create(0), create(1), create(2)]),
        (failed(0), &[]),
        // What has begun goes on, with the attempts that it has.
        (failed(1), &[create_at(1, 2, 1)]),
        (succeeded(2), &[]),
        (seen_at(1, 2, PodState::Succeeded), &[Action::Finish(Outcome::Failed)]),
    ]);
    assert_eq!(*rig.state(3), StepState::Skipped(Skip::Halted(0)));
    assert_eq!(*rig.state(4), StepState::Skipped(Skip::Halted(0)));
}

#[test]
fn a_failure_stops_all_where_the_file_says_so_but_hooks_run() {
    let rules = RunPolicy { mode: ExecutionMode::FailFast, ..RunPolicy::default() };
    let steps: [(&str, &[&str]); 6] =
        [("bad", &[]), ("long", &[]), ("asked", &[]), ("next", &["long"]), ("clean", &["next"]), ("alarm", &["bad"])];
    let mut rig = rig(&steps, rules, |policies| {
        (policies[4].run_on, policies[5].run_on) = (RunOn::Always, RunOn::Failure);
    });
    rig.check(&[
        (Event::Started, &[create(0), create(1), create(2)]),
        (seen(1, running()), &[]),
        (failed(0), &[delete(1), abandon(2), create(5), create(4)]),
        (succeeded(4), &[]),
        (succeeded(5), &[]),
        (done(2), &[delete(2)]),
        (gone(2), &[]),
        (seen(1, PodState::Failed(broken())), &[Action::Finish(Outcome::Failed)]),
    ]);
    assert_eq!(*rig.state(1), StepState::Cancelled);
    assert_eq!(*rig.state(3), StepState::Skipped(Skip::Halted(0)));
    assert_eq!((rig.state(4), rig.state(5)), (&StepState::Succeeded, &StepState::Succeeded));
}

#[test]
fn hooks_run_when_they_are_meant_to() {
    let steps: [(&str, &[&str]); 5] =
        [("work", &[]), ("more", &["work"]), ("alarm", &["more"]), ("clean", &["more"]), ("after", &["alarm"])];
    let hooks = |policies: &mut Vec<Policy>| {
        (policies[2].run_on, policies[3].run_on) = (RunOn::Failure, RunOn::Always);
    };
    let mut good = rig(&steps, RunPolicy::default(), hooks);
    good.check(&[
        (Event::Started, &[create(0)]),
        (succeeded(0), &[create(1)]),
        (succeeded(1), &[create(3)]),
        (succeeded(3), &[Action::Finish(Outcome::Succeeded)]),
    ]);
    for unneeded in [2, 4] {
        assert_eq!(*good.state(unneeded), StepState::Skipped(Skip::Unneeded));
    }
    let mut bad = rig(&steps, RunPolicy::default(), hooks);
    bad.check(&[
        (Event::Started, &[create(0)]),
        (failed(0), &[create(2), create(3)]),
        (succeeded(2), &[create(4)]),
        (succeeded(4), &[]),
        (succeeded(3), &[Action::Finish(Outcome::Failed)]),
    ]);
}

#[test]
fn stop_deletes_what_runs_and_starts_nothing() {
    let mut rig = plain();
    rig.check(&[
        (Event::Started, &[create(LOAD), create(ALONE)]),
        (succeeded(LOAD), &[create(A), create(B)]),
        (seen(A, running()), &[]),
        (done(ALONE), &[]),
        (Event::StopRequested, &[delete(A), abandon(B), delete(ALONE)]),
        (Event::StopRequested, &[]),
        // The creation under way at the time of the stop is not forgotten.
        (done(B), &[delete(B)]),
        (failed(A), &[]),
        (gone(B), &[]),
        // What still ends well counts.
        (succeeded(ALONE), &[Action::Finish(Outcome::Stopped)]),
    ]);
    let cancelled = Counts { succeeded: 2, cancelled: 4, ..Counts::default() };
    assert_eq!(rig.machine.counts(), cancelled);
}

#[test]
fn who_does_not_want_to_wait_has_pods_deleted_again() {
    let mut rig = plain();
    rig.check(&[
        (Event::Started, &[create(LOAD), create(ALONE)]),
        (seen(LOAD, running()), &[]),
        (Event::StopRequested, &[delete(LOAD), abandon(ALONE)]),
        (Event::KillRequested, &[delete(LOAD)]),
        (gone(LOAD), &[]),
        (refused(ALONE), &[Action::Finish(Outcome::Stopped)]),
    ]);
    let mut at_once = plain();
    at_once.check(&[
        (Event::Started, &[create(LOAD), create(ALONE)]),
        (done(LOAD), &[]),
        (Event::KillRequested, &[delete(LOAD), abandon(ALONE)]),
    ]);
}

#[test]
fn a_pod_that_appears_after_the_stop_is_deleted() {
    let mut rig = diamond(RunPolicy { limit: NonZeroUsize::new(1), ..RunPolicy::default() }, |_| {});
    rig.check(&[
        (Event::Started, &[create(LOAD)]),
        (Event::StopRequested, &[abandon(LOAD)]),
        (seen(ALONE, running()), &[delete(ALONE)]),
        (refused(LOAD), &[Action::Finish(Outcome::Stopped)]),
    ]);
}

#[test]
fn a_run_that_lasts_too_long_is_stopped() {
    let rules = RunPolicy { deadline: Some(at(1_060)), ..RunPolicy::default() };
    let mut rig = diamond(rules, |policies| policies[END].run_on = RunOn::Always);
    rig.check(&[(Event::Started, &[create(LOAD), create(ALONE)]), (seen(ALONE, running()), &[])]);
    rig.tick(1_060, &[abandon(LOAD), delete(ALONE)]);
    assert_eq!(rig.machine.next_wake(), None);
    rig.check(&[(refused(LOAD), &[]), (gone(ALONE), &[Action::Finish(Outcome::TimedOut)])]);
}

#[test]
fn a_suspended_run_begins_nothing() {
    let mut rig = plain();
    rig.check(&[
        (Event::Suspend, &[]),
        (Event::Started, &[]),
        (Event::Resume, &[create(LOAD), create(ALONE)]),
        (Event::Suspend, &[]),
        (succeeded(LOAD), &[]),
        (succeeded(ALONE), &[]),
        (Event::Resume, &[create(A), create(B)]),
        (Event::Suspend, &[]),
        (Event::StopRequested, &[abandon(A), abandon(B)]),
    ]);
}
