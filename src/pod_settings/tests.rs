//! Tests of reading, merging and applying.

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::json;

use super::*;
use crate::document::Document;

fn read_text(text: &str) -> Result<PodSettings, String> {
    let document = Document::parse("f", text).unwrap();
    let settings = read(&document.root(), &["PORT"]);
    document.finish(settings).map_err(|error| error.render())
}

/// The example of the orchestrator's documentation, its `V1Toleration` as the Python client names its fields.
const SEED: &str = r#"
node_selectors: {cloud.google.com/gke-nodepool: ml-pool, kubernetes.io/arch: amd64}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms: [{matchExpressions: [{key: gpu-type, operator: In, values: [nvidia-tesla-v100]}]}]
tolerations:
  - {key: gpu, operator: Equal, value: present, effect: NoExecute, toleration_seconds: 3}
resources:
  requests: {cpu: 2, memory: 4GB, nvidia.com/gpu: "1"}
  limits: {cpu: "4", memory: "8Gi", nvidia.com/gpu: 1}
annotations: {prometheus.io/scrape: "true"}
volumes:
  - {name: data-volume, persistent_volume_claim: {claim_name: ml-data-pvc}}
  - {name: config-volume, configMap: {name: ml-config}}
volume_mounts:
  - {name: data-volume, mountPath: /mnt/data}
  - {name: config-volume, mount_path: /etc/ml-config, readOnly: true}
host_ipc: true
image_pull_secrets: [regcred, gcr-secret]
labels: {app: ml-pipeline}
env: [{name: A, value: 1}, {name: B, value_from: {secret_key_ref: {name: s, key: k}}}]
env_from: [{config_map_ref: {name: c}}]
scheduler_name: volcano
container_security_context: {run_as_user: 1000}
additional_pod_spec_args: {priority_class_name: high, nodeSelector: {disk: ssd}, hostAliases: [{ip: 10.0.0.1, hostnames: [a]}]}
"#;

#[test]
fn the_whole_reaches_the_pod() {
    let settings = read_text(SEED).unwrap();
    let container = Container { name: "main".to_owned(), ..Container::default() };
    let mut spec = PodSpec { containers: vec![container], ..PodSpec::default() };
    let mut metadata = ObjectMeta::default();
    settings.apply(&mut metadata, &mut spec);
    assert_eq!(metadata.labels.unwrap()["app"], "ml-pipeline");
    assert_eq!(metadata.annotations.unwrap()["prometheus.io/scrape"], "true");
    let spec = serde_json::to_value(spec).unwrap();
    assert_eq!(
        spec["nodeSelector"],
        json!({"cloud.google.com/gke-nodepool": "ml-pool", "kubernetes.io/arch": "amd64", "disk": "ssd"})
    );
    assert_eq!(spec["tolerations"][0]["tolerationSeconds"], 3);
    assert_eq!(spec["volumes"][0]["persistentVolumeClaim"]["claimName"], "ml-data-pvc");
    assert_eq!(spec["imagePullSecrets"], json!([{"name": "regcred"}, {"name": "gcr-secret"}]));
    assert_eq!((&spec["hostIPC"], &spec["schedulerName"]), (&json!(true), &json!("volcano")));
    assert_eq!((&spec["priorityClassName"], &spec["hostAliases"][0]["ip"]), (&json!("high"), &json!("10.0.0.1")));
    let container = &spec["containers"][0];
    assert_eq!(container["resources"]["requests"], json!({"cpu": "2", "memory": "3815Mi", "nvidia.com/gpu": "1"}));
    assert_eq!(container["env"][1]["valueFrom"]["secretKeyRef"]["key"], "k");
    assert_eq!(container["envFrom"][0]["configMapRef"]["name"], "c");
    assert_eq!(container["volumeMounts"][1]["mountPath"], "/etc/ml-config");
    assert_eq!(container["securityContext"]["runAsUser"], 1000);
    assert_eq!(spec["containers"].as_array().unwrap().len(), 1);
}

#[test]
fn levels_merge_by_key_and_plain_lists_replace() {
    let base = read_text(
        "node_selectors: {a: '1', b: '1'}\ntolerations: [{key: x}]\nvolumes: [{name: d, emptyDir: {}}, {name: e, emptyDir: {}}]\n\
         image_pull_secrets: [one]\nenv: [{name: A, value: x}]\nadditional_pod_spec_args: {nodeSelector: {c: '1'}}",
    );
    let own = read_text(
        "node_selectors: {b: '2'}\ntolerations: [{key: y}]\nvolumes: [{name: d, hostPath: {path: /x}}]\n\
         image_pull_secrets: [two]\nenv: [{name: B, value: y}]\nadditional_pod_spec_args: {nodeSelector: {d: '1'}}",
    );
    let merged = own.unwrap().over(&base.unwrap()).unwrap();
    let value = serde_json::to_value(&merged).unwrap();
    assert_eq!(value["node_selectors"], json!({"a": "1", "b": "2"}));
    assert_eq!(value["tolerations"], json!([{"key": "y"}]));
    assert_eq!(value["volumes"], json!([{"name": "d", "hostPath": {"path": "/x"}}, {"name": "e", "emptyDir": {}}]));
    assert_eq!((&value["image_pull_secrets"], value["env"].as_array().unwrap().len()), (&json!(["one", "two"]), 2));
    assert_eq!(value["additional_pod_spec_args"]["nodeSelector"], json!({"c": "1", "d": "1"}));
    assert_eq!(serde_json::from_value::<PodSettings>(value).unwrap(), merged, "it travels as JSON");
}

#[test]
fn objects_merge_by_key_as_a_component_s_do() {
    let base = "container_security_context: {runAsUser: 1000, runAsNonRoot: true, seccompProfile: {type: Localhost, localhostProfile: p}}\n\
                affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}, podAntiAffinity: {}}\n\
                additional_pod_spec_args: {initContainers: [{name: a, image: i}, {name: b, image: i}], tolerations: [{key: x}]}";
    let own = "container_security_context: {readOnlyRootFilesystem: true, seccompProfile: {type: RuntimeDefault}}\n\
               affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: t}]}}\n\
               additional_pod_spec_args: {initContainers: [{name: b, command: [c]}], tolerations: [{key: y}]}";
    let levels = read_text(own).unwrap().over(&read_text(base).unwrap()).unwrap();
    let value = serde_json::to_value(&levels).unwrap();
    assert_eq!(
        value["container_security_context"],
        json!({"runAsUser": 1000, "runAsNonRoot": true, "readOnlyRootFilesystem": true, "seccompProfile": {"type": "RuntimeDefault"}})
    );
    let (nodes, pods) = (&value["affinity"]["nodeAffinity"], &value["affinity"]["podAntiAffinity"]);
    assert_eq!(nodes, &json!({"preferredDuringSchedulingIgnoredDuringExecution": []}));
    assert_eq!(pods["requiredDuringSchedulingIgnoredDuringExecution"][0]["topologyKey"], "t");
    let more = &value["additional_pod_spec_args"];
    let init = json!([{"name": "a", "image": "i"}, {"name": "b", "image": "i", "command": ["c"]}]);
    assert_eq!((&more["initContainers"], &more["tolerations"]), (&init, &json!([{"key": "y"}])));
}

#[test]
fn mistakes_have_their_place() {
    let found = read_text(
        "node_selector: {a: b}\nlabels: {run: x}\nenv: [{name: PORT, value: 1}, {value: 2}]\n\
         resources: {requests: {cpu: 2 cores}}\nvolumes: [{name: v, emptyDir: {sizelimit: 1Gi}}]",
    )
    .unwrap_err();
    for expected in [
        "f:1:1: unknown key \"node_selector\": did you mean \"node_selectors\"?",
        "f:2:10: labels.run: \"run\" is reserved",
        "f:3:14: env[0].name: \"PORT\" is set by this program",
        "f:3:31: env[1]: \"name\" is required",
        "f:4:29: resources.requests.cpu: \"2 cores\" is no quantity",
        "f:5:32: volumes[0].emptyDir: unknown key \"sizelimit\": did you mean \"sizeLimit\"?",
    ] {
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert_eq!(found.matches("caused by").count(), 6, "{found}");
}

#[test]
fn the_two_spellings_of_a_key_are_duplicates() {
    let found = read_text("container_security_context: {run_as_user: 1000, runAsUser: 2000}").unwrap_err();
    let expected = "f:1:49: container_security_context: duplicate key: \"run_as_user\" and \"runAsUser\" are the same";
    assert!(found.contains(expected) && found.contains("f: 1 mistake\n"), "{found}");
}
