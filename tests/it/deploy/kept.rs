//! `additional_resources`: what belongs to a deployment, what it may not replace, and what outlives it.

use super::*;

const FILES: &str = "    additional_resources: [more.yaml]\n";

/// The example with the objects of `more.yaml`.
fn deploy(stage: &Stage, objects: &str, flags: &[&str]) -> Output {
    stage.sandbox.write("more.yaml", objects.as_bytes());
    stage.deploy_text(&with_files(), flags)
}

fn with_files() -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example.replace("    replicas: 1\n", FILES)
}

const CLAIM: &str = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n\
                     spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}\n";

#[test]
fn a_claim_outlives_its_deployment_and_that_is_said() {
    let stage = Stage::new("claim");
    let kept = "What may hold data stays until you delete it: `kubectl delete -n ";
    let claim = "persistentvolumeclaim/data";
    deploy(&stage, CLAIM, &["--wait=false"]).succeeds();
    let deleted = stage.zenml(&["deployment", "delete", "k8s-example"]);
    assert!(deleted.stdout.contains(&format!("{claim} kept\n")), "{deleted}");
    assert!(deleted.stderr.contains(kept) && deleted.stderr.contains(&format!(" {claim}`\n")), "{deleted}");
    assert_eq!(stage.names("pvc,deployments,services,configmaps"), [claim]);

    // It is ours all the same, so the next deploy takes it up; and a file that has it no more lets it go once.
    let again = deploy(&stage, CLAIM, &["--wait=false"]).succeeds();
    assert!(again.contains(&format!("\n{claim} ")) && !again.contains(&format!("{claim} created")), "{again}");
    let without = with_files().replace(FILES, "");
    let dry = stage.deploy_text(&without, &["--dry-run=server"]);
    assert!(dry.stdout.contains(&format!("{claim} kept (server dry run)\n")), "{dry}");
    let let_go = stage.deploy_text(&without, &["--wait=false"]);
    assert!(let_go.stdout.contains(&format!("{claim} kept\n")) && let_go.stderr.contains(kept), "{let_go}");
    let silent = stage.deploy_text(&without, &["--wait=false"]);
    assert!(!silent.stdout.contains("kept") && !silent.stderr.contains(kept), "{silent}");
    let deleted = stage.zenml(&["deployment", "delete", "k8s-example"]);
    assert!(!deleted.stdout.contains("kept"), "{deleted}");
    assert_eq!(stage.names("pvc,deployments,services,configmaps"), [claim]);
}

#[test]
fn a_claim_that_is_gone_is_not_called_kept() {
    let stage = Stage::new("gone");
    deploy(&stage, CLAIM, &["--wait=false"]).succeeds();
    stage.namespace.kubectl(&["delete", "pvc", "data"]).succeeds();
    let deleted = stage.zenml(&["deployment", "delete", "k8s-example"]);
    assert!(!deleted.stdout.contains("kept"), "{deleted}");
}

#[test]
fn a_file_holds_one_object_a_list_or_several_documents() {
    let stage = Stage::new("lists");
    let map = |name: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}");
    let (one, two) = (map("one"), map("two"));
    for objects in [
        format!("{one}\n---\n{two}\n"),
        format!("[{one}, {two}]\n"),
        format!("{{apiVersion: v1, kind: List, items: [{one}, {two}]}}\n"),
    ] {
        let names = deploy(&stage, &objects, &["--dry-run=server", "-o", "name"]).succeeds();
        assert!(names.ends_with("configmap/one\nconfigmap/two\n"), "{names}");
    }
}

#[test]
fn objects_that_cannot_be_part_of_it_are_refused_before_anything_is_made() {
    let stage = Stage::new("mixed");
    let map = |name: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n");
    let own = "{apiVersion: v1, kind: Service, metadata: {name: k8s-example}, spec: {ports: [{port: 1}]}}";
    let deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: k8s-example}}";
    let volume = "{apiVersion: v1, kind: PersistentVolume, metadata: {name: x}}";
    for (objects, words) in [
        (own, "additional_resources: Service \"k8s-example\" is what the deployment itself makes"),
        (deployment, "additional_resources: Deployment \"k8s-example\" is what the deployment itself makes"),
        (&map("k8s-example-r3"), "ConfigMap \"k8s-example-r3\" is what the deployment itself makes"),
        (&format!("{}---\n{}", map("x"), map("x")), "additional_resources: ConfigMap \"x\" is there twice"),
        (
            &map("x").replace("ConfigMap", "Nope"),
            "error: more.yaml: this cannot be part of a deployment\n  caused by: the server knows no Nope of v1\nhint: `kubectl api-resources`",
        ),
        (&map("x").replace("v1", "no.such/v1"), "caused by: the server knows no ConfigMap of no.such/v1\nhint: "),
        (volume, "caused by: a PersistentVolume is the whole cluster's"),
        (&map("x").replace("ConfigMap", "Secret"), "the Secret \"x\" would stand in a record"),
        (&map("x").replace("name: x", "name: x, namespace: other"), "is for namespace \"other\""),
        ("{kind: ConfigMap}", "an object has no apiVersion"),
        ("kind: A\nkind: B\n", "error: more.yaml: not a YAML document\n  caused by: more.yaml:2:1: "),
        (
            &map("x").replace("kind", "dta: {a: b}, kind"),
            "error: more.yaml: the server does not take ConfigMap \"x\"\n  caused by: ",
        ),
        (&map("x").replace("kind", "dta: {a: b}, kind"), ".dta: field not declared in schema\n"),
        (
            &map("x").replace("name: x", "name: X_y"),
            "error: more.yaml: the server does not take ConfigMap \"X_y\"\n  caused by: ",
        ),
    ] {
        let refused = deploy(&stage, objects, &["--wait=false"]).fails(1);
        assert!(refused.contains(words) && !refused.contains("Unable to connect"), "{objects}: {refused}");
    }
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
}
