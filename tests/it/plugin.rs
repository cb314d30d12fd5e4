//! What somebody else's exec plugin may print. Each case was tried with kubectl 1.36 and 1.20 against the same cluster.

use serde_json::json;

use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::token;

/// Registers a context whose exec plugin prints `answer`.
fn register(answer: &str) -> Output {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("answer", answer.as_bytes());
    sandbox.script("cloud-token", "#!/bin/sh\ncat \"$HOME/answer\"\n");
    let text = std::fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    let mut tree: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let exec =
        json!({"apiVersion": "client.authentication.k8s.io/v1", "command": "cloud-token", "interactiveMode": "Never"});
    tree["users"][0]["user"] = json!({ "exec": exec });
    sandbox.write(".kube/config", tree.to_string().as_bytes());
    sandbox.zenml(&["register", "cloud", "--dry-run"])
}

#[test]
fn answers_in_json_and_yaml_are_taken_as_kubectl_takes_them() {
    let token = token();
    let version = "client.authentication.k8s.io/v1";
    for answer in [
        format!(r#"{{"apiVersion":"{version}","kind":"ExecCredential","status":{{"token":"{token}"}}}}"#),
        format!("apiVersion: {version}\nkind: ExecCredential\nspec: {{}}\nstatus:\n  token: {token}\n"),
        format!(
            "---\n# made by a script\napiVersion: '{version}'\nstatus:\n  token: >-\n    {token}\n  expirationTimestamp: 2036-01-01T00:00:00Z\n"
        ),
        format!(r#"{{"apiVersion":"{version}","status":{{"token":"{token}"}}}}"#),
    ] {
        let output = register(&answer);
        assert!(output.stderr.contains("rig-token-user"), "{output}");
    }
}

#[test]
fn other_answers_are_refused_and_not_repeated() {
    let cases = [
        ("kind: ExecCredential\nstatus: {token: s3cret}\n", "answered without an apiVersion"),
        (r#"{"kind":"ExecCredential","status":{"token":"s3cret"}}"#, "answered without an apiVersion"),
        (
            r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"Foo","status":{"token":"s3cret"}}"#,
            "another object than an ExecCredential",
        ),
        ("apiVersion: client.authentication.k8s.io/v1beta1\nstatus: {token: s3cret}\n", "in another version than"),
        ("apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\n", "no status"),
        ("s3cret\n", "did not print an ExecCredential"),
        ("status: {token: s3cret\n", "did not print an ExecCredential"),
        ("", "did not print an ExecCredential"),
    ];
    for (answer, words) in cases {
        let said = register(answer).fails(1);
        assert!(said.contains(words) && !said.contains("s3cret"), "{answer}: {said}");
    }
}
