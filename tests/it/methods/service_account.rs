//! Short-lived tokens of a ServiceAccount, minted with another credential.

use kubectl_zenml::helper::now;

use super::{register, who};
use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;
use crate::support::token;

fn robot(namespace: &Namespace) -> (String, String) {
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    (format!("{}/robot", namespace.name()), format!("system:serviceaccount:{}:robot", namespace.name()))
}

fn expiry(sandbox: &Sandbox, name: &str) -> i64 {
    let mut command = sandbox.command("sh");
    let line = format!("script -qec 'zenml-credential get --show-secrets {name}' /dev/null");
    let said = crate::support::output::Output::of(command.args(["-c", &line])).succeeds();
    let answer: serde_json::Value = serde_json::from_str(said.trim()).expect("an ExecCredential");
    let text = answer["status"]["expirationTimestamp"].as_str().expect("an expiry").to_owned();
    text.parse::<jiff::Timestamp>().expect("a time").as_second()
}

#[test]
fn its_tokens_are_handed_out_and_nothing_else() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("robot");
    let (account, username) = robot(&namespace);
    let flags = ["register", "bot", "--service-account", &account, "--expiration-seconds", "20m"];
    sandbox.zenml(&flags).succeeds();
    assert_eq!(who(&sandbox, "bot"), username);
    let left = expiry(&sandbox, "bot") - now();
    assert!((900..=1200).contains(&left), "twenty minutes less the time to renew in: {left}");
    let described = sandbox.zenml(&["connector", "describe", "bot", "-o", "json"]).json();
    assert_eq!(described["auth_method"], "service-account");
    assert_eq!(described["expiration_seconds"], 1200);
    assert_eq!(described["account"], username);
    assert_eq!(described["configuration"]["service_account"]["name"], "robot");
    assert_eq!(described["configuration"]["token"], "[HIDDEN]", "the base credential stays in the vault");
    let verified = sandbox.zenml(&["verify", "bot", "-o", "json"]);
    assert!(verified.code == Some(3) && verified.stdout.contains(&username), "{verified}");
}

#[test]
fn a_new_token_is_minted_with_the_base_credential() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("mint");
    let (account, username) = robot(&namespace);
    sandbox.zenml(&["register", "bot", "--service-account", &account, "--duration", "10m"]).succeeds();
    let before = expiry(&sandbox, "bot");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    sandbox.zenml(&["credential", "refresh", "bot"]).succeeds();
    assert!(expiry(&sandbox, "bot") > before);
    assert_eq!(who(&sandbox, "bot"), username);
    // A revoked token is answered by 401; our own client gets another one by itself.
    namespace.kubectl(&["delete", "serviceaccount", "robot"]).succeeds();
    robot(&namespace);
    let verified = sandbox.zenml(&["verify", "bot", "-o", "json"]);
    assert!(verified.stdout.contains(&username), "{verified}");
}

#[test]
fn the_life_and_the_account_are_such_as_a_server_gives() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("limits");
    let (account, _) = robot(&namespace);
    let said = sandbox.zenml(&["register", "short", "--service-account", &account, "--expiration-seconds", "60"]);
    assert!(said.code == Some(2) && said.stderr.contains("ask for 600 or more"), "{said}");
    let gone = format!("{}/gone", namespace.name());
    let said = sandbox.zenml(&["register", "gone", "--service-account", &gone]);
    assert!(said.code == Some(1) && said.stderr.contains("serviceaccounts \"gone\" not found"), "{said}");
    // What another audience accepts, the API server does not: that is found before anything is stored.
    let other = ["register", "other", "--service-account", &account, "--audience", "vault.example"];
    let said = sandbox.zenml(&other);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds().is_empty());
}

#[test]
fn a_server_that_never_answers_is_given_up_at_the_deadline() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("silent");
    let (account, _) = robot(&namespace);
    sandbox.zenml(&["register", "bot", "--service-account", &account]).succeeds();
    let id = sandbox.zenml(&["connector", "describe", "bot", "-o", "jsonpath={.id}"]).succeeds();
    sandbox.zenml(&["vault", "init", "--deadline", "2s", "--plugin-deadline", "3m"]).succeeds();
    // Somebody else holds the lock; no plugin has to be waited for.
    let lock = sandbox.path(&format!(".local/share/kubectl-zenml/vault/{}.lock", id.trim()));
    let held = std::fs::File::create(lock).unwrap();
    held.lock().unwrap();
    let begin = std::time::Instant::now();
    let said = sandbox.zenml(&["credential", "refresh", "bot"]).fails(5);
    assert!(said.contains("for too long") && begin.elapsed().as_secs() < 60, "{said}");
}

#[test]
fn any_credential_may_be_the_base() {
    let sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("bases");
    let (account, username) = robot(&namespace);
    sandbox.write("secret", token().as_bytes());
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$(cat $HOME/secret)"'"}}"#;
    sandbox.script("login-tool", &format!("#!/bin/sh\necho '{answer}'\n"));
    let bases: [(&str, &[&str]); 2] =
        [("file", &["--token-file", "secret"]), ("plugin", &["--exec-command", "login-tool"])];
    for (name, base) in bases {
        register(&sandbox, name, &[base, &["--service-account", &account]].concat()).succeeds();
        assert_eq!(who(&sandbox, name), username);
        sandbox.zenml(&["credential", "refresh", name]).succeeds();
    }
    let file = sandbox.path("secret");
    std::fs::remove_file(&file).unwrap();
    let said = sandbox.zenml(&["credential", "refresh", "file"]).fails(1);
    assert!(said.contains(&format!("cannot read the token file {}", file.display())), "{said}");
}
