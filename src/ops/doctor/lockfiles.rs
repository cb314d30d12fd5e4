//! Locks on kubeconfig files that somebody left behind: kubectl gives up where it finds one (layer 3).

use super::{Check, word};
use crate::kubeconfig::lock::{self, Owner};
use crate::paths;

/// Looks beside each file of `$KUBECONFIG`, and beside what it is a link to.
pub(super) fn check() -> Vec<Check> {
    let files = paths::kubeconfig_files();
    let targets = files.iter().filter_map(|file| file.canonicalize().ok().filter(|target| target != file));
    let mut all: Vec<_> = targets.chain(files.iter().cloned()).collect();
    all.sort();
    all.dedup();
    let found: Vec<_> = all.iter().filter_map(|file| lock::find(file)).collect();
    if found.is_empty() {
        return vec![Check::ok("kubeconfig locks", "none")];
    }
    let check = |(path, owner): (std::path::PathBuf, Owner)| {
        let name = path.display().to_string();
        let (name, fix) = (format!("lock {name}"), format!("rm {}", word(&name)));
        match owner {
            Owner::Alive(pid) => Check::ok(name, format!("held by process {pid}, which is changing the kubeconfig")),
            Owner::Dead(pid) => Check::error(name, format!("left behind by process {pid}; kubectl cannot write"), fix),
            Owner::Unknown => {
                Check::warn(name, "kubectl's own: left behind, unless a kubectl is changing the kubeconfig now", fix)
            }
        }
    };
    found.into_iter().map(check).collect()
}
