//! Nodes that KWOK plays. Only pods that ask for them land there: they are tainted, and have a label of this process. They
//! are gone once this is dropped; those that a killed process left are removed by the next one.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::cluster::Cluster;

/// The nodes' taint, and the key of their label, whose value is the process that made them.
const KEY: &str = "kubectl-zenml/bench";
/// How many.
const NODES: usize = 5;

/// The nodes, and the KWOK that plays them.
pub(crate) struct Nodes<'a> {
    cluster: &'a Cluster,
    kwok: Child,
    /// With its log.
    dir: tempfile::TempDir,
    selector: String,
}

impl<'a> Nodes<'a> {
    pub(crate) fn start(cluster: &'a Cluster) -> Self {
        remove_abandoned(cluster);
        let program = std::env::var_os("KWOK").expect("KWOK, the program: run this with `make bench`");
        let stages = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/orchestrator/kwok/stages.yaml");
        let dir = tempfile::tempdir().unwrap();
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let mut kwok = Command::new(program);
        kwok.arg("--kubeconfig").arg(cluster.admin()).arg("--config").arg(stages).env("HOME", dir.path());
        let selector = format!("{KEY}={}", std::process::id());
        kwok.arg("--manage-nodes-with-label-selector").arg(&selector);
        let kwok = kwok.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let nodes = Self { cluster, kwok, dir, selector };
        nodes.create();
        cluster.ask(&["wait", "nodes", "-l", &nodes.selector, "--for=condition=Ready", "--timeout=60s"]);
        nodes
    }

    fn create(&self) {
        let room = json!({"cpu": "1k", "memory": "1Ti", "pods": "1k"});
        let nodes = (0..NODES).map(|number| {
            // Tests take the first node for the real one.
            let name = format!("z-bench-{}-{number}", std::process::id());
            json!({
                "apiVersion": "v1", "kind": "Node",
                "metadata": {"name": name, "labels": {KEY: std::process::id().to_string()}},
                "spec": {"taints": [{"key": KEY, "effect": "NoSchedule"}]},
                "status": {"allocatable": room, "capacity": room},
            })
        });
        let list = json!({"apiVersion": "v1", "kind": "List", "items": nodes.collect::<Vec<_>>()});
        let file = self.dir.path().join("nodes.json");
        fs::write(&file, list.to_string()).unwrap();
        self.cluster.ask(&["create", "-f", file.to_str().unwrap()]);
    }

    /// The settings of an orchestrator whose pods go there.
    pub(crate) fn pod_settings(&self) -> Value {
        let (key, value) = self.selector.split_once('=').unwrap();
        json!({
            "node_selectors": {key: value},
            "tolerations": [{"key": KEY, "operator": "Exists", "effect": "NoSchedule"}],
        })
    }
}

impl Drop for Nodes<'_> {
    fn drop(&mut self) {
        let _ = self.cluster.kubectl(&["delete", "nodes", "-l", &self.selector, "--timeout=60s"]).output();
        let _ = self.kwok.kill();
        let _ = self.kwok.wait();
    }
}

/// Removes the nodes of processes that are no more.
fn remove_abandoned(cluster: &Cluster) {
    let path = "jsonpath={range .items[*]}{.metadata.name} {end}";
    for node in cluster.ask(&["get", "nodes", "-l", KEY, "-o", path]).split_whitespace() {
        let process = node.split('-').nth(2).unwrap();
        if !Path::new("/proc").join(process).exists() {
            cluster.ask(&["delete", "node", node]);
        }
    }
}
