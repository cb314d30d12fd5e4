//! One user of several clusters, several users, several files.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use super::{CONFIG, kept, nothing_is_in_plain_text, text, tree, whoami};
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::{kubeconfig, token};

/// One user whose contexts mean the cluster by two of its addresses; `named` is a second context of the first.
fn shared() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| {
        let mut other = tree["clusters"][0].clone();
        other["name"] = json!("by-name");
        other["cluster"]["tls-server-name"] = json!("kubernetes.default.svc");
        other["cluster"]["extensions"] =
            json!([{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "a"}}]);
        tree["clusters"].as_array_mut().unwrap().push(other);
        let context =
            |name: &str, cluster: &str| json!({"name": name, "context": {"cluster": cluster, "user": "rig-token"}});
        let contexts = tree["contexts"].as_array_mut().unwrap();
        contexts.extend([context("second", "by-name"), context("third", "rig"), context("broken", "gone")]);
    });
    sandbox
}

#[test]
fn a_user_of_several_clusters_gets_a_connector_for_each() {
    let sandbox = shared();
    let before = tree(&sandbox);
    let said = sandbox.zenml(&["connector", "seal", "--context", "second"]);
    assert!(said.stderr.contains("contexts: rig-token, second, third, broken"), "every context is named: {said}");
    assert!(said.stderr.contains("use connector rig-token (new): rig-token, third, which works as"), "{said}");
    assert!(said.stderr.contains("use connector second (new): second, which works as rig-token-user"), "{said}");
    assert!(said.stderr.contains("Warning: context \"broken\" cannot be used"), "{said}");
    assert_eq!(said.succeeds(), "user/rig-token sealed\n");
    nothing_is_in_plain_text(&sandbox);
    for context in ["rig-token", "second", "third"] {
        assert_eq!(whoami(&sandbox, context), "rig-token-user", "{context}");
        sandbox.old_kubectl(&["--context", context, "get", "nodes"]).succeeds();
        sandbox.zenml(&["run", "list", "--context", context]).succeeds();
    }
    let sealed = tree(&sandbox);
    assert_eq!(sealed["users"][0]["user"]["exec"]["args"], json!(["get"]));
    assert_eq!(sealed["clusters"][1]["cluster"]["extensions"][0]["extension"]["audience"], "a");
    let second = sandbox.zenml(&["connector", "describe", "second", "-o", "json"]).json();
    assert_eq!(second["contexts"], json!(["second"]));
    sandbox.zenml(&["connector", "unseal"]).succeeds();
    assert_eq!((tree(&sandbox), kept(&sandbox)), (before, 0));
}

#[test]
fn a_cluster_names_one_connector_only() {
    let sandbox = shared();
    // Another user of the same clusters, with another credential.
    let other: Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("cert")).unwrap()).unwrap();
    sandbox.edit_kubeconfig(|tree| {
        tree["users"].as_array_mut().unwrap().push(other["users"][0].clone());
        let context =
            |name: &str, cluster: &str| json!({"name": name, "context": {"cluster": cluster, "user": "rig-cert"}});
        tree["contexts"].as_array_mut().unwrap().extend([context("fourth", "rig"), context("fifth", "by-name")]);
    });
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let before = text(&sandbox);
    let said = sandbox.zenml(&["connector", "seal", "--context", "fourth"]).fails(1);
    assert!(said.contains("names a connector for another user") && said.contains("hint: "), "{said}");
    assert_eq!((text(&sandbox), kept(&sandbox)), (before, 1));
    assert_eq!(whoami(&sandbox, "fifth"), "rig-cert-user");
    // All of them: one is done already, one cannot be, and that is an error.
    let said = sandbox.zenml(&["connector", "seal", "--all-contexts"]).fails(1);
    assert!(
        said.contains("1 of 2 users could not be sealed") && said.contains("names a connector for another"),
        "{said}"
    );
}

#[test]
fn all_contexts_in_all_files() {
    let mut sandbox = Sandbox::with_vault("token");
    let second = sandbox.write("sub/second", &fs::read(kubeconfig("cert")).unwrap());
    let first = sandbox.path(CONFIG);
    sandbox.set("KUBECONFIG", &format!("{}:{}", first.display(), second.display()));
    let alone = fs::read_to_string(&second).unwrap().replace("users:", "users:\n- {name: alone, user: {token: t0ken}}");
    fs::write(&second, alone).unwrap();
    // The second file's user is used with the first one's cluster, and hides a user of the same name nowhere.
    let (before, before_second) = (tree(&sandbox), fs::read_to_string(&second).unwrap());
    let said = sandbox.zenml(&["connector", "seal", "--all-contexts"]);
    let unnamed = "no context names it, so its cluster is not known; its secret stays in the file";
    assert!(said.stderr.contains(unnamed) || said.stdout.contains(unnamed), "{said}");
    assert!(said.stdout.starts_with("user/rig-token sealed\nuser/rig-cert sealed\n"), "{said}");
    nothing_is_in_plain_text(&sandbox);
    assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user");
    assert_eq!(whoami(&sandbox, "rig-cert"), "rig-cert-user");
    assert_eq!(sandbox.zenml(&["connector", "unseal", "--all-contexts"]).succeeds().lines().count(), 2);
    assert_eq!(tree(&sandbox), before);
    let parsed = |text: &str| serde_saphyr::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(&fs::read_to_string(&second).unwrap()), parsed(&before_second));
}

#[test]
fn what_stays_in_plain_text_is_said() {
    let mut sandbox = Sandbox::with_vault("token");
    let hidden = sandbox.write("hidden", &fs::read(kubeconfig("token")).unwrap());
    sandbox.write(".kube/token", token().as_bytes());
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["tokenFile"] = json!("token"));
    sandbox.set("KUBECONFIG", &format!("{}:{}", sandbox.path(CONFIG).display(), hidden.display()));
    let said = sandbox.zenml(&["connector", "seal"]);
    let stays = format!("{} (tokenFile) stays as it is", sandbox.path(".kube/token").display());
    assert!(said.stderr.contains(&stays) && said.stderr.contains("which an earlier file hides"), "{said}");
    assert!(!text(&sandbox).contains(&token()));
    assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user");
    let list = sandbox.zenml(&["connector", "list"]).succeeds();
    assert!(list.contains("token-file"), "in client-go the file wins: {list}");
}

#[test]
fn twenty_at_once_put_it_back_once() {
    let sandbox = Sandbox::with_vault("token");
    let before = tree(&sandbox);
    sandbox.zenml(&["connector", "seal"]).succeeds();
    let unseal =
        || sandbox.command(PLUGIN).args(["connector", "unseal"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let children: Vec<_> = (0..20).map(|_| unseal().unwrap()).collect();
    let ended: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    for output in &ended {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let done = ended.iter().filter(|output| output.stdout.starts_with(b"user/rig-token unsealed"));
    assert_eq!((done.count(), tree(&sandbox), kept(&sandbox)), (1, before, 0));
}

#[test]
fn a_deleted_connector_is_not_called_registered() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["connector", "seal"]).succeeds();
    sandbox.zenml(&["connector", "delete", "rig-token"]).succeeds();
    let said = sandbox.zenml(&["connector", "unseal"]);
    assert!(!said.stderr.contains("Still registered"), "{said}");
    said.succeeds();
}
