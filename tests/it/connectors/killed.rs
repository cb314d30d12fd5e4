//! kill -9 before every system call of `register`, `update`, `rename`, `delete` and `login` that opens, writes or renames
//! something: registry, vault and kubeconfig are as before or as after, never in between, and the next command works.

use std::fs;

use kubectl_zenml::cluster::endpoint::Endpoint;
use kubectl_zenml::connector::Connector;
use kubectl_zenml::paths::Home;
use kubectl_zenml::registry::store;
use kubectl_zenml::vault::Vault;
use serde_json::Value;

use super::STATE;
use crate::support::killing::kill_everywhere;
use crate::support::kubeconfig;
use crate::support::sandbox::Sandbox;

/// What reads or changes a file, and what holds a lock.
const CALLS: &[&str] =
    &["write", "rename", "renameat", "unlink", "fsync", "flock", "linkat", "open", "openat", "fchmod", "close"];

/// A connector as it is on disk, with its token; its record and what is sealed must be of one piece.
#[track_caller]
fn state(sandbox: &Sandbox, when: &str) -> Vec<(Connector, String)> {
    let home = Home::at(sandbox.path(STATE));
    let vault = Vault::require(&home).unwrap();
    let whole = |connector: Connector| {
        let sealed = vault.sealed(&connector.id).unwrap().unwrap_or_else(|| panic!("{when}: nothing is sealed"));
        let (header, content) = sealed.open(&vault.key_at_hand(&vault.settings().key).unwrap().unwrap()).unwrap();
        assert_eq!(header.revision, connector.revision, "{when}");
        Endpoint::sealed(&header, &connector, content.proxy_url.clone())
            .unwrap_or_else(|error| panic!("{when}: {error:?}"));
        let token = content.credential.answer().unwrap().token.as_ref().unwrap().expose().clone();
        (connector, token)
    };
    store::all(&home).unwrap().into_iter().map(whole).collect()
}

/// Asserts that nothing half-done lies about after a command that came through, and nothing sealed that nobody knows.
#[track_caller]
fn nothing_is_left(sandbox: &Sandbox, connectors: usize, when: &str) {
    let ending = |path: &std::path::Path| path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
    let files: Vec<_> = sandbox
        .files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with(sandbox.path(STATE)))
        .collect();
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            !name.starts_with(".new") && !["next", "gone"].contains(&&*ending(path)),
            "{when}: {} is left",
            path.display()
        );
    }
    assert_eq!(files.iter().filter(|path| ending(path) == "sealed").count(), connectors, "{when}: {files:?}");
}

const REGISTER: &[&str] = &["register", "prod", "--no-verify", "--context", "rig-token"];

#[test]
fn an_update_is_one_step() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(REGISTER).succeeds();
    let old = state(&sandbox, "before").remove(0);
    sandbox.write("new", b"new-token");
    sandbox.write("old", old.1.as_bytes());
    let server = "https://elsewhere.example:6443";
    let there =
        ["connector", "update", "prod", "--server", server, "--token", "@new", "--name", "moved", "--no-verify"];
    let back = ["--server", &old.0.configuration.server, "--token", "@old", "--name", "prod", "--no-verify"];
    let mut moved = 0;
    let killed = kill_everywhere(&sandbox, CALLS, &there, |when| {
        let (connector, token) = state(&sandbox, when).remove(0);
        let found = (connector.name.as_str(), connector.configuration.server.as_str(), token.as_str());
        if found.0 == "moved" {
            moved += 1;
            assert_eq!(found, ("moved", server, "new-token"), "{when}");
        } else {
            assert_eq!(found, ("prod", old.0.configuration.server.as_str(), old.1.as_str()), "{when}");
        }
        // By its id, since either name may be its own.
        sandbox.zenml(&[&["connector", "update", &connector.id], &back[..]].concat()).succeeds();
        let (connector, token) = state(&sandbox, when).remove(0);
        assert_eq!((&connector.configuration, &token), (&old.0.configuration, &old.1), "{when}");
        nothing_is_left(&sandbox, 1, when);
    });
    assert!(
        killed >= 70 && moved > 10,
        "{killed} killed, of which {moved} had come through: strace sees something else"
    );
}

#[test]
fn a_new_name_is_one_step() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(REGISTER).succeeds();
    let id = state(&sandbox, "before").remove(0).0.id;
    let killed = kill_everywhere(&sandbox, CALLS, &["connector", "rename", "prod", "other"], |when| {
        let (connector, _) = state(&sandbox, when).remove(0);
        assert!(["prod", "other"].contains(&connector.name.as_str()), "{when}");
        sandbox.zenml(&["connector", "rename", &id, "prod"]).succeeds();
        sandbox.zenml(&["connector", "update", "prod", "--label", "next=works"]).succeeds();
        nothing_is_left(&sandbox, 1, when);
    });
    assert!(killed >= 25, "{killed} killed: strace sees something else");
}

#[test]
fn a_connector_is_registered_and_deleted_whole() {
    let sandbox = Sandbox::with_vault("token");
    let delete = ["connector", "delete", "prod"];
    let killed = kill_everywhere(&sandbox, CALLS, REGISTER, |when| {
        match state(&sandbox, when).len() {
            0 => sandbox.zenml(REGISTER).succeeds(),
            _ => String::new(),
        };
        nothing_is_left(&sandbox, 1, when);
        sandbox.zenml(&delete).succeeds();
        nothing_is_left(&sandbox, 0, when);
    });
    assert!(killed >= 50, "{killed} killed: strace sees something else");
    sandbox.zenml(REGISTER).succeeds();
    let killed = kill_everywhere(&sandbox, CALLS, &delete, |when| {
        match state(&sandbox, when).len() {
            0 => sandbox.zenml(REGISTER).succeeds(),
            _ => sandbox.zenml(&["connector", "update", "prod", "--label", "next=works"]).succeeds(),
        };
        nothing_is_left(&sandbox, 1, when);
    });
    assert!(killed >= 30, "{killed} killed: strace sees something else");
}

#[test]
fn a_login_is_one_step() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(REGISTER).succeeds();
    let config = sandbox.path(".kube/config");
    let tree = || serde_saphyr::from_str::<Value>(&fs::read_to_string(&config).unwrap()).unwrap();
    let text = fs::read(kubeconfig("token")).unwrap();
    let before = tree();
    let login = ["login", "prod", "--set-current"];
    sandbox.zenml(&login).succeeds();
    let after = tree();
    fs::write(&config, &text).unwrap();
    let killed = kill_everywhere(&sandbox, CALLS, &login, |when| {
        let found = tree();
        assert!(found == before || found == after, "{when}: {found:#}");
        sandbox.zenml(&login).succeeds();
        assert_eq!(tree(), after, "{when}");
        fs::write(&config, &text).unwrap();
        let left: Vec<_> = fs::read_dir(sandbox.path(".kube")).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, ["config"], "{when}");
    });
    assert!(killed >= 40, "{killed} killed: strace sees something else");
}
