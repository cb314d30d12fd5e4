//! What was refused, and what is kept of the reason: `audit/last-error`.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use kubectl_zenml::vault::content::Credential;
use kubectl_zenml::vault::header::Header;
use serde_json::Value;

use crate::support::output::Output;
use crate::support::rig::{ID, Rig, STATE, cluster, info};
use crate::support::sandbox::{HELPER, PLUGIN, Sandbox};

fn events(rig: &Rig) -> Vec<String> {
    let text = fs::read_to_string(rig.home.path(&format!("{STATE}/audit/credentials.jsonl"))).unwrap_or_default();
    let event = |line: &str| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().to_owned();
    text.lines().map(event).collect()
}

fn file(rig: &Rig) -> PathBuf {
    rig.home.path(&format!("{STATE}/audit/last-error/{ID}.json"))
}

fn last_error(rig: &Rig) -> String {
    fs::read_to_string(file(rig)).unwrap_or_default()
}

#[test]
fn a_token_file_that_cannot_be_read_is_a_refusal() {
    let rig = Rig::new();
    let path = rig.home.write("token", b"s3cret");
    let header = Header { auth_method: "token-file".into(), ..rig.header() };
    rig.seal(&header, Credential::TokenFile { path: path.clone() });
    rig.ask().succeeds();
    fs::remove_file(&path).unwrap();
    rig.ask().fails(1);
    assert_eq!(events(&rig), ["hit", "refusal"]);
    assert!(last_error(&rig).contains("cannot read the token file"), "{}", last_error(&rig));
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    rig.ask().fails(1);
    assert!(last_error(&rig).contains("no plain file"), "{}", last_error(&rig));
    let mut command = rig.home.command(PLUGIN);
    command.args(["credential", "refill", ID]).env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster())));
    Output::of(&mut command).fails(1);
    assert_eq!(events(&rig), ["hit", "refusal", "refusal", "refusal"]);
}

#[test]
fn an_answer_that_cannot_be_written_is_a_refusal() {
    let rig = Rig::with_token("s3cret");
    for (program, arguments) in [(HELPER, &["get", ID][..]), (PLUGIN, &["credential", "refill", ID])] {
        let mut command = rig.home.command(program);
        command.args(arguments).env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster())));
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ended = command.stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(ended.code(), Some(1));
        assert!(last_error(&rig).contains("cannot write the credential"), "{}", last_error(&rig));
        fs::remove_file(file(&rig)).unwrap();
    }
    assert_eq!(events(&rig), ["hit", "refusal", "hit", "refusal"]);
}

#[test]
fn little_is_kept_of_what_a_plugin_writes() {
    let rig = Rig::with_plugin(
        "#!/bin/sh\nhead -c 50000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the end >&2; exit 1\n",
    );
    let said = rig.ask().fails(1);
    assert!(said.contains("the end") && said.len() < 2000, "{} bytes", said.len());
    for file in [file(&rig), rig.vault.lock_path(ID)] {
        assert!(fs::metadata(&file).unwrap().len() < 10_000, "{}", file.display());
    }
    let rig = Rig::with_plugin("#!/bin/sh\nexec yes\n");
    let said = rig.ask().fails(1);
    assert!(said.contains("printed too much"), "{said}");
}

#[test]
fn a_link_in_place_of_its_directory_is_not_followed() {
    let rig = Rig::with_token("s3cret");
    rig.ask().succeeds();
    let elsewhere = rig.home.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, rig.home.path(&format!("{STATE}/audit/last-error"))).unwrap();
    rig.get(Some(&info("v1", None))).fails(1);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "the link was followed");
}

#[test]
fn a_log_that_others_may_read_does_not_hide_the_status() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let log = sandbox.write(&format!("{STATE}/audit/credentials.jsonl"), b"");
    fs::set_permissions(&log, fs::Permissions::from_mode(0o644)).unwrap();
    let status = sandbox.zenml(&["credential", "status", "-o", "json"]);
    assert!(status.stderr.contains("the last uses are not known: others may read"), "{status}");
    assert_eq!(status.json()["items"][0]["last_use"], Value::Null);
}

#[test]
fn a_connector_deleted_while_it_is_renewed_leaves_none() {
    let rig = Rig::with_plugin(&format!("#!/bin/sh\nrm \"$HOME/{STATE}/vault/{ID}.sealed\"; exit 1\n"));
    rig.ask().fails(1);
    assert_eq!(events(&rig), ["refusal"]);
    assert!(!file(&rig).exists(), "{}", last_error(&rig));
}

#[test]
fn no_piece_of_a_wrong_question_is_repeated() {
    let rig = Rig::with_token("s3cret");
    let info = info("v1", None).replace("false", "\"yesSECRETTEXT\"");
    let said = rig.get(Some(&info)).fails(1);
    assert!(said.contains("is wrong at line 1 column") && !said.contains("SECRETTEXT"), "{said}");
    let named = rig.home.zenml(&["credential", "audit", "-o", "name"]).succeeds();
    assert_eq!(named, "", "no connector is known");
}

#[test]
fn a_vault_that_cannot_be_opened_leaves_the_reason() {
    let rig = Rig::with_token("s3cret");
    crate::vault::rig::record(&rig.home, ID, "prod");
    let settings = rig.home.path(&format!("{STATE}/vault/vault.json"));
    fs::set_permissions(&settings, fs::Permissions::from_mode(0o644)).unwrap();
    let mut refill = rig.home.command(PLUGIN);
    refill.args(["credential", "refill", ID]).env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster())));
    for ask in [&mut || rig.ask(), &mut || Output::of(&mut refill)] as [&mut dyn FnMut() -> Output; 2] {
        assert!(ask().fails(1).contains("others may read"));
        assert!(last_error(&rig).contains("others may read"), "{}", last_error(&rig));
        fs::remove_file(file(&rig)).unwrap();
    }
    rig.ask().fails(1);
    assert!(events(&rig).is_empty(), "whether a log is wanted is not known");
    let status = rig.home.zenml(&["credential", "status", "-o", "json"]);
    assert!(status.stderr.contains("the vault cannot be opened: others may read"), "{status}");
    let status = status.json();
    assert!(status["items"][0]["last_error"]["text"].as_str().unwrap().contains("others may read"), "{status}");
    rig.home.zenml(&["credential", "audit"]).succeeds();
    // Nobody else's directory is written to.
    fs::remove_file(file(&rig)).unwrap();
    fs::set_permissions(rig.home.path(STATE), fs::Permissions::from_mode(0o755)).unwrap();
    rig.ask().fails(1);
    assert!(!file(&rig).exists());
}
