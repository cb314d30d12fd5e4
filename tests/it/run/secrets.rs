//! Secrets of steps: in their Secret, and nowhere else.

use super::{HEAD, Stage};

const CANARY: &str = "canary-51d0c4ab-of-a-step";
/// Of the canary; a step that has it can compute this.
const DIGEST: &str = "of 25 bytes";

const STEPS: &str = "  first:
    command: [sh, -c, 'echo of ${#TOKEN} bytes']
    secrets: {TOKEN: {file: canary}}
  second:
    upstream_steps: [first]
    command: [sh, -c, 'echo of ${#OTHER} bytes']
    secrets: {OTHER: {secret_ref: {name: theirs, key: k}}}
";

#[test]
fn a_secret_is_nowhere_but_in_its_secret() {
    let stage = Stage::new("secrets", STEPS);
    stage.sandbox.write("canary", format!("{CANARY}\n").as_bytes());
    stage.namespace.kubectl(&["create", "secret", "generic", "theirs", "--from-literal=k=xyz"]).succeeds();
    let plan = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run=client", "-o", "yaml"]).succeeds();
    assert!(plan.contains("TOKEN: '[HIDDEN]'") || plan.contains("TOKEN: \"[HIDDEN]\""), "{plan}");
    stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run=server"]).succeeds();

    let said = stage.attached("one");
    assert!(!said.to_string().contains(CANARY), "{said}");
    said.succeeds();
    let logs = stage.zenml(&["run", "logs", "one"]).succeeds();
    assert_eq!(logs, format!("[first] {DIGEST}\n[second] of 3 bytes\n"));
    let others = "pods,configmaps,jobs,leases,events,endpointslices";
    let objects = stage.namespace.kubectl(&["get", others, "-o", "yaml"]).succeeds();
    assert!(objects.contains("zenml-run-one") && !objects.contains(CANARY), "{objects}");
    let secrets = stage.namespace.kubectl(&["get", "secrets", "-l", "run=one", "-o", "json"]).json();
    let [secret] = &secrets["items"].as_array().unwrap()[..] else { panic!("{secrets}") };
    assert_eq!(secret["immutable"], true);
    assert_eq!(secret["metadata"]["ownerReferences"][0]["kind"], "ConfigMap");
    let described = stage.zenml(&["run", "describe", "one", "-o", "yaml"]).succeeds();
    assert!(!described.contains(CANARY));

    // The orchestrator in the cluster does without a right to read Secrets.
    stage.in_cluster("two").succeeds();
    assert_eq!(stage.zenml(&["run", "logs", "two"]).succeeds(), logs);
    let objects = stage.namespace.kubectl(&["get", others, "-o", "yaml"]).succeeds();
    assert!(objects.contains("zenml-run-two") && !objects.contains(CANARY));

    stage.zenml(&["run", "delete", "one", "two"]).succeeds();
    stage.becomes_empty();
    super::until("the Secrets are gone", || stage.names("secrets", "run").is_empty());
}

#[test]
fn a_missing_secret_creates_nothing() {
    let stage = Stage::new("no-secret", "  a: {secrets: {T: {file: absent}}}\n  b: {secrets: {U: {prompt: true}}}\n");
    let said = stage.attached("x").fails(1);
    assert!(said.contains("absent for the secret T"), "{said}");
    stage.sandbox.write("absent", b"there now");
    let said = stage.attached("x").fails(1);
    assert!(said.contains("the secret U must be asked for, and there is no terminal"), "{said}");
    assert!(stage.names("configmaps,secrets,pods", "run").is_empty());
    // A file is looked for beside the one that names it.
    stage.sandbox.write("sub/p.yaml", format!("{HEAD}  a: {{secrets: {{T: {{file: t}}}}}}\n").as_bytes());
    stage.sandbox.write("sub/t", b"x");
    stage.zenml(&["submit", "--attached", "-f", "sub/p.yaml", "--dry-run=server"]).succeeds();
    stage
        .sandbox
        .write("p.yaml", format!("{HEAD}  a: {{secrets: {{T: {{file: a}}}}, environment: {{T: b}}}}\n").as_bytes());
    assert!(stage.attached("x").fails(1).contains("p.yaml:6:17: steps.a.secrets.T: \"T\" is also in environment"));
}
