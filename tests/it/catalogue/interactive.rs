//! `register -i` on a terminal.

use crate::support::dialogue::Dialogue;
use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::rig::minting;
use crate::support::sandbox::Sandbox;
use crate::support::terminal::Terminal;
use crate::support::{kubeconfig, token};

const STATE: &str = ".local/share/kubectl-zenml";

fn nothing_stored(sandbox: &Sandbox) {
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "");
    let sealed = |(path, _): &(std::path::PathBuf, Vec<u8>)| path.extension().is_some_and(|it| it == "sealed");
    assert!(!sandbox.files().iter().any(sealed), "a sealed file stays");
}

/// The server and its authority, in a file.
fn server(sandbox: &Sandbox) -> String {
    let path = kubeconfig("token").display().to_string();
    let view = ["config", "view", "--raw", "-o", "json", "--kubeconfig", &path];
    let cluster = sandbox.kubectl(&view).json()["clusters"][0]["cluster"].clone();
    sandbox.write("ca", cluster["certificate-authority-data"].as_str().unwrap().as_bytes());
    cluster["server"].as_str().unwrap().to_owned()
}

/// Answers the questions about name, description and type.
fn begin(terminal: &mut Dialogue, name: &str) {
    terminal.answer("Name", &format!("{name}\r"));
    terminal.answer("Description", "made by hand\r");
    terminal.answer("Type of connector (kubernetes) [kubernetes]: ", "\r");
}

#[test]
fn everything_is_asked_for_and_wrong_answers_again() {
    let mut sandbox = Sandbox::with_vault("token");
    let server = server(&sandbox);
    sandbox.set("KUBECONFIG", "/dev/null");
    let mut terminal = Dialogue::run(&sandbox, "kubectl-zenml register -i");
    terminal.answer("Name: ", "Bad Name\r");
    terminal.answer("\"bad-name\" would do", "");
    begin(&mut terminal, "asked");
    terminal.answer("Auth method [token]: ", "nonsense\r");
    terminal.answer("type one of the names, or a number from 1 to 5", "");
    terminal.answer("Auth method [token]: ", "2\r");
    terminal.answer("URL of the API server: ", "\r");
    terminal.answer("this cannot be left out", "");
    terminal.answer("URL of the API server: ", "ftp://a\r");
    terminal.answer("URL of the API server: ", &format!("{server}\r"));
    terminal.answer("Name of the cluster", "by-hand\r");
    terminal.answer("Certificate authorities of the server", "gone.pem\r");
    terminal.answer("cannot read the file", "");
    terminal.answer("Certificate authorities of the server", "ca\r");
    terminal.answer("Name in the server's certificate", "\r");
    terminal.answer("URL of a proxy", "http://me:hush@proxy\r");
    terminal.answer("URL of a proxy", "\r");
    terminal.answer("Namespace", "Bad\r");
    terminal.answer("lower-case letters", "");
    terminal.answer("Namespace", "default\r");
    terminal.answer("User to impersonate", "\r");
    terminal.answer("Bearer token (not shown): ", "\r");
    terminal.answer("Client certificate", "\r");
    terminal.answer("One of these is needed: Bearer token / Client certificate", "");
    terminal.answer("Bearer token (not shown): ", &format!("{}\r", token()));
    terminal.answer("Client certificate", "\r");
    terminal.answer("Is the credential temporary? (y/N): ", "perhaps\r");
    terminal.answer("Is the credential temporary? (y/N): ", "y\r");
    terminal.answer("When does it end", "2020-01-01\r");
    terminal.answer("is in the past", "");
    terminal.answer("When does it end", "2099-01-01 00:00:00\r");
    terminal.answer("Ask the cluster whether it works? (Y/n): ", "\r");
    terminal.answer("Account:", "");
    terminal.answer("Save this connector? (Y/n): ", "\r");
    let (code, said) = terminal.end();
    assert!(code == 0 && said.contains("connector/asked registered"), "{said}");
    let described = sandbox.zenml(&["connector", "describe", "asked", "-o", "json"]).json();
    assert_eq!(described["account"], "rig-token-user");
    assert_eq!(described["description"], "made by hand");
    assert_eq!(described["resource_name"], "by-hand");
    assert_eq!(described["expires_at"], "2099-01-01T00:00:00Z");
    assert_eq!(described["configuration"]["namespace"], "default");
}

#[test]
fn a_context_answers_most_questions_and_the_secret_is_never_shown() {
    let sandbox = Sandbox::with_vault("cert");
    let terminal = Terminal::start(&sandbox, &["connector", "register", "-i"]);
    for (question, answer) in [
        ("Name [", "from-context"),
        ("Description", ""),
        ("Type of connector", ""),
        ("kubeconfig context? (Y/n)", ""),
        ("Ask the cluster whether it works?", "y"),
        ("Save this connector?", ""),
    ] {
        terminal.shows(question);
        terminal.types(answer);
        terminal.press("Enter");
    }
    let screen = terminal.shows("ended with 0");
    assert!(
        screen.contains("The credential ends at ") && screen.contains("connector/from-context registered"),
        "{screen}"
    );
    assert!(screen.contains("rig-cert-user"), "{screen}");
}

#[test]
fn a_secret_is_typed_unseen_and_a_password_asked_for() {
    let mut sandbox = Sandbox::with_vault("token");
    sandbox.set("KUBECONFIG", "/dev/null");
    let flags = ["register", "typed", "-i", "--server", "https://127.0.0.1:1", "--auth-method", "password"];
    let flags = [&flags[..], &["--insecure", "--no-verify", "--description", "d"]].concat();
    let terminal = Terminal::start(&sandbox, &flags);
    for (question, answer) in [
        ("Type of connector", ""),
        ("Name of the cluster", "c"),
        ("Certificate authorities", ""),
        ("Name in the server's", ""),
        ("URL of a proxy", ""),
        ("Namespace for", ""),
        ("User to impersonate", ""),
        ("User name:", "me"),
        ("Password (not shown):", "hush-hush"),
        ("temporary?", ""),
        ("Save this", "y"),
    ] {
        terminal.shows(question);
        terminal.types(answer);
        terminal.press("Enter");
    }
    let screen = terminal.shows("ended with 0");
    assert!(!screen.contains("hush") && screen.contains("Password (not shown):\n"), "{screen}");
    let described = sandbox.zenml(&["connector", "describe", "typed", "-o", "json"]).json();
    assert_eq!(described["configuration"]["username"], "me");
    assert_eq!(described["configuration"]["insecure"], true);
}

#[test]
fn a_plugin_may_ask_for_the_tokens_of_a_service_account() {
    let mut sandbox = Sandbox::with_vault("token");
    let namespace = Namespace::new("asked");
    namespace.kubectl(&["create", "serviceaccount", "robot"]).succeeds();
    let server = server(&sandbox);
    sandbox.set("KUBECONFIG", "/dev/null");
    sandbox.script("cloud-token", &minting(&token(), "test \"$*$API_TOKEN$X\" = 'get --as-mehushy' || exit 1"));
    let line = format!("kubectl-zenml register bot -i --server {server} --certificate-authority ca --description d");
    let mut terminal = Dialogue::run(&sandbox, &line);
    terminal.answer("Type of connector", "\r");
    terminal.answer("Auth method [token]: ", "service-account\r");
    terminal.answer("Method of the credential that asks for tokens [token]: ", "exec\r");
    for question in ["Name of the cluster", "Name in the server's", "URL of a proxy", "Namespace for", "User to"] {
        terminal.answer(question, "\r");
    }
    terminal.answer("Exec plugin: its command: ", "cloud-token\r");
    terminal.answer("its arguments (not shown), one a line", "");
    terminal.answer("ARGUMENT: ", "get\r");
    terminal.answer("ARGUMENT: ", "--as-me\r");
    terminal.answer("ARGUMENT: ", "\r");
    terminal.answer("NAME=VALUE: ", "API_TOKEN=hush\r");
    terminal.answer("NAME=VALUE: ", "X=y\r");
    terminal.answer("NAME=VALUE: ", "\r");
    terminal.answer(" [client.authentication.k8s.io/v1]", "\r");
    terminal.answer("[IfAvailable]: ", "never\r");
    terminal.answer("write one of Never, IfAvailable, Always", "");
    terminal.answer("[IfAvailable]: ", "Never\r");
    terminal.answer("which cluster it is asked for? (y/N): ", "\r");
    terminal.answer("ServiceAccount whose tokens are handed out: ", &format!("{}/robot\r", namespace.name()));
    terminal.answer("AUDIENCE: ", "\r");
    terminal.answer("Ask the cluster", "y\r");
    terminal.answer("Save this connector?", "y\r");
    let (code, said) = terminal.end();
    assert!(code == 0 && said.contains("connector/bot registered"), "{said}");
    let described = sandbox.zenml(&["connector", "describe", "bot", "-o", "json"]).json();
    assert_eq!(described["account"], format!("system:serviceaccount:{}:robot", namespace.name()));
}

#[test]
fn a_failed_check_can_be_answered_again_or_given_up() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("wrong", b"no-such-token");
    let mut terminal = Dialogue::run(&sandbox, "kubectl-zenml register -i --context rig-token --token @wrong");
    begin(&mut terminal, "failing");
    for answer in ["y\r", "n\r"] {
        terminal.answer("Is the credential temporary?", "\r");
        terminal.answer("Ask the cluster", "\r");
        terminal.answer("nothing was stored", "");
        terminal.answer("Answer these questions again? (Y/n): ", answer);
    }
    let (code, said) = terminal.end();
    assert!(code == 1 && said.contains("nothing was registered"), "{said}");
    nothing_stored(&sandbox);
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_behind_and_the_terminal_as_it_was() {
    let mut sandbox = Sandbox::with_vault("token");
    sandbox.set("KUBECONFIG", "/dev/null");
    let questions = [
        ("Name: ", "stopped\r"),
        ("Description", "\r"),
        ("Type of connector", "\r"),
        ("Auth method [token]: ", "\r"),
        ("URL of the API server: ", "https://127.0.0.1:1\r"),
        ("Name of the cluster", "\r"),
        ("Certificate authorities", "\r"),
        ("Do without a check", "\r"),
        ("Name in the server's", "\r"),
        ("URL of a proxy", "\r"),
        ("Namespace for", "\r"),
        ("User to impersonate", "\r"),
        ("Bearer token", "hush\r"),
        ("Client certificate", "\r"),
        ("Is the credential temporary?", "n\r"),
        ("Ask the cluster", "n\r"),
        ("Save this connector?", "\r"),
    ];
    for stop in 0..questions.len() {
        let command = "before=$(stty -g); kubectl-zenml register -i; echo ended with $?; \
                       test \"$before\" = \"$(stty -g)\" && echo the terminal is as it was";
        let mut terminal = Dialogue::run(&sandbox, command);
        for (question, answer) in &questions[..stop] {
            terminal.answer(question, answer);
        }
        terminal.answer(questions[stop].0, "\u{3}");
        let (_, said) = terminal.end();
        assert!(
            said.contains("ended with 130") && said.contains("error: interrupted"),
            "{}: {said}",
            questions[stop].0
        );
        assert!(said.contains("the terminal is as it was"), "{said}");
        nothing_stored(&sandbox);
    }
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let sandbox = Sandbox::with_vault("token");
    let said = sandbox.zenml(&["register", "-i"]).fails(1);
    assert!(said.contains("there is no terminal to ask on") && said.contains("give the fields as flags"), "{said}");
    let piped = Output::of(sandbox.command("sh").args(["-c", "yes | kubectl-zenml register x --interactive"]));
    assert!(piped.code == Some(1) && piped.stderr.contains("no terminal"), "{piped}");
    let (code, said) = Dialogue::run(&sandbox, "kubectl-zenml register Bad/Name -i").end();
    assert!(code == 2 && said.contains("is not a valid name"), "{said}");
    assert!(sandbox.zenml(&["register", "x", "--show-secrets"]).fails(2).contains("--interactive"));
    assert!(!sandbox.path(STATE).join("connectors/x.json").exists());
    nothing_stored(&sandbox);
}
