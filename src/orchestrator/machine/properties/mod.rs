//! What holds for every graph, every order of events, and every moment at which another process takes over.

mod linear;
mod world;

use proptest::prelude::*;

use self::world::{Rules, World};
use super::*;
use crate::pipeline::policy::{ExecutionMode, RunOn};

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

fn rules() -> impl Strategy<Value = Rules> {
    let mode = prop_oneof![
        Just(ExecutionMode::ContinueOnFailure),
        Just(ExecutionMode::StopOnFailure),
        Just(ExecutionMode::FailFast)
    ];
    (mode, 0..5_usize, any::<u64>(), 0..30_u64, 0..20_u64).prop_map(|(mode, limit, dice, fails, disruptions)| Rules {
        mode,
        limit,
        dice,
        fails,
        disruptions,
    })
}

/// The steps that should have run, or not, given how the others ended.
fn check_flow(world: &World) -> Result<(), TestCaseError> {
    let machine = &world.machine;
    for step in 0..machine.graph().len() {
        let ups: Vec<_> = machine.graph().upstreams(step).iter().map(|up| machine.state(*up)).collect();
        let good = ups.iter().all(|state| **state == StepState::Succeeded);
        let has_run = matches!(machine.state(step), StepState::Succeeded | StepState::Failed(_));
        let may_run = match world.policies[step].run_on {
            RunOn::Success => good,
            RunOn::Failure => !good,
            RunOn::Always => true,
        };
        prop_assert!(!has_run || may_run, "step {step} has run");
        let halts = world.rules.mode != ExecutionMode::ContinueOnFailure;
        let skipped = matches!(machine.state(step), StepState::Skipped(_));
        let unneeded = ups.contains(&&StepState::Skipped(Skip::Unneeded));
        prop_assert!(!skipped || !may_run || halts || unneeded, "step {step} should have run");
    }
    Ok(())
}

proptest! {

    #[test]
    fn every_run_ends_as_it_should(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..80), steps in 1..18_usize, rules in rules(),
    ) {
        let mut world = World::new(graph(steps, &edges), rules);
        world.begin();
        let outcome = world.run();
        let counts = world.machine.counts();
        prop_assert_eq!(outcome, if counts.failed > 0 { Outcome::Failed } else { Outcome::Succeeded });
        prop_assert_eq!(counts.unfinished(), 0);
        prop_assert!(rules.mode == ExecutionMode::FailFast || counts.cancelled == 0);
        world.check_budgets();
        check_flow(&world)?;
    }

    #[test]
    fn a_replay_comes_to_the_same(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..60), rules in rules(),
    ) {
        let mut world = World::new(graph(12, &edges), rules);
        world.begin();
        world.run();
        let mut replayed = world.fresh();
        for (time, event) in &world.log {
            replayed.apply(*time, event.clone());
        }
        for step in 0..replayed.len() {
            prop_assert_eq!(replayed.state(step), world.machine.state(step));
        }
    }

    #[test]
    fn whoever_takes_over_goes_on_and_exceeds_no_budget(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..60), rules in rules(),
        moments in prop::collection::vec(0..40_usize, 1..6),
    ) {
        let mut world = World::new(graph(12, &edges), rules);
        world.begin();
        for moment in moments {
            world.steps(moment);
            if world.outcome.is_none() {
                world.restart();
            }
        }
        let outcome = world.run();
        world.check_budgets();
        let counts = world.machine.counts();
        prop_assert_eq!(outcome, if counts.failed > 0 { Outcome::Failed } else { Outcome::Succeeded });
    }

    #[test]
    fn without_failures_a_takeover_duplicates_nothing(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..60), rules in rules(),
        moments in prop::collection::vec(0..30_usize, 1..6),
    ) {
        let mut world = World::new(graph(12, &edges), Rules { fails: 0, disruptions: 0, ..rules });
        world.begin();
        for moment in moments {
            world.steps(moment);
            if world.outcome.is_none() {
                world.restart();
            }
        }
        prop_assert_eq!(world.run(), Outcome::Succeeded);
        prop_assert!(world.created.values().all(|created| *created == 1), "{:?}", world.created);
    }

    #[test]
    fn a_retry_does_again_what_did_not_succeed_and_nothing_twice(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..60), rules in rules(),
        from in prop::option::of(0..12_usize), stop in prop::option::of(0..60_usize),
        moments in prop::collection::vec(0..30_usize, 0..4),
    ) {
        let mut world = World::new(graph(12, &edges), rules);
        world.begin();
        if let Some(moment) = stop {
            world.steps(moment);
            if world.outcome.is_none() {
                world.stop();
            }
        }
        world.run();
        let before = world.created.clone();
        world.retry(from);
        let pasts = world.pasts.clone();
        for moment in moments {
            world.steps(moment);
            if world.outcome.is_none() {
                world.restart();
            }
        }
        prop_assert_eq!(world.run(), Outcome::Succeeded);
        for ((step, item, attempt), created) in &world.created {
            prop_assert_eq!(*created, 1, "{} {:?} {}", step, item, attempt);
            let is_new = !before.contains_key(&(*step, *item, *attempt));
            let may_run = pasts.get(&(*step, *item)).map_or(attempt == &1, |past| attempt > past);
            // An instance that the first try did not come to has no attempt of before.
            prop_assert!(!is_new || may_run, "{step} {item:?}: attempt {attempt}");
        }
    }

    #[test]
    fn a_stop_leaves_no_pod_behind(
        edges in prop::collection::vec((0..40_usize, 0..40_usize), 0..60), rules in rules(), moment in 0..80_usize,
        restarts: bool,
    ) {
        let mut world = World::new(graph(12, &edges), rules);
        world.begin();
        world.steps(moment);
        if world.outcome.is_none() {
            world.stop();
            world.steps(2);
            if restarts && world.outcome.is_none() {
                world.restart();
            }
            world.run();
        }
        prop_assert!(!world.pods.values().any(|pod| pod.state.lives()), "{:?}", world.pods);
    }
}
