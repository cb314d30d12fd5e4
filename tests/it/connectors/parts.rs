//! `connector update` of a part: what is not named stays, and what somebody may not have meant to change is said.

use std::fs;

use serde_json::{Value, json};

use super::{described, logged_in};
use crate::support::dialogue::Dialogue;
use crate::support::sandbox::Sandbox;
use crate::support::{cluster, token};

/// Hands out the token in `current`, and notes what it was given.
const NOTES: &str = r#"#!/bin/sh
echo "$* A=$A B=$B $(echo "$KUBERNETES_EXEC_INFO" | tr -d ' \n' | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')" >"$HOME/asked"
printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"%s"}}' \
    "$(echo "$KUBERNETES_EXEC_INFO" | tr -d ' \n' | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')" "$(cat "$HOME/current")"
"#;
const V1: &str = "client.authentication.k8s.io/v1";
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

fn with_plugin() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.script("cloud-token", NOTES);
    sandbox.write("current", token().as_bytes());
    let flags = ["--exec-command", "cloud-token", "--exec-arg", "get", "--exec-env", "A=1", "--exec-env", "B=2"];
    sandbox.zenml(&[&["register", "prod"][..], &flags].concat()).succeeds();
    sandbox
}

/// Changes it, and gives what is said of that, and what the plugin was given then.
#[track_caller]
fn update(sandbox: &Sandbox, flags: &[&str]) -> (String, String) {
    update_of(sandbox, "prod", flags)
}

#[track_caller]
fn update_of(sandbox: &Sandbox, connector: &str, flags: &[&str]) -> (String, String) {
    let said = sandbox.zenml(&[&["connector", "update", connector], flags].concat());
    assert_eq!(said.code, Some(0), "{flags:?}: {said}");
    (said.stderr, fs::read_to_string(sandbox.path("asked")).unwrap_or_default().trim().to_owned())
}

#[test]
fn one_part_of_a_plugin_leaves_the_others() {
    let sandbox = with_plugin();
    let given = |flags: &[&str]| update(&sandbox, flags).1;
    assert_eq!(given(&["--exec-arg", "get", "--exec-arg=--region=eu"]), format!("get --region=eu A=1 B=2 {V1}"));
    assert_eq!(given(&["--exec-env", "B=3"]), format!("get --region=eu A=1 B=3 {V1}"));
    assert_eq!(given(&["--exec-api-version", V1BETA1]), format!("get --region=eu A=1 B=3 {V1BETA1}"));
    sandbox.script("other-token", NOTES);
    assert_eq!(given(&["--exec-command", "other-token"]), format!("get --region=eu A=1 B=3 {V1BETA1}"));
    assert_eq!(described(&sandbox, "prod")["configuration"]["exec"]["command"], "other-token");
    assert_eq!(given(&["--remove-attr", "exec_api_version"]), format!("get --region=eu A=1 B=3 {V1}"));
    let mode = || described(&sandbox, "prod")["configuration"]["exec"]["interactive_mode"].clone();
    update(&sandbox, &["--exec-interactive-mode", "Never"]);
    assert_eq!(mode(), "Never");
    update(&sandbox, &["--remove-attr", "exec-interactive-mode"]);
    assert_eq!(mode(), "IfAvailable");
    let cleared = given(&["--remove-attr", "exec_arg", "--remove-attr", "exec_env"]);
    assert_eq!(cleared, format!("A= B= {V1}"));
}

#[test]
fn a_part_of_what_is_not_there_is_refused() {
    let sandbox = logged_in();
    let before = described(&sandbox, "prod");
    for (flags, words) in [
        (&["--exec-arg", "x"][..], "has no exec plugin to change"),
        (&["--username", "me"], "has no user name with a password to change"),
        (&["--audience", "me"], "--audience is for tokens that are minted"),
        (&["--as-group", "dev"], "say whom with --as"),
        (&["--client-key", "x"], "--client-certificate"),
        (&["--resource-id", "other"], "gives no access to \"other\""),
        (&["--resource-type", "docker-registry"], "docker-registry"),
    ] {
        let said = sandbox.zenml(&[&["connector", "update", "prod"], flags].concat());
        assert!(said.code.is_some_and(|code| code != 0) && said.stderr.contains(words), "{flags:?}: {said}");
    }
    for verb in [&["connector", "describe", "prod"][..], &["login", "prod"]] {
        let said = sandbox.zenml(&[verb, &["--resource-id", "other"]].concat()).fails(1);
        assert!(said.contains("its one kubernetes-cluster is \"rig\""), "{said}");
        sandbox.zenml(&[verb, &["--resource-id", "rig", "--resource-type", "kubernetes-cluster"]].concat()).succeeds();
    }
    assert_eq!(described(&sandbox, "prod"), before);
}

#[test]
fn one_part_of_an_impersonation_leaves_the_others() {
    let sandbox = logged_in();
    update(&sandbox, &["--as", "jane", "--as-group", "dev", "--no-verify"]);
    update(&sandbox, &["--as-user-extra", "team=a", "--no-verify"]);
    update(&sandbox, &["--as", "joe", "--no-verify"]);
    let held = described(&sandbox, "prod")["configuration"]["impersonation"].clone();
    assert_eq!(held, json!({"user": "joe", "uid": null, "groups": ["dev"], "extra": {"team": ["a"]}}));
}

#[test]
fn what_somebody_may_not_have_meant_is_said() {
    let sandbox = logged_in();
    let file = |ending: &str| cluster().join(format!("kubeconfig/rig-cert-user.{ending}")).display().to_string();
    let (certificate, key) = (file("crt"), file("key"));
    let flags = ["--client-certificate", &certificate, "--client-key", &key, "--remove-attr", "token"];
    let (said, _) = update(&sandbox, &flags);
    assert!(said.contains("it acts as rig-cert-user now, instead of rig-token-user"), "{said}");
    let (said, _) = update(&sandbox, &["--auto-configure", "--context", "rig-token"]);
    assert!(said.contains("taken from context \"rig-token\"") && said.contains("instead of rig-cert-user"), "{said}");
    let (said, _) = update(&sandbox, &["--insecure-skip-tls-verify"]);
    assert!(said.contains("its certificate authority is forgotten"), "{said}");
}

#[test]
fn a_component_that_was_linked_for_another_cluster_refuses() {
    let sandbox = logged_in();
    sandbox.zenml(&["orchestrator", "connect", "default", "--connector", "prod", "--resource-id", "rig"]).succeeds();
    sandbox.zenml(&["run", "list"]).succeeds();
    let (said, _) = update(&sandbox, &["--cluster-name", "renamed"]);
    assert!(said.contains("the orchestrator \"default\" was linked for another cluster"), "{said}");
    let said = sandbox.zenml(&["run", "list"]).fails(1);
    assert!(said.contains("its one kubernetes-cluster is \"renamed\""), "{said}");
    assert!(said.contains("`kubectl zenml orchestrator connect default --connector prod`"), "{said}");
    sandbox.zenml(&["orchestrator", "connect", "default", "--connector", "prod"]).succeeds();
    sandbox.zenml(&["run", "list"]).succeeds();
    let linked = sandbox.zenml(&["orchestrator", "describe", "default", "-o", "json"]).json();
    assert_eq!(linked["connector_resource_id"], Value::Null);
}

#[test]
fn a_person_is_asked_for_every_field() {
    let sandbox = logged_in();
    sandbox.write("wrong", b"wrong");
    let mut terminal = Dialogue::run(&sandbox, "kubectl-zenml connector update prod -i --namespace work");
    terminal.answer("Name [prod]: ", "\r");
    terminal.answer("Description: ", "mine\r");
    terminal.answer("URL of the API server [https://", "\r");
    terminal.answer("Name of the cluster (the resource name) [rig]: ", "-\r");
    terminal.answer("no connector can do without it", "\r");
    terminal.answer("Certificate authorities of the server, if not the system's [as it is]: ", "\r");
    terminal.answer("Do without a check of the server's certificate? (y/N): ", "\r");
    terminal.answer("Name in the server's certificate", "\r");
    terminal.answer("URL of a proxy", "\r");
    terminal.answer("User to impersonate: ", "\r");
    terminal.answer("Bearer token (not shown; Enter keeps it): ", "\r");
    terminal.answer("Client certificate; may come with a token: ", "\r");
    terminal.answer("When the credential ends", "2100-01-01\r");
    terminal.answer("Save these changes? (Y/n): ", "\r");
    let (code, said) = terminal.end();
    assert!(code == 0 && said.contains("connector/prod updated"), "{said}");
    let held = described(&sandbox, "prod");
    assert_eq!((&held["description"], &held["configuration"]["namespace"]), (&json!("mine"), &json!("work")));
    assert_eq!((&held["expires_at"], &held["resource_name"]), (&json!("2100-01-01T00:00:00Z"), &json!("rig")));
    // And away with it again; whoever leaves changes nothing.
    let mut terminal = Dialogue::run(&sandbox, "kubectl-zenml connector update prod -i");
    terminal.answer("Name [prod]: ", "\r");
    terminal.answer("Description [mine]: ", "\u{3}");
    assert_eq!(terminal.end().0, 130);
    assert_eq!(described(&sandbox, "prod"), held);
    let said = sandbox.zenml(&["connector", "update", "prod", "-i"]).fails(1);
    assert!(said.contains("there is no terminal to ask on"), "{said}");
}

#[test]
fn a_sealed_context_whose_cluster_has_moved_is_taken_again() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["connector", "seal"]).succeeds();
    sandbox.edit_kubeconfig(|tree| {
        let server = tree["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned();
        tree["clusters"][0]["cluster"]["server"] = json!(format!("{server}/"));
    });
    let refused = sandbox.kubectl(&["get", "nodes"]);
    assert!(refused.stderr.contains("kubectl zenml connector update rig-token --server URL"), "{refused}");
    let fix = "kubectl zenml connector update rig-token --auto-configure --context rig-token";
    let said = sandbox.zenml(&["doctor"]);
    assert!(said.code == Some(1) && said.stdout.contains(fix), "{said}");
    let words: Vec<_> = fix.split(' ').skip(2).collect();
    let said = sandbox.zenml(&words);
    assert!(said.stderr.contains("it goes to another server now") && !said.stderr.contains("no longer fits"), "{said}");
    said.succeeds();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert!(sandbox.zenml(&["doctor"]).code == Some(0), "nothing is left to mend");
}

#[test]
fn another_files_context_of_that_name_is_another() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let text = fs::read_to_string(crate::support::kubeconfig("token")).unwrap();
    let file = sandbox.write("other.yaml", text.replace(&token(), "another-token").as_bytes()).display().to_string();
    let flags = ["--auto-configure", "--kubeconfig", &file, "--context", "rig-token", "--no-verify"];
    update_of(&sandbox, "rig-token", &flags);
    let shown = ["connector", "describe", "rig-token", "--show-secrets", "--yes", "-o", "json"];
    assert_eq!(sandbox.zenml(&shown).json()["configuration"]["token"], "another-token");
}

#[test]
fn a_flag_is_switched_off_as_zenml_and_kubectl_write_it() {
    let sandbox = logged_in();
    let insecure = || described(&sandbox, "prod")["configuration"]["insecure"].clone();
    update(&sandbox, &["--insecure=true"]);
    assert_eq!(insecure(), true);
    update(&sandbox, &["--insecure-skip-tls-verify=false", "--no-verify"]);
    assert_eq!(insecure(), false);
    sandbox.zenml(&["register", "other", "--context", "rig-token", "--insecure=false"]).succeeds();
}

#[test]
fn what_a_selector_could_not_find_again_is_no_label() {
    let sandbox = logged_in();
    for wrong in ["a b=c", "k=a b c!", "=x", "k"] {
        for verb in [&["register", "new", "--context", "rig-token"][..], &["connector", "update", "prod"]] {
            sandbox.zenml(&[verb, &["--label", wrong]].concat()).fails(2);
        }
    }
    assert_eq!(described(&sandbox, "prod")["labels"], json!({}));
}

#[test]
fn the_end_of_what_renews_a_connector_is_its_end() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = crate::support::namespace::Namespace::new("base-end");
    for account in ["base", "bot"] {
        namespace.kubectl(&["create", "serviceaccount", account]).succeeds();
    }
    let mint = ["create", "token", "base", "--duration=1h"];
    sandbox.write("short", namespace.kubectl(&mint).succeeds().trim().as_bytes());
    let rights = ["--verb=create", "--resource=serviceaccounts/token"];
    namespace.kubectl(&[&["create", "role", "mint"][..], &rights].concat()).succeeds();
    let who = format!("--serviceaccount={}:base", namespace.name());
    namespace.kubectl(&["create", "rolebinding", "mint", "--role=mint", &who]).succeeds();
    let bot = format!("{}/bot", namespace.name());
    let flags = ["--context", "rig-token", "--token", "@short", "--service-account", &bot];
    sandbox.zenml(&[&["register", "bot"][..], &flags].concat()).succeeds();
    let held = described(&sandbox, "bot");
    let end: jiff::Timestamp = held["expires_at"].as_str().expect("an end").parse().unwrap();
    let left = end.as_second() - jiff::Timestamp::now().as_second();
    assert!((3000..=3700).contains(&left), "{left} s");
}
