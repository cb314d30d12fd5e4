//! Single rules of the machine, one test each.

use super::*;

/// A diamond with a tail and a step of its own: load -> (a, b) -> join -> end; alone.
fn machine(limit: usize) -> Machine {
    let upstreams: [(&str, &[&str]); 6] =
        [("load", &[]), ("a", &["load"]), ("b", &["load"]), ("join", &["a", "b"]), ("end", &["join"]), ("alone", &[])];
    let owned = upstreams.map(|(name, up)| (name, up.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()));
    let steps: Vec<_> = owned.iter().map(|(name, up)| (*name, &up[..])).collect();
    Machine::new(Graph::new(&steps).unwrap(), NonZeroUsize::new(limit))
}

const LOAD: StepIndex = 0;
const A: StepIndex = 1;
const B: StepIndex = 2;
const JOIN: StepIndex = 3;
const END: StepIndex = 4;
const ALONE: StepIndex = 5;

fn seen(step: StepIndex, state: PodState) -> Event {
    Event::PodSeen { step, attempt: FIRST, state }
}

fn succeeded(step: StepIndex) -> Event {
    seen(step, PodState::Succeeded)
}

fn broken() -> Failure {
    Failure { exit_code: Some(3), reason: "Error".into(), message: "boom".into() }
}

fn create(step: StepIndex) -> Action {
    Action::CreatePod { step, attempt: FIRST }
}

fn delete(step: StepIndex) -> Action {
    Action::DeletePod { step, attempt: FIRST }
}

fn done(step: StepIndex) -> Event {
    Event::CreateDone { step, attempt: FIRST }
}

/// What each event of `script` must lead to.
fn check(machine: &mut Machine, script: &[(Event, &[Action])]) {
    for (event, expected) in script {
        assert_eq!(machine.apply(event.clone()), *expected, "{event:?}");
    }
}

#[test]
fn steps_start_when_their_upstreams_have_succeeded() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD), create(ALONE)]),
            (done(LOAD), &[]),
            (seen(LOAD, PodState::Running), &[]),
            (succeeded(LOAD), &[create(A), create(B)]),
            (succeeded(ALONE), &[]),
            (done(ALONE), &[]),
            (succeeded(B), &[]),
            (seen(B, PodState::Running), &[]),
            (succeeded(B), &[]),
            (succeeded(A), &[create(JOIN)]),
            (succeeded(JOIN), &[create(END)]),
            (succeeded(END), &[Action::Finish(Outcome::Succeeded)]),
            (succeeded(END), &[]),
            (Event::Started, &[]),
        ],
    );
}

#[test]
fn a_failure_skips_descendants_only() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD), create(ALONE)]),
            (succeeded(LOAD), &[create(A), create(B)]),
            (seen(A, PodState::Failed(broken())), &[]),
            (succeeded(B), &[]),
            (succeeded(ALONE), &[Action::Finish(Outcome::Failed)]),
        ],
    );
    let skipped = StepState::Skipped { because: A };
    assert_eq!(machine.states()[JOIN..ALONE], [skipped.clone(), skipped]);
    assert_eq!(machine.states()[A], StepState::Failed(broken()));
    assert_eq!(machine.counts(), Counts { succeeded: 3, failed: 1, skipped: 2, ..Counts::default() });
}

#[test]
fn the_limit_holds_and_places_are_refilled() {
    let mut machine = machine(1);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD)]),
            (succeeded(LOAD), &[create(ALONE)]),
            (seen(ALONE, PodState::Failed(broken())), &[create(A)]),
            (Event::CreateFailed { step: A, attempt: FIRST, failure: broken() }, &[create(B)]),
            (succeeded(B), &[Action::Finish(Outcome::Failed)]),
        ],
    );
}

#[test]
fn a_deleted_pod_fails_its_step() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD), create(ALONE)]),
            (succeeded(ALONE), &[]),
            (Event::PodGone { step: ALONE, attempt: FIRST }, &[]),
            (seen(LOAD, PodState::Running), &[]),
            (Event::PodGone { step: LOAD, attempt: 2 }, &[]),
            (Event::PodGone { step: LOAD, attempt: FIRST }, &[Action::Finish(Outcome::Failed)]),
        ],
    );
    assert!(matches!(&machine.states()[LOAD], StepState::Failed(failure) if failure.reason == "PodDeleted"));
}

#[test]
fn stale_news_change_nothing() {
    let mut machine = machine(0);
    machine.apply(Event::Started);
    machine.apply(seen(LOAD, PodState::Running));
    let other = Event::PodSeen { step: LOAD, attempt: 2, state: PodState::Succeeded };
    let refused = Event::CreateFailed { step: LOAD, attempt: FIRST, failure: broken() };
    for event in [seen(LOAD, PodState::Waiting), other, refused, done(LOAD)] {
        assert_eq!(machine.apply(event.clone()), [], "{event:?}");
        assert_eq!(machine.states()[LOAD], StepState::Running { attempt: FIRST }, "{event:?}");
    }
}

#[test]
fn stop_deletes_what_runs_and_starts_nothing() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD), create(ALONE)]),
            (succeeded(LOAD), &[create(A), create(B)]),
            (seen(A, PodState::Running), &[]),
            (done(ALONE), &[]),
            (Event::StopRequested, &[delete(A), delete(ALONE)]),
            (Event::StopRequested, &[]),
            // The creation under way at the time of the stop is not forgotten.
            (done(B), &[delete(B)]),
            (seen(A, PodState::Failed(broken())), &[]),
            (Event::PodGone { step: B, attempt: FIRST }, &[]),
            // What still ends well counts.
            (succeeded(ALONE), &[Action::Finish(Outcome::Stopped)]),
        ],
    );
    let cancelled = Counts { succeeded: 2, cancelled: 4, ..Counts::default() };
    assert_eq!(machine.counts(), cancelled);
}

#[test]
fn a_pod_that_appears_after_the_stop_is_deleted() {
    let mut machine = machine(1);
    check(
        &mut machine,
        &[
            (Event::Started, &[create(LOAD)]),
            (Event::StopRequested, &[]),
            (seen(ALONE, PodState::Running), &[delete(ALONE)]),
            (
                Event::CreateFailed { step: LOAD, attempt: FIRST, failure: broken() },
                &[Action::Finish(Outcome::Stopped)],
            ),
        ],
    );
}

#[test]
fn a_restart_adopts_what_is_there() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (succeeded(LOAD), &[]),
            (seen(B, PodState::Waiting), &[]),
            (seen(ALONE, PodState::Running), &[]),
            (Event::Started, &[create(A)]),
            (seen(B, PodState::Running), &[]),
            (succeeded(A), &[]),
            (succeeded(B), &[create(JOIN)]),
        ],
    );
}

#[test]
fn a_step_with_a_pod_proves_its_upstreams() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (seen(JOIN, PodState::Running), &[]),
            (Event::Started, &[create(ALONE)]),
            (succeeded(JOIN), &[create(END)]),
            (succeeded(END), &[]),
            (succeeded(ALONE), &[Action::Finish(Outcome::Succeeded)]),
        ],
    );
}

#[test]
fn a_restart_into_a_stopped_run_stops_it() {
    let mut machine = machine(0);
    check(
        &mut machine,
        &[
            (succeeded(LOAD), &[]),
            (seen(A, PodState::Running), &[]),
            (Event::StopRequested, &[]),
            (Event::Started, &[delete(A)]),
            (Event::PodGone { step: A, attempt: FIRST }, &[Action::Finish(Outcome::Stopped)]),
        ],
    );
}

#[test]
fn a_restart_into_a_finished_run_finishes() {
    let mut machine = machine(0);
    for step in [END, JOIN, LOAD, ALONE] {
        assert_eq!(machine.apply(succeeded(step)), []);
    }
    assert_eq!(machine.apply(Event::Started), [Action::Finish(Outcome::Succeeded)]);
}
