//! Tests of reading service files: every mistake, every later key, the whole of what works.

use std::path::PathBuf;

use super::*;
use crate::deployer::settings::Scale;
use crate::deployer::spec::SecretSource;

const HEAD: &str = "version: 1\nkind: service\nname: s\nimage: i\n";

/// The lines of the mistakes of a file, without the common start.
fn mistakes(text: &str) -> Vec<String> {
    let Err(error) = read("f.yaml", text, &[]) else { return Vec::new() };
    let rendered = error.render();
    rendered.lines().filter_map(|line| line.strip_prefix("  caused by: f.yaml:")).map(str::to_owned).collect()
}

#[test]
fn everything_that_works_now() {
    let service = read(
        "f.yaml",
        r#"
version: 1
kind: service
name: churn-api
image: ghcr.io/acme/churn-api:1
args: ["--port={{ parameters.port }}"]
invoke_path: /predict
parameters: {port: 8080}
environment: {LOG_LEVEL: info, N: 1}
secrets:
  A: {secret_ref: {name: model-registry, key: token}}
  B: {file: token.txt}
  C: {prompt: true}
settings:
  resources: {cpu_count: 0.5, memory: 1GB, min_replicas: 2, max_replicas: 2}
  deployer.kubernetes:
    namespace: team-ml
    service_type: ClusterIP
    service_port: 8080
    command: [uvicorn]
    readiness_probe_path: /healthz
    readiness_probe_initial_delay: 0
    liveness_probe_period: 7
    labels: {team: ml}
"#,
        &[],
    )
    .unwrap();
    assert_eq!((service.command, service.args), (vec!["uvicorn".to_owned()], vec!["--port=8080".to_owned()]));
    assert_eq!(service.environment["N"], "1");
    let settings = service.settings;
    assert_eq!((settings.service_port, settings.scale), (8080, Scale::Fixed(2)));
    assert_eq!((settings.resources.cpu.as_str(), settings.resources.memory.as_str()), ("500m", "954Mi"));
    assert_eq!((settings.readiness.path.as_str(), settings.readiness.initial_delay), ("/healthz", 0));
    assert_eq!((settings.liveness.period, settings.liveness.initial_delay), (7, 30));
    assert_eq!(settings.namespace.as_deref(), Some("team-ml"));
    let reference = SecretSource::Reference { name: "model-registry".to_owned(), key: "token".to_owned() };
    let sources = [reference, SecretSource::File(PathBuf::from("token.txt")), SecretSource::Prompt];
    assert!(service.secrets.into_values().eq(sources));
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let service = read("f.yaml", HEAD, &[]).unwrap();
    assert_eq!((service.settings.service_port, service.settings.scale), (8000, Scale::Fixed(1)));
    assert_eq!((service.settings.resources.cpu.as_str(), service.settings.resources.memory.as_str()), ("1", "2Gi"));
    assert_eq!(service.settings.readiness.path, "/api/health");
    assert_eq!(service.invoke_path, "/invoke");
}

#[test]
fn parameters_come_from_the_command_line_too() {
    let text =
        format!("{HEAD}parameters: {{port: {{type: integer, required: true}}}}\nargs: ['{{{{ parameters.port }}}}']");
    assert!(read("f.yaml", &text, &[]).unwrap_err().render().contains("-p"));
    let given = [Override::Assignment("port=9000".to_owned())];
    assert_eq!(read("f.yaml", &text, &given).unwrap().args, ["9000"]);
}

#[test]
fn every_mistake_has_its_place() {
    let deployer = |line: &str| format!("{HEAD}settings:\n  deployer:\n    {line}\n");
    let resources = |line: &str| format!("{HEAD}settings:\n  resources:\n    {line}\n");
    let cases = [
        (
            deployer("readines_probe_path: /x"),
            "7:5: settings.deployer: unknown key \"readines_probe_path\": did you mean \"readiness_probe_path\"?",
        ),
        (
            deployer("kubernetes_namespace: x"),
            "7:5: settings.deployer: unknown key \"kubernetes_namespace\": did you mean \"namespace\"?",
        ),
        (
            deployer("env: {A: b}"),
            "7:5: settings.deployer: unknown key \"env\": did you mean \"environment\" at the top level?",
        ),
        (
            deployer("image: x"),
            "7:5: settings.deployer: unknown key \"image\": did you mean \"image\" at the top level?",
        ),
        (
            deployer("resources: {cpu: 1}"),
            "7:5: settings.deployer: unknown key \"resources\": did you mean \"settings.resources\"?",
        ),
        (resources("cpu: 1"), "7:5: settings.resources: unknown key \"cpu\": did you mean \"cpu_count\"?"),
        (
            deployer("service_type: Loadbalancer"),
            "7:19: settings.deployer.service_type: \"Loadbalancer\" is none of ClusterIP, NodePort, LoadBalancer",
        ),
        (deployer("service_port: 99999"), "7:19: settings.deployer.service_port: 99999 is out of range: 1 to 65535"),
        (
            deployer("readiness_probe_path: healthz"),
            "7:27: settings.deployer.readiness_probe_path: \"healthz\" is no path",
        ),
        (
            deployer("liveness_probe_period: 0"),
            "7:28: settings.deployer.liveness_probe_period: 0 is out of range: 1 to 2147483647",
        ),
        (
            deployer("labels: {zenml.io/deployment: x}"),
            "7:14: settings.deployer.labels[\"zenml.io/deployment\"]: \"zenml.io/deployment\" is reserved",
        ),
        (deployer("replicas: 0"), "7:15: settings.deployer.replicas: with 0 replicas nothing answers"),
        (
            resources("{min_replicas: 5, max_replicas: 1}"),
            "7:37: settings.resources.max_replicas: max_replicas 1 is less",
        ),
        (resources("memory: 4"), "7:13: settings.resources.memory: \"4\" is no amount of memory"),
        (
            format!("{HEAD}environment: {{PORT: 1}}"),
            "5:15: environment.PORT: \"PORT\" is settings.deployer.service_port",
        ),
        (format!("{HEAD}secrets: {{A: {{}}}}"), "5:14: secrets.A: write one of"),
        (format!("{HEAD}secrets: {{A: s3cret}}"), "5:14: secrets.A: expected a mapping"),
        (
            format!("{HEAD}environment: {{A: x}}\nsecrets: {{A: {{prompt: true}}}}"),
            "6:11: secrets.A: \"A\" is also in environment",
        ),
        (format!("{HEAD}args: ['{{{{ run.id }}}}']"), "5:8: args[0]: `{{ run.id }}` refers to nothing"),
        (format!("{HEAD}invoke_path: predict"), "5:14: invoke_path: \"predict\" is no path"),
        (
            format!("{HEAD}command: [a]\nsettings: {{deployer: {{command: [b]}}}}"),
            "6:32: settings.deployer.command: \"command\" is also set",
        ),
        (format!("{HEAD}env: {{}}"), "5:1: unknown key \"env\": did you mean \"environment\"?"),
        ("version: 1\nkind: service\nname: Bad_Name\nimage: i".to_owned(), "3:7: name: \"Bad_Name\" is no name"),
    ];
    for (text, expected) in cases {
        let found = mistakes(&text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}: {found:?}");
    }
}

#[test]
fn a_pipeline_is_sent_to_its_own_command() {
    let error = read("p.yaml", "version: 1\nkind: pipeline\n", &[]).unwrap_err().render();
    assert!(error.contains("hint: run `kubectl zenml submit -f p.yaml`"), "{error}");
}

#[test]
fn labels_and_annotations_are_what_the_api_server_takes() {
    let head = format!("{HEAD}settings:\n  deployer:\n");
    let rule = "use letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63";
    assert_eq!(
        mistakes(&format!("{head}    labels: {{'a b': 'c d', example.com/ok: '', Up.example/x: y, run: x}}\n")),
        [
            format!("7:14: settings.deployer.labels[\"a b\"]: \"a b\" is no key of a label: {rule}"),
            format!("7:21: settings.deployer.labels[\"a b\"]: \"c d\" is no value of a label: {rule}"),
            "7:48: settings.deployer.labels[\"Up.example/x\"]: \"Up.example/x\" is no key of a label: before the `/` \
             stands a domain, such as example.com"
                .to_owned(),
            "7:65: settings.deployer.labels.run: \"run\" is reserved".to_owned(),
        ]
    );
    let ok = format!("{head}    annotations: {{Up.example/x: 'any text: at all', b: {}}}\n", "x".repeat(200_000));
    assert_eq!(mistakes(&ok), [""; 0]);
    let long = mistakes(&format!("{head}    annotations: {{a b: x, c: {}}}\n", "x".repeat(256 * 1024)));
    assert!(long[0].contains("at most 262144 bytes, with their keys; these have 262149"), "{long:?}");
    assert!(long[1].starts_with("7:19: settings.deployer.annotations[\"a b\"]: \"a b\" is no key of"), "{long:?}");
}

#[test]
fn a_range_has_two_ends() {
    let found = mistakes(&format!("{HEAD}settings: {{deployer: {{replicas: 99999999999}}}}\n"));
    assert_eq!(found, ["5:33: settings.deployer.replicas: 99999999999 is out of range: 1 to 2147483647"]);
}
