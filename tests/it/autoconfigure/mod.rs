//! Every kind of context, registered and used against the real cluster: by kubectl through the helper, and by our own
//! client. What a context cannot be registered for, and what files look like: `kubeconfig.rs`. Token, certificate, exec
//! plugin: `connector.rs`; token file and password: `methods`.

mod places;
mod wire;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, tls, token};

/// A user whose only context is the cluster's, changed.
fn context(change: impl FnOnce(&mut Value)) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(change);
    sandbox
}

/// The API server's URL.
fn server() -> String {
    let tree: Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("token")).unwrap()).unwrap();
    tree["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned()
}

/// Registers a context as `name` and uses it: the user whom kubectl and our own client are, and the connector's record.
#[track_caller]
fn works(sandbox: &Sandbox, name: &str, flags: &[&str]) -> (String, Value) {
    sandbox.zenml(&[&["register", name], flags].concat()).succeeds();
    sandbox.zenml(&["login", name]).succeeds();
    let context = format!("zenml-{name}");
    let user = sandbox.kubectl(&["--context", &context, "auth", "whoami", "-ojsonpath={.status.userInfo.username}"]);
    let user = user.succeeds();
    let verified = sandbox.zenml(&["verify", name, "-o", "json"]);
    let verified: Value = serde_json::from_str(&verified.stdout).unwrap_or_else(|_| panic!("{verified}"));
    assert_eq!(verified["identity"]["account"], user);
    (user, sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json()["configuration"].take())
}

#[test]
fn without_an_authority_the_systems_roots_count() {
    let mut sandbox = context(|tree| {
        tree["clusters"][0]["cluster"].as_object_mut().unwrap().remove("certificate-authority-data");
    });
    assert!(sandbox.zenml(&["register", "roots"]).fails(1).contains("certificate"));
    sandbox.set("SSL_CERT_FILE", &tls::authority());
    let (user, record) = works(&sandbox, "roots", &[]);
    assert_eq!((user.as_str(), &record["certificate_authority"]), ("rig-token-user", &Value::Null));
    let written = fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    assert!(!written.contains("certificate-authority") && !written.contains("insecure"), "{written}");
}

#[test]
fn an_unchecked_certificate_is_recorded_and_warned_of() {
    let sandbox = context(|tree| {
        let cluster = tree["clusters"][0]["cluster"].as_object_mut().unwrap();
        cluster.remove("certificate-authority-data");
        cluster.insert("insecure-skip-tls-verify".to_owned(), json!(true));
    });
    let said = sandbox.zenml(&["register", "first"]);
    assert!(said.stderr.contains("Warning: the server's certificate is not checked"), "{said}");
    let (user, record) = works(&sandbox, "open", &[]);
    assert_eq!((user.as_str(), &record["insecure"]), ("rig-token-user", &json!(true)));
}

#[test]
fn unchecked_with_an_authority_is_refused_and_one_or_the_other_is_taken_on_request() {
    let sandbox = context(|tree| tree["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = json!(true));
    let said = sandbox.zenml(&["register", "both"]).fails(1);
    assert!(said.contains("with the insecure flag is not allowed"), "{said}");
    assert!(said.contains("--insecure-skip-tls-verify") && said.contains("--certificate-authority"), "{said}");
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("with the insecure flag is not allowed"));
    let (_, record) = works(&sandbox, "unchecked", &["--insecure-skip-tls-verify"]);
    assert_eq!((&record["insecure"], &record["certificate_authority"]), (&json!(true), &Value::Null));
    let (_, record) = works(&sandbox, "checked", &["--certificate-authority", &tls::authority()]);
    assert_eq!((&record["insecure"], record["certificate_authority"].is_string()), (&json!(false), true));
}

#[test]
fn a_namespace_comes_along() {
    let sandbox = context(|tree| tree["contexts"][0]["context"]["namespace"] = json!("kube-system"));
    let (_, record) = works(&sandbox, "spaced", &[]);
    assert_eq!(record["namespace"], "kube-system");
    let found = sandbox.kubectl(&["--context", "zenml-spaced", "get", "configmaps", "-o", "name"]).succeeds();
    assert!(found.contains("configmap/extension-apiserver-authentication"), "{found}");
}

#[test]
fn impersonation_comes_along_whole() {
    let sandbox = context(|tree| {
        let user = &mut tree["users"][0]["user"];
        user["as"] = json!("jane@example.org");
        user["as-uid"] = json!("06f6ce97");
        user["as-groups"] = json!(["crew", "system:masters"]);
        user["as-user-extra"] = json!({"example.org/scopes": ["view"], "reason": ["ticket", "call"]});
    });
    let (user, record) = works(&sandbox, "jane", &[]);
    assert_eq!((user.as_str(), &record["impersonation"]["uid"]), ("jane@example.org", &json!("06f6ce97")));
    let who = sandbox.kubectl(&["--context", "zenml-jane", "auth", "whoami", "-o", "json"]).json();
    let info = &who["status"]["userInfo"];
    assert!(info["groups"].as_array().unwrap().contains(&json!("crew")) && info["uid"] == "06f6ce97", "{info}");
    assert_eq!(
        (&info["extra"]["reason"], &info["extra"]["example.org/scopes"]),
        (&json!(["ticket", "call"]), &json!(["view"]))
    );
}

#[test]
fn a_context_without_a_user_is_anonymous_only_where_that_is_wanted() {
    let sandbox = context(|tree| drop(tree["contexts"][0]["context"].as_object_mut().unwrap().remove("user")));
    let said = sandbox.zenml(&["register", "nobody"]).fails(1);
    assert!(said.contains("anonymous") && said.contains("--allow-anonymous"), "{said}");
    sandbox.zenml(&["register", "nobody", "--allow-anonymous"]).succeeds();
    let record = sandbox.zenml(&["connector", "describe", "nobody", "-o", "json"]).json();
    assert_eq!((&record["auth_method"], &record["account"]), (&json!("token"), &json!("system:anonymous")), "{record}");
    // The rig's anonymous users may read the version and nothing else.
    let said = sandbox.zenml(&["run", "list", "--connector", "nobody"]).fails(1);
    assert!(said.contains("system:anonymous"), "{said}");
    assert_eq!(sandbox.zenml(&["verify", "nobody"]).code, Some(3));
    assert!(sandbox.zenml(&["login", "nobody"]).fails(1).contains("anonymous"), "kubectl could be given nothing");
}

#[test]
fn an_arn_becomes_the_clusters_name() {
    let arn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";
    let sandbox = context(|tree| {
        for entry in ["clusters", "users", "contexts"] {
            tree[entry][0]["name"] = json!(arn);
        }
        tree["contexts"][0]["context"] = json!({"cluster": arn, "user": arn});
        tree["current-context"] = json!(arn);
        let exec = json!({
            "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws",
            "args": ["--region", "eu-central-1", "eks", "get-token", "--cluster-name", "prod", "--output", "json"],
        });
        tree["users"][0]["user"] = json!({ "exec": exec });
    });
    let answer = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{{"token":"{}"}}}}"#,
        token()
    );
    sandbox.script("aws", &format!("#!/bin/sh\necho '{answer}'\n"));
    assert!(sandbox.zenml(&["register"]).succeeds().starts_with("connector/prod registered\n"));
    sandbox.zenml(&["connector", "delete", "prod"]).succeeds();
    let (user, record) = works(&sandbox, "prod", &[]);
    assert_eq!((user.as_str(), &record["cluster_name"]), ("rig-token-user", &json!(arn)));
}

#[test]
fn several_contexts_of_one_user_become_several_connectors() {
    let sandbox = context(|tree| {
        let more = ["blue", "green"]
            .map(|name| json!({"name": name, "context": {"cluster": "rig", "user": "rig-token", "namespace": name}}));
        tree["contexts"].as_array_mut().unwrap().extend(more);
    });
    for name in ["blue", "green"] {
        let (user, record) = works(&sandbox, name, &["--context", name]);
        assert_eq!((user.as_str(), &record["namespace"]), ("rig-token-user", &json!(name)));
    }
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().lines().count(), 2);
}

#[test]
fn files_count_from_the_kubeconfig_and_may_go_afterwards() {
    let sandbox = Sandbox::with_vault("cert");
    let mut written = Vec::new();
    sandbox.edit_kubeconfig(|config| {
        for (list, body, field) in [
            ("clusters", "cluster", "certificate-authority"),
            ("users", "user", "client-certificate"),
            ("users", "user", "client-key"),
        ] {
            let entry = config[list][0][body].as_object_mut().unwrap();
            let data = entry.remove(&format!("{field}-data")).unwrap();
            entry.insert(field.to_owned(), json!(format!("pki/{field}.pem")));
            written.push((field, STANDARD.decode(data.as_str().unwrap()).unwrap()));
        }
    });
    let files: Vec<_> =
        written.iter().map(|(field, bytes)| sandbox.write(&format!(".kube/pki/{field}.pem"), bytes)).collect();
    let (user, record) = works(&sandbox, "relative", &[]);
    assert_eq!((user.as_str(), &record["client_key"]), ("rig-cert-user", &json!("[HIDDEN]")));
    for file in files {
        fs::remove_file(file).unwrap();
    }
    sandbox.kubectl(&["--context", "zenml-relative", "get", "nodes"]).succeeds();
    let said = sandbox.zenml(&["register", "again", "--context", "rig-cert"]).fails(1);
    assert!(said.contains(".kube/pki/certificate-authority") || said.contains("unable to read"), "{said}");
}

#[test]
fn a_list_of_files_is_one_kubeconfig() {
    let mut sandbox = Sandbox::empty();
    sandbox.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    let whole: Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("token")).unwrap()).unwrap();
    let mut wrong = whole["clusters"][0].clone();
    wrong["cluster"]["server"] = json!("https://127.0.0.1:1");
    let first = json!({"contexts": whole["contexts"], "current-context": "rig-token"});
    let second = json!({"clusters": whole["clusters"], "current-context": "gone"});
    let third = json!({"clusters": [wrong], "users": [{"name": "rig-token", "user": {"tokenFile": "token"}}]});
    sandbox.write("sub/token", token().as_bytes());
    let files = [("first", first), ("second", second), ("sub/third", third)];
    let paths: Vec<_> = files
        .iter()
        .map(|(name, tree)| sandbox.write(name, tree.to_string().as_bytes()).display().to_string())
        .collect();
    sandbox.set("KUBECONFIG", &format!("{}:/nowhere:{}", paths[0], paths[1..].join(":")));
    let (user, record) = works(&sandbox, "list", &[]);
    assert_eq!((user.as_str(), &record["server"]), ("rig-token-user", &json!(server())));
    assert_eq!(record["token_file"], sandbox.path("sub/token").to_str().unwrap());
}
