//! The plugin alone, as it is released, at ten thousand steps: what the API server would tell is replayed to it. As in a
//! cluster the one who submits reads the file, and `orchestrate`, a process of its own, what came of that; and once both in
//! one process, `submit --attached`.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::api::{self, Served};
use crate::cluster::output;
use crate::measured::{self, Took};
use crate::plugin::{self, PLUGIN};
use crate::verdict::Verdict;

/// The argument with which this program measures one run alone.
pub(crate) const ALONE: &str = "--machine-alone";

const STEPS: usize = 10_000;
/// A layer of the layered run, and how many steps of the layer before each one waits for.
const LAYER: usize = 1_000;
const UPSTREAMS: usize = 5;

/// How many finished pods of a run stay.
const KEPT: f64 = 1_000.0;
/// What the orchestrator of a run may take.
const MEMORY_MB: f64 = 60.0;
const MILLISECONDS_PER_STEP: f64 = 1.0;

/// The run's namespace, and what its Job would run.
const NAMESPACE: &str = "bench";
const IMAGE: &str = "docker.io/library/kubectl-zenml:bench";
/// Where a pod finds its account.
const MOUNTED: &str = "/run/secrets/kubernetes.io";

/// Steps that do not wait for each other, steps that wait for many, and one after the other.
pub(crate) fn measure(verdict: &mut Verdict) {
    for shape in ["at once", "in layers", "one by one"] {
        let answer = output(Command::new(std::env::current_exe().unwrap()).args([ALONE, shape]));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let number = |who: &str, what: &str| answer[who][what].as_f64().unwrap();
        let (cpu, seconds) = (number("orchestrate", "cpu"), number("orchestrate", "seconds"));
        let more = format!("{seconds:.1} s, of which {cpu:.1} s CPU, for all");
        let name = |what: &str| format!("{STEPS} steps {shape}: {what}");
        verdict.at_most(&name("MB of memory"), number("orchestrate", "memory"), MEMORY_MB, "`orchestrate` alone");
        verdict.at_most(&name("ms of CPU a step"), cpu * 1e3 / STEPS as f64, MILLISECONDS_PER_STEP, &more);
        verdict.at_most(&name("pods that are left"), answer["pods"].as_f64().unwrap(), KEPT, "");
        for (who, what) in [("submit", "reads the file"), ("attached", "does both in one process")] {
            let more = format!("MB, {:.2} s of CPU: `submit`, which {what}", number(who, "cpu"));
            Verdict::note(&name(who), number(who, "memory"), &more);
        }
    }
}

/// As [`measure`], in a process of its own, which is the API server.
pub(crate) fn alone(shape: &str) {
    let steps: Vec<Vec<usize>> = match shape {
        "at once" => vec![Vec::new(); STEPS],
        "in layers" => (0..STEPS).map(layered).collect(),
        _ => (0..STEPS).map(|step| step.checked_sub(1).into_iter().collect()).collect(),
    };
    let dir = tempfile::tempdir().unwrap();
    let pipeline = plugin::write_pipeline(dir.path(), &steps, "['true']", &json!({}));
    let submit = |served: &Served, flags: &[&str]| {
        let kubeconfig = kubeconfig(dir.path(), served);
        measured::run(&plugin::submit(&kubeconfig, &pipeline, NAMESPACE, flags), dir.path())
    };
    let served = api::serve();
    let submitted = submit(&served, &["--detach", "--orchestrator-image", IMAGE]);
    let orchestrated = measured::run(&orchestrate(dir.path(), &served), dir.path());
    let pods = served.server.pods();
    drop(served);
    let attached = submit(&api::serve(), &plugin::ATTACHED);
    let json = |took: Took| json!({"seconds": took.seconds, "cpu": took.cpu, "memory": took.memory});
    println!(
        "{}",
        json!({"submit": json(submitted), "orchestrate": json(orchestrated), "attached": json(attached), "pods": pods})
    );
}

fn layered(step: usize) -> Vec<usize> {
    let Some(first) = (step / LAYER).checked_sub(1).map(|layer| layer * LAYER) else { return Vec::new() };
    (0..UPSTREAMS).map(|number| first + (step * 7 + number * 131) % LAYER).collect()
}

fn kubeconfig(dir: &Path, served: &Served) -> std::path::PathBuf {
    std::fs::write(dir.join("ca.crt"), &served.authority).unwrap();
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": format!("https://{}", served.address), "certificate-authority": "ca.crt"}}],
        "users": [{"name": "c", "user": {"token": "t"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    });
    let path = dir.join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    path
}

/// What the Job's pod runs, which finds its account where a pod has it mounted.
fn orchestrate(dir: &Path, served: &Served) -> Command {
    let account = dir.join("serviceaccount");
    std::fs::create_dir(&account).unwrap();
    for (name, content) in [("ca.crt", served.authority.as_str()), ("namespace", NAMESPACE), ("token", "t")] {
        std::fs::write(account.join(name), content).unwrap();
    }
    let mount = format!(
        "mount -t tmpfs none /run && mkdir -p {MOUNTED} && ln -s '{}' {MOUNTED} && exec \"$@\"",
        account.display()
    );
    let root = served.server.root();
    let mut command = Command::new("/usr/bin/unshare");
    command.args(["-rm", "/bin/sh", "-c", &mount, "sh", PLUGIN, "orchestrate", "--run", &root]);
    command.args(["--namespace", NAMESPACE, "--pod", "bench-orchestrator"]).env("HOME", dir);
    command.env("KUBERNETES_SERVICE_HOST", served.address.ip().to_string());
    command.env("KUBERNETES_SERVICE_PORT", served.address.port().to_string());
    command
}
