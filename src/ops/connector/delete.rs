//! `connector delete` (layer 3).

use crate::connector::Connector;
use crate::error::Result;
use crate::paths::Home;
use crate::registry::store::{self, Registry};
use crate::vault::Vault;
use crate::vault::lock::Lock;

/// A deleted connector.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Its name.
    pub name: String,
    /// The record as it was.
    pub connector: Connector,
    /// The kubeconfig contexts that still ask for it.
    pub contexts: Vec<String>,
}

/// Deletes the connector `reference`: first what is secret, so that nothing secret stays where this is interrupted.
pub fn delete(home: &Home, reference: &str) -> Result<Deleted> {
    let connector = store::find(home, reference)?;
    let registry = Registry::lock(home)?;
    if let Some(vault) = Vault::open(home)? {
        // A rekey must not write back what is removed here.
        let _lock = Lock::shared(home.root())?;
        vault.remove(&connector.id)?;
    }
    registry.remove(&connector.id)?;
    Ok(Deleted { contexts: super::contexts(&connector.id), name: connector.name.clone(), connector })
}
