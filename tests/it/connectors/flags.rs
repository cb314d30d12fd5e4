//! Flags that contradict each other or cannot be, and the spellings that mean the same.

use serde_json::Value;

use super::{described, elsewhere, logged_in};
use crate::support::dialogue::Dialogue;
use crate::support::sandbox::Sandbox;
use crate::support::token;

#[test]
fn what_contradicts_itself_is_refused_before_anything_is_asked() {
    let sandbox = logged_in();
    sandbox.zenml(&["register", "other", "--no-verify", "--context", "rig-token"]).succeeds();
    sandbox.write("token", token().as_bytes());
    let before = described(&sandbox, "prod");
    for (flags, code, words) in [
        (
            &["-n", "x", "--remove-attr", "namespace"][..],
            2,
            "--namespace and --remove-attr namespace exclude each other",
        ),
        (&["--description", "a", "--remove-attr", "description"], 2, "--description and --remove-attr"),
        (&["--token", "@token", "--remove-attr", "token"], 2, "--token and --remove-attr"),
        (&["--expires-at", "2100-01-01", "--remove-attr", "expires_at"], 2, "--expires-at and --remove-attr"),
        (&["--label", "a=b", "--label", "a-"], 2, "the label a cannot be both set and removed"),
        (&["--tls-server-name", "a b", "--no-verify"], 2, "write the name alone"),
        (&["--tls-server-name", "http://a/c", "--no-verify"], 2, "write the name alone"),
    ] {
        let said = sandbox.zenml(&[&["connector", "update", "prod"], flags].concat()).fails(code);
        assert!(said.contains(words), "{flags:?}: {said}");
    }
    for (flags, words) in [("--name 'bad name'", "is not a valid name"), ("--name other", "exists already")] {
        let asked = Dialogue::run(&sandbox, &format!("kubectl-zenml connector update prod -i {flags}"));
        let (code, screen) = asked.end();
        assert!(code != 0 && screen.contains(words) && !screen.contains("Description"), "{flags}: {screen}");
    }
    assert_eq!(described(&sandbox, "prod"), before);
    // What is no name of a server in a kubeconfig is none here either.
    sandbox.edit_kubeconfig(|tree| tree["clusters"][0]["cluster"]["tls-server-name"] = "a b".into());
    let said = sandbox.zenml(&["register", "x", "--context", "rig-token", "--no-verify"]).fails(1);
    assert!(said.contains("cannot have the name \"a b\"") && said.contains("hint: "), "{said}");
    let said = sandbox.zenml(&["connector", "update", "prod", "--auto-configure"]).fails(1);
    assert!(said.contains("gets its credential from connector \"prod\""), "{said}");
}

#[test]
fn either_spelling_of_a_version_and_of_a_type_is_taken() {
    let sandbox = logged_in();
    for version in ["v1beta1", "client.authentication.k8s.io/v1beta1"] {
        let speaks = || {
            let users = sandbox.kubectl(&["config", "view", "-o", "json"]).json()["users"].take();
            let ours = users.as_array().unwrap().iter().find(|user| user["name"] == "zenml-prod").unwrap().clone();
            ours["user"]["exec"]["apiVersion"].as_str().unwrap().to_owned()
        };
        sandbox.zenml(&["login", "prod", "--exec-api-version", "v1"]).succeeds();
        sandbox.zenml(&["login", "prod", "--exec-api-version", version]).succeeds();
        assert_eq!(speaks(), "client.authentication.k8s.io/v1beta1");
        sandbox.script("old", &format!("#!/bin/sh\necho '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{{\"token\":\"{}\"}}}}'\n", token()));
        let flags = ["--exec-command", "old", "--exec-api-version", version, "--context", "rig-token"];
        sandbox.zenml(&[&["register", "old"], &flags[..]].concat()).succeeds();
        let held = described(&sandbox, "old");
        assert_eq!(held["configuration"]["exec"]["api_version"], "client.authentication.k8s.io/v1beta1");
        sandbox.zenml(&["connector", "delete", "old"]).succeeds();
        sandbox
            .zenml(&["connector", "seal", "--context", "rig-token", "--dry-run", "--exec-api-version", version])
            .succeeds();
    }
    let list = |words: &[&str]| sandbox.zenml(&[&["connector"], words].concat());
    for words in [&["list", "--type", "kubernetes-cluster"][..], &["list", "--resource-type", "kubernetes_cluster"]] {
        assert!(list(words).succeeds().contains("prod"), "{words:?}");
    }
    for (words, reason) in [
        (&["list", "--type", "aws"][..], "register as kubernetes, through their exec plugin"),
        (&["list-resources", "--connector-type", "aws"], "register as kubernetes, through their exec plugin"),
        (&["list", "--resource-type", "s3-bucket"], "no connector gives access to a s3-bucket yet"),
        (&["verify", "prod", "--resource-type", "s3-bucket"], "no connector gives access to a s3-bucket yet"),
    ] {
        let said = list(words).fails(2);
        assert!(said.contains(reason), "{words:?}: {said}");
    }
    let help = sandbox.zenml(&["connector", "update", "--help"]).succeeds();
    assert!(help.contains("Reach the API server at this URL") && !help.contains("as in the context"), "{help}");
}

#[test]
fn scripts_get_the_error_of_one_connector_too() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "fit"]).succeeds();
    let dead = elsewhere(&sandbox, "https://127.0.0.1:1");
    sandbox.zenml(&["register", "dead", "--no-verify", "--kubeconfig", &dead]).succeeds();
    sandbox.write("wrong", b"wrong");
    sandbox.zenml(&["register", "revoked", "--no-verify", "--token", "@wrong"]).succeeds();
    for (name, code, standing, words) in
        [("dead", 1, "failed", "was refused"), ("revoked", 3, "unfit", "401 Unauthorized"), ("fit", 0, "fit", "")]
    {
        let said = sandbox.zenml(&["verify", name, "--for", "orchestrator", "-o", "json"]);
        let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said}"));
        assert_eq!((said.code, &report["name"], &report["standing"]), (Some(code), &name.into(), &standing.into()));
        assert_eq!(report["error"].is_null(), code == 0, "{said}");
        assert!(report["error"].as_str().unwrap_or_default().contains(words) && said.stderr.contains(words), "{said}");
    }
    assert_eq!(sandbox.zenml(&["verify", "dead", "-o", "jsonpath={.standing}"]).stdout.trim(), "failed");
    let said = sandbox.zenml(&["verify", "dead", "-o", "jsonpath={.identity.account}"]).fails(1);
    assert!(said.contains("was refused"), "{said}");
    let said = sandbox.zenml(&["verify"]).fails(2);
    assert!(said.contains("or give --all"), "{said}");
}
