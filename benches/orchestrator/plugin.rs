//! The plugin as it is released, running a pipeline.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

/// The program.
pub(crate) const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-zenml");

/// Writes a pipeline of `steps`, each with the steps before it.
pub(crate) fn write_pipeline(dir: &Path, steps: &[Vec<usize>], command: &str, pod_settings: &Value) -> PathBuf {
    let mut text = "version: 1\nkind: pipeline\nname: bench\nimage: docker.io/library/busybox:1.35\n".to_owned();
    writeln!(text, "settings: {{orchestrator: {{pod_settings: {pod_settings}}}}}\nsteps:").unwrap();
    for (step, upstreams) in steps.iter().enumerate() {
        let names: Vec<_> = upstreams.iter().map(|step| format!("s{step}")).collect();
        writeln!(text, "  s{step}: {{command: {command}, upstream_steps: [{}]}}", names.join(", ")).unwrap();
    }
    let path = dir.join(format!("pipeline-{}.yaml", steps.len()));
    std::fs::write(&path, text).unwrap();
    path
}

/// Without following every step's log, which would be measured too.
pub(crate) const ATTACHED: [&str; 2] = ["--attached", "--logs=false"];

/// `submit` of a pipeline's file.
pub(crate) fn submit(kubeconfig: &Path, pipeline: &Path, namespace: &str, flags: &[&str]) -> Command {
    let mut command = Command::new(PLUGIN);
    command.args(["submit", "--name", "bench", "-n", namespace]).args(flags);
    command.arg("-f").arg(pipeline).arg("--kubeconfig").arg(kubeconfig);
    command.env("HOME", pipeline.parent().unwrap()).stdin(Stdio::null());
    command
}

/// A run, from the start of the process to its end, in seconds.
pub(crate) struct Ran {
    pub(crate) seconds: f64,
    /// When each step was said to have succeeded.
    pub(crate) succeeded: Vec<f64>,
}

/// Runs `submit` to its end.
pub(crate) fn run(mut submit: Command) -> Ran {
    let started = Instant::now();
    let mut child = submit.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut succeeded, mut said) = (Vec::new(), String::new());
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.contains(": Succeeded") {
            succeeded.push(started.elapsed().as_secs_f64());
        }
        writeln!(said, "{line}").unwrap();
    }
    assert!(child.wait().unwrap().success(), "{said}");
    Ran { seconds: started.elapsed().as_secs_f64(), succeeded }
}
