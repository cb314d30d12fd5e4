//! The operating system's keyring, where a vault's data key has one item (layer 2).
//!
//! Reading never unlocks and never prompts: a prompt that nobody sees would hang kubectl for ever. Creating and deleting
//! go through the store of the `keyring` crate family.

#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(not(target_os = "linux"))]
#[path = "unsupported.rs"]
mod secret_service;

pub use secret_service::{create, delete, probe, read};

use crate::error::{Error, Result};
use crate::paths::Home;
use crate::vault::key::{self, DataKey};
use crate::vault::settings::Holder;
use crate::vault::{Vault, kernel};

/// The item's `service` attribute.
const SERVICE: &str = "kubectl-zenml";

/// The item's `username` attribute.
fn user(vault: &str) -> String {
    format!("vault:{vault}")
}

/// The vault with its key, from the kernel's cache, the key file or the keyring; never unlocks, never prompts.
pub async fn unlock(home: &Home) -> Result<(Vault, DataKey)> {
    let vault = Vault::require(home)?;
    let id = vault.settings().key.clone();
    if let Some(key) = vault.key_at_hand(&id)? {
        return Ok((vault, key));
    }
    let text = read(&vault.settings().id).await?;
    let key = match text {
        Some(text) => key::from_text(&text, &id)?,
        None => None,
    };
    let key = key.ok_or_else(|| {
        Error::failure("the keyring does not hold this vault's key").hint(
            "it was created under another login, or the item was deleted; nothing sealed can be opened without it",
        )
    })?;
    cache(&vault, &key);
    Ok((vault, key))
}

/// Keeps the key of an `os` vault in the kernel, for as long as the vault's settings say.
pub fn cache(vault: &Vault, key: &DataKey) {
    let settings = vault.settings();
    if settings.holder == Holder::Os && settings.cache_seconds > 0 {
        // Where the kernel refuses, every use asks the keyring: slower, not wrong.
        kernel::put(&settings.key, key, settings.cache_seconds);
    }
}
