//! CREDENTIALS §1c: client certificates that change while a client lives.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::proxy::Proxy;
use super::{answer, plugin};
use crate::support::admin;
use crate::support::sandbox::Sandbox;

/// As many as a client can see in the time that the test takes; the last one is handed out again and again.
const CERTIFICATES: usize = 6;

/// A certificate for `user` by the cluster's own signer, and its key, as they stand in JSON.
fn signed(sandbox: &Sandbox, user: &str) -> (String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, user);
    let request = params.serialize_request(&key).unwrap().pem().unwrap();
    let name = format!("it-{user}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let object = json!({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": name},
        "spec": {
            "request": STANDARD.encode(request), "signerName": "kubernetes.io/kube-apiserver-client",
            "usages": ["client auth"], "expirationSeconds": 3600,
        },
    });
    let file = sandbox.write(&format!("{name}.json"), object.to_string().as_bytes()).display().to_string();
    admin(&["create", "-f", &file]).succeeds();
    admin(&["certificate", "approve", &name]).succeeds();
    admin(&["wait", "csr", &name, "--for=jsonpath={.status.certificate}", "--timeout=60s"]).succeeds();
    let certificate = admin(&["get", "csr", &name, "-o", "jsonpath={.status.certificate}"]).succeeds();
    admin(&["delete", "csr", &name]).succeeds();
    let pem = String::from_utf8(STANDARD.decode(certificate).unwrap()).unwrap();
    (json!(pem).to_string(), json!(key.serialize_pem()).to_string())
}

/// A plugin with a new certificate at each run, for a user of a new name, that says to last `seconds`.
fn rotating(seconds: u32) -> Sandbox {
    let scratch = Sandbox::empty();
    let mut script = "#!/bin/sh\necho run >>$HOME/plugin\ncase $(wc -l <$HOME/plugin) in\n".to_owned();
    for number in 1..=CERTIFICATES {
        let (certificate, key) = signed(&scratch, &format!("rotated-{number}"));
        let status = format!("\"clientCertificateData\":{certificate},\"clientKeyData\":{key}");
        // printf has escapes of its own.
        let status = status.replace('\\', "\\\\");
        let pattern = if number == CERTIFICATES { "*".to_owned() } else { number.to_string() };
        writeln!(script, "{pattern}) {};;", answer(&status, seconds).trim_end()).unwrap();
    }
    script += "esac\n";
    plugin(&script)
}

#[test]
fn row_certificate_changes_a_long_lived_client_survives_each() {
    let sandbox = rotating(6);
    sandbox.count_helper_runs();
    let proxy = Proxy::start(&sandbox);
    let mut seen = BTreeSet::new();
    for _ in 0..25 {
        // client-go closes its connections when the certificate changes, and may then write to one of them once.
        let lost = |body: &str| body.contains("use of closed network connection");
        seen.insert(proxy.try_whoami().unwrap_or_else(|body| {
            assert!(lost(&body), "{body}");
            proxy.whoami()
        }));
        std::thread::sleep(Duration::from_millis(400));
    }
    assert!(seen.len() >= 2 && seen.iter().all(|user| user.starts_with("rotated-")), "{seen:?}");
    let losses = proxy.errors().matches("closed network connection").count();
    assert!(losses < seen.len(), "{losses} requests lost, {seen:?}");
    assert!(sandbox.helper_runs() >= seen.len());
}

#[test]
fn row_certificate_changes_not_within_one_command() {
    let sandbox = rotating(30);
    sandbox.count_helper_runs();
    let plugin_runs = || std::fs::read_to_string(sandbox.path("plugin")).unwrap().lines().count();
    let before = plugin_runs();
    for _ in 0..2 {
        // A new answer is due.
        std::thread::sleep(Duration::from_secs(16));
        // Several requests, some of them at once: discovery.
        let said = sandbox.kubectl(&["api-resources", "-o", "name"]);
        assert!(said.stdout.contains("pods") && !said.stderr.contains("closed network connection"), "{said}");
        assert_eq!(sandbox.helper_runs(), 1);
    }
    assert_eq!(plugin_runs(), before + 2);
}
