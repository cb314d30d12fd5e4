//! Kubeconfig entries that ask for a connector, whatever somebody has made of them since `login` wrote them.

use std::fs;

use serde_json::{Value, json};

use crate::support::kubeconfig;
use crate::support::rig::minting;
use crate::support::sandbox::Sandbox;

fn tree(sandbox: &Sandbox, file: &str) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(sandbox.path(file)).unwrap()).unwrap()
}

/// The kubeconfig `file` after `change`.
fn edit(sandbox: &Sandbox, file: &str, change: impl FnOnce(&mut Value)) {
    let mut tree = tree(sandbox, file);
    change(&mut tree);
    fs::write(sandbox.path(file), tree.to_string()).unwrap();
}

/// The names in a list of a kubeconfig.
fn names(sandbox: &Sandbox, file: &str, list: &str) -> Vec<String> {
    let tree = tree(sandbox, file);
    tree[list].as_array().into_iter().flatten().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

/// A connector `prod` that is logged in.
fn logged_in() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox
}

fn described(sandbox: &Sandbox) -> Value {
    sandbox.zenml(&["connector", "describe", "prod", "-o", "json"]).json()
}

#[test]
fn a_renamed_context_is_still_a_login() {
    let sandbox = logged_in();
    sandbox.kubectl(&["config", "rename-context", "zenml-prod", "mine"]).succeeds();
    assert!(sandbox.zenml(&["connector", "list"]).succeeds().contains('*'));
    assert_eq!(described(&sandbox)["contexts"], json!(["mine"]));
    let output = sandbox.zenml(&["logout", "prod"]);
    assert!(output.stderr.contains("this removed your active context"), "{output}");
    assert_eq!(output.succeeds(), "context/mine deleted\n");
    for list in ["clusters", "users", "contexts"] {
        assert!(names(&sandbox, ".kube/config", list).iter().all(|name| name.starts_with("rig")), "{list}");
    }
}

#[test]
fn a_name_or_an_id_prefix_in_the_arguments_is_the_connector() {
    let sandbox = logged_in();
    let id = described(&sandbox)["id"].as_str().unwrap().to_owned();
    for reference in ["prod", &id[..8]] {
        edit(&sandbox, ".kube/config", |tree| {
            let exec = &mut tree["users"][1]["user"]["exec"];
            exec["command"] = "/opt/bin/kubectl-zenml".into();
            exec["args"] = json!(["credential", "get", reference]);
        });
        let found = described(&sandbox);
        assert_eq!((&found["contexts"], &found["active"]), (&json!(["zenml-prod"]), &json!(true)), "{reference}");
    }
    assert!(sandbox.zenml(&["connector", "delete", "prod"]).stderr.contains("context zenml-prod"));
}

#[test]
fn users_without_a_context_count_in_every_file() {
    let mut sandbox = logged_in();
    let first = sandbox.path(".kube/config").display().to_string();
    let second = sandbox.write("second", &fs::read(sandbox.path(".kube/config")).unwrap()).display().to_string();
    let third = sandbox.write("third", &fs::read(kubeconfig("cert")).unwrap()).display().to_string();
    sandbox.set("KUBECONFIG", &format!("{first}:{second}:{third}"));
    for file in [".kube/config", "second"] {
        edit(&sandbox, file, |tree| tree["contexts"].as_array_mut().unwrap().truncate(1));
    }
    // Somebody wrote this one by hand.
    edit(&sandbox, "third", |tree| {
        let exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": "zenml-credential", "args": ["get", "prod"]});
        tree["users"].as_array_mut().unwrap().push(json!({"name": "by-hand", "user": {"exec": exec}}));
    });
    let text = sandbox.zenml(&["connector", "describe", "prod"]).succeeds();
    for file in [&first, &second] {
        assert!(text.contains(&format!("user zenml-prod in {file}, without a context")), "{text}");
    }
    let deleted = sandbox.zenml(&["connector", "delete", "prod"]);
    assert!(deleted.stderr.contains(&second) && deleted.stderr.contains("user by-hand"), "{deleted}");
    let output = sandbox.zenml(&["logout", "prod"]);
    assert!(output.stderr.contains("user \"by-hand\" in") && output.stderr.contains("stays"), "{output}");
    assert_eq!(output.succeeds(), "user/zenml-prod deleted\n");
    for file in [".kube/config", "second"] {
        assert_eq!((names(&sandbox, file, "users").len(), names(&sandbox, file, "clusters").len()), (1, 1), "{file}");
    }
    let again = sandbox.zenml(&["logout", "prod"]).fails(1);
    assert!(again.contains("connector \"prod\" not found") && names(&sandbox, "third", "users").len() == 2, "{again}");
}

#[test]
fn logout_leaves_what_login_did_not_write() {
    let sandbox = logged_in();
    sandbox.kubectl(&["config", "set-context", "mine", "--cluster=zenml-prod", "--user=rig-token"]).succeeds();
    sandbox.zenml(&["register", "other", "--context", "rig-token"]).succeeds();
    sandbox.zenml(&["login", "other"]).succeeds();
    let output = sandbox.zenml(&["logout", "prod"]);
    assert!(output.stderr.contains("context \"mine\" in") && output.stderr.contains("stays"), "{output}");
    assert_eq!(names(&sandbox, ".kube/config", "contexts"), ["mine", "rig-token", "zenml-other"]);
    assert_eq!(names(&sandbox, ".kube/config", "users").last().unwrap(), "zenml-other");
}

#[test]
fn the_command_that_switches_names_the_file() {
    let sandbox = logged_in();
    for (file, word) in [("other", "other"), ("my files/config", "'my files/config'")] {
        sandbox.write(file, &fs::read(kubeconfig("cert")).unwrap());
        let output = sandbox.zenml(&["login", "prod", "--kubeconfig", file]);
        let hint = format!("run `kubectl config use-context zenml-prod --kubeconfig {word}`.\n");
        assert!(output.stderr.ends_with(&hint), "{output}");
    }
}

#[test]
fn entries_of_the_same_name_in_another_file_are_somebodys_own() {
    let mut sandbox = logged_in();
    let foreign = sandbox.write("foreign", &fs::read(sandbox.path(".kube/config")).unwrap()).display().to_string();
    edit(&sandbox, "foreign", |tree| tree["users"][1]["user"] = json!({"token": "mine"}));
    let before = tree(&sandbox, "foreign");
    sandbox.set("KUBECONFIG", &format!("{}:{foreign}", sandbox.path(".kube/config").display()));
    assert_eq!(sandbox.zenml(&["logout", "prod"]).succeeds(), "context/zenml-prod deleted\n");
    assert_eq!(names(&sandbox, ".kube/config", "users"), ["rig-token"]);
    assert_eq!(tree(&sandbox, "foreign"), before);
}

#[test]
fn somebodys_cluster_or_context_of_the_same_name_is_not_taken_over() {
    let mut sandbox = logged_in();
    // In the same file: our context was made somebody's.
    edit(&sandbox, ".kube/config", |tree| {
        let contexts = tree["contexts"].as_array_mut().unwrap();
        let ours = contexts.iter_mut().find(|context| context["name"] == "zenml-prod").unwrap();
        (ours["context"]["user"], ours["context"]["namespace"]) = (json!("rig-token"), json!("mine"));
    });
    let said = sandbox.zenml(&["login", "prod"]).fails(1);
    assert!(said.contains("has a context named \"zenml-prod\" that is not ours"), "{said}");
    sandbox.zenml(&["login", "prod", "--overwrite"]).succeeds();
    // In a file before ours: a cluster and a context of somebody's own.
    let theirs = json!({
        "clusters": [{"name": "zenml-prod", "cluster": {"server": "https://foreign.example"}}],
        "contexts": [{"name": "zenml-prod", "context": {"cluster": "zenml-prod", "user": "fu"}}],
    });
    let theirs = sandbox.write("theirs", theirs.to_string().as_bytes());
    let ours = sandbox.path(".kube/config");
    sandbox.set("KUBECONFIG", &format!("{}:{}", theirs.display(), ours.display()));
    let said = sandbox.zenml(&["login", "prod"]).fails(1);
    assert!(said.contains("that is not ours") && said.contains("--overwrite"), "{said}");
    sandbox.zenml(&["logout", "prod"]).succeeds();
    assert_eq!(names(&sandbox, "theirs", "clusters"), ["zenml-prod"]);
    assert_eq!(names(&sandbox, "theirs", "contexts"), ["zenml-prod"]);
    assert!(!names(&sandbox, ".kube/config", "users").contains(&"zenml-prod".to_owned()));
}

#[test]
fn an_edited_record_sends_no_login_elsewhere() {
    let sandbox = logged_in();
    sandbox.zenml(&["login", "prod", "--unbound", "--yes"]).succeeds();
    let id = described(&sandbox)["id"].as_str().unwrap().to_owned();
    let record = format!(".local/share/kubectl-zenml/connectors/{id}.json");
    edit(&sandbox, &record, |tree| tree["configuration"]["server"] = "https://127.0.0.1:9".into());
    let said = sandbox.zenml(&["login", "prod"]).fails(1);
    assert!(said.contains("bound to another cluster: the server is https://127.0.0.1:9"), "{said}");
    let config = fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    assert!(!config.contains("127.0.0.1:9"), "{config}");
}

#[test]
fn describe_shows_that_a_plugin_has_arguments_and_where_its_path_begins() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.script("plug.sh", &minting(&crate::support::token(), ""));
    let flags = ["--exec-command", "./bin/plug.sh", "--exec-arg=one", "--exec-arg", "--two=2"];
    sandbox.zenml(&[&["register", "exec"], &flags[..]].concat()).succeeds();
    let exec = sandbox.zenml(&["connector", "describe", "exec", "-o", "json"]).json()["configuration"]["exec"].clone();
    assert_eq!(exec["args"], json!(["[HIDDEN]", "[HIDDEN]"]));
    assert_eq!(exec["directory"], sandbox.path("").to_str().unwrap().trim_end_matches('/'));
    let table = sandbox.zenml(&["connector", "describe", "exec"]).succeeds();
    assert!(table.contains("[HIDDEN], [HIDDEN]") && !table.contains("--two"), "{table}");
}
