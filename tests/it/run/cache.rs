//! Steps that need not run, because an earlier run did their work.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kubectl_zenml::naming;
use kubectl_zenml::orchestrator::cache::{Entry, key};
use kubectl_zenml::pipeline::{parameters, read, render, resolve};
use serde_json::json;

use super::{Stage, steps};

/// A step whose image does not exist, so that it cannot run: `count`, which an earlier run has left 42 of.
fn stage(purpose: &str, more: &str) -> (Stage, String) {
    let image = format!("docker.io/local/none@sha256:{}", "0".repeat(64));
    let work = format!("  count: {{image: '{image}', enable_cache: true, command: [count]}}\n{more}");
    let stage = Stage::new(purpose, &work);
    let text = std::fs::read_to_string(stage.sandbox.path("p.yaml")).expect("the file");
    let pipeline = read::read("p.yaml", &text).expect("a pipeline");
    let identity = resolve::RunIdentity { id: "x".into(), name: "x".into(), namespace: "x".into() };
    let run = resolve::resolve(&pipeline, &parameters::values(&[], &[]).expect("none"), &identity).expect("a run");
    let key = key(&run, &render::render(&run.steps[0], None, &|_| None).expect("no reference"), &[]);
    let entry = Entry { output: Some("42".into()), run: "earlier".into(), at: Timestamp::UNIX_EPOCH };
    let data = BTreeMap::from([(key, serde_json::to_string(&entry).expect("JSON"))]);
    let name = naming::cache_object("a_pipeline");
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
    let file = stage.sandbox.write("cache.json", map.to_string().as_bytes());
    stage.namespace.kubectl(&["create", "-f", file.to_str().expect("a path")]).succeeds();
    (stage, name)
}

#[test]
fn a_cached_step_needs_no_pod_and_its_output_is_read() {
    let (stage, name) = stage("cache", "  use: {command: [echo, '{{ steps.count.output }}']}\n");
    let said = stage.attached("cached");
    assert!(said.stderr.contains("count: Succeeded (Cached: as in run \"earlier\""), "{said}");
    said.succeeds();
    assert_eq!(steps(&stage.describe("cached"))[0].2, "Cached");
    assert!(stage.names("pods", "step=count").is_empty());
    assert_eq!(stage.zenml(&["run", "logs", "cached", "--step", "use"]).succeeds(), "[use] 42\n");
    stage.zenml(&["run", "delete", "cached"]).succeeds();
    assert!(stage.namespace.kubectl(&["get", "configmap", &name]).code == Some(0), "it outlives the run");
}

#[test]
fn a_retry_takes_from_a_cached_step_what_it_left() {
    let flaky = "case $HOSTNAME in *-a1) exit 3;; esac; echo $0";
    let (stage, _) =
        stage("recached", &format!("  use: {{command: [sh, -c, '{flaky}', '{{{{ steps.count.output }}}}']}}\n"));
    assert_eq!(stage.attached("partly").code, Some(4));
    stage.zenml(&["run", "retry", "partly"]).succeeds();
    assert_eq!(steps(&stage.describe("partly"))[0].2, "Cached");
    assert_eq!(stage.zenml(&["run", "logs", "partly"]).succeeds(), "[use] 42\n");
    assert_eq!((stage.names("pods", "step=count").len(), stage.names("pods", "step=use").len()), (0, 2));
}
