//! `connector delete` (layer 3).

use super::logins;
use crate::audit::log;
use crate::connector::Connector;
use crate::error::Result;
use crate::kubeconfig::entries::Login;
use crate::ops::stack::connect;
use crate::paths::Home;
use crate::registry::store::{self, Registry};
use crate::stack::Component;
use crate::vault::Vault;
use crate::vault::lock::Lock;

/// A deleted connector.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Its name.
    pub name: String,
    /// The record as it was.
    pub connector: Connector,
    /// The kubeconfig users that still ask for it.
    pub logins: Vec<Login>,
    /// The components that were linked to it.
    pub unlinked: Vec<Component>,
}

/// Deletes the connector `reference`: first what is secret, so that nothing secret stays where this is interrupted. While a
/// component is linked to it, only with `force`, which unlinks that.
pub fn delete(home: &Home, reference: &str, force: bool) -> Result<Deleted> {
    let connector = store::find(home, reference)?;
    let registry = Registry::lock(home)?;
    let unlinked = connect::release(home, &registry, &connector, force)?;
    // Names and id prefixes lead nowhere once it is gone.
    let logins = logins::of(home, &connector.id)?;
    if let Some(vault) = Vault::open(home)? {
        // A rekey must not write back what is removed here.
        let _lock = Lock::shared(home.root())?;
        vault.remove(&connector.id)?;
    }
    log::forget_error(home, &connector.id);
    registry.remove(&connector.id)?;
    Ok(Deleted { logins, name: connector.name.clone(), connector, unlinked })
}
