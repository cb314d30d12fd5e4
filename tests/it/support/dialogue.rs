//! A program on a terminal of its own, and a person there.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::sandbox::Sandbox;

/// A running program.
pub struct Dialogue {
    child: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    seen: String,
}

impl Dialogue {
    /// Runs a shell command.
    pub fn run(sandbox: &Sandbox, command: &str) -> Self {
        let mut script: Command = sandbox.command("/usr/bin/script");
        script.args(["-qec", command, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn().expect("script");
        let (keyboard, screen) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Self { child, keyboard, screen, seen: String::new() }
    }

    /// Waits until the program has written `text`, then types `answer`.
    #[track_caller]
    pub fn answer(&mut self, text: &str, answer: &str) {
        while !self.seen.contains(text) {
            let mut bytes = [0; 4096];
            let length = self.screen.read(&mut bytes).expect("the screen");
            assert!(length > 0, "the program ended without {text:?}: {}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        // What was asked before is not what is asked next.
        let end = self.seen.find(text).expect("it was seen") + text.len();
        self.seen.drain(..end);
        self.keyboard.write_all(answer.as_bytes()).expect("the keyboard");
    }

    /// Waits for the program's end: its exit code, and what it wrote after the last answer.
    pub fn end(mut self) -> (i32, String) {
        let mut rest = Vec::new();
        let _ = self.screen.read_to_end(&mut rest);
        self.seen.push_str(&String::from_utf8_lossy(&rest));
        let code = self.child.wait().expect("an end").code();
        (code.expect("an exit code"), self.seen)
    }
}
