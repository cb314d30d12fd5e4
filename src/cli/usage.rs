//! What the argument parser's own errors lack, and what they say in vain (layer 4).

use std::ffi::OsString;

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::document::nearest;

/// `ZenML`'s short flags that mean nothing here, by the last words of their commands, and how they are written.
const SHORT: &[(&[&str], &str, &str)] = &[
    (&["list-types"], "-t", "--type TYPE"),
    (&["list-types"], "-d", "--detailed"),
    (&["list-types", "describe-type"], "-r", "--resource-type TYPE"),
    (&["list-types", "describe-type"], "-a", "--auth-method METHOD"),
    (&["list-resources"], "-c", "--connector-type TYPE"),
    (&["verify"], "-v", "--verify-only"),
    (&["connector update"], "-r", "--remove-attr KEY"),
    (&["connector update"], "-l", "--label KEY=VALUE"),
    (&["connector update"], "-x", "--show-secrets"),
    (&["orchestrator connect", "deployer connect"], "-c", "--connector NAME"),
    (&["orchestrator connect", "deployer connect"], "-r", "--resource-id NAME"),
    (&["verify", "login", "connector describe", "list-resources"], "-r", "--resource-type TYPE, or --resource-id NAME"),
];

/// `error` without the parser's advice to write `--` before what it does not know, which never helps here; an unknown flag
/// with the one that was meant. `words` are those of the command line behind the program's name.
pub(super) fn explained(mut error: Error, tree: &Command, words: impl Iterator<Item = OsString>) -> Error {
    error.remove(ContextKind::TrailingArg);
    if let Some(ContextValue::StyledStrs(tips)) = error.remove(ContextKind::Suggested) {
        let kept: Vec<_> = tips.into_iter().filter(|tip| !tip.to_string().contains("as a value, use")).collect();
        if !kept.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(kept));
        }
    }
    let (command, path) = named(tree, words);
    let takes_all = command.get_arguments().any(|argument| argument.get_id() == "all");
    if error.kind() == ErrorKind::MissingRequiredArgument && takes_all {
        let tip = StyledStr::from("or give --all");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
        return error;
    }
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg).cloned() else { return error };
    let is_suggested = error.get(ContextKind::SuggestedArg).or(error.get(ContextKind::Suggested)).is_some();
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    if let Some(long) = long_of(&path, &unknown) {
        let tip = StyledStr::from(format!("here it is written {long}"));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    } else if let Some(right) = meant(command, &unknown).filter(|_| !is_suggested) {
        error.insert(ContextKind::SuggestedArg, ContextValue::String(right));
    }
    error
}

/// The command that the line names, and its words.
fn named(tree: &Command, words: impl Iterator<Item = OsString>) -> (&Command, String) {
    let (mut command, mut path) = (tree, Vec::new());
    for word in words {
        let Some(verb) = command.find_subcommand(&word) else { break };
        command = verb;
        path.push(verb.get_name());
    }
    (command, path.join(" "))
}

fn long_of(path: &str, flag: &str) -> Option<&'static str> {
    let of = |last: &&str| path == *last || path.strip_suffix(last).is_some_and(|rest| rest.ends_with(' '));
    let (.., long) = SHORT.iter().find(|(verbs, short, _)| *short == flag && verbs.iter().any(of))?;
    Some(*long)
}

/// The flag that is spelled most like `unknown`, or has its words at its end.
fn meant(command: &Command, unknown: &str) -> Option<String> {
    let name = unknown.strip_prefix("--")?.replace('_', "-");
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    let flags: Vec<_> = shown.filter_map(clap::Arg::get_long).collect();
    let ends = |flag: &&&str| flag.strip_suffix(&name).is_some_and(|rest| rest.ends_with('-'));
    let right = nearest(&name, flags.iter().copied()).or_else(|| flags.iter().find(ends).copied())?;
    Some(format!("--{right}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        let words = || line.split(' ').map(OsString::from);
        let tree = super::super::command();
        let error = tree.clone().try_get_matches_from(std::iter::once("x".into()).chain(words())).unwrap_err();
        explained(error, &tree, words()).to_string()
    }

    #[test]
    fn an_unknown_flag_leads_to_a_known_one() {
        for (line, right) in [
            ("connector list-types -d", "here it is written --detailed"),
            ("service-connector list-types -t kubernetes", "here it is written --type"),
            ("connector describe-type kubernetes -r kubernetes-cluster", "here it is written --resource-type"),
            ("connector describe-type kubernetes -a token", "here it is written --auth-method"),
            ("verify prod -v", "here it is written --verify-only"),
            ("connector verify prod -r kubernetes-cluster", "--resource-type TYPE, or --resource-id NAME"),
            ("connector update prod -r namespace", "here it is written --remove-attr"),
            ("login prod -r kubernetes-cluster", "--resource-type TYPE, or --resource-id NAME"),
            ("orchestrator connect k8s -c prod", "here it is written --connector"),
            ("deployer connect k8s --connector prod -r x", "here it is written --resource-id"),
            ("orchestrator register k8s --namespace=x", "a similar argument exists: '--kubernetes-namespace'"),
            ("orchestrator register k8s --service_account_nme=x", "'--service_account_name'"),
        ] {
            let said = said(line);
            assert!(said.contains(right), "{line}: {said}");
        }
    }

    #[test]
    fn a_resource_has_a_name() {
        for line in ["x connector list --resource-name rig", "x verify prod --resource_name rig"] {
            assert!(super::super::command().try_get_matches_from(line.split(' ')).is_ok(), "{line}");
        }
    }

    #[test]
    fn nobody_is_told_to_write_two_dashes() {
        for line in [
            "run list -5",
            "run list --bogus",
            "deployer register k8s --custom_resource_name=x",
            "stack update -v",
            "verify a b",
        ] {
            let said = said(line);
            assert!(!said.contains("-- ") && !said.contains("as a value"), "{line}: {said}");
        }
    }
}
