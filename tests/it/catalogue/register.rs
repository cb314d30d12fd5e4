//! `register` with the flags and the spellings of ZenML.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, token};

/// Field `name` of the first cluster or user of one of the rig's kubeconfigs.
fn field(sandbox: &Sandbox, config: &str, list: &str, name: &str) -> String {
    let path = kubeconfig(config).display().to_string();
    let view = ["config", "view", "--raw", "-o", "json", "--kubeconfig", &path];
    let config = sandbox.kubectl(&view).json();
    let body = &config[list][0][list.trim_end_matches('s')];
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned()
}

fn describe(sandbox: &Sandbox, name: &str) -> Value {
    sandbox.zenml(&["service-connector", "describe", name, "-o", "json"]).json()
}

fn none_is_registered(sandbox: &Sandbox) {
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "");
}

#[test]
fn the_seeds_commands_register() {
    let sandbox = Sandbox::with_vault("token");
    let words = "service-connector register kube-auto --type kubernetes --auto-configure";
    sandbox.zenml(&words.split(' ').collect::<Vec<_>>()).succeeds();
    let words = "service-connector register kube-two --type kubernetes-cluster --use-kubeconfig";
    sandbox.zenml(&words.split(' ').collect::<Vec<_>>()).succeeds();
    assert_eq!(describe(&sandbox, "kube-two")["type"], "kubernetes");
}

#[test]
fn zenmls_attributes_are_flags() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("secret", token().as_bytes());
    let server = format!("--server={}", field(&sandbox, "token", "clusters", "server"));
    let authority = field(&sandbox, "token", "clusters", "certificate-authority-data");
    let bytes = base64::engine::general_purpose::STANDARD.decode(&authority).unwrap();
    let pem = String::from_utf8(bytes.clone()).unwrap();
    let common = ["service-connector", "register"];
    // As ZenML prints it, as ZenML stores it, and as a file.
    sandbox.write("ca.pem", &bytes);
    let spellings = [authority, URL_SAFE.encode(&bytes), "@ca.pem".to_owned()];
    for (number, authority) in spellings.iter().enumerate() {
        let name = format!("flags-{number}");
        let authority = format!("--certificate_authority={authority}");
        let rest = [&server, "--auth_method=token", "--token=@secret", "--cluster_name=prod", &authority];
        let kind = ["--type", "kubernetes", "--resource-type", "kubernetes-cluster", "--resource-id", "prod"];
        sandbox.zenml(&[&common[..], &[&name], &rest, &kind].concat()).succeeds();
        let described = describe(&sandbox, &name);
        assert_eq!((&described["resource_name"], &described["resource_id"]), (&json!("prod"), &Value::Null));
        assert_eq!(described["configuration"]["certificate_authority"].as_str(), Some(pem.as_str()));
    }
    let authority = "--certificate_authority=@ca.pem";
    let certificate = format!("--client_certificate={}", field(&sandbox, "cert", "users", "client-certificate-data"));
    let key = field(&sandbox, "cert", "users", "client-key-data");
    let literal = format!("--client_key={key}");
    let said = sandbox.zenml(&[&common[..], &["cert", &server, authority, &certificate, &literal]].concat()).fails(2);
    assert!(said.contains("--client-key is not taken on the command line") && !said.contains(&key), "{said}");
    assert!(said.contains("--client-key FILE"), "{said}");
    sandbox.write("key", key.as_bytes());
    sandbox.zenml(&[&common[..], &["cert", &server, authority, &certificate, "--client_key=@key"]].concat()).succeeds();
    assert_eq!(describe(&sandbox, "cert")["account"], "rig-cert-user");
}

#[test]
fn a_key_comes_from_standard_input() {
    let sandbox = Sandbox::with_vault("cert");
    sandbox.write("key", field(&sandbox, "cert", "users", "client-key-data").as_bytes());
    sandbox.write("certificate", field(&sandbox, "cert", "users", "client-certificate-data").as_bytes());
    let line = "kubectl-zenml register piped --client-certificate certificate --client-key - <key";
    crate::support::output::Output::of(sandbox.command("sh").args(["-c", line])).succeeds();
    assert_eq!(describe(&sandbox, "piped")["account"], "rig-cert-user");
}

#[test]
fn another_resource_than_the_clusters_is_refused() {
    let sandbox = Sandbox::with_vault("token");
    let said = sandbox.zenml(&["register", "x", "--resource-id", "prod"]).fails(1);
    assert!(
        said.contains("gives access to the cluster \"rig\", not to \"prod\"") && said.contains("--cluster-name"),
        "{said}"
    );
    none_is_registered(&sandbox);
    sandbox.zenml(&["register", "x", "--resource-id", "rig"]).succeeds();
    sandbox.zenml(&["register", "y", "--resource_id", "prod", "--cluster-name", "prod"]).succeeds();
}

#[test]
fn impersonation_comes_from_flags_in_full() {
    let sandbox = Sandbox::with_vault("token");
    let flags = "--as jane --as-uid 7 --as-group a --as-group b --as-user-extra k=1 --as-user-extra k=2";
    let words = format!("register acting {flags} --no-verify");
    sandbox.zenml(&words.split(' ').collect::<Vec<_>>()).succeeds();
    let wanted = json!({"user": "jane", "uid": "7", "groups": ["a", "b"], "extra": {"k": ["1", "2"]}});
    assert_eq!(describe(&sandbox, "acting")["configuration"]["impersonation"], wanted);
    for words in ["--as-user-extra k=1", "--as jane --as-user-extra k"] {
        sandbox.zenml(&[&["register", "x"], &words.split(' ').collect::<Vec<_>>()[..]].concat()).fails(2);
    }
}

#[test]
fn a_name_may_be_a_flag_and_not_both() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "--name", "by-flag"]).succeeds();
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/by-flag\n");
    assert!(sandbox.zenml(&["register", "one", "--name", "two"]).fails(2).contains("cannot be used with"));
}

#[test]
fn methods_that_do_not_fit_name_their_flags() {
    let sandbox = Sandbox::with_vault("token");
    for (method, flags) in [
        ("password", "give --username NAME with --password @FILE, or a context with a user with username and password"),
        ("exec", "give --exec-command COMMAND, or a context with a user with exec"),
        ("token_file", "give --token-file FILE"),
        ("service-account", "give --service-account [NAMESPACE/]NAME"),
    ] {
        let said = sandbox.zenml(&["register", "x", "--auth-method", method]).fails(2);
        assert!(said.contains("makes a connector of method token") && said.contains(flags), "{said}");
    }
    none_is_registered(&sandbox);
}

#[test]
fn zenmls_short_flags_are_refused_with_their_long_names() {
    let sandbox = Sandbox::empty();
    for (words, long) in [
        ("-l team=x", "--label KEY=VALUE"),
        ("-t kubernetes", "--type TYPE"),
        ("-r kubernetes-cluster", "--resource-type TYPE"),
        ("-a token", "--auth-method METHOD"),
        ("-i -x", "--show-secrets"),
    ] {
        let said = sandbox.zenml(&[&["register", "x"], &words.split(' ').collect::<Vec<_>>()[..]].concat()).fails(2);
        assert!(said.contains(&format!("here it is written {long}")), "{said}");
    }
}
