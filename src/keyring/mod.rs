//! Getting at a vault's key, wherever it is held, and sealing and opening with it (layer 2).
//!
//! Using a key never unlocks a keyring and never prompts: a prompt that nobody sees would hang kubectl for ever. The
//! keyring's items are created and deleted by the store of the `keyring` crate family.

pub mod holder;
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(not(target_os = "linux"))]
#[path = "unsupported.rs"]
mod secret_service;

pub use secret_service::{create, delete, probe, read, unlock_collection};

use crate::error::{Context, Error, Result};
use crate::files;
use crate::helper::now;
use crate::paths::Home;
use crate::vault::content::Content;
use crate::vault::header::Header;
use crate::vault::key::{self, DataKey};
use crate::vault::lock::Lock;
use crate::vault::original::Original;
use crate::vault::sealed::Sealed;
use crate::vault::settings::Holder;
use crate::vault::{Vault, kernel};

/// How often a vault is read anew whose key changes while it is read.
const ATTEMPTS: usize = 5;

/// The item's `service` attribute.
const SERVICE: &str = "kubectl-zenml";

/// The item's `username` attribute.
fn user(vault: &str) -> String {
    format!("vault:{vault}")
}

/// The vault with its current key, from the kernel's cache, a file or the keyring; never unlocks, never prompts.
pub async fn unlock(home: &Home) -> Result<(Vault, DataKey)> {
    let mut attempts = 1;
    loop {
        let vault = Vault::require(home)?;
        let id = &vault.settings().key;
        match key(&vault, id).await {
            Err(_) if attempts < ATTEMPTS && vault.is_outdated(id) => attempts += 1,
            found => return found.map(|key| (vault, key)),
        }
    }
}

/// Opens the sealed credential that `find` finds, under whichever of the vault's keys it is sealed.
pub async fn open(home: &Home, find: impl Fn(&Vault) -> Result<Sealed>) -> Result<(Header, Content)> {
    opened(home, find, Sealed::open).await
}

/// Opens the original of a kubeconfig's entry; `None` where there is none of this id.
pub async fn open_original(home: &Home, id: &str) -> Result<Option<Original>> {
    if Vault::require(home)?.sealed(id)?.is_none() {
        return Ok(None);
    }
    let gone = || Error::failure("another process has just put the sealed entry back");
    let (_, text) = opened(home, |vault| vault.sealed(id)?.ok_or_else(gone), Sealed::open_text).await?;
    // The parser's own message could repeat a piece of the secret.
    let original = serde_json::from_slice(&text)
        .map_err(|_| Error::failure("this sealed entry was written by a newer version of this program"))?;
    Ok(Some(original))
}

async fn opened<T>(
    home: &Home,
    find: impl Fn(&Vault) -> Result<Sealed>,
    open: impl Fn(Sealed, &DataKey) -> Result<T>,
) -> Result<T> {
    let mut attempts = 1;
    loop {
        let vault = Vault::require(home)?;
        let sealed = find(&vault)?;
        match key(&vault, &sealed.header.key).await {
            Err(_) if attempts < ATTEMPTS && vault.is_outdated(&sealed.header.key) => attempts += 1,
            found => return open(sealed, &found?),
        }
    }
}

/// Seals the original of a kubeconfig's entry under `id`, as [`seal`] does.
pub async fn seal_original(home: &Home, id: &str, original: &Original) -> Result<()> {
    seal_any(home, &mut original.header(id), original).await
}

/// Seals `content` behind `header`, under the vault's current key, which is noted in the header. No other process gives
/// the vault a new key meanwhile.
pub async fn seal(home: &Home, header: &mut Header, content: &Content) -> Result<()> {
    seal_any(home, header, content).await
}

async fn seal_any(home: &Home, header: &mut Header, content: &impl serde::Serialize) -> Result<()> {
    let root = home.root().to_owned();
    // In a thread of its own, so that whoever has a deadline keeps it.
    let locked = tokio::task::spawn_blocking(move || Lock::shared(&root));
    let _lock = locked.await.context(|| "cannot wait for the vault")??;
    let (vault, key) = unlock(home).await?;
    header.vault.clone_from(&vault.settings().id);
    header.key.clone_from(&vault.settings().key);
    vault.put(&key, header, content)
}

async fn key(vault: &Vault, id: &str) -> Result<DataKey> {
    if let Some(key) = vault.key_at_hand(id)? {
        return Ok(key);
    }
    let holder = &vault.settings().holder;
    let text = match holder {
        Holder::Os => read(&vault.settings().id).await?,
        // Where not even the current key is there, the vault is locked.
        Holder::Passphrase { .. } => vault.key_at_hand(&vault.settings().key).map(|_| None)?,
        _ => None,
    };
    let key = match text {
        Some(text) => key::from_text(&text, id)?,
        None => None,
    };
    let key = key.ok_or_else(|| not_held(holder))?;
    // One that goes at this moment must not come back into the kernel.
    if !vault.is_outdated(id) {
        cache(vault, id, &key);
    }
    Ok(key)
}

/// The error of a holder that is there and does not hold the key.
pub fn not_held(holder: &Holder) -> Error {
    match holder {
        Holder::Os => Error::failure("the keyring does not hold this vault's key").hint(
            "its item was deleted, or made under another login, and nothing sealed opens without it; where it is gone for \
             good, run `kubectl zenml vault destroy` and register the connectors again",
        ),
        holder => Error::failure(format!("the {holder} does not hold the key of this credential"))
            .hint("nothing but that key opens it; register the connector again"),
    }
}

/// Keeps a key in the kernel where the vault's settings say so, for as long as they say.
pub fn cache(vault: &Vault, id: &str, key: &DataKey) {
    let settings = vault.settings();
    if settings.caches() {
        // Where the kernel refuses, every use asks the keyring: slower, not wrong.
        kernel::put(id, key, now(), settings.cache_seconds);
    }
}

/// The lock of the vault in `home`, for who changes its key or its holder.
pub fn lock(home: &Home) -> Result<Lock> {
    files::check_private_dir(home.root())?;
    Lock::exclusive(home.root())
}
