//! `connector describe` (layer 3). Needs no key: the sealed file's header is readable.

use super::logins;
use crate::connector::Connector;
use crate::error::Result;
use crate::kubeconfig::entries::Login;
use crate::paths::Home;
use crate::registry::stacks;
use crate::registry::store;
use crate::stack::Component;
use crate::vault::Vault;
use crate::vault::header::Header;

/// Everything about one connector but its secrets.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its record.
    pub connector: Connector,
    /// The clear header of its sealed credential; `None` = nothing is sealed for it.
    pub header: Option<Header>,
    /// Where the vault's key is held.
    pub holder: Option<String>,
    /// kubectl's current context gets its credential from it.
    pub active: bool,
    /// The kubeconfig users that get their credential from it.
    pub logins: Vec<Login>,
    /// The components that are linked to it.
    pub components: Vec<Component>,
}

/// Describes the connector `reference`.
pub fn describe(home: &Home, reference: &str) -> Result<Described> {
    let connector = store::find(home, reference)?;
    let vault = Vault::open(home)?;
    let header = match &vault {
        Some(vault) => vault.sealed(&connector.id)?.map(|sealed| sealed.header),
        None => None,
    };
    Ok(Described {
        components: stacks::load(home)?.linked_to(&connector.id).cloned().collect(),
        header,
        holder: vault.map(|vault| vault.settings().holder.to_string()),
        active: logins::active(home).as_deref() == Some(&connector.id),
        logins: logins::of(home, &connector.id)?,
        connector,
    })
}
