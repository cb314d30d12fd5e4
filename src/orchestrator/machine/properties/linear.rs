//! Time is linear in steps and edges.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use super::super::*;

/// The time that this thread has computed: what else the machine does is not in it.
fn computed() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    Duration::from_micros(u64::try_from((usage.user_time() + usage.system_time()).num_microseconds()).unwrap())
}

/// How long a run takes in which every pod succeeds at once.
fn time(graph: Graph) -> Duration {
    let policies = vec![Policy { max_retries: 1, ..Policy::default() }; graph.len()];
    let start = computed();
    let mut machine = Machine::new(graph, RunPolicy::default(), policies);
    let now = Timestamp::UNIX_EPOCH;
    let mut actions = machine.apply(now, Event::Started);
    let mut created = 0;
    while let Some(action) = actions.pop() {
        match action {
            Action::CreatePod { step, attempt, charged } => {
                created += 1;
                let running = PodState::Running { started: None, leaving: None };
                for state in [PodState::Waiting(None), running, PodState::Succeeded] {
                    actions.extend(machine.apply(now, Event::PodSeen { step, attempt, charged, state }));
                }
            }
            other => assert_eq!(other, Action::Finish(Outcome::Succeeded)),
        }
    }
    assert_eq!(created, machine.len());
    computed().saturating_sub(start)
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

/// As [`super::graph`], without its quadratic search for repeated edges.
fn sparse(steps: usize, edges: &[(usize, usize)]) -> Graph {
    let names: Vec<String> = (0..steps).map(|step| format!("s{step}")).collect();
    let mut upstreams = vec![Vec::new(); steps];
    for (from, to) in edges {
        upstreams[*to].push(names[*from].clone());
    }
    Graph::new(&names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect::<Vec<_>>()).unwrap()
}
