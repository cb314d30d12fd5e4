//! What a program said, and the assertions on it.

use std::process::{Command, Stdio};

/// A finished program.
#[derive(Debug)]
pub struct Output {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Runs `command` to its end, without standard input unless it was given one.
    pub fn of(command: &mut Command) -> Self {
        let text = format!("{command:?}");
        let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{text}: {error}"));
        Self::from(text, output)
    }

    /// Takes over what `command` printed.
    pub fn from(command: String, output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { command, code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Asserts exit code 0 and gives standard output.
    #[track_caller]
    pub fn succeeds(self) -> String {
        assert!(self.code == Some(0), "should succeed: {self}");
        self.stdout
    }

    /// Asserts `code` and that nothing was printed as data; gives standard error.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert!(self.code == Some(code), "should exit with {code}: {self}");
        assert!(self.stdout.is_empty(), "should print no data: {self}");
        self.stderr
    }

    /// Asserts exit code 0 and parses standard output as JSON.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        let text = self.succeeds();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        write!(f, "{}\n--- ended with {code}\n--- stdout\n{}\n--- stderr\n{}", self.command, self.stdout, self.stderr)
    }
}
