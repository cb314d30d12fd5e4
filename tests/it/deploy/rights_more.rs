//! A right that is missing only half, and keys that are replaced while something fails.

use std::io::{BufRead, BufReader};
use std::process::Child;

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
    // Who wants it taken back is refused before anything is made.
    for flag in ["--atomic", "--rollback-on-failure"] {
        let refused = user.zenml(&["deploy", "-f", "service.yaml", flag]).fails(1);
        assert!(
            refused.contains("error: a rollout that fails could not be seen, and so not be taken back\n"),
            "{refused}"
        );
        assert!(refused.contains("caused by: you may not watch deployments.apps in namespace \""), "{refused}");
        assert!(refused.contains("hint: `kubectl zenml rbac deployer` prints"), "{refused}");
        assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
    }
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

/// A deploy of `text` that replaces the key and waits for its pods.
fn rotating(stage: &Stage, text: &str) -> Child {
    stage.sandbox.write("rotating.yaml", text.as_bytes());
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deploy", "-f", "rotating.yaml", "--rotate-auth-key", "-n", stage.namespace.name()]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let last = said.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("service/k8s-example ")));
    assert!(last.is_some(), "the deploy should have applied everything");
    child
}

#[test]
fn whoever_does_not_see_the_end_hears_that_the_key_is_another() {
    let stage = Stage::new("unseenkey");
    stage.deploy_text(&keyed(), &[]).succeeds();
    let slow = keyed().replace("readiness_probe_initial_delay: 0", "readiness_probe_initial_delay: 300");
    let said =
        "hint: the Secret \"k8s-example-auth\" holds the new key already, and pods that started before take the old";
    let interrupted = rotating(&stage, &slow);
    let pid = rustix::process::Pid::from_child(&interrupted);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let ended = Output::from("deploy".to_owned(), interrupted.wait_with_output().unwrap());
    assert!(ended.code == Some(130) && ended.stderr.contains(said), "{ended}");
    assert!(ended.stderr.contains("should the rollout not come to its end, deploy again,"), "{ended}");
    let overtaken = rotating(&stage, &slow);
    let other = slow.replace("GREETING: Hello", "GREETING: Salut");
    stage.deploy_text(&other, &["--wait=false"]).succeeds();
    let ended = Output::from("deploy".to_owned(), overtaken.wait_with_output().unwrap());
    assert!(ended.stderr.contains("somebody else deployed \"k8s-example\" meanwhile"), "{ended}");
    assert!(ended.code == Some(4) && ended.stderr.contains(said), "{ended}");
    // Who replaces nothing hears nothing of it.
    let late = stage.deploy_text(&slow, &["--timeout=2s"]);
    assert!(late.code == Some(5) && !late.stderr.contains(said), "{late}");
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
