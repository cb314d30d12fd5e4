//! Why a rollout fails, where the pod's status alone does not say it, and how that is shown later.

use super::*;

/// A small service of one container.
fn service(script: &str, deployer: &str) -> String {
    format!(
        "version: 1\nkind: service\nname: s\nimage: docker.io/library/busybox:1.35\ncommand: [sh, -c]\n\
         args: [{script:?}]\nsettings:\n  resources: {{cpu_count: 0.02, memory: 32MiB}}\n  \
         deployer: {{readiness_probe_initial_delay: 0, {deployer}}}\n"
    )
}

/// Answers every request with `status`, once it has read it.
fn answering(status: &str) -> String {
    let answer = format!("printf 'HTTP/1.1 {status} x\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'");
    let read = "while IFS= read -r line; do [ ${#line} -le 1 ] && break; done";
    format!(
        "cat > /tmp/a <<'SCRIPT'\n#!/bin/sh\n{read}\n{answer}\nSCRIPT\nchmod +x /tmp/a; exec nc -ll -p \"$PORT\" -e /tmp/a"
    )
}

#[test]
fn last_lines_are_told_however_a_container_ends() {
    let stage = Stage::new("words");
    let failed = stage.deploy_text(&service("echo all done; exit 0", ""), &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("ends with exit code 0 instead of serving"), "{failed}");
    assert!(failed.stderr.contains("its last lines:\n    all done\n"), "{failed}");
    // The status of a container that needs too much memory has no words of its own either.
    let eats = "echo loading the model; x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done";
    let failed = stage.deploy_text(&service(eats, ""), &[]);
    assert!(failed.code == Some(4) && failed.stderr.contains("(OOMKilled, "), "{failed}");
    assert!(failed.stderr.contains("its last lines:\n    loading the model\n"), "{failed}");
    assert!(failed.stderr.contains("hint: set settings.resources.memory in the file"), "{failed}");
}

#[test]
fn a_start_that_is_not_well_is_told_and_may_last_as_long_as_the_file_says() {
    let stage = Stage::new("unwell");
    let start = "liveness_probe_initial_delay: 4, liveness_probe_period: 4, liveness_probe_failure_threshold: 2";
    let failed = stage.deploy_text(&service(&answering("503"), start), &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    let meanwhile = "(the startup probe of /api/health got status 503, as it may for 12s from the start)";
    assert!(failed.stderr.contains(meanwhile), "{failed}");
    assert!(failed.stderr.contains("failed to roll out: pod s-"), "{failed}");
    assert!(failed.stderr.contains("the startup probe of /api/health got status 503\n"), "{failed}");
    assert!(failed.stderr.contains("hint: the service itself says that it is not well"), "{failed}");
    assert!(!failed.stderr.contains("goes on in the cluster"), "{failed}");
    let late = stage.deploy_text(&service(&answering("503"), &format!("{start}0")), &["--timeout=6s"]);
    assert_eq!(late.code, Some(5), "{late}");
    assert!(late.stderr.contains("goes on in the cluster") && !late.stderr.contains("failed"), "{late}");
}

#[test]
fn the_setting_that_is_named_is_the_one_that_is_asked() {
    let stage = Stage::new("asked");
    let failed = stage.deploy_text(&service(&answering("404"), "readiness_probe_path: /ready"), &[]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("default path /api/health: set liveness_probe_path under"), "{failed}");
    // Whoever asks later is told the same, also where there is little time.
    for flags in [&["--timeout=4s"][..], &["--watch=false"], &["--watch=false", "-o", "json"]] {
        let status = stage.zenml(&[&["deployment", "status", "s"], flags].concat());
        assert_eq!(status.code, Some(4), "{status}");
        assert!(format!("{status}").contains("got status 404"), "{status}");
    }
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    assert_eq!(listed["items"][0]["status"], "Failed", "{listed}");
    let described = stage.zenml(&["deployment", "describe", "s", "-o", "json"]).json();
    assert_eq!(described["status"], "Failed", "{described}");
}

#[test]
fn a_quota_is_told_with_what_to_do() {
    let stage = Stage::new("limits");
    stage.namespace.kubectl(&["create", "quota", "none", "--hard=pods=0"]).succeeds();
    let failed = stage.deploy(&[]);
    assert!(failed.stderr.contains("no pod can be created: exceeded quota: none, requested: pods=1"), "{failed}");
    assert!(failed.stderr.contains("`kubectl describe quota -n NAMESPACE`"), "{failed}");
}

#[test]
fn more_than_a_restricted_namespace_allows_is_refused_reason_by_reason() {
    let stage = Stage::at(Namespace::restricted("privileged"));
    let pod = "pod_settings: {container_security_context: {privileged: true, allowPrivilegeEscalation: true}}";
    let refused = stage.deploy_text(&service("sleep 600", pod), &[]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused.stderr.contains("demands PodSecurity \"restricted:latest\", and the pods of this file"),
        "{refused}"
    );
    let reason = "\n  caused by: privileged (container \"main\" must not set securityContext.privileged=true)\n";
    assert!(refused.stderr.contains(reason), "{refused}");
    assert!(refused.stderr.contains("hint: take it out of settings.deployer.pod_settings"), "{refused}");
    assert_eq!(stage.names("deployments,services"), [""; 0]);
}

#[test]
fn none_wanted_is_stopped_and_no_revision_comes_of_going_to_where_one_is() {
    let stage = Stage::new("none");
    stage.deploy(&[]).succeeds();
    let same = stage.zenml(&["deployment", "rollback", "k8s-example", "--to-revision", "1"]).succeeds();
    assert!(same.ends_with("deployment \"k8s-example\" is as revision 1 has it already\n"), "{same}");
    stage.zenml(&["deployment", "scale", "k8s-example", "--replicas", "0"]).succeeds();
    let gone = ["wait", "pods", "-l", "zenml.io/deployment=k8s-example", "--for=delete", "--timeout=60s"];
    stage.namespace.kubectl(&gone);
    let status = stage.zenml(&["deployment", "status", "k8s-example", "--watch=false"]).succeeds();
    assert_eq!(status, "deployment \"k8s-example\": Stopped, 0 of 0 pods ready\n");
    assert!(stage.zenml(&["deployment", "list"]).succeeds().contains(" Stopped "));
}

#[test]
fn a_key_that_is_wanted_no_more_goes_and_comes_back_with_its_revision() {
    let stage = Stage::new("keyless");
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let keyed = example.replace("    replicas: 1\n", "    generate_auth_key: true\n");
    stage.deploy_text(&keyed, &[]).succeeds();
    assert_eq!(stage.names("secrets"), ["secret/k8s-example-auth"]);
    stage.deploy_text(&example, &[]).succeeds();
    assert_eq!(stage.names("secrets"), [""; 0]);
    stage.zenml(&["deployment", "rollback", "k8s-example"]).succeeds();
    assert_eq!(stage.names("secrets"), ["secret/k8s-example-auth"]);
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("secrets,configmaps,services"), [""; 0]);
}

#[test]
fn what_a_service_may_not_have_is_told_with_what_to_do() {
    let stage = Stage::new("ports");
    stage.namespace.kubectl(&["create", "service", "nodeport", "other", "--tcp=80"]).succeeds();
    let taken = stage.get("service/other")["spec"]["ports"][0]["nodePort"].to_string();
    let typed = |settings: &str| {
        let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
        stage.deploy_text(&example.replace("    replicas: 1\n", &format!("    {settings}\n")), &["--wait=false"])
    };
    let refused = typed(&format!("service_type: NodePort\n    node_port: {taken}")).fails(1);
    assert!(refused.contains("provided port is already allocated"), "{refused}");
    assert!(refused.contains("leave settings.deployer.node_port out, and a free one is given\n"), "{refused}");
    let hint = "hint: settings.deployer.service_type: ClusterIP takes nothing of this quota";
    stage.namespace.kubectl(&["create", "quota", "few", "--hard=services.nodeports=1"]).succeeds();
    let used = "jsonpath={.status.used.services\\.nodeports}=1";
    stage.namespace.kubectl(&["wait", "quota/few", "--for", used, "--timeout=60s"]).succeeds();
    let refused = typed("service_type: NodePort").fails(1);
    assert!(
        refused.contains("exceeded quota: few, requested: services.nodeports=1") && refused.contains(hint),
        "{refused}"
    );
    stage.namespace.kubectl(&["delete", "quota/few", "service/other"]).succeeds();
    stage.namespace.kubectl(&["create", "quota", "none", "--hard=services.loadbalancers=0"]).succeeds();
    let used = "jsonpath={.status.used.services\\.loadbalancers}=0";
    stage.namespace.kubectl(&["wait", "quota/none", "--for", used, "--timeout=60s"]).succeeds();
    let refused = typed("service_type: LoadBalancer").fails(1);
    assert!(refused.contains("exceeded quota: none, requested: services.loadbalancers=1"), "{refused}");
    assert!(refused.contains(hint), "{refused}");
    assert_eq!(stage.names("deployments,services,configmaps"), [""; 0]);
}
