//! The exec protocol over pipes: each thing that a client may say, and what it gets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubectl_zenml::execcred::{self, Answer};
use kubectl_zenml::helper::now;
use kubectl_zenml::secret::Secret;
use kubectl_zenml::vault::content::Credential;
use kubectl_zenml::vault::header::Header;
use serde_json::{Value, json};

use crate::support::output::Output;
use crate::support::rig::{CA, ID, Rig, answer, cluster, info};
use crate::support::sandbox::{HELPER, PLUGIN, Sandbox};

#[test]
fn both_programs_answer_in_the_version_that_was_asked() {
    let rig = Rig::with_token("s3cret");
    for version in ["v1", "v1beta1"] {
        let info = info(version, Some(&cluster()));
        let plugin = rig
            .home
            .command(PLUGIN)
            .args(["credential", "get", ID])
            .env("KUBERNETES_EXEC_INFO", &info)
            .output()
            .unwrap();
        for said in [rig.get(Some(&info)), Output::from("the plugin".into(), plugin)] {
            let said: Value = said.json();
            assert_eq!(said["apiVersion"], format!("client.authentication.k8s.io/{version}"));
            assert_eq!(said["status"], json!({"token": "s3cret"}));
        }
    }
}

#[test]
fn a_certificate_comes_with_its_key_and_expiry() {
    let rig = Rig::new();
    let end = now() + 7200;
    let header = Header { expires_at: Some(end), refresh_after: Some(end - 300), ..rig.header() };
    let answer =
        Answer { token: None, client_certificate: Some("CERT".into()), client_key: Some(Secret::new("KEY".into())) };
    rig.seal(&header, Credential::Token { answer });
    let said = rig.get(Some(&info("v1", Some(&cluster())))).json();
    let expected = json!({
        "clientCertificateData": "CERT", "clientKeyData": "KEY", "expirationTimestamp": execcred::rfc3339(end - 300)
    });
    assert_eq!(said["status"], expected);
}

#[test]
fn an_expired_token_is_refused_with_its_date() {
    let rig = Rig::new();
    let header = Header { expires_at: Some(1_700_000_000), refresh_after: Some(1_699_999_700), ..rig.header() };
    rig.seal(&header, Credential::Token { answer: answer("old") });
    let said = rig.get(Some(&info("v1", Some(&cluster())))).fails(1);
    assert!(said.contains("expired at 2023-11-14T22:13:20Z"), "{said}");
}

#[test]
fn nothing_but_an_exec_info_is_answered() {
    let rig = Rig::with_token("s3cret");
    let huge = "x".repeat(100_000);
    let hostile = ["", "{", "null", "[]", "{\"kind\":\"ExecCredential\"}", "\u{1b}[31m", huge.as_str()];
    for text in hostile.into_iter().map(Some).chain([None]) {
        let said = rig.get(text).fails(1);
        assert!(said.contains("KUBERNETES_EXEC_INFO") && !said.contains('\u{1b}') && said.len() < 400, "{said}");
    }
    let alpha = rig.get(Some(&info("v1alpha1", Some(&cluster())))).fails(1);
    assert!(alpha.contains("not supported"), "{alpha}");
}

#[test]
fn another_cluster_gets_a_refusal_that_names_the_difference() {
    let rig = Rig::with_token("s3cret");
    let base = cluster();
    let other_ca = STANDARD.encode(CA.replace("AAEC", "BBEC"));
    let asked = [
        (
            "the server is https://evil.example",
            execcred::Cluster { server: "https://evil.example".into(), ..base.clone() },
        ),
        (
            "the server is https://127.0.0.1:6443/",
            execcred::Cluster { server: "https://127.0.0.1:6443/".into(), ..base.clone() },
        ),
        ("tls-server-name is evil", execcred::Cluster { tls_server_name: Some("evil".into()), ..base.clone() }),
        ("insecure-skip-tls-verify is true", execcred::Cluster { insecure_skip_tls_verify: true, ..base.clone() }),
        (
            "the server's URL has a user name or password before 127.0.0.1:6443",
            execcred::Cluster { server: "https://u:p@127.0.0.1:6443".into(), ..base.clone() },
        ),
        (
            "the certificate authority is sha256:",
            execcred::Cluster { certificate_authority_data: Some(other_ca), ..base.clone() },
        ),
        ("so it is the system's roots", execcred::Cluster { certificate_authority_data: None, ..base.clone() }),
        ("no PEM certificate", execcred::Cluster { certificate_authority_data: Some("%%%".into()), ..base.clone() }),
        ("proxy-url is http://evil", execcred::Cluster { proxy_url: Some("http://u:p@evil".into()), ..base.clone() }),
    ];
    for (words, cluster) in asked {
        let said = rig.get(Some(&info("v1", Some(&cluster)))).fails(1);
        assert!(said.contains(words) && said.contains("hint: ") && !said.contains("u:p"), "{said}");
    }
    let without = rig.get(Some(&info("v1", None))).fails(1);
    assert!(without.contains("does not say which cluster"), "{without}");
    let same = execcred::Cluster { certificate_authority_data: Some(STANDARD.encode(CA.trim())), ..base };
    rig.get(Some(&info("v1", Some(&same)))).succeeds();
}

#[test]
fn an_unbound_credential_is_for_clients_that_name_no_cluster() {
    let rig = Rig::new();
    rig.seal(&Header { unbound: true, ..rig.header() }, Credential::Token { answer: answer("s3cret") });
    rig.get(Some(&info("v1", None))).succeeds();
    let other = execcred::Cluster { server: "https://evil.example".into(), ..cluster() };
    rig.get(Some(&info("v1", Some(&other)))).fails(1);
}

#[test]
fn a_changed_file_is_refused() {
    let rig = Rig::with_token("s3cret");
    let path = rig.home.path(&format!(".local/share/kubectl-zenml/vault/{ID}.sealed"));
    let text = std::fs::read(&path).unwrap();
    let place = text.windows(9).position(|window| window == b"127.0.0.1").unwrap();
    let mut changed = text.clone();
    changed[place..place + 9].copy_from_slice(b"127.0.0.2");
    std::fs::write(&path, &changed).unwrap();
    let asked = execcred::Cluster { server: "https://127.0.0.2:6443".into(), ..cluster() };
    let said = rig.get(Some(&info("v1", Some(&asked)))).fails(1);
    assert!(said.contains("damaged"), "{said}");
}

#[test]
fn usage_errors_say_how() {
    let home = Sandbox::empty();
    for arguments in [&[] as &[&str], &["get"], &["put", "x"], &["get", "a", "b"], &["get", "--x", "a"]] {
        let said = Output::of(home.command(HELPER).args(arguments)).fails(2);
        assert!(said.contains("usage: zenml-credential get"), "{said}");
    }
}
