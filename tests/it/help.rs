//! What `--help` says, how mistakes on the command line end, and that every command that a text names exists.

use std::fs;
use std::path::PathBuf;

use clap::Command;

use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

/// Every command that users see, by the words after `kubectl zenml`.
fn visible() -> Vec<(Vec<String>, Command)> {
    let mut tree = kubectl_zenml::cli::command();
    tree.build();
    let (mut found, mut waiting) = (Vec::new(), vec![(Vec::new(), tree)]);
    while let Some((path, command)) = waiting.pop() {
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
            waiting.push(([path.clone(), vec![verb.get_name().to_owned()]].concat(), verb.clone()));
        }
        found.push((path, command));
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

/// A terminal of 100 columns.
fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::empty();
    sandbox.set("COLUMNS", "100");
    sandbox
}

fn zenml(words: &str) -> Output {
    sandbox().zenml(&words.split_whitespace().collect::<Vec<_>>())
}

#[test]
fn helps() {
    let sandbox = sandbox();
    for (path, _) in visible() {
        let words: Vec<_> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = sandbox.zenml(&words).succeeds().replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        let name = if path.is_empty() { "kubectl-zenml".to_owned() } else { path.join("-") };
        insta::assert_snapshot!(name, help);
    }
}

#[test]
fn help_texts_are_written_alike() {
    let mut wrong = Vec::new();
    let mut check = |what: String, text: Option<String>| {
        let text = text.unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        if !first.starts_with(|c: char| c.is_uppercase()) || first.ends_with('.') || first.contains("  ") {
            wrong.push(format!("{what}: {first:?}"));
        }
    };
    for (path, command) in visible() {
        check(path.join(" "), command.get_about().map(ToString::to_string));
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let what = format!("{} {}", path.join(" "), argument.get_id());
            check(what.clone(), argument.get_help().map(ToString::to_string));
            for value in argument.get_possible_values().iter().filter(|value| value.get_help().is_some()) {
                check(format!("{what}={}", value.get_name()), value.get_help().map(ToString::to_string));
            }
        }
    }
    assert!(wrong.is_empty(), "a capital letter first, no full stop:\n{}", wrong.join("\n"));
}

#[test]
fn flags_that_several_commands_have_mean_one_thing() {
    let mut letters = std::collections::BTreeMap::new();
    for (path, command) in visible() {
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let (Some(short), Some(long)) = (argument.get_short(), argument.get_long()) else { continue };
            let seen = letters.entry(short).or_insert_with(|| (long.to_owned(), path.clone()));
            let pair = (seen.0.as_str(), long);
            // kubectl itself has -f twice: a file to read, and a log to follow. -i is curl's, and ZenML's.
            let known = [["filename", "follow"], ["include", "interactive"]];
            let both_known = known.iter().any(|two| two.contains(&pair.0) && two.contains(&pair.1));
            assert!(pair.0 == pair.1 || both_known, "-{short}: {seen:?} and {long} of {path:?}");
        }
    }
}

#[test]
fn hidden_commands_are_not_shown() {
    let help = zenml("--help").succeeds();
    for hidden in ["orchestrate", "__complete"] {
        assert!(!help.contains(hidden), "{help}");
    }
    assert!(!zenml("credential --help").succeeds().contains("refill"));
}

#[test]
fn without_arguments_the_help_is_printed() {
    for words in ["", "connector", "run", "deployment", "vault", "image", "rbac", "credential", "stack", "orchestrator"]
    {
        let text = zenml(words).fails(2);
        assert!(text.contains("Usage: kubectl zenml") && text.contains("Commands:"), "{words}: {text}");
    }
}

#[test]
fn mistakes_exit_with_2_and_say_what_was_meant() {
    for (words, meant) in [
        ("regster", "'register'"),
        ("conector list", "'connector'"),
        ("run lst", "'list'"),
        ("connector descrbe x", "'describe'"),
        ("submit --atached", "'--attached'"),
        ("login x --set-curent", "'--set-current'"),
        ("vault init --holder oss", "'os'"),
        ("submit", "--filename <FILE>"),
        ("login", "<NAME>"),
        ("submit -f x --attached --detach", "cannot be used with"),
        ("connector list -o xml", "allowed formats are: json, jsonpath"),
        ("register --type aws", "EKS, GKE and AKS contexts register as kubernetes"),
        ("register --token=sesame", "--token is not taken on the command line"),
    ] {
        let text = zenml(words).fails(2);
        assert!(text.contains(meant) && text.starts_with("error: "), "{words}: {text}");
        assert!(!text.contains("sesame"), "{text}");
    }
}

#[test]
fn a_namespace_is_a_dns_label_everywhere() {
    let mut asked = 0;
    for (path, command) in visible() {
        if command.get_arguments().any(|argument| argument.get_long() == Some("namespace")) {
            for wrong in ["Bad Name", "", "../x", "-x"] {
                let words = ["kubectl-zenml"].into_iter().chain(path.iter().map(String::as_str));
                let flag = format!("--namespace={wrong}");
                let parsed = kubectl_zenml::cli::command().try_get_matches_from(words.chain([flag.as_str()]));
                let message = parsed.expect_err("a usage error").to_string();
                assert!(message.contains("--namespace <NAMESPACE>"), "{path:?} {wrong:?}: {message}");
            }
            asked += 1;
        }
    }
    assert!(asked >= 12, "only {asked} commands have --namespace");
    let said = sandbox().zenml(&["rbac", "orchestrator", "-n", "Bad Name"]).fails(2);
    assert!(said.contains("lower-case letters"), "{said}");
}

#[test]
fn usage_errors() {
    for words in ["regster", "run lst", "submit --atached", "login", "vault init --holder oss", "submit -f x -o yaml"] {
        let name = format!("usage {words}").replace(' ', "-");
        insta::assert_snapshot!(name, zenml(words).fails(2));
    }
}

/// Files whose text tells users what to type.
fn texts() -> Vec<(PathBuf, String)> {
    let mut waiting: Vec<_> =
        ["src", "docs", "examples", "krew", "demo", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"]
            .map(|name| repository().join(name))
            .into();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.push((path, text));
        }
    }
    found
}

/// The command words with which `line` begins.
fn command_words(line: &str) -> Vec<&str> {
    let word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let words = line.split_inclusive([' ', '`', '"', '\n', '|', ')', ',', ';', ':', '.', '>']);
    let mut found = Vec::new();
    for piece in words {
        let (bare, end) = piece.split_at(piece.len() - usize::from(!piece.ends_with(char::is_alphabetic)));
        if !word(&bare) || bare.starts_with('-') {
            break;
        }
        found.push(bare);
        if end != " " {
            break;
        }
    }
    found
}

#[test]
fn every_command_that_a_text_names_exists() {
    let tree = kubectl_zenml::cli::command();
    let mut wrong = Vec::new();
    let mut named = 0;
    for (path, text) in texts() {
        for rest in text.split("kubectl zenml ").skip(1) {
            let mut command = &tree;
            for word in command_words(rest) {
                match command.find_subcommand(word) {
                    Some(verb) => command = verb,
                    None if command.has_subcommands() => {
                        wrong.push(format!("{}: kubectl zenml {}", path.display(), rest.lines().next().unwrap()));
                        break;
                    }
                    // A name, or prose after a command that is complete.
                    None => break,
                }
                named += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "no such command:\n{}", wrong.join("\n"));
    assert!(named > 40, "the scan finds only {named} commands");
}

/// Splits a line as a shell does, as far as the documents need it: blanks, single quotes, a comment at the end.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            '#' | '|' | '>' if !quoted && word.is_none() => break,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_line_in_the_documents_can_be_parsed() {
    let mut parsed = 0;
    for name in ["README.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(repository().join(name)).unwrap();
        for line in text.lines().map(|line| line.trim_start().trim_start_matches("$ ")) {
            let Some(arguments) = line.strip_prefix("kubectl zenml ") else { continue };
            let words = ["kubectl-zenml".to_owned()].into_iter().chain(shell_words(arguments));
            if let Err(error) = kubectl_zenml::cli::command().try_get_matches_from(words) {
                assert!(!error.use_stderr(), "{name}: {line}\n{error}");
            }
            parsed += 1;
        }
    }
    assert!(parsed > 10, "only {parsed} command lines were found");
}
