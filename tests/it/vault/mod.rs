//! `vault init` and `vault status`; the other verbs and holders in files of their own.

mod cache;
mod destroy;
mod holders;
mod key_files;
mod killed;
mod meanwhile;
mod person;
mod private;
pub mod rig;

use std::os::unix::fs::PermissionsExt;

use crate::support::keyring::Keyring;
use crate::support::sandbox::Sandbox;

#[test]
fn a_key_file_vault_is_private_and_made_once() {
    let home = Sandbox::empty();
    let created = home.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    assert!(created.starts_with("vault/") && created.contains("created (key file "), "{created}");
    for name in ["", "/vault", "/vault/vault.json", "/vault.key"] {
        let path = home.path(&format!(".local/share/kubectl-zenml{name}"));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
    let again = home.zenml(&["vault", "init", "--holder", "key-file"]).fails(1);
    assert!(again.contains("there is a vault already"), "{again}");
    let status = home.zenml(&["vault", "status", "-o", "json"]).json();
    assert_eq!(status["state"], "available");
    assert_eq!(status["holder"]["kind"], "key-file");
}

#[test]
fn an_existing_key_file_is_never_overwritten() {
    let home = Sandbox::empty();
    let file = home.write("my.key", b"precious");
    let refused = home.zenml(&["vault", "init", "--holder", "key-file", "--key-file", "my.key"]).fails(1);
    assert!(refused.contains("cannot create"), "{refused}");
    assert_eq!(std::fs::read(file).unwrap(), b"precious");
    assert!(home.zenml(&["vault", "status"]).fails(1).contains("there is no vault yet"));
}

#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let home = Sandbox::empty();
    home.zenml(&["vault", "init", "--holder", "key-file", "--key-file", "my.key"]).succeeds();
    std::fs::set_permissions(home.path("my.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let status = home.zenml(&["vault", "status"]).succeeds();
    assert!(status.contains("unavailable: others may read"), "{status}");
}

#[test]
fn the_keyring_holds_the_key_and_the_kernel_caches_it() {
    let keyring = Keyring::unlocked();
    let mut home = Sandbox::empty();
    home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    home.zenml(&["vault", "init", "--holder", "os", "--cache-seconds", "60"]).succeeds();
    let status = home.zenml(&["vault", "status", "-o", "json"]).json();
    assert_eq!(status["holder"]["kind"], "os");
    assert_eq!(status["state"], "cached");
    let left = status["cache_seconds_left"].as_i64().unwrap();
    assert!((1..=60).contains(&left), "{status}");
}

#[test]
fn without_the_cache_the_keyring_is_asked() {
    let keyring = Keyring::unlocked();
    let mut home = Sandbox::empty();
    home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    home.zenml(&["vault", "init", "--holder", "os", "--cache-seconds", "0"]).succeeds();
    assert_eq!(home.zenml(&["vault", "status", "-o", "json"]).json()["state"], "available");
    drop(keyring);
    let status = home.zenml(&["vault", "status"]).succeeds();
    assert!(status.contains("unavailable: there is no keyring"), "{status}");
}

#[test]
fn a_locked_or_missing_keyring_makes_no_vault() {
    let keyring = Keyring::locked();
    let mut home = Sandbox::empty();
    home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    let locked = home.zenml(&["vault", "init", "--holder", "os"]).fails(1);
    assert!(locked.contains("the keyring is locked") && locked.contains("--holder key-file"), "{locked}");
    home.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let missing = home.zenml(&["vault", "init", "--holder", "os"]).fails(1);
    assert!(missing.contains("there is no keyring"), "{missing}");
    assert!(!home.path(".local/share/kubectl-zenml/vault").exists());
}
