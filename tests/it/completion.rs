//! The committed completion scripts are the ones that the plugin prints, and shells and kubectl can use them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

const SCRIPTS: [(&str, &str); 4] = [
    ("bash", "completions/kubectl-zenml.bash"),
    ("zsh", "completions/_kubectl-zenml"),
    ("fish", "completions/kubectl-zenml.fish"),
    ("kubectl", "completions/kubectl_complete-zenml"),
];

/// `line` in the words of readline: `=` and `:` are words of their own.
fn readline(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in line.split(' ') {
        let mut start = 0;
        for (at, _) in part.match_indices(['=', ':']) {
            words.extend(
                [&part[start..at], &part[at..=at]].map(ToOwned::to_owned).into_iter().filter(|it| !it.is_empty()),
            );
            start = at + 1;
        }
        if start == 0 || start < part.len() {
            words.push(part[start..].to_owned());
        }
    }
    words
}

/// What bash offers at the end of `line`, asked as readline asks.
fn bash(sandbox: &Sandbox, line: &str) -> Vec<String> {
    const ASK: &str = r#"
        compopt() { echo "compopt $*"; }
        source "$1"; COMP_LINE=$2 COMP_POINT=${#2}; shift 2
        [[ $(complete -p kubectl-zenml) =~ -F\ ([^ ]+) ]] || exit 9
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        "${BASH_REMATCH[1]}" kubectl-zenml "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut command = sandbox.command("/bin/bash");
    command.args(["--norc", "-uc", ASK, "bash"]).arg(repository().join(SCRIPTS[0].1)).arg(line).args(readline(line));
    let answer = Output::of(&mut command).succeeds();
    answer.lines().filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// What kubectl offers after `kubectl zenml` through the committed script: candidates, then cobra's directive.
fn kubectl(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let script = fs::read_to_string(repository().join(SCRIPTS[3].1)).unwrap();
    sandbox.script("kubectl_complete-zenml", &script);
    let answer = sandbox.kubectl(&[&["__complete", "zenml"], words].concat()).succeeds();
    let name = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    answer.lines().map(name).collect()
}

#[test]
fn the_committed_scripts_are_current() {
    let sandbox = Sandbox::empty();
    let stale = |(completer, path): &(&str, &str)| {
        let printed = sandbox.zenml(&["completion", completer]).succeeds();
        let committed = fs::read_to_string(repository().join(path)).unwrap_or_default();
        (printed != committed).then(|| format!("kubectl-zenml completion {completer} >{path}"))
    };
    let refresh: Vec<_> = SCRIPTS.iter().filter_map(stale).collect();
    assert!(refresh.is_empty(), "refresh them with\n    {}", refresh.join("\n    "));
}

#[test]
fn kubectl_can_run_its_script() {
    let script = repository().join(SCRIPTS[3].1);
    assert_eq!(fs::metadata(&script).unwrap().permissions().mode() & 0o111, 0o111, "chmod +x {}", script.display());
}

#[test]
fn bash_completes_commands_flags_values_and_files() {
    let sandbox = Sandbox::empty();
    sandbox.write("pipeline.yaml", b"");
    for (line, offered) in [
        ("conn", &["connector"][..]),
        ("run des", &["describe"]),
        ("login --set", &["--set-current"]),
        ("vault init --holder k", &["key-file"]),
        ("submit -f pipe", &["compopt -o default"]),
        ("nonsense x", &[]),
        ("submit --dry-run=", &["none", "client", "server"]),
        ("submit --dry-run=s", &["server"]),
        ("submit -p a=b:c --name x --dry-run=s", &["server"]),
        ("run list --output=js", &["json", "jsonpath="]),
        ("run list --output=jsonp", &["compopt -o nospace", "jsonpath="]),
        ("run list -o jsonp", &["compopt -o nospace", "jsonpath="]),
        ("run list -o jsonpath=", &["compopt -o nospace"]),
        ("submit --kubeconfig=pipe", &["compopt -o default"]),
    ] {
        assert_eq!(bash(&sandbox, &format!("kubectl-zenml {line}")), offered, "{line}");
    }
    let all = bash(&sandbox, "kubectl-zenml ");
    assert!(all.contains(&"register".to_owned()) && !all.contains(&"orchestrate".to_owned()), "{all:?}");
}

#[test]
fn no_script_offers_what_the_help_hides() {
    for (_, path) in &SCRIPTS[1..3] {
        let script = fs::read_to_string(repository().join(path)).unwrap();
        for hidden in ["orchestrate", "__complete", "refill"] {
            assert!(!script.contains(hidden), "{path} offers {hidden}");
        }
    }
    let offered = kubectl(&Sandbox::empty(), &[""]);
    assert!(!offered.iter().any(|word| word == "orchestrate" || word == "__complete"), "{offered:?}");
}

#[test]
fn kubectl_completes_the_plugin() {
    let sandbox = Sandbox::empty();
    assert_eq!(kubectl(&sandbox, &["conn"]), ["connector", ":4"]);
    assert_eq!(kubectl(&sandbox, &["run", "des"]), ["describe", ":4"]);
    assert_eq!(kubectl(&sandbox, &["run", "list", "--all"]), ["--all-namespaces", ":4"]);
    assert_eq!(kubectl(&sandbox, &["nonsense", "x"]), [":4"]);
    // The shells put what stands before the `=` in front of these themselves.
    assert_eq!(kubectl(&sandbox, &["submit", "--dry-run=s"]), ["server", ":4"]);
    assert_eq!(kubectl(&sandbox, &["run", "list", "-o", "jsonp"]), ["jsonpath=", ":6"]);
    let all = kubectl(&sandbox, &[""]);
    for command in ["register", "login", "submit", "deploy", "run", "deployment"] {
        assert!(all.iter().any(|word| word == command), "{command} is not in {all:?}");
    }
}

#[test]
fn a_file_is_completed_by_the_shell() {
    let sandbox = Sandbox::empty();
    sandbox.write("pipeline.yaml", b"");
    assert_eq!(kubectl(&sandbox, &["submit", "-f", ""]), [":0"]);
    assert_eq!(kubectl(&sandbox, &["submit", "-f", "pipe"]), [":0"]);
    assert_eq!(kubectl(&sandbox, &["submit", "-f", "nothing"]), [":4"]);
}

#[test]
fn zsh_and_fish_scripts_are_for_the_plugin() {
    let read = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    assert!(read(SCRIPTS[1].1).starts_with("#compdef kubectl-zenml\n"));
    assert!(read(SCRIPTS[2].1).contains("complete -c kubectl-zenml"));
    // Neither shell belongs to what the tests need; where they are, they check more.
    for (shell, path) in [("/usr/bin/zsh", SCRIPTS[1].1), ("/usr/bin/fish", SCRIPTS[2].1)] {
        if Path::new(shell).exists() {
            Output::of(Command::new(shell).arg("-n").arg(repository().join(path))).succeeds();
        }
    }
}
