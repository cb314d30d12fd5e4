//! What `pipeline validate` says of a pod's specification is what the API server says of it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;

/// Parts of a further container.
const CONTAINER: &str = "
resources: {requests: {nvidia.com/gpu: 1}}
resources: {requests: {nvidia.com/gpu: 0}}
resources: {limits: {nvidia.com/gpu: 1}}
resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}
resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}}
resources: {limits: {nvidia.com/gpu: 500m}}
resources: {requests: {a.kubernetes.io/x: 1}}
resources: {requests: {a.kubernetes.io/x: 500m}}
resources: {requests: {a.kubernetes.io/x: 1}, limits: {a.kubernetes.io/x: 2}}
resources: {requests: {a.kubernetes.io/x: 2}, limits: {a.kubernetes.io/x: 1}}
resources: {requests: {requests.a.b/x: 1}, limits: {requests.a.b/x: 1}}
resources: {requests: {hugepages-2Mi: 2Mi, cpu: 1}}
resources: {requests: {hugepages-2Mi: 2Mi}, limits: {hugepages-2Mi: 2Mi}}
resources: {requests: {hugepages-2Mi: 2Mi, cpu: 1}, limits: {hugepages-2Mi: 2Mi}}
resources: {requests: {cpu: 2}, limits: {cpu: 1}}
resources: {requests: {cpu: 1}, limits: {cpu: 1000m}}
resources: {requests: {memory: 1Gi}, limits: {memory: 1000Mi}}
resources: {limits: {gpu: 1}}
resources: {limits: {cpu: -1}}
resources: {limits: {cpu: 1.5}}
resources: {limits: {cpu: 1e3}}
securityContext: {privileged: true, allowPrivilegeEscalation: false}
securityContext: {privileged: true, allowPrivilegeEscalation: true}
securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}
securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}
securityContext: {seccompProfile: {type: Foo}}
securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}
securityContext: {runAsUser: -1}
securityContext: {runAsUser: 0}
env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.foo}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a']\"}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a b']\"}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['A/b']\"}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['A/b']\"}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['']\"}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: 'metadata.labels[a]'}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.host}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.restartPolicy}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.hostIPs}}}]
env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]
env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]
env: [{name: A, valueFrom: {resourceFieldRef: {resource: requests.ephemeral-storage}}}]
env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.hugepages-2Mi}}}]
env: [{name: A, valueFrom: {resourceFieldRef: {resource: cpu}}}]
env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.nvidia.com/gpu}}}]
env: [{name: A, valueFrom: {}}]
env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
env: [{name: A, value: x}]
env: [{name: A-b.c, value: x}]
envFrom: [{prefix: A_, secretRef: {name: s}}]
envFrom: [{secretRef: {}}]
volumeMounts: [{name: v, mountPath: /a}]
volumeMounts: [{name: v, mountPath: a}]
volumeMounts: [{name: v}]
volumeMounts: [{mountPath: /a}]
volumeMounts: [{name: w, mountPath: /a}]
volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]
volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a/}]
volumeMounts: [{name: v, mountPath: /a, subPath: /b}]
volumeMounts: [{name: v, mountPath: /a, subPath: b/..}]
volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]
volumeMounts: [{name: v, mountPath: /a, mountPropagation: HostToContainer}]
volumeMounts: [{name: v, mountPath: /a, mountPropagation: Both}]
ports: [{containerPort: 80}]
ports: [{containerPort: 80}, {containerPort: 80}]
ports: [{containerPort: 80, name: http, protocol: SCTP}]
ports: [{containerPort: 80, hostPort: 0}]
ports: [{containerPort: 80, hostPort: 65536}]
ports: [{containerPort: 0}]
ports: [{containerPort: 65536}]
ports: [{name: a}]
ports: [{containerPort: 1, protocol: tcp}]
ports: [{containerPort: 1, name: HTTP}]
ports: [{containerPort: 1, name: a123456789012345}]
ports: [{containerPort: 1, name: a12345678901234}]
ports: [{containerPort: 1, name: '80'}]
ports: [{containerPort: 1, name: 1a}]
ports: [{containerPort: 1, name: a--b}]
ports: [{containerPort: 1, name: -b}]
ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]
livenessProbe: {periodSeconds: 3}
livenessProbe: {httpGet: {port: 80}, exec: {command: [a]}}
livenessProbe: {exec: {}}
livenessProbe: {exec: {command: []}}
livenessProbe: {exec: {command: [a]}}
livenessProbe: {httpGet: {path: /}}
livenessProbe: {httpGet: {port: http}}
livenessProbe: {httpGet: {port: '80'}}
livenessProbe: {httpGet: {port: 0}}
livenessProbe: {httpGet: {port: 80, scheme: http}}
livenessProbe: {httpGet: {port: 80, path: a, host: b}}
livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: a b, value: x}]}}
livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: A-b, value: x}]}}
livenessProbe: {httpGet: {port: 80}, initialDelaySeconds: -1}
livenessProbe: {httpGet: {port: 80}, timeoutSeconds: 0, periodSeconds: 0, failureThreshold: 0}
livenessProbe: {httpGet: {port: 80}, failureThreshold: -1}
livenessProbe: {httpGet: {port: 80}, successThreshold: 2}
readinessProbe: {httpGet: {port: 80}, successThreshold: 2}
startupProbe: {httpGet: {port: 80}, successThreshold: 2}
livenessProbe: {httpGet: {port: 80}, terminationGracePeriodSeconds: 0}
livenessProbe: {httpGet: {port: 80}, terminationGracePeriodSeconds: 3}
readinessProbe: {httpGet: {port: 80}, terminationGracePeriodSeconds: 3}
livenessProbe: {grpc: {}}
livenessProbe: {grpc: {port: 80}}
livenessProbe: {tcpSocket: {}}
livenessProbe: {tcpSocket: {port: 80}}
lifecycle: {preStop: {}}
lifecycle: {preStop: {sleep: {seconds: 1}}}
lifecycle: {preStop: {sleep: {seconds: 1}, exec: {command: [a]}}}
lifecycle: {postStart: {httpGet: {port: http}}}
lifecycle: {postStart: {httpGet: {port: 70000}}}
terminationMessagePolicy: file
terminationMessagePolicy: File
terminationMessagePath: /x
imagePullPolicy: always
imagePullPolicy: Never
restartPolicy: Foo
restartPolicy: Never
workingDir: x
";

/// Parts of a pod's specification.
const POD: &str = "
containers: [{name: c}]
containers: [{name: c, image: ''}]
containers: [{name: c, image: ' '}]
containers: [{name: c, image: ' i'}]
containers: [{name: c, image: 'a b'}]
containers: [{name: c, image: A/B}]
containers: [{name: c, image: i}, {name: c, image: i}]
containers: [{name: a_b, image: i}]
containers: [{name: A, image: i}]
containers: [{image: i}]
containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: y}]}]
initContainers: [{name: c}]
initContainers: [{name: c, image: i}]
initContainers: [{name: main, image: i}]
initContainers: [{name: c, image: i, livenessProbe: {httpGet: {port: 80}}}]
initContainers: [{name: c, image: i, restartPolicy: Always, livenessProbe: {httpGet: {port: 80}}}]
initContainers: [{name: c, image: i, lifecycle: {preStop: {sleep: {seconds: 1}}}}]
hostAliases: [{ip: 10.0.0.1, hostnames: [a, b.c]}]
hostAliases: [{ip: '::1'}]
hostAliases: [{ip: x, hostnames: [a]}]
hostAliases: [{ip: 010.0.0.1}]
hostAliases: [{ip: '::ffff:1.2.3.4'}]
hostAliases: [{ip: 'fe80::1%eth0'}]
hostAliases: [{hostnames: [a]}]
hostAliases: [{ip: 10.0.0.1, hostnames: [a_b]}]
dnsPolicy: None
dnsPolicy: none
dnsPolicy: ClusterFirstWithHostNet
dnsPolicy: None, dnsConfig: {searches: [a]}
dnsPolicy: None, dnsConfig: {nameservers: [1.2.3.4]}
dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3]}
dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}
dnsConfig: {nameservers: [x]}
dnsConfig: {nameservers: ['fd00::1']}
dnsConfig: {searches: [., a_b.c, a., _a.b]}
dnsConfig: {searches: [a b]}
dnsConfig: {searches: [A.b]}
dnsConfig: {options: [{name: ndots, value: '2'}, {name: x}]}
dnsConfig: {options: [{value: x}]}
schedulingGates: [{name: a.b/c}]
schedulingGates: [{name: a.b/c}], nodeName: node-x
nodeName: node-x
tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 3}, {operator: Exists}]
tolerations: [{key: a, operator: Equals}]
tolerations: [{key: a, effect: NoRun}]
tolerations: [{value: x}]
tolerations: [{key: a, operator: Exists, value: x}]
tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 3}]
terminationGracePeriodSeconds: -1
terminationGracePeriodSeconds: 0
activeDeadlineSeconds: 0
activeDeadlineSeconds: 9
activeDeadlineSeconds: 2147483648
hostname: a_b
hostname: a
volumes: [{name: w, emptyDir: {sizeLimit: 8Gi}}]
volumes: [{name: w}]
volumes: [{name: a_b, emptyDir: {}}]
volumes: [{name: w, emptyDir: {}, hostPath: {path: /x}}]
volumes: [{name: w, configMap: {name: c, defaultMode: 644}}]
volumes: [{name: w, configMap: {name: c, items: [{key: k, path: ../p}]}}]
volumes: [{name: w, configMap: {name: c, items: [{key: k}]}}]
volumes: [{name: w, configMap: {name: c, items: [{key: k, path: a/b}]}}]
volumes: [{name: w, configMap: {}}]
volumes: [{name: w, secret: {}}]
volumes: [{name: w, hostPath: {}}]
volumes: [{name: w, hostPath: {path: a/../b}}]
volumes: [{name: w, hostPath: {path: a, type: dir}}]
volumes: [{name: w, hostPath: {path: a, type: Directory}}]
volumes: [{name: w, persistentVolumeClaim: {}}]
volumes: [{name: w, persistentVolumeClaim: {claimName: c}}]
volumes: [{name: w, nfs: {server: s, path: x}}]
volumes: [{name: w, nfs: {server: s, path: /x}}]
volumes: [{name: w, nfs: {path: /x}}]
volumes: [{name: w, csi: {}}]
volumes: [{name: w, csi: {driver: a.b}}]
volumes: [{name: w, emptyDir: {medium: memory}}]
volumes: [{name: w, emptyDir: {medium: Memory}}]
volumes: [{name: w, emptyDir: {medium: HugePages}}]
volumes: [{name: w, emptyDir: {sizeLimit: 1GB}}]
volumes: [{name: w, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.labels}}]}}]
volumes: [{name: w, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.foo}}]}}]
volumes: [{name: w, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: status.podIP}}]}}]
volumes: [{name: w, downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu, containerName: main}}]}}]
volumes: [{name: w, downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu}}]}}]
volumes: [{name: w, downwardAPI: {items: [{path: a}]}}]
volumes: [{name: w, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}}]
volumes: [{name: w, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 600}}]}}]
volumes: [{name: w, projected: {sources: [{}]}}]
securityContext: {runAsNonRoot: true, fsGroup: 7, supplementalGroups: [1]}
securityContext: {fsGroup: -1}
securityContext: {fsGroupChangePolicy: always}
securityContext: {seccompProfile: {type: foo}}
securityContext: {seccompProfile: {type: Localhost}}
topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]
topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]
topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: Never}]
topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}]}}}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [a]}]}]}}}
affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}
affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}
affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {a: b c}}, topologyKey: k}]}}
affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {a: b}}, topologyKey: k}]}}
nodeSelector: {a: b c}
nodeSelector: {a/b/c: d}
runtimeClassName: A_b
schedulerName: a b
hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2}]}]
hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 1}]}]
shareProcessNamespace: true, hostPID: true
shareProcessNamespace: true
os: {name: linux}
imagePullSecrets: [{name: a}]
containers: [{name: c, image: i, env: [{name: '', value: x}]}]
containers: [{name: c, image: i, env: [{name: A=B, value: x}]}]
containers: [{name: c, image: i, env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: a/b}}}]}]
containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /a, subPath: b, subPathExpr: c}]}]
containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /a, recursiveReadOnly: Enabled}]}]
containers: [{name: c, image: i, securityContext: {procMount: foo}}]
containers: [{name: c, image: i, securityContext: {appArmorProfile: {type: foo}}}]
containers: [{name: c, image: i, securityContext: {capabilities: {add: [FOO]}}}]
initContainers: [{name: c, image: i, ports: [{containerPort: 1}]}]
initContainers: [{name: c, image: i, restartPolicy: OnFailure}]
";

/// What runs and is not taken here, since an older server refuses it or it is hardly meant.
const HARDLY_MEANT: &str = "
containers: [{name: c, image: i, env: [{name: 1A, value: x}]}]
containers: [{name: c, image: i, args: ['{{ item }}']}]
";

fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// For each part, whether the API server takes a pod that has it.
fn of_the_server(sandbox: &Sandbox, namespace: &Namespace, parts: &[String]) -> Vec<bool> {
    let pod = |(at, part): (usize, &String)| {
        let mut spec: Value = serde_saphyr::from_str(&format!("{{{part}}}")).unwrap();
        let main = json!({"name": "main", "image": "i"});
        let mut containers = vec![main];
        containers.extend(spec["containers"].as_array().cloned().unwrap_or_default());
        spec["containers"] = containers.into();
        let mut volumes = vec![json!({"name": "v", "emptyDir": {}})];
        volumes.extend(spec["volumes"].as_array().cloned().unwrap_or_default());
        spec["volumes"] = volumes.into();
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{at}")}, "spec": spec})
    };
    let pods: Vec<_> = parts.iter().enumerate().map(pod).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": pods}).to_string();
    let file = sandbox.write("pods.json", list.as_bytes());
    let said = namespace.kubectl(&[
        "create",
        "--dry-run=server",
        "--validate=false",
        "-o",
        "name",
        "-f",
        &file.display().to_string(),
    ]);
    let taken: Vec<_> = said.stdout.lines().collect();
    (0..parts.len()).map(|at| taken.contains(&format!("pod/p{at}").as_str())).collect()
}

/// For each part, whether `pipeline validate` takes a step that has it.
fn of_validate(sandbox: &Sandbox, parts: &[String]) -> Vec<bool> {
    let mut file = "version: 1\nkind: pipeline\nname: p\nimage: i\n".to_owned();
    file += "settings: {orchestrator: {pod_settings: {volumes: [{name: v, emptyDir: {}}]}}}\nsteps:\n";
    for (at, part) in parts.iter().enumerate() {
        writeln!(
            file,
            "  s{at}: {{settings: {{orchestrator: {{pod_settings: {{additional_pod_spec_args: {{{part}}}}}}}}}}}"
        )
        .unwrap();
    }
    sandbox.write("p.yaml", file.as_bytes());
    let said = sandbox.zenml(&["pipeline", "validate", "-f", "p.yaml", "-o", "json"]);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    let paths: Vec<_> =
        found["items"][0]["problems"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    let refuses = |at: usize| paths.iter().any(|path| path.starts_with(&format!("steps.s{at}.")));
    (0..parts.len()).map(|at| !refuses(at)).collect()
}

#[test]
fn validate_refuses_what_the_api_server_refuses() {
    let (sandbox, namespace) = (Sandbox::empty(), Namespace::new("verdict"));
    let in_container = |part: String| format!("containers: [{{name: c, image: i, {part}}}]");
    let parts: Vec<_> = lines(CONTAINER).into_iter().map(in_container).chain(lines(POD)).collect();
    let (theirs, ours) = (of_the_server(&sandbox, &namespace, &parts), of_validate(&sandbox, &parts));
    let differ: Vec<_> = parts.iter().zip(&theirs).zip(&ours).filter(|((_, theirs), ours)| theirs != ours).collect();
    assert!(differ.is_empty(), "the part, whether the server takes it, whether we do: {differ:#?}");
    assert!(theirs.contains(&true) && theirs.contains(&false));
    let parts = lines(HARDLY_MEANT);
    assert_eq!(of_the_server(&sandbox, &namespace, &parts), vec![true; parts.len()], "{parts:#?}");
    assert_eq!(of_validate(&sandbox, &parts), vec![false; parts.len()], "{parts:#?}");
}
