//! A fan and a chain on nodes that take no time: what is left is the orchestrator's own, and the API server's.

use k8s_openapi::api::core::v1::Pod;
use serde_json::Value;

use crate::cluster::{Cluster, output};
use crate::counter::Counter;
use crate::kwok::Nodes;
use crate::plugin::{self, Ran};
use crate::raw;
use crate::requests::Requests;
use crate::verdict::{Verdict, median};

/// How often each is measured, one after the other, so that the machine's load meets both alike; `ROUNDS` in the environment
/// says otherwise.
const FAN_ROUNDS: usize = 5;
const CHAIN_ROUNDS: usize = 5;
const FAN: usize = 1_000;
const CHAIN: usize = 50;

/// One round of both.
struct Round {
    ours: Ran,
    raw: Ran,
    requests: Vec<f64>,
}

/// What `apiserver_request_total` is asked for.
const COUNTED: [(&str, &str); 4] = [("POST", "pods"), ("GET", "pods"), ("LIST", "pods"), ("PATCH", "configmaps")];

/// Steps that do not wait for each other.
pub(crate) fn fan(cluster: &Cluster, nodes: &Nodes, verdict: &mut Verdict) {
    let rounds = race(cluster, nodes, &vec![Vec::new(); FAN], FAN_ROUNDS, false);
    let ratios: Vec<_> = rounds.iter().map(|round| round.raw.seconds / round.ours.seconds).collect();
    let of = |value: fn(&Round) -> f64| median(&rounds.iter().map(value).collect::<Vec<_>>());
    let (ours, theirs) = (of(|round| round.ours.seconds), of(|round| round.raw.seconds));
    let more = format!("{:.1} and {:.1} steps/s; by round {ratios:.2?}", FAN as f64 / ours, FAN as f64 / theirs);
    verdict.at_least(&format!("throughput of {FAN} steps, of the raw loop's"), median(&ratios), 0.9, &more);
    let least = |at: usize| rounds.iter().map(|round| round.requests[at]).fold(f64::INFINITY, f64::min);
    for (at, (verb, resource)) in COUNTED.iter().enumerate() {
        let more = "apiserver_request_total, whoever asked; the least of all rounds";
        Verdict::note(&format!("{verb} {resource}, by the server"), least(at), more);
    }
    requests(cluster, nodes, verdict);
}

/// Once more, with every request counted at a proxy.
fn requests(cluster: &Cluster, nodes: &Nodes, verdict: &mut Verdict) {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = plugin::write_pipeline(dir.path(), &vec![Vec::new(); FAN], "['true']", &nodes.pod_settings());
    let counter = Counter::start(cluster, dir.path());
    let namespace = cluster.namespace();
    let ran = plugin::run(plugin::submit(&counter.kubeconfig, &pipeline, &namespace.name, &plugin::ATTACHED));
    let counts = counter.counts();
    let count = |verb: &str, resource: &str| *counts.get(&(verb.to_owned(), resource.to_owned())).unwrap_or(&0) as f64;
    verdict.at_most("POSTs of pods, per step", count("POST", "pods") / FAN as f64, 1.05, "counted at a proxy");
    verdict.at_most("GETs of pods", count("GET", "pods"), 0.0, "");
    verdict.at_most("LISTs of pods, the first included", count("LIST", "pods"), 1.0, "");
    // One as it begins, one as it ends, and the rest of those that both change.
    let patches = (FAN as f64 / 200.0).max(ran.seconds / 2.0) + 2.0;
    let more = format!("one for 200 steps or 2 s, and at both ends; the run took {:.1} s", ran.seconds);
    verdict.at_most("PATCHes of ConfigMaps", count("PATCH", "configmaps"), patches.ceil(), &more);
    let all: Vec<_> = counts.iter().map(|((verb, resource), count)| format!("{count} {verb} {resource}")).collect();
    println!("every request of the run: {}", all.join(", "));
}

/// Steps each of which waits for the one before.
pub(crate) fn chain(cluster: &Cluster, nodes: &Nodes, verdict: &mut Verdict) {
    let steps: Vec<_> = (0..CHAIN).map(|step: usize| step.checked_sub(1).into_iter().collect()).collect();
    let rounds = race(cluster, nodes, &steps, CHAIN_ROUNDS, true);
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

/// How long it took, and when the first and the last step were seen to have succeeded.
fn span(ran: &Ran) -> String {
    let (first, last) = (ran.succeeded.first().unwrap(), ran.succeeded.last().unwrap());
    format!("{:.2} s, steps from {first:.2} to {last:.2} s", ran.seconds)
}

fn race(cluster: &Cluster, nodes: &Nodes, steps: &[Vec<usize>], rounds: usize, chain: bool) -> Vec<Round> {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = plugin::write_pipeline(dir.path(), steps, "['true']", &nodes.pod_settings());
    let user = cluster.user();
    let ours = || {
        let namespace = cluster.namespace();
        let before = Requests::now(cluster);
        let ran = plugin::run(plugin::submit(&user, &pipeline, &namespace.name, &plugin::ATTACHED));
        assert_eq!(ran.succeeded.len(), steps.len());
        let after = Requests::now(cluster);
        let counts = COUNTED.iter().map(|(verb, resource)| after.since(&before, verb, resource)).collect();
        (ran, counts)
    };
    let theirs = || {
        let namespace = cluster.namespace();
        let flags = ["--attached", "--dry-run=client", "-o", "json"];
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
        println!("  round {round}: {}; the raw loop {}", span(&ours), span(&raw));
        Round { ours, raw, requests }
    };
    // Not counted: the server and the nodes have seen nothing like it yet, and whoever came first would pay for that.
    theirs();
    let wanted = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok());
    (0..wanted.unwrap_or(rounds)).map(round).collect()
}
