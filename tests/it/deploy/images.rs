//! A service whose image brings its server, and another image of it.

use super::*;
use crate::support::image::greeter;

fn service(image: &str, more: &str) -> String {
    format!(
        "version: 1\nkind: service\nname: k8s-example\nimage: {image}\ninvoke_path: /cgi-bin/invoke\nsettings:\n  \
         resources: {{cpu_count: 0.05, memory: 32MiB}}\n  deployer:\n    readiness_probe_path: /health\n    \
         readiness_probe_initial_delay: 0\n    readiness_probe_period: 2\n    liveness_probe_path: /health\n{more}"
    )
}

#[test]
fn another_image_replaces_the_pods_one_after_the_other() {
    let (hello, salut) = (greeter("Hello"), greeter("Salut"));
    let stage = Stage::new("images");
    stage.deploy_text(&service(&hello, "    replicas: 2\n"), &[]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    let before = stage.get("pods");
    stage.deploy_text(&service(&salut, "    replicas: 2\n"), &[]).succeeds();
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json()["items"][0].clone();
    assert_eq!((&listed["image"], &listed["revision"]), (&salut.into(), &2.into()));
    let after = stage.get("pods");
    let uids = |pods: &Value| {
        let alive =
            pods["items"].as_array().unwrap().iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
        alive.map(|pod| pod["metadata"]["uid"].clone()).collect::<Vec<_>>()
    };
    assert!(uids(&after).len() == 2 && uids(&after).iter().all(|uid| !uids(&before).contains(uid)), "{after}");
    stage.zenml(&["deployment", "rollback", "k8s-example"]).succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

/// The file's command replaces the image's own.
#[test]
fn a_command_of_the_files_own_is_run_instead() {
    let image = greeter("Hello");
    let stage = Stage::new("owncommand");
    let own = "    command: [/bin/sh, -c]\n    args: ['echo own; exec /srv/serve']\n";
    stage.deploy_text(&service(&image, own), &[]).succeeds();
    assert_eq!(stage.zenml(&["deployment", "logs", "k8s-example"]).succeeds(), "own\n");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}
