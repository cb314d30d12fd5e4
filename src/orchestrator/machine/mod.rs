//! The state machine of a run: `(state, time, event) -> actions`, without clock or I/O (layer 1, pure).
//!
//! A step starts when its upstreams have ended as its `run_on` says and a place is free. An attempt that fails is followed
//! by another one while a budget has it ([`Policy`]); what a failed step means for the others is the run's
//! `execution_mode`. Final states never change. Each event costs O(log steps) amortised: every step and every edge is
//! touched a bounded number of times in a run.
//!
//! A process that takes over a run builds a new machine, reports what is there with [`Event::Found`], and only then
//! [`Event::Started`]. That is all the state there is.

mod attempts;
mod classify;
mod ends;
mod event;
mod expand;
mod flow;
mod init;
mod observe;
mod policy;
mod start;
mod state;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::Range;

use jiff::Timestamp;

pub use self::attempts::DELETED;
pub use self::classify::{FAILED_MOUNT, NO_SCHEDULER, mounted, unseen_by};
pub use self::ends::{OOM_KILLED, has_run, killed, memory};
pub use self::event::{Action, Attempt, Event, Evidence, FIRST, Outcome, PodState, Stuck};
pub use self::init::stuck as stuck_init;
pub use self::observe::{Observer, RETRIES, Sighting};
pub(crate) use self::policy::after;
pub use self::policy::{INFRASTRUCTURE_RETRIES, Policy, RunPolicy};
pub use self::state::{Cause, Counts, End, Failure, Skip, StepState};

use crate::pipeline::graph::{Graph, StepIndex};

/// A run in progress. The steps of the graph have its numbers; instances of `foreach` steps have numbers after those.
#[derive(Clone, Debug)]
pub struct Machine {
    graph: Graph,
    rules: RunPolicy,
    policies: Vec<Policy>,
    nodes: Vec<Node>,
    counts: Counts,
    /// Steps that became ready, in that order; those adopted since are still in it.
    ready: VecDeque<StepIndex>,
    /// Steps whose next attempt is due: they had begun before those that are ready, and go first.
    again: VecDeque<StepIndex>,
    timers: BTreeSet<(Timestamp, StepIndex)>,
    /// Steps that became final and whose downstreams have not been told.
    settled: VecDeque<StepIndex>,
    /// `foreach` steps whose list is wanted.
    expansions: Vec<StepIndex>,
    /// How many lists were asked for and not given: a failed instance may be among what they bring to light.
    unanswered: usize,
    /// How many steps have instances, and how many of these succeeded.
    groups: (usize, usize),
    /// Steps whose state changed since the last time that somebody asked.
    changed: Vec<StepIndex>,
    /// Live pods that nobody wants and whose deletion was asked for.
    strays: HashSet<(StepIndex, Attempt)>,
    /// The last attempts before a retry of instances that are not there yet.
    pasts: HashMap<(StepIndex, usize), Attempt>,
    failed: Option<StepIndex>,
    halted: bool,
    suspended: bool,
    stage: Stage,
    stopping: Option<Outcome>,
}

/// How far the run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// What was there before is being reported.
    Before,
    Started,
    Finished,
}

/// A step, or an instance of one.
#[derive(Clone, Debug)]
struct Node {
    /// The step of the graph.
    step: StepIndex,
    /// The number of the instance.
    item: Option<usize>,
    /// Its own instances, once it is expanded.
    instances: Range<StepIndex>,
    state: StepState,
    /// Upstreams that have not ended; of an expanded step its instances.
    waiting: usize,
    /// An upstream that ended without success, and so kept a step after it from running.
    lost: Option<StepIndex>,
    /// An upstream was not needed.
    unneeded: bool,
    /// Before the start: what is known of it, or that an instance of it was there.
    evidence: Option<Box<Evidence>>,
    expanded_before: bool,
    /// A step after it has run, so that it must have succeeded.
    presumed: bool,
    /// The last attempt before a retry; 0 where there was none.
    past: Attempt,
    /// The newest attempt; 0 before the first.
    attempt: Attempt,
    /// How many attempts that failed were charged to the user.
    charged: u16,
    last: Option<Box<Ended>>,
    wake: Option<Timestamp>,
    pod: PodFacts,
}

/// How an attempt ended without success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The attempt.
    pub attempt: Attempt,
    /// How many of the attempts before it were charged to the user.
    pub charged: u16,
    /// Why.
    pub failure: Failure,
}

/// What timers of an attempt count from, by this process's clock.
#[derive(Clone, Debug, Default)]
struct PodFacts {
    /// The start-up began.
    since: Option<Timestamp>,
    /// What keeps the container, and since when.
    stuck: Option<Box<(Stuck, Timestamp)>>,
    /// The container did not run yet.
    not_running: Option<Timestamp>,
    started: Option<Timestamp>,
    leaving: Option<Timestamp>,
}

impl Node {
    fn new(step: StepIndex, item: Option<usize>, waiting: usize, past: Attempt) -> Self {
        Self {
            step,
            item,
            instances: 0..0,
            state: StepState::Pending,
            waiting,
            lost: None,
            unneeded: false,
            evidence: None,
            expanded_before: false,
            presumed: false,
            past,
            attempt: past,
            charged: 0,
            last: None,
            wake: None,
            pod: PodFacts::default(),
        }
    }
}

impl Machine {
    /// A run of `graph` in which nothing has happened; `policies` has one entry for each step.
    pub fn new(graph: Graph, rules: RunPolicy, policies: Vec<Policy>) -> Self {
        let nodes: Vec<_> =
            (0..graph.len()).map(|step| Node::new(step, None, graph.upstreams(step).len(), 0)).collect();
        let counts = Counts { pending: nodes.len(), ..Counts::default() };
        Self {
            graph,
            rules,
            policies,
            nodes,
            counts,
            ready: VecDeque::new(),
            again: VecDeque::new(),
            timers: BTreeSet::new(),
            settled: VecDeque::new(),
            expansions: Vec::new(),
            unanswered: 0,
            groups: (0, 0),
            changed: Vec::new(),
            strays: HashSet::new(),
            pasts: HashMap::new(),
            failed: None,
            halted: false,
            suspended: false,
            stage: Stage::Before,
            stopping: None,
        }
    }

    /// Takes in one event, at the time `now`, and says what to do.
    pub fn apply(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.stage == Stage::Finished {
            return actions;
        }
        match event {
            Event::Found(step, evidence) => self.found(step, evidence),
            Event::Retried { step, item, past } => self.retried(step, item, past),
            Event::FoundInstance(step) => self.nodes[step].expanded_before |= self.stage == Stage::Before,
            Event::Started => self.start(now, &mut actions),
            Event::PodSeen { step, attempt, charged, state } => {
                self.seen(now, step, attempt, charged, state, &mut actions);
            }
            Event::PodGone { step, attempt } => self.gone(now, step, attempt),
            Event::CreateDone { step, attempt } => {
                if self.awaits_creation(step, attempt) {
                    let charged = self.nodes[step].charged;
                    self.seen(now, step, attempt, charged, PodState::Waiting(None), &mut actions);
                }
            }
            Event::CreateFailed { step, attempt, failure } => {
                if self.awaits_creation(step, attempt) {
                    self.ended(now, step, failure);
                }
            }
            Event::Expanded { step, instances } => self.expanded(now, step, instances, &mut actions),
            Event::ExpandFailed { step, failure } => {
                if self.nodes[step].state == StepState::Expanded && self.nodes[step].waiting == 0 {
                    self.unanswered -= 1;
                    self.set(step, StepState::Failed(failure));
                }
            }
            Event::Tick => self.tick(now, &mut actions),
            Event::Suspend => self.suspended = true,
            Event::Resume => self.suspended = false,
            Event::StopRequested => self.stop(Outcome::Stopped, &mut actions),
            Event::KillRequested => self.kill(&mut actions),
        }
        self.go_on(&mut actions);
        actions
    }

    /// The run has other rules from now on.
    pub fn set_rules(&mut self, rules: RunPolicy) {
        self.rules = rules;
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How many steps there are now, instances included: all numbers are below this.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The state of a step.
    pub fn state(&self, step: StepIndex) -> &StepState {
        &self.nodes[step].state
    }

    /// The number of the newest attempt, 0 before the first, and how many attempts were charged to the user.
    pub fn attempts(&self, step: StepIndex) -> (Attempt, u16) {
        (self.nodes[step].attempt, self.nodes[step].charged)
    }

    /// The newest attempt that failed and is followed by another one, or will be.
    pub fn last_ended(&self, step: StepIndex) -> Option<&Ended> {
        self.nodes[step].last.as_deref()
    }

    /// The step of the graph that `step` is or is an instance of, and which.
    pub fn origin(&self, step: StepIndex) -> (StepIndex, Option<usize>) {
        (self.nodes[step].step, self.nodes[step].item)
    }

    /// How many steps are in each state.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many steps succeeded and how many there are, of expanded steps their instances.
    pub fn progress(&self) -> (usize, usize) {
        (self.counts.succeeded - self.groups.1, self.nodes.len() - self.groups.0)
    }

    /// The steps whose state changed since the last call, some of them more than once.
    pub fn take_changed(&mut self) -> Vec<StepIndex> {
        std::mem::take(&mut self.changed)
    }

    /// Whether what is ready waits for a place.
    pub fn is_full(&self) -> bool {
        self.rules.limit.is_some_and(|limit| self.counts.in_flight() >= limit.get())
    }

    /// Whether nothing new is begun until `Resume`.
    pub fn suspended(&self) -> bool {
        self.suspended
    }

    /// When `Tick` is wanted next.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let timer = self.timers.first().map(|(time, _)| *time);
        let deadline = self.rules.deadline.filter(|_| self.stopping.is_none());
        timer.into_iter().chain(deadline).min().filter(|_| self.stage == Stage::Started)
    }

    fn policy(&self, step: StepIndex) -> &Policy {
        &self.policies[self.nodes[step].step]
    }

    /// Changes a state, with the numbers and the timer that depend on it.
    fn set(&mut self, step: StepIndex, state: StepState) {
        *self.counts.of(&self.nodes[step].state) -= 1;
        *self.counts.of(&state) += 1;
        if state.is_final() {
            self.settled.push_back(step);
        }
        self.nodes[step].state = state;
        self.changed.push(step);
        self.arm(step);
    }

    fn awaits_creation(&self, step: StepIndex, attempt: Attempt) -> bool {
        let state = &self.nodes[step].state;
        let waits =
            matches!(state, StepState::Starting { exists: false, .. } | StepState::Ending { exists: false, .. });
        waits && self.nodes[step].attempt == attempt
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
