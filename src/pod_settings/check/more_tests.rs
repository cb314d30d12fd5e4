//! What the API server refuses in containers and in the rest of a pod: each row was tried on a server.

use super::tests::each;

fn of_container(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let text = format!("additional_pod_spec_args: {{containers: [{{name: c, image: i, {text}}}]}}");
        each(&[(&text, expected)]);
    }
}

fn of_spec(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        each(&[(&format!("additional_pod_spec_args: {{{text}}}"), expected)]);
    }
}

#[test]
fn fields_as_variables() {
    const FIELDS: &str = "is none of metadata.name, metadata.namespace, metadata.uid, spec.nodeName, \
        spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs, metadata.labels['KEY'], \
        metadata.annotations['KEY']";
    const AMOUNTS: &str = "is none of limits.cpu, limits.ephemeral-storage, limits.memory, requests.cpu, \
        requests.ephemeral-storage, requests.memory";
    let field = |path: &str| format!("env: [{{name: A, valueFrom: {{fieldRef: {{fieldPath: \"{path}\"}}}}}}]");
    let amount = |name: &str| format!("env: [{{name: A, valueFrom: {{resourceFieldRef: {{resource: {name}}}}}}}]");
    for right in
        ["metadata.name", "spec.host", "status.podIPs", "metadata.labels['a.b/c']", "metadata.annotations['A/b']"]
    {
        each(&[(&field(right), "")]);
    }
    for wrong in ["metadata.foo", "metadata.labels", "metadata.labels[a]", "status.phase", "spec.restartPolicy"] {
        each(&[(&field(wrong), &format!("env[0].valueFrom.fieldRef.fieldPath: \"{wrong}\" {FIELDS}"))]);
    }
    let key = "is no key of a label: before the `/` stands a domain, such as example.com";
    each(&[(&field("metadata.labels['A/b']"), &format!("\"A/b\" {key}"))]);
    for right in ["limits.cpu", "requests.ephemeral-storage", "limits.hugepages-2Mi"] {
        each(&[(&amount(right), "")]);
    }
    for wrong in ["cpu", "limits.nvidia.com/gpu"] {
        each(&[(&amount(wrong), &format!("resourceFieldRef.resource: \"{wrong}\" {AMOUNTS}"))]);
    }
}

#[test]
fn what_is_not_shared_has_a_limit() {
    const LIMIT: &str =
        "limit must be set for non overcommitable resources: write `nvidia.com/gpu: 1` under `limits` too";
    of_container(&[
        (
            "resources: {requests: {nvidia.com/gpu: 1}}",
            &format!("containers[0].resources.requests[\"nvidia.com/gpu\"]: {LIMIT}"),
        ),
        ("resources: {limits: {nvidia.com/gpu: 1}}", ""),
        ("resources: {requests: {cpu: 2}, limits: {cpu: 1}}", "requests.cpu: 2 of cpu is more than its limit, 1"),
        ("resources: {limits: {hugepages-2Mi: 2Mi}}", "huge pages require cpu or memory beside them"),
        ("resources: {requests: {cpu: 1}, limits: {hugepages-2Mi: 2Mi}}", ""),
    ]);
    each(&[
        ("resources: {requests: {nvidia.com/gpu: 1}}", &format!("resources.requests[\"nvidia.com/gpu\"]: {LIMIT}")),
        ("resources: {requests: {a.kubernetes.io/x: 500m}}", ""),
        ("resources: {requests: {a.kubernetes.io/x: 1}, limits: {a.kubernetes.io/x: 2}}", ""),
        (
            "{resources: {requests: {a.b/c: 1}}, additional_pod_spec_args: {containers: [{name: main, resources: {limits: {a.b/c: 1}}}]}}",
            "",
        ),
        (
            "resources: {limits: {requests.a.b/x: 1}}",
            "\"requests.a.b/x\" is no resource: write cpu, memory, ephemeral-storage or one with a domain, as nvidia.com/gpu",
        ),
    ]);
}

#[test]
fn privileges_that_contradict_each_other() {
    const BOTH: &str = "a privileged container may always gain privileges: keep one of the two";
    each(&[
        (
            "container_security_context: {privileged: true, allowPrivilegeEscalation: false}",
            &format!("1:74: container_security_context.allowPrivilegeEscalation: {BOTH}"),
        ),
        (
            "{container_security_context: {privileged: true}, additional_pod_spec_args: {containers: [{name: main, security_context: {allow_privilege_escalation: false}}]}}",
            &format!("security_context.allow_privilege_escalation: {BOTH}"),
        ),
        ("container_security_context: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}", ""),
        (
            "container_security_context: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}",
            "a container with CAP_SYS_ADMIN may always gain privileges: keep one of the two",
        ),
        (
            "{volumes: [{name: v}], volume_mounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}]}",
            "volume_mounts[0].mountPropagation: Bidirectional mount propagation is available only to privileged containers",
        ),
        (
            "{volumes: [{name: v}], volume_mounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}], container_security_context: {privileged: true}}",
            "",
        ),
        (
            "{volumes: [{name: v}], volume_mounts: [{name: v, mountPath: /v, mountPropagation: Both}]}",
            "\"Both\" is none of None, HostToContainer, Bidirectional",
        ),
    ]);
}

#[test]
fn further_containers() {
    of_spec(&[
        ("containers: [{name: c}]", "containers[0]: \"image\" is required"),
        ("containers: [{name: c, imgae: i}]", "unknown key \"imgae\": did you mean \"image\"?"),
        ("containers: [{name: main}]", ""),
        ("initContainers: [{name: c}]", "initContainers[0]: \"image\" is required"),
        ("containers: [{name: c, image: ''}]", "image: must not be empty"),
        ("containers: [{name: c, image: ' '}]", "image: must not be empty"),
        ("containers: [{name: c, image: ' i'}]", "image: the name of an image has no blanks around it"),
        (
            "containers: [{name: C, image: i}]",
            "\"C\" is no name of a container: use lower-case letters, digits and `-`",
        ),
        (
            "containers: [{name: c, image: i}], initContainers: [{name: c, image: i}]",
            "\"c\" is there twice: keep one of them",
        ),
        ("containers: [{image: i}]", "containers[0]: \"name\" is required"),
    ]);
    of_container(&[
        ("terminationMessagePolicy: Log", "\"Log\" is none of File, FallbackToLogsOnError"),
        ("imagePullPolicy: always", "\"always\" is none of Always, IfNotPresent, Never"),
        ("restartPolicy: Foo", "\"Foo\" is none of Always, OnFailure, Never"),
    ]);
}

#[test]
fn ports() {
    const NAME: &str = "is no name of a port: use lower-case letters, a letter at least, digits and single `-` between them, at most 15";
    of_container(&[
        ("ports: [{containerPort: 80, name: 1a, protocol: UDP, hostPort: 0}, {containerPort: 80}]", ""),
        ("ports: [{containerPort: 0}]", "ports[0].containerPort: 0 is out of range: 1 to 65535"),
        ("ports: [{container_port: 65536}]", "ports[0].container_port: 65536 is out of range: 1 to 65535"),
        ("ports: [{name: a}]", "ports[0]: \"containerPort\" is required"),
        ("ports: [{containerPort: 1, protocol: tcp}]", "\"tcp\" is none of TCP, UDP, SCTP"),
        ("ports: [{containerPort: 1, name: HTTP}]", &format!("\"HTTP\" {NAME}")),
        ("ports: [{containerPort: 1, name: '80'}]", &format!("\"80\" {NAME}")),
        ("ports: [{containerPort: 1, name: a--b}]", &format!("\"a--b\" {NAME}")),
        ("ports: [{containerPort: 1, name: a123456789012345}]", &format!("\"a123456789012345\" {NAME}")),
        (
            "ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]",
            "ports[1].name: \"a\" is there twice: keep one of them",
        ),
    ]);
}

#[test]
fn probes_and_hooks() {
    const ONE: &str = "write one of exec, httpGet, tcpSocket, grpc";
    of_container(&[
        ("livenessProbe: {httpGet: {port: 80}, periodSeconds: 0}", ""),
        ("readinessProbe: {tcpSocket: {port: http}, successThreshold: 2}", ""),
        ("livenessProbe: {periodSeconds: 3}", &format!("containers[0].livenessProbe: {ONE}")),
        (
            "startupProbe: {exec: {command: [a]}, grpc: {port: 1}}",
            "containers[0].startupProbe: a probe asks in one way, and this one has exec and grpc",
        ),
        ("livenessProbe: {exec: {}}", "exec: \"command\" is required"),
        ("livenessProbe: {exec: {command: []}}", "command: must not be empty"),
        ("livenessProbe: {httpGet: {path: /}}", "httpGet: \"port\" is required"),
        ("livenessProbe: {httpGet: {prt: 80}}", "unknown key \"prt\": did you mean \"port\"?"),
        ("livenessProbe: {httpGet: {port: 0}}", "port: 0 is out of range: 1 to 65535"),
        ("livenessProbe: {http_get: {port: 80, scheme: http}}", "\"http\" is none of HTTP, HTTPS"),
        ("livenessProbe: {grpc: {port: 70000}}", "port: 70000 is out of range: 1 to 65535"),
        ("livenessProbe: {tcpSocket: {port: 1}, initialDelaySeconds: -1}", "-1 is out of range: at least 0"),
        ("livenessProbe: {tcpSocket: {port: 1}, successThreshold: 2}", "2 is out of range: 0 to 1"),
        ("livenessProbe: {tcpSocket: {port: 1}, terminationGracePeriodSeconds: 0}", "0 is out of range: at least 1"),
        (
            "readinessProbe: {tcpSocket: {port: 1}, terminationGracePeriodSeconds: 3}",
            "a readiness probe ends nothing: leave it out",
        ),
        (
            "livenessProbe: {httpGet: {port: 1, httpHeaders: [{name: a b, value: x}]}}",
            "\"a b\" is no name of a header: use letters, digits and `-`",
        ),
        ("lifecycle: {preStop: {}}", "preStop: write one of exec, httpGet, tcpSocket, sleep"),
        ("lifecycle: {preStop: {sleep: {seconds: 1}}}", ""),
    ]);
    of_spec(&[
        ("initContainers: [{name: c, image: i, restartPolicy: Always, livenessProbe: {tcpSocket: {port: 1}}}]", ""),
        (
            "initContainers: [{name: c, image: i, livenessProbe: {tcpSocket: {port: 1}}}]",
            "initContainers[0].livenessProbe: an init container has this only with `restartPolicy: Always`",
        ),
    ]);
}

#[test]
fn hosts_and_domains() {
    const ADDRESS: &str = "is no IP address: write 10.9.8.7 or 2001:db8::ffff";
    of_spec(&[
        ("hostAliases: [{ip: 10.0.0.1, hostnames: [a, b.c]}, {ip: '::1'}]", ""),
        ("hostAliases: [{ip: x, hostnames: [a]}]", &format!("hostAliases[0].ip: \"x\" {ADDRESS}")),
        ("hostAliases: [{hostnames: [a]}]", "hostAliases[0]: \"ip\" is required"),
        ("hostAliases: [{ip: 10.0.0.1, hostnames: [a_b]}]", "hostnames[0]: \"a_b\" is no name of a host"),
        (
            "dnsPolicy: None, dnsConfig: {nameservers: [1.2.3.4], searches: [., a_b.c, a.], options: [{name: ndots, value: 2}]}",
            "",
        ),
        ("dnsPolicy: None", "dnsPolicy: with the dnsPolicy None, dnsConfig needs a nameserver at least"),
        (
            "dnsPolicy: None, dnsConfig: {searches: [a]}",
            "dnsConfig: with the dnsPolicy None, dnsConfig needs a nameserver at least",
        ),
        ("dnsConfig: {nameservers: [x]}", &format!("dnsConfig.nameservers[0]: \"x\" {ADDRESS}")),
        ("dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}", "nameservers: 4 are too many: at most 3"),
        ("dnsConfig: {searches: [A.b]}", "searches[0]: \"A.b\" is no domain"),
        ("dnsConfig: {options: [{value: x}]}", "options[0]: \"name\" is required"),
        (
            "nodeName: n, schedulingGates: [{name: a.b/c}]",
            "nodeName: nodeName cannot be set until all schedulingGates have been cleared, and `queue_name` is one: write \
             node_selectors instead",
        ),
    ]);
}

#[test]
fn templates() {
    let of = |text: &str| format!("args: [\"{text}\"]");
    for other in [
        "{{ .State }}",
        "{{ range .Items }}{{ end }}",
        "{{ name }}",
        "{{ else }}",
        "{{ parameters }}",
        "{{",
        "{{ image }}",
    ] {
        of_container(&[(&of(other), "")]);
    }
    for ours in ["{{ parameters.x }}", "{{ item }}", "{{ steps.a.output }}", "{{ run.id }}", "{{ paramters.x }}"] {
        let inside = ours.trim_matches(['{', '}', ' ']);
        let expected = format!(
            "args[0]: `{{{{ {inside} }}}}` does not work in pod_settings, but in command, args and environment; here only \
             `{{{{ image }}}}` does, in additional_pod_spec_args"
        );
        of_container(&[(&of(&format!("x {ours}")), &expected)]);
    }
    of_container(&[
        (&of("{{ imag }}"), "args[0]: `{{ imag }}` refers to nothing: did you mean `{{ image }}`?"),
        (
            &of("--image={{ image }}"),
            "`{{ image }}` stands for the pod's own image only where nothing else is in the text",
        ),
    ]);
    each(&[
        (
            "env: [{name: A, value: '{{ image }}'}]",
            "env[0].value: `{{ image }}` works in additional_pod_spec_args only",
        ),
        ("annotations: {a: '{{ .Data.x }}'}", ""),
    ]);
}
