//! `deploy --diff`: what would be another than it is.

use super::*;

fn example() -> String {
    fs::read_to_string(repository().join("examples/service.yaml")).unwrap()
}

#[test]
fn a_first_deploy_is_all_new_and_nothing_is_made() {
    let stage = Stage::new("new");
    let diff = stage.deploy_text(&example(), &["--diff"]).succeeds();
    let heads: Vec<&str> = diff.lines().filter(|line| line.starts_with("+++ ")).collect();
    assert_eq!(heads, ["+++ file/deployment.apps/k8s-example", "+++ file/service/k8s-example"]);
    assert!(diff.lines().all(|line| !line.starts_with("- ") && !line.ends_with(": null")), "{diff}");
    assert!(diff.contains("\n+    spec:\n") && !diff.contains("zenml.io/inventory"), "{diff}");
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
}

#[test]
fn a_namespace_that_is_missing_is_part_of_the_difference() {
    let stage = Stage::at(Namespace::named("diff"));
    stage.sandbox.write("token", b"hush-one");
    let diff = stage.deploy_text(&with_secret(), &["--diff"]);
    assert!(diff.stderr.contains("cannot be tried before their namespace is there"), "{diff}");
    let diff = diff.succeeds();
    let name = stage.namespace.name();
    for head in
        [&format!("namespace/{name}"), "secret/k8s-example-r1", "deployment.apps/k8s-example", "service/k8s-example"]
    {
        assert!(diff.contains(&format!("+++ file/{head}\n")), "{head}: {diff}");
    }
    assert!(diff.contains("[HIDDEN]") && !diff.contains("hush") && !diff.contains("zenml.io/inventory"), "{diff}");
    assert_eq!(admin(&["get", "namespace", name]).code, Some(1));
}

#[test]
fn what_is_as_the_file_says_has_no_difference() {
    let stage = Stage::new("same");
    stage.sandbox.write("token", b"hush-one");
    stage.deploy_text(&with_secret(), &["--wait=false"]).succeeds();
    assert_eq!(stage.deploy_text(&with_secret(), &["--diff"]).succeeds(), "");
    let changed = with_secret().replace("GREETING: Hello", "GREETING: Salut");
    let diff = stage.deploy_text(&changed, &["--diff"]).succeeds();
    assert!(diff.contains("-          value: Hello\n+          value: Salut\n"), "{diff}");
    stage.sandbox.write("token", b"hush-two");
    let diff = stage.deploy_text(&with_secret(), &["--diff"]).succeeds();
    assert!(diff.contains("+++ file/secret/k8s-example-r2\n") && !diff.contains("hush"), "{diff}");
    assert!(diff.contains("-              name: k8s-example-r1\n+              name: k8s-example-r2\n"), "{diff}");
    assert_eq!(stage.names("secrets"), ["secret/k8s-example-r1"]);
}
