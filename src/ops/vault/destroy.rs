//! `vault destroy`: first the key, so that nothing opens any more, then the files (layer 3).

use crate::error::Result;
use crate::keyring::{self, holder, holder::Forgotten};
use crate::paths::Home;
use crate::registry;
use crate::vault::Vault;
use crate::vault::lock::Lock;
use crate::vault::settings::{Holder, Leftover};

/// What goes with a vault.
#[derive(Debug)]
pub struct Contents {
    /// The vault's id.
    pub id: String,
    /// Who holds its key.
    pub holder: Holder,
    /// The connectors whose credential is sealed in it, by name; by id where there is no record.
    pub connectors: Vec<String>,
}

/// A vault that is no more.
#[derive(Debug)]
pub struct Destroyed {
    /// What was in it.
    pub contents: Contents,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// What would be destroyed.
pub fn contents(home: &Home) -> Result<Contents> {
    let vault = Vault::require(home)?;
    let known = registry::entries(home)?;
    let name = |id: String| known.iter().find(|entry| entry.id == id).map_or(id, |entry| entry.name.clone());
    let mut connectors: Vec<_> = vault.connectors()?.into_iter().map(name).collect();
    connectors.sort();
    Ok(Contents { id: vault.settings().id.clone(), holder: vault.settings().holder.clone(), connectors })
}

/// Destroys the vault. The connectors' records stay: they hold no secret.
pub async fn destroy(home: &Home) -> Result<Destroyed> {
    let lock = keyring::lock(home)?;
    let mut vault = Vault::require(home)?;
    let contents = contents(home)?;
    let warnings = destroy_key(&mut vault, &lock).await.map_err(|error| {
        error.under("the vault's key cannot be destroyed, so nothing was removed").hint(format!(
            "where its holder is gone for good, delete the sealed files by hand: {}",
            vault.dir().display()
        ))
    })?;
    vault.clean_up(&lock)?;
    Ok(Destroyed { contents, warnings })
}

async fn destroy_key(vault: &mut Vault, lock: &Lock) -> Result<Vec<String>> {
    let settings = vault.settings().clone();
    let keys: Vec<_> = settings.keys().map(ToOwned::to_owned).collect();
    let mut warnings = Vec::new();
    super::unlock::forget(settings.keys())?;
    let held = Leftover { holder: settings.holder.clone(), keys };
    for Leftover { holder, keys } in std::iter::once(held).chain(settings.leftovers.clone()) {
        match holder::forget(&holder, &settings.id, &keys).await? {
            Forgotten::Yes => {}
            Forgotten::Foreign => warnings.push(format!("the {holder} holds something else by now, and stays")),
            Forgotten::Kept => {
                warnings
                    .push(format!("the {holder} still holds the key; take it out of the unit, and out of its backups"));
            }
        }
    }
    vault.mark_destroyed(lock)?;
    // Whoever had the key already may have cached it meanwhile; from now on nobody does.
    super::unlock::forget(settings.keys())?;
    Ok(warnings)
}
