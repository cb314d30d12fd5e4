//! The kernel's copy of the key: its time is changed, and it is taken away.

use super::rig::{FILE, Rig};
use crate::support::output::Output;
use crate::support::sandbox::PLUGIN;

/// For how many seconds the kernel has the key, whatever `vault.json` says.
fn left(rig: &Rig) -> Option<i64> {
    let end = kubectl_zenml::vault::kernel::expires_at(&rig.vault().settings().key)?;
    Some(end - kubectl_zenml::helper::now())
}

#[test]
fn a_new_time_counts_at_once() {
    let rig = Rig::new("os");
    assert!(left(&rig).is_some_and(|left| left > 3600));
    rig.home.zenml(&["vault", "init", "--cache-seconds", "600"]).succeeds();
    assert!(left(&rig).is_some_and(|left| left <= 600), "{:?}", left(&rig));
    rig.home.zenml(&["vault", "init", "--audit=false"]).succeeds();
    assert!(left(&rig).is_some());
    rig.home.zenml(&["vault", "init", "--cache-seconds", "0"]).succeeds();
    assert_eq!(left(&rig), None);
    rig.opens("from the keyring");
    assert_eq!(left(&rig), None);
}

#[test]
fn a_move_turns_the_cache_off() {
    let rig = Rig::new("passphrase");
    assert!(left(&rig).is_some());
    rig.home.zenml(&["vault", "move", "--holder", "os", "--passphrase-file", FILE, "--cache-seconds", "0"]).succeeds();
    assert_eq!(left(&rig), None);
    rig.opens("from the keyring");
}

#[test]
fn a_passphrase_vault_keeps_its_cache() {
    let rig = Rig::new("passphrase");
    let words = "a vault under a passphrase needs the kernel's cache, and that is turned off";
    let said = rig.home.zenml(&["vault", "init", "--cache-seconds", "0"]).fails(1);
    assert!(said.contains(words) && said.contains("--cache-seconds 28800"), "{said}");
    let again = ["vault", "move", "--holder", "passphrase", "--passphrase-file", FILE, "--new-passphrase-file", FILE];
    let said = rig.home.zenml(&[&again[..], &["--cache-seconds", "0"]].concat()).fails(1);
    assert!(said.contains(words), "{said}");
    rig.opens("as before");
    assert_eq!(rig.status()["cache_seconds"], 28800);
}

#[test]
fn a_kernel_that_does_not_answer_is_not_locked() {
    for holder in ["passphrase", "os"] {
        let rig = Rig::new(holder);
        let mut strace = rig.home.command("/usr/bin/strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=keyctl:error=EPERM"]);
        let said = Output::of(strace.arg(PLUGIN).args(["vault", "lock"]));
        assert!(!said.stdout.contains("locked") && said.stderr.contains("its copy of the key may stay"), "{said}");
        said.fails(1);
        rig.home.zenml(&["vault", "lock"]).succeeds();
        assert_eq!(left(&rig), None);
    }
}

#[test]
fn a_kill_leaves_no_key_without_an_end() {
    let rig = Rig::new("passphrase");
    let unlock = ["vault", "unlock", "--passphrase-file", FILE, "--cache", "1s"];
    let mut killed = 0;
    for call in ["add_key", "keyctl"] {
        for when in 1..10 {
            rig.home.zenml(&["vault", "lock"]).succeeds();
            let mut strace = rig.home.command("/usr/bin/strace");
            strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={call}"));
            strace.arg("-e").arg(format!("inject={call}:signal=SIGKILL:when={when}"));
            if Output::of(strace.arg(PLUGIN).args(unlock)).code.is_some() {
                break;
            }
            killed += 1;
            std::thread::sleep(std::time::Duration::from_millis(2100));
            assert!(rig.get(0).code == Some(1) && left(&rig).is_none(), "killed at {call} {when}");
        }
    }
    assert!(killed > 3, "only {killed} calls: strace sees something else");
}
