//! `vault move`: the same key, held by another holder (layer 3).
//!
//! 1. `vault.json` notes where the copy will lie;
//! 2. the new holder gets it and is asked for it again;
//! 3. `vault.json` names the new holder, and notes the old one as the place of a copy;
//! 4. the old one forgets;
//! 5. the note goes.
//!
//! The note tells whoever comes after a kill where to clean up.

use super::Choice;
use super::rekey::in_use;
use crate::error::{Error, Result};
use crate::files;
use crate::keyring::{self, holder, holder::Held};
use crate::paths::Home;
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::key::Keys;
use crate::vault::lock::Lock;
use crate::vault::settings::{Holder, Leftover};

/// Where a key shall go.
#[derive(Debug)]
pub struct Request {
    /// The new holder.
    pub choice: Choice,
    /// The vault's present passphrase, where that is its holder.
    pub passphrase: Option<Secret<String>>,
    /// For how many seconds the kernel shall keep the key from now on; `None` = as before.
    pub cache_seconds: Option<u32>,
}

/// A key that went to another holder.
#[derive(Debug)]
pub struct Moved {
    /// The vault's id.
    pub id: String,
    /// Who held the key.
    pub from: Holder,
    /// Who holds it now.
    pub to: Holder,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Lets another holder hold the vault's key, and the present one no longer.
pub async fn relocate(home: &Home, request: &Request) -> Result<Moved> {
    let lock = keyring::lock(home)?;
    let mut vault = Vault::require(home)?;
    let mut warnings = holder::forget_leftovers(&mut vault, &lock).await?;
    let Held { keys, .. } = Held::open(&vault, request.passphrase.as_ref()).await?;
    let from = vault.settings().holder.clone();
    refuse_same(&from, &request.choice)?;
    files::sweep(vault.dir());
    let cache_seconds = request.cache_seconds.unwrap_or(vault.settings().cache_seconds);
    request.choice.check(home, cache_seconds).await?;
    let keys = used(&vault, keys)?;
    let to = request.choice.holder(&vault.settings().id, &keys)?;
    copy(&mut vault, &lock, &to, &keys).await.map_err(|error| how_to_provide(&from, &to, error))?;
    let leftover = Leftover { holder: from.clone(), keys: ids(&keys) };
    vault.change(&lock, |settings| {
        settings.leftovers.retain(|leftover| leftover.holder != to);
        settings.leftovers.extend(is_elsewhere(&from).then_some(leftover));
        settings.holder.clone_from(&to);
        settings.cache_seconds = cache_seconds;
    })?;
    if vault.settings().caches() {
        super::keep(&vault, &keys);
    } else {
        super::unlock::forget(vault.settings().keys())?;
    }
    warnings.extend(clean_up(&mut vault, &lock, &from).await?);
    Ok(Moved { id: vault.settings().id.clone(), from, to, warnings })
}

/// Steps 1 and 2. Where they fail, the vault is as it was.
async fn copy(vault: &mut Vault, lock: &Lock, to: &Holder, keys: &Keys) -> Result<()> {
    let id = vault.settings().id.clone();
    if is_elsewhere(to) {
        let leftover = Leftover { holder: to.clone(), keys: ids(keys) };
        vault.change(lock, |settings| settings.leftovers.push(leftover))?;
    }
    if let Err(error) = holder::hold(to, &id, keys).await {
        // The first error is the one to tell; what cannot be cleaned up now stays noted.
        let _ = holder::forget_leftovers(vault, lock).await;
        return Err(error);
    }
    Ok(())
}

/// Steps 4 and 5.
async fn clean_up(vault: &mut Vault, lock: &Lock, from: &Holder) -> Result<Vec<String>> {
    let mut warnings = holder::forget_leftovers(vault, lock).await?;
    if let Holder::SystemdCredential { name } = from {
        warnings.push(format!("the systemd credential {name} still holds the key; take it out of the unit"));
    }
    Ok(warnings)
}

/// Whether it holds the key at a place of its own, where this program puts it and takes it away.
fn is_elsewhere(holder: &Holder) -> bool {
    matches!(holder, Holder::Os | Holder::KeyFile { .. })
}

fn refuse_same(from: &Holder, choice: &Choice) -> Result<()> {
    let same = match (from, choice) {
        (Holder::Os, Choice::Os) => true,
        (Holder::KeyFile { path }, Choice::KeyFile(wanted)) => path == wanted,
        (Holder::SystemdCredential { name }, Choice::SystemdCredential(wanted)) => name == wanted,
        // A new passphrase.
        _ => false,
    };
    if same { Err(Error::failure(format!("the {from} holds the vault's key already"))) } else { Ok(()) }
}

/// The keys that are worth moving.
fn used(vault: &Vault, mut keys: Keys) -> Result<Keys> {
    let used = in_use(vault)?;
    keys.retain(|id| vault.settings().keys().any(|key| key == id) || used.iter().any(|used| used == id));
    Ok(keys)
}

fn ids(keys: &Keys) -> Vec<String> {
    keys.ids().map(ToOwned::to_owned).collect()
}

fn how_to_provide(from: &Holder, to: &Holder, error: Error) -> Error {
    match (from, to) {
        (Holder::KeyFile { path }, Holder::SystemdCredential { name }) => error.hint(format!(
            "encrypt the key file for systemd, as root: `systemd-creds encrypt --name={name} {} \
             /etc/credstore.encrypted/{name}`; then move the key from inside the service",
            path.display()
        )),
        (_, Holder::SystemdCredential { .. }) => error.hint(
            "first move the key to a file, `vault move --holder key-file`, and encrypt that with `systemd-creds`",
        ),
        _ => error,
    }
}
