//! What common tools write, registered: one shape a file in `tests/fixtures/kubeconfigs`. No cluster is asked.

use std::fs;

use serde_json::Value;

use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

/// Answers in the version that it is asked in, as every plugin of the fixtures.
const STUB: &str = r#"#!/bin/sh
version=$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')
echo "$0 $* AWS_PROFILE=$AWS_PROFILE $KUBERNETES_EXEC_INFO" >>"$HOME/asked"
printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"stub","expirationTimestamp":"2036-01-01T00:00:00Z"}}' "$version"
"#;

fn fixture(name: &str) -> String {
    repository().join("tests/fixtures/kubeconfigs").join(name).display().to_string()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    for plugin in ["aws", "aws-iam-authenticator", "gke-gcloud-auth-plugin", "kubelogin", "kubectl", "acme-login"] {
        sandbox.script(plugin, STUB);
    }
    sandbox
}

/// Registers a context of a fixture without asking its cluster.
fn register(sandbox: &Sandbox, file: &str, context: Option<&str>) -> Output {
    let file = fixture(file);
    let mut arguments = vec!["register", "--no-verify", "--kubeconfig", &file];
    arguments.extend(context.into_iter().flat_map(|context| ["--context", context]));
    sandbox.zenml(&arguments)
}

/// The registered connector, whose name is the first line's. It is deleted, so that the name is free again.
fn described(sandbox: &Sandbox, output: Output) -> Value {
    let text = output.succeeds();
    let name = text.lines().next().unwrap().trim_start_matches("connector/").trim_end_matches(" registered").to_owned();
    let connector = sandbox.zenml(&["connector", "describe", &name, "-o", "json"]).json();
    sandbox.zenml(&["connector", "delete", &name]).succeeds();
    connector
}

const END: &str = "2036-12-31";
const NEVER: &str = "null";

/// File, context (empty = current), default name, auth method, begin of the expiry, sealed fields.
type Lifted = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const LIFTED: &[Lifted] = &[
    ("kind.yaml", "", "kind-kind", "token", END, &["client_certificate", "client_key"]),
    ("k3d.yaml", "", "k3d-dev", "token", END, &["client_certificate", "client_key"]),
    ("minikube-relative.yaml", "", "minikube", "token", END, &["client_certificate", "client_key"]),
    ("eks-aws-cli.yaml", "", "prod", "exec", NEVER, &[]),
    ("eks-aws-cli.yaml", "stage", "stage", "exec", NEVER, &[]),
    ("eks-eksctl-authenticator.yaml", "", "dev-prod.eu-central-1.eksctl.io", "exec", NEVER, &[]),
    ("eks-eksctl-aws.yaml", "", "", "exec", NEVER, &[]),
    ("gke.yaml", "", "prod", "exec", NEVER, &[]),
    ("gke.yaml", "gke_acme-project_us-central1_stage", "stage", "exec", NEVER, &[]),
    ("aks-kubelogin.yaml", "prod", "", "exec", NEVER, &[]),
    ("aks-kubelogin.yaml", "stage", "stage", "exec", NEVER, &[]),
    ("aks-admin.yaml", "", "", "token", END, &["client_certificate", "client_key", "token"]),
    ("oidc-kubelogin.yaml", "", "corp", "exec", NEVER, &[]),
    ("oidc-kubelogin.yaml", "corp-direct", "corp-direct", "exec", NEVER, &[]),
    ("token-static.yaml", "", "", "token", NEVER, &["token"]),
    ("basic-auth.yaml", "", "", "password", NEVER, &["password"]),
    ("tokenfile.yaml", "", "", "token-file", NEVER, &[]),
    ("token-and-tokenfile.yaml", "", "", "token-file", NEVER, &[]),
    ("token-jwt-2035.yaml", "", "", "token", "2035-01-01", &["token"]),
    ("token-jwt-no-exp.yaml", "", "", "token", NEVER, &["token"]),
    ("insecure.yaml", "", "", "token", NEVER, &["token"]),
    ("tls-server-name.yaml", "", "", "token", END, &["client_certificate", "client_key"]),
    ("proxy-url.yaml", "", "http", "token", END, &["client_certificate", "client_key"]),
    ("proxy-url.yaml", "socks", "socks", "token", END, &["client_certificate", "client_key"]),
    ("proxy-url.yaml", "userinfo", "userinfo", "token", END, &["client_certificate", "client_key"]),
    ("impersonation.yaml", "", "as-jane", "token", NEVER, &["token"]),
    ("namespace.yaml", "", "", "token", END, &["client_certificate", "client_key"]),
    ("ipv6.yaml", "", "loopback", "token", END, &["client_certificate", "client_key"]),
    ("ipv6.yaml", "global", "global", "token", END, &["client_certificate", "client_key"]),
    ("server-path.yaml", "", "current", "token", NEVER, &["token"]),
    ("server-path.yaml", "gateway", "gateway", "token", NEVER, &["token"]),
    ("shared-user.yaml", "blue", "blue", "token", END, &["client_certificate", "client_key"]),
    ("shared-user.yaml", "red", "red", "token", END, &["client_certificate", "client_key"]),
    ("shared-user.yaml", "", "", "token", END, &["client_certificate", "client_key"]),
    ("extensions.yaml", "", "ext", "exec", NEVER, &[]),
    ("unknown-fields.yaml", "", "unk", "token", NEVER, &["token"]),
    ("config.json", "", "", "token", END, &["client_certificate", "client_key"]),
    ("crlf.yaml", "", "", "token", "2035-01-01", &["token"]),
    ("comments-anchors.yaml", "", "one", "token", NEVER, &["token"]),
    ("comments-anchors.yaml", "two", "two", "token", NEVER, &["token"]),
    ("broken/dangling-current-context.yaml", "real", "real", "token", NEVER, &["token"]),
];

/// File, context, what the error says.
const REFUSED: &[(&str, &str, &str)] = &[
    ("minikube-absolute.yaml", "", "/home/ada/.minikube/ca.crt"),
    ("eks-v1alpha1.yaml", "", "exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\""),
    ("oidc-kubelogin.yaml", "corp-readme", "interactiveMode must be specified"),
    ("authprovider-oidc.yaml", "", "auth provider \"oidc\" is not supported"),
    ("authprovider-gcp.yaml", "", "gcloud container clusters get-credentials"),
    ("token-jwt-expired.yaml", "", "expired at 2025-01-01"),
    ("no-user.yaml", "", "anonymous"),
    ("no-user.yaml", "no-user-key", "anonymous"),
    ("no-user.yaml", "empty-user", "anonymous"),
    ("in-cluster.yaml", "", "unable to read certificate-authority /var/run/secrets"),
    ("insecure-with-ca.yaml", "", "with the insecure flag is not allowed"),
    ("empty.yaml", "", "there are no contexts"),
    ("cert-expired.yaml", "", "client certificate expired at 2025-01-01"),
    ("broken/bad-yaml.yaml", "", "bad-yaml.yaml:6:"),
    ("broken/bad-base64.yaml", "", "certificate-authority-data of \"bad-base64\""),
    ("broken/missing-cluster.yaml", "", "names cluster \""),
    ("broken/missing-user.yaml", "", "names user \""),
    ("broken/dangling-current-context.yaml", "", "the contexts are: real"),
    ("broken/key-mismatch.yaml", "", "does not match the client certificate"),
    ("list/a.yaml", "", "names user \"dev\""),
];

#[test]
fn every_shape_has_its_row() {
    let folder = repository().join("tests/fixtures/kubeconfigs");
    let listed: Vec<_> = LIFTED.iter().map(|row| row.0).chain(REFUSED.iter().map(|row| row.0)).collect();
    for inner in ["", "broken/"] {
        for entry in fs::read_dir(folder.join(inner)).unwrap().map(Result::unwrap).filter(|it| it.path().is_file()) {
            let name = format!("{inner}{}", entry.file_name().to_string_lossy());
            assert!(listed.contains(&name.as_str()), "{name}");
        }
    }
}

fn named(context: &'static str) -> Option<&'static str> {
    Some(context).filter(|context| !context.is_empty())
}

#[test]
fn lands_where_it_should() {
    let sandbox = sandbox();
    for (file, context, name, method, expiry, sealed) in LIFTED {
        let connector = described(&sandbox, register(&sandbox, file, named(context)));
        let case = format!("{file} {context}: {connector:#}");
        assert!(name.is_empty() || connector["name"] == *name, "{case}");
        assert_eq!(connector["auth_method"], *method, "{case}");
        assert!(connector["expires_at"].to_string().trim_matches('"').starts_with(expiry), "{case}");
        let configuration = connector["configuration"].as_object().unwrap();
        let hidden: Vec<_> =
            configuration.iter().filter(|(_, value)| **value == "[HIDDEN]").map(|(field, _)| field.as_str()).collect();
        assert_eq!(hidden, *sealed, "{case}");
    }
}

#[test]
fn keeps_what_the_context_says() {
    let sandbox = sandbox();
    let configuration = |file, context| described(&sandbox, register(&sandbox, file, context))["configuration"].take();
    assert_eq!(configuration("namespace.yaml", None)["namespace"], "team-a-prod");
    assert!(configuration("tls-server-name.yaml", None)["tls_server_name"].is_string());
    assert_eq!(configuration("insecure.yaml", None)["insecure"], true);
    assert_eq!(configuration("server-path.yaml", Some("gateway"))["server"], "https://gateway.clusters.test/api/k8s/");
    let inherited = configuration("comments-anchors.yaml", Some("two"));
    assert!(inherited["certificate_authority"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let impersonation = configuration("impersonation.yaml", None)["impersonation"].take();
    assert_eq!(impersonation["user"], "jane@clusters.test");
    assert_eq!(impersonation["extra"]["reason"][1], "on-call");
    let proxy = configuration("proxy-url.yaml", Some("userinfo"))["proxy_url"].take();
    assert!(proxy.as_str().unwrap().starts_with("http://[HIDDEN]@"), "{proxy}");
    let eks = configuration("eks-aws-cli.yaml", None);
    assert_eq!(eks["exec"]["env"]["AWS_PROFILE"], "acme-prod");
    configuration("extensions.yaml", None);
    let asked = fs::read_to_string(sandbox.path("asked")).unwrap();
    assert!(asked.contains("AWS_PROFILE=acme-prod"), "{asked}");
    assert!(asked.lines().any(|line| line.contains("acme-login") && line.contains("\"audience\":\"acme-cluster\"")));
}

#[test]
fn refuses_with_the_way_out() {
    let sandbox = sandbox();
    for (file, context, words) in REFUSED {
        let error = register(&sandbox, file, named(context)).fails(1);
        assert!(error.contains(words), "{file} {context}: {error}");
        assert!(!error.contains("made-up-opaque-token"), "{error}");
    }
    assert!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().is_empty());
    assert_eq!(fs::read_dir(sandbox.path(".local/share/kubectl-zenml/vault")).unwrap().count(), 1, "vault.json alone");
}

#[test]
fn merges_a_list_as_kubectl_does() {
    let mut sandbox = sandbox();
    sandbox.set("KUBECONFIG", &format!("{}:/nowhere:{}", fixture("list/a.yaml"), fixture("list/sub/b.yaml")));
    let server = |context: &str| {
        let output = sandbox.zenml(&["register", "--no-verify", "--context", context]);
        described(&sandbox, output)["configuration"]["server"].as_str().unwrap().to_owned()
    };
    assert_eq!(server("shared"), "https://first-wins.clusters.test:6443");
    assert_eq!(server("beta"), server("alpha"));
    let current = sandbox.zenml(&["register", "again", "--no-verify", "--dry-run"]);
    assert!(current.stderr.contains("context \"alpha\""), "{current}");
}

#[test]
fn login_keeps_every_field_of_the_file() {
    let sandbox = sandbox();
    register(&sandbox, "token-static.yaml", None).succeeds();
    let name = sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().trim().replace("connector/", "");
    for file in ["extensions.yaml", "unknown-fields.yaml", "comments-anchors.yaml", "config.json"] {
        let text = fs::read_to_string(fixture(file)).unwrap();
        let config = sandbox.write(&format!("copy/{file}"), text.as_bytes()).display().to_string();
        let before: Value = serde_saphyr::from_str(&text).unwrap();
        sandbox.zenml(&["login", &name, "--kubeconfig", &config]).succeeds();
        let between = fs::read_to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&between).is_ok(), file.ends_with("json"), "{between}");
        sandbox.zenml(&["logout", &name, "--kubeconfig", &config]).succeeds();
        let after: Value = serde_saphyr::from_str(&fs::read_to_string(&config).unwrap()).unwrap();
        assert_eq!(before, after, "{file}");
    }
}
