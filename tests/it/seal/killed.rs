//! kill -9 before every system call that changes a file, of `seal` and of `unseal`: at every instant the credential is in the
//! kubeconfig or in the vault, and the next run finishes.

use super::{kept, text, tree, whoami};
use crate::support::killing::kill_everywhere;
use crate::support::sandbox::Sandbox;

const CALLS: &[&str] = &["renameat", "renameat2", "rename", "linkat", "unlink", "unlinkat", "fsync"];

#[test]
fn nothing_is_lost_and_the_next_run_finishes() {
    let sandbox = Sandbox::with_vault("token");
    let before = tree(&sandbox);
    let seal = ["connector", "seal", "--no-verify"];
    let connectors = || sandbox.zenml(&["connector", "list", "-o", "name"]).succeeds();
    let killed = kill_everywhere(&sandbox, CALLS, &seal, |when| {
        assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user", "{when}");
        sandbox.zenml(&seal).succeeds();
        assert!(!text(&sandbox).contains(&crate::support::token()), "{when}");
        sandbox.zenml(&["connector", "unseal"]).succeeds();
        assert_eq!((tree(&sandbox), kept(&sandbox)), (before.clone(), 0), "{when}: what a kill has left is used again");
        // What was registered before the kill is found again; the next one registers anew.
        assert_eq!(connectors(), "connector/rig-token\n", "{when}");
        sandbox.zenml(&["connector", "delete", "rig-token"]).succeeds();
    });
    assert!(killed > 6, "only {killed} calls: strace sees something else");
    sandbox.zenml(&seal).succeeds();
    let unseal = ["connector", "unseal"];
    let killed = kill_everywhere(&sandbox, CALLS, &unseal, |when| {
        assert_eq!(whoami(&sandbox, "rig-token"), "rig-token-user", "{when}");
        sandbox.zenml(&unseal).succeeds();
        assert_eq!((tree(&sandbox), kept(&sandbox)), (before.clone(), 0), "{when}");
        sandbox.zenml(&seal).succeeds();
    });
    assert!(killed > 2, "only {killed} calls: strace sees something else");
    assert_eq!(connectors(), "connector/rig-token\n");
}
