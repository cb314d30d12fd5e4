//! Rollouts that fail: within seconds, and with the pod's own reason.

use super::*;
use crate::support::terminal::Terminal;

#[test]
fn an_image_that_is_not_there_is_named() {
    let stage = Stage::new("image");
    stage.deploy(&[]).succeeds();
    let failed = stage.deploy(&[("busybox:1.35", "busybox:no-such-tag")]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("cannot pull the image \"docker.io/library/busybox:no-such-tag\""), "{failed}");
    assert!(failed.stderr.contains("the pods of the revision before go on serving"), "{failed}");
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    assert_eq!(listed["items"][0]["status"], "Failed");
}

#[test]
fn a_crash_is_told_with_exit_code_and_last_lines() {
    let stage = Stage::new("crash");
    let started = Instant::now();
    let failed = stage.deploy(&[("trap 'exit 0' TERM", "echo no such model >&2; exit 3")]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("the container crashes with exit code 3"), "{failed}");
    assert!(failed.stderr.contains("\n  caused by: its last lines:\n"), "{failed}");
    assert!(failed.stderr.contains("\n    no such model\n"), "{failed}");
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn the_default_path_answering_404_names_the_setting() {
    let stage = Stage::new("probe");
    let failed = stage.deploy(&[("readiness_probe_path: /health\n", "\n"), ("liveness_probe_path: /health\n", "\n")]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("probe of /api/health got status 404"), "{failed}");
    assert!(failed.stderr.contains("hint: the service does not answer ZenML's default path"), "{failed}");
    let described = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(described.contains("got status 404"), "{described}");
}

#[test]
fn a_server_that_listens_nowhere_is_told_when_its_start_is_over() {
    let stage = Stage::new("deaf");
    let failed = stage.deploy(&[
        ("httpd -f -p \"$PORT\" -h /tmp/www & wait", "sleep 600 & wait"),
        (
            "liveness_probe_path: /health\n",
            "liveness_probe_path: /health\n    liveness_probe_initial_delay: 4\n    \
         liveness_probe_period: 2\n    liveness_probe_failure_threshold: 2\n",
        ),
    ]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(
        failed.stderr.contains("the startup probe of /health fails: Get ") && failed.stderr.contains("refused"),
        "{failed}"
    );
    assert!(failed.stderr.contains("hint: the service must listen on settings.deployer.service_port"), "{failed}");
}

#[test]
fn a_missing_volume_or_secret_is_named() {
    let stage = Stage::new("volume");
    let volume = "    pod_settings: {volumes: [{name: v, configMap: {name: nowhere}}], volume_mounts: [{name: v, mountPath: /v}]}\n";
    let failed = stage.deploy(&[("    replicas: 1\n", volume)]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("configmap \"nowhere\" not found"), "{failed}");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let failed = stage.deploy_text(&(example + "\nsecrets: {T: {secret_ref: {name: absent, key: k}}}\n"), &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("cannot create the container: secret \"absent\" not found"), "{failed}");
}

#[test]
fn quota_is_told_in_the_servers_words() {
    let stage = Stage::new("quota");
    stage.namespace.kubectl(&["create", "quota", "none", "--hard=pods=0"]).succeeds();
    let failed = stage.deploy(&[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("exceeded quota: none, requested: pods=1"), "{failed}");
}

#[test]
fn waiting_ends_when_the_time_is_over() {
    let stage = Stage::new("timeout");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let failed = stage.deploy_text(&example.replace("trap 'exit 0' TERM", "sleep 600"), &["--timeout", "3s"]);
    assert_eq!(failed.code, Some(5), "{failed}");
    assert!(failed.stderr.contains("timed out after 3s"), "{failed}");
}

#[test]
fn an_interrupted_rollout_leaves_nothing_on_the_screen() {
    let stage = Stage::new("screen");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    stage.sandbox.write("service.yaml", example.replace("trap 'exit 0' TERM", "sleep 600").as_bytes());
    let terminal = Terminal::start(&stage.sandbox, &["deploy", "-f", "service.yaml", "-n", stage.namespace.name()]);
    terminal.shows("Rolling out k8s-example");
    terminal.press("C-c");
    let screen = terminal.shows("ended with 130");
    assert!(screen.contains("\nservice/k8s-example created\nerror: interrupted\n"), "{screen}");
}

#[test]
fn what_is_taken_back_is_told_line_by_line() {
    let stage = Stage::new("lines");
    stage.deploy(&[]).succeeds();
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    stage.sandbox.write("service.yaml", example.replace("trap 'exit 0' TERM", "exit 3").as_bytes());
    let arguments = ["deploy", "-f", "service.yaml", "--atomic", "-n", stage.namespace.name()];
    let screen = Terminal::start(&stage.sandbox, &arguments).shows("as revision 1 had it again");
    let applied = screen.lines().filter(|line| line.starts_with("deployment.apps/k8s-example configured"));
    assert_eq!(applied.map(str::len).collect::<Vec<_>>(), [38, 38], "{screen}");
}
