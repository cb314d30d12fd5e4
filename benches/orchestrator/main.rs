//! The orchestrator against the least that could do the same: a loop of POSTs and one watch, without state. Both get the same
//! pods, in turn, in one run; on nodes that KWOK plays, where pods take no time, and last on the real kubelet.
//!
//! Arguments choose parts: `fan`, `chain`, `machine`, `kubelet`; without any, all of them. The run fails where a number is
//! beyond its bar.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark: one that cannot go on panics, and it prints what it found"
)]

mod api;
mod cluster;
mod counter;
mod kubelet;
mod kwok;
mod machine;
mod measured;
mod plugin;
mod raw;
mod requests;
mod simulated;
mod tls;
mod verdict;

use cluster::Cluster;
use verdict::Verdict;

/// What the arguments may name.
const PARTS: [&str; 4] = ["machine", "fan", "chain", "kubelet"];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(machine::ALONE) => return machine::alone(&arguments[1]),
        Some(measured::PROCESS) => return measured::process(&arguments[1..]),
        _ => {}
    }
    let named: Vec<_> = PARTS.into_iter().filter(|part| arguments.iter().any(|argument| argument == part)).collect();
    let parts = if named.is_empty() { PARTS.to_vec() } else { named };
    let mut verdict = Verdict::default();
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap().trim());
    if parts.contains(&"machine") {
        machine::measure(&mut verdict);
    }
    let cluster = Cluster::new();
    if parts.contains(&"fan") || parts.contains(&"chain") {
        let nodes = kwok::Nodes::start(&cluster);
        if parts.contains(&"fan") {
            simulated::fan(&cluster, &nodes, &mut verdict);
        }
        if parts.contains(&"chain") {
            simulated::chain(&cluster, &nodes, &mut verdict);
        }
    }
    if parts.contains(&"kubelet") {
        kubelet::chain(&cluster, &mut verdict);
    }
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap().trim());
    verdict.end();
}
