//! `connector delete` (layer 3).

use super::logins;
use crate::connector::Connector;
use crate::error::Result;
use crate::kubeconfig::entries::Login;
use crate::ops::stack::connect;
use crate::paths::Home;
use crate::registry::store::{self, Registry};
use crate::stack::Component;

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

/// Deletes the connector `reference`, and what is sealed for it. While a component is linked to it, only with `force`, which
/// unlinks that.
pub fn delete(home: &Home, reference: &str, force: bool) -> Result<Deleted> {
    let connector = store::find(home, reference)?;
    let registry = Registry::lock(home)?;
    // Somebody else may have been first.
    let connector = store::find(home, &connector.id)?;
    let unlinked = connect::release(home, &registry, &connector, force)?;
    // Names and id prefixes lead nowhere once it is gone.
    let logins = logins::of(home, &connector.id)?;
    registry.remove(&connector.id)?;
    Ok(Deleted { logins, name: connector.name.clone(), connector, unlinked })
}
