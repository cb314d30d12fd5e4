//! Giving up, and restoring, the check of the cluster that asks for a credential (layer 3). It stands in the sealed header, so
//! that nothing but this can change it: no kubeconfig, no argument and no variable of the helper.

use std::fs::File;
use std::time::Duration;

use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::helper;
use crate::keyring;
use crate::paths::Home;
use crate::registry::store::Registry;
use crate::vault::Vault;

/// How long to wait for a renewal of the same credential: as long as one may take, and a little more.
const PATIENCE: Duration = Duration::from_secs(70);

/// Nobody else seals the connector's credential, changes its record or deletes it until this is dropped.
#[derive(Debug)]
pub(super) struct Alone {
    /// The registry, locked.
    pub(super) registry: Registry,
    renewals: File,
}

impl Alone {
    /// Forgets what renewals failed with: what is sealed now is something else.
    pub(super) fn forget_failures(&self) {
        // It stays only where the disk fails.
        let _ = self.renewals.set_len(0);
    }
}

/// Waits for a renewal of the connector's credential, and for whoever changes the registry.
pub(super) async fn alone(home: &Home, connector: &str) -> Result<Alone> {
    let vault = Vault::require(home)?;
    // A renewal reads, waits for a plugin, and writes: it must not write over this, nor this over its answer.
    let lock = files::open_lock(&vault.lock_path(connector))?;
    let waiting = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock));
    let renewals = match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(locked) => locked.context(|| "cannot wait for a renewal")?.context(|| "cannot lock the credential")?,
        Err(_) => return Err(Error::new(Kind::TimedOut, "this credential has been renewed for too long; try again")),
    };
    Ok(Alone { registry: Registry::lock(home)?, renewals })
}

/// Seals the connector's credential again, as unbound or as bound to its cluster. All else stays.
pub async fn set_unbound(home: &Home, connector: &str, unbound: bool) -> Result<()> {
    let _alone = alone(home, connector).await?;
    let find = |vault: &Vault| vault.sealed(connector)?.ok_or_else(|| helper::missing(connector));
    let (mut header, content) = keyring::open(home, find).await?;
    header.unbound = unbound;
    keyring::seal(home, &mut header, &content).await
}
