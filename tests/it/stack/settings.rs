//! A component's settings lie under the file's: what works there works here, and what does not is said, not left out.

use crate::support::sandbox::Sandbox;

const PIPELINE: &str =
    "version: 1\nkind: pipeline\nname: p\nimage: docker.io/library/busybox:1.35\nsteps: {a: {command: [\"true\"]}}\n";

fn deployed(sandbox: &Sandbox, file: &str) -> serde_json::Value {
    sandbox.write("s.yaml", file.as_bytes());
    sandbox.zenml(&["deploy", "-f", "s.yaml", "--dry-run=client", "-o", "json"]).json()
}

fn object<'o>(list: &'o serde_json::Value, kind: &str) -> &'o serde_json::Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {list}"))
}

#[test]
fn a_deployers_settings_reach_the_objects_unless_the_file_says_otherwise() {
    let sandbox = Sandbox::with_kubeconfig("token");
    let set = ["--service-port=8123", "--replicas=3", "--labels=team=ml,tier=api", "--readiness-probe-path=/ready"];
    sandbox.zenml(&[&["deployer", "update", "default", "--command=[serve]"], &set[..]].concat()).succeeds();

    let head = "version: 1\nkind: service\nname: s\nimage: i\n";
    let objects = deployed(&sandbox, head);
    let deployment = object(&objects, "Deployment");
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(deployment["spec"]["replicas"], 3);
    assert_eq!(deployment["metadata"]["labels"]["tier"], "api");
    assert_eq!((&container["ports"][0]["containerPort"], &container["command"][0]), (&8123.into(), &"serve".into()));
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/ready");

    let more = "command: [own]\nsettings:\n  resources: {min_replicas: 2, max_replicas: 2}\n  deployer: {service_port: 9000, labels: {team: ops}}\n";
    let objects = deployed(&sandbox, &format!("{head}{more}"));
    let deployment = object(&objects, "Deployment");
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(deployment["spec"]["replicas"], 2);
    let labels = &deployment["metadata"]["labels"];
    assert_eq!((&labels["team"], &labels["tier"]), (&"ops".into(), &"api".into()));
    assert_eq!((&container["ports"][0]["containerPort"], &container["command"][0]), (&9000.into(), &"own".into()));
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/ready");
}

#[test]
fn a_mistake_has_the_components_name_and_what_does_nothing_is_said() {
    let sandbox = Sandbox::with_kubeconfig("token");
    sandbox.write("p.yaml", PIPELINE.as_bytes());
    let submit = ["submit", "--attached", "-f", "p.yaml", "--dry-run=client"];
    sandbox.zenml(&submit).succeeds();
    sandbox.zenml(&["orchestrator", "update", "default", "--parallel-step-startup-waiting-period=2"]).succeeds();
    let said = sandbox.zenml(&submit);
    assert!(
        said.stderr.contains("settings.orchestrator.parallel_step_startup_waiting_period has no effect: "),
        "{said}"
    );
    said.succeeds();
    let said = sandbox.zenml(&["orchestrator", "update", "default", "--queue-name=Not A Queue"]).fails(2);
    assert!(said.contains("settings.orchestrator.queue_name: \"Not A Queue\" is no name"), "{said}");
    // What an earlier release took, or a person has written, is found by the file that it lies under.
    sandbox.zenml(&["orchestrator", "update", "default", "--queue-name=a-queue"]).succeeds();
    let path = sandbox.path(super::FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("a-queue", "Not A Queue")).unwrap();
    let said = sandbox.zenml(&submit).fails(1);
    assert!(
        said.contains("orchestrator \"default\": settings.orchestrator.queue_name: \"Not A Queue\" is no name"),
        "{said}"
    );
    assert!(said.contains("hint: take a setting out of it with `kubectl zenml orchestrator update default"), "{said}");
    sandbox.zenml(&["orchestrator", "update", "default", "--remove-attr", "queue_name"]).succeeds();
    sandbox.zenml(&submit).succeeds();
}

#[test]
fn an_orchestrators_settings_reach_the_pods_unless_the_file_says_otherwise() {
    let sandbox = Sandbox::with_kubeconfig("token");
    let of_step = "[\"true\"], settings: {orchestrator: {pod_settings: {labels: {tier: step}}}}}";
    let of_file = "settings: {orchestrator: {pod_settings: {labels: {team: file}, tolerations: [{key: file}]}}}\n";
    sandbox.write("p.yaml", (PIPELINE.replace("[\"true\"]}", of_step) + of_file).as_bytes());
    let pods = "{labels: {team: base, tier: base, of: base}, tolerations: [{key: base}], scheduler_name: volcano}";
    let set = ["--pod-settings", pods, "--pod-stop-grace-period=9", "--service-account-name=runner"];
    sandbox.zenml(&[&["orchestrator", "update", "default"], &set[..]].concat()).succeeds();
    let submit = ["submit", "-f", "p.yaml", "-n", "x", "--orchestrator-image=i:1", "--dry-run=client", "-o", "json"];
    let objects = sandbox.zenml(&submit).json();
    let pod = object(&objects, "Pod");
    let labels = &pod["metadata"]["labels"];
    assert_eq!((&labels["team"], &labels["tier"], &labels["of"]), (&"file".into(), &"step".into(), &"base".into()));
    assert_eq!(pod["spec"]["tolerations"][0]["key"], "file");
    assert_eq!(
        (&pod["spec"]["schedulerName"], &pod["spec"]["terminationGracePeriodSeconds"]),
        (&"volcano".into(), &9.into())
    );
    assert_eq!(object(&objects, "Job")["spec"]["template"]["spec"]["serviceAccountName"], "runner");
}

#[test]
fn the_orchestrators_image_is_the_components_where_nothing_else_names_one() {
    let mut sandbox = Sandbox::with_kubeconfig("token");
    sandbox.write("p.yaml", PIPELINE.as_bytes());
    sandbox.zenml(&["orchestrator", "update", "default", "--orchestrator-image=own/image:1"]).succeeds();
    let image = |sandbox: &Sandbox, flags: &[&str]| {
        let all = [&["submit", "-f", "p.yaml", "-n", "x", "--dry-run=client", "-o", "json"], flags].concat();
        let objects = sandbox.zenml(&all).json();
        object(&objects, "Job")["spec"]["template"]["spec"]["containers"][0]["image"].as_str().unwrap().to_owned()
    };
    assert_eq!(image(&sandbox, &[]), "own/image:1");
    sandbox.set("KUBECTL_ZENML_ORCHESTRATOR_IMAGE", "of/variable:1");
    assert_eq!(image(&sandbox, &[]), "of/variable:1");
    assert_eq!(image(&sandbox, &["--orchestrator-image", "of/flag:1"]), "of/flag:1");
}

#[test]
fn a_value_that_every_file_would_be_refused_for_is_no_setting() {
    let sandbox = Sandbox::empty();
    for (kind, flag) in [
        ("deployer", "--service-account-name=Bad Value!"),
        ("deployer", "--labels=bad key=x"),
        ("deployer", "--labels=app.kubernetes.io/managed-by=x"),
        ("orchestrator", "--service-account-name=Bad Value!"),
        ("orchestrator", "--step-pod-service-account-name=Bad Value!"),
        ("orchestrator", "--queue-name=Bad Value!"),
        ("orchestrator", "--pod-settings={env: [{value: x}]}"),
    ] {
        let said = sandbox.zenml(&[kind, "register", "x", flag]);
        assert_eq!(said.code, Some(2), "{flag}: {said}");
    }
    for kind in ["orchestrator", "deployer", "stack"] {
        let said = sandbox.zenml(&[kind, "update", "default", "--name", "other"]).fails(1);
        assert!(said.contains("is built in, and keeps its name"), "{said}");
        assert_eq!(sandbox.zenml(&[kind, "list", "-o", "name"]).succeeds(), format!("{kind}/default\n"));
    }
}
