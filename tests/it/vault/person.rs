//! What a person at a terminal is asked.

use super::rig::{PASSPHRASE, Rig};
use crate::support::dialogue::Dialogue;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

#[test]
fn a_passphrase_is_asked_for_and_never_shown() {
    let home = Sandbox::empty();
    let mut terminal = Dialogue::run(&home, "kubectl-zenml vault init --holder passphrase");
    terminal.answer("new passphrase of the vault: ", &format!("{PASSPHRASE}\n"));
    terminal.answer("the same again: ", "something else\n");
    let (code, said) = terminal.end();
    assert!(code == 1 && said.contains("the two passphrases differ") && !said.contains("something"), "{said}");
    let mut terminal = Dialogue::run(&home, "kubectl-zenml vault init --holder passphrase");
    terminal.answer("new passphrase of the vault: ", &format!("{PASSPHRASE}\n"));
    terminal.answer("the same again: ", &format!("{PASSPHRASE}\n"));
    let (code, said) = terminal.end();
    assert!(code == 0 && !said.contains(PASSPHRASE), "{said}");
    home.zenml(&["vault", "lock"]).succeeds();
    let mut terminal = Dialogue::run(&home, "kubectl-zenml vault unlock");
    terminal.answer("passphrase of the vault: ", &format!("{PASSPHRASE}\n"));
    assert_eq!(terminal.end().0, 0);
    assert_eq!(home.zenml(&["vault", "status", "-o", "json"]).json()["state"], "cached");
}

#[test]
fn the_first_register_asks_where_the_key_shall_be() {
    let home = Sandbox::with_kubeconfig("token");
    let mut terminal = Dialogue::run(&home, "kubectl-zenml register one");
    terminal.answer("f, p or q: ", "q");
    let (code, said) = terminal.end();
    assert!(code == 1 && said.contains("nothing was registered"), "{said}");
    assert!(!home.path(".local").exists());
    let mut terminal = Dialogue::run(&home, "kubectl-zenml register one");
    terminal.answer("f, p or q: ", "xf");
    let (code, said) = terminal.end();
    assert!(code == 0 && said.contains("connector/one registered"), "{said}");
    assert_eq!(home.zenml(&["vault", "status", "-o", "json"]).json()["holder"]["kind"], "key-file");
    // From now on nobody is asked.
    let (code, said) = Dialogue::run(&home, "kubectl-zenml register two").end();
    assert!(code == 0 && !said.contains("f, p or q"), "{said}");
}

#[test]
fn the_first_register_can_make_a_passphrase_vault() {
    let home = Sandbox::with_kubeconfig("token");
    let mut terminal = Dialogue::run(&home, "kubectl-zenml register one");
    terminal.answer("f, p or q: ", "p");
    terminal.answer("new passphrase of the vault: ", "p\n");
    terminal.answer("the same again: ", "p\n");
    let (code, said) = terminal.end();
    assert!(code == 0 && said.contains("connector/one registered"), "{said}");
    assert_eq!(home.zenml(&["vault", "status", "-o", "json"]).json()["state"], "cached");
    // A locked vault takes no second one.
    home.zenml(&["vault", "lock"]).succeeds();
    let said = home.zenml(&["register", "two"]).fails(1);
    assert!(said.contains("the vault is locked: run `kubectl zenml vault unlock`"), "{said}");
}

#[test]
fn a_locked_keyring_is_unlocked_by_nobody_but_its_owner() {
    let rig = Rig::new("os");
    let mut lock = rig.home.command("/usr/bin/dbus-send");
    lock.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
    lock.args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/aliases/default"]);
    Output::of(&mut lock).succeeds();
    rig.opens("the kernel has the key");
    rig.home.zenml(&["vault", "lock"]).succeeds();
    assert!(rig.get(0).fails(1).contains("the keyring is locked"));
    assert!(rig.status()["state"]["unavailable"].as_str().unwrap().contains("is locked"));
    assert!(rig.home.zenml(&["vault", "unlock"]).fails(1).contains("the keyring is locked"));
    assert!(rig.home.zenml(&["vault", "destroy", "-y"]).fails(1).contains("nothing was removed"));
    // On a terminal the keyring is told to ask, which nobody can do on this bus.
    let (code, said) = Dialogue::run(&rig.home, "kubectl-zenml vault unlock").end();
    assert!(code == 1 && said.contains("the keyring was not unlocked"), "{said}");
}

#[test]
fn destroy_wants_the_word() {
    let rig = Rig::new("key-file");
    let mut terminal = Dialogue::run(&rig.home, "kubectl-zenml vault destroy");
    terminal.answer("Type destroy to go on: ", "yes\n");
    let (code, said) = terminal.end();
    assert!(code == 1 && said.contains("nothing was destroyed"), "{said}");
    rig.opens("after another word");
    let mut terminal = Dialogue::run(&rig.home, "kubectl-zenml vault destroy");
    terminal.answer("can never be opened again: rig-0, rig-1, rig-2.", "");
    terminal.answer("Type destroy to go on: ", "destroy\n");
    assert_eq!(terminal.end().0, 0);
    assert!(!rig.state("vault").exists());
}
