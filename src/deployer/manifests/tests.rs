//! Tests of the objects that a service becomes.

use serde_json::{Value, json};

use super::*;
use crate::deployer::settings::Settings;
use crate::deployer::spec::SecretSource;
use crate::secret::Secret;

fn sample() -> Service {
    Service {
        name: "churn-api".to_owned(),
        image: "busybox:1.35".to_owned(),
        command: vec!["httpd".to_owned()],
        args: Vec::new(),
        environment: [("LOG_LEVEL".to_owned(), "info".to_owned())].into(),
        secrets: [
            ("A".to_owned(), SecretSource::Prompt),
            ("B".to_owned(), SecretSource::Reference { name: "other".to_owned(), key: "k".to_owned() }),
        ]
        .into(),
        invoke_path: "/predict".to_owned(),
        settings: Settings { labels: [("team".to_owned(), "ml".to_owned())].into(), ..Settings::default() },
    }
}

fn placement(restricted: bool) -> Placement<'static> {
    Placement { namespace: "team", revision: 3, secret: Some("churn-api-r2"), restricted }
}

fn rendered(restricted: bool) -> Value {
    serde_json::to_value(deployment::deployment(&sample(), &placement(restricted))).unwrap()
}

#[test]
fn the_documented_settings_stand_in_the_deployment() {
    let object = rendered(false);
    assert_eq!(object["spec"]["selector"], json!({"matchLabels": {DEPLOYMENT_LABEL: "churn-api"}}));
    assert_eq!(object["metadata"]["labels"]["team"], "ml");
    assert_eq!(object["metadata"]["annotations"][INVOKE_PATH_ANNOTATION], "/predict");
    let template = &object["spec"]["template"];
    assert_eq!(template["metadata"]["labels"][REVISION_LABEL], "3");
    assert_eq!(template["spec"]["automountServiceAccountToken"], false);
    assert_eq!(template["spec"].get("securityContext"), None);
    let container = &template["spec"]["containers"][0];
    assert_eq!(container["resources"]["requests"], json!({"cpu": "1", "memory": "2Gi"}));
    assert_eq!(container["resources"]["limits"], container["resources"]["requests"]);
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/api/health");
    assert_eq!(container["readinessProbe"]["initialDelaySeconds"], 10);
    assert_eq!(container["livenessProbe"]["initialDelaySeconds"], 30);
    assert_eq!(container["startupProbe"]["failureThreshold"], 30);
    assert_eq!(container.get("args"), None);
}

#[test]
fn secrets_are_mounted_by_reference() {
    let object = rendered(false);
    assert_eq!(
        object["spec"]["template"]["spec"]["containers"][0]["env"],
        json!([
            {"name": "PORT", "value": "8000"},
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "A", "valueFrom": {"secretKeyRef": {"name": "churn-api-r2", "key": "A"}}},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "other", "key": "k"}}},
        ])
    );
    let values = [("A".to_owned(), Secret::new("hush".to_owned()))];
    let object = serde_json::to_value(secret(&sample(), "churn-api-r2", "team", &values)).unwrap();
    assert_eq!(object["data"], json!({"A": "aHVzaA=="}));
    assert_eq!(object["immutable"], true);
}

#[test]
fn a_restricted_namespace_gets_a_restricted_pod() {
    let spec = rendered(true)["spec"]["template"]["spec"].clone();
    assert_eq!(spec["securityContext"]["runAsUser"], 65532);
    assert_eq!(spec["securityContext"]["seccompProfile"], json!({"type": "RuntimeDefault"}));
    let container = &spec["containers"][0]["securityContext"];
    assert_eq!(container, &json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}));
}

#[test]
fn knows_its_own_objects() {
    let ours = service::service(&sample(), "team").metadata;
    assert!(is_ours(&ours, "churn-api"));
    assert!(!is_ours(&ours, "other"));
    assert!(!is_ours(&ObjectMeta::default(), "churn-api"));
}

#[test]
fn users_labels_never_win_over_ours() {
    let mut service = sample();
    service.settings.labels.insert(DEPLOYMENT_LABEL.to_owned(), "other".to_owned());
    assert_eq!(labels(&service)[DEPLOYMENT_LABEL], "churn-api");
}
