//! Real kubectl, 1.36 and 1.20, through the helper: what it is told, how often it asks, and what it is refused.

use std::fs;

use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

/// A user who is logged in through the helper, and has no other context.
fn logged_in(kubeconfig: &str, version: &str) -> Sandbox {
    let sandbox = Sandbox::with_vault(kubeconfig);
    sandbox.zenml(&["register", "prod"]).succeeds();
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    sandbox.zenml(&["login", "prod", "--set-current", "--exec-api-version", version]).succeeds();
    sandbox
}

#[test]
fn one_command_runs_the_helper_once() {
    for (kubeconfig, version) in [("token", "v1"), ("cert", "v1"), ("token", "v1beta1"), ("cert", "v1beta1")] {
        let sandbox = logged_in(kubeconfig, version);
        sandbox.count_helper_runs();
        assert!(sandbox.kubectl(&["get", "nodes", "-o", "name"]).succeeds().starts_with("node/"));
        assert_eq!(sandbox.helper_runs(), 1, "{kubeconfig} {version}: discovery and the request share one answer");
        if version == "v1beta1" {
            assert!(sandbox.old_kubectl(&["get", "nodes", "-o", "name"]).succeeds().starts_with("node/"));
            assert_eq!(sandbox.helper_runs(), 1, "{kubeconfig}, kubectl 1.20");
        }
    }
}

#[test]
fn a_request_with_a_credential_of_its_own_does_not_ask() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    let said = sandbox.kubectl(&["get", "nodes", "--token=wrong"]).fails(1);
    assert!(said.contains("You must be logged in to the server"), "{said}");
    assert_eq!(sandbox.helper_runs(), 0);
}

#[test]
fn an_entry_with_another_server_gets_a_refusal() {
    let sandbox = logged_in("token", "v1beta1");
    let cluster = "zenml-prod";
    let change = |setting: &str| sandbox.kubectl(&["config", "set-cluster", cluster, setting]).succeeds();
    change("--server=https://127.0.0.1:9");
    let refused = |said: Output| {
        let said = said.fails(1);
        assert!(said.contains("bound to another cluster: the server is https://127.0.0.1:9"), "{said}");
        assert!(said.contains("exit code 1"), "{said}");
    };
    refused(sandbox.kubectl(&["get", "nodes"]));
    refused(sandbox.old_kubectl(&["get", "nodes"]));
    sandbox.zenml(&["login", "prod"]).succeeds();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    change("--tls-server-name=kubernetes");
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("tls-server-name is kubernetes, not none"), "{said}");
}

#[test]
fn an_entry_cannot_switch_the_check_off() {
    let sandbox = logged_in("token", "v1");
    let config = sandbox.path(".kube/config");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("provideClusterInfo: true"), "{text}");
    fs::write(&config, text.replace("provideClusterInfo: true", "provideClusterInfo: false")).unwrap();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("does not say which cluster it means"), "{said}");
    // Nor can the entry's own environment or arguments.
    let forged = text.replace("- get\n", "- get\n      - --show-secrets\n");
    fs::write(&config, forged.replace("provideClusterInfo: true", "provideClusterInfo: false")).unwrap();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("does not say which cluster it means"), "{said}");
}

#[test]
fn a_deleted_connector_is_explained() {
    let sandbox = logged_in("token", "v1");
    sandbox.zenml(&["connector", "delete", "prod"]).succeeds();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("not found") && said.contains("kubectl zenml connector list"), "{said}");
}
