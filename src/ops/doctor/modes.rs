//! Who may read the files: all of ours, and kubeconfigs with secrets in them (layer 3).

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Check, word};
use crate::kubeconfig::Kubeconfig;
use crate::kubeconfig::merge::Kind;
use crate::paths::Home;

/// The fields of a kubeconfig's user that are secrets.
const SECRET: [&str; 4] = ["token", "password", "client-key-data", "auth-provider"];

/// Looks at every file below `home`, and at the kubeconfig's. What an earlier check has named is not named again.
pub(super) fn check(home: &Home, kubeconfig: Option<&Kubeconfig>, before: &[Check]) -> Vec<Check> {
    let mut open = Vec::new();
    look(home.root(), &mut open);
    let known = |path: &Path| {
        let path = path.display().to_string();
        before.iter().any(|check| check.message.contains(&path))
    };
    let ours = open.iter().filter(|path| !known(path)).map(|path| {
        let (name, fix) = (path.display(), format!("chmod go= {}", word(&path.display().to_string())));
        Check::error(format!("mode {name}"), "others may read it, or it belongs to somebody else", fix)
    });
    let mut checks: Vec<_> = ours.collect();
    checks.extend(kubeconfig.into_iter().flat_map(kubeconfigs));
    if checks.is_empty() && open.is_empty() {
        checks.push(Check::ok("file modes", "nobody else may read what is yours"));
    }
    checks
}

/// Adds what others may use below `path`, and what is not ours. Links are not followed.
fn look(path: &Path, open: &mut Vec<PathBuf>) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    if metadata.file_type().is_symlink() {
        return;
    }
    if metadata.mode() & 0o077 != 0 || metadata.uid() != rustix::process::geteuid().as_raw() {
        open.push(path.to_owned());
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            look(&entry.path(), open);
        }
    }
}

/// Kubeconfig files that hold a secret and that others may read; Helm warns of them too.
fn kubeconfigs(kubeconfig: &Kubeconfig) -> Vec<Check> {
    let secret = |user: &Value| SECRET.iter().any(|field| !user[field].is_null());
    let users = kubeconfig.each(Kind::User).filter(|user| secret(user.body));
    let mut files: Vec<_> = users.map(|user| user.file.path.clone()).collect();
    files.dedup();
    let open = |path: &PathBuf| fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0);
    let check = |path: &PathBuf| {
        let name = path.display().to_string();
        Check::warn(
            format!("mode {name}"),
            "others may read this kubeconfig, and it holds a secret",
            format!("chmod go= {}", word(&name)),
        )
    };
    files.iter().filter(|path| open(path)).map(check).collect()
}
