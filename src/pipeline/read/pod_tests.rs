//! Tests of what concerns the pods of several levels, and of words that only Kubernetes knows.

use super::*;

const HEAD: &str = "version: 1\nkind: pipeline\nname: p\nimage: i\n";

/// The mistakes of a file, without their places.
fn mistakes(text: &str) -> Vec<String> {
    mistakes_over(text, &Base::default())
}

/// The same with a component's settings under the file's.
fn mistakes_over(text: &str, base: &Base) -> Vec<String> {
    let Err(problems) = inspect("f.yaml", &format!("{HEAD}{text}"), base, |_, _| None) else { return Vec::new() };
    problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

#[test]
fn a_step_may_mount_what_the_pipeline_declares_and_the_other_way_round() {
    let pipeline = |settings: &str| format!("settings: {{orchestrator: {{pod_settings: {{{settings}}}}}}}\n");
    let step = |name: &str, settings: &str| {
        format!("  {name}: {{settings: {{orchestrator: {{pod_settings: {{{settings}}}}}}}}}\n")
    };
    let (volume, mount) = ("volumes: [{name: data, emptyDir: {}}]", "volume_mounts: [{name: data, mountPath: /d}]");
    let found =
        |top: &str, a: &str, b: &str| mistakes(&format!("{}steps:\n{}{}", pipeline(top), step("a", a), step("b", b)));
    let none: &[&str] = &[];
    assert_eq!(found(volume, mount, ""), none);
    assert_eq!(found(mount, volume, volume), none);
    let place = "settings.orchestrator.pod_settings.volume_mounts[0].name";
    assert_eq!(
        found("", mount, volume),
        [format!("steps.a.{place}: there is no volume \"data\": declare it in `volumes`")]
    );
    assert_eq!(found(mount, "", ""), [format!("{place}: there is no volume \"data\": declare it in `volumes`")]);
    assert_eq!(
        found(mount, volume, ""),
        [format!("{place}: step \"b\" has no volume \"data\": declare it in `volumes`")]
    );
    let orchestrator =
        format!("settings: {{orchestrator: {{orchestrator_pod_settings: {{{mount}}}}}}}\nsteps: {{a: {{}}}}\n");
    assert!(mistakes(&orchestrator)[0].contains("there is no volume \"data\""), "{:?}", mistakes(&orchestrator));
}

#[test]
fn a_file_may_mount_what_the_component_declares() {
    let text = "settings: {orchestrator: {pod_settings: {volume_mounts: [{name: v, mountPath: /v}]}}}\nsteps: {a: {}}";
    assert_eq!(mistakes(text).len(), 1);
    let settings = serde_json::json!({"pod_settings": {"volumes": [{"name": "v", "emptyDir": {}}]}});
    let settings = serde_json::from_value(settings).unwrap();
    assert_eq!(mistakes_over(text, &Base { settings, ..Base::default() }), [""; 0]);
}

#[test]
fn a_step_does_not_ask_for_more_than_the_limit_of_the_pipeline() {
    let text = "settings: {orchestrator: {pod_settings: {resources: {limits: {cpu: 1}}}}}
steps:
  a: {settings: {orchestrator: {pod_settings: {resources: {requests: {cpu: 2}}}}}}
  b: {settings: {orchestrator: {pod_settings: {resources: {requests: {cpu: 2}, limits: {cpu: 2}}}}}}
";
    assert_eq!(
        mistakes(text),
        [
            "steps.a.settings.orchestrator.pod_settings.resources.requests.cpu: together with the settings of the pipeline: \
             2 of cpu is more than its limit, 1"
        ]
    );
}

#[test]
fn what_is_not_fit_for_the_level_restricted() {
    const WHY: &str = "is not fit for `pod_security: restricted`: keep one of the two";
    for (settings, path, what) in [
        ("host_ipc: true", "host_ipc", "`host_ipc: true`"),
        ("additional_pod_spec_args: {host_ipc: true}", "additional_pod_spec_args.host_ipc", "`hostIPC: true`"),
        (
            "additional_pod_spec_args: {hostNetwork: true}",
            "additional_pod_spec_args.hostNetwork",
            "`hostNetwork: true`",
        ),
        (
            "container_security_context: {run_as_user: 0}",
            "container_security_context.run_as_user",
            "user 0, which is root,",
        ),
        (
            "container_security_context: {privileged: true}",
            "container_security_context.privileged",
            "`privileged: true`",
        ),
        (
            "container_security_context: {capabilities: {add: [NET_BIND_SERVICE, SYS_ADMIN], drop: [ALL]}}",
            "container_security_context.capabilities.add[1]",
            "the capability SYS_ADMIN",
        ),
        (
            "container_security_context: {capabilities: {drop: [CHOWN]}}",
            "container_security_context.capabilities.drop",
            "a container that does not drop ALL capabilities",
        ),
        (
            "additional_pod_spec_args: {securityContext: {runAsNonRoot: false}}",
            "additional_pod_spec_args.securityContext.runAsNonRoot",
            "`runAsNonRoot: false`",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: x, image: i, securityContext: {seccompProfile: {type: Unconfined}}}]}",
            "additional_pod_spec_args.containers[0].securityContext.seccompProfile.type",
            "the profile Unconfined",
        ),
        ("volumes: [{name: v, hostPath: {path: /x}}]", "volumes[0].hostPath", "a volume of this kind"),
    ] {
        let pods = format!("pod_settings: {{{settings}}}");
        let restricted = "settings: {orchestrator: {pod_security: restricted";
        let place = format!("settings.orchestrator.pod_settings.{path}: {what} {WHY}");
        assert_eq!(mistakes(&format!("{restricted}, {pods}}}}}\nsteps: {{a: {{}}}}")), [&*place]);
        let step = format!("steps: {{a: {{settings: {{orchestrator: {{{pods}}}}}}}}}");
        assert_eq!(mistakes(&format!("{restricted}}}}}\n{step}")), [format!("steps.a.{place}")]);
        assert_eq!(mistakes(&step), [""; 0]);
    }
    let fit = "settings: {orchestrator: {pod_security: restricted, pod_settings: {host_ipc: false, container_security_context: {runAsUser: 7, \
               capabilities: {drop: [ALL]}}, volumes: [{name: v, empty_dir: {}}, {name: w, persistent_volume_claim: {claim_name: c}}]}}}\nsteps: {a: {}}";
    assert_eq!(mistakes(fit), [""; 0]);
}

#[test]
fn what_the_orchestrator_puts_into_a_pod_stays() {
    let own = |settings: &str| {
        mistakes(&format!(
            "steps: {{a: {{secrets: {{T: {{prompt: true}}}}, settings: {{orchestrator: {{queue_name: q, pod_settings: {{{settings}}}}}}}}}}}"
        ))
    };
    let place = "steps.a.settings.orchestrator.pod_settings";
    assert_eq!(
        own("labels: {kueue.x-k8s.io/queue-name: other}"),
        [format!(
            "{place}.labels[\"kueue.x-k8s.io/queue-name\"]: write `queue_name` instead, which also holds the pod back until the \
             queue admits it"
        )]
    );
    let env = |container: &str, name: &str| {
        own(&format!(
            "additional_pod_spec_args: {{containers: [{{name: {container}, image: i, env: [{{name: {name}, value: x}}]}}]}}"
        ))
    };
    let variable = format!("{place}.additional_pod_spec_args.containers[0].env[0].name");
    assert_eq!(env("main", "ZENML_RUN_ID"), [format!("{variable}: \"ZENML_RUN_ID\" is set by this program")]);
    let twice = "steps.a.secrets.T: \"T\" is also in pod_settings: keep one of them";
    assert_eq!(env("main", "T"), [twice]);
    assert_eq!(own("env: [{name: T, value: x}]"), [twice]);
    for (container, name) in [("other", "ZENML_RUN_ID"), ("other", "T"), ("main", "U")] {
        assert_eq!(env(container, name), [""; 0]);
    }
}

#[test]
fn names_that_are_taken() {
    let own = |settings: &str| mistakes(&format!("settings: {{orchestrator: {{{settings}}}}}\nsteps: {{a: {{}}}}"));
    let found = own("pod_settings: {additional_pod_spec_args: {initContainers: [{name: main, image: i}]}}");
    assert!(found.len() == 1 && found[0].ends_with("is the name of the container that the pod is for"), "{found:?}");
    let found = own("gpu_resource_name: requests.foo.com/gpu");
    assert!(found.len() == 1 && found[0].contains("is no name of a resource"), "{found:?}");
}

#[test]
fn numbers_may_be_names() {
    let text = "version: 1\nkind: pipeline\nname: 1.10\nimage: i\nsteps: {1: {}, 2: {upstream_steps: [1]}}";
    let pipeline = read("f", text).unwrap();
    assert_eq!((&*pipeline.name, &pipeline.steps[1].upstream_steps[..]), ("1.10", &["1".to_owned()][..]));
}

#[test]
fn the_status_of_a_condition_is_kubernetes_or_a_boolean() {
    let text = |status: &str| {
        format!(
            "steps: {{a: {{settings: {{orchestrator: {{pod_failure_policy: {{rules: \
             [{{action: Ignore, onPodConditions: [{{type: T, status: {status}}}]}}]}}}}}}}}}}"
        )
    };
    let verdict = |status: &str, has: &str| {
        let pipeline = read("f", &format!("{HEAD}{}", text(status))).unwrap();
        let policy = pipeline.steps[0].pods.as_ref().unwrap().pod_failure_policy.clone().unwrap();
        policy.verdict(Some(1), &[("T", has)]).is_some()
    };
    for (status, fits, other) in
        [("true", "True", "False"), ("false", "False", "True"), ("'Unknown'", "Unknown", "True")]
    {
        assert!(verdict(status, fits) && !verdict(status, other), "{status}");
    }
    for wrong in ["'true'", "yes"] {
        let found = mistakes(&text(wrong));
        assert!(found.len() == 1 && found[0].ends_with("is none of True, False, Unknown"), "{found:?}");
    }
    assert!(mistakes(&text("1"))[0].contains("expected True, False or Unknown"), "{:?}", mistakes(&text("1")));
}

#[test]
fn words_that_only_kubernetes_knows() {
    let text =
        "settings: {orchestrator: {fail_on_container_waiting_reasons: [ErrImagePul, ContainerCreating, Nonsense]}}
steps:
  a: {run_on: failure}
  b: {run_on: failure, upstream_steps: [a]}
  c: {run_on: always}
";
    let place = "settings.orchestrator.fail_on_container_waiting_reasons";
    assert_eq!(
        mistakes(text),
        [
            format!("{place}[0]: no container waits for \"ErrImagePul\": did you mean \"ErrImagePull\"?"),
            format!("{place}[1]: every container waits for ContainerCreating at first, so no step would ever start"),
            format!("{place}[2]: no container waits for \"Nonsense\""),
            "steps.a.run_on: this step waits for no other that could fail: name some in `upstream_steps`".to_owned(),
        ]
    );
}
