//! `connector list` with its filters and orders, and that it and `describe` read no secret.

use std::fs;
use std::time::Duration;

use super::{STATE, described, elsewhere, names};
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};

/// Four connectors, registered in the order of their names.
fn four() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    let config = elsewhere(&sandbox, "https://127.0.0.1:1");
    let file = sandbox.write("token", b"t").display().to_string();
    let register = |name: &str, flags: &[&str]| {
        let words = [&["register", name, "--no-verify", "--kubeconfig", &config], flags].concat();
        sandbox.zenml(&words).succeeds();
    };
    register("a-one", &["--label", "env=prod", "--label", "tier=1"]);
    register("b-two", &["--label", "env=dev", "--cluster-name", "other"]);
    register("c-three", &["--token-file", &file, "--label", "env=prod"]);
    register("d-four", &[]);
    sandbox.zenml(&["connector", "update", "d-four", "--expires-at", "2100-01-01"]).succeeds();
    sandbox.zenml(&["connector", "update", "b-two", "--expires-at", "2090-01-01"]).succeeds();
    sandbox
}

#[test]
fn every_filter_narrows() {
    let sandbox = four();
    for (flags, wanted) in [
        (&[][..], "a-one b-two c-three d-four"),
        (&["--type", "kubernetes"], "a-one b-two c-three d-four"),
        (&["--auth-method", "token-file"], "c-three"),
        (&["--resource-type", "kubernetes-cluster", "--auth_method", "token"], "a-one b-two d-four"),
        (&["--resource-id", "other"], "b-two"),
        (&["--name", "o"], "a-one b-two d-four"),
        (&["--name", "equals:o"], ""),
        (&["--name", "startswith:b"], "b-two"),
        (&["-l", "env=prod"], "a-one c-three"),
        (&["--label", "env=prod", "--label", "tier=1"], "a-one"),
        (&["-l", "env=prod,!tier"], "c-three"),
        (&["-l", "env in (dev, qa)"], "b-two"),
        (&["-l", "env notin (dev)"], "a-one c-three d-four"),
        (&["--selector", "env!=prod"], "b-two d-four"),
        (&["-l", "!env"], "d-four"),
        (&["-l", "env", "--name", "three"], "c-three"),
        (&["--expired"], ""),
    ] {
        assert_eq!(names(&sandbox, flags).join(" "), wanted, "{flags:?}");
    }
    let id = described(&sandbox, "b-two")["id"].as_str().unwrap().to_owned();
    assert_eq!(names(&sandbox, &["--id", &id[..8]]), ["b-two"]);
    for (flags, words) in [
        (&["--name", "gte:o"][..], "there are contains:, equals:"),
        (&["-l", "env in prod"], "label"),
        (&["--type", "aws"], "through their exec plugin"),
        (&["--auth-method", "tokn"], "did you mean token?"),
        (&["--sort-by", "expire"], "did you mean expires?"),
    ] {
        let said = sandbox.zenml(&[&["connector", "list"], flags].concat()).fails(2);
        assert!(said.contains(words), "{flags:?}: {said}");
    }
}

#[test]
fn every_order_sorts() {
    let sandbox = four();
    sandbox.zenml(&["login", "c-three", "--set-current"]).succeeds();
    std::thread::sleep(Duration::from_secs(1));
    sandbox.zenml(&["connector", "update", "c-three", "--description", "x"]).succeeds();
    for (order, wanted) in [
        ("name", "a-one b-two c-three d-four"),
        ("type", "a-one b-two c-three d-four"),
        ("auth", "a-one b-two d-four c-three"),
        ("expires", "b-two d-four a-one c-three"),
        ("active", "c-three a-one b-two d-four"),
    ] {
        assert_eq!(names(&sandbox, &["--sort-by", order]).join(" "), wanted, "{order}");
    }
    assert_eq!(names(&sandbox, &["--sort_by", "resource_name"])[0], "b-two", "of the cluster named other");
    assert_eq!(names(&sandbox, &["--sort-by", "updated"])[0], "c-three");
    let ages = sandbox.zenml(&["connector", "list", "--sort-by", "age", "-o", "json"]).json();
    let created: Vec<_> =
        ages["items"].as_array().unwrap().iter().map(|it| it["created_at"].as_str().unwrap()).collect();
    assert!(created.is_sorted_by(|a, b| a >= b), "{created:?}");
}

#[test]
fn the_columns_are_as_decided_and_an_ended_credential_is_found() {
    let sandbox = four();
    let header = |flags: &[&str]| {
        let text = sandbox.zenml(&[&["connector", "list"], flags].concat()).succeeds();
        text.lines()
            .next()
            .unwrap()
            .split("  ")
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("|")
    };
    let columns = "NAME|TYPE|AUTH|RESOURCE NAME|EXPIRES|ACTIVE|AGE";
    assert_eq!(header(&[]), columns);
    assert_eq!(header(&["-o", "wide"]), format!("{columns}|ID|RESOURCE TYPES|SERVER|LABELS"));
    let id = described(&sandbox, "a-one")["id"].as_str().unwrap().to_owned();
    let path = sandbox.path(&format!("{STATE}/connectors/{id}.json"));
    let record =
        fs::read_to_string(&path).unwrap().replace("\"expires_at\": null", "\"expires_at\": \"2020-01-01T00:00:00Z\"");
    fs::write(&path, record).unwrap();
    assert_eq!(names(&sandbox, &["--expired"]), ["a-one"]);
    assert!(sandbox.zenml(&["connector", "list", "--expired"]).succeeds().contains("expired"));
}

/// What a command opens of the vault, and whether it asks the kernel for a key.
fn opened(sandbox: &Sandbox, words: &[&str]) -> String {
    let mut strace = sandbox.command("/usr/bin/strace");
    strace.args(["-f", "-qq", "-e", "trace=open,openat,keyctl,connect", "-o", "trace", PLUGIN]).args(words);
    Output::of(&mut strace).succeeds();
    let trace = fs::read_to_string(sandbox.path("trace")).unwrap();
    assert!(trace.contains("/connectors"), "strace saw nothing: {trace}");
    let of_vault = |line: &&str| line.contains("/vault") || line.contains("keyctl") || line.contains("connect(");
    trace.lines().filter(of_vault).collect::<Vec<_>>().join("\n")
}

#[test]
fn list_and_describe_read_no_secret() {
    let sandbox = four();
    assert_eq!(opened(&sandbox, &["connector", "list", "-o", "wide"]), "");
    assert_eq!(opened(&sandbox, &["connector", "list", "-l", "env=prod", "--sort-by", "expires"]), "");
    // The header in front of what is sealed is clear; no key is had that could open the rest.
    let told = opened(&sandbox, &["connector", "describe", "a-one"]);
    assert!(told.contains(".sealed") && told.contains("vault.json"), "{told}");
    assert!(!told.contains("vault.key") && !told.contains("keyctl") && !told.contains("connect("), "{told}");
    assert_eq!(told.matches(".sealed").count(), 1, "of this connector alone: {told}");
    let told = opened(&sandbox, &["connector", "describe", "a-one", "--show-secrets", "--yes"]);
    assert!(told.contains("vault.key"), "the trace would show it: {told}");
}
