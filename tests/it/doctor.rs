//! `doctor`: what may be wrong on this machine is found, named with its fix, and gone after it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::keyring::Keyring;
use crate::support::sandbox::Sandbox;

const STATE: &str = ".local/share/kubectl-zenml";

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox
}

/// The checks, and whether the exit code fits them.
fn checks(sandbox: &Sandbox) -> Vec<Value> {
    let said = sandbox.zenml(&["doctor", "-o", "json"]);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said}"));
    let checks = report["items"].as_array().unwrap().clone();
    let errors = checks.iter().any(|check| check["status"] == "error");
    assert_eq!(said.code, Some(i32::from(errors)), "{said}");
    assert!(checks.iter().all(|check| check["status"] == "ok" || check["fix"].is_string()), "{said}");
    checks
}

/// Asserts that one check has this status, message and fix, and that all others are ok.
#[track_caller]
fn finds(sandbox: &Sandbox, name: &str, status: &str, words: &str, fix: &str) {
    let checks = checks(sandbox);
    // A cluster cannot be asked with a credential that is not there.
    let fine = |check: &&Value| check["status"] == "ok" || check["status"] == "skipped";
    let bad: Vec<_> = checks.iter().filter(|check| !fine(check)).collect();
    assert!(bad.len() == 1 && bad[0]["status"] == status, "{name}: {bad:#?}");
    let text = |field: &str| bad[0][field].as_str().unwrap_or_default();
    assert!(
        text("name").contains(name) && text("message").contains(words) && text("fix").contains(fix),
        "{:#}",
        bad[0]
    );
}

#[track_caller]
fn is_well(sandbox: &Sandbox) {
    let checks = checks(sandbox);
    assert!(checks.iter().all(|check| check["status"] == "ok"), "{checks:#?}");
}

#[test]
fn what_a_client_was_told_last_is_told_again() {
    let sandbox = logged_in();
    let server = |sandbox: &Sandbox, url: &str| {
        let mut before = String::new();
        sandbox.edit_kubeconfig(|tree| {
            let clusters = tree["clusters"].as_array_mut().unwrap();
            let cluster = clusters.iter_mut().find(|cluster| cluster["name"] == "zenml-prod").unwrap();
            before = cluster["cluster"]["server"].as_str().unwrap().to_owned();
            cluster["cluster"]["server"] = url.into();
        });
        before
    };
    let right = server(&sandbox, "https://127.0.0.1:9");
    sandbox.kubectl(&["get", "--raw", "/version"]).fails(1);
    server(&sandbox, &right);
    finds(&sandbox, "connector prod", "warn", "bound to another cluster", "connector update");
    std::thread::sleep(std::time::Duration::from_secs(1));
    sandbox.kubectl(&["get", "--raw", "/version"]).succeeds();
    is_well(&sandbox);
}

#[test]
fn a_token_file_that_is_gone_has_a_command() {
    let sandbox = Sandbox::with_vault("token");
    let file = sandbox.write("t", crate::support::token().as_bytes());
    sandbox.zenml(&["register", "prod", "--context", "rig-token", "--token-file", "t"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    fs::remove_file(file).unwrap();
    sandbox.kubectl(&["get", "--raw", "/version"]).fails(1);
    finds(&sandbox, "connector prod", "warn", "cannot read the token file", "connector update prod --token-file FILE");
}

#[test]
fn a_healthy_machine_has_nothing_to_mend() {
    let nobody = Sandbox::empty();
    is_well(&nobody);
    assert!(nobody.files().is_empty(), "doctor writes nothing");
    let sandbox = logged_in();
    is_well(&sandbox);
    let table = sandbox.zenml(&["doctor"]).succeeds();
    let header: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["STATUS", "CHECK", "MESSAGE", "FIX"]);
    assert!(table.lines().skip(1).all(|line| line.starts_with("ok ")), "{table}");
    assert!(sandbox.zenml(&["doctor", "-o", "name"]).succeeds().starts_with("check/vault\n"));
}

#[test]
fn the_vault_is_looked_at() {
    let sandbox = logged_in();
    let (vault, key) = (sandbox.path(STATE).join("vault"), sandbox.path(STATE).join("vault.key"));
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o755)).unwrap();
    finds(&sandbox, "vault", "error", "others may read", "chmod go=");
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o700)).unwrap();
    fs::rename(&key, sandbox.path("elsewhere")).unwrap();
    finds(&sandbox, "key", "error", "is missing", "from a backup");
    fs::rename(sandbox.path("elsewhere"), &key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    finds(&sandbox, "key", "error", "others may read", "chmod go=");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let sealed = fs::read_dir(&vault).unwrap().map(|file| file.unwrap().path());
    let sealed = sealed.filter(|path| path.extension().is_some_and(|it| it == "sealed")).last().unwrap();
    fs::rename(&sealed, sandbox.path("sealed")).unwrap();
    finds(&sandbox, "connector prod", "error", "is missing", "connector delete prod");
    sandbox.write(sealed.to_str().unwrap(), b"torn");
    finds(&sandbox, "connector prod", "error", "not a sealed credential", "from a backup");
    fs::rename(sandbox.path("sealed"), &sealed).unwrap();
    is_well(&sandbox);
    sandbox.zenml(&["login", "prod", "--unbound", "--yes"]).succeeds();
    finds(&sandbox, "connector prod", "warn", "unbound", "login prod --bound");
    fs::rename(&vault, sandbox.path("vault")).unwrap();
    finds(&sandbox, "vault", "error", "is missing, and with it every credential", "backup");
}

#[test]
fn a_locked_or_missing_keyring_is_named() {
    let mut sandbox = Sandbox::with_kubeconfig("token");
    let keyring = Keyring::unlocked();
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    sandbox.zenml(&["vault", "init", "--holder", "os", "--cache-seconds", "0"]).succeeds();
    is_well(&sandbox);
    let locked = Keyring::locked();
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", locked.address());
    finds(&sandbox, "key", "error", "locked", "unlock it");
    drop(keyring);
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    finds(&sandbox, "key", "error", "there is no keyring", "log in to the desktop");
}

#[test]
fn the_programs_are_looked_at() {
    let sandbox = logged_in();
    fs::remove_file(sandbox.path("bin/zenml-credential")).unwrap();
    sandbox.script("zenml-credential", "#!/bin/sh\necho zenml-credential 0.0.1\n");
    finds(&sandbox, "zenml-credential", "error", "says \"zenml-credential 0.0.1\"", "of one release");
    fs::remove_file(sandbox.path("bin/zenml-credential")).unwrap();
    finds(&sandbox, "user zenml-prod", "error", "runs zenml-credential, which is not there", "login prod");
    sandbox.zenml(&["login", "prod"]).succeeds();
    is_well(&sandbox);
    fs::remove_file(sandbox.path("bin/kubectl-zenml")).unwrap();
    sandbox.zenml(&["login", "prod"]).succeeds();
    finds(&sandbox, "kubectl-zenml", "warn", "not on PATH", "on PATH");
}

#[test]
fn logins_are_looked_at() {
    let sandbox = logged_in();
    let config = sandbox.path(".kube/config");
    let before = fs::read(&config).unwrap();
    sandbox.edit_kubeconfig(|tree| tree["users"][1]["user"]["exec"]["provideClusterInfo"] = json!(false));
    finds(&sandbox, "context zenml-prod", "error", "provideClusterInfo", "login prod");
    fs::write(&config, &before).unwrap();
    sandbox.kubectl(&["config", "set-cluster", "zenml-prod", "--server=https://127.0.0.1:9"]).succeeds();
    finds(&sandbox, "context zenml-prod", "error", "the server is https://127.0.0.1:9", "login prod");
    sandbox.zenml(&["login", "prod"]).succeeds();
    is_well(&sandbox);
    sandbox.edit_kubeconfig(|tree| {
        tree["users"][1]["user"]["exec"]["args"] = json!(["get"]);
        let extension = json!([{"name": "client.authentication.k8s.io/exec", "extension": {"connector": "prod"}}]);
        tree["clusters"][1]["cluster"]["extensions"] = extension;
    });
    is_well(&sandbox);
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][1]["cluster"]["extensions"][0]["extension"]["connector"] = json!("gone");
    });
    finds(&sandbox, "context zenml-prod", "error", "connector \"gone\" not found", "connector list");
    sandbox.zenml(&["login", "prod", "--overwrite"]).succeeds();
    is_well(&sandbox);
    sandbox.edit_kubeconfig(|tree| tree["users"][1]["user"]["exec"]["command"] = json!("/bin/true"));
    finds(&sandbox, "user zenml-prod", "error", "runs /bin/true, not zenml-credential", "login prod --overwrite");
    sandbox.zenml(&["login", "prod", "--overwrite"]).succeeds();
    is_well(&sandbox);
    sandbox.edit_kubeconfig(|tree| tree["users"][1]["user"]["exec"]["args"] = json!(["get", "prod", "more"]));
    finds(&sandbox, "user zenml-prod", "error", "runs zenml-credential with other arguments", "login prod --overwrite");
    sandbox.zenml(&["login", "prod", "--overwrite"]).succeeds();
    sandbox.zenml(&["connector", "delete", "prod"]).succeeds();
    finds(&sandbox, "user zenml-prod", "error", "does not exist", "kubectl zenml logout prod");
    sandbox.zenml(&["logout", "prod"]).succeeds();
    is_well(&sandbox);
    let hostile = json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "zenml-credential",
        "args": ["get", "x\u{1b}[2J\nok"], "interactiveMode": "Never"}});
    sandbox.edit_kubeconfig(|tree| {
        let user = json!({"name": "x; touch y\u{1b}", "user": hostile});
        tree["users"].as_array_mut().unwrap().push(user);
    });
    finds(&sandbox, "user x; touch y", "error", "does not exist", "kubectl config delete-user 'x; touch y");
    let table = sandbox.zenml(&["doctor"]).stdout;
    assert!(!table.contains('\u{1b}') && !table.contains("\nok\""), "{table}");
    fs::write(&config, &before).unwrap();
    sandbox.zenml(&["logout", "prod"]).succeeds();
    fs::write(&config, "{a: [").unwrap();
    finds(&sandbox, "kubeconfig", "error", "not YAML", "close every brace");
}

#[test]
fn what_a_stopped_move_or_rekey_left_is_named() {
    let sandbox = logged_in();
    let path = sandbox.path(&format!("{STATE}/vault/vault.json"));
    let before = fs::read(&path).unwrap();
    let note = |field: &str, value: Value| {
        let mut settings: Value = serde_json::from_slice(&before).unwrap();
        settings[field] = value;
        fs::write(&path, settings.to_string()).unwrap();
    };
    let copy = sandbox.path("copy").display().to_string();
    note("leftovers", json!([{"holder": {"kind": "key-file", "path": copy}, "keys": []}]));
    finds(&sandbox, "copy of the key", "warn", &copy, "vault rekey");
    note("old_keys", json!(["0f8e9c7a-1111-4222-8333-444455556666"]));
    finds(&sandbox, "rekey", "warn", "was stopped with 0 credential(s) to go", "vault rekey");
    sandbox.zenml(&["vault", "rekey"]).succeeds();
    is_well(&sandbox);
}

#[test]
fn locks_that_were_left_behind_are_named() {
    let sandbox = logged_in();
    let lock = sandbox.path(".kube/config.lock");
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    fs::write(&lock, format!("kubectl-zenml {}\n", dead.id())).unwrap();
    finds(&sandbox, "config.lock", "error", "left behind by process", "rm ");
    assert!(lock.exists(), "doctor mends nothing by itself");
    fs::write(&lock, "").unwrap();
    finds(&sandbox, "config.lock", "warn", "kubectl's own", "rm ");
    fs::write(&lock, format!("kubectl-zenml {}\n", std::process::id())).unwrap();
    is_well(&sandbox);
}

#[test]
fn a_damaged_record_accuses_no_login() {
    let sandbox = logged_in();
    let id = sandbox.zenml(&["connector", "describe", "prod", "-o", "jsonpath={.id}"]).succeeds();
    let record = sandbox.path(&format!("{STATE}/connectors/{}.json", id.trim()));
    fs::write(&record, "{").unwrap();
    finds(&sandbox, "connectors", "error", "is damaged", "move that file away");
}

#[test]
fn what_could_not_be_looked_at_is_not_called_well() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("token", b"s3cret");
    sandbox
        .zenml(&["register", "far", "--server", "https://127.0.0.1:9", "--token", "@token", "--no-verify"])
        .succeeds();
    let checks = checks(&sandbox);
    for name in ["clock", "submissions"] {
        let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{checks:#?}"));
        assert_eq!(check["status"], "skipped", "{check:#}");
    }
    assert!(sandbox.zenml(&["doctor"]).succeeds().contains("skipped"));
    let names = sandbox.zenml(&["doctor", "-o", "name"]).succeeds();
    assert!(names.lines().all(|line| !line.contains(' ')) && names.contains("check/plugin-policy\n"), "{names}");
}
