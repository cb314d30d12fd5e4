//! `--expires-at`, `--expires-skew-tolerance` and what the helper makes of them.

use jiff::Timestamp;
use kubectl_zenml::execcred::rfc3339;
use kubectl_zenml::helper::now;
use serde_json::{Value, json};

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::rig::Rig;
use crate::support::sandbox::Sandbox;

/// The end, in Unix seconds, that the helper tells clients.
fn told(sandbox: &Sandbox, name: &str) -> i64 {
    let line = format!("script -qec 'zenml-credential get --show-secrets {name}' /dev/null");
    let said = Output::of(sandbox.command("sh").args(["-c", &line])).succeeds();
    let answer: Value = serde_json::from_str(said.trim()).expect("an ExecCredential");
    let end = answer["status"]["expirationTimestamp"].as_str().unwrap_or_else(|| panic!("no end: {said}"));
    end.parse::<Timestamp>().expect("a time").as_second()
}

fn describe(sandbox: &Sandbox, name: &str) -> Value {
    sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json()
}

#[test]
fn clients_are_told_the_given_end_less_the_tolerance() {
    let sandbox = Sandbox::with_vault("token");
    let end = now() + 7200;
    let zenml = rfc3339(end).replace('T', " ").replace('Z', "");
    for (name, written) in [("zenml", zenml.as_str()), ("rfc", &rfc3339(end))] {
        let flags = ["register", name, "--expires-at", written, "--expires-skew-tolerance", "1500"];
        sandbox.zenml(&flags).succeeds();
        assert_eq!(told(&sandbox, name), end - 1500);
        let described = describe(&sandbox, name);
        assert_eq!(described["expires_at"], json!(rfc3339(end)));
        assert_eq!(described["expires_skew_tolerance"], 1500);
    }
    // Without one it is at most five minutes, and a tolerance never takes more than half the life.
    sandbox.zenml(&["register", "plain", "--expires_at", &rfc3339(end)]).succeeds();
    assert_eq!(told(&sandbox, "plain"), end - 300);
    sandbox.zenml(&["register", "wide", "--expires-at", &rfc3339(end), "--expires_skew_tolerance", "3h"]).succeeds();
    assert!(told(&sandbox, "wide") > now() + 1800);
}

#[test]
fn an_end_that_makes_no_sense_is_refused() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", b"t");
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}"#;
    sandbox.script("cloud-token", &format!("#!/bin/sh\necho '{answer}'\n"));
    let cases: [(&[&str], &str); 5] = [
        (&["--expires-at", "2020-01-01"], "--expires-at 2020-01-01T00:00:00Z is in the past"),
        (&["--expires-at", "tomorrow"], "write a date, such as 2030-12-31"),
        (&["--expires-at", "2099-01-01", "--exec-command", "cloud-token"], "its exec plugin renews the credential"),
        (&["--expires-at", "2099-01-01", "--token-file", "secret"], "whoever writes the file renews the credential"),
        (&["--expires-skew-tolerance", "60", "--token-file", "secret"], "no meaning for a token file"),
    ];
    for (flags, expected) in cases {
        let said = sandbox.zenml(&[&["register", "x", "--no-verify"], flags].concat()).fails(2);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(sandbox.zenml(&["register", "x", "--expiration-seconds", "1h"]).fails(2).contains("--service-account"));
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "");
}

#[test]
fn the_credentials_own_end_comes_first() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("own-end");
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let token = namespace.kubectl(&["create", "token", "robot", "--duration", "1h"]).succeeds();
    sandbox.write("secret", token.as_bytes());
    let said = sandbox.zenml(&["register", "jwt", "--token", "@secret", "--expires-at", "2099-01-01"]);
    assert!(said.stderr.contains("the credential itself ends earlier"), "{said}");
    said.succeeds();
    let end = describe(&sandbox, "jwt")["expires_at"].as_str().unwrap().parse::<Timestamp>().unwrap().as_second();
    assert!((now() + 3000..=now() + 3700).contains(&end), "{end}");
}

#[test]
fn tokens_that_are_minted_keep_the_tolerance() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("skew");
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let account = format!("{}/robot", namespace.name());
    let flags = ["--service-account", &account, "--expiration-seconds", "20m", "--expires-skew-tolerance", "9m"];
    sandbox.zenml(&[&["register", "bot"][..], &flags].concat()).succeeds();
    let fits = |end: i64| (300..=660).contains(&(end - now()));
    assert!(fits(told(&sandbox, "bot")), "twenty minutes less nine");
    sandbox.zenml(&["credential", "refresh", "bot"]).succeeds();
    assert!(fits(told(&sandbox, "bot")), "the next one, too");
}

#[test]
fn a_password_that_has_ended_is_not_sent() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", b"hush");
    let flags = ["--username", "me", "--password", "@secret", "--no-verify", "--expires-at", "2099-01-01"];
    sandbox.zenml(&[&["register", "basic"][..], &flags].concat()).succeeds();
    let id = describe(&sandbox, "basic")["id"].as_str().unwrap().to_owned();
    let rig = Rig::of(sandbox);
    rig.ends(&id, Some(1_735_689_600), Some(1_735_689_600));
    let said = rig.home.zenml(&["verify", "basic"]).fails(1);
    assert!(said.contains("the credential expired at 2025-01-01T00:00:00Z"), "{said}");
}
