//! Failures before the container serves, and what is refused because it could only fail halfway.

use super::*;

const SERVICE: &str = "version: 1\nkind: service\nname: early\nimage: docker.io/library/busybox:1.35\n\
                       command: [sh, -c, 'sleep 600']\n";

fn with(settings: &str) -> String {
    format!("{SERVICE}settings: {{deployer: {{{settings}}}}}\n")
}

#[test]
fn an_init_container_that_fails_is_told_with_its_last_lines() {
    let stage = Stage::new("init");
    let init = "pod_settings: {additional_pod_spec_args: {initContainers: [{name: migrate, image: \"{{ image }}\", \
                command: [sh, -c, 'echo migration failed; exit 3']}]}}";
    let small =
        |init: &str| with(init).replace("\nsettings: {", "\nsettings: {resources: {cpu_count: 0.02, memory: 32Mi}, ");
    let failed = stage.deploy_text(&small(init), &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("the init container \"migrate\" crashes with exit code 3"), "{failed}");
    assert!(failed.stderr.contains("migration failed"), "{failed}");
    let described = stage.zenml(&["deployment", "describe", "early"]).succeeds();
    assert!(described.contains("the init container \"migrate\""), "{described}");
    // And one whose image there cannot be.
    let init = init.replace("{{ image }}", "Not An Image");
    let failed = stage.deploy_text(&small(&init), &[]);
    assert!(failed.code == Some(4) && failed.stderr.contains("cannot pull the image \"Not An Image\""), "{failed}");
}

#[test]
fn one_side_of_a_resource_is_enough() {
    let stage = Stage::new("one-side");
    let resources = |text: &str| {
        let render = ["--dry-run=server", "-o", "json"];
        let said = stage.deploy_text(&with(&format!("pod_settings: {{resources: {text}}}")), &render).json();
        let deployment =
            said["items"].as_array().unwrap().iter().find(|it| it["kind"] == "Deployment").unwrap().clone();
        deployment["spec"]["template"]["spec"]["containers"][0]["resources"].clone()
    };
    let limited = resources("{limits: {cpu: 500m, memory: 512Mi}}");
    assert_eq!(limited["limits"], serde_json::json!({"cpu": "500m", "memory": "512Mi"}));
    let asked = resources("{requests: {cpu: '2'}}");
    assert_eq!(asked["requests"], serde_json::json!({"cpu": "2", "memory": "2Gi"}));
    assert_eq!(asked["limits"], serde_json::json!({"memory": "2Gi"}));
}

#[test]
fn what_nobody_could_see_fail_is_not_promised() {
    let stage = Stage::new("unseen");
    let said = stage.deploy_text(SERVICE, &["--atomic", "--wait=false"]).fails(2);
    assert!(said.contains("exclude each other"), "{said}");
    let said = stage.deploy_text(&with("annotations: {deployment.kubernetes.io/revision: '7'}"), &[]).fails(1);
    assert!(said.contains("\"deployment.kubernetes.io/revision\" is reserved"), "{said}");
    assert!(stage.zenml(&["deployment", "list", "-o", "name"]).succeeds().is_empty());
}
