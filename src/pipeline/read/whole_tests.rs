//! Tests of what only the pod of all levels shows.

use super::*;

const HEAD: &str = "version: 1\nkind: pipeline\nname: p\nimage: i\n";

/// The mistakes of a file whose pipeline and steps `a` and `b` have these settings, without their places.
fn mistakes(pipeline: &str, a: &str, b: &str) -> Vec<String> {
    let orchestrator = |settings: &str| format!("settings: {{orchestrator: {{{settings}}}}}");
    let step = |settings: &str| if settings.is_empty() { String::new() } else { orchestrator(settings) };
    let text = format!("{HEAD}{}\nsteps:\n  a: {{{}}}\n  b: {{{}}}\n", orchestrator(pipeline), step(a), step(b));
    let Err(problems) = inspect("f.yaml", &text, &Base::default(), |_, _| None) else { return Vec::new() };
    problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

#[test]
fn a_step_completes_what_the_pipeline_begins() {
    let side =
        |more: &str| format!("pod_settings: {{additional_pod_spec_args: {{containers: [{{name: side, {more}}}]}}}}");
    let (args, image) = (side("args: [x]"), side("image: i"));
    assert_eq!(mistakes(&args, &image, &image), [""; 0]);
    assert_eq!(mistakes(&image, &args, &args), [""; 0]);
    let place = "settings.orchestrator.pod_settings.additional_pod_spec_args.containers[0]: \"image\" is required";
    assert_eq!(mistakes(&args, &image, ""), [place]);
    assert_eq!(mistakes("", &args, ""), [format!("steps.a.{place}")]);
}

#[test]
fn a_limit_may_stand_at_another_level() {
    let amounts = |text: &str| format!("pod_settings: {{resources: {{{text}: {{nvidia.com/gpu: 1}}}}}}");
    let (requests, limits) = (amounts("requests"), amounts("limits"));
    assert_eq!(mistakes(&requests, &limits, &limits), [""; 0]);
    let found = mistakes("", &requests, "");
    assert!(found.len() == 1 && found[0].contains("limit must be set for non overcommitable resources"), "{found:?}");
    // `gpu_count` is both, but gives way to what `pod_settings` name.
    let text =
        format!("{HEAD}settings: {{resources: {{gpu_count: 1}}, orchestrator: {{{requests}}}}}\nsteps: {{a: {{}}}}");
    assert_eq!(inspect("f", &text, &Base::default(), |_, _| None).unwrap_err().len(), 1);
}

#[test]
fn privileges_of_two_levels() {
    let context = "pod_settings: {container_security_context: {allowPrivilegeEscalation: false}}";
    let why = "a privileged container may always gain privileges: keep one of the two";
    let place = "settings.orchestrator.pod_settings.container_security_context.allowPrivilegeEscalation";
    assert_eq!(
        mistakes("privileged: true", context, ""),
        [format!("steps.a.{place}: together with the settings of the pipeline: {why}")]
    );
    assert_eq!(
        mistakes(context, "privileged: true", ""),
        [format!("steps.a: together with the settings of the pipeline: {why}")]
    );
    assert_eq!(mistakes(&format!("privileged: true, {context}"), "", ""), [format!("{place}: {why}")]);
    assert_eq!(mistakes(&format!("privileged: true, {context}"), "privileged: false", "privileged: false"), [""; 0]);
}

#[test]
fn a_queue_and_a_node() {
    let node = "pod_settings: {additional_pod_spec_args: {nodeName: n}}";
    let found = mistakes("queue_name: q", node, "");
    assert!(
        found.len() == 1 && found[0].contains("cannot be set until all schedulingGates have been cleared"),
        "{found:?}"
    );
    assert_eq!(mistakes("", node, "queue_name: q"), [""; 0]);
}

#[test]
fn the_place_of_outputs_stays() {
    let own = |name: &str, more: &str| {
        format!("pod_settings: {{additional_pod_spec_args: {{containers: [{{name: {name}, image: i, {more}}}]}}}}")
    };
    for (more, expected) in [
        (
            "terminationMessagePath: /tmp/x",
            "terminationMessagePath: outputs are read from the default path, /dev/termination-log, and would be lost: leave it out",
        ),
        (
            "termination_message_policy: File",
            "termination_message_policy: outputs are read from the default path, /dev/termination-log, and where there is none \
             the last lines of the log say why a step failed: leave it out",
        ),
    ] {
        let found = mistakes("", &own("main", more), "");
        assert!(found.len() == 1 && found[0].ends_with(expected), "{found:?}");
        assert_eq!(mistakes("", &own("side", more), ""), [""; 0]);
    }
    assert_eq!(mistakes("", &own("main", "terminationMessagePolicy: FallbackToLogsOnError"), ""), [""; 0]);
}

#[test]
fn the_orchestrator_s_pod() {
    let found = mistakes("orchestrator_pod_settings: {container_security_context: {privileged: true}}", "", "");
    let place = "settings.orchestrator.orchestrator_pod_settings.container_security_context.privileged";
    assert_eq!(found, [format!("{place}: a privileged container may always gain privileges: keep one of the two")]);
}

#[test]
fn a_component_s_settings_count_too() {
    let own =
        "settings: {orchestrator: {pod_settings: {container_security_context: {allowPrivilegeEscalation: false}}}}";
    let text = format!("{HEAD}{own}\nsteps: {{a: {{}}}}");
    let settings = serde_json::json!({"privileged": true, "pod_settings": {"resources": {"requests": {"a.b/c": 1}}}});
    let base = Base { settings: serde_json::from_value(settings).unwrap(), ..Base::default() };
    let problems = inspect("f.yaml", &text, &base, |_, _| None).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| problem.line_over("f.yaml", "component")).collect();
    let pods = "settings.orchestrator.pod_settings";
    assert_eq!(
        found,
        [
            format!(
                "component: {pods}.resources.requests[\"a.b/c\"]: limit must be set for non overcommitable resources: write \
                 `a.b/c: 1` under `limits` too"
            ),
            format!(
                "f.yaml:5:97: {pods}.container_security_context.allowPrivilegeEscalation: a privileged container may \
                 always gain privileges: keep one of the two"
            ),
        ]
    );
}
