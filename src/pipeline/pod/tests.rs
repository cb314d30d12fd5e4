//! Tests of a step's pod.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pipeline::render::{planned, render};
use crate::pipeline::resolve::{ResolvedForeach, SecretKey};
use crate::pipeline::settings::StepSettings;
use crate::pipeline::spec::Resources;

fn run(pod_security: PodSecurity) -> ResolvedRun {
    let step = ResolvedStep {
        name: "Train (eu)".into(),
        image: "busybox:1.35".into(),
        command: vec!["sh".into(), "-c".into(), "echo $$ $(date) $HOME".into()],
        environment: [("A".to_owned(), "1".into())].into(),
        ..ResolvedStep::default()
    };
    let resources = Resources { cpu: Some("1500m".into()), ..Resources::default() };
    ResolvedRun {
        run_id: "0b1f".into(),
        run_name: "nightly 1".into(),
        namespace: "ml".into(),
        pipeline: "churn training".into(),
        pod_security,
        settings: vec![StepSettings { resources, ..StepSettings::default() }],
        steps: vec![step],
        ..ResolvedRun::default()
    }
}

fn made(run: &ResolvedRun) -> serde_json::Value {
    let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
    serde_json::to_value(pod(run, &planned(&run.steps[0]), 1, &owner)).unwrap()
}

#[test]
fn the_whole_pod() {
    let run = run(PodSecurity::Image);
    let hash = spec_hash(&run, &run.steps[0]);
    let name = run.pod_name(&run.steps[0], 1);
    assert_eq!(
        made(&run),
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": "ml",
                "labels": {
                    "run": "nightly-1", "pipeline": "churn-training", "step": "Train-eu",
                    "zenml.io/run-id": "0b1f", "zenml.io/attempt": "1",
                    "app.kubernetes.io/managed-by": "kubectl-zenml",
                },
                "annotations": {
                    "zenml.io/run": "nightly 1", "zenml.io/pipeline": "churn training",
                    "zenml.io/step": "Train (eu)", "zenml.io/spec-hash": hash,
                },
                "ownerReferences": [{
                    "apiVersion": "v1", "kind": "ConfigMap", "name": "zenml-run-x", "uid": "u-1",
                    "controller": true,
                }],
            },
            "spec": {
                "restartPolicy": "Never", "terminationGracePeriodSeconds": 30, "automountServiceAccountToken": false, "enableServiceLinks": false,
                "containers": [{
                    "name": "main", "image": "busybox:1.35", "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", "echo $$$$ $$(date) $HOME"],
                    "env": [
                        {"name": "ZENML_RUN_ID", "value": "0b1f"}, {"name": "ZENML_RUN_NAME", "value": "nightly 1"},
                        {"name": "ZENML_STEP_NAME", "value": "Train (eu)"},
                        {"name": "ZENML_OUTPUT_FILE", "value": "/dev/termination-log"}, {"name": "A", "value": "1"},
                    ],
                    "resources": {"requests": {"cpu": "1500m"}, "limits": {"cpu": "1500m"}},
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "FallbackToLogsOnError",
                }],
            },
        })
    );
}

#[test]
fn restricted_adds_only_security() {
    let (plain, mut restricted) = (made(&run(PodSecurity::Image)), made(&run(PodSecurity::Restricted)));
    let spec = restricted["spec"].as_object_mut().unwrap();
    let expected = json!({
        "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"},
    });
    assert_eq!(spec.remove("securityContext").unwrap(), expected);
    let container = spec["containers"][0].as_object_mut().unwrap();
    let expected = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
    assert_eq!(container.remove("securityContext").unwrap(), expected);
    assert_eq!(restricted["spec"], plain["spec"]);
    let hash = |pod: &serde_json::Value| pod["metadata"]["annotations"]["zenml.io/spec-hash"].clone();
    assert_ne!(hash(&restricted), hash(&plain));
}

#[test]
fn settings_of_the_step_are_in_the_pod() {
    let mut run = run(PodSecurity::Restricted);
    let settings = &mut run.settings[0];
    settings.resources = Resources { cpu: Some("2".into()), memory: Some("1Gi".into()), gpu: Some(3) };
    settings.pod.resources.limits = [("memory".to_owned(), "4Gi".to_owned())].into();
    settings.service_account_name = Some("robot".into());
    settings.pod_stop_grace_period = 5;
    settings.queue_name = Some("team".into());
    run.job_name_prefix = Some("Nightly runs".into());
    run.steps[0].secrets = [("T".to_owned(), SecretKey { name: "s".into(), key: "k".into() })].into();
    let made = made(&run);
    let spec = &made["spec"];
    assert!(made["metadata"]["name"].as_str().unwrap().starts_with("nightly-runs-train-eu-"));
    assert_eq!((&spec["serviceAccountName"], &spec["automountServiceAccountToken"]), (&json!("robot"), &json!(null)));
    assert_eq!(spec["terminationGracePeriodSeconds"], 5);
    let container = &spec["containers"][0];
    let expected = json!({
        "requests": {"cpu": "2", "nvidia.com/gpu": "3"}, "limits": {"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "3"},
    });
    assert_eq!(container["resources"], expected, "what pod_settings name is theirs alone");
    let secret = json!({"name": "T", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}});
    assert_eq!(container["env"].as_array().unwrap().last(), Some(&secret));
    assert_eq!(made["metadata"]["labels"]["kueue.x-k8s.io/queue-name"], "team");
    assert_eq!(spec["schedulingGates"], json!([{"name": "kueue.x-k8s.io/admission"}]));
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
}

#[test]
fn instances_are_told_apart_by_their_names() {
    let mut run = run(PodSecurity::Image);
    run.steps[0].name = "train".into();
    run.steps[0].foreach = Some(ResolvedForeach::Items(vec![json!("eu"), json!("us")]));
    let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
    let items = run.steps[0].items(&|_| None).unwrap().unwrap();
    let made: Vec<_> = items
        .iter()
        .enumerate()
        .map(|at| pod(&run, &render(&run.steps[0], Some(at), &|_| None).unwrap(), 2, &owner).metadata)
        .collect();
    let names: Vec<_> = made.iter().map(|one| one.name.clone().unwrap()).collect();
    assert_ne!(names[0], names[1]);
    assert_eq!(names[1], run.instance_pod_name(&run.steps[0], Some(1), 2));
    let (labels, annotations) = (made[1].labels.as_ref().unwrap(), made[1].annotations.as_ref().unwrap());
    assert_eq!((labels["step"].as_str(), annotations["zenml.io/step"].as_str()), ("train", "train[1]"));
    assert_eq!(annotations["zenml.io/spec-hash"], spec_hash(&run, &run.steps[0]));
}

#[test]
fn the_hash_is_over_the_settings_too() {
    let one = run(PodSecurity::Image);
    let mut other = one.clone();
    other.settings[0].privileged = true;
    assert_ne!(spec_hash(&one, &one.steps[0]), spec_hash(&other, &other.steps[0]));
}

/// What the kubelet does (`third_party/forked/golang/expansion`), with every variable defined as `!`.
fn expand(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((_, after)) = after.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
            out.push('!');
            rest = after;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out + rest
}

proptest! {
    #[test]
    fn containers_get_what_was_written(text in "[$()A ]*") {
        prop_assert_eq!(expand(&verbatim(&text)), text);
    }
}
