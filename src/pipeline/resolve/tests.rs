//! Tests of putting values in.

use super::*;
use crate::pipeline::json_text::JsonText;
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

fn read_back(json: &[u8]) -> Result<ResolvedRun> {
    ResolvedRun::read(|| json)
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
    assert_eq!(read_back(&serde_json::to_vec(&run).unwrap()).unwrap(), run);
}

#[test]
fn another_format_is_refused_clearly() {
    let error = read_back(br#"{"format": 3, "steps": "another shape"}"#).unwrap_err().render();
    assert!(error.starts_with("error: the run has format 3, and this orchestrator reads format 2\nhint: "), "{error}");
    assert!(read_back(b"[]").is_err());
    let mut json: Json = serde_json::to_value(resolved()).unwrap();
    json["steps"][0]["when"] = 3.into();
    assert!(read_back(json.to_string().as_bytes()).is_err(), "nothing is left out silently");
    let mut json: Json = serde_json::to_value(resolved()).unwrap();
    json["steps"][1]["settings"] = 7.into();
    let error = read_back(json.to_string().as_bytes()).unwrap_err().render();
    assert!(error.contains("there are no settings of step \"train\""), "{error}");
}

#[test]
fn what_steps_share_is_kept_once_and_own_levels_win() {
    let file = r#"
version: 1
kind: pipeline
name: p
image: one:1
settings:
  resources: {cpu_count: 1, memory: 1GiB, gpu_count: 1}
  orchestrator:
    fail_on_container_waiting_reasons: [ErrImagePull]
    pod_settings:
      node_selectors: {a: "1"}
      additional_pod_spec_args: {initContainers: [{name: i, image: "{{ image }}"}]}
steps:
  a: {}
  b: {}
  c: {image: two:1}
  d: {settings: {resources: {gpu_count: 0}, orchestrator: {pod_settings: {node_selectors: {b: "2"}}, pod_stop_grace_period: 3}}}
"#;
    let pipeline = read::read("f", file).unwrap();
    let run = RunIdentity { id: "0b1f".into(), name: "n".into(), namespace: "ml".into() };
    let run = resolve(&pipeline, &BTreeMap::new(), &run).unwrap();
    let places: Vec<_> = run.steps.iter().map(|step| step.settings).collect();
    assert_eq!((places, run.settings.len()), (vec![0, 0, 1, 2], 3));
    let image = |step: usize| {
        let more = run.settings_of(&run.steps[step]).pod.additional_pod_spec_args.clone().unwrap();
        more.init_containers.unwrap()[0].image.clone().unwrap()
    };
    assert_eq!((image(0), image(2)), ("one:1".to_owned(), "two:1".to_owned()));
    let own = run.settings_of(&run.steps[3]);
    assert_eq!(own.pod.node_selectors.len(), 2);
    assert_eq!(
        (own.pod_stop_grace_period, &own.fail_on_container_waiting_reasons[..]),
        (3, &["ErrImagePull".to_owned()][..])
    );
    assert!(!own.amounts().contains_key("nvidia.com/gpu") && own.amounts().contains_key("cpu"));
}

#[test]
fn lists_of_parameters_and_items_with_templates_are_filled_in() {
    let file = r#"
version: 1
kind: pipeline
name: p
image: one:1
parameters: {l: [1, {a: b}], x: eu}
steps:
  a: {foreach: "{{ parameters.l }}", args: ["{{ item }}"]}
  b: {foreach: ["{{ parameters.x }}", {k: ["{{ run.name }}", 2.50, null]}], args: ["{{ item }}"]}
"#;
    let pipeline = read::read("f", file).unwrap();
    let run = RunIdentity { id: "0b1f".into(), name: "n".into(), namespace: "ml".into() };
    let with = |given: &[&str]| {
        let given: Vec<_> = given.iter().map(|text| parameters::Override::Assignment((*text).into())).collect();
        resolve(&pipeline, &parameters::values(&pipeline.parameters, &given).unwrap(), &run)
    };
    let items = |step: usize| with(&[]).unwrap().steps[step].items(&|_| None).unwrap().unwrap();
    let items = |step: usize| items(step).iter().map(JsonText::display).collect::<Vec<_>>();
    assert_eq!(items(0), ["1", "{\"a\":\"b\"}"]);
    assert_eq!(items(1), ["eu", "{\"k\":[\"n\",2.5,null]}"]);
    let long = format!("l=[{}]", vec!["0"; 1001].join(","));
    let error = with(&[&long]).unwrap_err().render();
    assert!(error.contains("step \"a\" cannot be expanded") && error.contains("1001 items"), "{error}");
}
