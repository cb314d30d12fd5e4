//! `doctor` about clocks, ends that come soon, file modes and aborted submissions. What a real API server does not do on
//! demand (a wrong clock, a submission of yesterday) a stand-in does.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;
use crate::support::tls;

const STATE: &str = ".local/share/kubectl-zenml";

/// The checks that are not ok.
#[track_caller]
fn findings(sandbox: &Sandbox, flags: &[&str]) -> Vec<Value> {
    let said = sandbox.zenml(&[&["doctor", "-o", "json"], flags].concat());
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said}"));
    report["items"].as_array().unwrap().iter().filter(|check| check["status"] != "ok").cloned().collect()
}

/// Asserts that this is the one finding.
#[track_caller]
fn finds(sandbox: &Sandbox, flags: &[&str], name: &str, status: &str, words: &str, fix: &str) {
    let found = findings(sandbox, flags);
    let [one] = &found[..] else { panic!("{name}: {found:#?}") };
    let has = |field: &str, words: &str| one[field].as_str().unwrap_or_default().contains(words);
    assert!(one["status"] == status && has("name", name) && has("message", words) && has("fix", fix), "{one:#}");
}

/// An API server with this time, one submission that was interrupted long ago, and one of just now.
fn stand_in(date: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    let config = tls::config();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut request = vec![0; 16 * 1024];
            let length = stream.read(&mut request).unwrap_or_default();
            let body = body(&String::from_utf8_lossy(&request[..length])).to_string();
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-type: application/json\r\n");
            let _ = write!(stream, "{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    server
}

fn body(request: &str) -> Value {
    let path = request.split(' ').nth(1).unwrap_or_default();
    if path.starts_with("/version") {
        return json!({"major": "1", "minor": "36", "gitVersion": "v1.36.0"});
    }
    let root = |name: &str, created: String| {
        let run = json!({"format": 1, "id": name, "name": name, "pipeline": "p", "mode": "job", "pieces": []});
        let metadata = json!({"name": name, "namespace": "zenml", "uid": name, "creationTimestamp": created});
        json!({"metadata": metadata, "data": {"run.json": run.to_string()}})
    };
    let now = kubectl_zenml::helper::now();
    let time = |seconds| kubectl_zenml::execcred::rfc3339(seconds);
    let roots = path.contains("/configmaps") && path.contains("kind%3Drun");
    let items = if roots { vec![root("night-1", time(now - 86_400)), root("new-1", time(now))] } else { Vec::new() };
    let kind = match path.split('?').next().unwrap_or_default().rsplit('/').next() {
        Some("configmaps") => "ConfigMapList",
        Some("jobs") => "JobList",
        Some("leases") => "LeaseList",
        _ => "PodList",
    };
    json!({"kind": kind, "apiVersion": "v1", "metadata": {}, "items": items})
}

/// A connector of the stand-in.
fn connected(server: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    sandbox.write("token", b"t");
    let authority = tls::authority();
    let flags = ["--certificate-authority", &authority, "--token", "@token", "--no-verify"];
    sandbox.zenml(&[&["register", "prod", "--server", server], &flags[..]].concat()).succeeds();
    sandbox
}

#[test]
fn a_wrong_clock_and_an_aborted_submission_are_found_and_offline_asks_nobody() {
    let sandbox = connected(&stand_in("Thu, 01 Jan 2099 00:00:00 GMT"));
    let found = findings(&sandbox, &[]);
    let [clock, run] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((&clock["name"], &clock["status"]), (&json!("clock prod"), &json!("error")));
    assert!(clock["message"].as_str().unwrap().contains("days behind https://127.0.0.1:"), "{clock:#}");
    assert!(clock["fix"].as_str().unwrap().contains("timedatectl"), "{clock:#}");
    assert_eq!((&run["name"], &run["status"]), (&json!("run zenml/night-1"), &json!("warn")));
    assert_eq!(run["fix"], "kubectl zenml run delete night-1 -n zenml --connector prod");
    assert_eq!(findings(&sandbox, &["--offline"]), Vec::<Value>::new());
    // No client has asked for a credential.
    assert!(sandbox.zenml(&["credential", "audit", "-o", "name"]).succeeds().is_empty());
}

#[test]
fn ends_that_come_soon_are_named() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    assert_eq!(findings(&sandbox, &["--offline"]), Vec::<Value>::new());
    let at = |days: i64| kubectl_zenml::execcred::rfc3339(kubectl_zenml::helper::now() + days * 86_400);
    sandbox.zenml(&["connector", "update", "prod", "--expires-at", &at(6)]).succeeds();
    finds(&sandbox, &["--offline"], "connector prod", "warn", "nothing renews it", "connector update prod");
    sandbox.zenml(&["connector", "update", "prod", "--expires-at", &at(60)]).succeeds();
    let authority = |days: i64| {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.not_after = std::time::SystemTime::now().checked_add(days_of(days)).unwrap().into();
        let key = rcgen::KeyPair::generate().unwrap();
        sandbox.write("ca.pem", params.self_signed(&key).unwrap().pem().as_bytes()).display().to_string()
    };
    let flags = ["--no-verify", "--certificate-authority", &authority(10)];
    sandbox.zenml(&[&["connector", "update", "prod"], &flags[..]].concat()).succeeds();
    finds(&sandbox, &["--offline"], "authority of prod", "warn", "ends at", "--certificate-authority FILE");
    let flags = ["--no-verify", "--certificate-authority", &authority(20)];
    sandbox.zenml(&[&["connector", "update", "prod"], &flags[..]].concat()).succeeds();
    assert_eq!(findings(&sandbox, &["--offline"]), Vec::<Value>::new());
}

fn days_of(days: i64) -> std::time::Duration {
    std::time::Duration::from_secs(days.unsigned_abs() * 86_400)
}

#[test]
fn what_others_may_read_is_named() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let mode = |path: &str, mode| fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(mode)).unwrap();
    mode(".kube/config", 0o644);
    finds(&sandbox, &["--offline"], "mode ", "warn", "it holds a secret", "chmod go= ");
    mode(".kube/config", 0o600);
    let lock = format!("{STATE}/connectors/lock");
    mode(&lock, 0o666);
    finds(&sandbox, &["--offline"], "connectors/lock", "error", "others may read it", "chmod go= ");
    mode(&lock, 0o600);
    // What a check has named by itself is not named twice.
    mode(&format!("{STATE}/vault"), 0o750);
    finds(&sandbox, &["--offline"], "vault", "error", "others may read", "chmod go=");
    mode(&format!("{STATE}/vault"), 0o700);
    assert_eq!(findings(&sandbox, &["--offline"]), Vec::<Value>::new());
}
