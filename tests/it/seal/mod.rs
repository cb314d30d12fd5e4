//! `connector seal` and `unseal`: what leaves a kubeconfig, what works afterwards, and that all of it comes back.
//!
//! - [`clients`]: every sort of client goes on unchanged;
//! - [`several`]: users of several clusters, several users, several files;
//! - [`crowd`]: many at once lose nothing;
//! - [`killed`]: kill -9 at any point loses nothing.

mod clients;
mod crowd;
mod killed;
mod several;

use std::fs;

use serde_json::{Value, json};

use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, repository, token};

const CONFIG: &str = ".kube/config";

fn text(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path(CONFIG)).unwrap()
}

fn tree(sandbox: &Sandbox) -> Value {
    serde_saphyr::from_str(&text(sandbox)).unwrap()
}

/// The key of the kubeconfig `cert`, as it stands there.
fn key() -> String {
    let tree: Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("cert")).unwrap()).unwrap();
    tree["users"][0]["user"]["client-key-data"].as_str().unwrap().to_owned()
}

/// Asserts that no file of this HOME holds the cluster's secrets.
#[track_caller]
fn nothing_is_in_plain_text(sandbox: &Sandbox) {
    for (path, bytes) in sandbox.files() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&token()) && !text.contains(&key()), "{} holds a secret", path.display());
    }
}

/// Who the server says that a context is.
#[track_caller]
fn whoami(sandbox: &Sandbox, context: &str) -> String {
    sandbox.kubectl(&["--context", context, "auth", "whoami", "-ojsonpath={.status.userInfo.username}"]).succeeds()
}

/// How many entries of kubeconfigs are kept in the vault.
fn kept(sandbox: &Sandbox) -> usize {
    let files = fs::read_dir(sandbox.path(".local/share/kubectl-zenml/vault")).unwrap();
    files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("kubeconfig-")).count()
}

#[test]
fn a_secret_leaves_the_file_and_comes_back() {
    for (name, user, left) in
        [("token", "rig-token-user", "token"), ("cert", "rig-cert-user", "client-key-data"), ("cert-files", "", "")]
    {
        let sandbox = Sandbox::with_vault(name);
        if name == "cert-files" {
            // A key in a file is no secret of the kubeconfig.
            let before = text(&sandbox);
            let said = sandbox.zenml(&["connector", "seal", "--no-verify"]);
            assert!(
                said.code == Some(0) && said.stdout.is_empty() && said.stderr.contains("its secret is in a file"),
                "{said}"
            );
            assert_eq!((before, kept(&sandbox)), (text(&sandbox), 0));
            continue;
        }
        sandbox.edit_kubeconfig(|tree| {
            tree["users"][0]["user"]["x-owner"] = json!("team");
            tree["contexts"][0]["context"]["namespace"] = json!("default");
        });
        let before = tree(&sandbox);
        let planned = sandbox.zenml(&["connector", "seal", "--dry-run"]);
        assert!(planned.stderr.contains("Would leave") && planned.stdout.ends_with(" sealed (dry run)\n"), "{planned}");
        assert_eq!((tree(&sandbox), kept(&sandbox)), (before.clone(), 0), "a dry run changes nothing");
        let said = sandbox.zenml(&["connector", "seal"]);
        assert!(said.stderr.contains(left) && said.stderr.contains(&format!("works as {user}")), "{said}");
        assert_eq!(said.succeeds(), format!("user/rig-{name} sealed\n"));
        nothing_is_in_plain_text(&sandbox);
        let sealed = tree(&sandbox);
        let exec = &sealed["users"][0]["user"]["exec"];
        assert_eq!((&exec["provideClusterInfo"], &exec["interactiveMode"]), (&json!(true), &json!("Never")));
        assert!(exec["installHint"].is_string() && exec["args"][1].as_str().unwrap().len() == 36, "{exec}");
        assert_eq!((&sealed["clusters"], &sealed["contexts"]), (&before["clusters"], &before["contexts"]));
        assert_eq!(sealed["users"][0]["user"]["x-owner"], "team");
        assert_eq!(whoami(&sandbox, &format!("rig-{name}")), user);
        // Again: there is nothing left to do.
        let again = sandbox.zenml(&["connector", "seal"]);
        assert!(again.stdout.is_empty() && again.stderr.contains("from the credential helper already"), "{again}");
        let back = sandbox.zenml(&["connector", "unseal"]);
        assert!(back.stderr.contains(left) && back.stderr.contains("Still registered"), "{back}");
        assert_eq!((back.succeeds(), tree(&sandbox)), (format!("user/rig-{name} unsealed\n"), before));
        assert_eq!(kept(&sandbox), 0);
    }
}

#[test]
fn what_was_edited_since_stays() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["connector", "seal"]).succeeds();
    sandbox.kubectl(&["config", "set-context", "--current", "--namespace=team"]).succeeds();
    sandbox.kubectl(&["config", "rename-context", "rig-token", "mine"]).succeeds();
    sandbox.kubectl(&["config", "set-credentials", "somebody", "--username=u"]).succeeds();
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["as"] = json!("jane"));
    let sealed = tree(&sandbox);
    let user = sealed["users"].as_array().unwrap().iter().find(|user| user["name"] == "rig-token").unwrap();
    assert_eq!(user["user"]["as"], "jane", "kubectl keeps our mark: {user}");
    sandbox.zenml(&["connector", "unseal", "--context", "mine"]).succeeds();
    let mut expected = sealed.clone();
    let users = expected["users"].as_array_mut().unwrap();
    let user = users.iter_mut().find(|user| user["name"] == "rig-token").unwrap();
    user["user"] = json!({"as": "jane", "token": token()});
    assert_eq!(tree(&sandbox), expected);
    // A credential that somebody has put there since is not replaced.
    sandbox.edit_kubeconfig(|tree| drop(tree["users"][0]["user"].as_object_mut().unwrap().remove("as")));
    sandbox.zenml(&["connector", "seal", "--context", "mine"]).succeeds();
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["token"] = json!("another"));
    let said = sandbox.zenml(&["connector", "unseal", "--context", "mine"]).fails(1);
    assert!(said.contains("another credential since: token") && kept(&sandbox) == 1, "{said}");
}

#[test]
fn register_seals_too() {
    let sandbox = Sandbox::with_vault("token");
    let said = sandbox.zenml(&["register", "prod", "--seal"]);
    assert!(
        said.stdout.contains("connector/prod registered") && said.stdout.ends_with("user/rig-token sealed\n"),
        "{said}"
    );
    assert!(said.stderr.contains("use connector prod: rig-token"), "{said}");
    nothing_is_in_plain_text(&sandbox);
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/prod\n");
    let described = sandbox.zenml(&["connector", "describe", "prod", "-o", "json"]).json();
    assert_eq!((&described["active"], &described["contexts"]), (&json!(true), &json!(["rig-token"])));
    // Deleting it says that nothing is lost, and unseal needs no connector.
    let deleted = sandbox.zenml(&["connector", "delete", "prod"]);
    assert!(deleted.stderr.contains("connector unseal --context NAME"), "{deleted}");
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("not found"));
    sandbox.zenml(&["connector", "unseal"]).succeeds();
    assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user");
    sandbox.zenml(&["register", "--seal", "--token", "@x"]).fails(2);
}

#[test]
fn a_connector_that_holds_the_credential_is_taken() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "mine"]).succeeds();
    let said = sandbox.zenml(&["connector", "seal"]);
    assert!(said.stderr.contains("use connector mine: rig-token") && !said.stderr.contains("(new)"), "{said}");
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/mine\n");
}

#[test]
fn what_cannot_be_sealed_is_refused_and_stays() {
    let fixtures = repository().join("tests/fixtures/kubeconfigs");
    for (file, words) in [
        ("basic-auth.yaml", "which cannot be sealed in a kubeconfig"),
        ("authprovider-oidc.yaml", "auth provider \"oidc\" is not supported"),
        ("token-jwt-expired.yaml", "expired at"),
        ("broken/missing-user.yaml", "which is not in the kubeconfig"),
        ("broken/missing-cluster.yaml", "which is not in the kubeconfig"),
    ] {
        let sandbox = Sandbox::with_vault("token");
        let copy = sandbox.write("copy", &fs::read(fixtures.join(file)).unwrap());
        let before = fs::read(&copy).unwrap();
        let said =
            sandbox.zenml(&["connector", "seal", "--no-verify", "--kubeconfig", copy.to_str().unwrap()]).fails(1);
        assert!(said.contains(words), "{file}: {said}");
        assert!(fs::read(&copy).unwrap() == before && kept(&sandbox) == 0, "{file}");
    }
    // One that the server does not accept stays where it is, too.
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["token"] = json!("wrong"));
    let before = text(&sandbox);
    let said = sandbox.zenml(&["connector", "seal"]).fails(1);
    assert!(said.contains("does not accept this credential") && said.contains("its user is not sealed"), "{said}");
    assert_eq!((text(&sandbox), kept(&sandbox)), (before, 0));
}

#[test]
fn a_plugin_is_sealed_where_it_is_given_a_secret() {
    let sandbox = Sandbox::with_vault("token");
    let plugin = |sandbox: &Sandbox, name: &str| -> Output {
        sandbox.edit_kubeconfig(|tree| {
            let exec = json!({
                "apiVersion": "client.authentication.k8s.io/v1", "command": "cloud", "interactiveMode": "IfAvailable",
                "args": ["get-token"], "env": [{"name": name, "value": token()}],
            });
            tree["users"][0]["user"] = json!({ "exec": exec });
        });
        sandbox.zenml(&["connector", "seal"])
    };
    let answer = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$CLOUD_SECRET$CLOUD""#;
    sandbox.script("cloud", &["#!/bin/sh\n", answer, "\n"].concat());
    let said = plugin(&sandbox, "CLOUD");
    assert!(
        said.stdout.is_empty() && said.stderr.contains("given nothing whose name says that it is secret"),
        "{said}"
    );
    let said = plugin(&sandbox, "CLOUD_SECRET");
    assert!(said.code == Some(0) && said.stderr.contains("exec.env.CLOUD_SECRET"), "{said}");
    nothing_is_in_plain_text(&sandbox);
    assert_eq!(tree(&sandbox)["users"][0]["user"]["exec"]["interactiveMode"], "IfAvailable");
    assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user");
    sandbox.zenml(&["connector", "unseal"]).succeeds();
    assert_eq!(tree(&sandbox)["users"][0]["user"]["exec"]["command"], "cloud");
}

#[test]
fn a_vault_is_not_destroyed_unawares_and_a_rekey_keeps_what_was_sealed() {
    let sandbox = Sandbox::with_vault("token");
    let before = tree(&sandbox);
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let said = sandbox.zenml(&["vault", "rekey"]);
    assert_eq!(said.code, Some(0), "{said}");
    sandbox.zenml(&["register", "other", "--kubeconfig", kubeconfig("cert").to_str().unwrap()]).succeeds();
    assert_eq!(kept(&sandbox), 1, "a registration sweeps only what registrations leave");
    sandbox.zenml(&["connector", "unseal"]).succeeds();
    assert_eq!(tree(&sandbox), before);
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let asked = Output::of(
        sandbox.command("/bin/sh").args(["-c", "echo n | script -qec 'kubectl-zenml vault destroy' /dev/null"]),
    );
    assert!(
        asked.stdout.contains("rig-token; `kubectl zenml connector unseal --all-contexts` puts it back"),
        "{asked}"
    );
    assert_eq!(kept(&sandbox), 1);
    let said = sandbox.zenml(&["vault", "destroy", "--yes"]);
    assert!(said.stderr.contains("kubeconfig users is lost: rig-token"), "{said}");
    said.succeeds();
}

#[test]
fn what_is_sealed_outlives_its_connector() {
    let sandbox = Sandbox::with_vault("token");
    let before = tree(&sandbox);
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let deleted = sandbox.zenml(&["connector", "delete", "rig-token"]);
    assert!(deleted.stderr.contains("connector unseal --context") && !deleted.stderr.contains("logout"), "{deleted}");
    let said = sandbox.zenml(&["doctor", "--offline", "-o", "json"]);
    assert!(
        said.code == Some(1) && said.stdout.contains("\"kubectl zenml connector unseal --context rig-token\""),
        "{said}"
    );
    assert!(!said.stdout.contains("delete-user"), "nothing but this entry knows what is sealed: {said}");
    sandbox.zenml(&["connector", "unseal", "--context", "rig-token"]).succeeds();
    assert_eq!(tree(&sandbox), before);
}
