//! Steps that need not run, because an earlier run did their work.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kubectl_zenml::naming;
use kubectl_zenml::orchestrator::cache::{Entry, key};
use kubectl_zenml::pipeline::{parameters, read, render, resolve};
use serde_json::json;

use super::{Stage, steps};

#[test]
fn a_cached_step_needs_no_pod_and_its_output_is_read() {
    // The image does not exist: the step cannot run.
    let image = format!("docker.io/local/none@sha256:{}", "0".repeat(64));
    let work = format!(
        "  count: {{image: '{image}', enable_cache: true, command: [count]}}\n  \
         use: {{command: [echo, '{{{{ steps.count.output }}}}']}}\n"
    );
    let stage = Stage::new("cache", &work);
    let text = std::fs::read_to_string(stage.sandbox.path("p.yaml")).expect("the file");
    let pipeline = read::read("p.yaml", &text).expect("a pipeline");
    let identity = resolve::RunIdentity { id: "x".into(), name: "x".into(), namespace: "x".into() };
    let run = resolve::resolve(&pipeline, &parameters::values(&[], &[]).expect("none"), &identity).expect("a run");
    let key = key(&run, &render::render(&run.steps[0], None, &|_| None).expect("no reference"));
    let entry = Entry { output: Some("42".into()), run: "earlier".into(), at: Timestamp::UNIX_EPOCH };
    let data = BTreeMap::from([(key, serde_json::to_string(&entry).expect("JSON"))]);
    let name = naming::cache_object("a_pipeline");
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
    let file = stage.sandbox.write("cache.json", map.to_string().as_bytes());
    stage.namespace.kubectl(&["create", "-f", file.to_str().expect("a path")]).succeeds();

    let said = stage.attached("cached");
    assert!(said.stderr.contains("count: Succeeded (Cached: as in run \"earlier\""), "{said}");
    said.succeeds();
    assert_eq!(steps(&stage.describe("cached"))[0].2, "Cached");
    assert!(stage.names("pods", "step=count").is_empty());
    assert_eq!(stage.zenml(&["run", "logs", "cached", "--step", "use"]).succeeds(), "[use] 42\n");
    stage.zenml(&["run", "delete", "cached"]).succeeds();
    assert!(stage.namespace.kubectl(&["get", "configmap", &name]).code == Some(0), "it outlives the run");
}
