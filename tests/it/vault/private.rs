//! Directories that others may get at: of the program's own root, and of the audit log.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use serde_json::Value;

use super::rig::Rig;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The one check of `doctor` whose name begins like this and that is not ok.
#[track_caller]
fn doctor(rig: &Rig, name: &str) -> Value {
    let report: Value = serde_json::from_str(&rig.home.zenml(&["doctor", "-o", "json"]).stdout).unwrap();
    let bad = |check: &&Value| check["name"].as_str().unwrap().starts_with(name) && check["status"] != "ok";
    report["items"].as_array().unwrap().iter().find(bad).cloned().unwrap_or_else(|| panic!("{report:#}"))
}

#[test]
fn a_root_that_others_may_enter_gives_no_credential() {
    let rig = Rig::new("key-file");
    let root = rig.state("").components().collect::<std::path::PathBuf>();
    mode(&root, 0o777);
    assert!(rig.get(0).fails(1).contains("mode 777"));
    assert!(doctor(&rig, "vault")["message"].as_str().unwrap().contains("mode 777"));
    mode(&root, 0o700);
    rig.opens("once it is closed");
    fs::rename(&root, rig.home.path("moved")).unwrap();
    symlink(rig.home.path("moved"), &root).unwrap();
    assert!(rig.get(0).fails(1).contains("not a directory of its own"));
    assert!(doctor(&rig, "vault")["message"].as_str().unwrap().contains("not a directory of its own"));
}

#[test]
fn nothing_is_noted_where_others_may_write() {
    let rig = Rig::new("key-file");
    let audit = rig.state("audit");
    fs::create_dir(&audit).unwrap();
    mode(&audit, 0o777);
    let is_empty = |dir: &Path| fs::read_dir(dir).unwrap().next().is_none();
    let asked = || {
        rig.opens("without a log");
        rig.home.zenml(&["credential", "get", "nobody"]).fails(1);
        rig.home
            .command(crate::support::sandbox::HELPER)
            .args(["get", "nobody"])
            .env("KUBERNETES_EXEC_INFO", "{}")
            .output()
            .unwrap();
    };
    asked();
    assert!(is_empty(&audit));
    assert_eq!(doctor(&rig, "audit")["status"], "warn");
    fs::remove_dir(&audit).unwrap();
    fs::create_dir(rig.home.path("theirs")).unwrap();
    mode(&rig.home.path("theirs"), 0o700);
    symlink(rig.home.path("theirs"), &audit).unwrap();
    asked();
    assert!(is_empty(&rig.home.path("theirs")));
    assert!(doctor(&rig, "audit")["message"].as_str().unwrap().contains("not a directory of its own"));
    fs::remove_file(&audit).unwrap();
    asked();
    assert!(!is_empty(&audit), "a directory of its own is made");
}

#[test]
fn a_log_that_others_may_read_hides_no_connector() {
    let rig = Rig::new("key-file");
    rig.opens("to begin the log");
    mode(&rig.state("audit/credentials.jsonl"), 0o777);
    fs::remove_file(rig.state(&format!("vault/{}.sealed", Rig::id(1)))).unwrap();
    assert!(doctor(&rig, "connector rig-1")["message"].as_str().unwrap().contains("is missing"));
    assert!(doctor(&rig, "audit")["message"].as_str().unwrap().contains("mode 777"));
    fs::write(rig.state(&format!("vault/{}.sealed", Rig::id(1))), b"rubbish").unwrap();
    mode(&rig.state(&format!("vault/{}.sealed", Rig::id(1))), 0o600);
    assert!(doctor(&rig, "connector rig-1")["message"].as_str().unwrap().contains("not a sealed credential"));
}

#[test]
fn doctor_says_what_to_do_about_the_key() {
    let rig = Rig::new("passphrase");
    rig.home.zenml(&["vault", "lock"]).succeeds();
    assert_eq!(doctor(&rig, "key")["fix"], "kubectl zenml vault unlock");
    let rig = Rig::new("os");
    rig.home.zenml(&["vault", "lock"]).succeeds();
    let mut clear = rig.home.command("/usr/bin/secret-tool");
    let clear = clear.args(["clear", "service", "kubectl-zenml", "username"]);
    crate::support::output::Output::of(clear.arg(format!("vault:{}", rig.vault().settings().id))).succeeds();
    let gone = doctor(&rig, "key");
    let fix = gone["fix"].as_str().unwrap();
    assert!(
        fix.contains("deleted") && fix.contains("`kubectl zenml vault destroy`") && !fix.contains("log in"),
        "{gone}"
    );
    fs::write(rig.state("vault/vault.json"), b"{").unwrap();
    let damaged = doctor(&rig, "vault");
    let fix = damaged["fix"].as_str().unwrap();
    assert!(fix.contains("from a backup") && fix.contains("register"), "{damaged}");
}
