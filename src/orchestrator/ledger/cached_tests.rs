//! A second run takes what the first one left, and only that.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::{Value, json};

use super::*;
use crate::pipeline::{parameters, read, resolve};

const READS: &str = "  count: {command: [count, '{{ parameters.rows }}']}\n  \
    use: {command: [use, '{{ steps.count.output }}', '{{ run.name }}']}\n";

fn ledger(run: &str, rows: &str) -> Ledger {
    of(READS, ["count", "use"], run, rows)
}

fn of(steps: &str, names: [&str; 2], run: &str, rows: &str) -> Ledger {
    let digest = "0".repeat(64);
    let file = format!(
        "version: 1\nkind: pipeline\nname: p\nimage: x@sha256:{digest}\nenable_cache: true\nparameters: {{rows: 1}}\nsteps:\n{steps}"
    );
    let pipeline = read::read("p.yaml", &file).unwrap();
    let identity = resolve::RunIdentity { id: run.into(), name: run.into(), namespace: "ns".into() };
    let given = parameters::Override::Assignment(format!("rows={rows}"));
    let values = parameters::values(&pipeline.parameters, &[given]).unwrap();
    let run = resolve::resolve(&pipeline, &values, &identity).unwrap();
    let record = Record::pending(names.map(ToOwned::to_owned));
    Ledger::new(run, &Owner { name: "root".into(), uid: "u".into() }, record).unwrap()
}

fn now() -> Timestamp {
    "2026-11-20T10:00:10Z".parse().unwrap()
}

fn create(step: StepIndex) -> Action {
    Action::CreatePod { step, attempt: 1, charged: 0 }
}

/// The pod of a step's first attempt, which left `output`.
fn succeeded(ledger: &Ledger, step: StepIndex, output: &str) -> Pod {
    let mut pod = ledger.pod(step, 1, 0).unwrap();
    let state = json!({"terminated": {"exitCode": 0, "message": output}});
    let container =
        json!({"name": "main", "image": "", "imageID": "", "ready": true, "restartCount": 0, "state": state});
    pod.status = serde_json::from_value(json!({"containerStatuses": [container]})).unwrap();
    pod
}

/// What another process reads after `ledger` has written.
fn written(ledger: &mut Ledger) -> Cache {
    let patch: Value = ledger.take_cache_patch().unwrap();
    let data: BTreeMap<String, String> = serde_json::from_value(patch["data"].clone()).unwrap();
    Cache::read(&ConfigMap { data: Some(data), ..ConfigMap::default() })
}

#[test]
fn what_an_earlier_run_left_is_taken_and_a_miss_is_no_error() {
    let mut first = ledger("one", "7");
    first.list_begins();
    assert_eq!(first.list_ends(now()), [create(0)]);
    assert_eq!(first.cached((0, 1)), None);
    let pod = succeeded(&first, 0, "42");
    assert_eq!(first.present(&pod, now()), Known::Ours(vec![create(1)]));
    let cache = written(&mut first);

    let mut second = ledger("two", "7");
    second.use_cache(cache.clone());
    second.list_begins();
    assert_eq!(second.list_ends(now()), [create(0)]);
    let entry = second.cached((0, 1)).unwrap();
    assert_eq!(second.cached((0, 2)), None, "another attempt is to be made");
    assert_eq!(second.hit((0, 1), entry, now()), [create(1)]);
    let step = &second.record().steps[0];
    assert_eq!((step.reason.as_deref(), step.output.as_deref()), (Some("Cached"), Some("42")));
    assert!(step.message.as_deref().unwrap_or_default().starts_with("as in run \"one\" of 2026-11-20"), "{step:?}");
    assert_eq!(second.cached((1, 1)), None, "its arguments name the run");

    let mut other = ledger("three", "8");
    other.use_cache(cache);
    other.list_begins();
    assert_eq!(other.list_ends(now()), [create(0)]);
    assert_eq!(other.cached((0, 1)), None, "another parameter");
}

const FOLLOWS: &str = "  prepare: {command: [prepare, '{{ parameters.rows }}']}\n  \
    train: {command: [train], upstream_steps: [prepare]}\n";

/// Runs both steps, each taken from `cache` where it is there; says which were executed, and what is to be read next.
fn both(run: &str, rows: &str, cache: Cache) -> ([bool; 2], Cache) {
    let mut ledger = of(FOLLOWS, ["prepare", "train"], run, rows);
    ledger.use_cache(cache);
    ledger.list_begins();
    ledger.list_ends(now());
    let executed = [0, 1].map(|step| {
        let found = ledger.cached((step, 1));
        let executed = found.is_none();
        match found {
            Some(entry) => drop(ledger.hit((step, 1), entry, now())),
            None => drop(ledger.present(&succeeded(&ledger, step, run), now())),
        }
        executed
    });
    let cache = ledger.cache.clone();
    (executed, cache)
}

#[test]
fn what_follows_an_execution_is_taken_only_with_it() {
    let (executed, cache) = both("one", "7", Cache::default());
    assert_eq!(executed, [true, true]);
    let (executed, cache) = both("two", "7", cache);
    assert_eq!(executed, [false, false]);
    let (executed, cache) = both("three", "8", cache);
    assert_eq!(executed, [true, true], "what it reads from a volume is another's");
    let (executed, _) = both("four", "8", cache);
    assert_eq!(executed, [false, false]);
}
