//! kill -9 before every system call that changes something, of `rekey` and of `move`: nothing is lost, and the next run
//! finishes.

use super::rig::{FILE, Rig, keys_in};
use crate::support::killing::kill_everywhere;
use crate::support::output::Output;
use crate::support::sandbox::PLUGIN;

/// What changes a file.
const FILES: &[&str] = &["write", "renameat", "renameat2", "unlink", "fsync"];
/// What changes the kernel's keys.
const KERNEL: &[&str] = &["add_key", "keyctl"];
/// What is said to the keyring, over the bus.
const BUS: &[&str] = &["sendmsg"];

/// Opens everything with what is on disk: not with what the kernel happens to have.
#[track_caller]
fn opens_afresh(rig: &Rig, when: &str) {
    rig.home.zenml(&["vault", "lock"]).succeeds();
    if rig.status()["holder"]["kind"] == "passphrase" {
        rig.home.zenml(&["vault", "unlock", "--passphrase-file", FILE]).succeeds();
    }
    rig.opens(when);
}

/// Asserts that nothing half-written lies about.
#[track_caller]
fn nothing_is_left(rig: &Rig, when: &str) {
    let status = rig.status();
    assert_eq!((&status["rekey_pending"], &status["leftovers"]), (&serde_json::Value::Null, &serde_json::json!([])));
    for (path, _) in rig.home.files() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!name.contains("new"), "{when}: {} is left", path.display());
    }
}

fn rekey(holder: &str, kinds: &[&[&str]], arguments: &[&str]) -> Rig {
    let rig = Rig::new(holder);
    let killed = kill_everywhere(&rig.home, &kinds.concat(), arguments, |when| {
        opens_afresh(&rig, when);
        let key = rig.status()["key"].clone();
        let finished = !rig.home.zenml(arguments).stderr.contains("was stopped");
        assert_eq!(finished, rig.status()["key"] != key, "{when}: a new key, or the one of the stopped rekey");
        opens_afresh(&rig, when);
        nothing_is_left(&rig, when);
        let vault = rig.vault();
        for connector in vault.connectors().unwrap() {
            let header = vault.sealed(&connector).unwrap().unwrap().header;
            assert_eq!(header.key, vault.settings().key, "{when}");
        }
    });
    assert!(killed > 12, "only {killed} calls: strace sees something else");
    rig
}

#[test]
fn a_rekey_under_a_key_file_survives() {
    let rig = rekey("key-file", &[FILES], &["vault", "rekey"]);
    assert_eq!(keys_in(&rig.state("vault.key")).len(), 1, "the old key is gone");
}

#[test]
fn a_rekey_under_the_keyring_survives() {
    rekey("os", &[&["renameat", "fsync"], KERNEL, BUS], &["vault", "rekey"]);
}

#[test]
fn a_rekey_under_a_passphrase_survives() {
    rekey("passphrase", &[&["renameat", "fsync"]], &["vault", "rekey", "--passphrase-file", FILE]);
}

/// Kills moves away from `holder`, each time followed by one that comes through and the way back.
fn relocate(holder: &str, kinds: &[&[&str]], there: &[&str], kind: &str, back: &[&str]) {
    let rig = Rig::new(holder);
    let key = rig.status()["key"].clone();
    let killed = kill_everywhere(&rig.home, &kinds.concat(), there, |when| {
        opens_afresh(&rig, when);
        if rig.status()["holder"]["kind"] != kind {
            rig.home.zenml(there).succeeds();
        }
        rig.home.zenml(back).succeeds();
        opens_afresh(&rig, when);
        is_in_one_place(&rig, when);
    });
    assert!(killed > 4, "only {killed} calls: strace sees something else");
    assert_eq!(rig.status()["key"], key);
}

/// Looks for the key where it should not be any more.
#[track_caller]
fn is_in_one_place(rig: &Rig, when: &str) {
    let vault = format!("vault:{}", rig.vault().settings().id);
    let mut lookup = rig.home.command("/usr/bin/secret-tool");
    let item = Output::of(lookup.args(["lookup", "service", "kubectl-zenml", "username", &vault]));
    let kind = &rig.status()["holder"]["kind"];
    let found = (item.code == Some(0), rig.state("vault.key").exists());
    assert_eq!(found, (kind == "os", kind == "key-file"), "{when}");
    nothing_is_left(rig, when);
}

const TO_FILE: &[&str] = &["vault", "move", "--holder", "key-file"];
const TO_KEYRING: &[&str] = &["vault", "move", "--holder", "os"];
const TO_PASSPHRASE: &[&str] = &["vault", "move", "--holder", "passphrase", "--new-passphrase-file", FILE];
const FROM_PASSPHRASE: &[&str] = &["vault", "move", "--holder", "key-file", "--passphrase-file", FILE];

#[test]
fn a_move_to_the_keyring_survives() {
    relocate("key-file", &[FILES, BUS], TO_KEYRING, "os", TO_FILE);
}

#[test]
fn a_move_to_a_key_file_survives() {
    relocate("os", &[FILES, BUS], TO_FILE, "key-file", TO_KEYRING);
}

#[test]
fn a_move_to_a_passphrase_survives() {
    relocate("key-file", &[&["renameat", "unlink", "fsync"]], TO_PASSPHRASE, "passphrase", FROM_PASSPHRASE);
}

#[test]
fn a_move_from_a_passphrase_survives() {
    relocate("passphrase", &[&["renameat", "renameat2", "fsync"]], FROM_PASSPHRASE, "key-file", TO_PASSPHRASE);
}

#[test]
fn status_tells_what_a_kill_has_left() {
    let rig = Rig::new("key-file");
    let at = |call: &str, arguments: &[&str]| {
        let mut strace = rig.home.command("/usr/bin/strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat,unlink", "-e"]);
        strace.arg(format!("inject={call}"));
        assert_eq!(Output::of(strace.arg(PLUGIN).args(arguments)).code, None);
    };
    // The key file, vault.json, the first sealed file; before the second.
    at("renameat:signal=SIGKILL:when=4", &["vault", "rekey"]);
    let status = rig.status();
    assert_eq!((&status["rekey_pending"], &status["sealed"]), (&2.into(), &3.into()));
    assert!(rig.home.zenml(&["vault", "status"]).succeeds().contains("`kubectl zenml vault rekey` finishes it"));
    let said = rig.home.zenml(&["vault", "rekey"]);
    assert!(said.stderr.contains("Finished a rekey that was stopped: 2 credential"), "{said}");
    // Before the old key file is removed; the first one is that of a temporary file which is not there.
    at("unlink:signal=SIGKILL:when=2", &["vault", "move", "--holder", "key-file", "--key-file", "elsewhere"]);
    let status = rig.status();
    assert_eq!(status["holder"]["path"], rig.home.path("elsewhere").to_str().unwrap());
    assert_eq!(status["leftovers"][0]["path"], rig.state("vault.key").to_str().unwrap(), "{status}");
    assert!(rig.state("vault.key").exists());
    rig.home.zenml(&["vault", "rekey"]).succeeds();
    assert!(!rig.state("vault.key").exists() && rig.home.path("elsewhere").exists());
    rig.opens("after all this");
    nothing_is_left(&rig, "after all this");
}

#[test]
fn a_copy_that_cannot_be_removed_now_is_not_forgotten() {
    let mut rig = Rig::new("key-file");
    let path = rig.state("vault/vault.json");
    let mut settings: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    settings["leftovers"] = serde_json::json!([{"holder": {"kind": "os"}, "keys": [settings["key"]]}]);
    std::fs::write(&path, settings.to_string()).unwrap();
    let bus = rig.home.without("DBUS_SESSION_BUS_ADDRESS");
    // Without the keyring everything goes on, and the note stays.
    let said = rig.home.zenml(&["vault", "rekey"]);
    assert!(said.stderr.contains("may hold a copy of the key, which cannot be removed now"), "{said}");
    said.succeeds();
    assert_eq!(rig.status()["leftovers"], serde_json::json!([{"kind": "os"}]));
    assert!(rig.home.zenml(&["vault", "status"]).succeeds().contains("Copy of the key:"));
    rig.home.set("DBUS_SESSION_BUS_ADDRESS", &bus);
    rig.home.zenml(&["vault", "rekey"]).succeeds();
    nothing_is_left(&rig, "with the keyring");
}
