//! Renewals: one process mints, failures back off, and what is still good is served.

use std::fs;
use std::path::PathBuf;

use kubectl_zenml::execcred::rfc3339;
use kubectl_zenml::helper::now;
use serde_json::{Value, json};

use crate::support::output::Output;
use crate::support::rig::{ID, Rig, STATE, cloud, minting};
use crate::support::sandbox::Sandbox;

const FAILING: &str = "#!/bin/sh\necho run >>\"$HOME/runs\"\necho 'You must log in first' >&2\nexit 3\n";

fn lock(rig: &Rig) -> PathBuf {
    rig.home.path(&format!("{STATE}/vault/{ID}.lock"))
}

/// Writes into the lock file that the last of seven failures was `ago` seconds ago: the pause is a minute then.
fn failed(rig: &Rig, ago: i64) {
    let mut failure: Value = serde_json::from_slice(&fs::read(lock(rig)).unwrap()).unwrap();
    failure["failures"] = json!(7);
    failure["at"] = json!((now() - ago) * 1000);
    fs::write(lock(rig), failure.to_string()).unwrap();
}

#[test]
fn a_stale_answer_is_renewed_by_one_process_while_others_wait() {
    let rig = Rig::with_plugin(&minting("minted", "sleep 1"));
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(|| rig.ask().json())).collect();
        for asked in asking {
            assert_eq!(asked.join().unwrap()["status"]["token"], "minted");
        }
    });
    assert_eq!(rig.home.helper_runs(), 1);
    // From now on it is a hit: a plugin that fails is not even run.
    rig.home.script("cloud-token", FAILING);
    assert_eq!(rig.ask().json()["status"]["token"], "minted");
}

#[test]
fn a_failed_plugin_is_explained_and_prints_no_credential() {
    let rig = Rig::with_plugin("#!/bin/sh\necho 'token-on-stdout'\necho 'You must log in first' >&2\nexit 3\n");
    let said = rig.ask().fails(1);
    assert!(said.contains("cloud-token` failed") && said.contains("You must log in first"), "{said}");
    assert!(!said.contains("token-on-stdout"), "{said}");
    for (script, words) in [
        ("echo garbage", "did not print an ExecCredential"),
        (
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}'",
            "another version",
        ),
        (
            "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'",
            "neither a token nor a certificate",
        ),
        (
            "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"k\"}}'",
            "not both",
        ),
    ] {
        failed(&rig, 3600);
        rig.home.script("cloud-token", &format!("#!/bin/sh\n{script}\n"));
        let said = rig.ask().fails(1);
        assert!(said.contains(words), "{script}: {said}");
    }
}

#[test]
fn after_a_failure_the_next_ones_get_the_same_error_until_the_pause_is_over() {
    let rig = Rig::with_plugin(FAILING);
    rig.ask().fails(1);
    assert_eq!(rig.home.helper_runs(), 1);
    failed(&rig, 5);
    for _ in 0..3 {
        let said = rig.ask().fails(1);
        assert!(said.contains("You must log in first") && said.contains("60 s later"), "{said}");
    }
    assert_eq!(rig.home.helper_runs(), 0, "the pause is a minute");
    failed(&rig, 61);
    rig.ask().fails(1);
    assert_eq!(rig.home.helper_runs(), 1, "the pause is over");
    failed(&rig, -86_400);
    rig.ask().fails(1);
    assert_eq!(rig.home.helper_runs(), 1, "a failure of tomorrow: the clock was wrong, and holds nobody up");
    failed(&rig, 61);
    rig.home.script("cloud-token", &minting("minted", ""));
    assert_eq!(rig.ask().json()["status"]["token"], "minted");
    assert!(fs::read(lock(&rig)).unwrap().is_empty(), "nothing is left of the failures");
}

#[test]
fn a_failed_renewal_serves_what_is_still_valid_and_says_so_on_one_line() {
    let rig = Rig::with_plugin(FAILING);
    let end = now() + 100;
    rig.ends(ID, Some(end), Some(now() - 1));
    for runs in [1, 0] {
        let said = rig.ask();
        assert!(
            said.stderr.contains("could not be renewed") && said.stderr.contains("You must log in first"),
            "{said}"
        );
        assert_eq!(said.stderr.lines().count(), 1, "{said}");
        let said = said.json();
        assert_eq!(said["status"]["token"], "stale");
        assert_eq!(said["status"]["expirationTimestamp"], rfc3339(end));
        assert_eq!(rig.home.helper_runs(), runs, "once, then the pause");
        failed(&rig, 5);
    }
}

#[test]
fn a_clock_that_was_ahead_keeps_no_answer_for_ever() {
    let rig = Rig::with_plugin(&minting("minted", ""));
    rig.ends(ID, None, Some(now() + 365 * 86_400));
    assert_eq!(rig.ask().json()["status"]["token"], "minted");
}

#[test]
fn sixty_kubectl_make_one_plugin_run() {
    let (rig, id) = cloud("Never", &minting(&crate::support::token(), "sleep 1"));
    rig.ends(&id, Some(now() - 10), Some(now() - 20));
    std::thread::scope(|scope| {
        let ask = || rig.home.kubectl(&["get", "--raw", "/version"]).json();
        let asking: Vec<_> = (0..60).map(|_| scope.spawn(ask)).collect();
        for asked in asking {
            assert!(asked.join().unwrap()["gitVersion"].is_string());
        }
    });
    assert_eq!(rig.home.helper_runs(), 1);
}

#[test]
fn a_refused_credential_is_renewed_once_by_our_own_client() {
    let (rig, id) = cloud("Never", &minting(&crate::support::token(), ""));
    // What is sealed seems to be good for an hour, and the server does not know it.
    let revoke = |token: &str| {
        rig.home.script("cloud-token", &minting(token, ""));
        rig.home.zenml(&["credential", "refresh", "cloud"]).succeeds();
        rig.home.helper_runs();
    };
    revoke("revoked");
    rig.home.script("cloud-token", &minting(&crate::support::token(), ""));
    rig.home.zenml(&["verify", "cloud"]).succeeds();
    assert_eq!(rig.home.helper_runs(), 1);
    rig.home.kubectl(&["get", "nodes"]).succeeds();
    assert_eq!(rig.home.helper_runs(), 0, "{id}: the new one is sealed");
    revoke("revoked");
    let said = rig.home.zenml(&["verify", "cloud"]);
    assert!(said.code != Some(0) && said.stderr.contains("401"), "{said}");
    assert_eq!(rig.home.helper_runs(), 1, "it is tried once");
}

#[test]
fn refresh_renews_what_seems_to_be_good() {
    let (rig, _) = cloud("Never", &minting("another", ""));
    let said = rig.home.zenml(&["credential", "refresh", "cloud"]).succeeds();
    assert!(said.starts_with("connector/cloud refreshed (expires at 20"), "{said}");
    assert_eq!(rig.home.helper_runs(), 1);
    rig.home.script("cloud-token", FAILING);
    for _ in 0..2 {
        let said = rig.home.zenml(&["credential", "refresh", "cloud"]).fails(1);
        assert!(said.contains("You must log in first"), "{said}");
        assert_eq!(rig.home.helper_runs(), 1, "a person is not held up by an earlier failure");
    }
}

#[test]
fn a_token_is_not_refreshed_but_its_user_told_how_to_change_it() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let said = sandbox.zenml(&["credential", "refresh", "prod"]).fails(1);
    assert!(
        said.contains("\"prod\" cannot be refreshed") && said.contains("connector update prod --token @FILE"),
        "{said}"
    );
}

#[test]
fn on_a_terminal_a_refresh_lets_the_plugin_talk() {
    let talk = "test -t 0 && echo terminal >&2; echo \"$KUBERNETES_EXEC_INFO\" >\"$HOME/info\"";
    let (rig, _) = cloud("IfAvailable", &minting("another", talk));
    let mut command = rig.home.command("/usr/bin/script");
    command.args(["-qec", "kubectl-zenml credential refresh cloud", "/dev/null"]);
    let said = Output::of(&mut command).succeeds();
    assert!(said.contains("terminal") && said.contains("connector/cloud refreshed"), "{said}");
    assert!(fs::read_to_string(rig.home.path("info")).unwrap().contains("\"interactive\":true"));
    rig.home.zenml(&["credential", "refresh", "cloud"]).succeeds();
    assert!(fs::read_to_string(rig.home.path("info")).unwrap().contains("\"interactive\":false"));
}
