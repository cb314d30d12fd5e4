//! Why a credential could not be renewed, told where somebody looks: by our own client, `doctor` and `credential refresh`.

use std::fs;
use std::time::{Duration, Instant};

use kubectl_zenml::helper::now;
use serde_json::Value;

use crate::support::namespace::Namespace;
use crate::support::rig::{ID, Rig, cloud};
use crate::support::sandbox::{PLUGIN, Sandbox};

const FAILING: &str = "#!/bin/sh\necho 'You must log in first' >&2\nexit 3\n";

fn check(sandbox: &Sandbox, name: &str) -> Value {
    let said = sandbox.zenml(&["doctor", "-o", "json"]).stdout;
    let report: Value = serde_json::from_str(&said).unwrap();
    let checks = report["items"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).cloned().unwrap_or_else(|| panic!("no {name}: {said}"))
}

#[test]
fn our_own_client_says_why_a_refused_credential_has_no_successor() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("why");
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let account = format!("{}/robot", namespace.name());
    sandbox.zenml(&["register", "bot", "--service-account", &account]).succeeds();
    namespace.kubectl(&["delete", "serviceaccount", "robot"]).succeeds();
    let begin = Instant::now();
    let said = loop {
        let said = sandbox.zenml(&["run", "list", "--connector", "bot"]).fails(1);
        // For some seconds the server remembers that it knew the token.
        if !said.contains("(Forbidden)") || begin.elapsed() > Duration::from_secs(90) {
            break said;
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    assert!(said.starts_with("error: You must be logged in to the server (Unauthorized)\n"), "{said}");
    assert!(said.contains("could not be renewed") && said.contains("serviceaccounts \"robot\" not found"), "{said}");
    let said = sandbox.zenml(&["verify", "bot"]).fails(3);
    assert!(said.contains("(401 Unauthorized)") && said.contains("serviceaccounts \"robot\" not found"), "{said}");
    assert!(!said.contains("the cluster's own tool"), "{said}");
    let check = check(&sandbox, "connector bot");
    let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
    assert!(text("message").contains("a renewal failed") && text("message").contains("not found"), "{check}");
    let create = format!("`kubectl create serviceaccount robot -n {}`", namespace.name());
    assert!(text("fix").contains(&create) && text("fix").contains("credential refresh bot"), "{check}");
}

#[test]
fn a_failed_renewal_refuses_nobody_while_the_answer_lasts() {
    let (rig, id) = cloud("Never", FAILING);
    rig.ends(&id, Some(now() + 3000), Some(now() - 10));
    rig.home.kubectl(&["get", "--raw", "/version"]).succeeds();
    let found = check(&rig.home, "connector cloud");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("a renewal failed at") && message.contains("valid until"), "{found}");
    assert!(message.contains("You must log in first") && !message.contains("refused"), "{found}");
    let fix = found["fix"].as_str().unwrap();
    assert!(fix.contains("credential refresh cloud") && !fix.contains("tried again"), "{found}");
    assert_eq!(found["status"], "warn");
    // Nor does a person's own attempt.
    rig.home.zenml(&["credential", "refresh", "cloud"]).fails(1);
    let found = check(&rig.home, "connector cloud");
    assert!(!found["message"].as_str().unwrap().contains("refused"), "{found}");
    rig.ends(&id, Some(now() - 1), Some(now() - 10));
    let found = check(&rig.home, "connector cloud");
    assert!(found["status"] == "error" && found["message"].as_str().unwrap().contains("no valid answer"), "{found}");
}

#[test]
fn a_refusal_is_over_with_the_next_answer_of_the_same_second() {
    let rig = Rig::with_token("s3cret");
    let record = |event: &str| {
        format!(
            "{{\"time\":\"2026-11-21T00:00:00Z\",\"event\":\"{event}\",\"connector\":\"{ID}\",\"pid\":1,\"comm\":null}}\n"
        )
    };
    let state = crate::support::rig::STATE;
    crate::vault::rig::record(&rig.home, ID, "prod");
    let error = format!(
        "{{\"time\":\"2026-11-21T00:00:00Z\",\"connector\":\"{ID}\",\"kind\":\"failure\",\"text\":\"error: no\\n\"}}"
    );
    let last_error = |events: &[&str]| {
        let log: String = events.iter().map(|event| record(event)).collect();
        rig.home.write(&format!("{state}/audit/credentials.jsonl"), log.as_bytes());
        rig.home.write(&format!("{state}/audit/last-error/{ID}.json"), error.as_bytes());
        rig.home.zenml(&["credential", "status", "-o", "json"]).json()["items"][0]["last_error"]["text"].clone()
    };
    assert_eq!(last_error(&["refusal", "hit"]), Value::Null);
    assert_eq!(last_error(&["hit", "refusal"]), "error: no\n");
}

#[test]
fn what_nobody_renews_is_said_to_be_so_and_what_to_do() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "fixed"]).succeeds();
    let refresh = |name: &str| sandbox.zenml(&["credential", "refresh", name]).fails(1);
    let said = refresh("fixed");
    assert!(said.contains("\"fixed\" cannot be refreshed"), "{said}");
    assert!(said.contains("kubectl zenml connector update fixed --token @FILE"), "{said}");
    let file = sandbox.write("token", crate::support::token().as_bytes());
    sandbox.zenml(&["register", "file", "--token-file", file.to_str().unwrap()]).succeeds();
    let said = refresh("file");
    assert!(said.contains("needs no refresh") && said.contains(file.to_str().unwrap()), "{said}");
    assert!(!said.contains("delete") && !said.contains("register"), "{said}");
    let secret = sandbox.write("password", b"hush-hush");
    let password = format!("--password=@{}", secret.display());
    sandbox.zenml(&["register", "person", "--username", "eve's", &password, "--no-verify"]).succeeds();
    let said = refresh("person");
    assert!(said.contains("connector update person --username \"eve's\" --password @FILE"), "{said}");
}

#[test]
fn a_renewal_that_is_stopped_leaves_no_plugin_behind() {
    let slow = "#!/bin/sh\necho $$ >\"$HOME/pid\"\nsleep 600 &\necho $! >\"$HOME/child\"\nwait\n";
    let (rig, id) = cloud("Never", slow);
    for arguments in [&["credential", "refresh", "cloud"][..], &["credential", "refill", "--force", "cloud"]] {
        let mut command = rig.home.command(PLUGIN);
        let info = crate::support::rig::info("v1", None);
        if arguments[1] == "refill" {
            rig.home.zenml(&["login", "cloud", "--unbound", "--yes"]).succeeds();
            command.env("KUBERNETES_EXEC_INFO", info);
        }
        let mut running = command.args(arguments).stderr(std::process::Stdio::null()).spawn().unwrap();
        let wait = |what: &str, done: &dyn Fn() -> bool| {
            let begin = Instant::now();
            while !done() {
                assert!(begin.elapsed() < Duration::from_secs(60), "{arguments:?}: {what}");
                std::thread::sleep(Duration::from_millis(20));
            }
        };
        let pid = |file: &str| fs::read_to_string(rig.home.path(file)).unwrap_or_default().trim().to_owned();
        wait("the plugin runs", &|| !pid("child").is_empty());
        terminate(running.id());
        assert_eq!(running.wait().unwrap().code(), Some(130), "{arguments:?}");
        let dead = |file: &str| {
            let stat = fs::read_to_string(format!("/proc/{}/stat", pid(file))).unwrap_or_default();
            stat.is_empty() || stat.contains(") Z ") || stat.contains(") X ")
        };
        wait("the plugin is gone", &|| dead("pid") && dead("child"));
        for file in ["pid", "child"] {
            fs::remove_file(rig.home.path(file)).unwrap();
        }
        assert!(fs::read(rig.vault.lock_path(&id)).unwrap().is_empty(), "a stop is no failure of the plugin");
    }
}

fn terminate(pid: u32) {
    let killed = std::process::Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
}
