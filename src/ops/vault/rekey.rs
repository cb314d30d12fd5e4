//! `vault rekey`: another key for every sealed file (layer 3).
//!
//! At every instant each sealed file names a key that the holder holds:
//! 1. the holder gets the new key beside the old one;
//! 2. `vault.json` names the new one, and the old one under `old_keys`;
//! 3. file after file is sealed anew;
//! 4. the holder, then the kernel, then `vault.json` lose the old one.
//!
//! Whoever continues after a kill starts where `vault.json` says. The vault's lock keeps out everybody who seals.

use crate::error::{Error, Result};
use crate::files;
use crate::keyring::{self, holder, holder::Held};
use crate::paths::Home;
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::key::Keys;
use crate::vault::lock::Lock;
use crate::vault::sealed;
use crate::vault::settings::Holder;

/// A vault under another key.
#[derive(Debug)]
pub struct Rekeyed {
    /// The vault's id.
    pub id: String,
    /// How many credentials were sealed anew.
    pub sealed: usize,
    /// An earlier rekey was stopped, and this one has finished it.
    pub resumed: bool,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Gives the vault a new key, or finishes what was stopped at that.
pub async fn rekey(home: &Home, passphrase: Option<&Secret<String>>) -> Result<Rekeyed> {
    let lock = keyring::lock(home)?;
    let mut vault = Vault::require(home)?;
    let mut warnings = holder::forget_leftovers(&mut vault, &lock).await?;
    let mut held = Held::open(&vault, passphrase).await?;
    files::sweep(vault.dir());
    let resumed = !vault.settings().old_keys.is_empty();
    if !resumed {
        begin(&mut vault, &lock, &mut held).await?;
    }
    super::keep(&vault, &held.keys);
    let sealed = reseal(&vault, &held.keys)?;
    warnings.extend(finish(&mut vault, &lock, &mut held).await?);
    Ok(Rekeyed { id: vault.settings().id.clone(), sealed, resumed, warnings })
}

/// Steps 1 and 2.
async fn begin(vault: &mut Vault, lock: &Lock, held: &mut Held) -> Result<()> {
    let settings = vault.settings().clone();
    let new = if let Holder::SystemdCredential { name } = &settings.holder {
        provided(&held.keys, &settings.key, name)?
    } else {
        let new = Keys::generate()?;
        // One that a rekey made which was stopped at once seals nothing.
        let used = in_use(vault)?;
        held.keys.retain(|id| id == settings.key || used.iter().any(|used| used == id));
        let id = new.ids().collect();
        held.keys.extend(new);
        id
    };
    let holder = held.replace(&settings.holder, &settings.id, &held.keys).await?;
    vault.change(lock, |settings| {
        settings.holder = holder;
        settings.old_keys = vec![std::mem::replace(&mut settings.key, new)];
    })
}

/// The new key in a systemd credential, which this program cannot write: its first one.
fn provided(keys: &Keys, current: &str, name: &str) -> Result<String> {
    match keys.ids().next() {
        Some(first) if first != current => Ok(first.to_owned()),
        _ => Err(Error::failure(format!("the systemd credential {name} holds no new key"))
            .hint("provide it with the new key in its first line and the old one in the next, and restart the service")
            .hint("or `vault move --holder key-file`, `vault rekey`, encrypt that file, and move back")),
    }
}

/// Step 3. What cannot be opened stays as it is, and so does the key that it may be under.
fn reseal(vault: &Vault, keys: &Keys) -> Result<usize> {
    let (mut done, mut failed) = (0, Vec::new());
    for connector in vault.sealed_ids()? {
        match reseal_one(vault, keys, &connector) {
            Ok(sealed) => done += usize::from(sealed),
            Err(error) => failed.push((connector, error)),
        }
    }
    let Some((_, error)) = failed.first().cloned() else { return Ok(done) };
    let ids = failed.into_iter().map(|(id, _)| id).collect::<Vec<_>>().join(", ");
    Err(error
        .under(format!("cannot seal anew what belongs to the connector {ids}; both keys are kept"))
        .hint("delete that connector (`kubectl zenml connector delete`), then run `kubectl zenml vault rekey` again"))
}

fn reseal_one(vault: &Vault, keys: &Keys, connector: &str) -> Result<bool> {
    let Some(sealed) = vault.sealed(connector)? else { return Ok(false) };
    let new = &vault.settings().key;
    if sealed.header.key == *new {
        return Ok(false);
    }
    let key = |id: &str| {
        keys.get(id).ok_or_else(|| Error::failure(format!("nobody holds the key {id} that it is sealed under")))
    };
    let old = key(&sealed.header.key)?;
    let (mut header, text) = sealed.open_text(old)?;
    header.key.clone_from(new);
    vault.put_sealed(&header, &sealed::seal_text(key(new)?, &header, text)?)?;
    Ok(true)
}

/// Step 4.
async fn finish(vault: &mut Vault, lock: &Lock, held: &mut Held) -> Result<Vec<String>> {
    let settings = vault.settings().clone();
    if in_use(vault)?.iter().any(|id| *id != settings.key) {
        return Err(Error::failure("a credential is still sealed under the old key; both keys are kept")
            .hint("run `kubectl zenml vault rekey` again"));
    }
    held.keys.retain(|id| id == settings.key);
    let holder = held.replace(&settings.holder, &settings.id, &held.keys).await?;
    super::unlock::forget(settings.old_keys.iter().map(String::as_str))?;
    vault.change(lock, |settings| {
        settings.holder = holder;
        settings.old_keys = Vec::new();
    })?;
    Ok(match &settings.holder {
        Holder::SystemdCredential { name } => {
            vec![format!("the old key may now be taken out of the systemd credential {name}")]
        }
        _ => Vec::new(),
    })
}

/// The keys that sealed files name, as far as these can be read.
pub(super) fn in_use(vault: &Vault) -> Result<Vec<String>> {
    let mut used = Vec::new();
    for connector in vault.sealed_ids()? {
        if let Ok(Some(sealed)) = vault.sealed(&connector) {
            used.push(sealed.header.key);
        }
    }
    Ok(used)
}
