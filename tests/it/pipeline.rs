//! `pipeline validate|graph` and `schema pipeline`: what needs no cluster.

use std::fs;

use serde_json::{Value, json};

use crate::support::repository;
use crate::support::sandbox::Sandbox;
use crate::support::schema::violations;

/// Every pipeline file of the repository.
fn files() -> Vec<std::path::PathBuf> {
    let names =
        ["examples/pipeline.yaml", "tests/it/fixtures/reference.yaml", "tests/it/fixtures/seed-orchestrator.yaml"];
    names.iter().map(|name| repository().join(name)).collect()
}

#[test]
fn every_file_of_ours_is_valid_and_as_the_schema_says() {
    let sandbox = Sandbox::empty();
    let schema = sandbox.zenml(&["schema", "pipeline"]).json();
    for file in files() {
        let path = file.to_str().unwrap();
        let said = sandbox.zenml(&["pipeline", "validate", "-f", path]).succeeds();
        assert!(said.starts_with("pipeline/") && said.ends_with(" valid\n"), "{said}");
        let value: Value = serde_saphyr::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(violations(&schema, &value), [""; 0], "{path}");
    }
}

#[test]
fn the_schema_refuses_what_is_refused() {
    let schema = Sandbox::empty().zenml(&["schema", "pipeline"]).json();
    let head = json!({"version": 1, "kind": "pipeline", "name": "p", "image": "i", "steps": {"a": {}}});
    let with = |path: &str, value: Value| {
        let mut file = head.clone();
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut at = &mut file;
        for part in parent.split('/').filter(|part| !part.is_empty()) {
            at = &mut at[part];
        }
        at[key] = value;
        violations(&schema, &file)
    };
    assert_eq!(with("/name", json!("p")), [""; 0]);
    assert_eq!(with("/steps/a/foreach", json!("{{ parameters.x }}")), [""; 0]);
    assert_eq!(with("/steps/a/foreach", json!([3])), [""; 0]);
    for (path, value) in [
        ("/version", json!(2)),
        ("/kind", json!("service")),
        ("/env", json!({})),
        ("/execution_mode", json!("fail")),
        ("/steps/a/run_on", json!("never")),
        ("/steps/a/command", json!("sh -c")),
        ("/steps/a/foreach", json!(3)),
        ("/steps/a/foreach", json!("a")),
        ("/steps", json!({})),
        ("/steps/a/retry", json!({"max_retries": -1})),
        ("/steps/a/retry", json!({"backoff": 0.5})),
        ("/steps/a/secrets", json!({"A": {"vault": "x"}})),
        ("/steps/a/settings", json!({"orchestrator": {"max_parallelism": 3}})),
        ("/settings", json!({"orchestrator:mine": {"max_parallelism": 0}})),
        ("/settings", json!({"orchestrator": {"pod_settings": {"tolerations": [{"keys": "x"}]}}})),
    ] {
        assert_ne!(with(path, value.clone()), [""; 0], "{path}: {value}");
    }
    let own = json!({"orchestrator.kubernetes": {"pod_settings": {"tolerations": [{"toleration_seconds": 3}]}}});
    assert_eq!(with("/steps/a/settings", own), [""; 0]);
}

#[test]
fn every_mistake_is_printed_with_its_place() {
    let sandbox = Sandbox::empty();
    let text = "version: 1\nkind: pipeline\nname: p\nimage: i\nsteps:\n  train: {comand: [x]}\n  a: {upstream_steps: [trian]}\n";
    sandbox.write("p.yaml", text.as_bytes());
    sandbox.write("q.yaml", b"version: 1\nkind: [");
    let said = sandbox.zenml(&["pipeline", "validate", "-f", "p.yaml", "-f", "q.yaml"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), "error: 3 mistakes\n"), "{said}");
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "p.yaml:6:11: steps.train: unknown key \"comand\": did you mean \"command\"?",
            "p.yaml:7:24: steps.a.upstream_steps[0]: there is no step \"trian\": did you mean \"train\"?",
        ]
    );
    assert!(lines[2].starts_with("q.yaml:2:"), "{said}");
    let said = sandbox.zenml(&["pipeline", "validate", "-f", "p.yaml", "-o", "json"]);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    let item = &found["items"][0];
    assert_eq!((&item["valid"], &item["problems"][0]["line"]), (&json!(false), &json!(6)));
    assert_eq!(item["problems"][1]["path"], "steps.a.upstream_steps[0]");
    assert_eq!(said.code, Some(1));
}

#[test]
fn local_files_are_looked_for_beside_the_pipeline() {
    let sandbox = Sandbox::empty();
    let head = "version: 1\nkind: pipeline\nname: p\nimage: i\nsteps:\n";
    let text = format!(
        "{head}  a: {{secrets: {{T: {{file: token}}, U: {{file: gone}}, V: {{file: .}}, W: {{prompt: true}}}}}}\n"
    );
    sandbox.write("folder/p.yaml", text.as_bytes());
    sandbox.write("folder/token", b"canary");
    let said = sandbox.zenml(&["pipeline", "validate", "-f", "folder/p.yaml"]);
    let places: Vec<_> =
        said.stdout.lines().map(|line| line.split(": ").take(3).collect::<Vec<_>>().join(": ")).collect();
    let line = |at: &str, name: &str, file: &str| {
        format!("folder/p.yaml:6:{at}: steps.a.secrets.{name}.file: cannot read {file} for the secret {name}")
    };
    assert_eq!(places, [line("45", "U", "folder/gone"), line("62", "V", "folder/.")], "{said}");
    assert_eq!(said.code, Some(1), "{said}");
    sandbox.write("folder/gone", b"canary");
    sandbox.write("folder/p.yaml", text.replace("V: {file: .}, ", "").as_bytes());
    sandbox.zenml(&["pipeline", "validate", "-f", "folder/p.yaml"]).succeeds();
    // A secret that is no text cannot be an environment variable.
    sandbox.write("folder/gone", b"a\0b");
    let said = sandbox.zenml(&["pipeline", "validate", "-f", "folder/p.yaml"]);
    assert!(said.stdout.contains("folder/gone is no text") && said.code == Some(1), "{said}");
}

#[test]
fn a_file_that_is_none_does_not_hide_the_mistakes_of_others() {
    let sandbox = Sandbox::empty();
    sandbox.write("p.yaml", b"version: 2\nkind: pipeline\nname: p\nimage: i\nsteps: {a: {}}\n");
    sandbox.write("latin.yaml", b"version: 1\nname: caf\xe9\n");
    sandbox.write("empty.yaml", b"# nothing\n");
    let files = ["gone.yaml", "latin.yaml", "empty.yaml", "p.yaml"].map(|file| ["-f", file]).concat();
    let said = sandbox.zenml(&[&["pipeline", "validate"][..], &files].concat());
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(
        lines[..2],
        ["latin.yaml:2:10: this is not UTF-8: save the file as UTF-8 text", "empty.yaml:1:1: the file is empty"]
    );
    assert!(lines[2].starts_with("p.yaml:1:10: "), "{said}");
    assert!(said.code == Some(1) && said.stderr.starts_with("error: cannot read gone.yaml\n"), "{said}");
}

#[test]
fn values_are_checked_where_they_are_given() {
    let sandbox = Sandbox::empty();
    let reference = repository().join("tests/it/fixtures/reference.yaml");
    let validate = ["pipeline", "validate", "-f", reference.to_str().unwrap()];
    let with = |more: &[&str]| sandbox.zenml(&[&validate[..], more].concat());
    assert!(with(&["-p", "epochs=3"]).fails(2).contains("no value for \"dataset\" (string)"));
    assert!(with(&["-p", "epochs=x", "-p", "dataset=d"]).fails(2).contains("expected an integer"));
    sandbox.write("values.yaml", b"dataset: s3://x\nepochs: 3\n");
    with(&["-p", "@values.yaml"]).succeeds();
}

#[test]
fn graphs_are_drawn_for_two_programs() {
    let sandbox = Sandbox::empty();
    let reference = repository().join("tests/it/fixtures/reference.yaml");
    let graph = ["pipeline", "graph", "-f", reference.to_str().unwrap()];
    let mermaid = sandbox.zenml(&graph).succeeds();
    assert!(mermaid.starts_with("flowchart TD\n") && mermaid.contains("s2[[\"evaluate\"]]"), "{mermaid}");
    let dot = sandbox.zenml(&[&graph[..], &["-o", "dot"]].concat()).succeeds();
    assert!(dot.starts_with("digraph \"churn_training\" {") && dot.contains("s0 -> s1;"), "{dot}");
}

/// The rows of the tables in docs/settings.md: name, and the other cells.
fn rows(section: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| -> Option<Vec<String>> {
        let inner = line.strip_prefix("| `")?.strip_suffix(" |")?;
        Some(inner.split(" | ").map(str::to_owned).collect())
    };
    let row = |mut cells: Vec<String>| (cells.remove(0).trim_end_matches('`').to_owned(), cells);
    section.lines().filter_map(cells).map(row).collect()
}

#[test]
fn the_documented_settings_are_those_that_are_read() {
    let text = fs::read_to_string(repository().join("docs/settings.md")).unwrap();
    let (orchestrator, rest) = text.split_once("## `pod_settings`").unwrap();
    let (pods, deployer) = rest.split_once("## `settings.deployer`").unwrap();
    let schema = Sandbox::empty().zenml(&["schema", "pipeline"]).json();
    let keys = |name: &str| -> Vec<String> {
        let properties = schema["$defs"][name]["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    };
    let sorted = |rows: &[(String, Vec<String>)]| {
        let mut names: Vec<_> = rows.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(sorted(&rows(pods)), keys("PodSettings"));
    let service = Sandbox::empty().zenml(&["schema", "service"]).json();
    let known = service["$defs"]["Deployer"]["properties"].as_object().unwrap();
    assert_eq!(sorted(&rows(deployer)), known.keys().cloned().collect::<Vec<_>>());
    for (name, cells) in rows(deployer) {
        let described = known[&name]["description"].as_str().unwrap();
        assert_eq!(cells[0].starts_with("no effect: "), described.contains("no effect"), "{name}: {described}");
    }
    let rows = rows(orchestrator);
    assert_eq!(sorted(&rows), keys("Orchestrator"));
    let of_step = keys("OrchestratorOfStep");
    let sandbox = Sandbox::with_kubeconfig("token");
    for (name, cells) in rows {
        let described = schema["$defs"]["Orchestrator"]["properties"][&name]["description"].as_str().unwrap();
        let [of, here] = &cells[..] else { panic!("{name}: {cells:?}") };
        let works = here.starts_with("works") || here.starts_with("ours: ");
        assert_ne!(works, here.starts_with("no effect"), "{name}: {here}");
        assert_eq!(works, !described.contains("no effect"), "{name}: {described}");
        if works {
            assert_eq!(of == "step", of_step.contains(&name), "{name} is of a {of}");
        } else {
            // Whatever its type is, one of these values is of it.
            let warned = ["1", "true", "x", "Allow"].iter().any(|value| {
                let file = format!(
                    "version: 1\nkind: pipeline\nname: p\nimage: i\nsettings: {{orchestrator: {{{name}: {value}}}}}\nsteps: {{a: {{}}}}\n"
                );
                sandbox.write("p.yaml", file.as_bytes());
                let said = sandbox.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run=client"]);
                said.code == Some(0) && said.stderr.contains(&format!("settings.orchestrator.{name} has no effect: "))
            });
            assert!(warned, "{name} is left out silently");
        }
    }
}
