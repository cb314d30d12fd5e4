//! `connector delete` (layer 3).

use super::logins;
use crate::connector::Connector;
use crate::error::Result;
use crate::kubeconfig::entries::Login;
use crate::paths::Home;
use crate::registry::store::{self, Registry};

/// A deleted connector.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Its name.
    pub name: String,
    /// The record as it was.
    pub connector: Connector,
    /// The kubeconfig users that still ask for it.
    pub logins: Vec<Login>,
}

/// Deletes the connector `reference`, and what is sealed for it.
pub fn delete(home: &Home, reference: &str) -> Result<Deleted> {
    let connector = store::find(home, reference)?;
    let registry = Registry::lock(home)?;
    // Somebody else may have been first.
    let connector = store::find(home, &connector.id)?;
    // Names and id prefixes lead nowhere once it is gone.
    let logins = logins::of(home, &connector.id)?;
    registry.remove(&connector.id)?;
    Ok(Deleted { logins, name: connector.name.clone(), connector })
}
