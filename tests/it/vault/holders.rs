//! Each holder: how it is chosen, unlocked and locked, and the way of a key from one to another.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::rig::{FILE, PASSPHRASE, Rig, keys_in};
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

const PASS: [&str; 2] = ["--passphrase-file", FILE];

#[test]
fn a_passphrase_opens_the_vault_for_a_while() {
    let rig = Rig::new("passphrase");
    rig.opens("after init");
    assert_eq!(rig.status()["state"], "cached");
    let locked = rig.home.zenml(&["vault", "lock"]).succeeds();
    assert!(locked.contains(" locked (passphrase)"), "{locked}");
    let said = rig.get(0).fails(1);
    assert!(said.starts_with("error: the vault is locked: run `kubectl zenml vault unlock`"), "{said}");
    let status = rig.status();
    assert_eq!((&status["state"], &status["cache_seconds_left"]), (&"locked".into(), &serde_json::Value::Null));
    rig.home.write("wrong", b"correct horse");
    let wrong = rig.home.zenml(&["vault", "unlock", "--passphrase-file", "wrong"]).fails(1);
    assert!(wrong.contains("this is not the vault's passphrase"), "{wrong}");
    rig.get(0).fails(1);
    rig.home.zenml(&["vault", "unlock", PASS[0], "@passphrase", "--cache", "10m"]).succeeds();
    rig.opens("after unlock");
    let left = rig.status()["cache_seconds_left"].as_i64().unwrap();
    assert!((1..=600).contains(&left), "{left}");
    rig.holds_nothing_in_clear(&[], None);
}

#[test]
fn a_cached_key_goes_when_its_time_is_over() {
    let rig = Rig::new("passphrase");
    rig.home.zenml(&["vault", "unlock", PASS[0], PASS[1], "--cache", "1s"]).succeeds();
    let gone = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        rig.get(0).code == Some(1)
    });
    assert!(gone, "the kernel keeps the key for ever");
    assert!(rig.get(0).fails(1).contains("the vault is locked"));
}

#[test]
fn a_passphrase_needs_the_cache_and_somebody_to_say_it() {
    let home = Sandbox::empty();
    home.write(FILE, PASSPHRASE.as_bytes());
    let init = ["vault", "init", "--holder", "passphrase"];
    let off = home.zenml(&[&init[..], &PASS, &["--cache-seconds", "0"]].concat()).fails(1);
    assert!(off.contains("needs the kernel's cache"), "{off}");
    home.write("empty", b"\n");
    let empty = home.zenml(&[&init[..], &["--passphrase-file", "empty"]].concat()).fails(1);
    assert!(empty.contains("there is no passphrase in empty"), "{empty}");
    // A process without a terminal of its own.
    let mut alone = home.command("/usr/bin/setsid");
    let nobody = Output::of(alone.arg("-w").arg(crate::support::sandbox::PLUGIN).args(init)).fails(1);
    assert!(nobody.contains("no terminal") && nobody.contains("--passphrase-file FILE"), "{nobody}");
    // Blocked keyutils, as in a container.
    let mut blocked = home.command("/usr/bin/strace");
    blocked.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=add_key,keyctl:error=EPERM"]);
    let blocked = Output::of(blocked.arg(crate::support::sandbox::PLUGIN).args(init).args(PASS)).fails(1);
    assert!(blocked.contains("does not work here") && blocked.contains("--holder key-file"), "{blocked}");
    assert!(!home.path(".local/share/kubectl-zenml/vault").exists());
}

#[test]
fn a_move_goes_where_it_is_told_to() {
    let rig = Rig::new("passphrase");
    for flags in [&[] as &[&str], &["--cache-seconds", "60"], &PASS] {
        let said = rig.home.zenml(&[&["vault", "move"], flags].concat()).fails(2);
        assert!(said.contains("needs a new holder") && said.contains("vault init --cache-seconds"), "{said}");
    }
    assert!(!rig.state("vault.key").exists());
    rig.opens("as before");
}

#[test]
fn a_key_goes_round_all_holders_and_stays_the_same() {
    let mut rig = Rig::new("key-file");
    let file = rig.state("vault.key");
    let (id, keys) = (rig.status()["key"].clone(), keys_in(&file));
    let go = |rig: &Rig, to: &[&str], cached: bool| {
        rig.home.zenml(&[&["vault", "move"], to].concat()).succeeds();
        let status = rig.status();
        assert_eq!((&status["key"], &status["leftovers"]), (&id, &serde_json::json!([])), "{to:?}");
        assert_eq!(status["state"] == "cached", cached, "{to:?}: {status}");
        rig.opens(&format!("{to:?}"));
        rig.holds_nothing_in_clear(&keys, Some("vault.key"));
    };
    go(&rig, &["--holder", "os"], true);
    assert!(!file.exists());
    go(&rig, &["--holder", "passphrase", "--new-passphrase-file", FILE], true);
    rig.home.write("other", b"another one");
    // A new passphrase is a move too.
    go(&rig, &["--holder", "passphrase", PASS[0], PASS[1], "--new-passphrase-file", "other"], true);
    rig.home.zenml(&["vault", "unlock", PASS[0], PASS[1]]).fails(1);
    go(&rig, &["--holder", "key-file", PASS[0], "other"], false);
    assert_eq!(keys_in(&file), keys);
    // Nothing of the way is left in the keyring or the kernel.
    rig.without_keyring();
    rig.opens("in the key file alone");
    let same = rig.home.zenml(&["vault", "move", "--holder", "key-file"]).fails(1);
    assert!(same.contains("holds the vault's key already"), "{same}");
    rig.home.write("taken", b"precious");
    let taken = rig.home.zenml(&["vault", "move", "--holder", "key-file", "--key-file", "taken"]).fails(1);
    assert!(taken.contains("it exists"), "{taken}");
    let missing = rig.home.zenml(&["vault", "move", "--holder", "os"]).fails(1);
    assert!(missing.contains("there is no keyring"), "{missing}");
    assert_eq!(rig.status()["leftovers"], serde_json::json!([]));
    rig.opens("after moves that failed");
}

#[test]
fn systemd_provides_a_key() {
    let mut rig = Rig::new("key-file");
    let directory = rig.home.path("credentials");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o500)).unwrap();
    let key = fs::read(rig.state("vault.key")).unwrap();
    let credential = rig.home.write("credentials/zenml", &key);
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o400)).unwrap();
    let to = ["vault", "move", "--systemd-credential", "zenml"];
    let outside = rig.home.zenml(&to).fails(1);
    assert!(outside.contains("$CREDENTIALS_DIRECTORY") && outside.contains("systemd-creds encrypt"), "{outside}");
    rig.home.set("CREDENTIALS_DIRECTORY", directory.to_str().unwrap());
    let other = rig.home.write("credentials/other", b"6f6d0d3c-8f6e-4c7e-9a55-0d8b4f3c2a11 AAAA\n");
    rig.home.zenml(&["vault", "move", "--systemd-credential", "other"]).fails(1);
    fs::remove_file(other).unwrap();
    assert!(rig.state("vault.key").exists(), "the only copy of the key");
    rig.home.zenml(&to).succeeds();
    assert!(!rig.state("vault.key").exists());
    rig.opens("from systemd's credential");
    assert_eq!(rig.status()["holder"]["name"], "zenml");
    // One that root keeps and lets the service's user read by an access control list shows the group's bit.
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o440)).unwrap();
    rig.opens("by an access control list");
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o444)).unwrap();
    assert!(rig.get(0).fails(1).contains("others may use"), "mode 444");
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o600)).unwrap();
    // This program cannot give it a new key; whoever provides it can.
    let none = rig.home.zenml(&["vault", "rekey"]).fails(1);
    assert!(none.contains("holds no new key"), "{none}");
    let new = "3b0e2c68-6bd6-4a5b-9c53-0e7d5a3c1f10 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    fs::write(&credential, [new.as_bytes(), &key].concat()).unwrap();
    rig.home.zenml(&["vault", "rekey"]).succeeds();
    fs::write(&credential, new).unwrap();
    rig.opens("under the new key alone");
    assert!(rig.home.zenml(&["vault", "rekey"]).fails(1).contains("holds no new key"));
}

#[test]
fn a_systemd_credential_is_adopted() {
    let mut home = Sandbox::empty();
    let init = ["vault", "init", "--systemd-credential", "zenml"];
    let said = home.zenml(&init).fails(1);
    let make = said.split("make one, as root: `").nth(1).unwrap().split(" | systemd-creds").next().unwrap();
    // The command that the hint names, up to systemd's own part.
    let text = Output::of(home.command("/bin/sh").args(["-c", make])).succeeds();
    let directory = home.write("credentials/zenml", text.as_bytes()).parent().unwrap().to_owned();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    home.set("CREDENTIALS_DIRECTORY", directory.to_str().unwrap());
    home.zenml(&init).succeeds();
    let status = home.zenml(&["vault", "status", "-o", "json"]).json();
    assert_eq!((&status["state"], &status["holder"]["kind"]), (&"available".into(), &"systemd-credential".into()));
    assert!(text.starts_with(status["key"].as_str().unwrap()));
    for name in ["../zenml", "", ".x", "a/b"] {
        home.zenml(&["vault", "init", "--systemd-credential", name]).fails(2);
    }
}

#[test]
fn what_cannot_be_locked_says_so() {
    let rig = Rig::new("os");
    let said = rig.home.zenml(&["vault", "lock"]);
    assert!(said.stderr.contains("The keyring is not locked by this"), "{said}");
    assert_eq!(rig.status()["state"], "available");
    rig.opens("the keyring is open");
    rig.home.zenml(&["vault", "lock"]).succeeds();
    rig.home.zenml(&["vault", "unlock"]).succeeds();
    assert_eq!(rig.status()["state"], "cached");
    rig.home.zenml(&["vault", "move", "--holder", "key-file", "--cache-seconds", "0"]).succeeds();
    let said = rig.home.zenml(&["vault", "lock"]);
    assert!(said.stdout.contains(" unchanged ") && said.stderr.contains("cannot be locked"), "{said}");
    let said = rig.home.zenml(&["vault", "unlock"]);
    assert!(said.stderr.contains("is never locked"), "{said}");
    rig.home.zenml(&["vault", "unlock", "--cache", "5m"]).fails(2);
    rig.home.zenml(&["vault", "move", "--holder", "os"]).succeeds();
    let said = rig.home.zenml(&["vault", "unlock"]);
    assert!(said.stderr.contains("keeps no key of this vault"), "{said}");
    let said = rig.home.zenml(&["vault", "unlock", "--cache", "5m"]).fails(2);
    assert!(said.contains("turned off"), "{said}");
    let said = rig.home.zenml(&["vault", "move", "--holder", "passphrase", "--new-passphrase-file", FILE]).fails(1);
    assert!(said.contains("needs the kernel's cache"), "{said}");
}
