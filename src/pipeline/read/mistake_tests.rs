//! Tests of files with several mistakes: each is told once, and none that is only a consequence.

use super::*;

const HEAD: &str = "version: 1\nkind: pipeline\nname: p\nimage: i\n";

/// The mistakes of a file; of local files there is only `there`.
fn mistakes(text: &str) -> Vec<String> {
    let fault = |variable: &str, path: &Path| (path != Path::new("there")).then(|| format!("no file for {variable}"));
    let Err(problems) = inspect("f", &format!("{HEAD}{text}"), &Base::default(), fault) else { return Vec::new() };
    problems.iter().map(|problem| problem.line("f").split_off(2)).collect()
}

#[test]
fn every_template_of_a_text_is_looked_at() {
    let text = "steps:\n  a:\n    command: [x, \"{{ parameters.a }}{{ run.x }}{{ steps.b.output }} {{ steps.c.output }}\"]\n  b: {}\n";
    let found = mistakes(text);
    assert_eq!(found.len(), 3, "{found:?}");
    for (line, expected) in found.iter().zip(["no parameter \"a\"", "`{{ run.x }}`", "no step \"c\""]) {
        assert!(line.starts_with("7:18: steps.a.command[1]: ") && line.contains(expected), "{expected}: {found:?}");
    }
    // What is right of a text counts although something else of it is not.
    let text = "steps:\n  a: {command: ['{{ zzz }}{{ steps.b.output }}']}\n  b: {upstream_steps: [a]}\n";
    assert!(mistakes(text).iter().any(|line| line.ends_with("steps wait for each other: a -> b -> a")));
}

#[test]
fn a_parameter_that_is_declared_in_a_wrong_way_is_declared() {
    let uses = |name: &str| {
        format!("steps:\n  a: {{command: ['{{{{ parameters.{name} }}}}'], foreach: '{{{{ parameters.{name} }}}}'}}\n")
    };
    for (declaration, expected) in [
        (
            "x: {type: list, required: yes}",
            &["6:29: parameters.x.required: expected true or false, found a string"][..],
        ),
        (
            "x: {type: strin, required: yes}",
            &[
                "6:13: parameters.x.type: \"strin\" is none of string, integer, number, boolean, list, object",
                "6:30: parameters.x.required: expected true or false, found a string",
            ],
        ),
        ("x: {required: true}", &["6:6: parameters.x: \"type\" is required"]),
        ("x: {typ: list, required: true}", &["6:7: parameters.x: unknown key \"typ\": did you mean \"type\"?"]),
        (
            "x: {type: list, requird: true}",
            &["6:19: parameters.x: unknown key \"requird\": did you mean \"required\"?"],
        ),
        ("x:", &["6:3: parameters.x: a parameter without a default needs its type: {type: string, required: true}"]),
    ] {
        assert_eq!(mistakes(&format!("parameters:\n  {declaration}\n{}", uses("x"))), expected, "{declaration}");
    }
    let found =
        mistakes("parameters: {zip: 01234, big: 99999999999999999999, at: [{n: 007}], ok: '01'}\nsteps: {a: {}}");
    let fields: Vec<_> = found.iter().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(fields, ["parameters.zip", "parameters.big", "parameters.at[0].n"], "{found:?}");
}

#[test]
fn local_files_must_be_there() {
    let text = "steps:\n  a: {secrets: {T: {file: there}, U: {file: gone}, V: {file: ''}}}\n  b: {secrets: {U: {file: gone}, W: {prompt: true}}}\n";
    assert_eq!(
        mistakes(text),
        [
            "6:45: steps.a.secrets.U.file: no file for U",
            "6:62: steps.a.secrets.V.file: must not be empty",
            "7:27: steps.b.secrets.U.file: no file for U",
        ]
    );
    // Whatever the shape is.
    for text in ["steps: [a]", "steps: {a: {secrets: [b]}}", "steps: {a: {secrets: {b: {file: [c]}}}}"] {
        assert!(!mistakes(text).is_empty());
    }
}

#[test]
fn modes_of_files_are_octal_and_other_numbers_are_not() {
    let settings = "settings: {orchestrator: {pod_settings: {volumes: [{name: v, configMap: {name: c, defaultMode: 0644, \
                    items: [{key: k, path: p, mode: 0400}]}}]}}}\nsteps: {a: {}}";
    let pipeline = read("f", &format!("{HEAD}{settings}")).unwrap();
    let map = pipeline.pods.pod.volumes[0].config_map.as_ref().unwrap();
    assert_eq!((map.default_mode, map.items.as_ref().unwrap()[0].mode), (Some(0o644), Some(0o400)));
    assert_eq!(
        mistakes(&settings.replace("0644", "0999")),
        [
            "5:96: settings.orchestrator.pod_settings.volumes[0].configMap.defaultMode: 0999 is no octal number, which the zero before it says it is"
        ]
    );
    let found = mistakes("steps: {a: {timeout: 010, retry: {delay: 08, max_retries: 9223372036854775808}}}");
    for (line, expected) in found.iter().zip(["write 10", "write 8", "is too large for an integer"]) {
        assert!(line.contains("expected an integer, and ") && line.contains(expected), "{found:?}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn items_are_looked_at_one_by_one() {
    let found =
        mistakes("steps: {a: {command: ['{{ item.k }}'], foreach: [{k: 1}, {k: '{{ x }}'}, {j: 1}, 3, {k: 01}]}}");
    let paths: Vec<_> = found.iter().map(|line| line.split(": ").nth(1).unwrap()).collect();
    let item = |at: usize| format!("steps.a.foreach[{at}]");
    assert_eq!(paths, [item(1) + ".k", item(2), item(3), item(4) + ".k"], "{found:?}");
}

#[test]
fn a_step_has_a_thousand_instances_at_most() {
    let text = |items: usize| {
        let list = vec!["1"; items].join(", ");
        format!("parameters:\n  x: [{list}]\nsteps: {{a: {{foreach: '{{{{ parameters.x }}}}'}}}}")
    };
    assert_eq!(mistakes(&text(1000)), [""; 0]);
    assert_eq!(
        mistakes(&text(1001)),
        ["7:22: steps.a.foreach: parameter \"x\" has by default 1001 items, and a step has 1000 instances at most"]
    );
    let long = text(1001).replace("x: [", "x: {type: list, default: [").replace("]\n", "]}\n");
    assert_eq!(mistakes(&long).len(), 1);
}
