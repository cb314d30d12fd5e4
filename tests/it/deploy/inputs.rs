//! What a file or a flag names, and whether that can be.

use super::*;

fn service(deployer: &str) -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example.replace("    replicas: 1\n", &format!("    {deployer}\n"))
}

#[test]
fn a_role_that_is_not_there_is_refused() {
    let stage = Stage::new("role");
    let with = |role: &str| {
        let account = "service_account_name: robot\n    create_service_account: true\n    service_account_role: ";
        stage.deploy_text(&service(&format!("{account}{role}")), &["--wait=false"])
    };
    let refused = with("veiw").fails(1);
    assert!(refused.contains("there is no ClusterRole \"veiw\": did you mean \"view\"?"), "{refused}");
    stage.namespace.kubectl(&["create", "role", "reader", "--verb=get", "--resource=pods"]).succeeds();
    let refused = with("Role/raeder").fails(1);
    assert!(refused.contains("there is no Role \"raeder\": did you mean \"reader\"?"), "{refused}");
    assert_eq!(stage.names("deployments,serviceaccounts"), ["serviceaccount/default"]);
    with("Role/reader").succeeds();
}

#[test]
fn a_file_of_additional_resources_holds_something() {
    let stage = Stage::new("hollow");
    stage.sandbox.write("more.yaml", b"# nothing yet\n---\n");
    let refused = stage.deploy_text(&service("additional_resources: [more.yaml]"), &[]).fails(1);
    assert!(refused.contains("more.yaml: there is no object in it"), "{refused}");
}

#[test]
fn another_field_manager_is_in_conflict_only_over_what_it_changes() {
    let stage = Stage::new("manager");
    let changed = service("labels: {team: ml}").replace("GREETING: Hello", "GREETING: Salut");
    let deploy = |text: &str, flags: &[&str]| stage.deploy_text(text, flags);
    deploy(&service("replicas: 1"), &[]).succeeds();
    // The same objects by somebody else: the record is written all the same.
    let ci = ["--field-manager=ci"];
    deploy(&service("replicas: 2"), &ci).fails(1);
    deploy(&service("replicas: 1\n    labels: {team: ml}"), &ci).succeeds();
    let managers = stage.namespace.kubectl(&[
        "get",
        "deployment/k8s-example",
        "--show-managed-fields",
        "-o",
        "jsonpath={.metadata.managedFields[*].manager}",
    ]);
    assert!(managers.succeeds().split(' ').any(|manager| manager == "ci"));
    let refused = deploy(&changed, &ci);
    assert!(refused.code == Some(1) && refused.stderr.contains("conflict with \"kubectl-zenml\""), "{refused}");
    assert!(!refused.stderr.contains("zenml.io/inventory"), "{refused}");
    deploy(&changed, &["--field-manager=ci", "--force-conflicts"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let back = ["deployment", "rollback", "k8s-example", "--to-revision=1", "--field-manager=ci"];
    stage.zenml(&back).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "name"]).succeeds();
    assert_eq!(history, "revision/1\nrevision/2\nrevision/3\nrevision/4\n");
    for name in ["", "kubectl-zenml-replicas"] {
        deploy(&changed, &[&format!("--field-manager={name}")]).fails(2);
    }
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
}
