//! What is said to the one who lacks a right: which one, and where it is to be had.

use super::least::user;
use super::*;

fn way(feature: &str) -> String {
    format!("--with {feature}` prints it")
}

#[test]
fn each_missing_right_is_said_with_the_way_to_get_it() {
    let stage = Stage::new("ways");
    let user = user(&stage, &[]);
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    user.write("service.yaml", example.replace("replicas: 1", "replicas: 2").as_bytes());
    let deployed = user.zenml(&["deploy", "-f", "service.yaml"]);
    assert!(deployed.stderr.contains(&way("pdb")) && deployed.stderr.contains(&way("rollback")), "{deployed}");
    deployed.succeeds();
    for (verb, feature) in [
        ("logs", "logs"),
        ("events", "events"),
        ("history", "rollback"),
        ("rollback", "rollback"),
        ("invoke", "invoke"),
    ] {
        let refused = user.zenml(&["deployment", verb, "k8s-example"]);
        assert!(refused.code == Some(1) && refused.stderr.contains(&way(feature)), "{refused}");
    }
    let refused = user.zenml(&["deployment", "logs", "-f", "k8s-example"]);
    assert!(refused.code == Some(1) && refused.stderr.contains(&way("logs")), "{refused}");
    let refused = user.zenml(&["deployment", "port-forward", "k8s-example", ":8000"]);
    assert!(refused.code == Some(1) && refused.stderr.contains(&way("invoke")), "{refused}");
    assert_eq!(refused.stdout, "", "{refused}");
    let routed = example.replace("    replicas: 1\n", "    ingress_enabled: true\n");
    user.write("service.yaml", routed.as_bytes());
    let refused = user.zenml(&["deploy", "-f", "service.yaml"]);
    assert!(refused.code == Some(1) && refused.stderr.contains(&way("ingress")), "{refused}");
    let crash = example.replace("trap 'exit 0' TERM", "exit 0").replace("echo \"listening", "exit 0; echo \"listening");
    user.write("service.yaml", crash.as_bytes());
    let failed = user.zenml(&["deploy", "-f", "service.yaml"]);
    assert!(failed.code == Some(4) && failed.stderr.contains(&way("logs")), "{failed}");
}

/// Whoever may not change an autoscaler leaves it alone, and its pods to it.
#[test]
fn an_autoscaler_of_others_goes_on_deciding() {
    let stage = Stage::new("theirs");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let scaled = |greeting: &str| {
        example
            .replace("memory: 64MiB}", "memory: 64MiB, min_replicas: 2, max_replicas: 3}")
            .replace("    replicas: 1\n", "")
            .replace("GREETING: Hello", &format!("GREETING: {greeting}"))
    };
    stage.deploy_text(&scaled("Hello"), &[]).succeeds();
    let user = user(&stage, &[]);
    user.write("service.yaml", scaled("Salut").as_bytes());
    let deployed = user.zenml(&["deploy", "-f", "service.yaml"]);
    let said = "leaves its own as it is among horizontalpodautoscalers.autoscaling";
    assert!(deployed.stderr.contains(said) && deployed.stderr.contains(&way("hpa")), "{deployed}");
    assert!(!deployed.stderr.contains("2 of 1 pods"), "{deployed}");
    deployed.succeeds();
    assert_eq!(stage.get("deployment/k8s-example")["spec"]["replicas"], 2);
    assert_eq!(stage.names("hpa,pdb").len(), 2);
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    // A fixed number would take the autoscaler's end, so nothing is touched.
    user.write("service.yaml", example.as_bytes());
    let refused = user.zenml(&["deploy", "-f", "service.yaml"]);
    assert!(refused.code == Some(1) && refused.stderr.contains("is wanted no more and cannot be deleted"), "{refused}");
    assert!(
        refused.stderr.contains(&format!("`kubectl zenml rbac deployer -n {} --with ", stage.namespace.name())),
        "{refused}"
    );
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let refused = user.zenml(&["deployment", "delete", "k8s-example"]);
    assert!(
        refused.code == Some(1)
            && refused.stderr.contains(&format!("`kubectl zenml rbac deployer -n {} --with ", stage.namespace.name())),
        "{refused}"
    );
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,services,hpa,pdb,configmaps"), [""; 0]);
}
