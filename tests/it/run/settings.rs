//! The settings of a pipeline file, read back from live pods.

use serde_json::{Value, json};

use super::{HEAD, Stage, ended, signal, until};
use crate::support::terminal::Terminal;
use crate::support::{admin, orchestrator_image, repository};

impl Stage {
    /// With this whole file.
    fn with_file(purpose: &str, text: &str) -> Self {
        let stage = Self::new(purpose, "");
        stage.sandbox.write("p.yaml", text.as_bytes());
        stage
    }

    fn get(&self, object: &str) -> Value {
        self.namespace.kubectl(&["get", object, "-o", "json"]).json()
    }

    /// Drives a run whose pods nobody schedules until they are there, and gives them by the names of their steps.
    fn pods_of(&self, name: &str, count: usize) -> Vec<Value> {
        let submit = self.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
        let selector = format!("run={name},step");
        until("the pods are there", || self.names("pods", &selector).len() == count);
        signal(&submit, "-INT");
        assert_eq!(ended(submit).code, Some(130));
        let list = self.namespace.kubectl(&["get", "pods", "-l", &selector, "-o", "json"]).json();
        list["items"].as_array().unwrap().clone()
    }
}

#[test]
fn the_example_of_the_documentation_reaches_the_pods_whole() {
    let fixture = repository().join("tests/it/fixtures/seed-orchestrator.yaml");
    let stage = Stage::with_file("seed", &std::fs::read_to_string(fixture).unwrap());
    let submit = ["submit", "--detach", "-f", "p.yaml", "--name", "seed", "--orchestrator-image", orchestrator_image()];
    // The account is named, so it is the user's to make, and must be able to do its work.
    let missing = stage.zenml(&submit).fails(1);
    assert!(missing.contains("serviceaccounts \"zenml-pipeline-runner\" not found"), "{missing}");
    stage.namespace.kubectl(&["create", "serviceaccount", "zenml-pipeline-runner"]).succeeds();
    let unable = stage.zenml(&submit).fails(1);
    assert!(unable.contains("serviceaccount/zenml-pipeline-runner may not run a pipeline"), "{unable}");
    assert!(unable.contains("create pods") && stage.names("configmaps,jobs", "run").is_empty(), "{unable}");
    let account = format!("--serviceaccount={}:zenml-pipeline-runner", stage.namespace.name());
    stage.namespace.kubectl(&["create", "rolebinding", "runner", "--clusterrole=admin", &account]).succeeds();
    let lease = "--verb=get,create,update";
    stage.namespace.kubectl(&["create", "role", "lease", lease, "--resource=leases.coordination.k8s.io"]).succeeds();
    stage.namespace.kubectl(&["create", "rolebinding", "lease", "--role=lease", &account]).succeeds();
    stage.zenml(&submit).succeeds();
    until("the orchestrator's pod is there", || !stage.names("pods", "component=pipeline-runner").is_empty());
    let pod = stage.get(&stage.names("pods", "component=pipeline-runner")[0]);
    assert_eq!(pod["metadata"]["labels"]["app"], "zenml-orchestrator");
    assert_eq!(pod["spec"]["serviceAccountName"], "zenml-pipeline-runner");
    assert_eq!(pod["spec"]["nodeSelector"], json!({"cloud.google.com/gke-nodepool": "orchestrator-pool"}));
    let resources = json!({"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "4Gi"}});
    assert_eq!(pod["spec"]["containers"][0]["resources"], resources);

    let pods = stage.pods_of("here", 1);
    let (metadata, spec) = (&pods[0]["metadata"], &pods[0]["spec"]);
    for (label, value) in [("app", "ml-pipeline"), ("environment", "production"), ("team", "data-science")] {
        assert_eq!(metadata["labels"][label], value);
    }
    assert_eq!(metadata["annotations"]["prometheus.io/port"], "8080");
    assert_eq!(
        spec["nodeSelector"],
        json!({"cloud.google.com/gke-nodepool": "ml-pool", "kubernetes.io/arch": "amd64"})
    );
    let terms =
        &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    assert_eq!(terms[0]["matchExpressions"][0]["values"], json!(["nvidia-tesla-v100", "nvidia-tesla-p100"]));
    let tolerations = spec["tolerations"].as_array().unwrap();
    let of = |key: &str| tolerations.iter().find(|one| one["key"] == key).unwrap_or(&Value::Null);
    assert_eq!(of("gpu"), &json!({"key": "gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}));
    assert_eq!(of("high-priority")["effect"], "PreferNoSchedule");
    let resources = json!({
        "requests": {"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "1"},
        "limits": {"cpu": "4", "memory": "8Gi", "nvidia.com/gpu": "1"},
    });
    assert_eq!(spec["containers"][0]["resources"], resources);
    assert_eq!(spec["volumes"][0]["persistentVolumeClaim"]["claimName"], "ml-data-pvc");
    assert_eq!(spec["volumes"][1]["configMap"]["name"], "ml-config");
    let mounts = &spec["containers"][0]["volumeMounts"];
    assert_eq!((&mounts[0]["mountPath"], &mounts[1]["readOnly"]), (&json!("/mnt/data"), &json!(true)));
    assert_eq!(spec["hostIPC"], true);
    assert_eq!(spec["imagePullSecrets"], json!([{"name": "regcred"}, {"name": "gcr-secret"}]));
}

const ALL: &str = "settings:
  resources: {cpu_count: 0.5, memory: 64MB, gpu_count: 1}
  orchestrator:
    job_name_prefix: Team A
    privileged: true
    pod_stop_grace_period: 7
    step_pod_service_account_name: robot
    ttl_seconds_after_finished: 600
    orchestrator_job_backoff_limit: 1
    pod_settings:
      node_selectors: {nowhere: 'true'}
      env: [{name: E, value: one}, {name: F, value: f}]
      env_from: [{config_map_ref: {name: more}}]
      scheduler_name: nobody
      container_security_context: {run_as_user: 7}
      additional_pod_spec_args:
        priority_class_name: system-node-critical
        node_selector: {disk: ssd}
        initContainers: [{name: first, image: '{{ image }}', command: ['true']}]
steps:
  plain: {}
  other:
    settings:
      resources: {cpu_count: 1, gpu_count: 2}
      orchestrator:
        privileged: false
        gpu_resource_name: amd.com/gpu
        queue_name: team-queue
        pod_settings:
          resources: {limits: {memory: 128Mi}}
          env: [{name: E, value: two}]
          node_selectors: {zone: a}
";

#[test]
fn every_level_reaches_the_pods() {
    let stage = Stage::with_file("levels", &format!("{}{ALL}", HEAD.replace("steps:\n", "")));
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run=server"]).fails(1);
    assert!(said.contains("serviceaccounts \"robot\" not found"), "{said}");
    stage.namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run=server"]);
    assert!(said.stderr.contains("there is no Kueue in this cluster"), "{said}");
    let pods = stage.pods_of("levels", 2);
    let of = |step: &str| pods.iter().find(|pod| pod["metadata"]["labels"]["step"] == step).unwrap();
    let (plain, other) = (of("plain"), of("other"));
    let name = plain["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("team-a-plain-"), "{name}");
    for pod in [plain, other] {
        let spec = &pod["spec"];
        assert_eq!((&spec["serviceAccountName"], &spec["schedulerName"]), (&json!("robot"), &json!("nobody")));
        assert_eq!(spec["terminationGracePeriodSeconds"], 7);
        assert_eq!(spec["priorityClassName"], "system-node-critical");
        assert_eq!(spec["automountServiceAccountToken"], Value::Null, "the account is named, so its token is wanted");
        assert_eq!(spec["initContainers"][0]["image"], "docker.io/library/busybox:1.35");
        assert_eq!(spec["containers"][0]["envFrom"][0]["configMapRef"]["name"], "more");
    }
    let container = &plain["spec"]["containers"][0];
    assert_eq!(container["securityContext"], json!({"privileged": true, "runAsUser": 7}));
    let amounts = json!({"cpu": "500m", "memory": "62Mi", "nvidia.com/gpu": "1"});
    assert_eq!(container["resources"], json!({"requests": amounts, "limits": amounts}));
    assert_eq!(plain["spec"]["nodeSelector"], json!({"nowhere": "true", "disk": "ssd"}));
    assert_eq!(plain["spec"]["schedulingGates"], Value::Null);

    let container = &other["spec"]["containers"][0];
    assert_eq!(container["securityContext"], json!({"runAsUser": 7}));
    let amounts = json!({"cpu": "1", "memory": "128Mi", "amd.com/gpu": "2"});
    assert_eq!(container["resources"], json!({"requests": amounts, "limits": amounts}));
    assert_eq!(other["spec"]["nodeSelector"], json!({"nowhere": "true", "disk": "ssd", "zone": "a"}));
    let value = |name: &str| {
        let env = container["env"].as_array().unwrap();
        env.iter().find(|one| one["name"] == name).map_or(Value::Null, |one| one["value"].clone())
    };
    assert_eq!((value("E"), value("F")), (json!("two"), json!("f")));
    assert_eq!(other["metadata"]["labels"]["kueue.x-k8s.io/queue-name"], "team-queue");
    assert_eq!(other["spec"]["schedulingGates"], json!([{"name": "kueue.x-k8s.io/admission"}]));

    let shown = ["submit", "-f", "p.yaml", "--orchestrator-image", "own/image:1", "--dry-run=client", "-o", "json"];
    let objects = stage.zenml(&shown).json();
    let job = objects["items"].as_array().unwrap().iter().find(|object| object["kind"] == "Job").unwrap();
    let limits = (&job["spec"]["backoffLimit"], &job["spec"]["ttlSecondsAfterFinished"]);
    assert_eq!(limits, (&json!(1), &json!(600)));
}

/// A resource that this test puts onto the node, and takes away.
pub(super) struct OnNode(String, String);

impl OnNode {
    pub(super) fn new(resource: &str) -> Self {
        let node = admin(&["get", "nodes", "-o", "jsonpath={.items[0].metadata.name}"]).succeeds();
        let on_node = Self(node, format!("/status/capacity/{}", resource.replace('/', "~1")));
        on_node.patch(&json!([{"op": "add", "path": on_node.1, "value": "2"}])).succeeds();
        on_node
    }

    fn patch(&self, patch: &Value) -> crate::support::output::Output {
        admin(&["patch", "node", &self.0, "--subresource=status", "--type=json", "-p", &patch.to_string()])
    }
}

impl Drop for OnNode {
    fn drop(&mut self) {
        self.patch(&json!([{"op": "remove", "path": self.1}]));
    }
}

#[test]
fn a_step_gets_the_devices_that_it_asks_for() {
    let resource = format!("zenml.test/gpu-{}", std::process::id());
    let _on_node = OnNode::new(&resource);
    let settings =
        format!("settings: {{resources: {{gpu_count: 1}}, orchestrator: {{gpu_resource_name: {resource}}}}}");
    let steps = "steps: {only: {command: [echo, one]}}\n";
    let stage = Stage::with_file("gpu", &format!("{}{settings}\n{steps}", HEAD.replace("steps:\n", "")));
    stage.attached("gpu").succeeds();
    let pod = stage.get(&stage.names("pods", "step=only")[0]);
    let resources = &pod["spec"]["containers"][0]["resources"];
    assert_eq!((&resources["limits"][&resource], &resources["requests"][&resource]), (&json!("1"), &json!("1")));
}

#[test]
fn a_run_can_ask_for_less_than_its_namespace_allows() {
    let settings = "settings: {orchestrator: {pod_security: restricted}}\n";
    let steps = "steps: {only: {command: [id, -u]}}\n";
    let stage = Stage::with_file("unprivileged", &format!("{}{settings}{steps}", HEAD.replace("steps:\n", "")));
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", "x", "--logs"]);
    assert!(said.stderr.contains("[only] 65532\n"), "{said}");
    let pod = stage.get(&stage.names("pods", "step=only")[0]);
    assert_eq!(pod["spec"]["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["spec"]["containers"][0]["securityContext"]["capabilities"], json!({"drop": ["ALL"]}));
}

#[test]
fn a_privileged_step_is_not_made_another_one() {
    let stage = Stage::on(
        crate::support::namespace::Namespace::restricted("privileged"),
        "  a: {}\n  b: {settings: {orchestrator: {privileged: true}}}\n",
    );
    let said = stage.attached("x").fails(1);
    assert!(said.contains("violates PodSecurity") && said.contains("hint: a step says `privileged: true`"), "{said}");
    assert!(stage.names("configmaps,pods", "run").is_empty());
}

#[test]
fn the_file_says_how_to_submit_and_what_does_nothing_is_said() {
    let settings = format!(
        "enable_cache: true\nsettings: {{orchestrator: {{synchronous: false, orchestrator_image: '{}', \
         ttl_seconds_after_finished: 1, max_api_retries: 3}}}}\n",
        orchestrator_image()
    );
    let steps = "steps: {only: {command: [echo, one], settings: {orchestrator: {timeout: 3}}}}\n";
    let stage = Stage::with_file("told", &format!("{}{settings}{steps}", HEAD.replace("steps:\n", "")));
    let said = stage.zenml(&["submit", "-f", "p.yaml", "--name", "told"]);
    for expected in [
        "step \"only\" is not cached: caching takes an image that is named by its digest",
        "settings.orchestrator.max_api_retries has no effect: requests are repeated",
        "settings.orchestrator.timeout has no effect: ",
        "kubectl zenml run describe told",
    ] {
        assert!(said.stderr.contains(expected), "{expected}: {said}");
    }
    assert_eq!(said.succeeds(), "run/told created\n", "it does not wait");
    stage.becomes_empty();
    let attached = stage.zenml(&["submit", "--attached", "-f", "p.yaml"]);
    assert!(attached.stderr.contains("ttl_seconds_after_finished has no effect with --attached"), "{attached}");
    assert!(attached.succeeds().ends_with(" succeeded\n"), "who drives a run stays");
}

#[test]
fn logs_stand_above_the_view() {
    let stage = Stage::new(
        "logs",
        "  first: {command: [sh, -c, 'echo one; sleep 4; echo two']}\n  second: {upstream_steps: [first], command: [echo, three]}\n",
    );
    let arguments = ["submit", "--attached", "--logs", "-f", "p.yaml", "--name", "x", "-n", stage.namespace.name()];
    let terminal = Terminal::start(&stage.sandbox, &arguments);
    let screen = terminal.shows("[first] one");
    let line = |text: &str| screen.lines().position(|line| line.contains(text)).expect(text);
    assert!(line("[first] one") < line("0/2 steps"), "{screen}");
    let screen = terminal.shows("run/x succeeded");
    let logs: Vec<_> = screen.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(logs, ["[first] one", "[first] two", "[second] three"], "{screen}");
    assert!(!screen.contains("0/2 steps"), "{screen}");
}
