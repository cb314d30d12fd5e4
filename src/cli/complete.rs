//! Completion: for kubectl through `kubectl_complete-zenml`, and shell files for the plugin itself (layer 4).

use std::ffi::OsString;
use std::path::Path;

use clap::ValueEnum;
use clap_complete::Shell;
use clap_complete::engine::complete;

use super::names;
use crate::error::{Context, Result};
use crate::ui;

/// cobra's directive "offer no files", the last line of an answer to kubectl (`ShellCompDirectiveNoFileComp`).
const NO_FILES: &str = ":4";

/// The same, and no blank behind the one that is left, since more must follow (`ShellCompDirectiveNoSpace`, too).
const NO_FILES_NO_BLANK: &str = ":6";

/// Nothing of the kind: the shell offers files (`ShellCompDirectiveDefault`).
const FILES: &str = ":0";

/// What kubectl runs to complete `kubectl zenml …`.
const KUBECTL_SCRIPT: &str = "#!/bin/sh\nexec kubectl-zenml __complete \"$@\"\n";

/// The same for bash. clap's own script for bash mistakes the hyphen in our name for the end of a word, and offers nothing
/// behind the first command. bash hands out `--flag=value` in three words, which have no blank between them in the line, and completes the last.
const BASH_SCRIPT: &str = r#"# bash completion for kubectl-zenml: the program itself says what can follow.
_kubectl_zenml() {
    local line word typed flag kept before rest=$COMP_LINE words=()
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        before=${rest%%"$word"*}
        rest=${rest#*"$word"}
        if [[ -z $word || ${#words[@]} == 0 || $before == *[[:blank:]]* ]]; then
            words+=("$word")
        else
            words[${#words[@]}-1]+=$word
        fi
    done
    word=${words[${#words[@]}-1]}
    typed=${COMP_WORDS[COMP_CWORD]} flag='' COMPREPLY=()
    [[ $typed == [=:] ]] && typed=''
    [[ $word == -*=* ]] && flag=${word%%=*}=
    kept=${word%"$typed"}
    while IFS= read -r line; do
        case $line in
            :0) compopt -o default ;;
            :6) compopt -o nospace ;;
            :*) ;;
            *) line=$flag${line%%$'\t'*} COMPREPLY+=("${line#"$kept"}") ;;
        esac
    done < <("$1" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _kubectl_zenml kubectl-zenml
"#;

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
        Completer::Bash => return Ok(BASH_SCRIPT.to_owned()),
        Completer::Zsh => Shell::Zsh,
        Completer::Fish => Shell::Fish,
        Completer::Kubectl => return Ok(KUBECTL_SCRIPT.to_owned()),
    };
    let mut bytes = Vec::new();
    // `bin_name` is "kubectl zenml" for the help texts; a shell completes the file's name.
    let mut command = visible(&super::command()).bin_name(crate::paths::PLUGIN);
    clap_complete::generate(shell, &mut command, crate::paths::PLUGIN, &mut bytes);
    String::from_utf8(bytes).context(|| "cannot write the completion script")
}

/// `command` without what its help does not show either: clap's scripts would offer it all the same.
fn visible(command: &clap::Command) -> clap::Command {
    let mut shown = clap::Command::new(command.get_name().to_owned());
    if let Some(about) = command.get_about() {
        shown = shown.about(about.clone());
    }
    if let Some(version) = command.get_version() {
        shown = shown.version(version.to_owned());
    }
    shown
        .visible_aliases(command.get_visible_aliases().map(ToOwned::to_owned).collect::<Vec<_>>())
        .args(command.get_arguments().filter(|argument| !argument.is_hide_set()))
        .subcommands(command.get_subcommands().filter(|verb| !verb.is_hide_set()).map(visible))
}

/// Answers kubectl: one candidate a line with a tab before its description, then a directive. The last of `words` is
/// the one being typed, empty at the start of a new one. Where a file is wanted, the shell knows better: it also
/// leaves out the blank after a directory.
pub(super) fn candidates(words: Vec<OsString>) -> Result<()> {
    let mut line = vec![OsString::from(crate::paths::PLUGIN)];
    line.extend(words.into_iter().map(hyphenated));
    let last = line.len() - 1;
    let flag = flag_before(&line[last].to_string_lossy());
    let typed = line[1..].iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut command = names::lively(super::command(), typed);
    // As kubectl: flags are offered to those who have begun one.
    let is_flag = line[last].to_string_lossy().starts_with('-');
    let mut offer = |folder: Option<&Path>| {
        let all = complete(&mut command, line.clone(), last, folder).unwrap_or_default();
        all.into_iter().filter(move |candidate| is_flag || !candidate.get_value().to_string_lossy().starts_with('-'))
    };
    let (mut answer, mut unfinished) = (String::new(), true);
    for candidate in offer(None) {
        let value = candidate.get_value().to_string_lossy();
        answer.push_str(value.strip_prefix(flag.as_str()).unwrap_or(&value));
        unfinished &= value.ends_with('=');
        if let Some(help) = candidate.get_help() {
            answer.push('\t');
            answer.push_str(help.to_string().lines().next().unwrap_or_default());
        }
        answer.push('\n');
    }
    // clap's engine lists files only when it is told where to look.
    let wants_file = answer.is_empty() && offer(Some(Path::new("."))).next().is_some();
    let directive = match answer.is_empty() {
        true if wants_file => FILES,
        false if unfinished => NO_FILES_NO_BLANK,
        _ => NO_FILES,
    };
    ui::print(&format!("{answer}{directive}\n"))
}

/// A flag in `ZenML`'s spelling, in the one that clap's engine knows: it looks at no alias.
fn hyphenated(word: OsString) -> OsString {
    let text = word.to_string_lossy();
    let (flag, value) = text.split_once('=').map_or((&*text, None), |(flag, value)| (flag, Some(value)));
    if !flag.starts_with("--") || !flag.contains('_') {
        return word;
    }
    let flag = flag.replace('_', "-");
    value.map_or_else(|| flag.clone(), |value| format!("{flag}={value}")).into()
}

/// `--flag=` where its value is being typed: the shells complete only what follows it, as cobra has it.
fn flag_before(word: &str) -> String {
    match word.split_once('=') {
        Some((flag, _)) if flag.starts_with('-') => format!("{flag}="),
        _ => String::new(),
    }
}
