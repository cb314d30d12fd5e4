//! A terminal with the plugin in it, to see what a person sees.

use std::time::{Duration, Instant};

use super::output::Output;
use super::sandbox::{PLUGIN, Sandbox};

/// A terminal of 100 columns and 30 lines, gone when dropped.
pub struct Terminal<'s> {
    sandbox: &'s Sandbox,
}

impl<'s> Terminal<'s> {
    /// Starts the plugin in one. What follows its end is `ended with` and its exit code.
    pub fn start(sandbox: &'s Sandbox, arguments: &[&str]) -> Self {
        let terminal = Self { sandbox };
        let script = format!("trap : INT; \"{PLUGIN}\" \"$@\"; echo ended with $?; exec cat");
        let mut all = vec!["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30"];
        all.extend(["/bin/sh", "-c", &script, "sh"]);
        all.extend(arguments);
        terminal.tmux(&all).succeeds();
        terminal
    }

    /// Presses a key, such as `C-c`.
    pub fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]).succeeds();
    }

    /// Types `text`.
    pub fn types(&self, text: &str) {
        if !text.is_empty() {
            self.tmux(&["send-keys", "-l", text]).succeeds();
        }
    }

    /// What is on the screen once `text` is, at the latest after two minutes.
    #[track_caller]
    pub fn shows(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]).succeeds();
            if screen.contains(text) {
                return screen;
            }
            assert!(started.elapsed() < Duration::from_secs(120), "after two minutes still no {text:?}:\n{screen}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let mut command = self.sandbox.command("tmux");
        command.env("LC_ALL", "C.UTF-8").arg("-u").arg("-S").arg(self.sandbox.path("tmux")).args(arguments);
        Output::of(&mut command)
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
