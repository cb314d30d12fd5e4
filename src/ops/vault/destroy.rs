//! `vault destroy`: first the key, so that nothing opens any more, then the files (layer 3).

use crate::error::{Error, Result};
use crate::files;
use crate::keyring::{self, holder, holder::Forgotten};
use crate::paths::Home;
use crate::registry;
use crate::vault::Vault;
use crate::vault::lock::Lock;
use crate::vault::original;
use crate::vault::settings::Holder;

/// What goes with a vault.
#[derive(Debug)]
pub struct Contents {
    /// The vault's id.
    pub id: String,
    /// Who holds its key.
    pub holder: Holder,
    /// The connectors whose credential is sealed in it, by name; by id where there is no record.
    pub connectors: Vec<String>,
    /// The kubeconfig users whose own credential `connector seal` has put into it.
    pub users: Vec<String>,
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
    let users = original::all(&vault)?.into_iter().map(|(_, user)| user).collect();
    Ok(Contents { id: vault.settings().id.clone(), holder: vault.settings().holder.clone(), connectors, users })
}

/// Destroys the vault. The connectors' records stay: they hold no secret.
pub async fn destroy(home: &Home) -> Result<Destroyed> {
    let lock = keyring::lock(home)?;
    let mut vault = Vault::require(home)?;
    let contents = contents(home)?;
    reach(&vault).await?;
    // The copies go first: once the key itself is gone, nobody comes back for them.
    let mut warnings = destroy_copies(&mut vault, &lock).await?;
    warnings.extend(destroy_key(&vault).await?);
    // The key is gone from here on: nothing may say that it is not.
    vault.mark_destroyed(&lock)?;
    // Whoever had the key already may have cached it meanwhile; from now on nobody does.
    if let Err(error) = super::unlock::forget(vault.settings().keys()) {
        warnings.push(error.to_string());
    }
    vault.clean_up(&lock)?;
    Ok(Destroyed { contents, warnings })
}

/// Refuses before anything is gone where the holder cannot be had.
async fn reach(vault: &Vault) -> Result<()> {
    let reached = match &vault.settings().holder {
        Holder::Os => keyring::probe().await,
        Holder::KeyFile { path } => files::read_private(path).map(drop),
        Holder::SystemdCredential { .. } | Holder::Passphrase { .. } | Holder::Destroyed => Ok(()),
    };
    reached.map_err(|error| not_destroyed(vault, error, "nothing was removed"))
}

fn not_destroyed(vault: &Vault, error: Error, so: &str) -> Error {
    error
        .under(format!("the vault's key cannot be destroyed, so {so}"))
        .hint(format!("where its holder is gone for good, delete the sealed files by hand: {}", vault.dir().display()))
}

/// Takes away what a move that was stopped left. One copy that cannot be had keeps the vault and its key.
async fn destroy_copies(vault: &mut Vault, lock: &Lock) -> Result<Vec<String>> {
    let warnings = holder::forget_leftovers(vault, lock).await?;
    if vault.settings().leftovers.is_empty() {
        return Ok(warnings);
    }
    let error = Error::failure("a copy of the key cannot be destroyed, so the vault and its key stay");
    Err(warnings.into_iter().fold(error, Error::cause).hint(format!(
        "where that place is gone for good, destroy the rest by hand: {} and what is in {}",
        vault.settings().holder,
        vault.dir().display()
    )))
}

/// Lets the holder forget the key.
async fn destroy_key(vault: &Vault) -> Result<Vec<String>> {
    let settings = vault.settings();
    let keys: Vec<_> = settings.keys().map(ToOwned::to_owned).collect();
    let holder = &settings.holder;
    let forgotten = holder::forget(holder, &settings.id, &keys)
        .await
        .map_err(|error| not_destroyed(vault, error, "no sealed file was removed"))?;
    Ok(match forgotten {
        Forgotten::Yes => vec![],
        Forgotten::Foreign => vec![format!("the {holder} holds something else by now, and stays")],
        Forgotten::Kept => {
            vec![format!("the {holder} still holds the key; take it out of the unit, and out of its backups")]
        }
    })
}
