//! `connector describe` (layer 3). Needs no key: the sealed file's header is readable. Only who asks for the secrets has them
//! opened.

use super::logins;
use crate::audit::{self, Event};
use crate::connector::Connector;
use crate::error::Result;
use crate::helper;
use crate::keyring;
use crate::kubeconfig::entries::Login;
use crate::paths::Home;
use crate::registry::store;
use crate::registry::{self, stacks};
use crate::stack::Component;
use crate::vault::Vault;
use crate::vault::content::Content;
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
    let known = registry::entries(home)?;
    let connector = store::find_among(home, &known, reference)?;
    let vault = Vault::open(home)?;
    let header = match &vault {
        Some(vault) => vault.sealed(&connector.id)?.map(|sealed| sealed.header),
        None => None,
    };
    Ok(Described {
        components: stacks::load(home)?.linked_to(&connector.id).cloned().collect(),
        header,
        holder: vault.map(|vault| vault.settings().holder.to_string()),
        active: logins::active(&known).as_deref() == Some(&connector.id),
        logins: logins::among(&known, &connector.id),
        connector,
    })
}

/// What is sealed for the connector `id`, for a person's eyes. The audit log says so.
pub async fn secrets(home: &Home, id: &str) -> Result<Content> {
    let find = |vault: &Vault| vault.sealed(id)?.ok_or_else(|| helper::missing(id));
    let (_, content) = keyring::open(home, find).await?;
    audit::note(home, &Vault::require(home)?, Some(id), Event::Hit);
    Ok(content)
}
