//! Tests of reading pipeline files: every mistake, every later key, the whole of what works.

use std::fmt::Write as _;

use super::*;
use crate::pipeline::spec::Resources;

const HEAD: &str = "version: 1\nkind: pipeline\nname: p\nimage: i\n";

/// The lines of the mistakes of a file, without the common start.
fn mistakes(text: &str) -> Vec<String> {
    let Err(error) = read("f.yaml", text) else { return Vec::new() };
    let rendered = error.render();
    rendered.lines().filter_map(|line| line.strip_prefix("  caused by: f.yaml:")).map(str::to_owned).collect()
}

#[test]
fn everything_that_works_now() {
    let pipeline = read(
        "f.yaml",
        r#"
version: 1
kind: pipeline
name: churn training
execution_mode: continue_on_failure
enable_cache: false
image: ghcr.io/acme/churn@sha256:0000000000000000000000000000000000000000000000000000000000000000
parameters:
  epochs: 5
  dataset: {type: string, required: true}
environment: {PYTHONUNBUFFERED: 1, RATE: 1.10, DEBUG: true}
settings:
  resources: {cpu_count: 1.5, memory: 4GB}
  orchestrator:kube_prod: {kubernetes_namespace: ml-pipelines}
steps:
  prepare:
    enable_cache: false
    command: [python, -m, churn, 5]
    args: ["--source={{ parameters.dataset }}", "--out=/data/{{ run.name }}"]
  train:
    image: other:1
    upstream_steps: [prepare]
    environment: {EPOCHS: "{{ parameters.epochs }}"}
    settings: {resources: {cpu_count: 8}, orchestrator.kubernetes: }
"#,
    )
    .unwrap();
    assert_eq!(pipeline.name, "churn training");
    assert_eq!(pipeline.settings.namespace.as_deref(), Some("ml-pipelines"));
    assert_eq!(
        pipeline.pods.resources,
        Resources { cpu: Some("1500m".into()), memory: Some("3815Mi".into()), gpu: None }
    );
    let scope = Scope { parameters: &pipeline.parameters, run: true, step: None };
    let template = |text: &str| Template::parse(text, scope).0;
    let environment = [("PYTHONUNBUFFERED", "1"), ("RATE", "1.10"), ("DEBUG", "true")];
    assert_eq!(pipeline.environment, environment.map(|(name, value)| (name.to_owned(), template(value))).into());
    let [prepare, train] = &pipeline.steps[..] else { panic!("two steps") };
    assert_eq!(prepare.command, ["python", "-m", "churn", "5"].map(template));
    assert_eq!(prepare.args[0], template("--source={{ parameters.dataset }}"));
    assert_eq!((train.image.as_deref(), &train.upstream_steps[..]), (Some("other:1"), &["prepare".to_owned()][..]));
    assert_eq!(train.pods.as_ref().unwrap().resources.cpu.as_deref(), Some("8"));
}

#[test]
fn what_a_file_must_have() {
    assert_eq!(
        mistakes("nme: x\n"),
        [
            "1:1: unknown key \"nme\": did you mean \"name\"?",
            "1:1: \"version\" is required",
            "1:1: \"kind\" is required",
            "1:1: \"steps\" is required",
        ]
    );
    for (text, expected) in [
        ("version: 2\nkind: pipeline\nname: p\nimage: i\nsteps: {a: {}}", "1:10: version: version 2 is not known here"),
        ("version: '1'\nkind: pipeline\nname: p\nimage: i\nsteps: {a: {}}", "1:10: version: expected an integer"),
        (
            "version: 1\nkind: pipline\nname: p\nimage: i\nsteps: {a: {}}",
            "2:7: kind: \"pipline\" is none of pipeline, service",
        ),
        ("version: 1\nkind: pipeline\nname: ''\nimage: i\nsteps: {a: {}}", "3:7: name: must not be empty"),
        ("version: 1\nkind: pipeline\nname: p\nsteps: {a: {}}", "4:9: steps.a: no image"),
        (&format!("{HEAD}steps: {{}}"), "5:8: steps: a pipeline needs at least one step"),
        (&format!("{HEAD}steps: [a]"), "5:8: steps: expected a mapping, found a list"),
        (&format!("{HEAD}steps: {{a: {{}}, a: {{}}}}"), "5:16: duplicate key \"a\", it is already set on line 5"),
    ] {
        let found = mistakes(text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}: {found:?}");
    }
}

#[test]
fn a_service_is_pointed_to_deploy() {
    let error = read("s.yaml", "version: 1\nkind: service\nname: x\nfoo: 1\n").unwrap_err().render();
    assert_eq!(error, "error: s.yaml: this is a service, not a pipeline\nhint: run `kubectl zenml deploy -f s.yaml`\n");
}

#[test]
fn every_mistake_of_a_step_is_reported_in_its_place() {
    let text = format!(
        "{HEAD}environment: {{ZENML_RUN_ID: x, 1a: y, B: [1], C: }}
settings:
  resources: {{cpu_count: lots, memory: 4G, cpu: 1}}
  orchestrator: {{kubernetes_namespace: Team_A}}
  orchestrator.kubernetes: {{}}
  docker: {{}}
steps:
  load data[0]:
    command: python -m load
    args: [\"{{{{ parameters.x }}}}\", {{a: b}}]
    depends_on: [x]
  train:
    upstream_steps: [train, lode, eval, eval]
    settings: {{orchestrator: {{kubernetes_namespace: x}}}}
  eval: {{upstream_steps: [train], image: \"a b\"}}
  load: ~
"
    );
    assert_eq!(
        mistakes(&text),
        [
            "5:15: environment.ZENML_RUN_ID: \"ZENML_RUN_ID\" is set by the orchestrator",
            "5:32: environment.1a: \"1a\" is no name of an environment variable",
            "5:42: environment.B: expected a string, found a list",
            "5:48: environment.C: expected a string, found null; the empty string is \"\"",
            "7:26: settings.resources.cpu_count: \"lots\" is no number of cores: write 2, 0.5 or 500m",
            "7:40: settings.resources.memory: \"4G\" is no amount of memory: write a number and a unit of B, KB to PB, KiB to PiB, or Ki to Pi",
            "7:44: settings.resources: unknown key \"cpu\": did you mean \"cpu_count\"?",
            "8:40: settings.orchestrator.kubernetes_namespace: \"Team_A\" is no name of a namespace",
            "9:3: settings[\"orchestrator.kubernetes\"]: \"orchestrator.kubernetes\" and \"orchestrator\" are the same settings: keep one of them",
            "10:3: settings: unknown key \"docker\"",
            "12:3: steps[\"load data[0]\"]: the name of a step is not empty, and has no blanks around it, no brackets and no braces",
            "13:14: steps[\"load data[0]\"].command: expected a list such as [python, -m, train]: nothing passes through a shell",
            "14:12: steps[\"load data[0]\"].args[0]: there is no parameter \"x\"",
            "14:34: steps[\"load data[0]\"].args[1]: expected a string, found a mapping",
            "15:5: steps[\"load data[0]\"]: unknown key \"depends_on\": did you mean \"upstream_steps\"?",
            "16:3: steps.train: steps wait for each other: train -> eval -> train",
            "17:22: steps.train.upstream_steps[0]: a step cannot wait for itself",
            "17:29: steps.train.upstream_steps[1]: there is no step \"lode\": did you mean \"load\"?",
            "17:41: steps.train.upstream_steps[3]: \"eval\" is listed twice",
            "18:53: steps.train.settings.orchestrator.kubernetes_namespace: all pods of a run live in one namespace: set it in the settings of the pipeline, not of a step",
            "19:42: steps.eval.image: \"a b\" is no image name",
            "20:9: steps.load: expected a mapping, found null",
        ]
    );
}

#[test]
fn a_hint_names_what_is_accepted_in_that_place() {
    for (text, expected) in [
        (
            "settings: {orchestrator: {env: {}}}",
            "5:27: settings.orchestrator: unknown key \"env\": did you mean \"environment\" at the top level?",
        ),
        (
            "settings: {environment: {}}",
            "5:12: settings: unknown key \"environment\": did you mean \"environment\" at the top level?",
        ),
        ("settings: {deployer: {}}", "5:12: settings: \"deployer\" belongs into a service file"),
        ("settings: {'deployer:k8s': {}}", "5:12: settings: \"deployer:k8s\" belongs into a service file"),
        ("secrets: {}", "5:1: \"secrets\" does not belong here, but into each step that needs it"),
        ("invoke_path: /x", "5:1: \"invoke_path\" does not belong here, but into a service file"),
        ("env: {}", "5:1: unknown key \"env\": did you mean \"environment\"?"),
        ("cpu: 1", "5:1: unknown key \"cpu\""),
    ] {
        assert_eq!(mistakes(&format!("{HEAD}{text}\nsteps: {{a: {{}}}}")), [expected]);
    }
    let found = mistakes(&format!("{HEAD}steps: {{a: {{env: {{}}, params: {{}}}}}}"));
    assert_eq!(
        found,
        [
            "5:13: steps.a: unknown key \"env\": did you mean \"environment\"?",
            "5:22: steps.a: unknown key \"params\": did you mean \"parameters\" at the top level?",
        ]
    );
}

#[test]
fn ten_thousand_steps_are_read() {
    let mut text = format!("{HEAD}steps:\n  s0: {{}}\n");
    for n in 1..10_000 {
        let _ = writeln!(text, "  s{n}: {{upstream_steps: [s{}], args: [\"{{{{ run.name }}}}\"]}}", n - 1);
    }
    assert_eq!(read("f.yaml", &text).unwrap().steps.len(), 10_000);
}

#[test]
fn the_example_reads_and_resolves() {
    use crate::pipeline::{parameters, resolve};
    let pipeline = read("examples/pipeline.yaml", include_str!("../../../examples/pipeline.yaml")).unwrap();
    assert_eq!(pipeline.name, "kubernetes_example_pipeline");
    let values = parameters::values(&pipeline.parameters, &[]).unwrap();
    let run = resolve::RunIdentity { id: "0b1f".into(), name: "demo".into(), namespace: "zenml".into() };
    let run = resolve::resolve(&pipeline, &values, &run).unwrap();
    assert!(run.steps.iter().all(|step| step.image == "docker.io/library/busybox:1.35"));
    assert!(run.graph().unwrap().order().len() >= 4);
}

/// The reference of the format, as the specification has it.
#[test]
fn the_reference_file_reads_whole() {
    use crate::pipeline::late::Reference;
    use crate::pipeline::policy::{ExecutionMode, Retry, RetryOn};
    use crate::pipeline::spec::Foreach;
    let pipeline = read("pipeline.yaml", include_str!("../../../tests/it/fixtures/reference.yaml")).unwrap();
    assert_eq!(pipeline.execution_mode, ExecutionMode::FailFast);
    assert_eq!(pipeline.settings.max_parallelism.map(std::num::NonZeroUsize::get), Some(4));
    assert_eq!(pipeline.settings.active_deadline_seconds, Some(14400));
    assert_eq!(pipeline.pods.pod.image_pull_secrets, ["regcred"]);
    let [prepare, train, evaluate, publish] = &pipeline.steps[..] else { panic!("four steps") };
    assert_eq!(prepare.retry, Retry { max_retries: 3, delay: 10, backoff: 2.0, ..Retry::default() });
    assert_eq!(train.retry.on, [RetryOn::Error, RetryOn::Oom, RetryOn::Timeout].into());
    assert_eq!((train.timeout, train.pods.as_ref().unwrap().resources.gpu), (Some(7200), Some(1)));
    assert!(matches!(&evaluate.foreach, Some(Foreach::Items(items)) if items.len() == 2));
    assert_eq!(publish.args.len() + publish.secrets.len(), 1);
    let outputs: Vec<_> = publish.command.iter().flat_map(Template::late).collect();
    assert_eq!(outputs, [&Reference::Outputs { step: "evaluate".into() }]);
}

#[test]
fn a_reference_makes_an_upstream_and_a_circle_is_found() {
    let steps = "steps:
  a: {args: ['{{ steps.b.output }}', '{{ steps.b.output.k }}']}
  b: {upstream_steps: [c], environment: {X: '{{ steps.c.output }}'}}
  c: {}
  d: {foreach: '{{ steps.a.output }}'}
";
    let pipeline = read("f.yaml", &format!("{HEAD}{steps}")).unwrap();
    let upstreams: Vec<_> = pipeline.steps.iter().map(|step| step.upstream_steps.join(",")).collect();
    assert_eq!(upstreams, ["b", "c", "", "a"]);
    let found = mistakes(&format!("{HEAD}{}", steps.replace("c: {}", "c: {args: ['{{ steps.a.output }}']}")));
    assert_eq!(found, ["6:3: steps.a: steps wait for each other: a -> c -> b -> a"]);
}

#[test]
fn every_mistake_of_the_later_parts_has_its_place() {
    let text = format!(
        "{HEAD}execution_mode: fail
enable_cache: yes
parameters: {{n: 3, l: [1]}}
environment: {{A: '{{{{ item }}}}', C: x}}
settings:
  resources: {{gpu_count: -1}}
  orchestrator:
    max_parallelism: 0
    pod_security: restricted
    pod_settings: {{env: [{{name: P, value: x}}]}}
    queue_name: Q
    gpu_resource_name: gpu
    orchestrator_pod_settings: {{additional_pod_spec_args: {{restart_policy: Always}}}}
    pod_failure_policy: {{rules: [{{action: Fail}}]}}
steps:
  a:
    args: ['{{{{ steps.a.output }}}}', '{{{{ item }}}}', '{{{{ steps.l.outputs }}}}']
    retry: {{max_retries: -1, backoff: 0.5, on: [oops], limits: 1}}
    timeout: 0
    run_on: never
    foreach: '{{{{ parameters.n }}}}'
    when: x
    secrets: {{P: {{file: x}}, C: {{file: x}}, ZENML_RUN_ID: {{prompt: true}}, B: {{}}}}
    settings: {{orchestrator: {{privileged: true, max_parallelism: 3, pod_failure_policy: {{rules: [{{action: Count}}, {{action: Count, onExitCodes: {{operator: In, values: [0]}}}}]}}}}}}
  b: {{foreach: 3}}
  c: {{foreach: ['{{{{ index }}}}', '{{{{ steps.b.outputs }}}}'], args: ['{{{{ index }}}}']}}
"
    );
    let found = mistakes(&text);
    for expected in [
        "5:17: execution_mode: \"fail\" is none of continue_on_failure, stop_on_failure, fail_fast",
        "6:15: enable_cache: expected true or false, found a string",
        "8:18: environment.A: `{{ item }}` works inside of a step only, not for all of them",
        "10:26: settings.resources.gpu_count: -1 is out of range",
        "12:22: settings.orchestrator.max_parallelism: 0 is out of range",
        "15:17: settings.orchestrator.queue_name: \"Q\" is no name of a LocalQueue",
        "16:24: settings.orchestrator.gpu_resource_name: \"gpu\" is no name of a resource",
        "17:76: settings.orchestrator.orchestrator_pod_settings.additional_pod_spec_args.restart_policy: a run starts",
        "18:43: settings.orchestrator.pod_failure_policy.rules[0].action: \"Fail\" is none of FailJob, Ignore, Count",
        "20:3: steps.a: a privileged step is not fit",
        "21:12: steps.a.args[0]: a step cannot read its own output",
        "21:50: steps.a.args[2]: there is no step \"l\"",
        "22:26: steps.a.retry.max_retries: -1 is out of range: 0 to 1000",
        "22:39: steps.a.retry.backoff: 0.5 is out of range",
        "22:49: steps.a.retry.on[0]: \"oops\" is none of error, oom, timeout, node_lost",
        "22:56: steps.a.retry: unknown key \"limits\"",
        "23:14: steps.a.timeout: 0 is out of range",
        "24:13: steps.a.run_on: \"never\" is none of success, failure, always",
        "25:14: steps.a.foreach: parameter \"n\" is no list, which foreach needs",
        "26:5: steps.a: \"when\" is documented, but comes in a later release",
        "27:15: steps.a.secrets.P: \"P\" is also in pod_settings: keep one of them",
        "27:29: steps.a.secrets.C: \"C\" is also in environment of the pipeline: keep one of them",
        "27:43: steps.a.secrets.ZENML_RUN_ID: \"ZENML_RUN_ID\" is set by the orchestrator",
        "27:76: steps.a.secrets.B: write one of",
        "28:66: steps.a.settings.orchestrator.max_parallelism: it is about the run",
        "28:98: steps.a.settings.orchestrator.pod_failure_policy.rules[0]: a rule has one of",
        "28:115: steps.a.settings.orchestrator.pod_failure_policy.rules[1]: exit code 0 is no failure",
        "29:16: steps.b.foreach: expected a list, or a template that is one",
        "30:17: steps.c.foreach[0]: `{{ index }}` works in a step with foreach only",
        "30:32: steps.c.foreach[1]: an item cannot hold the output of a step",
    ] {
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
    }
    assert_eq!(found.len(), 30, "{found:#?}");
}

#[test]
fn items_have_the_keys_that_the_step_refers_to() {
    let steps = "steps:
  a:
    foreach: [{k: 1, l: 2}, {k: 1}, x]
    args: ['{{ item.k }}', '{{ item.l }}']
";
    assert_eq!(
        mistakes(&format!("{HEAD}{steps}")),
        [
            "7:29: steps.a.foreach[1]: the item has no key \"l\", and the step refers to `{{ item.l }}`",
            "7:37: steps.a.foreach[2]: the item has no key \"k\", and the step refers to `{{ item.k }}`",
            "7:37: steps.a.foreach[2]: the item has no key \"l\", and the step refers to `{{ item.l }}`",
        ]
    );
}

proptest::proptest! {
    /// What somebody types is no file yet most of the time.
    #[test]
    fn half_a_file_is_no_reason_to_panic(cut in 0..4000_usize, length in 0..200_usize, put in "[ :{}\\[\\]a-z'\"-]{0,8}") {
        let whole = include_str!("../../../tests/it/fixtures/reference.yaml");
        let at = |number| whole.char_indices().nth(number).map_or(whole.len(), |(at, _)| at);
        let (from, to) = (at(cut), at(cut + length));
        let text = format!("{}{put}{}", &whole[..from], &whole[to..]);
        if let Err(problems) = inspect("f.yaml", &text, &Base::default(), |_, _| None) {
            proptest::prop_assert!(!problems.is_empty());
        }
    }
}
