//! `verify --all` and `list-resources`: every connector at once, each with its own error.

use serde_json::{Value, json};

use super::{elsewhere, names};
use crate::support::sandbox::Sandbox;
use crate::support::terminal::Terminal;
use crate::support::{kubeconfig, token};

/// A fit connector, and one that may do too little.
fn two() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "fit"]).succeeds();
    let least = kubeconfig("least").display().to_string();
    sandbox.zenml(&["register", "least", "--kubeconfig", &least]).succeeds();
    sandbox
}

/// One whose cluster refuses connections, and one whose credential it does not accept.
fn broken(sandbox: &Sandbox) {
    let dead = elsewhere(sandbox, "https://127.0.0.1:1");
    sandbox.zenml(&["register", "dead", "--no-verify", "--kubeconfig", &dead]).succeeds();
    sandbox.write("wrong", b"wrong");
    sandbox.zenml(&["register", "revoked", "--no-verify", "--token", "@wrong"]).succeeds();
}

fn standings(report: &Value) -> Vec<(&str, &str)> {
    let text = |item: &'_ Value, field: &str| item[field].as_str().unwrap_or_default().to_owned().leak() as &str;
    report["items"].as_array().unwrap().iter().map(|item| (text(item, "name"), text(item, "standing"))).collect()
}

#[test]
fn all_are_verified_and_the_exit_code_tells_unfit_from_failed() {
    let sandbox = two();
    let said = sandbox.zenml(&["verify", "--all", "--for", "orchestrator"]);
    assert_eq!(said.code, Some(3), "{said}");
    let rows: Vec<Vec<_>> = said.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(&rows[0][..4], ["NAME", "RESOURCE", "NAME", "STANDING"]);
    assert_eq!((rows[1][0], rows[1][2], rows[2][0], rows[2][2]), ("fit", "fit", "least", "unfit"), "{said}");
    let said = sandbox.zenml(&["connector", "verify", "--all", "--verify-only"]);
    assert_eq!(said.code, Some(0), "the rights are not asked about: {said}");
    broken(&sandbox);
    let said = sandbox.zenml(&["verify", "--all", "-o", "json"]);
    assert_eq!(said.code, Some(1), "{said}");
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    let wanted = [("dead", "failed"), ("fit", "fit"), ("least", "unfit"), ("revoked", "unfit")];
    assert_eq!(standings(&report), wanted);
    let item = |at: usize| &report["items"][at];
    assert!(item(0)["error"].as_str().unwrap().contains("was refused"), "{:#}", item(0));
    assert_eq!((&item(1)["identity"]["account"], &item(1)["error"]), (&json!("rig-token-user"), &Value::Null));
    assert_eq!(item(2)["fit"], json!({"orchestrator": false, "deployer": false}));
    assert!(item(3)["error"].as_str().unwrap().contains("401"), "{:#}", item(3));
    let wide = sandbox.zenml(&["verify", "--all", "-o", "wide"]).stdout;
    assert!(wide.contains("ANSWERED IN") && wide.contains("did you specify the right host or port?"), "{wide}");
    assert!(sandbox.zenml(&["verify", "--all", "-o", "name"]).stdout.starts_with("connector/dead\n"));
}

/// An exec plugin whose answer lasts for `seconds`, and comes after `wait`.
fn plugin(seconds: u32, wait: u32) -> String {
    format!(
        "#!/bin/sh\nsleep {wait}\necho '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
         \"status\":{{\"token\":\"{}\",\"expirationTimestamp\":\"'$(date -u -d '+{seconds} seconds' +%FT%TZ)'\"}}}}'\n",
        token()
    )
}

#[test]
fn a_terminal_has_a_live_table() {
    let sandbox = two();
    sandbox.script("slow", &plugin(4, 0));
    sandbox.zenml(&["register", "slow", "--context", "rig-token", "--exec-command", "slow"]).succeeds();
    sandbox.script("slow", &plugin(3600, 6));
    std::thread::sleep(std::time::Duration::from_secs(4));
    let terminal = Terminal::start(&sandbox, &["verify", "--all"]);
    let screen = terminal.shows("2 of 3 connectors asked");
    let row =
        |name: &str| screen.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default().to_owned();
    assert!(row("slow").contains("asking") && row("fit").contains("rig-token-user"), "{screen}");
    let screen = terminal.shows("ended with 3");
    assert!(screen.contains("STANDING") && screen.contains("1 of 3 connectors are reachable but unfit"), "{screen}");
    assert!(!screen.contains("connectors asked"), "the live table is gone at the end: {screen}");
}

#[test]
fn what_has_ended_is_told_from_what_fails() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "fit"]).succeeds();
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2)).strftime("%Y-%m-%d %H:%M:%S").to_string();
    sandbox.zenml(&["register", "ended", "--expires-at", &soon]).succeeds();
    std::thread::sleep(std::time::Duration::from_secs(3));
    let said = sandbox.zenml(&["verify", "--all", "--verify-only", "-o", "json"]);
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((standings(&report), said.code), (vec![("ended", "expired"), ("fit", "fit")], Some(1)), "{said}");
    assert!(said.stderr.contains("of 2 connectors, 1 expired") && said.stderr.contains("connector update"), "{said}");
}

#[test]
fn what_is_asked_of_the_resource_must_be_what_it_gives() {
    let sandbox = two();
    sandbox.zenml(&["verify", "fit", "--resource-id", "rig", "--resource-type", "kubernetes-cluster"]).succeeds();
    let said = sandbox.zenml(&["verify", "fit", "--resource-id", "moon"]).fails(1);
    assert!(said.contains("gives no access to \"moon\""), "{said}");
    sandbox.zenml(&["verify", "fit", "--resource-type", "bucket"]).fails(2);
    let one = sandbox.zenml(&["verify", "fit", "--verify-only"]).succeeds();
    assert!(one.contains("Account") && !one.contains("FIT"), "nothing was asked about: {one}");
    let said = sandbox.zenml(&["verify", "--all", "--verify-only", "--resource-id", "moon"]);
    assert!(said.code == Some(0) && said.stderr.contains("No connector matches."), "{said}");
    sandbox.zenml(&["verify"]).fails(2);
    sandbox.zenml(&["verify", "fit", "--all"]).fails(2);
    let empty = Sandbox::empty();
    assert!(empty.zenml(&["verify", "--all"]).succeeds().is_empty());
}

#[test]
fn resources_are_listed_with_each_error_in_full() {
    let sandbox = two();
    let header = sandbox.zenml(&["connector", "list-resources"]).succeeds();
    let columns: Vec<_> =
        header.lines().next().unwrap().split("  ").map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(columns, ["CONNECTOR ID", "CONNECTOR NAME", "CONNECTOR TYPE", "RESOURCE TYPE", "RESOURCE NAMES"]);
    broken(&sandbox);
    let said = sandbox.zenml(&["connector", "list-resources"]).succeeds();
    assert!(said.contains("did you specify the right host or port?"), "in full: {said}");
    assert!(said.contains("does not accept this credential (401 Unauthorized)"), "{said}");
    let some = sandbox.zenml(&["connector", "list-resources", "-e", "-o", "json"]).json();
    let found: Vec<_> = some["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(found, ["fit", "least"]);
    assert_eq!(some["items"][0]["resource_names"], json!(["rig"]));
    let none = sandbox.zenml(&["connector", "list-resources", "--resource-id", "nowhere"]).succeeds();
    assert!(none.is_empty(), "{none}");
    for name in ["fit", "least"] {
        sandbox.zenml(&["connector", "delete", name]).succeeds();
    }
    let said = sandbox.zenml(&["connector", "list-resources"]);
    assert!(said.code == Some(1) && said.stderr.contains("none of the 2 connectors works"), "{said}");
    assert_eq!(sandbox.zenml(&["connector", "list-resources", "-e"]).fails(1).lines().count(), 1);
    assert_eq!(names(&sandbox, &[]), ["dead", "revoked"]);
}

#[test]
fn without_its_secret_no_connector_is_tried() {
    let sandbox = two();
    let key = sandbox.path(&format!("{}/vault.key", super::STATE));
    std::fs::rename(&key, sandbox.path("elsewhere")).unwrap();
    let said = sandbox.zenml(&["connector", "list-resources"]);
    assert!(said.code == Some(1) && said.stdout.contains("vault.key"), "{said}");
}
