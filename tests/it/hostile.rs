//! What a careless user, a broken disk or an attacker may put in the way.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::support::keyring::Keyring;
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::tls;

const STATE: &str = ".local/share/kubectl-zenml";

fn tree(sandbox: &Sandbox) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(sandbox.path(".kube/config")).unwrap()).unwrap()
}

/// The HOME's kubeconfig after `change`.
fn edit(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    sandbox.edit_kubeconfig(change);
}

#[test]
fn an_authority_that_only_go_can_read_is_no_way_around_the_binding() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    let rogue = rcgen::CertificateParams::new(vec!["rogue-authority.example".into()]).unwrap();
    let rogue = rogue.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    // Base64 with stray trailing bits: Go's decoder takes it.
    let mut der = rogue.der().to_vec();
    while der.len() % 3 != 1 {
        der.push(0);
    }
    let mut body = STANDARD.encode(&der);
    let last = body.find('=').unwrap() - 1;
    body.replace_range(last..=last, if &body[last..=last] == "A" { "B" } else { "R" });
    edit(&sandbox, |tree| {
        let data = &mut tree["clusters"][0]["cluster"]["certificate-authority-data"];
        let pem = String::from_utf8(STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap();
        *data =
            STANDARD.encode(format!("{pem}-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")).into();
    });
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("bound to another cluster"), "{said}");
}

#[test]
fn a_key_in_the_certificates_place_is_not_repeated() {
    let sandbox = Sandbox::with_vault("cert");
    let mut digits = String::new();
    edit(&sandbox, |tree| {
        let user = &mut tree["users"][0]["user"];
        let key = user["client-key-data"].clone();
        let pem = String::from_utf8(STANDARD.decode(key.as_str().unwrap()).unwrap()).unwrap();
        digits = pem.bytes().skip(40).take(4).map(|byte| format!("{byte}, ")).collect();
        user["client-key-data"] = user["client-certificate-data"].clone();
        user["client-certificate-data"] = STANDARD.encode(pem.replace('\n', "")).into();
    });
    let said = sandbox.zenml(&["register", "swapped"]).fails(1);
    assert!(!said.contains(digits.as_str()) && said.contains("client certificate"), "{said}");
}

#[test]
fn a_token_that_no_header_carries_is_an_error_and_not_a_panic() {
    for flag in [None, Some("--no-verify")] {
        let sandbox = Sandbox::with_vault("token");
        edit(&sandbox, |tree| tree["users"][0]["user"]["token"] = "abc\ndef".into());
        let said = sandbox.zenml(&["register", "wrapped"].into_iter().chain(flag).collect::<Vec<_>>()).fails(1);
        assert!(said.contains("line breaks") && !said.contains("abc"), "{said}");
    }
}

#[test]
fn bare_names_of_kubeconfigs_work() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["login", "prod", "--kubeconfig", "bare"]).succeeds();
    sandbox.kubectl(&["--kubeconfig", "bare", "--context", "zenml-prod", "get", "nodes"]).succeeds();
    sandbox.zenml(&["logout", "prod", "--kubeconfig", "bare"]).succeeds();
}

#[test]
fn passwords_in_urls_are_refused_or_sealed() {
    let canary = "pa55word";
    for (field, url) in [
        ("proxy-url", format!("user:{canary}@10.0.0.1:3128")),
        ("proxy-url", format!("//user:{canary}@10.0.0.1:3128")),
        ("server", format!("https://user:{canary}@10.0.0.1:6443")),
    ] {
        let sandbox = Sandbox::with_vault("token");
        edit(&sandbox, |tree| tree["clusters"][0]["cluster"][field] = url.into());
        let said = sandbox.zenml(&["register", "prod", "--no-verify"]).fails(1);
        assert!(!said.contains(canary), "{said}");
    }
    let sandbox = Sandbox::with_vault("token");
    edit(&sandbox, |tree| {
        tree["clusters"][0]["cluster"]["proxy-url"] = format!("http://u:{canary}/x@10.0.0.1:1").into();
    });
    let said = sandbox.zenml(&["register", "prod", "--no-verify"]);
    assert!(!said.to_string().contains(canary), "{said}");
    for (path, bytes) in sandbox.files().iter().filter(|(path, _)| path.starts_with(sandbox.path(STATE))) {
        assert!(!String::from_utf8_lossy(bytes).contains(canary), "{} holds it", path.display());
    }
}

#[test]
fn a_time_that_clients_cannot_read_is_not_handed_out() {
    let sandbox = Sandbox::with_vault("token");
    let claims =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json!({"exp": 1_795_000_000_000_u64}).to_string());
    edit(&sandbox, |tree| tree["users"][0]["user"]["token"] = format!("e30.{claims}.c2ln").into());
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("You must be logged in"), "{said}");
}

#[test]
fn two_first_registrations_share_one_vault() {
    let keyring = Keyring::unlocked();
    let mut sandbox = Sandbox::with_kubeconfig("token");
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    let register = |name: &str| sandbox.zenml(&["register", name]);
    std::thread::scope(|scope| {
        let (one, two) = (scope.spawn(|| register("one")), scope.spawn(|| register("two")));
        one.join().unwrap().succeeds();
        two.join().unwrap().succeeds();
    });
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/one\nconnector/two\n");
}

#[test]
fn a_vault_that_cannot_be_made_leaves_no_key() {
    let sandbox = Sandbox::empty();
    sandbox.write(&format!("{STATE}/vault"), b"in the way");
    fs::set_permissions(sandbox.path(STATE), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    sandbox.zenml(&["vault", "init", "--holder", "key-file", "--key-file", "k"]).fails(1);
    assert!(!sandbox.path("k").exists());
    fs::remove_file(sandbox.path(&format!("{STATE}/vault"))).unwrap();
    sandbox.zenml(&["vault", "init", "--holder", "key-file", "--key-file", "k"]).succeeds();
}

#[test]
fn what_a_killed_registration_left_goes_with_the_next() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "one"]).succeeds();
    let vault = sandbox.path(&format!("{STATE}/vault"));
    let sealed = |dir: &Path| {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|extension| extension == "sealed")).collect::<Vec<_>>()
    };
    let record = fs::read_dir(sandbox.path(&format!("{STATE}/connectors"))).unwrap().map(|entry| entry.unwrap().path());
    fs::remove_file(record.filter(|path| path.extension().is_some_and(|it| it == "json")).last().unwrap()).unwrap();
    assert_eq!(sealed(&vault).len(), 1);
    // What two writes left unfinished, one of them by a process that is dead for sure.
    let mut writer = Command::new("true").spawn().unwrap();
    writer.wait().unwrap();
    let drafts = [
        sandbox.write(&format!("{STATE}/vault/.new-{}-a", writer.id()), b"half"),
        sandbox.write(&format!("{STATE}/connectors/.new-{}-a", writer.id()), b"half"),
    ];
    let alive = sandbox.write(&format!("{STATE}/vault/.new-{}-a", std::process::id()), b"half");
    sandbox.zenml(&["register", "two"]).succeeds();
    assert_eq!(sealed(&vault).len(), 1);
    assert!(drafts.iter().all(|draft| !draft.exists()) && alive.exists());
}

/// A connector whose plugin's answers go stale at once, and then does `script`.
fn exec(script: &str) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    let token = crate::support::token();
    let answer = format!(
        "echo '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{\"token\":\"{token}\",\"expirationTimestamp\":\"'$(date -u -d '+2 seconds' +%FT%TZ)'\"}}}}'"
    );
    sandbox.script("cloud-token", &format!("#!/bin/sh\n{answer}\n"));
    edit(&sandbox, |tree| {
        let exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": "cloud-token", "interactiveMode": "Never"});
        tree["users"][0]["user"] = json!({ "exec": exec });
    });
    sandbox.zenml(&["register", "cloud"]).succeeds();
    sandbox.zenml(&["login", "cloud", "--set-current"]).succeeds();
    std::thread::sleep(std::time::Duration::from_secs(3));
    sandbox.script("cloud-token", &format!("#!/bin/sh\necho run >>$HOME/runs\n{script}\n{answer}\n"));
    sandbox
}

#[test]
fn a_plugin_that_fails_is_run_once_for_all_that_wait() {
    let sandbox = exec("sleep 1; exit 1");
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6).map(|_| scope.spawn(|| sandbox.kubectl(&["get", "--raw", "/version"]))).collect();
        for asked in asking {
            assert_eq!(asked.join().unwrap().code, Some(1));
        }
    });
    // Whoever came after the failure tries once more.
    assert!(sandbox.helper_runs() <= 2, "the plugin ran for each");
}

#[test]
fn deleting_during_a_renewal_brings_nothing_back() {
    let sandbox = exec("sleep 2");
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| sandbox.kubectl(&["get", "nodes"]));
        std::thread::sleep(std::time::Duration::from_secs(1));
        sandbox.zenml(&["connector", "delete", "cloud", "-o", "name"]).succeeds();
        assert_eq!(asking.join().unwrap().code, Some(1));
    });
    assert_eq!(sandbox.zenml(&["vault", "status", "-o", "json"]).json()["sealed"], 0);
}

#[test]
fn nobody_steers_the_terminal_or_forges_a_line() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let cluster = json!({"server": "https://x", "tls-server-name": "\u{1b}]0;x\u{7}\nerror: forged"});
    let info = json!({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "spec": {"cluster": cluster}});
    let mut command = sandbox.command(PLUGIN);
    command
        .args(["credential", "get", "prod"])
        .env("KUBERNETES_EXEC_INFO", info.to_string().replace("https://x", "\\u001b[2J"));
    let said = Output::of(&mut command).fails(1);
    assert!(!said.contains('\u{1b}') && !said.contains("\nerror: forged"), "{said}");
}

/// Something at the cluster's address that gives every request one answer, for as long as the test process lives.
fn stranger(status: &str, kind: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    let (length, config) = (body.len(), tls::config());
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // One read: what it says is of no interest, and hanging up on unread bytes would reset the connection.
            let _ = stream.read(&mut [0; 16 * 1024]);
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    server
}

/// A sandbox whose context leads to the stranger.
fn before(server: &str) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    edit(&sandbox, |tree| {
        tree["clusters"][0]["cluster"] = json!({ "server": server, "certificate-authority": tls::authority() });
    });
    sandbox
}

#[test]
fn what_stands_before_the_server_is_told_from_the_server() {
    let page = "<html><title>Sign in</title></html>";
    let cases = [
        ("502 Bad Gateway", page, "Error from server (InternalError): an error on the server (\"<html>"),
        ("403 Forbidden", page, "Error from server (Forbidden): <html>"),
        ("200 OK", page, "error: unable to parse the answer of the server 127.0.0.1:"),
        ("302 Found", page, "error: unable to parse the answer of the server 127.0.0.1:"),
        (
            "502 Bad Gateway",
            "{\"error\": \"no upstream\"}",
            "error: the server's answer is an error, but not in the form",
        ),
    ];
    for (status, body, words) in cases {
        let said = before(&stranger(status, "text/html", body)).zenml(&["register", "prod"]).fails(1);
        assert!(said.starts_with(words), "{status}: {said}");
        assert!(said.contains("hint: this did not come from the API server"), "{status}: {said}");
    }
}

#[test]
fn a_refused_credential_is_unfit_and_not_unreachable() {
    let sandbox = Sandbox::with_vault("token");
    edit(&sandbox, |tree| tree["users"][0]["user"]["token"] = "revoked".into());
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    assert!(sandbox.zenml(&["verify", "prod"]).fails(3).contains("does not accept this credential"));
    assert!(sandbox.zenml(&["register", "again"]).fails(1).contains("does not accept this credential"));
    let proxy = before(&stranger("401 Unauthorized", "text/html", "<html>"));
    proxy.zenml(&["register", "prod", "--no-verify"]).succeeds();
    assert!(proxy.zenml(&["connector", "verify", "prod"]).fails(3).contains("You must be logged in to the server"));
}

#[test]
fn a_large_authority_is_announced_with_what_will_work() {
    let sandbox = Sandbox::with_vault("token");
    let authority = tree(&sandbox)["clusters"][0]["cluster"]["certificate-authority-data"].as_str().unwrap().to_owned();
    let pem = STANDARD.decode(authority).unwrap();
    for (name, kilobytes) in [("large", 80), ("huge", 110)] {
        let many = pem.repeat(kilobytes * 1024 / pem.len());
        edit(&sandbox, |tree| {
            tree["clusters"][0]["cluster"]["certificate-authority-data"] = STANDARD.encode(many).into();
        });
        let output = sandbox.zenml(&["register", name]);
        assert!(output.stderr.contains("too large for clients to hand to the credential helper"), "{output}");
        assert!(output.stderr.contains(&format!("login {name} --unbound`")), "{output}");
        output.succeeds();
        assert!(sandbox.zenml(&["login", name]).fails(1).contains("too large for clients"));
        assert!(sandbox.zenml(&["run", "list", "--connector", name]).fails(1).contains("--unbound"));
        sandbox.zenml(&["run", "list", "--context", "rig-token"]).succeeds();
    }
    // Once unbound, it is not advised to be bound again, which cannot be.
    let login = sandbox.zenml(&["login", "large", "--unbound", "--yes"]);
    let doctor = sandbox.zenml(&["doctor"]);
    for said in [&login.stderr, &doctor.stdout] {
        assert!(said.contains("only what signs the server's certificate") && !said.contains("--bound"), "{said}");
    }
}

#[test]
fn a_dry_run_needs_the_vaults_key_as_the_real_one_does() {
    let sandbox = Sandbox::with_vault("token");
    fs::remove_file(sandbox.path(&format!("{STATE}/vault.key"))).unwrap();
    let said = sandbox.zenml(&["register", "prod"]).fails(1);
    assert_eq!(sandbox.zenml(&["register", "prod", "--dry-run"]).fails(1), said);
    assert!(said.contains("key file") && said.contains("is missing"), "{said}");
}
