//! What the API server refuses, each with its place.

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Whole, report_whole};
use crate::document::Document;
use crate::pod_settings::read_whole;

/// The mistakes of the settings of a pod whose container is `main`, each from its line on.
fn mistakes(text: &str) -> Vec<String> {
    let document = Document::parse("f", text).unwrap();
    let settings = read_whole(&document.root(), &[]);
    let container = Container { name: "main".to_owned(), image: Some("i".to_owned()), ..Container::default() };
    let mut spec = PodSpec { containers: vec![container], ..PodSpec::default() };
    settings.apply(&mut ObjectMeta::default(), &mut spec);
    report_whole(&spec, Whole { settings: &document.root(), container: "main" });
    let Err(error) = document.finish(()) else { return Vec::new() };
    error.render().lines().filter_map(|line| line.strip_prefix("  caused by: f:")).map(str::to_owned).collect()
}

/// Asserts that each line, alone, has this mistake and no other, or none where that is empty.
#[track_caller]
pub(super) fn each(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found = mistakes(text);
        match found.as_slice() {
            [] => assert!(expected.is_empty(), "{text}: nothing found, expected {expected}"),
            [one] => assert!(!expected.is_empty() && one.ends_with(expected), "{text}: {one}"),
            many => panic!("{text}: {many:?}"),
        }
    }
}

#[test]
fn modes_of_files() {
    const FAULT: &str = "is no mode of a file: 0 to 511, or with a zero before it in octal, as 0644";
    each(&[
        ("volumes: [{name: a, configMap: {name: c, defaultMode: 0644}}]", ""),
        ("volumes: [{name: a, configMap: {name: c, defaultMode: 644}}]", &format!("defaultMode: 644 {FAULT}")),
        ("volumes: [{name: a, secret: {secretName: c, default_mode: 01000}}]", &format!("default_mode: 512 {FAULT}")),
        (
            "volumes: [{name: a, secret: {secretName: c, items: [{key: k, path: p, mode: 0777}, {key: l, path: l, mode: 777}]}}]",
            &format!("items[1].mode: 777 {FAULT}"),
        ),
        (
            "volumes: [{name: a, projected: {sources: [{configMap: {name: c, items: [{key: k, path: p, mode: -1}]}}]}}]",
            &format!("mode: -1 {FAULT}"),
        ),
        (
            "volumes: [{name: a, configMap: {name: c, defaultMode: 0888}}]",
            "0888 is no octal number, which the zero before it says it is",
        ),
    ]);
}

#[test]
fn volumes_and_mounts() {
    each(&[
        (
            "volumes: [{name: a_b, emptyDir: {}}]",
            "\"a_b\" is no name of a volume: use lower-case letters, digits and `-`, a letter or digit at both ends, at most 63",
        ),
        ("volumes: [{name: a}]", ""),
        (
            "volumes: [{name: a, empty_dir: {}, hostPath: {path: /x}}]",
            "a volume has one source, and this one has emptyDir and hostPath",
        ),
        (
            "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]",
            "1:43: volumes[1].name: \"a\" is there twice: keep one of them",
        ),
        (
            "volume_mounts: [{name: a, mountPath: /x}]",
            "1:24: volume_mounts[0].name: there is no volume \"a\": declare it in `volumes`",
        ),
        ("{volumes: [{name: a, emptyDir: {}}], volume_mounts: [{name: a, mountPath: /x}]}", ""),
        (
            "{additional_pod_spec_args: {volumes: [{name: a, emptyDir: {}}]}, volume_mounts: [{name: a, mount_path: /x}]}",
            "",
        ),
        (
            "{volumes: [{name: a, emptyDir: {}}], volume_mounts: [{name: a}]}",
            "volume_mounts[0]: \"mountPath\" is required",
        ),
        (
            "{volumes: [{name: a, emptyDir: {}}], volume_mounts: [{name: a, mountPath: /x}, {name: a, mount_path: /x}]}",
            "mount_path: \"/x\" is there twice: keep one of them",
        ),
        (
            "{volumes: [{name: a, emptyDir: {}}], volume_mounts: [{name: a, mountPath: /x, subPath: ../y}]}",
            "a subPath is inside the volume: it begins with no `/` and has no `..`",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: side, image: i, volumeMounts: [{name: b, mountPath: /x}]}]}",
            "volumeMounts[0].name: there is no volume \"b\": declare it in `volumes`",
        ),
    ]);
}

#[test]
fn tolerations() {
    each(&[
        ("tolerations: [{key: a, operator: Exists, effect: NoExecute, toleration_seconds: 3}, {operator: Exists}]", ""),
        ("tolerations: [{key: a, operator: Equals}]", "operator: \"Equals\" is none of Exists, Equal, Lt, Gt"),
        (
            "tolerations: [{key: a, effect: NoRun}]",
            "effect: \"NoRun\" is none of NoSchedule, PreferNoSchedule, NoExecute",
        ),
        ("tolerations: [{value: x}]", "without a key, the operator is Exists: it tolerates every taint"),
        ("tolerations: [{key: a, operator: Exists, value: x}]", "with the operator Exists there is no value"),
        (
            "tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 3}]",
            "tolerationSeconds go with the effect NoExecute",
        ),
        (
            "tolerations: [{key: a b, operator: Exists}]",
            "\"a b\" is no key of a label: use letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63",
        ),
    ]);
}

#[test]
fn environment() {
    each(&[
        ("env: [{name: A=B, value: x}]", "env[0].name: \"A=B\" is no name of an environment variable"),
        ("env: [{name: '', value: x}]", "env[0]: the name of an environment variable is not empty"),
        ("env: [{name: A, value: x}, {name: A, value: y}]", "env[1].name: \"A\" is there twice: keep one of them"),
        (
            "env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            "env[0].valueFrom: `value` is set too: keep one of them",
        ),
        (
            "env: [{name: A, value_from: {}}]",
            "write one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef",
        ),
        ("env: [{name: A, value_from: {secret_key_ref: {name: s}}}]", "secret_key_ref: \"key\" is required"),
        ("env: [{name: A, value_from: {secret_key_ref: {name: S_1, key: k}}}]", "\"S_1\" is no name of a Secret"),
        ("env_from: [{}]", "env_from[0]: write one of configMapRef, secretRef"),
        ("env_from: [{configMapRef: {}}]", "env_from[0].configMapRef: \"name\" is required"),
        ("env_from: [{prefix: A=, secretRef: {name: s}}]", "\"A=\" is no beginning of an environment variable's name"),
        ("env_from: [{prefix: A_, secret_ref: {name: s}}]", ""),
    ]);
}

#[test]
fn amounts() {
    each(&[
        (
            "resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}",
            "1:29: resources.requests.cpu: 2 of cpu is more than its limit, 1500m",
        ),
        ("resources: {requests: {memory: 1Gi, cpu: 1}, limits: {memory: 1024Mi, cpu: 1}}", ""),
        (
            "resources: {requests: {a.b/gpu: 1}, limits: {a.b/gpu: 2}}",
            "a.b/gpu is not shared: the limit, 2, must be the same",
        ),
        (
            "resources: {limits: {gpu: 1}}",
            "\"gpu\" is no resource: write cpu, memory, ephemeral-storage or one with a domain, as nvidia.com/gpu",
        ),
    ]);
}

#[test]
fn what_the_server_refuses_without_naming_it() {
    each(&[
        ("volumes: [{name: v, emptyDir: {sizeLimit: 8GB}}]", "sizeLimit: \"8GB\" is no quantity: write 500Mi or 8Gi"),
        ("volumes: [{name: v, emptyDir: {size_limit: 8Gi}}]", ""),
        ("resources: {limits: {nvidia.com/gpu: 500m}}", "nvidia.com/gpu is not shared: 500m is no whole number"),
        ("resources: {limits: {cpu: 500m, nvidia.com/gpu: 2}}", ""),
        (
            "container_security_context: {seccompProfile: {type: Foo}}",
            "type: \"Foo\" is none of RuntimeDefault, Localhost, Unconfined",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: x, image: '{{ imag }}'}]}",
            "containers[0].image: of templates, only `{{ image }}` works here: the pod's own image",
        ),
        ("additional_pod_spec_args: {containers: [{name: x, image: '{{ image }}'}]}", ""),
    ]);
}

#[test]
fn names_in_the_rest() {
    each(&[
        ("image_pull_secrets: [regcred, Reg_Cred]", "1:31: image_pull_secrets[1]: \"Reg_Cred\" is no name of a Secret"),
        (
            "node_selectors: {a: 'b c'}",
            "\"b c\" is no value of a label: use letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63",
        ),
        ("additional_pod_spec_args: {priorityClassName: High!}", "\"High!\" is no name of a PriorityClass"),
        ("additional_pod_spec_args: {priority_class_name: high}", ""),
        (
            "additional_pod_spec_args: {dns_policy: default}",
            "\"default\" is none of ClusterFirst, ClusterFirstWithHostNet, Default, None",
        ),
        ("additional_pod_spec_args: {containers: [{image: i}]}", "containers[0]: \"name\" is required"),
        (
            "container_security_context: {runAsNonRoot: true, runAsUser: 0}",
            "user 0 is root, and runAsNonRoot forbids it",
        ),
        (
            "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {a: b}}}]}}",
            "\"topologyKey\" is required",
        ),
        (
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: in, values: [b]}]}]}}}",
            "operator: \"in\" is none of In, NotIn, Exists, DoesNotExist, Gt, Lt",
        ),
    ]);
}
