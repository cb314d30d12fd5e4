//! What holds for every graph and every order of events, and that time is linear.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// A graph out of pairs of numbers, each an edge from the smaller to the larger.
fn graph(steps: usize, edges: &[(usize, usize)]) -> Graph {
    let names: Vec<String> = (0..steps).map(|step| format!("s{step}")).collect();
    let mut upstreams = vec![Vec::new(); steps];
    for (a, b) in edges {
        let (low, high) = (a % steps, b % steps);
        let name = &names[low.min(high)];
        if low != high && !upstreams[low.max(high)].contains(name) {
            upstreams[low.max(high)].push(name.clone());
        }
    }
    let steps: Vec<_> = names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect();
    Graph::new(&steps).unwrap()
}

/// A cluster in miniature, driven by dice: pods are created late, run, end, vanish; events repeat.
struct World {
    dice: u64,
    machine: Machine,
    log: Vec<Event>,
    /// Creations that the API server has not carried out yet.
    posts: Vec<StepIndex>,
    /// Creations carried out and not answered yet.
    answers: Vec<StepIndex>,
    pods: BTreeMap<StepIndex, PodState>,
    created: Vec<usize>,
    outcome: Option<Outcome>,
    fails: u64,
}

impl World {
    fn new(graph: Graph, limit: usize, dice: u64, fails: u64) -> Self {
        let created = vec![0; graph.len()];
        let machine = Machine::new(graph, NonZeroUsize::new(limit));
        let (log, posts, answers, pods) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
        Self { dice: dice | 1, machine, log, posts, answers, pods, created, outcome: None, fails }
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.dice >> 33).unwrap() % sides
    }

    fn tell(&mut self, event: Event) {
        self.log.push(event.clone());
        for action in self.machine.apply(event) {
            assert_eq!(self.outcome, None, "nothing is asked for after the end");
            match action {
                Action::CreatePod { step, .. } => {
                    for upstream in self.machine.graph().upstreams(step) {
                        assert_eq!(self.machine.states()[*upstream], StepState::Succeeded);
                    }
                    self.posts.push(step);
                }
                Action::DeletePod { step, .. } => {
                    if self.pods.remove(&step).is_some() {
                        self.log.push(Event::PodGone { step, attempt: FIRST });
                        let actions = self.machine.apply(Event::PodGone { step, attempt: FIRST });
                        self.outcome = actions.into_iter().find_map(finished).or(self.outcome);
                    }
                }
                Action::Finish(outcome) => self.outcome = Some(outcome),
            }
        }
    }

    /// One thing that can happen next.
    fn step(&mut self) {
        let choices = self.posts.len() + self.answers.len() + self.pods.len();
        let mut choice = self.roll(choices);
        if choice < self.posts.len() {
            return self.post(choice);
        }
        choice -= self.posts.len();
        if choice < self.answers.len() {
            let step = self.answers.swap_remove(choice);
            return self.tell(Event::CreateDone { step, attempt: FIRST });
        }
        let step = *self.pods.keys().nth(choice - self.answers.len()).unwrap();
        self.age(step);
    }

    fn post(&mut self, choice: usize) {
        let step = self.posts.swap_remove(choice);
        if self.roll(100) < 2 && !self.pods.contains_key(&step) && self.fails > 0 {
            return self.tell(Event::CreateFailed { step, attempt: FIRST, failure: Failure::default() });
        }
        // The name is the guard: a pod that is there already is adopted.
        if self.pods.insert(step, PodState::Waiting).is_none() {
            self.created[step] += 1;
        }
        self.answers.push(step);
    }

    /// The pod goes on, and is seen, or not yet.
    fn age(&mut self, step: StepIndex) {
        let roll = self.roll(4);
        let next = match (&self.pods[&step], roll) {
            (PodState::Waiting, 0 | 1) => PodState::Running,
            (PodState::Waiting | PodState::Running, _) if self.fails > 0 && self.dice % 100 < self.fails => {
                PodState::Failed(Failure { exit_code: Some(1), ..Failure::default() })
            }
            (PodState::Waiting | PodState::Running, _) => PodState::Succeeded,
            (ended, _) => ended.clone(),
        };
        self.pods.insert(step, next.clone());
        let is_final = matches!(next, PodState::Succeeded | PodState::Failed(_));
        if is_final || self.roll(2) == 0 {
            self.tell(Event::PodSeen { step, attempt: FIRST, state: next });
        }
    }

    fn run(&mut self) -> Outcome {
        for _ in 0..100_000 {
            if let Some(outcome) = self.outcome {
                return outcome;
            }
            self.step();
        }
        panic!("the run does not end: {:?}", self.machine.states());
    }

    /// Another process takes over; creations under way may still be carried out, but nobody hears of them.
    fn restart(&mut self) {
        let graph = self.machine.graph().clone();
        let limit = NonZeroUsize::new(self.machine.limit);
        self.machine = Machine::new(graph, limit);
        self.log.clear();
        self.answers.clear();
        for step in std::mem::take(&mut self.posts) {
            if self.roll(2) == 0 && self.pods.insert(step, PodState::Waiting).is_none() {
                self.created[step] += 1;
            }
        }
        for (step, state) in self.pods.clone() {
            self.tell(Event::PodSeen { step, attempt: FIRST, state });
        }
        self.tell(Event::Started);
    }
}

fn finished(action: Action) -> Option<Outcome> {
    if let Action::Finish(outcome) = action { Some(outcome) } else { None }
}

/// The descendants of steps that failed.
fn doomed(machine: &Machine) -> Vec<bool> {
    let mut doomed = vec![false; machine.states().len()];
    for step in machine.graph().order() {
        let is_lost =
            |upstream: &StepIndex| doomed[*upstream] || matches!(machine.states()[*upstream], StepState::Failed(_));
        doomed[*step] = machine.graph().upstreams(*step).iter().any(is_lost);
    }
    doomed
}

proptest! {

    #[test]
    fn every_run_ends_as_it_should(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..120), steps in 1..25_usize, limit in 0..6_usize,
        dice: u64, fails in 0..30_u64,
    ) {
        let mut world = World::new(graph(steps, &edges), limit, dice, fails);
        world.tell(Event::Started);
        let outcome = world.run();
        let counts = world.machine.counts();
        prop_assert_eq!(outcome, if counts.failed > 0 { Outcome::Failed } else { Outcome::Succeeded });
        prop_assert_eq!(counts.unfinished() + counts.cancelled, 0);
        prop_assert!(world.created.iter().all(|created| *created <= 1));
        for (state, doomed) in world.machine.states().iter().zip(doomed(&world.machine)) {
            prop_assert_eq!(matches!(state, StepState::Skipped { .. }), doomed);
        }
    }

    #[test]
    fn a_replay_comes_to_the_same(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..80), limit in 0..4_usize, dice: u64,
    ) {
        let mut world = World::new(graph(15, &edges), limit, dice, 10);
        world.tell(Event::Started);
        world.run();
        let mut replayed = Machine::new(world.machine.graph().clone(), NonZeroUsize::new(limit));
        for event in &world.log {
            replayed.apply(event.clone());
        }
        prop_assert_eq!(replayed.states(), world.machine.states());
    }

    #[test]
    fn restarts_duplicate_nothing(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..80), limit in 0..4_usize, dice: u64,
        moments in prop::collection::vec(0..30_usize, 1..5),
    ) {
        let mut world = World::new(graph(15, &edges), limit, dice, 0);
        world.tell(Event::Started);
        for moment in moments {
            for _ in 0..moment {
                if world.outcome.is_none() {
                    world.step();
                }
            }
            if world.outcome.is_none() {
                world.restart();
            }
        }
        prop_assert_eq!(world.run(), Outcome::Succeeded);
        prop_assert!(world.created.iter().all(|created| *created == 1), "{:?}", world.created);
    }

    #[test]
    fn a_stop_leaves_no_pod_behind(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..80), limit in 0..4_usize, dice: u64,
        moment in 0..60_usize,
    ) {
        let mut world = World::new(graph(15, &edges), limit, dice, 5);
        world.tell(Event::Started);
        for _ in 0..moment {
            if world.outcome.is_none() {
                world.step();
            }
        }
        if world.outcome.is_none() {
            world.tell(Event::StopRequested);
            world.run();
        }
        let lives = |state: &PodState| matches!(state, PodState::Waiting | PodState::Running);
        prop_assert!(!world.pods.values().any(lives), "{:?}", world.pods);
    }
}

/// How long a run takes in which every pod succeeds at once.
fn time(graph: Graph) -> Duration {
    let start = Instant::now();
    let mut machine = Machine::new(graph, None);
    let mut actions = machine.apply(Event::Started);
    let mut created = 0;
    while let Some(action) = actions.pop() {
        match action {
            Action::CreatePod { step, attempt } => {
                created += 1;
                for state in [PodState::Waiting, PodState::Running, PodState::Succeeded] {
                    actions.extend(machine.apply(Event::PodSeen { step, attempt, state }));
                }
            }
            other => assert_eq!(other, Action::Finish(Outcome::Succeeded)),
        }
    }
    assert_eq!(created, machine.states().len());
    start.elapsed()
}

#[test]
fn time_is_linear_in_steps_and_edges() {
    let chain = |n: usize| (1..n).map(|step| (step - 1, step)).collect::<Vec<_>>();
    let fan = |n: usize| (1..n - 1).flat_map(|step| [(0, step), (step, n - 1)]).collect::<Vec<_>>();
    for (name, edges) in [("chain", &chain as &dyn Fn(usize) -> Vec<(usize, usize)>), ("fan", &fan)] {
        // Quadratic time would take 100 times as long for ten times the steps; here is margin for a busy machine.
        let best = |n: usize| (0..5).map(|_| time(sparse(n, &edges(n)))).min().unwrap();
        let (small, large) = (best(1_000), best(10_000));
        assert!(large < small * 50 + Duration::from_millis(50), "{name}: {small:?} for 1,000 and {large:?} for 10,000");
    }
}

/// As [`graph`], without its quadratic search for repeated edges.
fn sparse(steps: usize, edges: &[(usize, usize)]) -> Graph {
    let names: Vec<String> = (0..steps).map(|step| format!("s{step}")).collect();
    let mut upstreams = vec![Vec::new(); steps];
    for (from, to) in edges {
        upstreams[*to].push(names[*from].clone());
    }
    Graph::new(&names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect::<Vec<_>>()).unwrap()
}
