//! CREDENTIALS §1c: how often clients run the helper, and what a 401 and an expiry do.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubectl_zenml::execcred::rfc3339;
use kubectl_zenml::helper::now;
use serde_json::json;

use super::proxy::Proxy;
use super::{VERSIONS, answer, logged_in, only_login, plugin};
use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;
use crate::support::token;

#[test]
fn row_one_command_runs_the_helper_once() {
    for kubeconfig in ["token", "cert"] {
        for version in VERSIONS {
            let sandbox = logged_in(kubeconfig, version);
            sandbox.count_helper_runs();
            assert!(sandbox.kubectl(&["get", "nodes", "-o", "name"]).succeeds().starts_with("node/"));
            assert_eq!(sandbox.helper_runs(), 1, "{kubeconfig} {version}: discovery and the request share one answer");
            if version == "v1beta1" {
                assert!(sandbox.old_kubectl(&["get", "nodes", "-o", "name"]).succeeds().starts_with("node/"));
                assert_eq!(sandbox.helper_runs(), 1, "{kubeconfig}, kubectl 1.20");
            }
        }
    }
}

#[test]
fn row_parallelism_each_kubectl_has_a_helper_of_its_own_and_all_are_answered() {
    let count = 12;
    let token = token();
    let script = format!("#!/bin/sh\necho run >>$HOME/plugin\n{}", answer(&format!("\"token\":\"{token}\""), 4));
    let sandbox = plugin(&script);
    std::thread::sleep(Duration::from_secs(4));
    // From now on an answer lasts, so that one renewal is enough for all.
    let script = script.replace("+4 seconds", "+1 hour");
    sandbox.script("cloud-token", &script);
    std::fs::remove_file(sandbox.path("plugin")).unwrap();
    sandbox.count_helper_runs();
    std::thread::scope(|scope| {
        let asking: Vec<_> =
            (0..count).map(|_| scope.spawn(|| sandbox.kubectl(&["get", "--raw", "/version"]))).collect();
        for asked in asking {
            asked.join().unwrap().succeeds();
        }
    });
    assert_eq!(sandbox.helper_runs(), count);
    assert_eq!(std::fs::read_to_string(sandbox.path("plugin")).unwrap().lines().count(), 1);
}

#[test]
fn row_expiry_a_long_lived_client_asks_again_at_the_end_and_not_before() {
    let status = format!("\"token\":\"{}\"", token());
    let sandbox = plugin(&format!("#!/bin/sh\n{}", answer(&status, 16)));
    sandbox.count_helper_runs();
    let proxy = Proxy::start(&sandbox);
    let mut times = Vec::new();
    for _ in 0..30 {
        assert_eq!(proxy.whoami(), "rig-token-user");
        times.push(sandbox.helper_runs());
        std::thread::sleep(Duration::from_millis(400));
    }
    let (runs, requests) = (times.iter().sum::<usize>(), times.len());
    // An answer in the past would have it run for each request.
    assert!(runs >= 2 && runs * 2 < requests, "{runs} runs for {requests} requests: {times:?}");
}

#[test]
fn row_expiry_in_the_past_is_an_error_and_not_an_answer() {
    let end = now() + 3;
    let claims = URL_SAFE_NO_PAD.encode(json!({"exp": end}).to_string());
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["token"] = json!(format!("e30.{claims}.c2ln")));
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    only_login(&sandbox, "v1");
    std::thread::sleep(Duration::from_secs(4));
    sandbox.count_helper_runs();
    let said = sandbox.kubectl(&["get", "--raw", "/version"]).fails(1);
    assert!(said.contains(&format!("expired at {}", rfc3339(end))) && said.contains("hint: get a new one"), "{said}");
    assert_eq!(sandbox.helper_runs(), 1);
}

#[test]
fn row_401_is_kubectls_to_tell_and_costs_one_more_run() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"] = json!({"token": "wrong"}));
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    only_login(&sandbox, "v1");
    sandbox.count_helper_runs();
    let said = sandbox.kubectl(&["get", "--raw", "/api"]).fails(1);
    assert!(said.contains("You must be logged in to the server") && !said.contains("exec"), "{said}");
    assert_eq!(sandbox.helper_runs(), 2, "the request is not repeated, but the next one has a new answer");
    let said = sandbox.zenml(&["verify", "prod"]).fails(3);
    assert!(said.contains("401 Unauthorized") && said.contains("hint: "), "{said}");
}

#[test]
fn row_401_of_a_revoked_account_is_told_as_such() {
    let namespace = Namespace::new("revoked");
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let token = namespace.kubectl(&["create", "token", "robot"]).succeeds();
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"] = json!({"token": token.trim()}));
    sandbox.zenml(&["register", "prod"]).succeeds();
    only_login(&sandbox, "v1");
    sandbox.kubectl(&["auth", "whoami"]).succeeds();
    namespace.kubectl(&["delete", "serviceaccount", "robot"]).succeeds();
    // The server remembers good tokens for some seconds.
    let mut said = sandbox.kubectl(&["get", "--raw", "/api"]);
    for _ in 0..120 {
        if said.code == Some(1) {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
        said = sandbox.kubectl(&["get", "--raw", "/api"]);
    }
    let said = said.fails(1);
    assert!(said.contains("You must be logged in to the server"), "{said}");
    let said = sandbox.zenml(&["verify", "prod"]).fails(3);
    assert!(said.contains("401 Unauthorized") && !said.contains(token.trim()), "{said}");
}
