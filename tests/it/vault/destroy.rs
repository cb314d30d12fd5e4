//! `vault destroy`: the key goes first, then everything else that is sealed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::rig::{FILE, Rig};
use crate::support::output::Output;
use crate::support::sandbox::PLUGIN;

/// Copies of the vault's directory, as a backup has them.
fn backup(rig: &Rig) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(rig.state("vault")).unwrap().map(|file| {
        let path = file.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    });
    files.filter(|(name, _)| name.ends_with(".sealed") || name == "vault.json").collect()
}

fn restore(rig: &Rig, backup: &[(String, Vec<u8>)]) {
    fs::create_dir_all(rig.state("vault")).unwrap();
    for (name, bytes) in backup {
        rig.home.write(&format!(".local/share/kubectl-zenml/vault/{name}"), bytes);
    }
    fs::set_permissions(rig.state("vault"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn nothing_opens_any_more_not_even_from_a_backup() {
    for holder in ["key-file", "os"] {
        let rig = Rig::new(holder);
        let backup = backup(&rig);
        let refused = rig.home.zenml(&["vault", "destroy"]).fails(2);
        assert!(refused.contains("--yes"), "{refused}");
        rig.opens("after a refusal");
        let said = rig.home.zenml(&["vault", "destroy", "--yes"]);
        assert!(said.stderr.contains("rig-0, rig-1, rig-2") && said.stdout.ends_with(" destroyed\n"), "{said}");
        assert!(!rig.state("vault").exists() && !rig.state("vault.key").exists(), "{holder}");
        let said = rig.get(0).fails(1);
        assert!(said.contains("is missing, and with it every credential") && !said.contains("no vault yet"), "{said}");
        let states = rig.home.zenml(&["credential", "status", "-o", "json"]).json();
        assert!(states["items"][0]["last_error"]["text"].as_str().unwrap().contains("is missing"), "{states}");
        let list = rig.home.zenml(&["connector", "list"]).succeeds();
        assert!(list.contains("rig-0"), "the connectors stay: {list}");
        restore(&rig, &backup);
        for number in 0..3 {
            rig.get(number).fails(1);
        }
        assert_ne!(rig.status()["state"], "available", "{holder}");
        // What a backup brought back can be destroyed again.
        rig.home.zenml(&["vault", "destroy", "--yes"]).succeeds();
        assert!(!rig.state("vault").exists());
        rig.home.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    }
}

#[test]
fn a_passphrase_vault_goes_without_its_passphrase() {
    let rig = Rig::new("passphrase");
    rig.home.zenml(&["vault", "destroy", "-y"]).succeeds();
    assert!(!rig.state("vault").exists());
    // Nor does the kernel remember.
    rig.get(0).fails(1);
}

#[test]
fn a_key_that_cannot_be_destroyed_keeps_the_vault() {
    let mut rig = Rig::new("os");
    rig.without_keyring();
    let said = rig.home.zenml(&["vault", "destroy", "--yes"]).fails(1);
    assert!(said.contains("nothing was removed") && said.contains("there is no keyring"), "{said}");
    assert_eq!(rig.status()["sealed"], 3);
}

#[test]
fn a_key_file_that_holds_something_else_stays() {
    let rig = Rig::new("key-file");
    fs::write(rig.state("vault.key"), b"precious").unwrap();
    let said = rig.home.zenml(&["vault", "destroy", "--yes"]);
    assert!(said.stderr.contains("holds something else by now, and stays"), "{said}");
    said.succeeds();
    assert_eq!(fs::read(rig.state("vault.key")).unwrap(), b"precious");
}

#[test]
fn a_destroy_that_was_stopped_is_finished_by_the_next() {
    for holder in ["key-file", "passphrase"] {
        let rig = Rig::new(holder);
        let mut strace = rig.home.command("/usr/bin/strace");
        // The key file and vault.json, or vault.json alone; killed before the first sealed file goes.
        let call = if holder == "key-file" { "2" } else { "1" };
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=unlink", "-e"]);
        strace.arg(format!("inject=unlink:signal=SIGKILL:when={call}"));
        assert_eq!(Output::of(strace.arg(PLUGIN).args(["vault", "destroy", "-y"])).code, None);
        assert_eq!((&rig.status()["holder"]["kind"], &rig.status()["sealed"]), (&"destroyed".into(), &3.into()));
        assert!(rig.get(0).fails(1).contains("this vault was destroyed"));
        rig.home.zenml(&["vault", "unlock"]).fails(1);
        rig.home.zenml(&["vault", "move", "--holder", "passphrase", "--new-passphrase-file", FILE]).fails(1);
        rig.home.zenml(&["vault", "destroy", "-y"]).succeeds();
        assert!(!rig.state("vault").exists());
    }
}

#[test]
fn a_copy_that_cannot_be_destroyed_keeps_the_key() {
    let mut rig = Rig::new("key-file");
    note_leftover(&rig, &serde_json::json!({"kind": "os"}));
    rig.without_keyring();
    let said = rig.home.zenml(&["vault", "destroy", "--yes"]).fails(1);
    assert!(said.contains("the vault and its key stay") && said.contains("os keyring"), "{said}");
    rig.opens("after a refusal");
}

#[test]
fn a_key_that_cannot_be_destroyed_stays_cached() {
    let mut rig = Rig::new("os");
    let copy = rig.home.write("copy", b"as good as a key");
    note_leftover(&rig, &serde_json::json!({"kind": "key-file", "path": copy}));
    rig.without_keyring();
    let said = rig.home.zenml(&["vault", "destroy", "--yes"]).fails(1);
    assert!(said.contains("nothing was removed") && copy.exists(), "{said}");
    assert_eq!(rig.status()["leftovers"][0]["kind"], "key-file", "not even the note of a copy");
    rig.opens("from the kernel");
}

#[test]
fn a_copy_that_is_not_there_is_none() {
    let rig = Rig::new("key-file");
    let link = rig.home.path("link");
    std::os::unix::fs::symlink(rig.home.path("gone"), &link).unwrap();
    note_leftover(&rig, &serde_json::json!({"kind": "key-file", "path": link}));
    rig.home.zenml(&["vault", "destroy", "--yes"]).succeeds();
    assert!(!rig.state("vault").exists() && !rig.state("vault.key").exists());
    assert!(fs::symlink_metadata(link).is_ok(), "somebody else's");
}

/// As a move leaves it that was stopped.
fn note_leftover(rig: &Rig, holder: &serde_json::Value) {
    let path = rig.state("vault/vault.json");
    let mut settings: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    settings["leftovers"] = serde_json::json!([{"holder": holder, "keys": [settings["key"]]}]);
    fs::write(&path, settings.to_string()).unwrap();
}
