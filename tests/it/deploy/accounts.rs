//! The account of the pods: it stays while they name it, gets another role, and goes with the rest.

use super::*;

/// A service with these settings whose pods no node takes.
fn service(settings: &str) -> String {
    format!(
        "version: 1\nkind: service\nname: s\nimage: docker.io/library/busybox:1.35\ncommand: [sleep, '1000']\n\
         settings:\n  deployer:\n    service_account_name: robot\n    \
         pod_settings: {{node_selectors: {{nowhere: 'true'}}}}\n{settings}"
    )
}

fn created(role: &str) -> String {
    service(&format!("    create_service_account: true\n    service_account_role: {role}\n"))
}

#[test]
fn an_account_stays_while_the_pods_name_it() {
    let stage = Stage::new("account");
    stage.deploy_text(&created("ClusterRole/view"), &["--wait=false"]).succeeds();
    let dry = stage.deploy_text(&service(""), &["--dry-run=server"]);
    let kept = |said: &Output, note: &str| {
        for object in ["serviceaccount/robot", "rolebinding.rbac.authorization.k8s.io/robot"] {
            assert!(said.stdout.contains(&format!("{object} kept{note}\n")), "{said}");
            assert!(said.stderr.contains(&format!("The pods still name {object}: it stays")), "{said}");
        }
        assert!(!said.stdout.contains("pruned"), "{said}");
    };
    kept(&dry, " (server dry run)");
    let deployed = stage.deploy_text(&service(""), &["--wait=false"]);
    kept(&deployed, "");
    deployed.succeeds();
    let both = ["serviceaccount/robot", "rolebinding.rbac.authorization.k8s.io/robot"];
    let there = || {
        let names = stage.names("serviceaccounts,rolebindings");
        names.into_iter().filter(|name| name.ends_with("/robot")).collect::<Vec<_>>()
    };
    assert_eq!(there(), both);
    // They are the user's own now.
    let again = stage.deploy_text(&service(""), &["--wait=false"]);
    assert!(!again.stdout.contains("kept") && !again.stderr.contains("still name"), "{again}");
    stage.zenml(&["deployment", "delete", "s"]).succeeds();
    assert_eq!(there(), both);
}

#[test]
fn an_account_that_the_pods_name_no_more_goes() {
    let stage = Stage::new("noaccount");
    stage.deploy_text(&created("ClusterRole/view"), &["--wait=false"]).succeeds();
    let without = service("").replace("    service_account_name: robot\n", "");
    let said = stage.deploy_text(&without, &["--wait=false"]).succeeds();
    assert!(said.contains("serviceaccount/robot pruned\n"), "{said}");
    assert_eq!(stage.names("serviceaccounts"), ["serviceaccount/default"]);
}

#[test]
fn another_role_is_given_by_another_binding() {
    let stage = Stage::new("role");
    let role = || stage.get("rolebinding/robot")["roleRef"]["name"].clone();
    stage.deploy_text(&created("ClusterRole/view"), &["--wait=false"]).succeeds();
    stage.deploy_text(&created("ClusterRole/edit"), &["--dry-run=server"]).succeeds();
    let shown = stage.deploy_text(&created("ClusterRole/edit"), &["--diff"]);
    assert!(shown.stdout.contains("-  name: view\n") && shown.stdout.contains("+  name: edit\n"), "{shown}");
    assert_eq!(role(), "view");
    let said = stage.deploy_text(&created("ClusterRole/edit"), &["--wait=false"]).succeeds();
    assert!(said.contains("rolebinding.rbac.authorization.k8s.io/robot configured\n"), "{said}");
    assert_eq!(role(), "edit");
    let again = stage.deploy_text(&created("ClusterRole/edit"), &["--wait=false"]).succeeds();
    assert!(again.contains("rolebinding.rbac.authorization.k8s.io/robot unchanged\n"), "{again}");
    stage.zenml(&["deployment", "delete", "s"]).succeeds();
    assert_eq!(stage.names("rolebindings"), [""; 0]);
}

#[test]
fn the_binding_of_somebody_else_keeps_its_role() {
    let stage = Stage::new("binding");
    let binding = ["create", "rolebinding", "robot", "--clusterrole=view", "--serviceaccount=default:default"];
    stage.namespace.kubectl(&binding).succeeds();
    let refused = stage.deploy_text(&created("ClusterRole/edit"), &["--wait=false"]).fails(1);
    assert!(refused.contains("rolebinding \"robot\" in namespace"), "{refused}");
    assert_eq!(stage.get("rolebinding/robot")["roleRef"]["name"], "view");
}

#[test]
fn what_orphaned_pods_name_stays_with_them() {
    let stage = Stage::new("orphan");
    stage.sandbox.write("token", b"hush");
    let text = format!("{}secrets: {{TOKEN: {{file: token}}}}\n", created("ClusterRole/view"));
    let text = text.replace("  deployer:\n", "  deployer:\n    generate_auth_key: true\n");
    stage.deploy_text(&text, &["--wait=false"]).succeeds();
    let deleted = stage.zenml(&["deployment", "delete", "s", "--cascade", "orphan"]);
    for object in
        ["secret/s-r1", "secret/s-auth", "serviceaccount/robot", "rolebinding.rbac.authorization.k8s.io/robot"]
    {
        assert!(deleted.stdout.contains(&format!("{object} kept\n")), "{deleted}");
    }
    assert!(deleted.stderr.contains("What the orphaned pods name stays with them"), "{deleted}");
    deleted.succeeds();
    assert_eq!(stage.names("secrets"), ["secret/s-auth", "secret/s-r1"]);
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
    assert!(stage.names("serviceaccounts").contains(&"serviceaccount/robot".to_owned()));
}

#[test]
fn only_restricted_is_announced_as_restricted() {
    let stage = Stage::new("baseline");
    let label = "pod-security.kubernetes.io/enforce=baseline";
    admin(&["label", "namespace", stage.namespace.name(), label]).succeeds();
    let text =
        service("").replace("    service_account_name: robot\n", "").replace("{node_sel", "{host_ipc: true, node_sel");
    let refused = stage.deploy_text(&text, &["--wait=false"]).fails(1);
    assert!(refused.contains("demands PodSecurity \"baseline:latest\", and the pods"), "{refused}");
    assert!(refused.contains("hostIPC=true") && !refused.contains("restricted"), "{refused}");
}
