//! Giving up, and restoring, the check of the cluster that asks for a credential (layer 3). It stands in the sealed header, so
//! that nothing but this can change it: no kubeconfig, no argument and no variable of the helper.

use std::fs::File;

use super::turn;
use crate::error::Result;
use crate::helper;
use crate::keyring;
use crate::paths::Home;
use crate::registry::store::Registry;
use crate::vault::Vault;

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
    let lock = Vault::require(home)?.lock_path(connector);
    // A renewal reads, waits for a plugin, and writes: it must not write over this, nor this over its answer.
    let renewals = turn::locked(&lock, "this credential has been renewed for too long").await?;
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
