//! An update between its steps: the record and what is sealed are both old or both new, whoever looks.

use std::fs;

use kubectl_zenml::paths::Home;
use kubectl_zenml::vault::Vault;
use kubectl_zenml::vault::header::Header;
use serde_json::{Value, json};

use super::{STATE, described, logged_in, names};
use crate::support::sandbox::Sandbox;

/// Seals the connector's credential again, as an update or a renewal does.
fn reseal(sandbox: &Sandbox, id: &str, change: impl FnOnce(Header) -> Header) {
    let vault = Vault::require(&Home::at(sandbox.path(STATE))).unwrap();
    let key = vault.key_at_hand(&vault.settings().key).unwrap().unwrap();
    let (header, content) = vault.sealed(id).unwrap().unwrap().open(&key).unwrap();
    vault.put(&key, &change(header), &content).unwrap();
}

#[test]
fn the_next_record_counts_once_its_secret_is_sealed_and_renewals_change_nothing() {
    let sandbox = logged_in();
    let id = described(&sandbox, "prod")["id"].as_str().unwrap().to_owned();
    let file = |extension: &str| format!("{STATE}/connectors/{id}.{extension}");
    let mut next: Value = serde_json::from_slice(&fs::read(sandbox.path(&file("json"))).unwrap()).unwrap();
    next["name"] = json!("later");
    next["revision"] = json!(1);
    sandbox.write(&file("next"), next.to_string().as_bytes());
    assert_eq!(names(&sandbox, &[]), ["prod"], "nothing is sealed for it yet");
    reseal(&sandbox, &id, |header| header);
    assert_eq!(names(&sandbox, &[]), ["prod"], "that was a renewal");
    reseal(&sandbox, &id, |header| Header { revision: 1, ..header });
    assert_eq!(names(&sandbox, &[]), ["later"]);
    reseal(&sandbox, &id, |header| header);
    assert_eq!(
        (names(&sandbox, &[]), described(&sandbox, "later")["id"].as_str()),
        (vec!["later".to_owned()], Some(id.as_str()))
    );
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    sandbox.zenml(&["verify", "later"]).succeeds();
    sandbox.zenml(&["connector", "update", "later", "--label", "a=b"]).succeeds();
    assert!(!sandbox.path(&file("next")).exists());
    assert_eq!(
        (names(&sandbox, &["-l", "a=b"]), described(&sandbox, "later").get("revision")),
        (vec!["later".to_owned()], None)
    );
    // One that was never sealed goes with the next change.
    next["name"] = json!("never");
    next["revision"] = json!(2);
    sandbox.write(&file("next"), next.to_string().as_bytes());
    sandbox.zenml(&["connector", "rename", "later", "prod"]).succeeds();
    assert!(!sandbox.path(&file("next")).exists());
    assert_eq!(names(&sandbox, &[]), ["prod"]);
    // A deletion that was interrupted.
    fs::rename(sandbox.path(&file("json")), sandbox.path(&file("gone"))).unwrap();
    assert_eq!(names(&sandbox, &[]), Vec::<String>::new());
    sandbox.zenml(&["register", "prod", "--no-verify", "--context", "rig-token"]).succeeds();
    let left = sandbox.files().into_iter().filter(|(path, _)| path.to_string_lossy().contains(&id)).count();
    assert_eq!(left, 0);
}
