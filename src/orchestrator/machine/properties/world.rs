//! A cluster in miniature, driven by dice: pods are created late, run, hang, end, are evicted, vanish; events repeat.

mod retry;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use super::super::*;
use crate::pipeline::policy::{ExecutionMode, RunOn};

#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) mode: ExecutionMode,
    pub(super) limit: usize,
    pub(super) dice: u64,
    /// Of a hundred pods so many fail by their own fault.
    pub(super) fails: u64,
    /// Of a hundred pods so many are evicted or deleted.
    pub(super) disruptions: u64,
}

/// A step, the instance of it, and the attempt.
type Key = (StepIndex, Option<usize>, Attempt);

#[derive(Clone, Debug)]
pub(super) struct Pod {
    charged: u16,
    pub(super) state: PodState,
}

pub(super) struct World {
    pub(super) rules: Rules,
    dice: u64,
    now: i64,
    graph: Graph,
    pub(super) policies: Vec<Policy>,
    pub(super) machine: Machine,
    pub(super) log: Vec<(Timestamp, Event)>,
    /// Creations that the API server has not carried out yet.
    posts: Vec<(StepIndex, Attempt, u16)>,
    /// Creations carried out and not answered yet.
    answers: Vec<(StepIndex, Attempt)>,
    pub(super) pods: BTreeMap<Key, Pod>,
    numbers: BTreeMap<(StepIndex, Option<usize>), StepIndex>,
    /// What a process that takes over finds recorded.
    recorded: BTreeMap<(StepIndex, Option<usize>), Evidence>,
    /// The last attempts before a retry.
    pub(super) pasts: BTreeMap<(StepIndex, Option<usize>), Attempt>,
    pub(super) created: BTreeMap<Key, usize>,
    errors: BTreeMap<(StepIndex, Option<usize>), u16>,
    successes: BTreeMap<(StepIndex, Option<usize>), u16>,
    stopped: bool,
    pub(super) outcome: Option<Outcome>,
}

impl World {
    pub(super) fn new(graph: Graph, rules: Rules) -> Self {
        let policies: Vec<_> = (0..graph.len()).map(|step| policy(step, rules)).collect();
        let numbers = (0..graph.len()).map(|step| ((step, None), step)).collect();
        let machine = Machine::new(graph.clone(), run_policy(rules), policies.clone());
        Self {
            rules,
            dice: rules.dice | 1,
            now: 1_000,
            graph,
            policies,
            machine,
            log: Vec::new(),
            posts: Vec::new(),
            answers: Vec::new(),
            pods: BTreeMap::new(),
            numbers,
            recorded: BTreeMap::new(),
            pasts: BTreeMap::new(),
            created: BTreeMap::new(),
            errors: BTreeMap::new(),
            successes: BTreeMap::new(),
            stopped: false,
            outcome: None,
        }
    }

    pub(super) fn fresh(&self) -> Machine {
        Machine::new(self.graph.clone(), run_policy(self.rules), self.policies.clone())
    }

    pub(super) fn begin(&mut self) {
        self.tell(Event::Started);
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.tell(Event::StopRequested);
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.dice >> 33).unwrap() % sides
    }

    fn percent(&mut self, percent: u64) -> bool {
        (self.roll(100) as u64) < percent
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_second(self.now).unwrap()
    }

    fn key(&self, step: StepIndex, attempt: Attempt) -> Key {
        let (origin, item) = self.machine.origin(step);
        (origin, item, attempt)
    }

    fn tell(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            self.log.push((self.time(), event.clone()));
            for action in self.machine.apply(self.time(), event) {
                assert_eq!(self.outcome, None, "nothing is asked for after the end");
                match action {
                    Action::CreatePod { step, attempt, charged } => self.posts.push((step, attempt, charged)),
                    Action::AbandonPod { step, attempt } => events.extend(self.abandon(step, attempt)),
                    Action::DeletePod { step, attempt } => events.extend(self.delete(step, attempt)),
                    Action::Expand { step } => events.push(self.expand(step)),
                    Action::Finish(outcome) => self.outcome = Some(outcome),
                }
            }
            for step in self.numbers.len()..self.machine.len() {
                self.numbers.insert(self.machine.origin(step), step);
            }
        }
        self.note();
    }

    /// Half of those that are given up were sent all the same.
    fn abandon(&mut self, step: StepIndex, attempt: Attempt) -> Option<Event> {
        let at = self.posts.iter().position(|(one, number, _)| (*one, *number) == (step, attempt))?;
        if self.roll(2) == 0 {
            return None;
        }
        self.posts.swap_remove(at);
        Some(Event::CreateFailed { step, attempt, failure: Failure::default() })
    }

    fn delete(&mut self, step: StepIndex, attempt: Attempt) -> Option<Event> {
        let key = self.key(step, attempt);
        self.pods.get(&key).filter(|pod| pod.state.lives())?;
        self.pods.remove(&key);
        Some(Event::PodGone { step, attempt })
    }

    fn expand(&self, step: StepIndex) -> Event {
        // Always as many for the same step.
        let instances = (0..step * 7 % 4).map(|item| self.evidence((step, Some(item))));
        Event::Expanded { step, instances: instances.collect() }
    }

    /// What is known of an instance: the record, and else its newest pod.
    fn evidence(&self, of: (StepIndex, Option<usize>)) -> Option<Evidence> {
        let recorded = self.recorded.get(&of);
        let pods = self.pods.range((of.0, of.1, 0)..=(of.0, of.1, Attempt::MAX));
        let newest = pods.last().map(|((_, _, attempt), pod)| Evidence::Pod {
            attempt: *attempt,
            charged: pod.charged,
            state: pod.state.clone(),
        });
        match (recorded, newest) {
            (Some(recorded), Some(newest)) => Some(if newest.outweighs(recorded) { newest } else { recorded.clone() }),
            (recorded, newest) => newest.or(recorded.cloned()),
        }
    }

    /// Writes down what a record has.
    fn note(&mut self) {
        for step in 0..self.machine.len() {
            let (attempt, charged) = self.machine.attempts(step);
            let origin = self.machine.origin(step);
            let evidence = match self.machine.state(step) {
                StepState::Succeeded => Evidence::Ended { attempt, failure: None },
                StepState::Failed(failure) => Evidence::Ended { attempt, failure: Some(failure.clone()) },
                StepState::Cancelled => Evidence::Cancelled { attempt },
                StepState::Running { .. } | StepState::Starting { exists: true, .. } | StepState::Ending { .. } => {
                    Evidence::Gone { attempt, charged }
                }
                StepState::Backoff { last, .. } => {
                    let charged = self.machine.last_ended(step).expect("an end").charged;
                    Evidence::Pod { attempt, charged, state: PodState::Failed(last.clone()) }
                }
                _ => continue,
            };
            self.recorded.insert(origin, evidence);
        }
    }

    /// So many things happen, unless the run ends before.
    pub(super) fn steps(&mut self, count: usize) {
        for _ in 0..count {
            if self.outcome.is_none() {
                self.step();
            }
        }
    }

    pub(super) fn run(&mut self) -> Outcome {
        for _ in 0..100_000 {
            if let Some(outcome) = self.outcome {
                return outcome;
            }
            self.step();
        }
        panic!("the run does not end: {:?}", self.machine);
    }

    /// One thing that can happen next.
    fn step(&mut self) {
        let alive: Vec<Key> = self.pods.iter().filter(|(_, pod)| pod.state.lives()).map(|(key, _)| *key).collect();
        let choices = self.posts.len() + self.answers.len() + alive.len();
        if choices == 0 || self.roll(10) == 0 {
            return self.wait(choices == 0);
        }
        let mut choice = self.roll(choices);
        if choice < self.posts.len() {
            return self.post(choice);
        }
        choice -= self.posts.len();
        if choice < self.answers.len() {
            let (step, attempt) = self.answers.swap_remove(choice);
            return self.tell(Event::CreateDone { step, attempt });
        }
        self.age(alive[choice - self.answers.len()]);
    }

    /// Time goes by, up to the next thing that the machine waits for.
    fn wait(&mut self, must: bool) {
        let wake = self.machine.next_wake();
        assert!(!must || wake.is_some(), "nothing can ever happen: {:?}", self.machine);
        if let Some(wake) = wake {
            self.now = self.now.max(wake.as_second() + 1);
        }
        self.tell(Event::Tick);
    }

    fn post(&mut self, choice: usize) {
        let (step, attempt, charged) = self.posts.swap_remove(choice);
        if self.rules.fails > 0 && self.percent(2) && !self.pods.contains_key(&self.key(step, attempt)) {
            return self.tell(Event::CreateFailed { step, attempt, failure: Failure::new(Cause::Final, "x", "") });
        }
        self.carry_out(step, attempt, charged);
        self.answers.push((step, attempt));
    }

    /// The name is the guard: a pod that is there already is adopted.
    fn carry_out(&mut self, step: StepIndex, attempt: Attempt, charged: u16) {
        let key = self.key(step, attempt);
        if self.pods.contains_key(&key) {
            return;
        }
        let others = self.pods.range((key.0, key.1, 0)..=(key.0, key.1, Attempt::MAX));
        let live: Vec<_> = others.filter(|(_, pod)| pod.state.lives()).collect();
        assert!(live.is_empty(), "two attempts at once: {key:?} and {live:?}");
        self.pods.insert(key, Pod { charged, state: PodState::Waiting(None) });
        *self.created.entry(key).or_default() += 1;
    }

    /// The pod goes on, and is seen, or not yet.
    fn age(&mut self, key: Key) {
        let (one, disrupted, failed) =
            ((key.0, key.1), self.percent(self.rules.disruptions), self.percent(self.rules.fails));
        let step = self.numbers[&one];
        if disrupted && self.roll(3) == 0 {
            self.pods.remove(&key);
            return self.tell(Event::PodGone { step, attempt: key.2 });
        }
        let hangs = self.policies[key.0].timeout.is_some() && self.roll(4) > 0;
        let pod = &self.pods[&key];
        let next = match pod.state {
            _ if disrupted => PodState::Failed(Failure::new(Cause::Infrastructure, "Evicted", "")),
            PodState::Waiting(_) if !failed => PodState::Running { started: Some(self.time()), leaving: None },
            _ if failed => PodState::Failed(Failure { exit_code: Some(1), ..Failure::default() }),
            _ if hangs => return,
            _ => PodState::Succeeded,
        };
        match &next {
            PodState::Failed(failure) if failure.cause == Cause::Error => *self.errors.entry(one).or_default() += 1,
            PodState::Succeeded => *self.successes.entry(one).or_default() += 1,
            _ => {}
        }
        let charged = pod.charged;
        self.pods.insert(key, Pod { charged, state: next.clone() });
        if !next.lives() || self.roll(2) == 0 {
            self.tell(Event::PodSeen { step, attempt: key.2, charged, state: next });
        }
    }

    /// Another process takes over; creations under way may still be carried out, but nobody hears of them.
    pub(super) fn restart(&mut self) {
        for (step, attempt, charged) in std::mem::take(&mut self.posts) {
            if self.roll(2) == 0 {
                self.carry_out(step, attempt, charged);
            }
        }
        self.machine = self.fresh();
        self.numbers.retain(|(_, item), _| item.is_none());
        self.log.clear();
        self.answers.clear();
        for ((step, item), past) in self.pasts.clone() {
            self.tell_quietly(Event::Retried { step, item, past });
        }
        if self.stopped {
            self.tell_quietly(Event::StopRequested);
        }
        for step in 0..self.graph.len() {
            if let Some(evidence) = self.evidence((step, None)).filter(|_| !self.policies[step].foreach) {
                self.tell_quietly(Event::Found(step, evidence));
            }
            let counts = |key: &Key| self.pasts.get(&(key.0, key.1)).is_none_or(|past| key.2 > *past);
            let instances = |key: &&Key| key.0 == step && key.1.is_some() && counts(key);
            let recorded = self.recorded.keys().any(|(origin, item)| *origin == step && item.is_some());
            if self.pods.keys().any(|key| instances(&key)) || recorded {
                self.tell_quietly(Event::FoundInstance(step));
            }
        }
        self.tell(Event::Started);
    }

    /// Before the start nothing is recorded.
    fn tell_quietly(&mut self, event: Event) {
        self.log.push((self.time(), event.clone()));
        assert_eq!(self.machine.apply(self.time(), event), []);
    }

    pub(super) fn check_budgets(&self) {
        for (step, errors) in &self.errors {
            assert!(*errors <= 1 + self.policies[step.0].max_retries, "{step:?}: {errors} errors");
        }
        for ((step, item, attempt), created) in &self.created {
            let most = 1 + self.policies[*step].max_retries + INFRASTRUCTURE_RETRIES;
            assert!(*attempt <= most, "{step} {item:?}: attempt {attempt} of {most}, {created} times");
        }
        assert!(self.successes.values().all(|successes| *successes <= 1), "{:?}", self.successes);
    }
}

fn policy(step: StepIndex, rules: Rules) -> Policy {
    let dice = rules.dice >> (step % 32);
    // Hooks are few, or hardly anything would be skipped; without failures they would never run.
    let run_on = match dice % 8 {
        6 if rules.fails > 0 => RunOn::Failure,
        7 => RunOn::Always,
        _ => RunOn::Success,
    };
    Policy {
        run_on,
        foreach: (dice / 8).is_multiple_of(4),
        max_retries: u16::try_from(dice / 32 % 3).unwrap(),
        delay: Duration::from_secs(dice % 2 * 30),
        backoff: 2.0,
        timeout: (dice / 64).is_multiple_of(4).then_some(Duration::from_secs(20)).filter(|_| rules.fails > 0),
        ..Policy::default()
    }
}

fn run_policy(rules: Rules) -> RunPolicy {
    RunPolicy { mode: rules.mode, limit: NonZeroUsize::new(rules.limit), deadline: None }
}
