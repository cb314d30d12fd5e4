//! Every auth method, from a context and from flags, used by real kubectl and by our own client.

mod password;
mod plugins;
mod service_account;

use std::fs;

use serde_json::Value;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::{cluster, kubeconfig, token};

/// The server and its authority, as flags.
fn server(sandbox: &Sandbox) -> [String; 4] {
    let config: Value = sandbox
        .kubectl(&["config", "view", "--raw", "-o", "json", "--kubeconfig", kubeconfig("token").to_str().unwrap()])
        .json();
    let cluster = &config["clusters"][0]["cluster"];
    let authority = cluster["certificate-authority-data"].as_str().expect("an authority");
    // Base64 of PEM is what kubeconfigs hold, and is taken as it is.
    let file = sandbox.write("ca", authority.as_bytes()).display().to_string();
    let server = cluster["server"].as_str().expect("a server").to_owned();
    ["--server".to_owned(), server, "--certificate-authority".to_owned(), file]
}

/// Registers from flags alone.
fn register(sandbox: &Sandbox, name: &str, flags: &[&str]) -> Output {
    let server = server(sandbox);
    let mut arguments = vec!["register", name];
    arguments.extend(server.iter().map(String::as_str));
    arguments.extend(flags);
    sandbox.zenml(&arguments)
}

/// Who the API server says that a connector's login is.
#[track_caller]
fn who(sandbox: &Sandbox, name: &str) -> String {
    sandbox.zenml(&["login", name, "--set-current"]).succeeds();
    let review = sandbox.kubectl(&["auth", "whoami", "-o", "json"]).json();
    review["status"]["userInfo"]["username"].as_str().expect("a name").to_owned()
}

/// A token of a new ServiceAccount.
fn account_token(namespace: &Namespace, account: &str) -> String {
    namespace.kubectl(&["create", "serviceaccount", account]).succeeds();
    namespace.kubectl(&["create", "token", account]).succeeds().trim().to_owned()
}

#[test]
fn a_token_and_a_certificate_come_from_files() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", format!("{}\n", token()).as_bytes());
    register(&sandbox, "by-token", &["--token", "@secret", "--cluster-name", "rig"]).succeeds();
    assert_eq!(who(&sandbox, "by-token"), "rig-token-user");
    let directory = cluster().join("kubeconfig");
    let config = fs::read_to_string(kubeconfig("cert-files")).unwrap();
    let path = |field: &str| {
        let line = config.lines().find(|line| line.trim().starts_with(field)).expect("a field");
        directory.join(line.split_once(": ").unwrap().1.trim()).display().to_string()
    };
    let (certificate, key) = (path("client-certificate:"), path("client-key:"));
    register(&sandbox, "by-cert", &["--client-certificate", &certificate, "--client-key", &key]).succeeds();
    assert_eq!(who(&sandbox, "by-cert"), "rig-cert-user");
    let described = sandbox.zenml(&["connector", "describe", "by-cert", "-o", "json"]).json();
    assert_eq!(described["configuration"]["client_key"], "[HIDDEN]");
    assert!(described["resource_name"].as_str().unwrap().contains(':'), "the server's host: {described:#}");
}

#[test]
fn a_token_comes_from_standard_input() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", token().as_bytes());
    let server = server(&sandbox).join(" ");
    let command = format!("kubectl-zenml register piped {server} --token - <secret");
    Output::of(sandbox.command("sh").args(["-c", &command])).succeeds();
    assert_eq!(who(&sandbox, "piped"), "rig-token-user");
}

#[test]
fn flags_replace_what_the_context_says() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("flags");
    let account = format!("system:serviceaccount:{}:flagged", namespace.name());
    sandbox.write("secret", account_token(&namespace, "flagged").as_bytes());
    let output = sandbox.zenml(&["register", "mixed", "--token", "@secret", "--namespace", namespace.name()]);
    output.succeeds();
    assert_eq!(who(&sandbox, "mixed"), account);
    let described = sandbox.zenml(&["connector", "describe", "mixed", "-o", "json"]).json();
    assert_eq!(described["configuration"]["namespace"], namespace.name());
    assert_eq!(described["resource_name"], "rig", "the context's cluster");
}

#[test]
fn a_token_file_is_read_anew_each_time() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("token-file");
    let account = |name: &str| format!("system:serviceaccount:{}:{name}", namespace.name());
    let path = sandbox.write("projected", account_token(&namespace, "first").as_bytes());
    register(&sandbox, "mounted", &["--token-file", "projected"]).succeeds();
    assert_eq!(who(&sandbox, "mounted"), account("first"));
    sandbox.write("projected", account_token(&namespace, "second").as_bytes());
    assert_eq!(who(&sandbox, "mounted"), account("second"));
    let described = sandbox.zenml(&["connector", "describe", "mounted", "-o", "json"]).json();
    assert_eq!(described["configuration"]["token_file"], path.to_str().unwrap());
    assert_eq!(described["auth_method"], "token-file");
    // Our own client asks the helper, as kubectl does.
    let verified = sandbox.zenml(&["verify", "mounted", "-o", "json"]);
    assert!(verified.stdout.contains(&account("second")), "{verified}");
    fs::remove_file(&path).unwrap();
    let said = sandbox.kubectl(&["get", "--raw", "/version"]);
    assert!(said.code == Some(1) && said.stderr.contains("cannot read the token file"), "{said}");
}

#[test]
fn a_context_with_a_token_file_keeps_its_path() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write(".kube/token", token().as_bytes());
    let config = fs::read_to_string(kubeconfig("token")).unwrap();
    let relative: String = config
        .lines()
        .map(|line| if line.trim_start().starts_with("token:") { "    tokenFile: token" } else { line })
        .flat_map(|line| [line, "\n"])
        .collect();
    sandbox.write(".kube/config", relative.as_bytes());
    sandbox.zenml(&["register", "lifted"]).succeeds();
    assert_eq!(who(&sandbox, "lifted"), "rig-token-user");
    let list = sandbox.zenml(&["connector", "list"]).succeeds();
    assert!(list.contains("token-file") && list.contains("<renewed>"), "{list}");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", token().as_bytes());
    let cases: &[(&[&str], &str)] = &[
        (&["--server", "https://a", "--context", "rig"], "--server and --context exclude each other"),
        (&["--token", "@secret", "--token-file", "secret"], "cannot be used with"),
        (&["--username", "me"], "--password"),
        (&["--username", "me:hush", "--password", "@secret"], "cannot hold a colon"),
        (&["--auth-method", "password"], "this makes a connector of method token"),
        (&["--audience", "x"], "--service-account"),
        (&["--service-account", "a/b/c"], "NAMESPACE/NAME"),
        (&["--proxy-url", "http://u:hush@proxy"], "a proxy's password is not taken in the open"),
        (&["--exec-command", "x", "--exec-env", "API_TOKEN=hush"], "API_TOKEN=@FILE"),
        (&["--insecure-skip-tls-verify", "--certificate-authority", "secret"], "no PEM"),
    ];
    for (flags, expected) in cases {
        let output = sandbox.zenml(&[&["register", "x"], *flags].concat());
        assert!(matches!(output.code, Some(1 | 2)), "{output}");
        assert!(output.stderr.contains(expected) && !output.stderr.contains("hush"), "{expected}: {output}");
    }
    let nameless = sandbox.zenml(&["register", "--server", "https://a", "--token", "@secret"]);
    assert!(nameless.code == Some(2) && nameless.stderr.contains("needs a NAME"), "{nameless}");
    let anonymous = sandbox.zenml(&["register", "x", "--server", "https://a"]);
    assert!(anonymous.code == Some(2) && anonymous.stderr.contains("--token @FILE"), "{anonymous}");
    assert!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().is_empty());
}
