//! `schema service` against the files that are read, and the tests against the schema.

use std::path::PathBuf;

use super::*;
use crate::support::schema::violations;

fn schema() -> Value {
    Sandbox::empty().zenml(&["schema", "service"]).json()
}

/// Every service file of the repository.
fn files() -> Vec<PathBuf> {
    let mut found = vec![repository().join("tests/fixtures/service.yaml"), repository().join("examples/service.yaml")];
    let folder = fs::read_dir(repository().join("examples/ingress")).unwrap();
    found.extend(folder.map(|entry| entry.unwrap().path()));
    found
}

fn violations_of(text: &str) -> Vec<String> {
    violations(&schema(), &serde_saphyr::from_str(text).expect("YAML"))
}

#[test]
fn every_service_file_is_valid() {
    let files = files();
    assert!(files.len() >= 8, "{files:?}");
    for path in files {
        let found = violations_of(&fs::read_to_string(&path).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

/// What the reader refuses for its form alone, the schema refuses too.
#[test]
fn mistakes_are_not_valid() {
    let head = "version: 1\nkind: service\nname: s\nimage: i\n";
    assert_eq!(violations_of(head), [""; 0]);
    let deployer = |settings: &str| format!("{head}settings: {{deployer: {{{settings}}}}}\n");
    let resources = |settings: &str| format!("{head}settings: {{resources: {{{settings}}}}}\n");
    for text in [
        head.replace("version: 1", "version: 2"),
        head.replace("service", "pipeline"),
        head.replace("name: s", "name: S_S"),
        head.replace("image: i\n", ""),
        format!("{head}env: {{}}\n"),
        format!("{head}invoke_path: x\n"),
        format!("{head}settings: {{orchestrator: {{}}}}\n"),
        deployer("ingres_enabled: true"),
        deployer("service_type: External"),
        deployer("service_port: 0"),
        deployer("service_port: 65536"),
        deployer("node_port: 80"),
        deployer("replicas: 0"),
        deployer("readiness_probe_period: 0"),
        deployer("ingress_path_type: Whole"),
        deployer("image_pull_policy: Sometimes"),
        deployer("session_affinity: Cookie"),
        deployer("additional_resources: more.yaml"),
        deployer("auth_key: secret"),
        deployer("pod_settings: {node_selector: {a: b}}"),
        deployer("pod_settings: {volumes: [{name: v, emptyDirectory: {}}]}"),
        resources("cpu: 1"),
        resources("min_replicas: 0"),
        resources("autoscaling_metric: latency"),
    ] {
        assert!(!violations_of(&text).is_empty(), "the schema allows\n{text}");
        let sandbox = Sandbox::empty();
        sandbox.write("service.yaml", text.as_bytes());
        sandbox.zenml(&["deploy", "-f", "service.yaml", "--dry-run=client"]).fails(1);
    }
}

/// Each setting that does something stands in a file that a test of this folder deploys.
#[test]
fn no_setting_is_without_a_test() {
    let folder = fs::read_dir(repository().join("tests/it/deploy")).unwrap();
    let texts: String = folder.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let schema = schema();
    let mut checked = 0;
    for part in ["Resources", "Deployer", "PodSettings"] {
        for (key, about) in schema["$defs"][part]["properties"].as_object().unwrap() {
            let has_effect = !about["description"].as_str().unwrap_or_default().contains("no effect here");
            assert!(
                !has_effect || texts.contains(&format!("{key}: ")) || texts.contains(&format!("{key}:\\n")),
                "{part}.{key}"
            );
            checked += usize::from(has_effect);
        }
    }
    assert!(checked > 60, "only {checked} settings were found");
}
