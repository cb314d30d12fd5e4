//! The plugin alone, as it is released, at ten thousand steps: what the API server would tell is replayed to it. In a process
//! of its own each time, since the kernel keeps one peak of memory for all children together.

use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};

use crate::api;
use crate::cluster::output;
use crate::plugin;
use crate::verdict::Verdict;

/// The argument with which this program measures one run alone.
pub(crate) const ALONE: &str = "--machine-alone";

const STEPS: usize = 10_000;
/// A layer of the layered run, and how many steps of the layer before each one waits for.
const LAYER: usize = 1_000;
const UPSTREAMS: usize = 5;

/// How many finished pods of a run stay.
const KEPT: f64 = 1_000.0;
/// What a run may take.
const MEMORY_MB: f64 = 60.0;
const MILLISECONDS_PER_STEP: f64 = 1.0;

/// Steps that do not wait for each other, steps that wait for many, and one after the other.
pub(crate) fn measure(verdict: &mut Verdict) {
    for shape in ["at once", "in layers", "one by one"] {
        let answer = output(Command::new(std::env::current_exe().unwrap()).args([ALONE, shape]));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let number = |name: &str| answer[name].as_f64().unwrap();
        let more = format!("{:.1} s, of which {:.1} s CPU, for all", number("seconds"), number("cpu"));
        let per_step = number("cpu") * 1e3 / STEPS as f64;
        verdict.at_most(&format!("{STEPS} steps {shape}: MB of memory"), number("memory"), MEMORY_MB, "");
        verdict.at_most(&format!("{STEPS} steps {shape}: ms of CPU a step"), per_step, MILLISECONDS_PER_STEP, &more);
        verdict.at_most(&format!("{STEPS} steps {shape}: pods that are left"), number("pods"), KEPT, "");
    }
}

/// As [`measure`], in the process of its own.
pub(crate) fn alone(shape: &str) {
    let steps: Vec<Vec<usize>> = match shape {
        "at once" => vec![Vec::new(); STEPS],
        "in layers" => (0..STEPS).map(layered).collect(),
        _ => (0..STEPS).map(|step| step.checked_sub(1).into_iter().collect()).collect(),
    };
    let dir = tempfile::tempdir().unwrap();
    let pipeline = plugin::write_pipeline(dir.path(), &steps, "['true']", &json!({}));
    let (address, server) = api::serve();
    let kubeconfig = dir.path().join("kubeconfig");
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "users": [{"name": "c", "user": {"token": "t"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    });
    std::fs::write(&kubeconfig, config.to_string()).unwrap();
    let mut submit = plugin::submit(&kubeconfig, &pipeline, "bench", &[]);
    let started = Instant::now();
    let log = std::fs::File::create(dir.path().join("log")).unwrap();
    let status = submit.stdout(Stdio::null()).stderr(log).status().unwrap();
    let seconds = started.elapsed().as_secs_f64();
    assert!(status.success(), "{}", std::fs::read_to_string(dir.path().join("log")).unwrap());
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let time = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = time(usage.user_time()) + time(usage.system_time());
    println!(
        "{}",
        json!({"seconds": seconds, "cpu": cpu, "memory": usage.max_rss() as f64 / 1e3, "pods": server.pods()})
    );
}

fn layered(step: usize) -> Vec<usize> {
    let Some(first) = (step / LAYER).checked_sub(1).map(|layer| layer * LAYER) else { return Vec::new() };
    (0..UPSTREAMS).map(|number| first + (step * 7 + number * 131) % LAYER).collect()
}
