//! Connectors against the real cluster: register, list, describe, verify, login, logout, delete.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::time::{SystemTime, UNIX_EPOCH};

use kubectl_zenml::cluster::access::{self, Target};
use kubectl_zenml::cluster::verify::identify;
use kubectl_zenml::execcred::rfc3339;
use kubectl_zenml::helper::now;
use serde_json::Value;

use crate::support::keyring::Keyring;
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::{cluster, kubeconfig, repository, token};

const STATE: &str = ".local/share/kubectl-zenml";

fn nothing_stored(sandbox: &Sandbox) {
    assert!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().is_empty());
    let vault = sandbox.path(STATE).join("vault");
    let left: Vec<_> = fs::read_dir(vault).into_iter().flatten().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "vault.json"), "{left:?}");
}

/// A kubeconfig of the cluster whose user is `user`, a flow mapping.
fn with_user(sandbox: &Sandbox, name: &str, user: &str) -> String {
    let text = fs::read_to_string(kubeconfig("token")).unwrap();
    let (clusters, _) = text.split_once("users:").unwrap();
    let rest = format!(
        "users:\n- name: u\n  user: {user}\ncontexts:\n- name: {name}\n  context: {{cluster: rig, user: u}}\ncurrent-context: {name}\n"
    );
    sandbox.write(&format!("{name}.yaml"), format!("{clusters}{rest}").as_bytes()).display().to_string()
}

/// A context whose exec plugin hands out the static token, and notes each run.
fn with_plugin(sandbox: &Sandbox) -> String {
    let answer = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{}"}}}}"#,
        token()
    );
    sandbox.script("cloud-token", &format!("#!/bin/sh\necho run $CLOUD_PROFILE >>$HOME/runs\necho '{answer}'\n"));
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: cloud-token, interactiveMode: Never, \
                env: [{name: CLOUD_PROFILE, value: p1}]}}";
    with_user(sandbox, "by-plugin", exec)
}

#[test]
fn every_kind_of_context_reaches_the_cluster() {
    let sandbox = Sandbox::with_vault("token");
    let plugin = with_plugin(&sandbox);
    let file = |name| kubeconfig(name).display().to_string();
    let cases = [
        ("token", file("token"), "rig-token-user"),
        ("cert", file("cert"), "rig-cert-user"),
        ("cert-files", file("cert-files"), "rig-cert-user"),
        ("exec", plugin, "rig-token-user"),
    ];
    for (name, config, account) in &cases {
        let output = sandbox.zenml(&["register", name, "--kubeconfig", config]).succeeds();
        assert_eq!(
            output,
            format!("connector/{name} registered\nRESOURCE TYPE        RESOURCE NAME\nkubernetes-cluster   rig\n")
        );
        let described = sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json();
        assert_eq!(described["account"], *account, "{described:#}");
        sandbox.zenml(&["login", name, "--set-current"]).succeeds();
        assert!(sandbox.kubectl(&["get", "nodes", "-o", "name"]).succeeds().starts_with("node/"), "{name}");
        sandbox.zenml(&["login", name, "--exec-api-version", "v1beta1"]).succeeds();
        let old = sandbox.old_kubectl(&["get", "nodes", "-o", "name"]);
        // A plugin's entry speaks v1 whatever clients speak to the helper.
        assert!(old.succeeds().starts_with("node/"), "{name}");
        // The version stays until another is asked for.
        sandbox.zenml(&["login", name]).succeeds();
        sandbox.old_kubectl(&["get", "nodes", "-o", "name"]).succeeds();
        sandbox.zenml(&["login", name, "--exec-api-version", "v1"]).succeeds();
        assert!(
            fs::read_to_string(sandbox.path(".kube/config")).unwrap().contains("client.authentication.k8s.io/v1\n")
        );
    }
    let state = sandbox.path(STATE);
    for (path, bytes) in sandbox.files().into_iter().filter(|(path, _)| path.starts_with(&state)) {
        assert!(!String::from_utf8_lossy(&bytes).contains(&token()), "{} holds the token", path.display());
    }
}

#[test]
fn lists_in_every_format() {
    let sandbox = Sandbox::with_vault("token");
    assert!(sandbox.zenml(&["connector", "list"]).stderr.contains("No connectors found"));
    sandbox.zenml(&["register", "a", "--label", "team=x"]).succeeds();
    sandbox.zenml(&["login", "a", "--set-current"]).succeeds();
    let text = |format: &str| sandbox.zenml(&["connectors", "list", "-o", format]).succeeds();
    let table = text("table");
    let header: Vec<_> = table.lines().next().unwrap().split("   ").map(str::trim).filter(|c| !c.is_empty()).collect();
    assert_eq!(header, ["NAME", "TYPE", "AUTH", "RESOURCE NAME", "EXPIRES", "ACTIVE", "AGE"]);
    assert!(table.contains("\na        kubernetes   token    rig             <none>    *"), "{table}");
    assert!(text("wide").contains("kubernetes-cluster   https://") && text("wide").contains("team=x"));
    assert_eq!(text("name"), "connector/a\n");
    assert_eq!(text("jsonpath={.items[*].configuration.token}"), "[HIDDEN]");
    let json: Value = serde_json::from_str(&text("json")).unwrap();
    let yaml: Value = serde_saphyr::from_str(&text("yaml")).unwrap();
    assert_eq!(json, yaml);
    assert_eq!((&json["items"][0]["active"], &json["items"][0]["expires_at"]), (&Value::Bool(true), &Value::Null));
    let described = sandbox.zenml(&["service-connector", "describe", "a"]).succeeds();
    assert!(described.contains("[HIDDEN]") && described.contains("zenml-a") && !described.contains(&token()));
}

#[test]
fn bad_input_gets_one_error_and_changes_nothing() {
    let sandbox = Sandbox::with_vault("token");
    let zenml = |arguments: &[&str]| sandbox.zenml(arguments);
    let fails = |output: Output, code, words: &str| {
        let text = output.fails(code);
        assert!(text.starts_with("error: ") || text.starts_with("The connection"), "{text}");
        assert!(text.contains(words) && text.contains("hint: "), "{words}: {text}");
        assert!(!text.contains(&token()), "{text}");
    };
    fails(zenml(&["register", "Bad/Name"]), 2, "not a valid name");
    fails(zenml(&["register", "x", "--context", "gone"]), 1, "does not exist");
    fails(zenml(&["register", "x", "--token=hush"]), 2, "--token is not taken on the command line");
    for secret in [
        &["register", "x", "--token", "hush", "--bogus"][..],
        &["register", "--bogus=1", "--password=hush", "--output=hush"],
        &["--token", "hush", "connector", "register"],
        &["register", "--token", "hush", "--help"],
        &["submit", "-f", "gone.yaml", "--token=hush"],
    ] {
        let output = zenml(secret);
        assert!(!output.stderr.contains("hush"), "{output}");
        fails(output, 2, "is not taken on the command line");
    }
    let wrong = with_user(&sandbox, "wrong", "{token: wrong}");
    fails(zenml(&["register", "--kubeconfig", &wrong]), 1, "does not accept this credential");
    let text = fs::read_to_string(kubeconfig("token")).unwrap();
    let server = text.lines().find_map(|line| line.trim().strip_prefix("server: ")).unwrap();
    let down = sandbox.write("down.yaml", text.replace(server, "https://127.0.0.1:1").as_bytes());
    fails(zenml(&["register", "--kubeconfig", down.to_str().unwrap()]), 1, "was refused");
    let begin = text.find("    certificate-authority-data").unwrap();
    let end = begin + text[begin..].find('\n').unwrap();
    let stranger = sandbox.write("stranger.yaml", format!("{}{}", &text[..begin], &text[end + 1..]).as_bytes());
    assert!(zenml(&["register", "--kubeconfig", stranger.to_str().unwrap()]).fails(1).contains("certificate"));
    let silent = with_user(
        &sandbox,
        "silent",
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never, installHint: 'get it'}}",
    );
    fails(zenml(&["register", "--kubeconfig", &silent]), 1, "hint: get it");
    nothing_stored(&sandbox);

    zenml(&["register", "a"]).succeeds();
    fails(zenml(&["register", "a"]), 1, "\"a-2\" is free");
    zenml(&["login", "a"]).succeeds();
    fails(zenml(&["register", "b", "--context", "zenml-a"]), 1, "already gets its credential from connector \"a\"");
    fails(zenml(&["connector", "describe", "zz"]), 1, "not found");
    assert_eq!(zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/a\n");
}

#[test]
fn refuses_an_anonymous_user_and_warns_of_a_short_life() {
    let sandbox = Sandbox::with_vault("token");
    let nobody = with_user(&sandbox, "nobody", "{}");
    assert!(sandbox.zenml(&["register", "--kubeconfig", &nobody]).fails(1).contains("anonymous"));
    let soon = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 1800;
    let claims = base64url(&format!("{{\"exp\":{soon}}}"));
    let jwt = with_user(&sandbox, "short", &format!("{{token: e30.{claims}.c2ln}}"));
    let output = sandbox.zenml(&["register", "--no-verify", "--kubeconfig", &jwt]);
    assert!(output.stderr.contains("Warning: this credential ends at"), "{output}");
    assert!(output.succeeds().starts_with("connector/short registered"));
}

fn base64url(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn login_writes_an_entry_without_a_secret_and_logout_takes_it_back() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let config = sandbox.path(".kube/config");
    let before: Value = serde_saphyr::from_str(&fs::read_to_string(&config).unwrap()).unwrap();
    let output = sandbox.zenml(&["login", "prod"]);
    assert!(output.stderr.ends_with(
        "The current context is still \"rig-token\"; to switch, run `kubectl config use-context zenml-prod`.\n"
    ));
    assert_eq!(output.succeeds(), "context/zenml-prod configured\n");
    let tree: Value = serde_saphyr::from_str(&fs::read_to_string(&config).unwrap()).unwrap();
    let exec = &tree["users"][1]["user"]["exec"];
    assert_eq!((&exec["command"], &exec["provideClusterInfo"]), (&"zenml-credential".into(), &Value::Bool(true)));
    assert_eq!((&exec["args"][0], exec["args"][1].as_str().unwrap().len()), (&"get".into(), 36));
    assert_eq!(
        (exec["interactiveMode"].as_str(), tree["users"][1]["user"].as_object().unwrap().len()),
        (Some("Never"), 1)
    );
    assert_eq!(fs::metadata(&config).unwrap().mode() & 0o777, 0o600);
    assert!(sandbox.zenml(&["login", "prod"]).code == Some(0), "a second login changes nothing");
    assert!(sandbox.zenml(&["connector", "delete", "prod"]).stderr.contains("context zenml-prod"));
    sandbox.zenml(&["logout", "prod"]).succeeds();
    let after: Value = serde_saphyr::from_str(&fs::read_to_string(&config).unwrap()).unwrap();
    assert_eq!(before, after);
    nothing_stored(&sandbox);
}

#[test]
fn foreign_entries_stay_unless_told_otherwise() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.kubectl(&["config", "set-cluster", "zenml-prod", "--server=https://mine"]).succeeds();
    assert!(sandbox.zenml(&["login", "prod"]).fails(1).contains("add --overwrite"));
    assert!(sandbox.zenml(&["logout", "prod"]).fails(1).contains("no login"));
    sandbox.zenml(&["login", "prod", "--overwrite"]).succeeds();
    assert!(sandbox.kubectl(&["--context", "zenml-prod", "get", "nodes"]).code == Some(0));
}

#[test]
fn the_entry_names_a_path_where_path_leads_nowhere() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    fs::remove_file(sandbox.path("bin/zenml-credential")).unwrap();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    assert!(fs::read_to_string(sandbox.path(".kube/config")).unwrap().contains("command: kubectl-zenml\n"));
    fs::remove_file(sandbox.path("bin/kubectl-zenml")).unwrap();
    let output = sandbox.zenml(&["login", "prod"]);
    assert!(output.stderr.contains("is not on PATH"), "{output}");
    sandbox.kubectl(&["get", "nodes"]).succeeds();
}

#[test]
fn verify_says_what_is_missing() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let least = kubeconfig("least").display().to_string();
    sandbox.zenml(&["register", "least", "--kubeconfig", &least]).succeeds();
    let report = sandbox.zenml(&["verify", "prod", "-o", "json"]).json();
    assert_eq!(report["fit"], serde_json::json!({"orchestrator": true, "deployer": true}));
    let output = sandbox.zenml(&["verify", "least"]);
    assert_eq!(output.code, Some(3), "{output}");
    let denied = ["orchestrator", "jobs.batch", "create", "no"];
    assert!(output.stdout.lines().any(|line| line.split_whitespace().eq(denied)), "{output}");
}

#[test]
fn the_plugin_runs_once_at_registration_with_its_own_environment() {
    let sandbox = Sandbox::with_vault("token");
    let config = with_plugin(&sandbox);
    sandbox.zenml(&["register", "exec", "--kubeconfig", &config]).succeeds();
    assert_eq!(fs::read_to_string(sandbox.path("runs")).unwrap(), "run p1\n");
    let described = sandbox.zenml(&["connector", "describe", "exec", "-o", "json"]).json();
    assert_eq!(described["configuration"]["exec"]["env"]["CLOUD_PROFILE"], "[HIDDEN]");
    assert_eq!(described["configuration"]["exec"].get("args"), None, "it has none");
}

#[test]
fn the_first_register_makes_a_vault_only_where_the_keyring_works() {
    let mut sandbox = Sandbox::with_kubeconfig("token");
    for arguments in [&["register", "prod", "--dry-run"][..], &["register", "prod"]] {
        let error = sandbox.zenml(arguments).fails(1);
        assert!(error.contains("vault init --holder key-file"), "{error}");
    }
    let left: Vec<_> = sandbox.files().into_iter().filter(|(path, _)| path.starts_with(sandbox.path(STATE))).collect();
    assert!(left.is_empty(), "{left:?}");
    let keyring = Keyring::unlocked();
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    assert!(sandbox.zenml(&["register", "prod", "--dry-run"]).succeeds().contains("registered (dry run)"));
    assert!(!sandbox.path(STATE).exists());
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
}

/// A context whose plugin's first answer is `first` and whose next is good, and a client for it.
fn client_after(sandbox: &Sandbox, first: &str) -> (tokio::runtime::Runtime, kubectl_zenml::cluster::Cluster) {
    let plugin = format!(
        r#"#!/bin/sh
answer() {{ printf '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{%s}}}}' "$1"; }}
echo run >>{runs}
if [ "$(wc -l <{runs})" = 1 ]; then answer '{first}'; else answer '"token":"{token}"'; fi
"#,
        runs = sandbox.path("runs").display(),
        token = token(),
    );
    let command = sandbox.script("renews", &plugin);
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: COMMAND, interactiveMode: Never}}";
    let config = with_user(sandbox, "renews", &exec.replace("COMMAND", command.to_str().unwrap()));
    let target = Target { kubeconfig: Some(config.into()), ..Target::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cluster = runtime.block_on(access::connect(&target)).unwrap();
    (runtime, cluster)
}

fn runs(sandbox: &Sandbox) -> usize {
    fs::read_to_string(sandbox.path("runs")).unwrap().lines().count()
}

#[test]
fn a_client_renews_once_when_it_is_refused() {
    let sandbox = Sandbox::empty();
    let (runtime, cluster) = client_after(&sandbox, r#""token":"revoked""#);
    assert_eq!(runs(&sandbox), 1);
    let identity = runtime.block_on(identify(&cluster)).unwrap();
    assert_eq!((identity.account.as_deref(), runs(&sandbox)), (Some("rig-token-user"), 2));
}

#[test]
fn a_client_renews_before_the_end() {
    let sandbox = Sandbox::empty();
    let soon = rfc3339(now() + 4);
    let (runtime, cluster) =
        client_after(&sandbox, &format!(r#""token":"{}","expirationTimestamp":"{soon}""#, token()));
    runtime.block_on(identify(&cluster)).unwrap();
    assert_eq!(runs(&sandbox), 1);
    std::thread::sleep(std::time::Duration::from_secs(3));
    runtime.block_on(identify(&cluster)).unwrap();
    assert_eq!(runs(&sandbox), 2);
}

#[test]
fn a_proxys_password_is_sealed_and_krews_link_is_what_entries_name() {
    let mut sandbox = Sandbox::with_vault("token");
    let config = repository().join("tests/fixtures/kubeconfigs/proxy-url.yaml").display().to_string();
    let text = fs::read_to_string(&config).unwrap();
    let (before, _) = text.split_once("@proxy").unwrap();
    let password = before.rsplit(':').next().unwrap();
    sandbox.zenml(&["register", "p", "--no-verify", "--kubeconfig", &config, "--context", "userinfo"]).succeeds();
    let shown = sandbox.zenml(&["connector", "describe", "p"]).succeeds();
    assert!(shown.contains("http://[HIDDEN]@proxy") && !shown.contains(password), "{shown}");
    fs::remove_file(sandbox.path("bin/zenml-credential")).unwrap();
    fs::remove_file(sandbox.path("bin/kubectl-zenml")).unwrap();
    let link = sandbox.path("krew/bin/kubectl-zenml");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    symlink(PLUGIN, &link).unwrap();
    sandbox.set("KREW_ROOT", sandbox.path("krew").to_str().unwrap());
    let output = sandbox.zenml(&["login", "p"]);
    assert!(output.stderr.contains("stay sealed"), "{output}");
    let written = fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    assert!(written.contains(&format!("command: {}\n", link.display())), "{written}");
    for (path, bytes) in sandbox.files() {
        assert!(!String::from_utf8_lossy(&bytes).contains(password), "{} holds the password", path.display());
    }
}

#[test]
fn a_plugin_acts_as_the_identity_of_its_registration() {
    let mut sandbox = Sandbox::with_vault("token");
    let plugin = format!(
        r#"#!/bin/sh
echo "$AWS_PROFILE-$AZURE_CLIENT_ID" >>$HOME/runs
printf '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{}","expirationTimestamp":"%s"}}}}' "$(date -u -d '+4 seconds' +%Y-%m-%dT%H:%M:%SZ)"
"#,
        token()
    );
    sandbox.script("pinned", &plugin);
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: pinned, interactiveMode: Never}}";
    let config = with_user(&sandbox, "pinned", exec);
    sandbox.set("AWS_PROFILE", "one");
    sandbox.zenml(&["register", "exec", "--kubeconfig", &config]).succeeds();
    sandbox.zenml(&["login", "exec", "--set-current"]).succeeds();
    sandbox.set("AWS_PROFILE", "two");
    sandbox.set("AZURE_CLIENT_ID", "other");
    std::thread::sleep(std::time::Duration::from_secs(3));
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    let runs = fs::read_to_string(sandbox.path("runs")).unwrap();
    assert!(runs.lines().count() > 1 && runs.lines().all(|line| line == "one-"), "{runs}");
}

#[test]
fn many_at_once_lose_nothing() {
    let sandbox = Sandbox::with_vault("token");
    let real = sandbox.path("elsewhere");
    fs::rename(sandbox.path(".kube/config"), &real).unwrap();
    symlink(&real, sandbox.path(".kube/config")).unwrap();
    let names: Vec<_> = (0..20).map(|number| format!("c{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| {
                sandbox
                    .zenml(&[
                        "register",
                        name,
                        "--no-verify",
                        "--kubeconfig",
                        real.to_str().unwrap(),
                        "--context",
                        "rig-token",
                    ])
                    .succeeds();
                sandbox.zenml(&["login", name]).succeeds();
            });
        }
    });
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().lines().count(), names.len());
    let contexts = sandbox.kubectl(&["config", "get-contexts", "-o", "name"]).succeeds();
    assert_eq!(contexts.lines().filter(|line| line.starts_with("zenml-c")).count(), names.len());
    assert!(fs::symlink_metadata(sandbox.path(".kube/config")).unwrap().is_symlink());
    assert!(!cluster().join("kubeconfig/token.yaml.lock").exists());
}
