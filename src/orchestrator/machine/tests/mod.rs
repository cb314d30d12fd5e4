//! Single rules of the machine, one test each.

mod attempts;
mod flow;
mod foreach;
mod takeover;

use std::num::NonZeroUsize;
use std::time::Duration;

use super::*;
use crate::pipeline::policy::{ExecutionMode, RunOn};

const LOAD: StepIndex = 0;
const A: StepIndex = 1;
const B: StepIndex = 2;
const JOIN: StepIndex = 3;
const END: StepIndex = 4;
const ALONE: StepIndex = 5;

/// A machine and the time, in seconds.
struct Rig {
    machine: Machine,
    now: i64,
}

/// A diamond with a tail and a step of its own: load -> (a, b) -> join -> end; alone.
fn diamond(rules: RunPolicy, change: impl Fn(&mut Vec<Policy>)) -> Rig {
    rig(
        &[("load", &[]), ("a", &["load"]), ("b", &["load"]), ("join", &["a", "b"]), ("end", &["join"]), ("alone", &[])],
        rules,
        change,
    )
}

fn plain() -> Rig {
    diamond(RunPolicy::default(), |_| {})
}

fn rig(steps: &[(&str, &[&str])], rules: RunPolicy, change: impl Fn(&mut Vec<Policy>)) -> Rig {
    let owned: Vec<Vec<String>> =
        steps.iter().map(|(_, up)| up.iter().map(|name| (*name).to_owned()).collect()).collect();
    let named: Vec<_> = steps.iter().zip(&owned).map(|((name, _), up)| (*name, &up[..])).collect();
    let mut policies = vec![Policy::default(); steps.len()];
    change(&mut policies);
    Rig { machine: Machine::new(Graph::new(&named).unwrap(), rules, policies), now: 1_000 }
}

/// One step alone with this policy.
fn single(policy: &Policy) -> Rig {
    rig(&[("only", &[])], RunPolicy::default(), |policies| policies[0] = policy.clone())
}

impl Rig {
    fn apply(&mut self, event: Event) -> Vec<Action> {
        self.machine.apply(at(self.now), event)
    }

    /// What each event of `script` must lead to.
    #[track_caller]
    fn check(&mut self, script: &[(Event, &[Action])]) {
        for (event, expected) in script {
            assert_eq!(self.apply(event.clone()), *expected, "{event:?}");
        }
    }

    /// What happens when the clock shows `now`, before which nothing is wanted.
    #[track_caller]
    fn tick(&mut self, now: i64, expected: &[Action]) {
        assert_eq!(self.machine.next_wake(), Some(at(now)));
        self.now = now - 1;
        assert_eq!(self.apply(Event::Tick), [], "too early");
        self.now = now;
        assert_eq!(self.apply(Event::Tick), expected);
    }

    fn state(&self, step: StepIndex) -> &StepState {
        self.machine.state(step)
    }

    #[track_caller]
    fn failure(&self, step: StepIndex) -> (Cause, &str) {
        let (StepState::Failed(failure) | StepState::Backoff { last: failure, .. }) = self.state(step) else {
            panic!("{:?}", self.state(step))
        };
        (failure.cause, &failure.reason)
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn running() -> PodState {
    PodState::Running { started: None, leaving: None }
}

fn stuck(reason: &str) -> PodState {
    PodState::Waiting(Some(Stuck { reason: reason.into(), message: "why".into() }))
}

fn seen_at(step: StepIndex, attempt: Attempt, state: PodState) -> Event {
    Event::PodSeen { step, attempt, charged: 0, state }
}

fn seen(step: StepIndex, state: PodState) -> Event {
    seen_at(step, FIRST, state)
}

fn succeeded(step: StepIndex) -> Event {
    seen(step, PodState::Succeeded)
}

fn failed(step: StepIndex) -> Event {
    seen(step, PodState::Failed(broken()))
}

fn found(step: StepIndex, state: PodState) -> Event {
    Event::Found(step, Evidence::Pod { attempt: FIRST, charged: 0, state })
}

fn broken() -> Failure {
    Failure { exit_code: Some(3), ..Failure::new(Cause::Error, "Error", "boom") }
}

fn evicted() -> PodState {
    PodState::Failed(Failure::new(Cause::Infrastructure, "Evicted", "low on memory"))
}

fn create(step: StepIndex) -> Action {
    create_at(step, FIRST, 0)
}

fn create_at(step: StepIndex, attempt: Attempt, charged: u16) -> Action {
    Action::CreatePod { step, attempt, charged }
}

fn delete(step: StepIndex) -> Action {
    Action::DeletePod { step, attempt: FIRST }
}

fn abandon(step: StepIndex) -> Action {
    Action::AbandonPod { step, attempt: FIRST }
}

fn refused(step: StepIndex) -> Event {
    Event::CreateFailed { step, attempt: FIRST, failure: Failure::new(Cause::Final, "PodRefused", "denied") }
}

fn done(step: StepIndex) -> Event {
    Event::CreateDone { step, attempt: FIRST }
}

fn gone(step: StepIndex) -> Event {
    Event::PodGone { step, attempt: FIRST }
}
