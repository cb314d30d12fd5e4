//! `list-types` and `describe-type`, and the flags of `register` against them.

use clap::Command;
use kubectl_zenml::connector::catalogue::table::FIELDS;
use kubectl_zenml::connector::catalogue::{AuthMethod, Kind};
use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, token};

/// The command of these words.
fn command(words: &[&str]) -> Command {
    let mut tree = kubectl_zenml::cli::command();
    tree.build();
    words.iter().fold(tree, |command, word| command.find_subcommand(word).expect("a command").clone())
}

#[test]
fn the_flags_of_register_are_those_of_the_catalogue() {
    for words in [&["register"][..], &["connector", "register"]] {
        let register = command(words);
        for field in FIELDS {
            let argument = register.get_arguments().find(|argument| argument.get_long() == Some(field.flag));
            let argument = argument.unwrap_or_else(|| panic!("register has no --{}", field.flag));
            assert_eq!(argument.get_help().expect("a help").to_string(), field.flag_help());
            // A flag's value may be left out.
            let may_be_alone = argument.get_num_args().is_some_and(|range| range.min_values() == 0);
            assert_eq!(may_be_alone, matches!(field.kind, Kind::Flag | Kind::Secret), "--{}", field.flag);
            // ZenML's name works, too.
            let name = field.path.rsplit('.').next().expect("a name").to_owned();
            let aliases = argument.get_all_aliases().unwrap_or_default();
            assert!(field.path.contains('.') || name == field.flag || aliases.contains(&name.as_str()), "--{name}");
        }
        let headed = |argument: &&clap::Arg| {
            matches!(argument.get_help_heading(), Some("Cluster options" | "Credential options"))
        };
        assert_eq!(register.get_arguments().filter(headed).count(), FIELDS.len(), "a field beside the catalogue");
        let methods = register.get_arguments().find(|argument| argument.get_id() == "auth_method").expect("a flag");
        let names: Vec<_> = methods.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        assert_eq!(names, AuthMethod::names());
    }
}

#[test]
fn every_long_flag_may_be_spelled_as_zenml_does() {
    let mut waiting = vec![kubectl_zenml::cli::command()];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        for argument in command.get_arguments() {
            let Some(long) = argument.get_long().filter(|long| long.contains('-')) else { continue };
            let spelled = long.replace('-', "_");
            assert!(argument.get_all_aliases().unwrap_or_default().contains(&spelled.as_str()), "--{spelled}");
            assert!(!argument.get_visible_aliases().unwrap_or_default().contains(&spelled.as_str()), "--{spelled}");
            seen += 1;
        }
        waiting.extend(command.get_subcommands().cloned());
    }
    assert!(seen > 60, "only {seen} flags");
}

#[test]
fn types_are_listed_as_the_seed_shows_them() {
    let sandbox = Sandbox::empty();
    let table = sandbox.zenml(&["service-connector", "list-types", "--type", "kubernetes"]).succeeds();
    insta::assert_snapshot!("list-types", table);
    let zenml = |words: &str| sandbox.zenml(&words.split(' ').collect::<Vec<_>>());
    assert!(
        zenml("connector list-types --auth-method exec").succeeds().contains("kubernetes-cluster   exec           ✅")
    );
    assert_eq!(
        zenml("connector list-types --resource_type kubernetes-cluster -o name").succeeds(),
        "connector-type/kubernetes\n"
    );
    let detailed = zenml("connector list-types --detailed").succeeds();
    assert_eq!(detailed, zenml("connector describe-type kubernetes").succeeds());
    let json = zenml("connector list-types -o json").json();
    assert_eq!(json["items"][0]["connector_type"], "kubernetes");
    let yaml: Value = serde_saphyr::from_str(&zenml("connector list-types -o yaml").succeeds()).unwrap();
    assert_eq!(json, yaml);
}

#[test]
fn a_type_is_described_in_whole_and_in_part() {
    let sandbox = Sandbox::empty();
    let zenml = |words: &str| sandbox.zenml(&words.split(' ').collect::<Vec<_>>());
    insta::assert_snapshot!("describe-type", zenml("connector describe-type kubernetes").succeeds());
    let method = zenml("connector describe-type kubernetes-cluster --auth-method service-account").succeeds();
    assert!(method.contains("serviceaccounts/token") && method.contains("[NAMESPACE/]NAME"), "{method}");
    assert!(!method.contains("Kubernetes Exec Plugin"), "{method}");
    let resource = zenml("connector describe-type kubernetes --resource-type kubernetes-cluster").succeeds();
    assert!(resource.contains("Supports Instances:   no"), "{resource}");
    let json = zenml("connector describe-type kubernetes --auth-method token -o json").json();
    let token = &json["auth_methods"][0];
    let field = |name: &str| token["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap();
    assert_eq!((&field("token")["secret"], &field("server")["required"]), (&true.into(), &true.into()));
    assert_eq!(json["auth_methods"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let sandbox = Sandbox::empty();
    for (words, meant) in [
        ("connector describe-type aws", "the aws connector is not there yet; EKS, GKE and AKS contexts register"),
        ("connector describe-type docker", "the docker connector is not there yet"),
        ("connector list-types --type gcp", "(auth method exec)"),
        ("register --type azure", "not there yet"),
        ("register --type kuberntes", "did you mean kubernetes?"),
        ("register --resource-type docker-registry", "no connector gives access to a docker-registry yet"),
        ("register --resource-type kubernets-cluster", "did you mean kubernetes-cluster?"),
        ("register --auth-method tokn", "did you mean token?"),
        ("connector list-types --auth-method iam-role", "there is password, token, token-file, exec, service-account"),
    ] {
        let text = sandbox.zenml(&words.split(' ').collect::<Vec<_>>()).fails(2);
        assert!(text.contains(meant), "{words}: {text}");
    }
}

/// Fails unless `value` is as `schema` says; of JSON schema as much as the catalogue uses.
fn validate(value: &Value, schema: &Value, at: &str) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(_) => "number",
    };
    let allowed = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    assert!(allowed.iter().any(|name| name == kind), "{at} is a {kind}, not {allowed:?}");
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{at}: {value}");
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        validate(item, &schema["items"], &format!("{at}[{index}]"));
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        let known = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
        assert!(known.is_object(), "{at}.{key} is not in the schema");
        validate(inner, known, &format!("{at}.{key}"));
    }
    let lacks = |required: &Value| {
        let names = required.as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
        names.filter(|name| value.get(name).is_none()).map(ToOwned::to_owned).collect::<Vec<String>>()
    };
    assert!(lacks(&schema["required"]).is_empty(), "{at} lacks {:?}", lacks(&schema["required"]));
    for (key, required) in schema["dependentRequired"].as_object().into_iter().flatten() {
        assert!(value.get(key).is_none() || lacks(required).is_empty(), "{at}.{key} lacks {required}");
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        assert!(ways.iter().any(|way| lacks(&way["required"]).is_empty()), "{at} is none of {ways:?}");
    }
}

#[test]
fn what_describe_shows_is_as_the_schema_says() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", token().as_bytes());
    sandbox.write("projected", token().as_bytes());
    let impersonating = ["--as", "jane", "--as-uid", "7", "--as-group", "a", "--as-user-extra", "k=v", "--no-verify"];
    let exec = ["--exec-command", "true", "--exec-env", "AWS_PROFILE=p", "--exec-env", "X=y"];
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}"#;
    sandbox.script("true", &format!("#!/bin/sh\necho '{answer}'\n"));
    let certificate = kubeconfig("cert").display().to_string();
    let relative = ["--exec-command", "bin/true", "--exec-provide-cluster-info", "--no-verify"];
    let cases: [(&str, &[&str]); 6] = [
        ("relative", &relative),
        ("token", &impersonating),
        ("cert", &["--kubeconfig", &certificate]),
        ("token-file", &["--token-file", "projected"]),
        (
            "password",
            &["--username", "me", "--password", "@secret", "--no-verify", "--proxy-url", "http://127.0.0.1:1"],
        ),
        ("exec", &[&exec[..], &["--no-verify", "--tls-server-name", "x"]].concat()),
    ];
    for (name, flags) in cases {
        sandbox.zenml(&[&["register", name], flags].concat()).succeeds();
        let described = sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json();
        let method = described["auth_method"].as_str().unwrap();
        let kind = sandbox.zenml(&["connector", "describe-type", "kubernetes", "--auth-method", method, "-o", "json"]);
        let schema = kind.json()["auth_methods"][0]["configuration_schema"].clone();
        validate(&described["configuration"], &schema, name);
    }
    let described = sandbox.zenml(&["connector", "describe", "relative", "-o", "json"]).json();
    let exec = &described["configuration"]["exec"];
    assert_eq!((&exec["provide_cluster_info"], exec["directory"].is_string()), (&true.into(), true), "{exec}");
    assert_eq!(exec["api_version"], "client.authentication.k8s.io/v1");
    let shown = sandbox.zenml(&["connector", "describe", "relative"]).succeeds();
    assert!(shown.contains("exec.api_version") && shown.contains("exec.provide_cluster_info"), "{shown}");
}
