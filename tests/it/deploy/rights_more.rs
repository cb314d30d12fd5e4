//! A right that is missing only half, and keys that are replaced while something fails.

use super::*;

/// Whoever may list Deployments and not watch them sees how a rollout begins, and never how it ends.
#[test]
fn a_rollout_that_cannot_be_watched_is_told_at_once() {
    let stage = Stage::new("nowatch");
    let yaml = stage.zenml(&["rbac", "deployer"]).succeeds();
    // The first rule is that of Deployments.
    let blind = yaml.replacen("  - watch\n", "", 1);
    assert_ne!(blind, yaml);
    let path = stage.sandbox.write("rbac.yaml", blind.as_bytes());
    stage.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    let user = least::sign_in(&stage);
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let slow = example.replace("readiness_probe_initial_delay: 0", "readiness_probe_initial_delay: 300");
    user.write("service.yaml", slow.as_bytes());
    let told = |refused: &Output| {
        assert_eq!(refused.code, Some(1), "{refused}");
        assert!(refused.stderr.contains("error: cannot watch the rollout\n"), "{refused}");
        assert!(refused.stderr.contains("cannot watch resource \"deployments\""), "{refused}");
        assert!(refused.stderr.contains("hint: `kubectl zenml rbac deployer` prints"), "{refused}");
    };
    told(&user.zenml(&["deploy", "-f", "service.yaml", "--timeout=120s"]));
    told(&user.zenml(&["deployment", "status", "k8s-example", "--timeout=120s"]));
}

fn keyed() -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example.replace("    replicas: 1\n", "    generate_auth_key: true\n")
}

#[test]
fn a_key_is_not_replaced_where_it_could_not_be_restored() {
    let stage = Stage::new("norestore");
    for (text, flag) in
        [(keyed(), "--rollback-on-failure"), (keyed().replace("generate", "atomic: true\n    generate"), "--adopt")]
    {
        let refused = stage.deploy_text(&text, &["--rotate-auth-key", flag]).fails(2);
        assert!(refused.contains("the key before could not be restored"), "{refused}");
        assert!(refused.contains("hint: replace the key in a deploy of its own, with"), "{refused}");
    }
    stage.deploy_text(&keyed(), &[]).succeeds();
    let broken = keyed().replace("busybox:1.35", "busybox:no-such-tag");
    let said = "hint: the Secret \"k8s-example-auth\" holds the new key already";
    let failed = stage.deploy_text(&broken, &["--rotate-auth-key"]);
    assert!(failed.code == Some(4) && failed.stderr.contains(said), "{failed}");
    let failed = stage.deploy_text(&broken, &[]);
    assert!(failed.code == Some(4) && !failed.stderr.contains(said), "{failed}");
}

#[test]
fn a_revision_that_comes_back_without_its_key_says_so() {
    let stage = Stage::new("ownkey");
    stage.sandbox.write("key", b"hush-own");
    let own = keyed().replace("generate_auth_key: true", "auth_key: {file: key}");
    stage.deploy_text(&own, &[]).succeeds();
    stage.deploy(&[]).succeeds();
    assert_eq!(stage.names("secrets"), [""; 0]);
    let back = stage.zenml(&["deployment", "rollback", "k8s-example"]);
    assert!(back.stderr.contains("Warning: the auth key of revision 1 is gone"), "{back}");
    assert!(back.stderr.contains("\"k8s-example-auth\"") && back.stderr.contains("--rotate-auth-key"), "{back}");
    back.succeeds();
    assert_eq!(stage.names("secrets"), ["secret/k8s-example-auth"]);
    // The key that is there is the revision's.
    let kept = stage.zenml(&["deployment", "rollback", "k8s-example", "--to-revision=1"]);
    assert!(!kept.stderr.contains("is gone"), "{kept}");
    kept.succeeds();
}
