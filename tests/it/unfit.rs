//! `verify` exits with 3 where the cluster is reachable and the connector is unfit, whatever its sort, and with 1 where it is
//! not reachable.

use std::fs;
use std::time::Duration;

use serde_json::json;

use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, tls, token};

/// A connector of each method whose user may do nothing: their token is in the file `current`.
fn powerless(namespace: &Namespace) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    namespace.kubectl(&["create", "serviceaccount", "nobody"]).succeeds();
    let issued = namespace.kubectl(&["create", "token", "nobody"]).succeeds();
    sandbox.write("current", issued.trim().as_bytes());
    let answer = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat "$HOME/current")""#;
    sandbox.script("cloud", &format!("#!/bin/sh\n{answer}\n"));
    let account = format!("{}/nobody", namespace.name());
    let methods: [(&str, &[&str]); 4] = [
        ("token", &["--token", "@current"]),
        ("exec", &["--exec-command", "cloud"]),
        ("token-file", &["--token-file", "current"]),
        ("service-account", &["--service-account", &account]),
    ];
    for (name, flags) in methods {
        sandbox.zenml(&[&["register", name], flags].concat()).succeeds();
        let method = sandbox.zenml(&["connector", "describe", name, "-o", "jsonpath={.auth_method}"]).succeeds();
        assert_eq!(method.trim(), name);
    }
    sandbox
}

#[test]
fn rights_that_are_missing_and_credentials_that_are_refused() {
    let namespace = Namespace::new("unfit");
    let sandbox = powerless(&namespace);
    for method in ["token", "exec", "token-file", "service-account"] {
        let said = sandbox.zenml(&["verify", method]);
        assert!(said.code == Some(3) && said.stderr.contains("may not do all that is needed"), "{method}: {said}");
        assert!(said.stdout.contains(":nobody"), "the rest is said all the same: {said}");
    }
    // A token of an account that is gone. The server believes one for some seconds more that it has just seen.
    namespace.kubectl(&["delete", "serviceaccount", "nobody"]).succeeds();
    for method in ["token", "exec", "token-file", "service-account"] {
        let mut said = sandbox.zenml(&["verify", method]);
        for _ in 0..120 {
            if said.stdout.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
            said = sandbox.zenml(&["verify", method]);
        }
        assert!(said.fails(3).contains("401 Unauthorized"), "{method}");
    }
}

#[test]
fn a_client_certificate_of_nobody() {
    let sandbox = Sandbox::with_vault("cert");
    // Signed by an authority that the server does not know: it sees no certificate, and so an anonymous user.
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["nobody".into()]).unwrap().self_signed(&key).unwrap();
    sandbox.write("cert.pem", certificate.pem().as_bytes());
    sandbox.write("key.pem", key.serialize_pem().as_bytes());
    let flags = ["register", "cert", "--no-verify", "--client-certificate", "cert.pem", "--client-key", "key.pem"];
    sandbox.zenml(&flags).succeeds();
    let said = sandbox.zenml(&["verify", "cert"]);
    assert_eq!(said.code, Some(3), "{said}");
}

#[test]
fn a_password_that_no_server_takes() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("password", b"wrong");
    let flags = ["register", "basic", "--no-verify", "--username", "jane", "--password", "@password"];
    sandbox.zenml(&flags).succeeds();
    let said = sandbox.zenml(&["verify", "basic"]);
    assert_eq!(said.code, Some(3), "a wrong password does not pass as anonymous: {said}");
}

#[test]
fn what_cannot_be_reached_is_another_failure() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["clusters"][0]["cluster"]["server"] = json!("https://127.0.0.1:1"));
    sandbox.zenml(&["register", "down", "--no-verify"]).succeeds();
    assert!(sandbox.zenml(&["verify", "down"]).fails(1).contains("was refused"));
    // A plugin that fails says nothing of the cluster.
    let (authority, config) = (tls::authority(), fs::read_to_string(kubeconfig("token")).unwrap());
    let server = config.lines().find_map(|line| line.trim().strip_prefix("server: ")).unwrap();
    sandbox.write("answer", token().as_bytes());
    let answer = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"%s"}}' "$(cat "$HOME/answer")" "$(date -u -d '+2 seconds' +%FT%TZ)""#;
    sandbox.script("cloud", &format!("#!/bin/sh\n[ -e $HOME/answer ] || exit 7\n{answer}\n"));
    let flags = ["--server", server, "--certificate-authority", &authority, "--exec-command", "cloud", "--no-verify"];
    sandbox.zenml(&[&["register", "fails"], &flags[..]].concat()).succeeds();
    fs::remove_file(sandbox.path("answer")).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let said = sandbox.zenml(&["verify", "fails"]);
    assert_eq!(said.code, Some(1), "{said}");
}
