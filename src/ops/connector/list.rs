//! `connector list` (layer 3). Reads no secret.

use super::logins;
use crate::connector::Connector;
use crate::error::Result;
use crate::paths::Home;
use crate::registry::store;

/// A connector in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its record.
    pub connector: Connector,
    /// kubectl's current context gets its credential from it.
    pub active: bool,
}

/// Every connector, by name.
pub fn list(home: &Home) -> Result<Vec<Listed>> {
    let active = logins::active(home);
    let connectors = store::all(home)?.into_iter();
    Ok(connectors.map(|connector| Listed { active: active.as_deref() == Some(&connector.id), connector }).collect())
}
