//! The audit log, `credential audit` and `credential status`.

use std::fs;

use kubectl_zenml::helper::now;
use serde_json::{Value, json};

use crate::support::output::Output;
use crate::support::rig::{ID, Rig, STATE, cloud, cluster, info, minting};
use crate::support::sandbox::{PLUGIN, Sandbox};

const LOG: &str = ".local/share/kubectl-zenml/audit/credentials.jsonl";

fn lines(sandbox: &Sandbox) -> Vec<Value> {
    let text = fs::read_to_string(sandbox.path(LOG)).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A user with the connector `prod`, whose context is the current one.
fn logged_in() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox
}

#[test]
fn each_question_of_kubectl_is_one_line() {
    let sandbox = logged_in();
    let before = lines(&sandbox).len();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    sandbox.kubectl(&["config", "set-cluster", "zenml-prod", "--server=https://127.0.0.1:9"]).succeeds();
    let said = sandbox.kubectl(&["get", "--raw", "/version"]).fails(1);
    assert!(said.contains("bound to another cluster"), "{said}");
    // Whoever asks gets his own text back without what may be a password.
    let cluster = json!({"server": "https://user:canary@x"});
    let info = json!({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "spec": {"cluster": cluster}});
    let mut command = sandbox.command(PLUGIN);
    let asked = command.args(["credential", "get", "prod"]).env("KUBERNETES_EXEC_INFO", info.to_string());
    let refused = Output::of(asked).fails(1);
    assert!(refused.contains("the server is https://x, not") && !refused.contains("canary"), "{refused}");
    let id = sandbox.zenml(&["connector", "describe", "prod", "-o", "jsonpath={.id}"]).succeeds();
    let found = lines(&sandbox);
    let events: Vec<_> = found[before..].iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["hit", "refusal", "refusal"], "{found:?}");
    for line in &found[before..before + 2] {
        assert_eq!((&line["comm"], &line["connector"]), (&json!("kubectl"), &json!(id)), "{line}");
        assert!(line["pid"].as_u64().unwrap() > 1 && line["time"].as_str().unwrap().ends_with('Z'), "{line}");
        assert_eq!(line.as_object().unwrap().len(), 5, "nothing else is kept: {line}");
    }
    for (path, bytes) in sandbox.files().iter().filter(|(path, _)| path.starts_with(sandbox.path(STATE).join("audit")))
    {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(&crate::support::token()) && !text.contains("canary"), "{}", path.display());
    }
}

#[test]
fn the_log_is_shown_as_a_table_and_as_data() {
    let rig = Rig::with_token("s3cret");
    for _ in 0..3 {
        rig.ask().succeeds();
    }
    rig.get(Some(&info("v1", None))).fails(1);
    rig.get(None).fails(1);
    let shown = rig.home.zenml(&["credential", "audit"]).succeeds();
    let rows: Vec<_> = shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(rows[0], ["TIME", "EVENT", "CONNECTOR", "PROCESS", "PID"], "{shown}");
    assert_eq!((rows.len(), rows[1][1], rows[4][1]), (6, "hit", "refusal"), "{shown}");
    assert_eq!((rows[4][2], rows[5][2]), (ID, "<none>"), "the connector is in no registry: {shown}");
    let of = |arguments: &[&str]| {
        let all = [&["credential", "audit", "-o", "json"], arguments].concat();
        rig.home.zenml(&all).json()["items"].as_array().unwrap().len()
    };
    assert_eq!((of(&[]), of(&[ID]), of(&["--tail", "2"]), of(&["--since", "1h"])), (5, 4, 2, 5));
    let text = fs::read_to_string(rig.home.path(LOG)).unwrap().replace("\"time\":\"2", "\"time\":\"1");
    fs::write(rig.home.path(LOG), text).unwrap();
    assert_eq!(of(&["--since", "1h"]), 0);
    let said = rig.home.zenml(&["credential", "audit", "nobody"]).fails(1);
    assert!(said.contains("connector \"nobody\" not found"), "{said}");
}

#[test]
fn one_setting_turns_it_off_and_on() {
    let rig = Rig::with_token("s3cret");
    let said = rig.home.zenml(&["vault", "init", "--audit=false"]).succeeds();
    assert!(said.starts_with("vault/") && said.ends_with(" configured\n"), "{said}");
    rig.ask().succeeds();
    rig.get(None).fails(1);
    assert!(lines(&rig.home).is_empty());
    let said = rig.home.zenml(&["credential", "audit"]);
    assert!(said.stderr.contains("The audit log is off"), "{said}");
    assert_eq!(rig.home.zenml(&["vault", "status", "-o", "json"]).json()["audit"], false);
    rig.home.zenml(&["vault", "init", "--audit"]).succeeds();
    rig.ask().succeeds();
    assert_eq!(lines(&rig.home).len(), 1);
}

#[test]
fn a_new_vault_takes_its_settings_with_it() {
    let home = Sandbox::empty();
    let init =
        ["vault", "init", "--holder", "key-file", "--audit=false", "--deadline", "5s", "--plugin-deadline", "2m"];
    home.zenml(&init).succeeds();
    let status = home.zenml(&["vault", "status", "-o", "json"]).json();
    let seconds = (&status["deadline_seconds"], &status["plugin_deadline_seconds"]);
    assert_eq!((&status["audit"], seconds), (&json!(false), (&json!(5), &json!(120))));
    for (flag, meant) in
        [("--deadline=0s", "1s to 1h"), ("--deadline=1500ms", "1s to 1h"), ("--audit=x", "invalid value")]
    {
        let said = home.zenml(&["vault", "init", flag]).fails(2);
        assert!(said.contains(meant), "{said}");
    }
    let said = home.zenml(&["vault", "init"]).fails(2);
    assert!(said.contains("--holder"), "{said}");
}

#[test]
fn a_process_cannot_write_lines_by_its_name() {
    let rig = Rig::with_token("s3cret");
    let shell = rig.home.path("bin").join("a\"\n\u{1b}[2J");
    fs::copy("/bin/sh", &shell).unwrap();
    let mut command = rig.home.command(&shell);
    command.args(["-c", &format!("zenml-credential get {ID}; true")]);
    let output = command.env("KUBERNETES_EXEC_INFO", info("v1", Some(&cluster()))).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(lines(&rig.home)[0]["comm"], "a\"\n\u{1b}[2J");
    let shown = rig.home.zenml(&["credential", "audit"]).succeeds();
    assert!(shown.lines().count() == 2 && !shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn a_long_log_is_rotated_by_the_plugin() {
    let rig = Rig::with_token("s3cret");
    rig.ask().succeeds();
    let line = fs::read_to_string(rig.home.path(LOG)).unwrap();
    fs::write(rig.home.path(LOG), line.repeat(1024 * 1024 / line.len() + 1)).unwrap();
    rig.ask().succeeds();
    let aside = rig.home.path(&format!("{LOG}.1"));
    assert!(!aside.exists(), "the helper only adds");
    rig.home.zenml(&["vault", "status"]).succeeds();
    assert!(aside.exists() && !rig.home.path(LOG).exists());
    rig.ask().succeeds();
    assert_eq!(lines(&rig.home).len(), 1);
}

#[test]
fn status_tells_end_last_use_and_last_error_without_any_key() {
    let sandbox = logged_in();
    let status = |sandbox: &Sandbox| sandbox.zenml(&["credential", "status", "-o", "json"]).json()["items"][0].take();
    let shown = sandbox.zenml(&["credential", "status"]).succeeds();
    assert!(shown.lines().nth(1).unwrap().starts_with("prod     token    key-file   <none>"), "{shown}");
    for column in ["NAME", "AUTH", "HOLDER", "EXPIRES", "REFRESH AFTER", "LAST USE", "LAST ERROR"] {
        assert!(shown.contains(column), "{shown}");
    }
    let server = |server: &str| sandbox.kubectl(&["config", "set-cluster", "zenml-prod", server]).succeeds();
    server("--server=https://127.0.0.1:9");
    sandbox.kubectl(&["get", "nodes"]).fails(1);
    let refused = status(&sandbox);
    assert!(refused["last_error"]["text"].as_str().unwrap().contains("bound to another cluster"), "{refused}");
    assert_eq!(refused["last_error"]["kind"], "failure");
    fs::remove_file(sandbox.path(&format!("{STATE}/vault.key"))).unwrap();
    assert_eq!(status(&sandbox)["last_error"], refused["last_error"], "no key is needed");
    let id = refused["id"].as_str().unwrap();
    // A use after that settles it.
    let later = kubectl_zenml::execcred::rfc3339(now() + 60);
    let text =
        format!("{{\"time\":\"{later}\",\"event\":\"hit\",\"connector\":\"{id}\",\"pid\":1,\"comm\":\"kubectl\"}}\n");
    fs::write(sandbox.path(LOG), text).unwrap();
    let settled = status(&sandbox);
    assert_eq!((&settled["last_error"], &settled["last_use"]), (&Value::Null, &json!(later)));
    sandbox.zenml(&["connector", "delete", "prod"]).succeeds();
    assert!(!sandbox.path(&format!("{STATE}/audit/last-error/{id}.json")).exists());
}

#[test]
fn a_failed_renewal_stands_until_one_succeeds() {
    let token = crate::support::token();
    let (rig, id) = cloud("Never", "");
    rig.ends(&id, Some(now() + 600), Some(now() - 1));
    let status = || rig.home.zenml(&["credential", "status", "-o", "json"]).json()["items"][0].take();
    // A plugin that repeats what it was given last.
    rig.home.script("cloud-token", &format!("#!/bin/sh\necho 'refused: {token}' >&2; exit 1\n"));
    rig.home.kubectl(&["get", "nodes"]).succeeds();
    let failed = status();
    assert!(failed["last_error"]["text"].as_str().unwrap().contains("refused: [HIDDEN]"), "{failed}");
    assert_eq!(lines(&rig.home).last().unwrap()["event"], "hit");
    rig.home.script("cloud-token", &minting(&token, ""));
    rig.home.command(PLUGIN).args(["credential", "refresh", "cloud"]).output().unwrap();
    assert_eq!(status()["last_error"], Value::Null);
    assert_eq!(lines(&rig.home).last().unwrap()["event"], "refill");
    for (path, bytes) in rig.home.files().iter().filter(|(path, _)| path.starts_with(rig.home.path(STATE))) {
        assert!(!String::from_utf8_lossy(bytes).contains(&token), "{} holds the token", path.display());
    }
}
