//! The helper is never in the way: what hangs, is full, is killed or stops listening.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::keyring::Keyring;
use crate::support::output::Output;
use crate::support::rig::{ID, Rig, STATE, answer, cluster, info, minting};
use crate::support::sandbox::{HELPER, Sandbox};
use kubectl_zenml::vault::content::Credential;

/// The helper as a process that goes on.
fn start(rig: &Rig) -> Child {
    let mut command = rig.home.command(HELPER);
    command.args(["get", ID]).env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster())));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the plugin has written its process id.
fn plugin_pid(rig: &Rig) -> String {
    for _ in 0..600 {
        match fs::read_to_string(rig.home.path("pid")) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    panic!("the plugin was not run");
}

fn is_gone(pid: &str) -> bool {
    (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !Path::new("/proc").join(pid).exists()
    })
}

/// Nothing half-written is left in the vault.
fn assert_tidy(rig: &Rig) {
    for (path, _) in rig.home.files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.starts_with(".new-"), "{} is left", path.display());
    }
    rig.vault.sealed(ID).unwrap().unwrap();
}

#[test]
fn a_hanging_plugin_is_ended_at_the_deadline() {
    let rig = Rig::with_plugin("#!/bin/sh\necho $$ >\"$HOME/pid\"\nexec sleep 1000\n");
    rig.home.zenml(&["vault", "init", "--plugin-deadline", "1s"]).succeeds();
    let said = rig.ask().fails(5);
    assert!(said.contains("did not answer within 1 s"), "{said}");
    assert!(is_gone(&plugin_pid(&rig)), "the plugin goes on");
    assert_tidy(&rig);
}

#[test]
fn a_stopped_process_with_the_lock_holds_nobody_up_for_ever() {
    let rig = Rig::with_plugin("#!/bin/sh\necho $$ >\"$HOME/pid\"\nkill -STOP $PPID\nexec sleep 1000\n");
    rig.home.zenml(&["vault", "init", "--plugin-deadline", "1s"]).succeeds();
    let mut stopped = start(&rig);
    let plugin = plugin_pid(&rig);
    let said = rig.ask().fails(5);
    assert!(said.contains("another process has been renewing"), "{said}");
    // One whose credential is still good does not even wait.
    let end = kubectl_zenml::helper::now() + 600;
    rig.ends(ID, Some(end), Some(1));
    let said = rig.ask();
    assert!(said.stderr.is_empty(), "{said}");
    assert_eq!(said.json()["status"]["token"], "stale");
    // The lock goes with its process.
    stopped.kill().unwrap();
    stopped.wait().unwrap();
    Command::new("kill").args(["-9", &plugin]).status().unwrap();
    rig.home.script("cloud-token", &minting("minted", ""));
    assert_eq!(rig.ask().json()["status"]["token"], "minted");
    assert_tidy(&rig);
}

#[test]
fn a_keyring_that_never_answers_is_given_up() {
    let keyring = Keyring::unlocked();
    let mut home = Sandbox::empty();
    home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    home.zenml(&["vault", "init", "--holder", "os", "--cache-seconds", "60"]).succeeds();
    let mut rig = Rig::of(home);
    rig.seal(&rig.header(), Credential::Token { answer: answer("s3cret") });
    rig.home.zenml(&["vault", "init", "--cache-seconds", "0"]).succeeds();
    assert_eq!(rig.ask().json()["status"]["token"], "s3cret");
    let socket = rig.home.path("bus");
    let _silent = UnixListener::bind(&socket).unwrap();
    rig.home.set("DBUS_SESSION_BUS_ADDRESS", &format!("unix:path={}", socket.display()));
    let said = rig.ask().fails(5);
    assert!(said.contains("did not answer within 2 s"), "{said}");
}

#[test]
fn a_locked_keyring_asks_nobody_also_where_there_is_a_display() {
    let keyring = Keyring::unlocked();
    let mut home = Sandbox::empty();
    home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    home.set("DISPLAY", ":99");
    home.zenml(&["vault", "init", "--holder", "os", "--cache-seconds", "60"]).succeeds();
    let rig = Rig::of(home);
    rig.seal(&rig.header(), Credential::Token { answer: answer("s3cret") });
    rig.home.zenml(&["vault", "init", "--cache-seconds", "0"]).succeeds();
    let lock = ["--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"];
    let method = "org.freedesktop.Secret.Service.Lock";
    let mut command = rig.home.command("/usr/bin/dbus-send");
    command.arg(format!("--bus={}", keyring.address())).args(lock).arg(method);
    Output::of(command.arg("array:objpath:/org/freedesktop/secrets/aliases/default")).succeeds();
    let said = rig.ask().fails(1);
    assert!(said.contains("the keyring is locked") && said.contains("hint: "), "{said}");
    let kept = rig.home.path(&format!("{STATE}/audit/last-error/{ID}.json"));
    assert!(fs::read_to_string(kept).unwrap().contains("the keyring is locked"));
}

#[test]
fn a_killed_client_leaves_no_lock_and_no_half_written_file() {
    let rig = Rig::with_plugin("#!/bin/sh\necho $$ >\"$HOME/pid\"\nexec sleep 1000\n");
    let mut killed = start(&rig);
    let plugin = plugin_pid(&rig);
    killed.kill().unwrap();
    killed.wait().unwrap();
    rig.home.script("cloud-token", &minting("minted", ""));
    assert_eq!(rig.ask().json()["status"]["token"], "minted");
    Command::new("kill").args(["-9", &plugin]).status().unwrap();
    assert_tidy(&rig);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    for rig in [Rig::with_token("s3cret"), Rig::with_plugin(&minting("minted", ""))] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = rig.home.command(HELPER);
        command.args(["get", ID]).env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster())));
        let ended = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let ended = ended.wait_with_output().unwrap();
        assert!(ended.status.code().is_some(), "{ended:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}

#[test]
fn a_full_or_read_only_disk_keeps_no_credential_back() {
    let full = format!("cat /dev/zero >{STATE}/filler 2>/dev/null || true");
    for obstacle in [full, format!("mount -o remount,ro {STATE}")] {
        let rig = Rig::with_plugin(&minting("minted", ""));
        // A mount that goes with the last process that sees it.
        let script = format!(
            "set -e; cp -a {STATE} saved; mount -t tmpfs -o size=128k,mode=700 tmpfs {STATE}; cp -a saved/. {STATE}
            {obstacle}
            zenml-credential get {ID}
            cmp saved/vault/{ID}.sealed {STATE}/vault/{ID}.sealed
            ls -AR {STATE} >left"
        );
        let mut command = rig.home.command("/usr/bin/unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
        let said = Output::of(command.env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster()))));
        assert!(said.stderr.contains("cannot be kept"), "{said}");
        assert_eq!(said.json()["status"]["token"], "minted");
        let left = fs::read_to_string(rig.home.path("left")).unwrap();
        assert!(!left.contains(".new-") && left.contains("vault.json"), "{left}");
    }
}

#[test]
fn pipes_and_links_in_the_place_of_files_hold_nobody_up() {
    let rig = Rig::with_token("s3cret");
    rig.ask().succeeds();
    let (log, target) = (rig.home.path(&format!("{STATE}/audit/credentials.jsonl")), rig.home.path("target"));
    fs::remove_file(&log).unwrap();
    make_pipe(&log);
    rig.ask().succeeds();
    fs::remove_file(&log).unwrap();
    std::os::unix::fs::symlink(&target, &log).unwrap();
    rig.ask().succeeds();
    assert!(!target.exists(), "the link was followed");
    let sealed = rig.home.path(&format!("{STATE}/vault/{ID}.sealed"));
    fs::remove_file(&sealed).unwrap();
    make_pipe(&sealed);
    let said = rig.ask().fails(1);
    assert!(said.contains("is not a file of ours"), "{said}");
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}
