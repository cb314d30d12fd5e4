//! The graph of steps: checked edges, topological order, cycles (layer 1, pure).
//!
//! Steps are numbered in the order of the file. Everything is O(steps + edges) and free of recursion, so that chains of
//! ten thousand steps do not overflow the stack.

use std::collections::{HashMap, HashSet, VecDeque};

/// The number of a step: its place in the file, from 0.
pub type StepIndex = usize;

/// An acyclic graph of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    upstreams: Vec<Vec<StepIndex>>,
    downstreams: Vec<Vec<StepIndex>>,
    order: Vec<StepIndex>,
}

/// What is wrong with the edges of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Entry `entry` of the step's upstreams names no step.
    Unknown {
        /// The step with the wrong entry.
        step: StepIndex,
        /// The place in its list of upstreams.
        entry: usize,
    },
    /// Entry `entry` of the step's upstreams is the step itself.
    Itself {
        /// The step with the wrong entry.
        step: StepIndex,
        /// The place in its list of upstreams.
        entry: usize,
    },
    /// Entry `entry` of the step's upstreams repeats an earlier one.
    Repeated {
        /// The step with the wrong entry.
        step: StepIndex,
        /// The place in its list of upstreams.
        entry: usize,
    },
    /// Steps that wait for each other: each is upstream of the next, the last of the first.
    Cycle(Vec<StepIndex>),
}

impl Graph {
    /// Connects steps, each a unique name and the names of its upstreams. All defects are found, except that of several
    /// cycles one is named.
    pub fn new(steps: &[(&str, &[String])]) -> Result<Self, Vec<Defect>> {
        let index: HashMap<&str, StepIndex> = steps.iter().enumerate().map(|(step, (name, _))| (*name, step)).collect();
        let mut defects = Vec::new();
        let mut upstreams = Vec::with_capacity(steps.len());
        for (step, (_, names)) in steps.iter().enumerate() {
            let mut known = Vec::with_capacity(names.len());
            let mut seen = HashSet::with_capacity(names.len());
            for (entry, name) in names.iter().enumerate() {
                match index.get(name.as_str()) {
                    None => defects.push(Defect::Unknown { step, entry }),
                    Some(upstream) if *upstream == step => defects.push(Defect::Itself { step, entry }),
                    Some(upstream) if !seen.insert(*upstream) => defects.push(Defect::Repeated { step, entry }),
                    Some(upstream) => known.push(*upstream),
                }
            }
            upstreams.push(known);
        }
        let mut downstreams = vec![Vec::new(); steps.len()];
        for (step, known) in upstreams.iter().enumerate() {
            for upstream in known {
                downstreams[*upstream].push(step);
            }
        }
        let order = topological(&upstreams, &downstreams).map_err(|cycle| defects.push(Defect::Cycle(cycle)));
        match order {
            Ok(order) if defects.is_empty() => Ok(Self { upstreams, downstreams, order }),
            _ => Err(defects),
        }
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The steps that `step` waits for.
    pub fn upstreams(&self, step: StepIndex) -> &[StepIndex] {
        &self.upstreams[step]
    }

    /// The steps that wait for `step`.
    pub fn downstreams(&self, step: StepIndex) -> &[StepIndex] {
        &self.downstreams[step]
    }

    /// All steps, every one after its upstreams; among equals the file's order.
    pub fn order(&self) -> &[StepIndex] {
        &self.order
    }
}

/// Kahn's algorithm: the order, or a cycle.
fn topological(upstreams: &[Vec<StepIndex>], downstreams: &[Vec<StepIndex>]) -> Result<Vec<StepIndex>, Vec<StepIndex>> {
    let mut waiting: Vec<usize> = upstreams.iter().map(Vec::len).collect();
    let mut free: VecDeque<StepIndex> = (0..waiting.len()).filter(|step| waiting[*step] == 0).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(step) = free.pop_front() {
        order.push(step);
        for downstream in &downstreams[step] {
            waiting[*downstream] -= 1;
            if waiting[*downstream] == 0 {
                free.push_back(*downstream);
            }
        }
    }
    match (0..waiting.len()).find(|step| waiting[*step] > 0) {
        None => Ok(order),
        Some(start) => Err(cycle(start, upstreams, &waiting)),
    }
}

/// A cycle among the steps that still wait: whoever waits has an upstream that waits, so going up must come back.
fn cycle(start: StepIndex, upstreams: &[Vec<StepIndex>], waiting: &[usize]) -> Vec<StepIndex> {
    let mut place = HashMap::new();
    let mut path = Vec::new();
    let mut next = Some(start);
    while let Some(step) = next {
        if let Some(first) = place.insert(step, path.len()) {
            path.drain(..first);
            break;
        }
        path.push(step);
        next = upstreams[step].iter().copied().find(|upstream| waiting[*upstream] > 0);
    }
    path.reverse();
    // From the step that stands first in the file, so that the message does not depend on where the search began.
    let first = (0..path.len()).min_by_key(|at| path[*at]).unwrap_or_default();
    path.rotate_left(first);
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(steps: &[(&str, &[&str])]) -> Result<Graph, Vec<Defect>> {
        let owned: Vec<Vec<String>> =
            steps.iter().map(|(_, names)| names.iter().map(|name| (*name).to_owned()).collect()).collect();
        Graph::new(&steps.iter().zip(&owned).map(|((name, _), names)| (*name, &names[..])).collect::<Vec<_>>())
    }

    #[test]
    fn order_follows_the_edges_and_then_the_file() {
        let graph = graph(&[("report", &["b", "a"]), ("a", &["load"]), ("b", &["load"]), ("load", &[])]).unwrap();
        assert_eq!(graph.order(), [3, 1, 2, 0]);
        assert_eq!(graph.upstreams(0), [2, 1]);
        assert_eq!(graph.downstreams(3), [1, 2]);
    }

    #[test]
    fn all_defects_are_found() {
        let defects = graph(&[("a", &["b", "x"]), ("b", &["c", "b"]), ("c", &["a", "a"]), ("d", &["c"])]).unwrap_err();
        assert_eq!(
            defects,
            [
                Defect::Unknown { step: 0, entry: 1 },
                Defect::Itself { step: 1, entry: 1 },
                Defect::Repeated { step: 2, entry: 1 },
                Defect::Cycle(vec![0, 2, 1]),
            ]
        );
    }

    fn wide_and_deep(upstreams_of: impl Fn(usize) -> Vec<usize>) -> Graph {
        let names: Vec<String> = (0..10_000).map(|n| format!("s{n}")).collect();
        let upstreams: Vec<Vec<String>> =
            (0..10_000).map(|n| upstreams_of(n).into_iter().map(|n| format!("s{n}")).collect()).collect();
        Graph::new(&names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect::<Vec<_>>())
            .unwrap()
    }

    #[test]
    fn ten_thousand_steps() {
        assert_eq!(wide_and_deep(|n| n.checked_sub(1).into_iter().collect()).order()[9_999], 9_999);
        assert_eq!(wide_and_deep(|n| if n == 9_999 { (0..n).collect() } else { vec![] }).upstreams(9_999).len(), 9_999);
    }

    proptest! {
        #[test]
        fn forward_edges_always_order(edges in prop::collection::vec((0..30_usize, 0..30_usize), 0..120)) {
            let mut upstreams = vec![Vec::new(); 30];
            for (a, b) in edges {
                let name = format!("s{}", a.min(b));
                if a != b && !upstreams[a.max(b)].contains(&name) {
                    upstreams[a.max(b)].push(name);
                }
            }
            let names: Vec<String> = (0..30).map(|n| format!("s{n}")).collect();
            let steps: Vec<_> = names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect();
            let graph = Graph::new(&steps).unwrap();
            let mut place = [0; 30];
            for (at, step) in graph.order().iter().enumerate() {
                place[*step] = at;
            }
            for step in 0..30 {
                prop_assert!(graph.upstreams(step).iter().all(|upstream| place[*upstream] < place[step]));
            }
        }

        #[test]
        fn a_named_cycle_is_one(edges in prop::collection::vec((0..12_usize, 0..12_usize), 12..60)) {
            let mut upstreams = vec![Vec::new(); 12];
            for (a, b) in edges {
                upstreams[a].push(format!("s{b}"));
            }
            let names: Vec<String> = (0..12).map(|n| format!("s{n}")).collect();
            let steps: Vec<_> = names.iter().zip(&upstreams).map(|(name, up)| (name.as_str(), &up[..])).collect();
            for defect in Graph::new(&steps).err().into_iter().flatten() {
                if let Defect::Cycle(path) = defect {
                    prop_assert!(path.len() > 1);
                    for (at, step) in path.iter().enumerate() {
                        let next = path[(at + 1) % path.len()];
                        let is_upstream = upstreams[next].contains(&names[*step]);
                        prop_assert!(is_upstream);
                    }
                }
            }
        }
    }
}
