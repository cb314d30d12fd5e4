//! CREDENTIALS §1b: what the helper answers is never what clients stumble over, and how it fails.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{answer, logged_in, plugin};
use crate::support::output::Output;
use crate::support::sandbox::{HELPER, Sandbox};
use crate::support::{kubeconfig, token};

/// What the helper prints when it is asked as kubectl asked it last.
fn print(sandbox: &Sandbox) -> Output {
    sandbox.count_helper_runs();
    sandbox.kubectl(&["get", "--raw", "/version"]).succeeds();
    let info = sandbox.asked().remove(0).to_string();
    Output::of(sandbox.command(HELPER).args(["get", "prod"]).env("KUBERNETES_EXEC_INFO", info))
}

fn cert() -> Value {
    let tree: Value = serde_saphyr::from_str(&std::fs::read_to_string(kubeconfig("cert")).unwrap()).unwrap();
    tree["users"][0]["user"].clone()
}

fn pem(user: &Value, field: &str) -> String {
    String::from_utf8(STANDARD.decode(user[field].as_str().unwrap()).unwrap()).unwrap()
}

/// A registered context whose user is `user`.
fn with_user(user: &Value) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"] = user.clone());
    sandbox.zenml(&["register", "prod"]).succeeds();
    super::only_login(&sandbox, "v1");
    sandbox
}

#[test]
fn rows_stdout_is_one_object_and_nothing_else() {
    let both = {
        let mut user = cert();
        user["token"] = json!(token());
        user
    };
    let kinds: [(Value, &[&str]); 3] = [
        (json!({"token": token()}), &["token"]),
        (cert(), &["clientCertificateData", "clientKeyData", "expirationTimestamp"]),
        (both, &["clientCertificateData", "clientKeyData", "expirationTimestamp", "token"]),
    ];
    for (user, fields) in kinds {
        let said = print(&with_user(&user));
        assert!(said.stderr.is_empty() && said.stdout.ends_with("}\n") && said.stdout.lines().count() == 1);
        let said = said.json();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&said), ["apiVersion", "kind", "status"].map(str::to_owned).into());
        assert_eq!(keys(&said["status"]), fields.iter().map(ToString::to_string).collect());
        assert_eq!(said["kind"], "ExecCredential");
    }
}

#[test]
fn row_token_is_trimmed() {
    let sandbox = with_user(&json!({"token": format!("{}\n", token())}));
    assert_eq!(print(&sandbox).json()["status"]["token"], token());
    let status = format!("\"token\":\"{}\\\\n\"", token());
    let sandbox = plugin(&format!("#!/bin/sh\n{}", answer(&status, 3600)));
    assert_eq!(print(&sandbox).json()["status"]["token"], token());
}

#[test]
fn row_certificates_are_pem_with_their_chain() {
    let mut user = cert();
    let chain = pem(&user, "client-certificate-data")
        + &std::fs::read_to_string(crate::support::cluster().join("ca.crt")).unwrap();
    user["client-certificate-data"] = json!(STANDARD.encode(&chain));
    assert_eq!(print(&with_user(&user)).json()["status"]["clientCertificateData"], chain);
}

#[test]
fn rows_half_a_pair_and_a_strangers_key_are_refused_at_registration() {
    let stranger = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let refused = |user: &Value, words: &str| {
        let sandbox = Sandbox::with_vault("token");
        sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"] = user.clone());
        let said = sandbox.zenml(&["register", "prod", "--no-verify"]).fails(1);
        assert!(said.contains(words), "{words}: {said}");
        assert!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().is_empty());
    };
    let mut user = cert();
    user["client-key-data"] = json!(STANDARD.encode(&stranger));
    refused(&user, "does not match");
    user.as_object_mut().unwrap().remove("client-key-data");
    refused(&user, "client-key");
    // As a plugin gives them.
    let certificate = json!(pem(&cert(), "client-certificate-data")).to_string().replace("\\n", "\\\\n");
    let key = json!(stranger).to_string().replace("\\n", "\\\\n");
    for (status, words) in [
        (format!("\"clientCertificateData\":{certificate}"), "not both"),
        (format!("\"clientCertificateData\":{certificate},\"clientKeyData\":{key}"), "does not match"),
        ("\"token\":\"\"".to_owned(), "neither a token nor a certificate"),
    ] {
        let sandbox = Sandbox::with_vault("token");
        sandbox.script("cloud-token", &format!("#!/bin/sh\n{}", answer(&status, 3600)));
        sandbox.edit_kubeconfig(|tree| {
            let version = "client.authentication.k8s.io/v1";
            let exec = json!({"apiVersion": version, "command": "cloud-token", "interactiveMode": "Never"});
            tree["users"][0]["user"] = json!({ "exec": exec });
        });
        let said = sandbox.zenml(&["register", "prod", "--no-verify"]).fails(1);
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn row_what_client_go_takes_from_a_plugin_is_taken() {
    let version = "client.authentication.k8s.io/v1";
    let token = token();
    let json = |status: &str| {
        format!(
            "{{\"apiVersion\":\"{version}\",\"kind\":\"ExecCredential\",\"later\":1,\"status\":{{\"token\":\"{token}\",{status}}}}}"
        )
    };
    for printed in [
        format!("apiVersion: {version}\nkind: ExecCredential\nstatus:\n  token: {token}\n  later: [1]\n"),
        json("\"expirationTimestamp\":\"2036-01-01T02:03:04.123456789+02:00\""),
        json("\"expirationTimestamp\":null,\"clientKeyData\":\"\""),
    ] {
        let sandbox = plugin(&format!("#!/bin/sh\ncat <<'END'\n{printed}\nEND\n"));
        let status = print(&sandbox).json()["status"].take();
        assert_eq!(status["token"], token);
    }
}

#[test]
fn row_times_are_such_as_kubectl_reads_and_lie_ahead() {
    let sandbox = logged_in("cert", "v1beta1");
    let end = print(&sandbox).json()["status"]["expirationTimestamp"].as_str().unwrap().to_owned();
    let end: jiff::Timestamp = end.parse().unwrap();
    assert!(end > jiff::Timestamp::now());
    sandbox.old_kubectl(&["get", "--raw", "/version"]).succeeds();
}

#[test]
fn row_unknown_fields_in_the_question_are_accepted() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    sandbox.kubectl(&["get", "--raw", "/version"]).succeeds();
    let mut info = sandbox.asked().remove(0);
    info["metadata"] = json!({"creationTimestamp": null});
    info["spec"]["later"] = json!([1, {"a": "b"}]);
    info["spec"]["cluster"]["disable-compression"] = json!(true);
    let mut command = sandbox.command(HELPER);
    Output::of(command.args(["get", "prod"]).env("KUBERNETES_EXEC_INFO", info.to_string())).succeeds();
}

#[test]
fn row_a_failure_prints_nothing_as_data_and_reaches_the_user() {
    let sandbox = logged_in("token", "v1beta1");
    let home = sandbox.path(".local/share/kubectl-zenml");
    std::fs::remove_file(home.join("vault.key")).unwrap();
    for said in [sandbox.kubectl(&["get", "nodes"]), sandbox.old_kubectl(&["get", "nodes"])] {
        let said = said.fails(1);
        assert!(said.contains("error: the vault's key file") && said.contains("\nhint: "), "{said}");
        assert!(said.contains("zenml-credential failed with exit code 1"), "{said}");
    }
}
