//! Tests of a step's pod.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pipeline::render::planned;
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
