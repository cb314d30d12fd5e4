//! Revisions beyond the last ten go also where nobody waits; what serves stays, and so the way back to it.

use super::*;

#[test]
fn deploys_that_nobody_waits_for_leave_the_last_ten_and_what_serves() {
    let stage = Stage::new("trimmed");
    stage.sandbox.write("token", b"hush-1");
    stage.deploy_text(&with_secret(), &[]).succeeds();
    let broken = with_secret().replace("busybox:1.35", "busybox:no-such-tag");
    for number in 2..=13 {
        stage.sandbox.write("token", format!("hush-{number}").as_bytes());
        stage.deploy_text(&broken, &["--wait=false"]).succeeds();
    }
    let wanted = |kind: &str| -> Vec<String> {
        let mut names: Vec<String> =
            [1].into_iter().chain(4..=13).map(|n| format!("{kind}/k8s-example-r{n}")).collect();
        names.sort();
        names
    };
    for kind in ["configmap", "secret"] {
        assert_eq!(stage.names(kind), wanted(kind));
    }
    let deployment = stage.get("deployment/k8s-example");
    let inventory = deployment["metadata"]["annotations"]["zenml.io/inventory"].as_str().unwrap();
    assert_eq!(inventory.matches("\"kind\":\"ConfigMap\"").count(), 11, "{inventory}");

    let failed = stage.deploy_text(&broken, &["--atomic"]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("Going back to revision 1\n"), "{failed}");
    assert_eq!(stage.greet("Ada"), "Hello Ada, hush-1!\n");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
}
