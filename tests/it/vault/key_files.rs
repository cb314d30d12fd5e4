//! Where a key file may be made, and what may lie in its way.

use std::fs;
use std::os::unix::fs::symlink;

use super::rig::Rig;
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};

#[test]
fn a_link_is_in_the_way_also_where_it_leads_nowhere() {
    let rig = Rig::new("key-file");
    symlink(rig.home.path("gone"), rig.home.path("link")).unwrap();
    let said = rig.home.zenml(&["vault", "move", "--holder", "key-file", "--key-file", "link"]).fails(1);
    assert!(said.contains("it exists"), "{said}");
    assert_eq!(rig.status()["leftovers"], serde_json::json!([]));
    rig.opens("as before");
}

#[test]
fn a_pipe_does_not_stop_a_move() {
    let rig = Rig::new("key-file");
    let fifo = rig.state(".vault.key.new");
    Output::of(rig.home.command("/usr/bin/mkfifo").arg(&fifo)).succeeds();
    let mut bounded = rig.home.command("/usr/bin/timeout");
    bounded.arg("20").arg(PLUGIN).args(["vault", "move", "--holder", "key-file", "--key-file", "elsewhere"]);
    Output::of(&mut bounded).succeeds();
    assert!(!rig.state("vault.key").exists(), "the old copy");
    rig.opens("elsewhere");
}

#[test]
fn the_vault_holds_no_key_file() {
    let empty = Sandbox::empty();
    let inside = |home: &Sandbox, name: &str| home.path(".local/share/kubectl-zenml").join(name).display().to_string();
    let init = ["vault", "init", "--holder", "key-file", "--key-file"];
    let said = empty.zenml(&[&init[..], &[&inside(&empty, "vault/x.sealed")]].concat()).fails(1);
    assert!(said.contains("not in the vault's own directory"), "{said}");
    assert!(!empty.path(".local").join("share/kubectl-zenml/vault").exists());
    let rig = Rig::new("os");
    symlink(rig.state("vault"), rig.home.path("round")).unwrap();
    let around = rig.home.path("round/y.lock").display().to_string();
    for path in [inside(&rig.home, "vault/x.sealed"), around, inside(&rig.home, "connectors/x.json")] {
        let said = rig.home.zenml(&["vault", "move", "--holder", "key-file", "--key-file", &path]).fails(1);
        assert!(said.contains("not in the vault's own directory") && !fs::exists(&path).unwrap(), "{said}");
    }
    assert_eq!(rig.status()["leftovers"], serde_json::json!([]));
}
