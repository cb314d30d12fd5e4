//! What is said of deployments that are not there, that may not be looked at, or that go while one looks.

use super::*;
use crate::support::sandbox::PLUGIN;

/// A user who may do `verbs` with Deployments in the stage's namespace, and nothing else.
fn user(stage: &Stage, verbs: &[&str]) -> Sandbox {
    stage.namespace.kubectl(&["create", "serviceaccount", "looker"]).succeeds();
    if !verbs.is_empty() {
        let verbs = format!("--verb={}", verbs.join(","));
        let account = format!("--serviceaccount={}:looker", stage.namespace.name());
        stage
            .namespace
            .kubectl(&["create", "role", "look", &verbs, "--resource=deployments.apps,configmaps"])
            .succeeds();
        stage.namespace.kubectl(&["create", "rolebinding", "look", "--role=look", &account]).succeeds();
    }
    let token = stage.namespace.kubectl(&["create", "token", "looker"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    user.kubectl(&["config", "set-credentials", "looker", "--token", token.trim()]).succeeds();
    let namespace = format!("--namespace={}", stage.namespace.name());
    user.kubectl(&["config", "set-context", "--current", "--user=looker", &namespace]).succeeds();
    user
}

#[test]
fn who_may_not_look_is_told_so() {
    let stage = Stage::new("forbidden");
    let user = user(&stage, &[]);
    for (noun, kind) in [("deployment", "deployments.apps"), ("run", "configmaps")] {
        let refusal = format!("Error from server (Forbidden): {kind} is forbidden: User \"system:serviceaccount:");
        for place in [&[][..], &["-n", stage.namespace.name()]] {
            let said = user.zenml(&[&[noun, "describe", "nope"], place].concat()).fails(1);
            assert!(said.starts_with(&refusal) && !said.contains("not found"), "{said}");
            let hint = format!("hint: another namespace than \"{}\" may be meant: name it", stage.namespace.name());
            assert_eq!(said.contains(&hint), place.is_empty(), "{said}");
        }
    }
}

#[test]
fn who_may_look_in_one_namespace_is_told_where_nothing_was_found() {
    let stage = Stage::new("narrow");
    let user = user(&stage, &["get", "list"]);
    for noun in ["deployment", "run"] {
        let said = user.zenml(&[noun, "describe", "nope"]).fails(1);
        let expected = format!("error: {noun} \"nope\" not found in namespace \"{}\"\n", stage.namespace.name());
        assert!(said.starts_with(&expected) && said.contains("hint: you may not look into all namespaces"), "{said}");
        let here = [noun, "describe", "nope", "-n", stage.namespace.name()];
        let said = user.zenml(&here).fails(1);
        assert!(said.starts_with(&expected), "{said}");
        assert!(said.ends_with("\nhint: another namespace may be meant: name that one with `-n`\n"), "{said}");
        let said = stage.sandbox.zenml(&here).fails(1);
        let hint = format!("hint: another namespace may be meant: `kubectl zenml {noun} list -A` lists");
        assert!(said.starts_with(&expected) && said.contains(&hint), "{said}");
    }
}

#[test]
fn all_that_are_missing_are_named_and_nothing_is_deleted() {
    let stage = Stage::new("missing");
    let text = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    stage.deploy_text(&text, &["--wait=false"]).succeeds();
    let place = format!("in namespace \"{}\"\n", stage.namespace.name());
    let said = stage.zenml(&["deployment", "delete", "nope", "k8s-example", "no-more"]).fails(1);
    assert!(said.starts_with(&format!("error: deployments \"nope\", \"no-more\" not found {place}")), "{said}");
    assert_eq!(stage.names("deployments"), ["deployment.apps/k8s-example"]);
    let said = stage.zenml(&["run", "delete", "nope", "no-more"]).fails(1);
    assert!(said.starts_with(&format!("error: runs \"nope\", \"no-more\" not found {place}")), "{said}");
    let said = stage.zenml(&["run", "describe", "@latest"]).fails(1);
    assert!(said.starts_with(&format!("error: no runs found {place}")), "{said}");
}

#[test]
fn following_ends_with_the_deployment() {
    let stage = Stage::new("follow");
    stage.deploy(&[]).succeeds();
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deployment", "logs", "-f", "k8s-example", "-n", stage.namespace.name()]);
    let mut follow = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 9];
    follow.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"listening");
    let id = stage.get("deployment/k8s-example")["metadata"]["uid"].as_str().unwrap().to_owned();
    // A name and an id of one deployment delete it once.
    let deleted = stage.zenml(&["deployment", "delete", "k8s-example", &id]).succeeds();
    assert_eq!(
        deleted,
        "configmap/k8s-example-r1 deleted\nservice/k8s-example deleted\ndeployment.apps/k8s-example deleted\n"
    );
    let followed = Output::from("deployment logs -f".to_owned(), follow.wait_with_output().unwrap());
    assert_eq!(followed.stderr, "deployment \"k8s-example\" was deleted\n");
    followed.succeeds();
}

/// A name in several namespaces is asked about; an id is not.
#[test]
fn a_name_is_looked_for_everywhere() {
    let (one, two) = (Stage::new("here"), Stage::new("there"));
    let unique = format!("name: seek-{}", std::process::id());
    for stage in [&one, &two] {
        let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
        stage.deploy_text(&example.replace("name: k8s-example", &unique), &["--wait=false"]).succeeds();
    }
    let name = unique.strip_prefix("name: ").unwrap();
    let message = one.sandbox.zenml(&["deployment", "describe", name]).fails(1);
    assert!(message.contains("means several deployments") && message.contains(two.namespace.name()), "{message}");
    let [first, second] = [&one, &two].map(|stage| {
        stage.namespace.kubectl(&["get", "deployment", name, "-o", "jsonpath={.metadata.uid}"]).succeeds()
    });
    let described = one.sandbox.zenml(&["deployment", "describe", &second]).succeeds();
    assert!(described.contains(two.namespace.name()), "{described}");

    let deleted = one.sandbox.zenml(&["deployment", "delete", &second, &first, "--wait=false"]);
    let place = format!(" · namespaces \"{}\", \"{}\"\n", one.namespace.name(), two.namespace.name());
    assert!(
        deleted.stderr.starts_with("Using stack \"default\" · context \"") && deleted.stderr.ends_with(&place),
        "{deleted}"
    );
    assert_eq!(deleted.succeeds().matches(&format!("deployment.apps/{name} deleted\n")).count(), 2);
}
