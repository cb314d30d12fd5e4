//! Live completion: names that are there, through kubectl's own completion.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

/// Asks kubectl's script for bash. bash-completion would have set the words of the line, and which is being typed.
const ASK: &str = r#"
    _get_comp_words_by_ref() {
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
        cur=${words[cword]} prev=${words[cword - 1]}
    }
    compopt() { :; }
    source "$1"; shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
    __start_kubectl; printf '%s\n' "${COMPREPLY[@]}"
"#;

/// A HOME in which kubectl finds the plugin's completion.
fn completing(sandbox: Sandbox) -> Sandbox {
    let script = fs::read_to_string(repository().join("completions/kubectl_complete-zenml")).unwrap();
    sandbox.script("kubectl_complete-zenml", &script);
    sandbox
}

/// What kubectl offers after `kubectl zenml`, without cobra's directive, which says that no files are wanted.
#[track_caller]
fn offered(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let words: Vec<_> = line.split(' ').collect();
    let answer = sandbox.kubectl(&[&["__complete", "zenml"], &words[..]].concat()).succeeds();
    let mut lines: Vec<_> = answer.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
    assert_eq!(lines.pop().as_deref(), Some(":4"), "{line}: {answer}");
    // As kubectl's own: flags only where one has been begun.
    assert!(line.contains(" -") || !lines.iter().any(|name| name.starts_with('-')), "{line}: {answer}");
    lines
}

#[test]
fn what_is_on_disk_is_offered_without_any_cluster() {
    let sandbox = completing(Sandbox::with_vault("token"));
    for name in ["prod", "prod-eu", "dev"] {
        sandbox.zenml(&["register", name]).succeeds();
    }
    sandbox.zenml(&["orchestrator", "register", "k8s", "--max-parallelism", "4"]).succeeds();
    sandbox.zenml(&["stack", "register", "live", "--orchestrator", "k8s"]).succeeds();
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1".into();
        tree["contexts"][0]["name"] = "kind-x".into();
        tree["current-context"] = "kind-x".into();
    });
    for (line, expected) in [
        ("login ", &["dev", "prod", "prod-eu"][..]),
        ("verify pro", &["prod", "prod-eu"]),
        ("connector describe d", &["dev"]),
        ("connector describe-type d", &[]),
        ("credential refresh d", &["dev"]),
        ("submit --connector ", &["dev", "prod", "prod-eu"]),
        ("submit --connector=d", &["dev"]),
        ("orchestrator connect k8s --connector d", &["dev"]),
        ("orchestrator connect ", &["default", "k8s"]),
        ("orchestrator register ", &[]),
        ("stack set ", &["default", "live"]),
        ("stack update live --orchestrator ", &["default", "k8s"]),
        ("stack register new --deployer ", &["default"]),
        ("run list --context ", &["kind-x"]),
        ("register --context ki", &["kind-x"]),
        ("orchestrator update k8s --kubernetes-context ", &["kind-x"]),
        ("run describe ", &[]),
        ("run describe @", &["@latest"]),
        ("verify prod --resource-id ", &["rig"]),
        ("orchestrator connect k8s --connector prod --resource-id=", &["rig"]),
        ("orchestrator update k8s --remove-attr ", &["max_parallelism"]),
        ("orchestrator update other --remove-attr max_p", &["max_parallelism"]),
        ("login --set", &["--set-current"]),
        ("deployer update default --service_type=C", &["ClusterIP"]),
        ("rbac deployer --with in", &["ingress", "invoke"]),
    ] {
        assert_eq!(offered(&sandbox, line), expected, "{line}");
    }
}

#[test]
fn what_is_in_the_cluster_is_offered_for_its_place() {
    let namespace = Namespace::new("complete");
    let sandbox = completing(Sandbox::with_kubeconfig("token"));
    let file = "version: 1\nkind: pipeline\nname: p\nimage: docker.io/library/busybox:1.35\nsteps: {a: {command: [\"true\"]}}\n";
    sandbox.write("p.yaml", file.as_bytes());
    let place = namespace.name();
    sandbox.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", "nightly", "-n", place]).succeeds();
    let service = repository().join("examples/service.yaml").display().to_string();
    sandbox.zenml(&["deploy", "-f", &service, "-n", place, "--wait=false"]).succeeds();
    assert_eq!(offered(&sandbox, &format!("run logs -n {place} ")), ["nightly"]);
    assert_eq!(offered(&sandbox, &format!("run describe --namespace={place} nigh")), ["nightly"]);
    assert_eq!(offered(&sandbox, &format!("deployment invoke -n {place} ")), ["k8s-example"]);
    assert_eq!(offered(&sandbox, "run list -n it-complete-").iter().filter(|name| *name == place).count(), 1);
    assert_eq!(offered(&sandbox, "run describe -n default "), [""; 0]);
    sandbox.zenml(&["orchestrator", "update", "default", "--kubernetes-namespace", place]).succeeds();
    assert_eq!(offered(&sandbox, "run delete "), ["nightly"], "the component's namespace is asked");
}

#[test]
fn the_connectors_own_cluster_is_asked_for_roles() {
    let sandbox = completing(Sandbox::with_vault("token"));
    sandbox.zenml(&["register", "prod"]).succeeds();
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    assert_eq!(offered(&sandbox, "connector restrict prod --clusterrole system:basic-u"), ["system:basic-user"]);
}

#[test]
fn a_cluster_that_does_not_answer_offers_nothing_and_hangs_nobody() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let sandbox = completing(Sandbox::with_kubeconfig("token"));
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][0]["cluster"]["server"] = format!("https://{}", deaf.local_addr().unwrap()).into();
    });
    // Nobody ever takes the connection: without an end of its own this would wait for as long as the test runs.
    assert_eq!(offered(&sandbox, "run describe "), [""; 0]);
    assert_eq!(offered(&sandbox, "run list -n "), [""; 0]);
    // Nor for what hands out the credential.
    sandbox.script("slow-token", "#!/bin/sh\necho $$ >\"$HOME/pid\"\nexec sleep 600\n");
    sandbox.edit_kubeconfig(|tree| {
        let version = "client.authentication.k8s.io/v1";
        let exec = serde_json::json!({"apiVersion": version, "command": "slow-token", "interactiveMode": "Never"});
        tree["users"][0]["user"] = serde_json::json!({ "exec": exec });
    });
    assert_eq!(offered(&sandbox, "deployment describe "), [""; 0]);
    let pid = fs::read_to_string(sandbox.path("pid")).unwrap();
    let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "the plugin goes on: {state}");
}

#[test]
fn kubectls_own_scripts_offer_the_names_in_bash_and_in_zsh() {
    let sandbox = completing(Sandbox::with_vault("token"));
    sandbox.zenml(&["register", "prod"]).succeeds();
    let script = sandbox.kubectl(&["completion", "bash"]).succeeds();
    let script = sandbox.write("kubectl.bash", script.as_bytes());
    let kubectl = crate::support::cluster().join("bin/kubectl");
    std::os::unix::fs::symlink(&kubectl, sandbox.path("bin/kubectl")).unwrap();
    let mut command = sandbox.command("/bin/bash");
    command.args(["--norc", "-c", ASK, "bash"]).arg(script).args(["kubectl", "zenml", "login", "pr"]);
    assert_eq!(Output::of(&mut command).succeeds().trim(), "prod");
    // zsh's script asks `kubectl __complete` with the same words; where there is a zsh it is at least sound.
    let zsh = sandbox.kubectl(&["completion", "zsh"]).succeeds();
    assert!(zsh.contains("__complete"), "{zsh}");
    if Path::new("/usr/bin/zsh").exists() {
        let script = sandbox.write("kubectl.zsh", zsh.as_bytes());
        Output::of(sandbox.command("/usr/bin/zsh").arg("-n").arg(script)).succeeds();
    }
}
