//! The two programs: are they there, on PATH, and of one version (layer 3).

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::Check;
use crate::paths::{self, HELPER, PLUGIN};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// A program that does not say its version by then is not ours.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at the helper that lies beside this program, and at what kubectl finds on PATH.
pub(super) async fn check() -> Vec<Check> {
    let beside = paths::sibling(HELPER);
    let found = paths::on_path(HELPER);
    let mut checks = Vec::new();
    for helper in distinct([beside.clone(), found.clone()]) {
        checks.push(version(&helper, HELPER, "--version").await);
    }
    if checks.is_empty() {
        checks.push(Check::ok(HELPER, format!("not installed: {PLUGIN} answers, in a few milliseconds more")));
    }
    if let Some(plugin) = paths::on_path(PLUGIN) {
        checks.push(version(&plugin, PLUGIN, "version").await);
    } else {
        let place = paths::stable_plugin().map_or_else(|| PLUGIN.to_owned(), |path| path.display().to_string());
        let message = "not on PATH, so `kubectl zenml` does not find it";
        checks.push(Check::warn(PLUGIN, message, format!("put {place} on PATH")));
    }
    checks
}

/// Each file once, whatever links lead to it.
fn distinct(candidates: [Option<PathBuf>; 2]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in candidates.into_iter().flatten() {
        let resolved = path.canonicalize().unwrap_or_else(|_| path.clone());
        if !found.iter().any(|known| paths::is_same_file(known, &resolved)) {
            found.push(path);
        }
    }
    found
}

/// Asks a program for its version, which must be this one's.
async fn version(program: &Path, name: &str, argument: &str) -> Check {
    let (place, expected) = (program.display(), format!("{name} {VERSION}"));
    let mut command = Command::new(program);
    command.arg(argument).stdin(Stdio::null()).kill_on_drop(true);
    let said = match tokio::time::timeout(PATIENCE, command.output()).await {
        Ok(Ok(output)) => String::from_utf8_lossy(&output.stdout).trim().chars().take(80).collect(),
        Ok(Err(error)) => format!("an error: {error}"),
        Err(_) => "nothing".to_owned(),
    };
    if said == expected {
        return Check::ok(name, format!("{place}, version {VERSION}"));
    }
    let fix = format!("install {PLUGIN} and {HELPER} of one release into one directory");
    Check::error(name, format!("{place} says {said:?} instead of \"{expected}\""), fix)
}
