//! CREDENTIALS §1d: kubectl's list of allowed exec plugins, and what `doctor` says of it.

use std::fs;

use serde_json::json;

use super::{edit_exec, logged_in};
use crate::support::repository;
use crate::support::sandbox::{HELPER, Sandbox};

const HEAD: &str = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";

/// Whether `doctor` says that kubectl may run what the entries name, and what it advises.
fn doctor(sandbox: &Sandbox) -> (bool, String) {
    let said = sandbox.zenml(&["doctor", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said}"));
    let checks = report["items"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "plugin policy").unwrap();
    (check["status"] == "ok", check["fix"].as_str().unwrap_or_default().to_owned())
}

/// Asserts that kubectl and `doctor` are of one mind.
#[track_caller]
fn agree(sandbox: &Sandbox, kuberc: &str, allowed: bool) -> String {
    sandbox.write(".kube/kuberc", format!("{HEAD}{kuberc}").as_bytes());
    let said = sandbox.kubectl(&["get", "nodes"]);
    assert_eq!(said.code == Some(0), allowed, "{kuberc}: {said}");
    let (ok, fix) = doctor(sandbox);
    assert_eq!(ok, allowed, "doctor on {kuberc}");
    fix
}

#[test]
fn row_policy_the_readmes_lines_let_kubectl_run_the_helper() {
    let sandbox = logged_in("token", "v1");
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let block = readme.split("```").find(|block| block.contains("credentialPluginAllowlist:")).unwrap();
    let lines = block.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    assert!(text.starts_with("apiVersion: kubectl.config.k8s.io/v1beta1\n"), "{text}");
    sandbox.write(".kube/kuberc", text.as_bytes());
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert_eq!(doctor(&sandbox), (true, String::new()));
    edit_exec(&sandbox, |exec| {
        exec["command"] = json!("kubectl-zenml");
        exec["args"].as_array_mut().unwrap().insert(0, json!("credential"));
    });
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("is not permitted by the credential plugin allowlist"), "{said}");
    assert!(doctor(&sandbox).1.contains("add `- command: kubectl-zenml`"));
}

#[test]
fn row_policy_kubectl_and_doctor_agree() {
    let sandbox = logged_in("token", "v1");
    let list = |entries: &str| format!("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: {entries}\n");
    let link = sandbox.path("bin/zenml-credential").display().to_string();
    for (kuberc, allowed) in [
        (String::new(), true),
        ("credentialPluginPolicy: AllowAll\n".to_owned(), true),
        ("credentialPluginPolicy: DenyAll\n".to_owned(), false),
        (list("[{command: aws}, {command: zenml-credential}]"), true),
        (list("[{name: zenml-credential}]"), true),
        (list("[{command: aws}]"), false),
        (list(&format!("[{{command: {link}}}]")), true),
        // The link is what counts, not what it leads to.
        (list(&format!("[{{command: {HELPER}}}]")), false),
        (list("[]"), false),
        (list(&format!("[{{command: {}}}]", link.replace("/bin/", "/./bin/"))), false),
        (
            "credentialPluginPolicy: AllowAll\ncredentialPluginAllowlist: [{command: zenml-credential}]\n".to_owned(),
            false,
        ),
        ("credentialPluginPolicy: Sometimes\n".to_owned(), false),
    ] {
        let fix = agree(&sandbox, &kuberc, allowed);
        assert_eq!(fix.is_empty(), allowed, "{kuberc}: {fix}");
    }
    let fix = agree(&sandbox, "credentialPluginPolicy: DenyAll\n", false);
    assert!(fix.contains("credentialPluginPolicy: Allowlist") && fix.contains("- command: zenml-credential"), "{fix}");
    // What doctor advises helps.
    agree(&sandbox, &list("[{command: zenml-credential}]"), true);
}

#[test]
fn row_policy_krews_link_is_listed_as_the_link() {
    let sandbox = logged_in("token", "v1");
    let link = sandbox.path("bin/kubectl-zenml").display().to_string();
    edit_exec(&sandbox, |exec| {
        exec["command"] = json!(link);
        exec["args"].as_array_mut().unwrap().insert(0, json!("credential"));
    });
    let list =
        |entry: &str| format!("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: {entry}}}]\n");
    agree(&sandbox, &list(&link), true);
    agree(&sandbox, &list("kubectl-zenml"), true);
    let target = fs::canonicalize(&link).unwrap().display().to_string();
    let fix = agree(&sandbox, &list(&target), false);
    assert!(fix.contains(&format!("- command: {link}")), "{fix}");
}

#[test]
fn row_policy_kuberc_may_lie_elsewhere_or_be_off() {
    let mut sandbox = logged_in("token", "v1");
    sandbox.write(".kube/kuberc", format!("{HEAD}credentialPluginPolicy: DenyAll\n").as_bytes());
    let other = sandbox.write("kuberc", HEAD.as_bytes()).display().to_string();
    assert!(!doctor(&sandbox).0);
    sandbox.set("KUBERC", &other);
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert!(doctor(&sandbox).0);
    let first = "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n";
    sandbox.write("kuberc", first.as_bytes());
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert!(doctor(&sandbox).0, "the first version has no policy");
    sandbox.set("KUBERC", "off");
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert!(doctor(&sandbox).0);
    sandbox.set("KUBERC", "");
    sandbox.write(".kube/kuberc", b"{a: [");
    assert!(doctor(&sandbox).1.contains("correct it"));
}
