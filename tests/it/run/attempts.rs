//! What a step is given: attempts, limits, lists, what others left, hooks.

use super::{Stage, ended, steps, until};

/// A shell that knows which attempt it is by its host's name, which is the pod's.
const WHOLE: &str = r#"  list: {command: [sh, -c, 'echo "[\"eu\", {\"name\": \"us east\"}]" >$ZENML_OUTPUT_FILE']}
  each:
    foreach: "{{ steps.list.output }}"
    command: [sh, -c, 'echo "$0" "$1"; printf "%s" "$0" >$ZENML_OUTPUT_FILE', "{{ index }}", "{{ item }}"]
  flaky:
    command: [sh, -c, 'case $HOSTNAME in *-a1) echo first try >&2; exit 7;; esac']
    retry: {max_retries: 2, delay: 1}
  sum: {upstream_steps: [flaky], command: [echo, "{{ steps.each.outputs }}"]}
  none: {foreach: [], command: [echo, never]}
  alarm: {upstream_steps: [sum], run_on: failure, command: [echo, alarm]}
  clean: {upstream_steps: [sum, none], run_on: always, command: [echo, clean]}
"#;

#[test]
fn outputs_lists_retries_and_hooks_work_together() {
    let stage = Stage::new("whole", WHOLE);
    stage.attached("whole").succeeds();
    let run = stage.describe("whole");
    let phases: Vec<_> = steps(&run).into_iter().map(|(name, phase, _)| format!("{name} {phase}")).collect();
    assert_eq!(
        phases,
        [
            "list Succeeded",
            "each Succeeded",
            "each[0] Succeeded",
            "each[1] Succeeded",
            "flaky Succeeded",
            "sum Succeeded",
            "none Succeeded",
            "alarm Skipped",
            "clean Succeeded"
        ]
    );
    let flaky = &run["stepStates"][4];
    assert_eq!((flaky["attempt"].as_u64(), flaky["attempts"][0]["exitCode"].as_i64()), (Some(2), Some(7)));
    let text = stage.zenml(&["run", "describe", "whole"]).succeeds();
    assert!(text.contains("FAILED ATTEMPT OF") && text.contains("first try"), "{text}");
    let logs = stage.zenml(&["run", "logs", "whole"]).succeeds();
    assert!(logs.contains("[sum] [0,1]\n") && logs.contains("] 1 {\"name\":\"us east\"}\n"), "{logs}");
    assert_eq!(stage.names("pods", "step=each").len(), 2);
    assert_eq!(stage.names("pods", "step=flaky").len(), 2);
}

#[test]
fn limits_of_time_end_attempts_and_runs() {
    let stage = Stage::new(
        "limits",
        "  long: {command: [sleep, '300'], timeout: 2, retry: {max_retries: 1}}\n  \
         next: {upstream_steps: [long], command: [echo, never]}\n",
    );
    let said = stage.attached("timeout");
    assert!(said.code == Some(4) && said.stderr.contains("longer than its timeout of 2 s"), "{said}");
    let run = stage.describe("timeout");
    assert_eq!((&run["stepStates"][0]["reason"], &run["stepStates"][0]["attempt"]), (&"Timeout".into(), &2.into()));
    let settings = "settings: {orchestrator: {active_deadline_seconds: 3}}\n";
    let steps = "  long: {command: [sleep, '300']}\n  clean: {upstream_steps: [long], run_on: always, command: [x]}\n";
    stage.sandbox.write("p.yaml", format!("{}{steps}{settings}", super::HEAD).as_bytes());
    let said = stage.attached("deadline");
    assert!(said.code == Some(5) && said.stderr.contains("timed out"), "{said}");
    assert_eq!(stage.describe("deadline")["status"], "TimedOut");
}

#[test]
fn a_failure_stops_the_others_where_the_file_says_so() {
    let stage = Stage::new("modes", "");
    let steps = "  bad: {command: [sh, -c, 'sleep 2; exit 1']}\n  long: {command: [sh, -c, 'trap \"exit 1\" TERM; sleep 300 & wait']}\n  \
                 next: {upstream_steps: [long], command: [echo, never]}\n  \
                 clean: {upstream_steps: [next], run_on: always, command: [echo, clean]}\n";
    stage.sandbox.write("p.yaml", format!("{}{steps}execution_mode: fail_fast\n", super::HEAD).as_bytes());
    assert_eq!(stage.attached("fast").code, Some(4));
    let phases: Vec<_> = super::steps(&stage.describe("fast")).into_iter().map(|(_, phase, _)| phase).collect();
    assert_eq!(phases, ["Failed", "Cancelled", "Skipped", "Succeeded"]);
}

#[test]
fn a_step_that_cannot_start_is_given_up_and_says_why() {
    let stage = Stage::new("startup", "");
    let file = "  image: {image: 'docker.io/local/no-such-image:1', command: [x], settings: {orchestrator: {pod_startup_timeout: 4}}}\n  \
                place: {command: [x], settings: {orchestrator: {pod_startup_timeout: 3, pod_settings: {node_selectors: {no: such}}}}}\n  \
                secret: {command: [x], secrets: {TOKEN: {secret_ref: {name: no-such-secret, key: k}}}}\n";
    stage.sandbox.write("p.yaml", format!("{}{file}", super::HEAD).as_bytes());
    assert_eq!(stage.attached("startup").code, Some(4));
    let run = stage.describe("startup");
    for (index, expected) in ["ErrImagePull", "Unschedulable", "no-such-secret"].into_iter().enumerate() {
        let step = run["stepStates"][index].to_string();
        assert!(step.contains(expected) && step.contains("\"phase\":\"Failed\""), "{expected}: {step}");
    }
    assert_eq!(run["stepStates"][2]["reason"], "CreateContainerConfigError");
    until("none of them is left waiting", || {
        stage.namespace.kubectl(&["get", "pods", "-o", "name"]).succeeds().is_empty()
    });
}

#[test]
fn an_init_container_that_cannot_start_or_fails_is_named() {
    let stage = Stage::new("init", "");
    let step = |name: &str, container: &str| {
        format!(
            "  {name}: {{command: [x], settings: {{orchestrator: {{pod_startup_timeout: 60, pod_settings: \
             {{additional_pod_spec_args: {{initContainers: [{{name: setup, {container}}}]}}}}}}}}}}\n"
        )
    };
    let env = "image: \"{{ image }}\", env: [{name: A, valueFrom: {secretKeyRef: {name: no-such-secret, key: k}}}]";
    let fails = "image: \"{{ image }}\", command: [sh, -c, \"echo last words; exit 5\"]";
    let file = [step("name", "image: \"not/A/name:1\""), step("secret", env), step("fails", fails)].concat();
    stage.sandbox.write("p.yaml", format!("{}{file}", super::HEAD).as_bytes());
    let said = stage.attached("init");
    assert!(said.code == Some(4) && said.stderr.contains("init container setup ended with exit code 5"), "{said}");
    let run = stage.describe("init");
    let expected = ["InvalidImageName", "no-such-secret", "last words"];
    for (index, expected) in expected.into_iter().enumerate() {
        let step = run["stepStates"][index].to_string();
        assert!(step.contains(expected) && step.contains("init container setup"), "{expected}: {step}");
    }
}

#[test]
fn a_missing_secret_as_a_volume_is_told_and_ends_the_step_where_events_may_be_watched() {
    let stage = Stage::new("mounts", "");
    let volume =
        "volumes: [{name: c, secret: {secretName: no-such-secret}}], volume_mounts: [{name: c, mountPath: /c}]";
    let settings = |startup: &str| format!("{{orchestrator: {{{startup}pod_settings: {{{volume}}}}}}}");
    let write = |startup: &str| {
        let file = format!("{}  a: {{command: [x], settings: {}}}\n", super::HEAD, settings(startup));
        stage.sandbox.write("p.yaml", file.as_bytes());
    };
    write("");
    let said = stage.attached("attached");
    assert!(said.code == Some(4) && said.stderr.contains("secret \"no-such-secret\" not found"), "{said}");
    assert_eq!(stage.describe("attached")["stepStates"][0]["reason"], "FailedMount");
    write("pod_startup_timeout: 15, ");
    let said = stage.in_cluster("inside");
    let told = "step \"a\" waits: FailedMount";
    assert!(said.code == Some(4) && said.stderr.contains(told), "{said}");
}

#[test]
fn a_container_that_is_not_ours_decides_nothing() {
    let stage = Stage::new("sidecar", "");
    let file = "  main: {command: [echo, done]}\n  after: {upstream_steps: [main], command: [echo, after]}\n\
                settings: {orchestrator: {pod_settings: {additional_pod_spec_args: {containers: [{name: sidecar, \
                image: 'docker.io/library/busybox:1.35', command: [sleep, '300']}]}}}}\n";
    stage.sandbox.write("p.yaml", format!("{}{file}", super::HEAD).as_bytes());
    stage.attached("sidecar").succeeds();
    until("no pod is left running", || {
        let pods = stage.namespace.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"]).succeeds();
        pods.trim().is_empty()
    });
}

#[test]
fn a_quota_that_is_used_up_is_waited_for() {
    let stage = Stage::new("quota", "  a: {command: [sleep, '4']}\n  b: {command: [sleep, '1']}\n");
    stage.namespace.kubectl(&["create", "quota", "one", "--hard=pods=1"]).succeeds();
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "quota"]);
    until("one waits", || {
        let said = stage.zenml(&["run", "describe", "quota", "-o", "json"]);
        said.code == Some(0) && said.stdout.contains("limited: pods=1; `kubectl describe quota one -n")
    });
    let table = stage.zenml(&["run", "describe", "quota"]).succeeds();
    assert!(table.contains("waits for quota \"one\": pods 1 of 1 used"), "{table}");
    until("one has ended", || !stage.names("pods", "run=quota").is_empty());
    // Ended pods do not count against it.
    ended(submit).succeeds();
    assert_eq!(stage.describe("quota")["succeeded"], 2);
}
