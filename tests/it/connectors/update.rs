//! `connector update`, `connector rename`, and what `describe` shows of it.

use std::fs;

use serde_json::{Value, json};

use super::{STATE, described, elsewhere, logged_in};
use crate::support::dialogue::Dialogue;
use crate::support::namespace::Namespace;
use crate::support::rig::minting;
use crate::support::sandbox::Sandbox;
use crate::support::{cluster, token};

fn update(sandbox: &Sandbox, flags: &[&str]) -> String {
    let said = sandbox.zenml(&[&["connector", "update", "prod"], flags].concat());
    let text = said.stderr.clone();
    assert_eq!(said.succeeds(), "connector/prod updated\n", "{text}");
    text
}

/// Who the API server says that kubectl is.
#[track_caller]
fn who(sandbox: &Sandbox) -> String {
    let review = sandbox.kubectl(&["auth", "whoami", "-o", "json"]).json();
    review["status"]["userInfo"]["username"].as_str().unwrap().to_owned()
}

/// The files of the cluster's certificate user.
fn certificate() -> [String; 4] {
    let file = |ending: &str| cluster().join(format!("kubeconfig/rig-cert-user.{ending}")).display().to_string();
    ["--client-certificate".into(), file("crt"), "--client-key".into(), file("key")]
}

#[test]
fn the_old_secret_stays_until_the_new_one_was_tried() {
    let sandbox = logged_in();
    let before = described(&sandbox, "prod");
    sandbox.write("wrong", b"wrong");
    let said = sandbox.zenml(&["connector", "update", "prod", "--token", "@wrong"]).fails(1);
    assert!(said.contains("does not accept this credential") && said.contains("nothing was changed"), "{said}");
    let said = sandbox.zenml(&["connector", "update", "prod", "--server", "https://127.0.0.1:1"]).fails(1);
    assert!(said.contains("was refused"), "{said}");
    assert_eq!((described(&sandbox, "prod"), who(&sandbox)), (before, "rig-token-user".to_owned()));
    sandbox.zenml(&["connector", "update", "prod", "--token", "@wrong", "--no-verify"]).succeeds();
    sandbox.kubectl(&["get", "nodes"]).fails(1);
    sandbox.write("right", token().as_bytes());
    let said = update(&sandbox, &["--token", "@right"]);
    assert!(said.contains("rig-token-user"), "{said}");
    assert_eq!(who(&sandbox), "rig-token-user");
    let wasted: Vec<_> =
        sandbox.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "next")).collect();
    assert!(wasted.is_empty(), "{wasted:?}");
}

#[test]
fn the_method_may_change_and_logins_follow() {
    let sandbox = logged_in();
    let certificate = certificate();
    update(&sandbox, &[&certificate.each_ref().map(String::as_str)[..], &["--remove-attr", "token"]].concat());
    assert_eq!(who(&sandbox), "rig-cert-user");
    let held = described(&sandbox, "prod");
    assert_eq!((&held["auth_method"], &held["configuration"]["token"]), (&json!("token"), &Value::Null));
    assert!(held["expires_at"].is_string(), "the certificate's end: {held:#}");
    sandbox.write("token", token().as_bytes());
    update(&sandbox, &[&certificate.each_ref().map(String::as_str)[..], &["--token", "@token"]].concat());
    let held = described(&sandbox, "prod");
    assert_eq!(
        (&held["configuration"]["token"], &held["configuration"]["client_key"]),
        (&json!("[HIDDEN]"), &json!("[HIDDEN]"))
    );
    update(&sandbox, &["--remove-attr", "client_certificate"]);
    assert_eq!((who(&sandbox).as_str(), &described(&sandbox, "prod")["expires_at"]), ("rig-token-user", &Value::Null));
    let said = sandbox.zenml(&["connector", "update", "prod", "--remove-attr", "token"]).fails(2);
    assert!(said.contains("nothing would be left"), "{said}");
    sandbox.script("cloud-token", &minting(&token(), ""));
    update(&sandbox, &["--exec-command", "cloud-token", "--exec-arg", "--secret-argument"]);
    assert_eq!(
        (who(&sandbox).as_str(), &described(&sandbox, "prod")["auth_method"]),
        ("rig-token-user", &json!("exec"))
    );
    let file = sandbox.path("token").display().to_string();
    update(&sandbox, &["--token-file", &file]);
    assert_eq!(
        (who(&sandbox).as_str(), &described(&sandbox, "prod")["auth_method"]),
        ("rig-token-user", &json!("token-file"))
    );
}

#[test]
fn a_service_accounts_tokens_get_another_life_and_the_base_comes_back() {
    let sandbox = logged_in();
    let namespace = Namespace::new("update");
    namespace.kubectl(&["create", "serviceaccount", "bot"]).succeeds();
    let account = format!("{}/bot", namespace.name());
    let said = sandbox.zenml(&["connector", "update", "prod", "--expiration-seconds", "1h"]).fails(2);
    assert!(said.contains("--service-account"), "{said}");
    update(&sandbox, &["--service-account", &account]);
    assert_eq!(who(&sandbox), format!("system:serviceaccount:{}:bot", namespace.name()));
    update(&sandbox, &["--expiration-seconds", "2h"]);
    let held = described(&sandbox, "prod");
    assert_eq!((&held["auth_method"], &held["expiration_seconds"]), (&json!("service-account"), &json!(7200)));
    update(&sandbox, &["--remove-attr", "service_account"]);
    assert_eq!(
        (who(&sandbox).as_str(), &described(&sandbox, "prod")["auth_method"]),
        ("rig-token-user", &json!("token"))
    );
}

#[test]
fn a_token_takes_the_place_of_a_certificate_and_is_tried() {
    let sandbox = Sandbox::with_vault("cert");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let before = described(&sandbox, "prod");
    sandbox.write("wrong", b"wrong");
    let said = sandbox.zenml(&["connector", "update", "prod", "--token", "@wrong"]).fails(1);
    assert!(said.contains("does not accept this credential"), "{said}");
    assert_eq!(described(&sandbox, "prod"), before);
    sandbox.write("right", format!("{}\n", token()).as_bytes());
    let said = update(&sandbox, &["--token", "@right"]);
    assert!(said.contains("rig-token-user") && said.contains("its client certificate is forgotten"), "{said}");
    // The end that somebody named is the credential's, whatever else changes.
    update(&sandbox, &["--expires-at", "2100-01-01"]);
    update(&sandbox, &["--tls-server-name", "kubernetes"]);
    assert_eq!(described(&sandbox, "prod")["expires_at"], "2100-01-01T00:00:00Z");
    // Whoever replaces the file may end it with a new line.
    let said = update(&sandbox, &["--token-file", "right"]);
    assert!(said.contains("rig-token-user"), "{said}");
    assert_eq!(described(&sandbox, "prod")["expires_at"], Value::Null);
    let file = sandbox.path("right");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"] = json!({"tokenFile": file}));
    sandbox.zenml(&["run", "list", "-A", "--context", "rig-cert"]).succeeds();
}

#[test]
fn names_labels_and_dates_ask_no_cluster_and_every_optional_field_can_be_cleared() {
    let sandbox = Sandbox::with_vault("token");
    let dead = elsewhere(&sandbox, "https://127.0.0.1:1");
    sandbox.zenml(&["register", "prod", "--no-verify", "--kubeconfig", &dead, "--label", "a=1"]).succeeds();
    update(&sandbox, &["--description", "mine", "--label", "env=prod", "--label", "a-", "--label", "empty="]);
    update(&sandbox, &["--expires-at", "2100-01-01 00:00:00", "--expires-skew-tolerance", "10m", "-n", "work"]);
    let held = described(&sandbox, "prod");
    assert_eq!((&held["labels"], &held["description"]), (&json!({"env": "prod", "empty": ""}), &json!("mine")));
    assert_eq!((&held["expires_at"], &held["expires_skew_tolerance"]), (&json!("2100-01-01T00:00:00Z"), &json!(600)));
    assert_eq!(held["configuration"]["namespace"], "work");
    let text = sandbox.zenml(&["connector", "describe", "prod"]).succeeds();
    for row in [
        "Secret ID:",
        "Session Duration:",
        "Expires Skew Tolerance:   600s",
        "env:     prod",
        "Owner:",
        "Shared:",
        "Created At:",
    ] {
        assert!(text.contains(row), "{row}: {text}");
    }
    let all = ["description", "labels", "expires-at", "expires_skew_tolerance", "namespace"];
    let flags: Vec<_> = all.iter().flat_map(|field| ["--remove-attr", field]).collect();
    update(&sandbox, &flags);
    let held = described(&sandbox, "prod");
    for field in ["description", "expires_at", "expires_skew_tolerance"] {
        assert_eq!(held[field], Value::Null, "{field}");
    }
    assert_eq!((&held["labels"], &held["configuration"]["namespace"]), (&json!({}), &Value::Null));
    update(
        &sandbox,
        &[
            "--as",
            "jane",
            "--as-group",
            "dev",
            "--tls-server-name",
            "kubernetes",
            "--proxy-url",
            "http://proxy:1",
            "--no-verify",
        ],
    );
    let flags = [
        "--remove-attr",
        "as",
        "--remove-attr",
        "tls-server-name",
        "--remove-attr",
        "proxy_url",
        "--remove-attr",
        "certificate_authority",
    ];
    update(&sandbox, &[&flags[..], &["--no-verify"]].concat());
    let held = described(&sandbox, "prod")["configuration"].clone();
    for field in ["impersonation", "tls_server_name", "proxy_url", "certificate_authority"] {
        assert_eq!(held[field], Value::Null, "{field}");
    }
    update(&sandbox, &["--insecure-skip-tls-verify", "--no-verify"]);
    assert_eq!(described(&sandbox, "prod")["configuration"]["insecure"], true);
    update(&sandbox, &["--remove-attr", "insecure", "--no-verify"]);
    assert_eq!(described(&sandbox, "prod")["configuration"]["insecure"], false);
}

#[test]
fn mistakes_have_one_error_and_change_nothing() {
    let sandbox = logged_in();
    sandbox.zenml(&["register", "other", "--no-verify", "--context", "rig-token"]).succeeds();
    sandbox.write("token", token().as_bytes());
    let before = described(&sandbox, "prod");
    for (flags, code, words) in [
        (&["--name", "other"][..], 1, "exists already"),
        (&["--name", "Not Good"], 2, "is not a valid name"),
        (&["--label", "x"], 2, "KEY- to remove it"),
        (&["--label", "*bad=x"], 2, "key of a label"),
        (&["--remove-attr", "expire_at"], 2, "did you mean expires-at"),
        (&["--remove-attr", "server"], 2, "no connector can do without it"),
        (&["--remove-attr", "exec-env"], 2, "no exec plugin"),
        (&["--expires-at", "2001-01-01"], 2, "in the past"),
        (&["--expires-at", "tomorrow"], 2, "write a date"),
        (&["--token-file", "token", "--expires-at", "2100-01-01"], 2, "renews the credential"),
        (&["--token-file", "token", "--expires-skew-tolerance", "60"], 2, "read each time"),
        (&["--context", "rig-token"], 2, "--auto-configure"),
        (&["--auto-configure"], 1, "name the cluster's own context with --context"),
        (&["--token=s3cret"], 2, "is not taken on the command line"),
    ] {
        let said = sandbox.zenml(&[&["connector", "update", "prod"], flags].concat()).fails(code);
        assert!(said.contains(words) && !said.contains("s3cret"), "{flags:?}: {said}");
    }
    let said = sandbox.zenml(&["connector", "update", "prod", "--label", "a=b", "--dry-run"]).succeeds();
    assert_eq!(said, "connector/prod updated (dry run)\n");
    assert_eq!(sandbox.zenml(&["connector", "update", "prod"]).succeeds(), "connector/prod unchanged\n");
    assert_eq!(described(&sandbox, "prod"), before);
    sandbox.zenml(&["connector", "update", "gone", "--label", "a=b"]).fails(1);
}

#[test]
fn a_cluster_that_was_made_anew_is_taken_again_and_the_logins_that_differ_are_named() {
    let sandbox = Sandbox::with_vault("token");
    let dead = elsewhere(&sandbox, "https://127.0.0.1:1");
    sandbox.zenml(&["register", "prod", "--no-verify", "--kubeconfig", &dead]).succeeds();
    sandbox.zenml(&["login", "prod"]).succeeds();
    let said = sandbox.zenml(&["verify", "prod"]).fails(1);
    assert!(said.contains("connector update prod --auto-configure"), "{said}");
    let said = update(&sandbox, &["--auto-configure", "--context", "rig-token"]);
    assert!(said.contains("it goes to another server now: "), "{said}");
    assert!(said.contains("context \"zenml-prod\" no longer fits: the server is https://127.0.0.1:1"), "{said}");
    assert!(said.contains("kubectl zenml login prod"), "{said}");
    sandbox.kubectl(&["--context", "zenml-prod", "get", "nodes"]).fails(1);
    let said = sandbox.zenml(&["login", "prod", "--set-current"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(who(&sandbox), "rig-token-user");
    assert!(!update(&sandbox, &["--auto-configure", "--context", "rig-token"]).contains("no longer fits"));
    let said = update(&sandbox, &["--namespace", "work"]);
    assert!(said.contains("the namespace is none, not work"), "{said}");
}

#[test]
fn an_edited_record_sends_nothing_elsewhere() {
    let sandbox = logged_in();
    let id = described(&sandbox, "prod")["id"].as_str().unwrap().to_owned();
    let path = sandbox.path(&format!("{STATE}/connectors/{id}.json"));
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let server = record["configuration"]["server"].take();
    record["configuration"]["server"] = json!("https://127.0.0.1:9");
    fs::write(&path, record.to_string()).unwrap();
    for flags in [&["--as", "jane"][..], &["--expires-at", "2100-01-01"], &["--tls-server-name", "x", "--no-verify"]] {
        let said = sandbox.zenml(&[&["connector", "update", "prod"], flags].concat()).fails(1);
        assert!(said.contains("bound to another cluster"), "{flags:?}: {said}");
    }
    // A context says everything anew.
    update(&sandbox, &["--auto-configure", "--context", "rig-token"]);
    assert_eq!(
        (&described(&sandbox, "prod")["configuration"]["server"], who(&sandbox).as_str()),
        (&server, "rig-token-user")
    );
}

#[test]
fn a_new_name_changes_no_login() {
    let sandbox = logged_in();
    let id = described(&sandbox, "prod")["id"].clone();
    let said = sandbox.zenml(&["connector", "rename", "prod", "live"]);
    assert!(
        said.stderr.contains("zenml-prod goes on working") && said.stderr.contains("kubectl zenml logout live"),
        "{said}"
    );
    assert_eq!(said.succeeds(), "connector/prod renamed to live\n");
    assert_eq!((&described(&sandbox, "live")["id"], who(&sandbox).as_str()), (&id, "rig-token-user"));
    sandbox.zenml(&["connector", "describe", "prod"]).fails(1);
    assert_eq!(sandbox.zenml(&["connector", "rename", "live", "live"]).succeeds(), "connector/live unchanged\n");
    sandbox.zenml(&["register", "taken", "--no-verify", "--context", "rig-token"]).succeeds();
    assert!(sandbox.zenml(&["connector", "rename", "live", "taken"]).fails(1).contains("\"taken-2\" is free"));
    assert!(sandbox.zenml(&["connector", "rename", "live", "No Good"]).fails(2).contains("not a valid name"));
    sandbox.zenml(&["logout", "live"]).succeeds();
    sandbox.zenml(&["login", "live", "--set-current"]).succeeds();
    assert!(fs::read_to_string(sandbox.path(".kube/config")).unwrap().contains("current-context: zenml-live"));
    assert_eq!(who(&sandbox), "rig-token-user");
    let said = sandbox.zenml(&["connector", "update", "live", "--name", "prod"]);
    assert!(said.stderr.contains("zenml-live goes on working"), "{said}");
}

#[test]
fn secrets_are_shown_to_who_insists() {
    let sandbox = Sandbox::with_vault("cert");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let words = ["connector", "describe", "prod", "--show-secrets"];
    let said = sandbox.zenml(&words).fails(1);
    assert!(said.contains("--yes"), "{said}");
    let shown = sandbox.zenml(&[&words[..], &["--yes", "-o", "json"]].concat()).json();
    let key = shown["configuration"]["client_key"].as_str().unwrap();
    assert!(key.starts_with("-----BEGIN") && key.contains("PRIVATE KEY"), "{}", key.len());
    assert_eq!(described(&sandbox, "prod")["configuration"]["client_key"], "[HIDDEN]");
    let command = format!("kubectl-zenml {}", words.join(" "));
    let mut person = Dialogue::run(&sandbox, &command);
    person.answer("on this screen? [y/N]", "n\r");
    let (code, screen) = person.end();
    assert!(code == 1 && !screen.contains("PRIVATE KEY"), "{screen}");
    let mut person = Dialogue::run(&sandbox, &command);
    person.answer("on this screen? [y/N]", "y\r");
    let (code, screen) = person.end();
    assert!(code == 0 && screen.contains("PRIVATE KEY"), "{screen}");
    sandbox.script("cloud-token", &minting(&token(), ""));
    let flags = ["--exec-command", "cloud-token", "--exec-arg", "hush", "--exec-env", "PROFILE=p1"];
    sandbox.zenml(&[&["connector", "update", "prod"], &flags[..]].concat()).succeeds();
    let text = sandbox.zenml(&[&words[..], &["--yes"]].concat()).succeeds();
    assert!(text.contains("hush") && text.contains("p1"), "{text}");
}
