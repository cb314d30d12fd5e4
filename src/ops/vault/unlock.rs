//! `vault unlock` and `vault lock`: the kernel's copy of the key (layer 3).

use crate::error::{Error, Kind, Result};
use crate::helper::now;
use crate::keyring;
use crate::keyring::holder::Held;
use crate::paths::Home;
use crate::secret::Secret;
use crate::vault::settings::Holder;
use crate::vault::{Vault, kernel};

/// How a vault is unlocked.
#[derive(Debug, Default)]
pub struct Request {
    /// The vault's passphrase, where that is its holder.
    pub passphrase: Option<Secret<String>>,
    /// For how many seconds the kernel shall keep the key; `None` = for as long as the vault's settings say.
    pub cache_seconds: Option<u32>,
    /// Somebody is there who can answer the keyring's own prompt.
    pub person: bool,
}

/// A vault that is unlocked.
#[derive(Debug)]
pub struct Unlocked {
    /// Its id.
    pub id: String,
    /// Its holder.
    pub holder: Holder,
    /// For how many seconds the kernel keeps the key; `None` where it does not.
    pub cache_seconds: Option<u32>,
}

/// Makes the key available for a while.
pub async fn unlock(home: &Home, request: &Request) -> Result<Unlocked> {
    let vault = Vault::require(home)?;
    let settings = vault.settings();
    if request.cache_seconds.is_some() && !settings.caches() {
        return Err(Error::usage(if settings.holder.is_cached() {
            "--cache: the kernel's cache is turned off for this vault (0 seconds)".to_owned()
        } else {
            format!("--cache: the kernel keeps no copy of a key that the {} holds", settings.holder)
        }));
    }
    let mut held = Held::open(&vault, request.passphrase.as_ref()).await;
    if settings.holder == Holder::Os && request.person && held.is_err() && keyring::probe().await.is_err() {
        keyring::unlock_collection().await?;
        held = Held::open(&vault, None).await;
    }
    let keys = held?.keys;
    let seconds = request.cache_seconds.unwrap_or(settings.cache_seconds);
    let kept = settings.caches()
        && settings
            .keys()
            .filter_map(|id| Some((id, keys.get(id)?)))
            .all(|(id, key)| kernel::put(id, key, now(), seconds));
    if !kept && matches!(settings.holder, Holder::Passphrase { .. }) {
        return Err(Error::failure("the kernel's keyring does not take the key; the vault stays locked")
            .hint("it is not there, or blocked, as in most containers"));
    }
    Ok(Unlocked { id: settings.id.clone(), holder: settings.holder.clone(), cache_seconds: kept.then_some(seconds) })
}

/// A vault whose keys the kernel no longer has.
#[derive(Debug)]
pub struct Locked {
    /// Its id.
    pub id: String,
    /// Its holder.
    pub holder: Holder,
    /// The kernel had a key.
    pub was_cached: bool,
}

/// Takes the vault's keys out of the kernel.
pub fn lock(home: &Home) -> Result<Locked> {
    let vault = Vault::require(home)?;
    let settings = vault.settings();
    let was_cached = forget(settings.keys())?;
    if settings.holder.is_cached() && !settings.keys().all(kernel::is_gone) {
        return Err(Error::failure("the kernel does not say that the key is gone: its copy of the key may stay")
            .hint("its keys are blocked here, as in most containers; run the command outside")
            .hint("the copy goes by itself when its time is over"));
    }
    Ok(Locked { id: settings.id.clone(), holder: settings.holder.clone(), was_cached })
}

/// Lets the kernel keep what it has of the vault's keys for as long as the settings say from now on.
pub(super) fn recache(vault: &Vault) -> Result<()> {
    let settings = vault.settings();
    for id in settings.keys() {
        let kept = settings.caches()
            && kernel::get(id, now()).is_some_and(|key| kernel::put(id, &key, now(), settings.cache_seconds));
        if !kept {
            forget(std::iter::once(id))?;
        }
    }
    Ok(())
}

/// Takes keys out of the kernel. Says whether one was there.
pub(super) fn forget<'k>(ids: impl Iterator<Item = &'k str>) -> Result<bool> {
    let mut cached = false;
    for id in ids {
        cached |= kernel::clear(id);
        if kernel::get(id, now()).is_some() {
            return Err(Error::new(Kind::Failure, "the kernel does not give up its copy of the key")
                .hint("it goes with the time-out that `vault status` shows"));
        }
    }
    Ok(cached)
}
