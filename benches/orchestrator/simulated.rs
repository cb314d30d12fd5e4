//! A fan and a chain on nodes that take no time: what is left is the orchestrator's own, and the API server's.

use k8s_openapi::api::core::v1::Pod;
use serde_json::Value;

use crate::cluster::{Cluster, output};
use crate::kwok::Nodes;
use crate::plugin::{self, Ran};
use crate::raw;
use crate::requests::Requests;
use crate::verdict::{Verdict, median};

/// How often each is measured, one after the other, so that the machine's load meets both alike.
const ROUNDS: usize = 5;
const FAN: usize = 1_000;
const CHAIN: usize = 50;

/// One round of both.
struct Round {
    ours: Ran,
    raw: Ran,
    requests: Vec<f64>,
}

/// What is counted: the first per step, the others as they are.
const COUNTED: [(&str, &str); 6] = [
    ("POST", "pods"),
    ("GET", "pods"),
    ("LIST", "pods"),
    ("PATCH", "configmaps"),
    ("GET", "configmaps"),
    ("GET", "leases"),
];

/// Steps that do not wait for each other.
pub(crate) fn fan(cluster: &Cluster, nodes: &Nodes, verdict: &mut Verdict) {
    let rounds = race(cluster, nodes, &vec![Vec::new(); FAN], false);
    let ratios: Vec<_> = rounds.iter().map(|round| round.raw.seconds / round.ours.seconds).collect();
    let of = |value: fn(&Round) -> f64| median(&rounds.iter().map(value).collect::<Vec<_>>());
    let (ours, theirs) = (of(|round| round.ours.seconds), of(|round| round.raw.seconds));
    let more = format!("{:.1} and {:.1} steps/s; by round {ratios:.2?}", FAN as f64 / ours, FAN as f64 / theirs);
    verdict.at_least(&format!("throughput of {FAN} steps, of the raw loop's"), median(&ratios), 0.9, &more);
    let least = |at: usize| rounds.iter().map(|round| round.requests[at]).fold(f64::INFINITY, f64::min);
    verdict.at_most("POSTs of pods, per step", least(0) / FAN as f64, 1.05, "from apiserver_request_total");
    verdict.at_most("GETs of pods", least(1), 0.0, "");
    verdict.at_most("LISTs of pods, the first included", least(2), 1.0, "");
    // One as it begins, one as it ends, and the rest of those that both change.
    let patches = (FAN as f64 / 200.0).max(ours / 2.0) + 2.0;
    verdict.at_most("PATCHes of ConfigMaps", least(3), patches.ceil(), "one for 200 steps or 2 s, and at both ends");
    println!("{:<46}{:>9.0} and {:.0}", "GETs of ConfigMaps and Leases, in all", least(4), least(5));
}

/// Steps each of which waits for the one before.
pub(crate) fn chain(cluster: &Cluster, nodes: &Nodes, verdict: &mut Verdict) {
    let steps: Vec<_> = (0..CHAIN).map(|step: usize| step.checked_sub(1).into_iter().collect()).collect();
    let rounds = race(cluster, nodes, &steps, true);
    let level = |ran: &Ran| {
        let gaps: Vec<_> = ran.succeeded.windows(2).map(|pair| (pair[1] - pair[0]) * 1e3).collect();
        median(&gaps)
    };
    let pairs: Vec<_> = rounds.iter().map(|round| (level(&round.ours), level(&round.raw))).collect();
    let ratios: Vec<_> = pairs.iter().map(|(ours, raw)| ours / raw).collect();
    let of = |value: fn(&(f64, f64)) -> f64| median(&pairs.iter().map(value).collect::<Vec<_>>());
    let more = format!("{:.1} ms and {:.1} ms; by round {ratios:.2?}", of(|pair| pair.0), of(|pair| pair.1));
    verdict.at_most("latency per level, of the raw chain's", median(&ratios), 1.5, &more);
}

fn race(cluster: &Cluster, nodes: &Nodes, steps: &[Vec<usize>], chain: bool) -> Vec<Round> {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = plugin::write_pipeline(dir.path(), steps, "['true']", &nodes.pod_settings());
    let user = cluster.user();
    let ours = || {
        let namespace = cluster.namespace();
        let before = Requests::now(cluster);
        let ran = plugin::run(plugin::submit(&user, &pipeline, &namespace.name, &[]));
        assert_eq!(ran.succeeded.len(), steps.len());
        let after = Requests::now(cluster);
        let counts = COUNTED.iter().map(|(verb, resource)| after.since(&before, verb, resource)).collect();
        (ran, counts)
    };
    let theirs = || {
        let namespace = cluster.namespace();
        let flags = ["--dry-run=client", "-o", "json"];
        let list = output(&mut plugin::submit(&user, &pipeline, &namespace.name, &flags));
        let list: Value = serde_json::from_str(&list).unwrap();
        let objects = list["items"].as_array().unwrap().iter().filter(|object| object["kind"] == "Pod");
        let pods: Vec<Pod> = objects.map(|pod| serde_json::from_value(pod.clone()).unwrap()).collect();
        assert_eq!(pods.len(), steps.len());
        raw::run(&user, &namespace.name, &pods, chain)
    };
    let round = |round: usize| {
        // Each is first in every other round.
        let ((ours, requests), raw) = if round.is_multiple_of(2) {
            let ours = ours();
            (ours, theirs())
        } else {
            let raw = theirs();
            (ours(), raw)
        };
        Round { ours, raw, requests }
    };
    (0..ROUNDS).map(round).collect()
}
