//! Many who seal and unseal at once: what was taken out of the kubeconfig is never lost, and nobody leaves anything behind.

use std::fs;

use super::{CONFIG, kept, text, tree};
use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

const CROWD: usize = 6;
const ROUNDS: usize = 4;

fn at_once(sandbox: &Sandbox, verbs: &[&[&str]]) -> Vec<Output> {
    std::thread::scope(|scope| {
        let run = |number: usize| scope.spawn(move || sandbox.zenml(verbs[number % verbs.len()]));
        let threads: Vec<_> = (0..CROWD).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn what_many_seal_and_unseal_is_never_lost() {
    let sandbox = Sandbox::with_vault("token");
    let before = tree(&sandbox);
    let seal: &[&str] = &["connector", "seal", "--no-verify"];
    for round in 0..ROUNDS {
        let said = at_once(&sandbox, &[seal]);
        assert!(said.iter().all(|said| said.code == Some(0)), "round {round}: {said:?}");
        assert_eq!(said.iter().filter(|said| said.stdout == "user/rig-token sealed\n").count(), 1, "{said:?}");
        assert_eq!(kept(&sandbox), 1);
        at_once(&sandbox, &[&["connector", "unseal"], seal]);
        sandbox.zenml(&["connector", "unseal"]).succeeds();
        assert_eq!((tree(&sandbox), kept(&sandbox)), (before.clone(), 0), "round {round}");
    }
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "connector/rig-token\n");
}

#[test]
fn who_cannot_seal_leaves_no_connector() {
    let sandbox = Sandbox::with_vault("token");
    let before = text(&sandbox);
    let lock = sandbox.path(CONFIG).with_extension("lock");
    fs::write(&lock, "").unwrap();
    for words in [&["connector", "seal"][..], &["register", "prod", "--seal"]] {
        let said = sandbox.zenml(words);
        assert_eq!((said.code, said.stdout.as_str()), (Some(5), ""), "{said}");
        assert!(said.stderr.contains("registered for this, is deleted again"), "{said}");
    }
    fs::remove_file(lock).unwrap();
    let basic = repository().join("tests/fixtures/kubeconfigs/basic-auth.yaml");
    let basic = basic.to_str().unwrap();
    let said = sandbox.zenml(&["register", "prod", "--seal", "--no-verify", "--kubeconfig", basic]);
    assert!(said.stdout.is_empty(), "{said}");
    assert!(said.fails(1).contains("connector prod, registered for this, is deleted again"));
    assert_eq!((text(&sandbox), kept(&sandbox)), (before, 0));
    assert_eq!(sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds(), "");
}
