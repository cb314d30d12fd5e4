//! Commands of ZenML's that have no counterpart here: each gets one answer that says why and what to do instead (layer 4).
//! They are looked up only once the parser has found no such command.

use std::ffi::OsString;

use crate::error::Error;

/// The words with which a command begins, why it is not here, and what to do instead.
const ABSENT: &[(&[&str], &str, &str)] = &[
    (&["integration"], "there are no integrations to install", "everything for Kubernetes is in this program"),
    (
        &["artifact-store"],
        "there are no artifact stores",
        "steps share data through volumes, and name what is elsewhere by its URI",
    ),
    (
        &["container-registry"],
        "there are no container registries to register",
        "pipeline and service files name images",
    ),
    (&["image-builder"], "no images are built here", "pipeline and service files name images"),
    (
        &["secret"],
        "ZenML's secrets are not here",
        "use a Secret of Kubernetes, and name it in the file: `secrets: {NAME: {secret_ref: {name: …, key: …}}}`",
    ),
    (
        &["orchestrator", "deploy"],
        "no cluster is made here",
        "take one that there is: `kubectl zenml register`, then `kubectl zenml orchestrator register NAME --connector C`",
    ),
    (
        &["deployer", "deploy"],
        "no cluster is made here",
        "take one that there is: `kubectl zenml register`, then `kubectl zenml deployer register NAME --connector C`",
    ),
    (
        &["stack", "deploy"],
        "no cluster is made here",
        "take one that there is: `kubectl zenml register`, then `kubectl zenml stack register NAME --orchestrator O`",
    ),
    (
        &["pipeline", "deploy"],
        "a service is deployed from its file, not from Python code",
        "write the file, then run `kubectl zenml deploy -f service.yaml`",
    ),
    (
        &["pipeline", "run"],
        "a pipeline runs from its file, not from Python code",
        "write the file, then run `kubectl zenml submit -f pipeline.yaml`",
    ),
];

/// The answer to a command line that begins with such a command.
pub(super) fn refusal(words: impl Iterator<Item = OsString>) -> Option<Error> {
    let words: Vec<_> = words.take(2).filter_map(|word| word.into_string().ok()).collect();
    let begins = |command: &[&str]| words.len() >= command.len() && command.iter().zip(&words).all(|(a, b)| a == b);
    let (command, why, instead) = ABSENT.iter().find(|(command, ..)| begins(command))?;
    Some(Error::usage(format!("`{}` is not a command here: {why}", command.join(" "))).hint(*instead))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_absent_is_refused() {
        let refusal = |line: &str| refusal(line.split(' ').map(OsString::from)).map(|error| error.render());
        assert!(refusal("integration install kubernetes").unwrap().contains("everything for Kubernetes"));
        assert!(refusal("orchestrator deploy k8s").unwrap().contains("no cluster is made here"));
        assert_eq!(refusal("orchestrator dploy k8s"), None);
        assert_eq!(refusal("pipeline"), None);
        let tree = super::super::command();
        for (command, ..) in ABSENT {
            let mut at = Some(&tree);
            for word in *command {
                at = at.and_then(|noun| noun.find_subcommand(word));
            }
            assert!(at.is_none(), "{command:?} is here");
        }
    }
}
