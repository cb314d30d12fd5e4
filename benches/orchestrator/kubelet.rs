//! A chain on the real kubelet, and the loop of `kubectl run` that a person would write.

use std::time::Instant;

use serde_json::json;

use crate::cluster::{Cluster, output};
use crate::plugin;
use crate::verdict::{Verdict, median};

const ROUNDS: usize = 3;
const STEPS: usize = 10;

/// Ten steps of a second.
pub(crate) fn chain(cluster: &Cluster, verdict: &mut Verdict) {
    let dir = tempfile::tempdir().unwrap();
    let steps: Vec<_> = (0..STEPS).map(|step: usize| step.checked_sub(1).into_iter().collect()).collect();
    let pipeline = plugin::write_pipeline(dir.path(), &steps, "[sleep, '1']", &json!({}));
    let pairs: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let namespace = cluster.namespace();
            let ours =
                plugin::run(plugin::submit(&cluster.user(), &pipeline, &namespace.name, &plugin::ATTACHED)).seconds;
            drop(namespace);
            (ours, by_hand(cluster))
        })
        .collect();
    let ratios: Vec<_> = pairs.iter().map(|(ours, theirs)| ours / theirs).collect();
    let more = format!("{pairs:.1?} s by round");
    verdict.at_most("10 steps of 1 s, of a loop of kubectl run", median(&ratios), 1.15, &more);
}

fn by_hand(cluster: &Cluster) -> f64 {
    let namespace = cluster.namespace();
    let started = Instant::now();
    for step in 0..STEPS {
        let name = format!("s{step}");
        let image = "--image=docker.io/library/busybox:1.35";
        let run = ["run", &name, image, "--restart=Never", "-n", &namespace.name, "--command", "--", "sleep", "1"];
        output(&mut cluster.kubectl(&run));
        let succeeded = "--for=jsonpath={.status.phase}=Succeeded";
        let pod = format!("pod/{name}");
        output(&mut cluster.kubectl(&["wait", succeeded, &pod, "--timeout=60s", "-n", &namespace.name]));
    }
    started.elapsed().as_secs_f64()
}
