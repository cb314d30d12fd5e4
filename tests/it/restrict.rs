//! `connector restrict`: a connector that can do its work and nothing else.

use std::fs;

use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;
use crate::support::{kubeconfig, orchestrator_image, repository, token};

fn base() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "base"]).succeeds();
    for example in ["pipeline", "service"] {
        let file = repository().join(format!("examples/{example}.yaml"));
        sandbox.write(&format!("{example}.yaml"), &fs::read(file).unwrap());
    }
    sandbox
}

#[test]
fn it_submits_runs_and_can_do_nothing_else() {
    let (sandbox, namespace) = (base(), Namespace::new("restrict"));
    let other = Namespace::new("restrict-other");
    let name = namespace.name();
    let restrict = ["connector", "restrict", "base", "--name", "bot", "--for", "orchestrator", "-n", name];
    let planned = sandbox.zenml(&[&restrict[..], &["--dry-run=client"]].concat()).succeeds();
    assert!(planned.contains("kind: Role\n") && planned.contains("kind: RoleBinding\n"), "{planned}");
    let tried = sandbox.zenml(&[&restrict[..], &["--dry-run=server"]].concat()).succeeds();
    assert_eq!(tried.matches(" (server dry run)\n").count(), 7, "{tried}");
    assert!(namespace.kubectl(&["get", "role,rolebinding", "-o", "name"]).succeeds().is_empty());
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/base\n");
    let made = sandbox.zenml(&[&restrict[..], &["--duration", "20m"]].concat());
    assert!(made.stderr.contains("connector \"base\" stays in this vault"), "{made}");
    let made = made.succeeds();
    for line in
        ["serviceaccount/zenml-connector-bot-", "role/zenml-connector-bot-", "serviceaccount/zenml-service-account"]
    {
        assert!(made.contains(line), "{line}: {made}");
    }
    assert!(made.ends_with("connector/bot registered\n"), "{made}");
    sandbox.zenml(&["verify", "bot", "--for", "orchestrator"]).succeeds();
    // What this one may not see, another connector of the same cluster does.
    let report: serde_json::Value = serde_json::from_str(&sandbox.zenml(&["doctor", "-o", "json"]).stdout).unwrap();
    let checks = report["items"].as_array().unwrap();
    assert!(checks.iter().any(|it| it["name"] == "submissions" && it["status"] == "ok"), "{report:#}");
    assert_eq!(sandbox.zenml(&["verify", "bot", "--for", "deployer"]).code, Some(3));
    let bot = |arguments: &[&str]| sandbox.zenml(&[arguments, &["--connector", "bot"]].concat());
    bot(&["submit", "-f", "pipeline.yaml", "--attached", "--name", "attached"]).succeeds();
    bot(&["submit", "-f", "pipeline.yaml", "--name", "job", "--orchestrator-image", orchestrator_image()]).succeeds();
    assert_eq!(bot(&["run", "list", "-o", "name"]).succeeds().lines().count(), 2);
    assert!(bot(&["run", "logs", "job", "--step", "evaluate"]).succeeds().contains("evaluate"));
    bot(&["run", "delete", "attached", "job"]).succeeds();
    // Nothing beyond: no secrets, no other namespace, no other account's token, no more rights.
    sandbox.zenml(&["login", "bot", "--set-current"]).succeeds();
    let may = |arguments: &[&str]| sandbox.kubectl(&[&["auth", "can-i"], arguments].concat()).stdout.trim() == "yes";
    assert!(may(&["create", "pods", "-n", name]));
    for refused in [
        &["get", "secrets", "-n", name][..],
        &["create", "pods", "-n", other.name()],
        &["create", "serviceaccounts", "--subresource=token", "-n", name],
        &["impersonate", "serviceaccounts", "-n", name],
        &["create", "rolebindings", "-n", name],
        &["create", "deployments", "-n", name],
        &["list", "nodes"],
    ] {
        assert!(!may(refused), "{refused:?}");
    }
    let said = sandbox.zenml(&["run", "list", "--connector", "bot", "-n", other.name()]).fails(1);
    assert!(said.contains("Forbidden"), "{said}");
    // The token of the base connector is nowhere in what a client gets.
    let answer = "script -qec 'zenml-credential get --show-secrets bot' /dev/null";
    let answer = crate::support::output::Output::of(sandbox.command("sh").args(["-c", answer])).succeeds();
    assert!(answer.contains("\"token\":\"ey") && !answer.contains(&token()), "{answer}");
}

/// Asserts that a connector may deploy still.
#[track_caller]
fn ship_as(sandbox: &Sandbox, connector: &str) {
    sandbox.zenml(&["verify", connector, "--for", "deployer"]).succeeds();
}

#[test]
fn it_deploys_and_what_is_there_is_used_again() {
    let (sandbox, namespace) = (base(), Namespace::new("restrict-deploy"));
    let restrict = ["connector", "restrict", "base", "--name", "ship", "--for", "deployer", "-n", namespace.name()];
    sandbox.zenml(&restrict).succeeds();
    let ship = |arguments: &[&str]| sandbox.zenml(&[arguments, &["--connector", "ship"]].concat());
    ship(&["deploy", "-f", "service.yaml"]).succeeds();
    ship(&["deployment", "logs", "k8s-example"]).succeeds();
    ship(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(ship(&["run", "list"]).code, Some(1), "runs are other work");
    // The name is taken; once it is free, the objects are ours still.
    assert!(sandbox.zenml(&restrict).fails(1).contains("\"ship-2\" is free"));
    sandbox.zenml(&["connector", "delete", "ship"]).succeeds();
    let again = sandbox.zenml(&restrict).succeeds();
    assert_eq!(again.matches(" unchanged\n").count(), 3, "{again}");
    // Another's objects are not given other rights, whoever's registry that other is in; nor is anything made for nothing.
    sandbox.zenml(&["connector", "update", "ship", "--name", "sails"]).succeeds();
    let other = ["connector", "restrict", "base", "--name", "ship", "--for", "orchestrator", "-n", namespace.name()];
    let said = sandbox.zenml(&other).fails(1);
    assert!(said.contains("was made for a connector with other rights") && said.contains("another --name"), "{said}");
    let short = [&other[..], &["--expiration-seconds", "5"]].concat();
    assert!(sandbox.zenml(&short).fails(2).contains("600 or more"));
    ship_as(&sandbox, "sails");
    sandbox.zenml(&["connector", "update", "sails", "--name", "ship"]).succeeds();
    // What a binding gives cannot be changed, and what somebody else made is not taken.
    sandbox.zenml(&["connector", "delete", "ship"]).succeeds();
    let view = ["connector", "restrict", "base", "--name", "ship", "--clusterrole", "view", "-n", namespace.name()];
    assert!(sandbox.zenml(&view).fails(1).contains("gives other rights already"));
    let account = namespace.kubectl(&["get", "serviceaccount", "-o", "name"]).succeeds();
    let account = account.lines().find(|line| line.contains("zenml-connector-ship")).unwrap();
    namespace.kubectl(&["annotate", account, "zenml.io/connector=another", "--overwrite"]).succeeds();
    let said = sandbox.zenml(&restrict).fails(1);
    assert!(said.contains("that was not made for this connector") && said.contains("another --name"), "{said}");
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/base\n");
}

#[test]
fn roles_of_others_are_looked_at() {
    let (sandbox, namespace) = (base(), Namespace::new("restrict-roles"));
    let name = namespace.name();
    let restrict = |new: &str, rights: &[&str]| {
        sandbox.zenml(&[&["connector", "restrict", "base", "--name", new, "-n", name], rights].concat())
    };
    let edit = restrict("edit", &["--clusterrole", "edit"]);
    for way in ["holds `impersonate`", "holds `serviceaccounts/token`"] {
        assert!(edit.stderr.contains(way), "{edit}");
    }
    edit.succeeds();
    let view = restrict("view", &["--clusterrole", "view"]);
    assert!(view.code == Some(0) && !view.stderr.contains("Warning"), "{view}");
    assert!(restrict("gone", &["--clusterrole", "gone"]).fails(1).contains("\"gone\" not found"));
    namespace.kubectl(&["create", "role", "reader", "--verb=get,list", "--resource=pods"]).succeeds();
    restrict("reader", &["--role", "reader"]).succeeds();
    sandbox.zenml(&["login", "reader", "--set-current"]).succeeds();
    sandbox.kubectl(&["get", "pods"]).succeeds();
    assert!(sandbox.kubectl(&["get", "services"]).fails(1).contains("Forbidden"));
    restrict("none", &[]).fails(2);
    restrict("both", &["--role", "reader", "--for", "deployer"]).fails(2);
    // One that hands out an account's tokens cannot be the base, nor can one that acts on somebody's behalf.
    let again = ["connector", "restrict", "reader", "--name", "again", "--role", "reader", "-n", name];
    assert!(sandbox.zenml(&again).fails(1).contains("already"));
}

/// Who the connector is on its cluster.
fn account(sandbox: &Sandbox, connector: &str) -> String {
    let described = sandbox.zenml(&["connector", "describe", connector, "-o", "json"]).json();
    described["account"].as_str().unwrap().to_owned()
}

/// To have tokens of accounts, as `kubectl auth can-i` asks about it.
const MINTS: &[&str] = &["create", "serviceaccounts", "--subresource=token"];

/// Waits until the API server knows of a right that was given: the binding is there an instant before it counts.
#[track_caller]
fn counts(namespace: &Namespace, user: &str, right: &[&str]) {
    let user = user.replace("--user=", "--as=");
    let may = || namespace.kubectl(&[&["auth", "can-i", &user], right].concat()).stdout.trim() == "yes";
    assert!((0..100).any(|_| may()), "{user} never may {right:?}");
}

/// As [`counts`], for a right that was taken away.
#[track_caller]
fn counts_no_more(namespace: &Namespace, user: &str, right: &[&str]) {
    let user = user.replace("--user=", "--as=");
    let may = || namespace.kubectl(&[&["auth", "can-i", &user], right].concat()).stdout.trim() == "yes";
    assert!((0..100).any(|_| !may()), "{user} may {right:?} still");
}

#[test]
fn who_may_not_give_rights_gets_the_yaml() {
    let (sandbox, namespace) = (base(), Namespace::new("restrict-not"));
    let least = kubeconfig("least").display().to_string();
    sandbox.zenml(&["register", "least", "--kubeconfig", &least]).succeeds();
    let restrict = ["connector", "restrict", "least", "--name", "bot", "--for", "deployer", "-n", namespace.name()];
    let said = sandbox.zenml(&restrict).fails(1);
    assert!(said.contains("may not have tokens of serviceaccount") && said.contains("kubectl apply -f -"), "{said}");
    assert!(said.contains("serviceaccounts/token"), "{said}");
    assert!(namespace.kubectl(&["get", "role,rolebinding", "-o", "name"]).succeeds().is_empty());
    // As administrators do; then the same command goes on, blind as it is.
    let apply = |yaml: &str| {
        let file = sandbox.write("rights.yaml", yaml.as_bytes()).display().to_string();
        namespace.kubectl(&["apply", "-f", &file]).succeeds();
    };
    apply(said.split_once("this is to be applied:\n").unwrap().1);
    let bot = said.split_once("tokens of serviceaccount \"").unwrap().1.split('"').next().unwrap();
    let user = format!("--user={}", account(&sandbox, "least"));
    let mints = ["create", &format!("serviceaccounts/{bot}"), "--subresource=token"];
    counts(&namespace, &user, &mints);
    sandbox.zenml(&restrict).succeeds();
    sandbox.zenml(&["connector", "delete", "bot"]).succeeds();
    // Without a server nobody knows whether it may mint, so that stands above the rest as commands.
    namespace.kubectl(&["delete", "role,rolebinding,serviceaccount", "--all"]).succeeds();
    counts_no_more(&namespace, &user, &mints);
    let yaml = sandbox.zenml(&[&restrict[..], &["--dry-run=client"]].concat()).succeeds();
    let user = format!("--user={}\n", account(&sandbox, "least"));
    assert!(
        yaml.starts_with("# ") && yaml.contains("--resource=serviceaccounts/token") && yaml.contains(&user),
        "{yaml}"
    );
    apply(&yaml);
    assert!(sandbox.zenml(&restrict).fails(1).contains("lacks the right to create serviceaccounts/token"));
    // Rights to look, and to mint, are enough for that.
    let rules = ["--verb=get,list", "--resource=roles,rolebindings,serviceaccounts"];
    namespace.kubectl(&[&["create", "role", "look"][..], &rules].concat()).succeeds();
    namespace.kubectl(&["create", "role", "mint", "--verb=create", "--resource=serviceaccounts/token"]).succeeds();
    // Whoever may mint and not look takes for there what may be.
    for (role, unchanged) in [("mint", 0), ("look", 3)] {
        let user = format!("--user={}", account(&sandbox, "least"));
        namespace.kubectl(&["create", "rolebinding", role, &format!("--role={role}"), &user]).succeeds();
        counts(&namespace, &user, if role == "mint" { MINTS } else { &["get", "rolebindings"] });
        let said = sandbox.zenml(&restrict);
        assert!(said.code == Some(0) && said.stdout.matches("unchanged").count() == unchanged, "{said}");
        sandbox.zenml(&["connector", "delete", "bot"]).succeeds();
    }
    let whole = ["connector", "restrict", "base", "--name", "bot", "--for", "deployer", "-n", namespace.name()];
    assert_eq!(sandbox.zenml(&whole).succeeds().matches("created").count(), 0);
}

#[test]
fn what_comes_to_nothing_leaves_nothing() {
    let (sandbox, namespace) = (base(), Namespace::new("restrict-half"));
    let least = kubeconfig("least").display().to_string();
    sandbox.zenml(&["register", "least", "--kubeconfig", &least]).succeeds();
    let restrict = ["connector", "restrict", "least", "--name", "bot", "--for", "deployer", "-n", namespace.name()];
    let user = format!("--user={}", account(&sandbox, "least"));
    let grant = |role: &str, verbs: &str, resource: &str, asked: &[&str]| {
        namespace.kubectl(&["create", "role", role, verbs, resource]).succeeds();
        namespace.kubectl(&["create", "rolebinding", role, &format!("--role={role}"), &user]).succeeds();
        counts(&namespace, &user, asked);
    };
    grant("mint", "--verb=create", "--resource=serviceaccounts/token", MINTS);
    let said = sandbox.zenml(&restrict).fails(1);
    assert!(said.contains("may not create the serviceaccount") && said.contains("kind: RoleBinding"), "{said}");
    // Halfway there: what was created goes again, or is named where it cannot.
    grant("begin", "--verb=create,get", "--resource=serviceaccounts", &["create", "serviceaccounts"]);
    let ours = || {
        let all = namespace.kubectl(&["get", "serviceaccount", "-o", "name"]).succeeds();
        all.lines().filter(|line| line.contains("zenml-connector")).count()
    };
    let said = sandbox.zenml(&restrict).fails(1);
    assert!(said.contains("may not create the role ") && ours() == 1, "{said}");
    assert!(
        said.contains("was created, and this credential cannot delete it: `kubectl delete serviceaccount "),
        "{said}"
    );
    namespace.kubectl(&["delete", "serviceaccount", "--all"]).succeeds();
    grant("end", "--verb=delete", "--resource=serviceaccounts", &["delete", "serviceaccounts"]);
    let said = sandbox.zenml(&restrict).fails(1);
    assert!(said.contains("may not create the role ") && !said.contains("was created") && ours() == 0, "{said}");
}

#[test]
fn any_credential_may_ask_for_the_tokens() {
    let (mut sandbox, namespace) = (base(), Namespace::new("restrict-bases"));
    sandbox.write("secret", token().as_bytes());
    let answer = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat "$HOME/secret")""#;
    sandbox.script("cloud", &format!("#!/bin/sh\necho \"$AWS_PROFILE\" >>\"$HOME/profiles\"\n{answer}\n"));
    sandbox.set("AWS_PROFILE", "work");
    sandbox.zenml(&["register", "plugin", "--exec-command", "cloud"]).succeeds();
    sandbox.zenml(&["register", "file", "--token-file", "secret"]).succeeds();
    sandbox.zenml(&["register", "cert", "--kubeconfig", kubeconfig("cert").to_str().unwrap()]).succeeds();
    sandbox.set("AWS_PROFILE", "play");
    for name in ["plugin", "file", "cert"] {
        let new = format!("{name}-view");
        let flags = ["--name", &new, "--clusterrole", "view", "-n", namespace.name()];
        sandbox.zenml(&[&["connector", "restrict", name], &flags[..]].concat()).succeeds();
        sandbox.zenml(&["login", &new, "--set-current"]).succeeds();
        sandbox.kubectl(&["get", "pods"]).succeeds();
        sandbox.zenml(&["credential", "refresh", &new]).succeeds();
    }
    let profiles = fs::read_to_string(sandbox.path("profiles")).unwrap();
    assert!(profiles.lines().all(|profile| profile == "work"), "the plugin stays who it was: {profiles}");
    // Who acts on behalf of somebody has nothing that could be handed on.
    sandbox.zenml(&["register", "jane", "--context", "rig-token", "--as", "jane"]).succeeds();
    let flags = ["--name", "x", "--clusterrole", "view"];
    let said = sandbox.zenml(&[&["connector", "restrict", "jane"], &flags[..]].concat()).fails(1);
    assert!(said.contains("on behalf of somebody else"), "{said}");
}
