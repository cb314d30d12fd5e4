//! CREDENTIALS §1a, `spec.cluster.config`: one user entry for several clusters, each of which names its connector.

use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, token};

/// Two connectors of two users of one cluster, the second under another name of its server; one kubeconfig user, whose
/// arguments name neither.
fn shared() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    let cert = kubeconfig("cert").display().to_string();
    sandbox.zenml(&["register", "one"]).succeeds();
    sandbox.zenml(&["register", "two", "--kubeconfig", &cert]).succeeds();
    std::fs::remove_file(sandbox.path(".kube/config")).unwrap();
    sandbox.zenml(&["login", "one", "--exec-api-version", "v1beta1"]).succeeds();
    sandbox.zenml(&["login", "two", "--exec-api-version", "v1beta1"]).succeeds();
    sandbox.edit_kubeconfig(|tree| {
        for (number, name) in ["one", "two"].into_iter().enumerate() {
            tree["clusters"][number]["cluster"]["extensions"] = extension(&json!({"connector": name}));
            tree["contexts"][number]["context"]["user"] = json!("zenml-one");
        }
        tree["users"][0]["user"]["exec"]["args"] = json!(["get"]);
    });
    sandbox
}

fn extension(config: &Value) -> Value {
    json!([{"name": "client.authentication.k8s.io/exec", "extension": config}])
}

/// Who each client is for the context's cluster.
fn whoami(sandbox: &Sandbox, context: &str) -> String {
    let jsonpath = "-ojsonpath={.status.userInfo.username}";
    sandbox.kubectl(&["--context", context, "auth", "whoami", jsonpath]).succeeds()
}

#[test]
fn row_config_names_the_connector_where_the_arguments_do_not() {
    let sandbox = shared();
    assert_eq!(whoami(&sandbox, "zenml-one"), "rig-token-user");
    assert_eq!(whoami(&sandbox, "zenml-two"), "rig-cert-user");
    sandbox.old_kubectl(&["--context", "zenml-two", "get", "nodes"]).succeeds();
    // The plugin answers as the helper does.
    sandbox.edit_kubeconfig(|tree| {
        let exec = &mut tree["users"][0]["user"]["exec"];
        (exec["command"], exec["args"]) = (json!("kubectl-zenml"), json!(["credential", "get"]));
    });
    assert_eq!(whoami(&sandbox, "zenml-two"), "rig-cert-user");
    // Our own commands take such a context as kubectl does, and register refuses it.
    sandbox.zenml(&["run", "list", "--context", "zenml-two"]).succeeds();
    let said = sandbox.zenml(&["register", "again", "--context", "zenml-two"]).fails(1);
    assert!(said.contains("already gets its credential from connector \"two\""), "{said}");
    // Each connector knows the context that leads to it, and which of them is current.
    sandbox.kubectl(&["config", "use-context", "zenml-two"]).succeeds();
    for (name, active) in [("one", false), ("two", true)] {
        let described = sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json();
        assert_eq!(described["active"], active, "{described:#}");
        let contexts = described["contexts"].as_array().expect("contexts").clone();
        assert!(contexts.contains(&json!(format!("zenml-{name}"))), "{described:#}");
    }
}

#[test]
fn row_config_is_passed_over_where_the_arguments_name_one() {
    let sandbox = shared();
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["exec"]["args"] = json!(["get", "one"]));
    assert_eq!(whoami(&sandbox, "zenml-two"), "rig-token-user");
}

#[test]
fn row_config_cannot_lead_a_credential_elsewhere() {
    let sandbox = shared();
    let set = |server: &str, config: &Value| {
        sandbox.edit_kubeconfig(|tree| {
            let cluster = &mut tree["clusters"][0]["cluster"];
            (cluster["server"], cluster["extensions"]) = (json!(server), extension(config));
        });
        let said = sandbox.kubectl(&["--context", "zenml-one", "get", "nodes"]).fails(1);
        assert!(!said.contains('\u{1b}') && !said.contains("\nerror: forged") && !said.contains(&token()), "{said}");
        said
    };
    for name in ["one", "two"] {
        let said = set("https://127.0.0.1:9", &json!({"connector": name}));
        assert!(said.contains("bound to another cluster: the server is"), "{said}");
    }
    let server = "https://127.0.0.1:9";
    assert!(set(server, &json!({"connector": "three"})).contains("connector \"three\" not found"));
    for hostile in [
        json!({"connector": "--show-secrets"}),
        json!({"connector": "\u{1b}[2J\nerror: forged"}),
        json!({}),
        json!("one"),
    ] {
        let said = set(server, &hostile);
        assert!(said.contains("name a connector") && said.contains("extensions: "), "{said}");
    }
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["exec"]["provideClusterInfo"] = json!(false));
    let said = sandbox.kubectl(&["--context", "zenml-two", "get", "nodes"]).fails(1);
    assert!(said.contains("name a connector") && said.contains("`provideClusterInfo: true`"), "{said}");
}
