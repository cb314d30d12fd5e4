//! Waiting for somebody else's work on the same thing (layer 3).

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::paths::Home;

/// How long to wait: as long as a renewal of a credential may take, and a little more.
const PATIENCE: Duration = Duration::from_secs(70);

/// Who seals or unseals users of a kubeconfig is alone with that until this is dropped. What one has put into the vault and
/// not yet into the kubeconfig, another one would take for his own, and the first would take it back where it fails.
pub(super) async fn take(home: &Home) -> Result<File> {
    locked(&home.root().join("sealing.lock"), "another process has been sealing or unsealing for too long").await
}

/// The lock file `path`, once nobody else has it. `too_long` says why not.
pub(super) async fn locked(path: &Path, too_long: &str) -> Result<File> {
    let lock = files::open_lock(path)?;
    let waiting = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock));
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(locked) => {
            let failed = || format!("cannot lock {}", path.display());
            locked.context(failed)?.context(failed)
        }
        Err(_) => Err(Error::new(Kind::TimedOut, too_long).hint("try again")),
    }
}
