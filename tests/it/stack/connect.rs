//! Linking components to connectors, and deleting a connector that is in use.

use crate::support::dialogue::Dialogue;
use crate::support::kubeconfig;
use crate::support::sandbox::{PLUGIN, Sandbox};

/// A user with the connector "prod" and the orchestrator "k8s".
fn user() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["orchestrator", "register", "k8s"]).succeeds();
    sandbox
}

fn id(sandbox: &Sandbox, noun: &str, name: &str) -> String {
    sandbox.zenml(&[noun, "describe", name, "-o", "jsonpath={.id}"]).succeeds()
}

fn linked(sandbox: &Sandbox, noun: &str, name: &str) -> serde_json::Value {
    sandbox.zenml(&[noun, "describe", name, "-o", "json"]).json()["connector_name"].clone()
}

#[test]
fn connecting_verifies_and_prints_the_resource() {
    let sandbox = user();
    let table = |noun: &str, what: &str| {
        let id = id(&sandbox, "connector", "prod");
        format!(
            "{noun} {what}\nCONNECTOR ID                           CONNECTOR NAME   CONNECTOR TYPE   \
             RESOURCE TYPE        RESOURCE NAMES\n{id}   prod             kubernetes       kubernetes-cluster   rig\n"
        )
    };
    let said = sandbox.zenml(&["orchestrator", "connect", "k8s", "--connector", "prod", "--resource-id", "rig"]);
    assert_eq!(said.succeeds(), table("orchestrator/k8s", "connected"));
    let said = sandbox.zenml(&["deployer", "register", "k8s", "--flavor=kubernetes", "--connector", "prod"]);
    assert_eq!(said.succeeds(), table("deployer/k8s", "registered"));
    assert_eq!(linked(&sandbox, "deployer", "k8s"), "prod");

    let described = sandbox.zenml(&["connector", "describe", "prod"]).succeeds();
    assert!(described.contains("orchestrator \"k8s\"") && described.contains("deployer \"k8s\""), "{described}");
    let json = sandbox.zenml(&["connector", "describe", "prod", "-o", "json"]).json();
    assert_eq!(json["components"].as_array().unwrap().len(), 2, "{json}");

    let wrong = ["orchestrator", "connect", "k8s", "--connector", "prod", "--resource-id", "other"];
    let said = sandbox.zenml(&wrong).fails(1);
    assert!(said.contains("gives no access to \"other\"") && said.contains("is \"rig\""), "{said}");
    assert_eq!(sandbox.zenml(&["orchestrator", "disconnect", "k8s"]).succeeds(), "orchestrator/k8s disconnected\n");
    assert_eq!(sandbox.zenml(&["orchestrator", "disconnect", "k8s"]).succeeds(), "orchestrator/k8s unchanged\n");
    assert_eq!(linked(&sandbox, "orchestrator", "k8s"), serde_json::Value::Null);
}

#[test]
fn a_connector_that_does_not_work_is_linked_only_unverified() {
    let sandbox = user();
    let server = ["register", "away", "--server", "https://127.0.0.1:1", "--token", "@token", "--no-verify"];
    sandbox.write("token", b"x");
    sandbox.zenml(&server).succeeds();
    let said = sandbox.zenml(&["orchestrator", "connect", "k8s", "--connector", "away"]).fails(1);
    assert!(said.contains("hint: nothing was linked; --no-verify links"), "{said}");
    assert_eq!(linked(&sandbox, "orchestrator", "k8s"), serde_json::Value::Null);
    let said = sandbox.zenml(&["orchestrator", "register", "other", "--connector", "away"]).fails(1);
    assert!(said.contains("--no-verify"), "{said}");
    assert!(sandbox.zenml(&["orchestrator", "describe", "other"]).fails(1).contains("not found"));
    sandbox.zenml(&["orchestrator", "connect", "k8s", "--connector", "away", "--no-verify"]).succeeds();
    assert_eq!(linked(&sandbox, "orchestrator", "k8s"), "away");
}

#[test]
fn a_connector_with_too_few_rights_is_linked_with_a_warning() {
    let sandbox = user();
    let least = kubeconfig("least").display().to_string();
    sandbox.zenml(&["register", "least", "--kubeconfig", &least]).succeeds();
    let said = sandbox.zenml(&["deployer", "connect", "default", "--connector", "least"]);
    assert!(said.stderr.contains("kubectl zenml verify least --for deployer"), "{said}");
    said.succeeds();
    assert_eq!(linked(&sandbox, "deployer", "default"), "least");
}

#[test]
fn a_component_that_names_another_way_is_told_which_wins() {
    let sandbox = user();
    sandbox.zenml(&["orchestrator", "update", "k8s", "--kubernetes-context", "kind"]).succeeds();
    let said = sandbox.zenml(&["orchestrator", "connect", "k8s", "--connector", "prod"]);
    let warning =
        "the orchestrator \"k8s\" also sets kubernetes_context \"kind\"; the connector wins while it is linked";
    assert!(said.stderr.contains(warning), "{said}");
    said.succeeds();
    let said = sandbox.zenml(&["orchestrator", "update", "k8s", "--incluster"]);
    assert!(said.stderr.contains("also sets incluster and kubernetes_context \"kind\"; the connector wins"), "{said}");
    said.succeeds();
}

#[test]
fn a_connector_in_use_is_deleted_only_by_force() {
    let sandbox = user();
    sandbox.zenml(&["orchestrator", "connect", "k8s", "--connector", "prod"]).succeeds();
    let said = sandbox.zenml(&["connector", "delete", "prod"]).fails(1);
    assert!(said.starts_with("error: connector \"prod\" is used by orchestrator \"k8s\"\n"), "{said}");
    assert!(said.contains("`kubectl zenml orchestrator disconnect k8s`") && said.contains("--force"), "{said}");
    sandbox.zenml(&["connector", "describe", "prod"]).succeeds();
    let said = sandbox.zenml(&["connector", "delete", "prod", "--force"]);
    assert!(said.stderr.contains("the orchestrator \"k8s\" is linked to no connector any more"), "{said}");
    assert_eq!(said.succeeds(), "connector/prod deleted\n");
    assert_eq!(linked(&sandbox, "orchestrator", "k8s"), serde_json::Value::Null);
}

#[test]
fn a_person_chooses_among_those_that_work() {
    let sandbox = user();
    sandbox.write("token", b"x");
    let away = ["register", "away", "--server", "https://127.0.0.1:1", "--token", "@token", "--no-verify"];
    sandbox.zenml(&away).succeeds();
    let mut dialogue = Dialogue::run(&sandbox, &format!("{PLUGIN} orchestrator connect -i"));
    dialogue.answer("Which orchestrator? [1-2] ", "9\n");
    dialogue.answer("Type a number, 1-2", "");
    dialogue.answer("Which orchestrator? [1-2] ", "2\n");
    dialogue.answer("connector \"away\" is left out", "");
    dialogue.answer("[1]      prod", "");
    dialogue.answer("Which connector? [1] ", "1\n");
    let (code, said) = dialogue.end();
    assert!(code == 0 && said.contains("orchestrator/k8s connected"), "{code} {said}");
    assert_eq!(linked(&sandbox, "orchestrator", "k8s"), "prod");

    let mut dialogue = Dialogue::run(&sandbox, &format!("{PLUGIN} deployer connect default -i"));
    dialogue.answer("Which connector? [1] ", "\n");
    let (code, said) = dialogue.end();
    assert!(code == 1 && said.contains("nothing was done"), "{code} {said}");
    let said = sandbox.zenml(&["deployer", "connect", "default", "-i"]).fails(1);
    assert!(said.contains("there is no terminal") && said.contains("--connector NAME"), "{said}");
}
