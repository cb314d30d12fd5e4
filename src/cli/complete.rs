//! Completion: for kubectl through `kubectl_complete-zenml`, and shell files for the plugin itself (layer 4).

use std::ffi::OsString;

use clap::ValueEnum;
use clap_complete::Shell;
use clap_complete::engine::complete;

use crate::error::{Context, Result};
use crate::ui;

/// cobra's directive "offer no files", the last line of an answer to kubectl (`ShellCompDirectiveNoFileComp`).
const NO_FILES: &str = ":4";

/// What kubectl runs to complete `kubectl zenml …`.
const KUBECTL_SCRIPT: &str = "#!/bin/sh\nexec kubectl-zenml __complete \"$@\"\n";

/// Who completes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Completer {
    /// For `kubectl-zenml` in bash
    Bash,
    /// For `kubectl-zenml` in zsh
    Zsh,
    /// For `kubectl-zenml` in fish
    Fish,
    /// For `kubectl zenml` in every shell: save it as `kubectl_complete-zenml` on your PATH, executable
    Kubectl,
}

/// The script for `completer`.
pub(super) fn script(completer: Completer) -> Result<String> {
    let shell = match completer {
        Completer::Bash => Shell::Bash,
        Completer::Zsh => Shell::Zsh,
        Completer::Fish => Shell::Fish,
        Completer::Kubectl => return Ok(KUBECTL_SCRIPT.to_owned()),
    };
    let mut bytes = Vec::new();
    // `bin_name` is "kubectl zenml" for the help texts; a shell completes the file's name.
    let mut command = super::command().bin_name(crate::paths::PLUGIN);
    clap_complete::generate(shell, &mut command, crate::paths::PLUGIN, &mut bytes);
    String::from_utf8(bytes).context(|| "cannot write the completion script")
}

/// Answers kubectl: one candidate a line with a tab before its description, then a directive. The last of `words` is
/// the one being typed, empty at the start of a new one.
pub(super) fn candidates(words: Vec<OsString>) -> Result<()> {
    let mut line = vec![OsString::from(crate::paths::PLUGIN)];
    line.extend(words);
    let last = line.len() - 1;
    let mut answer = String::new();
    for candidate in complete(&mut super::command(), line, last, None).unwrap_or_default() {
        answer.push_str(&candidate.get_value().to_string_lossy());
        if let Some(help) = candidate.get_help() {
            answer.push('\t');
            answer.push_str(help.to_string().lines().next().unwrap_or_default());
        }
        answer.push('\n');
    }
    ui::print(&format!("{answer}{NO_FILES}\n"))
}
