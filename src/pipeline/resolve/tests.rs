//! Tests of putting values in.

use super::*;
use crate::pipeline::spec::Resources;
use crate::pipeline::{parameters, read};

const FILE: &str = r#"
version: 1
kind: pipeline
name: churn training
image: busybox:1.35
parameters: {epochs: 5, dataset: {type: string, required: true}}
environment: {A: pipeline, B: "{{ run.name }}"}
settings: {resources: {cpu_count: 1, memory: 2GB}}
steps:
  load: {args: ["--from={{ parameters.dataset }}"]}
  train:
    image: trainer:1
    upstream_steps: [load]
    command: [python, -m, train]
    environment: {A: step, EPOCHS: "{{ parameters.epochs }}"}
    settings: {resources: {cpu_count: 8}}
"#;

fn resolved() -> ResolvedRun {
    let pipeline = read::read("pipeline.yaml", FILE).unwrap();
    let given = parameters::Override::Assignment("dataset=s3://a; rm -rf /".into());
    let values = parameters::values(&pipeline.parameters, &[given]).unwrap();
    let run = RunIdentity { id: "0b1f".into(), name: "nightly".into(), namespace: "ml".into() };
    resolve(&pipeline, &values, &run).unwrap()
}

#[test]
fn steps_get_what_the_pipeline_has() {
    let run = resolved();
    let [load, train] = &run.steps[..] else { panic!("two steps") };
    assert_eq!((load.image.as_str(), train.image.as_str()), ("busybox:1.35", "trainer:1"));
    assert_eq!(load.args, ["--from=s3://a; rm -rf /".into()], "one value is one argument");
    assert_eq!(load.environment["B"], "nightly".into());
    let of_train = [("A", "step"), ("B", "nightly"), ("EPOCHS", "5")].map(|(k, v)| (k.into(), v.into()));
    assert_eq!(train.environment, of_train.into());
    assert_eq!(
        run.settings_of(train).resources,
        Resources { cpu: Some("8".into()), memory: Some("1908Mi".into()), gpu: None }
    );
    assert_eq!(run.graph().unwrap().upstreams(1), [0]);
}

#[test]
fn travels_as_json() {
    let run = resolved();
    assert_eq!(ResolvedRun::from_json(&run.to_json().unwrap()).unwrap(), run);
}

#[test]
fn another_format_is_refused_clearly() {
    let error = ResolvedRun::from_json(br#"{"format": 3, "steps": "another shape"}"#).unwrap_err().render();
    assert!(error.starts_with("error: the run has format 3, and this orchestrator reads format 2\nhint: "), "{error}");
    assert!(ResolvedRun::from_json(b"[]").is_err());
    let mut json: Json = serde_json::from_slice(&resolved().to_json().unwrap()).unwrap();
    json["steps"][0]["when"] = 3.into();
    assert!(ResolvedRun::from_json(json.to_string().as_bytes()).is_err(), "nothing is left out silently");
}
