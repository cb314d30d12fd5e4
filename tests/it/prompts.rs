//! Questions on a terminal, and what interrupts them: the terminal is put right whatever comes.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::dialogue::Dialogue;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

const PASSPHRASE: &str = "correct horse battery staple";

fn locked() -> Sandbox {
    let home = Sandbox::empty();
    let file = home.write("passphrase", PASSPHRASE.as_bytes()).display().to_string();
    home.zenml(&["vault", "init", "--holder", "passphrase", "--passphrase-file", &file]).succeeds();
    home.zenml(&["vault", "lock"]).succeeds();
    home
}

/// A shell with job control, which notes the terminal's name and the program's id.
fn script(then: &str) -> String {
    format!("sh -c 'set -m; tty >tty; sh -c \"echo \\$\\$ >pid; exec kubectl-zenml vault unlock\"; {then}'")
}

fn pid(home: &Sandbox) -> String {
    fs::read_to_string(home.path("pid")).unwrap().trim().to_owned()
}

/// Whether the terminal repeats what is typed.
fn echoes(home: &Sandbox) -> bool {
    let name = fs::read_to_string(home.path("tty")).unwrap();
    let state = Output::of(Command::new("stty").args(["-F", name.trim(), "-a"])).succeeds();
    state.split_whitespace().any(|word| word == "echo")
}

fn send(signal: &str, pid: &str) {
    assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
}

#[test]
fn what_ends_a_question_leaves_the_terminal_as_it_was() {
    let home = locked();
    for how in ["\u{3}", "-TERM", "-HUP"] {
        let mut terminal = Dialogue::run(&home, &script("echo ended with $?; read line"));
        terminal.answer("passphrase of the vault: ", "half of it");
        assert!(!echoes(&home), "{how:?}");
        if how.starts_with('-') {
            send(how, &pid(&home));
        } else {
            terminal.answer("", how);
        }
        terminal.answer("ended with 130", "");
        assert!(echoes(&home), "{how:?}");
        terminal.answer("", "\n");
        let (_, said) = terminal.end();
        assert!(!said.contains("half"), "{said}");
    }
}

#[test]
fn a_stopped_question_is_asked_again() {
    let home = locked();
    for how in ["\u{1a}", "-TSTP"] {
        let mut terminal = Dialogue::run(&home, &script("echo stopped; read line; fg >/dev/null; echo ended with $?"));
        terminal.answer("passphrase of the vault: ", "");
        if how.starts_with('-') {
            send(how, &pid(&home));
        } else {
            terminal.answer("", how);
        }
        terminal.answer("stopped", "");
        let begin = Instant::now();
        while !echoes(&home) {
            assert!(begin.elapsed() < Duration::from_secs(60), "{how:?}");
        }
        terminal.answer("", "\n");
        terminal.answer("passphrase of the vault: ", &format!("{PASSPHRASE}\n"));
        let (_, said) = terminal.end();
        assert!(said.contains("ended with 0") && !said.contains(PASSPHRASE), "{how:?}: {said}");
        home.zenml(&["vault", "lock"]).succeeds();
    }
}

#[test]
fn what_is_asked_for_is_named_in_a_sentence() {
    let home = locked();
    let said = Output::of(home.command("setsid").args(["-w", "kubectl-zenml", "vault", "unlock"])).fails(1);
    assert!(
        said.starts_with("error: the passphrase of the vault must be asked for, and there is no terminal"),
        "{said}"
    );
    let mut terminal = Dialogue::run(&home, "kubectl-zenml vault unlock");
    terminal.answer("passphrase of the vault: ", "\n");
    let (code, said) = terminal.end();
    assert!(code == 1 && said.contains("error: no value was given for the passphrase of the vault"), "{said}");
}

#[test]
fn a_short_passphrase_is_taken_with_a_warning() {
    for (passphrase, warned) in [("p", true), (PASSPHRASE, false)] {
        let home = Sandbox::empty();
        let file = home.write("passphrase", passphrase.as_bytes()).display().to_string();
        let said = home.zenml(&["vault", "init", "--holder", "passphrase", "--passphrase-file", &file]);
        assert_eq!(said.stderr.contains("this passphrase is short"), warned, "{said}");
        said.succeeds();
    }
}
