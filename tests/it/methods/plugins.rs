//! Exec plugins as connectors: renewed when their tokens die, with their terminal where they need one.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use super::{account_token, register, who};
use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::token;
use crate::support::tools::aws;

/// Hands out the token in `current` for five seconds, and notes each run.
const FIVE_SECONDS: &str = r#"#!/bin/sh
echo "$0 $* $CLOUD_PROFILE" >>"$HOME/asked"
end=$(date -u -d '+5 seconds' +%Y-%m-%dT%H:%M:%SZ)
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"%s"}}' \
    "$(cat "$HOME/current")" "$end"
"#;

#[test]
fn a_plugin_outlives_its_first_token() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("five-seconds");
    sandbox.script("cloud-token", FIVE_SECONDS);
    sandbox.write("current", account_token(&namespace, "first").as_bytes());
    let flags =
        ["--exec-command", "cloud-token", "--exec-arg", "--region", "--exec-arg=eu", "--exec-env", "CLOUD_PROFILE=p1"];
    register(&sandbox, "cloud", &flags).succeeds();
    assert!(who(&sandbox, "cloud").ends_with(":first"));
    let asked = fs::read_to_string(sandbox.path("asked")).unwrap();
    assert!(asked.lines().all(|line| line.ends_with("cloud-token --region eu p1")), "{asked}");
    // The first token is dead now, and five seconds later the plugin is asked for the next.
    sandbox.write("current", account_token(&namespace, "second").as_bytes());
    namespace.kubectl(&["delete", "serviceaccount", "first"]).succeeds();
    sleep(Duration::from_secs(5));
    assert!(who(&sandbox, "cloud").ends_with(":second"));
}

#[test]
fn a_plugin_that_needs_a_terminal_gets_it() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("answer", token().as_bytes());
    let script = r#"#!/bin/sh
printf 'the code: ' >&2
read -r code
[ "$code" = sesame ] || { echo 'wrong code' >&2; exit 1; }
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat "$HOME/answer")"
"#;
    sandbox.script("ask-person", script);
    let flags = ["--exec-command", "ask-person", "--exec-interactive-mode", "Always"];
    let refused = register(&sandbox, "login", &flags);
    assert!(refused.code == Some(1) && refused.stderr.contains("needs a terminal"), "{refused}");
    let server = super::server(&sandbox).join(" ");
    let typing = |line: &str| {
        let whole = format!("printf 'sesame\\n' | script -qec '{line}' /dev/null");
        Output::of(sandbox.command("sh").args(["-c", &whole]))
    };
    let registered = typing(&format!("kubectl-zenml register login {server} {}", flags.join(" ")));
    assert!(registered.stdout.contains("connector/login registered"), "{registered}");
    sandbox.zenml(&["login", "login", "--set-current"]).succeeds();
    let config = fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    assert!(config.contains("interactiveMode: IfAvailable"), "clients hand their terminal over: {config}");
    // Who has no terminal fails, and keeps nobody who has one from trying.
    sandbox.zenml(&["credential", "refresh", "login"]).fails(1);
    // The registration's answer serves for a minute, as its plugin named no end.
    assert!(sandbox.kubectl(&["get", "--raw", "/version"]).succeeds().contains("gitVersion"));
    let refreshed = typing("kubectl-zenml credential refresh login");
    assert!(
        refreshed.stdout.contains("the code: ") && refreshed.stdout.contains("connector/login refreshed"),
        "{refreshed}"
    );
}

#[test]
fn a_real_cloud_plugin_keeps_its_pinned_identity() {
    let mut sandbox = Sandbox::with_vault("token");
    sandbox.script(
        "aws",
        &format!("#!/bin/sh\necho \"$AWS_PROFILE\" >>\"$HOME/profiles\"\nexec {} \"$@\"\n", aws().display()),
    );
    sandbox.write(
        ".aws/credentials",
        b"[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    sandbox.set("AWS_PROFILE", "work");
    let arguments = ["eks", "get-token", "--cluster-name", "prod", "--region", "eu-central-1", "--output", "json"];
    let mut flags =
        vec!["--no-verify", "--exec-command", "aws", "--exec-api-version", "client.authentication.k8s.io/v1beta1"];
    flags.extend(arguments.iter().flat_map(|argument| ["--exec-arg", argument]));
    register(&sandbox, "eks", &flags).succeeds();
    // Another shell, another profile: the connector stays who it was.
    sandbox.set("AWS_PROFILE", "play");
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAOTHER");
    sandbox.set("AWS_SECRET_ACCESS_KEY", "zz");
    sandbox.zenml(&["credential", "refresh", "eks"]).succeeds();
    let profiles = fs::read_to_string(sandbox.path("profiles")).unwrap();
    assert_eq!(profiles, "work\nwork\n");
    let line = "script -qec 'zenml-credential get --show-secrets eks' /dev/null";
    let answer = Output::of(sandbox.command("sh").args(["-c", line])).succeeds();
    assert!(answer.contains("\"token\":\"k8s-aws-v1.") && answer.contains("expirationTimestamp"), "{answer}");
    // A shell whose account is in its environment alone: the connector keeps that.
    let _ = [sandbox.without("AWS_PROFILE"), sandbox.without("AWS_PROFILE")];
    sandbox.set("AWS_SESSION_TOKEN", "session");
    let said = register(&sandbox, "eks-keys", &flags);
    assert!(said.code == Some(0) && said.stderr.contains("AWS_SESSION_TOKEN was set"), "{said}");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        sandbox.without(name);
    }
    sandbox.zenml(&["credential", "refresh", "eks-keys"]).succeeds();
    let described = sandbox.zenml(&["connector", "describe", "eks-keys", "-o", "yaml"]).succeeds();
    assert!(described.contains("AWS_SECRET_ACCESS_KEY") && !described.contains("zz"), "{described}");
}

#[test]
fn what_a_plugin_was_given_is_repeated_nowhere() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("answer", token().as_bytes());
    let pem = "-----BEGIN KEY-----\nAAAAlinetwosecretAAAA\n-----END KEY-----\n";
    let script = "#!/bin/sh\nif [ -e \"$HOME/broken\" ]; then echo \"unknown flag: $*\" >&2; env >&2; exit 1; fi\n";
    let answer = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat "$HOME/answer")""#;
    sandbox.script("leaky", &format!("{script}{answer}\n"));
    // Not by flags: such an argument is not taken there.
    sandbox.edit_kubeconfig(|tree| {
        tree["users"][0]["user"] = serde_json::json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": "leaky", "interactiveMode": "Never",
            "args": ["--client-secret=SuperSecretArg99"], "env": [{"name": "MY_PEM_KEY", "value": pem}],
        }});
    });
    sandbox.zenml(&["register", "leaky"]).succeeds();
    sandbox.write("broken", b"");
    let said = sandbox.zenml(&["credential", "refresh", "leaky"]).fails(1);
    assert!(said.contains("unknown flag: --client-secret=[HIDDEN]"), "{said}");
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    for secret in ["SuperSecretArg99", "linetwosecret"] {
        assert!(!said.contains(secret), "{said}");
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(secret);
        let found: Vec<_> = sandbox.files().into_iter().filter(|(_, bytes)| holds(bytes)).collect();
        assert!(found.is_empty(), "{secret} is in {:?}", found.iter().map(|(path, _)| path).collect::<Vec<_>>());
    }
}

#[test]
fn the_earlier_of_two_ends_counts() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let sandbox = Sandbox::with_vault("token");
    let claims = URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{}}}", kubectl_zenml::helper::now() + 600));
    let answer = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"e30.{claims}.c2ln","expirationTimestamp":"2036-01-01T00:00:00Z"}}}}"#
    );
    sandbox.script("two-ends", &format!("#!/bin/sh\necho '{answer}'\n"));
    register(&sandbox, "two", &["--exec-command", "two-ends", "--no-verify"]).succeeds();
    let status = sandbox.zenml(&["credential", "status", "-o", "json"]).json();
    let end = status["items"][0]["expires_at"].as_str().unwrap_or_default();
    assert!(!end.is_empty() && !end.starts_with("2036"), "{status:#}");
}

#[test]
fn an_answer_without_an_end_is_one() {
    let sandbox = Sandbox::with_vault("token");
    let answer = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{}","expirationTimestamp":"9999-12-31T23:59:59Z"}}}}"#,
        token()
    );
    sandbox.script("for-ever", &format!("#!/bin/sh\necho '{answer}'\n"));
    register(&sandbox, "ever", &["--exec-command", "for-ever"]).succeeds();
    assert_eq!(who(&sandbox, "ever"), "rig-token-user");
    sandbox.zenml(&["verify", "ever"]).succeeds();
}
