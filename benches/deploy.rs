//! `kubectl zenml deploy` against `kubectl apply` and `kubectl rollout status` with the same manifests, on the test cluster.
//! Prints the ratio of the medians, and fails above the bar.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark: one that cannot go on panics, and printing is its purpose"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is measured, one after the other, so that the machine's load meets both alike.
const ROUNDS: usize = 7;
/// How much longer a deploy may take.
const BAR: f64 = 1.1;

struct Bench {
    cluster: PathBuf,
    dir: tempfile::TempDir,
}

impl Bench {
    fn kubectl(&self) -> Command {
        let mut command = Command::new(self.cluster.join("bin/kubectl"));
        command.arg("--kubeconfig").arg(self.cluster.join("kubeconfig/token.yaml"));
        command
    }

    fn zenml(&self, namespace: &str, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-zenml"));
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/service.yaml");
        command.arg("deploy").arg("-f").arg(example).args(["-n", namespace]).args(flags);
        command.arg("--kubeconfig").arg(self.cluster.join("kubeconfig/token.yaml")).env("HOME", self.dir.path());
        command
    }

    /// A namespace of its own for each, with what pods need in it.
    fn namespace(&self, number: usize, side: &str) -> String {
        let name = format!("bench-deploy-{}-{side}{number}", std::process::id());
        run(self.kubectl().args(["create", "namespace", &name]));
        run(self.kubectl().args(["wait", "serviceaccount/default", "--for=create", "--timeout=60s", "-n", &name]));
        name
    }

    fn ours(&self, number: usize) -> Duration {
        let namespace = self.namespace(number, "a");
        let started = Instant::now();
        run(&mut self.zenml(&namespace, &[]));
        let took = started.elapsed();
        self.remove(&namespace);
        took
    }

    fn theirs(&self, number: usize) -> Duration {
        let namespace = self.namespace(number, "b");
        let rendered = self.zenml(&namespace, &["--dry-run=client", "-o", "json"]).output().unwrap();
        let file = self.dir.path().join("objects.json");
        fs::write(&file, rendered.stdout).unwrap();
        let started = Instant::now();
        run(self.kubectl().args(["apply", "--server-side", "-n", &namespace, "-f"]).arg(&file));
        run(self.kubectl().args(["rollout", "status", "deployment/k8s-example", "-n", &namespace]));
        let took = started.elapsed();
        self.remove(&namespace);
        took
    }

    fn remove(&self, namespace: &str) {
        run(self.kubectl().args(["delete", "namespace", namespace, "--wait=false"]));
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let cluster = std::env::var_os("ZENML_TEST_CLUSTER").expect("ZENML_TEST_CLUSTER: run this with `make bench`");
    let bench = Bench { cluster: cluster.into(), dir: tempfile::tempdir().unwrap() };
    let (ours, theirs): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|round| (bench.ours(round), bench.theirs(round))).unzip();
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("deploy: {ours:.2?}, kubectl apply and rollout status: {theirs:.2?}, ratio {ratio:.2} (bar {BAR})");
    assert!(ratio <= BAR, "above the bar");
}
