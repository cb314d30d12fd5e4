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
