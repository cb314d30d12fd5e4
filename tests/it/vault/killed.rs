//! kill -9 before every system call that changes something, of `rekey` and of `move`: nothing is lost, and the next run
//! finishes.

use std::fs;

use super::rig::{FILE, Rig, keys_in};
use crate::support::output::Output;
use crate::support::sandbox::PLUGIN;

/// What changes a file, the kernel's keys or, through the bus, the keyring.
const CHANGES: &str = "write,rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,ftruncate,add_key,keyctl,sendmsg,sendto";

/// Kills the command before its first such call, then another one before its second, and so on until one comes through,
/// each time followed by `after`. Says how many were killed.
fn kill_everywhere(rig: &Rig, arguments: impl Fn() -> Vec<&'static str>, after: impl Fn(&Rig, &str)) -> usize {
    for call in 1..400 {
        let mut strace = rig.home.command("/usr/bin/strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={CHANGES}"));
        strace.arg("-e").arg(format!("inject={CHANGES}:signal=SIGKILL:when={call}"));
        let said = Output::of(strace.arg(PLUGIN).args(arguments()));
        if said.code == Some(0) {
            return call - 1;
        }
        assert!(said.code.is_none(), "killed at call {call}, or done: {said}");
        after(rig, &format!("{:?} killed at call {call}", arguments()));
    }
    panic!("400 calls do not suffice")
}

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

fn rekey(rig: &Rig, arguments: &'static [&'static str]) {
    let first = rig.status()["key"].clone();
    let killed = kill_everywhere(
        rig,
        || arguments.to_vec(),
        |rig, when| {
            opens_afresh(rig, when);
            rig.home.zenml(arguments).succeeds();
            opens_afresh(rig, when);
            nothing_is_left(rig, when);
            let vault = rig.vault();
            for connector in vault.connectors().unwrap() {
                let header = vault.sealed(&connector).unwrap().unwrap().header;
                assert_eq!(header.key, vault.settings().key, "{when}");
            }
        },
    );
    assert!(killed > 12, "only {killed} calls: strace sees something else");
    assert_ne!(rig.status()["key"], first);
    opens_afresh(rig, "in the end");
}

#[test]
fn a_rekey_under_a_key_file_survives() {
    let rig = Rig::new("key-file");
    rekey(&rig, &["vault", "rekey"]);
    assert_eq!(keys_in(&rig.state("vault.key")).len(), 1, "the old key is gone");
}

#[test]
fn a_rekey_under_the_keyring_survives() {
    rekey(&Rig::new("os"), &["vault", "rekey"]);
}

#[test]
fn a_rekey_under_a_passphrase_survives() {
    rekey(&Rig::new("passphrase"), &["vault", "rekey", "--passphrase-file", FILE]);
}

/// Moves there and back until no call of the way there is left to be killed at.
fn relocate(rig: &Rig, there: &'static [&'static str], back: &'static [&'static str], kind: &str) {
    let key = rig.status()["key"].clone();
    let killed = kill_everywhere(
        rig,
        || there.to_vec(),
        |rig, when| {
            opens_afresh(rig, when);
            if rig.status()["holder"]["kind"] != kind {
                rig.home.zenml(there).succeeds();
            }
            rig.home.zenml(back).succeeds();
            opens_afresh(rig, when);
            nothing_is_left(rig, when);
            assert_eq!(fs::exists(rig.state("vault.key")).unwrap(), kind != "key-file", "{when}");
        },
    );
    assert!(killed > 3, "only {killed} calls: strace sees something else");
    assert_eq!((&rig.status()["key"], &rig.status()["holder"]["kind"]), (&key, &kind.into()));
    opens_afresh(rig, "in the end");
    nothing_is_left(rig, "in the end");
}

const TO_FILE: &[&str] = &["vault", "move", "--holder", "key-file"];
const TO_KEYRING: &[&str] = &["vault", "move", "--holder", "os"];
const TO_PASSPHRASE: &[&str] = &["vault", "move", "--holder", "passphrase", "--new-passphrase-file", FILE];
const FROM_PASSPHRASE: &[&str] = &["vault", "move", "--holder", "key-file", "--passphrase-file", FILE];

#[test]
fn a_move_from_a_key_file_to_the_keyring_survives() {
    relocate(&Rig::new("key-file"), TO_KEYRING, TO_FILE, "os");
}

#[test]
fn a_move_from_a_key_file_to_a_passphrase_survives() {
    relocate(&Rig::new("key-file"), TO_PASSPHRASE, FROM_PASSPHRASE, "passphrase");
}

#[test]
fn a_move_from_the_keyring_to_a_key_file_survives() {
    let rig = Rig::new("os");
    let key = rig.status()["key"].clone();
    let killed = kill_everywhere(
        &rig,
        || TO_FILE.to_vec(),
        |rig, when| {
            opens_afresh(rig, when);
            if rig.status()["holder"]["kind"] != "key-file" {
                rig.home.zenml(TO_FILE).succeeds();
            }
            // The keyring's item, if it is still there, goes with the next move.
            rig.home.zenml(TO_KEYRING).succeeds();
            opens_afresh(rig, when);
            nothing_is_left(rig, when);
            assert!(!rig.state("vault.key").exists(), "{when}");
        },
    );
    assert!(killed > 8, "only {killed} calls: strace sees something else");
    assert_eq!(rig.status()["key"], key);
    let vault = format!("vault:{}", rig.vault().settings().id);
    let mut lookup = rig.home.command("/usr/bin/secret-tool");
    assert_ne!(Output::of(lookup.args(["lookup", "service", "kubectl-zenml", "username", &vault])).code, Some(0));
    opens_afresh(&rig, "in the end");
}

#[test]
fn status_tells_what_a_kill_has_left() {
    let rig = Rig::new("key-file");
    let at = |call: usize, arguments: &[&str]| {
        let mut strace = rig.home.command("/usr/bin/strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2,unlink", "-e"]);
        strace.arg(format!("inject=rename,renameat,renameat2,unlink:signal=SIGKILL:when={call}"));
        assert_eq!(Output::of(strace.arg(PLUGIN).args(arguments)).code, None);
    };
    // The key file, vault.json, the first sealed file; before the second.
    at(4, &["vault", "rekey"]);
    let status = rig.status();
    assert_eq!((&status["rekey_pending"], &status["sealed"]), (&2.into(), &3.into()));
    assert!(rig.home.zenml(&["vault", "status"]).succeeds().contains("`kubectl zenml vault rekey` finishes it"));
    let said = rig.home.zenml(&["vault", "rekey"]);
    assert!(said.stderr.contains("Finished a rekey that was stopped: 2 credential"), "{said}");
    // The note, the key file elsewhere, vault.json; before the old file is removed.
    at(4, &["vault", "move", "--holder", "key-file", "--key-file", "elsewhere"]);
    let status = rig.status();
    assert_eq!(status["holder"]["path"], rig.home.path("elsewhere").to_str().unwrap());
    assert_eq!(status["leftovers"][0]["path"], rig.state("vault.key").to_str().unwrap(), "{status}");
    assert!(rig.state("vault.key").exists());
    rig.home.zenml(&["vault", "rekey"]).succeeds();
    assert!(!rig.state("vault.key").exists() && rig.home.path("elsewhere").exists());
    rig.opens("after all this");
    nothing_is_left(&rig, "after all this");
}
