//! Giving a vault's keys to a holder, and taking them away again (layer 2).

use crate::error::{Error, Result};
use crate::helper;
use crate::secret::Secret;
use crate::vault::holder::{Holder, Leftover};
use crate::vault::key::{DataKey, Keys};
use crate::vault::lock::Lock;
use crate::vault::passphrase::Kek;
use crate::vault::{Vault, kernel, key_file};

/// Every key that a vault's holder holds.
#[derive(Debug)]
pub struct Held {
    /// The keys.
    pub keys: Keys,
    /// What encrypts them under the passphrase, where that is the holder.
    kek: Option<Kek>,
}

impl Held {
    /// Asks the vault's holder. The passphrase is used where that is the holder.
    pub async fn open(vault: &Vault, passphrase: Option<&Secret<String>>) -> Result<Self> {
        let settings = vault.settings();
        let (keys, kek) = match &settings.holder {
            Holder::Passphrase { wrapped } => {
                let passphrase = passphrase.ok_or_else(|| Error::failure("the vault's passphrase is needed"))?;
                let kek = Kek::of(passphrase, wrapped)?;
                (kek.unwrap(&settings.id, wrapped)?, Some(kek))
            }
            Holder::Os => {
                let text = super::read(&settings.id).await?.ok_or_else(|| super::not_held(&settings.holder))?;
                (Keys::parse(&text)?, None)
            }
            Holder::Destroyed => {
                return Err(Error::failure("this vault was destroyed; nothing in it can be opened")
                    .hint("`kubectl zenml vault destroy` removes what is left of it"));
            }
            file => (parse(file)?, None),
        };
        // Of the old keys of a rekey that was stopped, those that nothing is sealed under may be gone already.
        if keys.get(&settings.key).is_some() { Ok(Self { keys, kek }) } else { Err(super::not_held(&settings.holder)) }
    }

    /// Lets `holder`, which is the vault's own, hold `keys` from now on instead. Says how `vault.json` must describe it:
    /// under a passphrase that is the keys themselves.
    pub async fn replace(&self, holder: &Holder, vault: &str, keys: &Keys) -> Result<Holder> {
        match (holder, &self.kek) {
            (Holder::Passphrase { .. }, Some(kek)) => Ok(Holder::Passphrase { wrapped: kek.wrap(vault, keys)? }),
            (Holder::Os, _) => super::create(vault, keys.text()).await.map(|()| holder.clone()),
            (Holder::KeyFile { path }, _) => {
                key_file::replace(path, keys)?;
                check(holder, keys).map(|()| holder.clone())
            }
            _ => Ok(holder.clone()),
        }
    }
}

/// The keys of a holder that is a file.
pub fn parse(holder: &Holder) -> Result<Keys> {
    match holder.file_text()? {
        Some(text) => Keys::parse(&text),
        None => Err(Error::failure(format!("the {holder} is no file"))),
    }
}

/// The holder `vault.json` itself, with `keys` under a new passphrase. What it made is opened again before it is trusted.
pub fn under_passphrase(passphrase: &Secret<String>, vault: &str, keys: &Keys) -> Result<Holder> {
    let kek = Kek::new(passphrase)?;
    let wrapped = kek.wrap(vault, keys)?;
    if kek.unwrap(vault, &wrapped)?.text() == keys.text() {
        return Ok(Holder::Passphrase { wrapped });
    }
    Err(Error::failure("the keys did not come back from under the passphrase"))
}

/// Gives `keys` to a holder that does not hold them yet, and reads them back. An existing key file is never written over;
/// a systemd credential must hold them already.
pub async fn hold(holder: &Holder, vault: &str, keys: &Keys) -> Result<()> {
    match holder {
        Holder::Os => super::create(vault, keys.text()).await,
        Holder::KeyFile { path } => {
            key_file::create(path, keys)?;
            check(holder, keys)
        }
        Holder::SystemdCredential { .. } => check(holder, keys),
        Holder::Passphrase { .. } | Holder::Destroyed => Ok(()),
    }
}

/// Whether a holder has taken a copy of the keys away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// It holds none of them any more.
    Yes,
    /// The file holds something else now, and stays.
    Foreign,
    /// A systemd credential: only who provides it can take it away.
    Kept,
}

/// Takes the keys named `ids` away from where they may lie. What is not there is no error.
pub async fn forget(holder: &Holder, vault: &str, ids: &[String]) -> Result<Forgotten> {
    match holder {
        Holder::Os => {
            super::probe().await?;
            if super::read(vault).await?.is_some() {
                super::delete(vault).await?;
            }
            Ok(Forgotten::Yes)
        }
        Holder::KeyFile { path } => {
            key_file::destroy(path, ids).map(|gone| if gone { Forgotten::Yes } else { Forgotten::Foreign })
        }
        Holder::SystemdCredential { .. } => Ok(Forgotten::Kept),
        // `vault.json` no longer says it.
        Holder::Passphrase { .. } | Holder::Destroyed => Ok(Forgotten::Yes),
    }
}

/// Takes away what a move that was stopped left, as far as that can be had; says what cannot, and why.
pub async fn forget_leftovers(vault: &mut Vault, lock: &Lock) -> Result<Vec<String>> {
    let (id, mut kept, mut warnings) = (vault.settings().id.clone(), Vec::new(), Vec::new());
    for leftover in vault.settings().leftovers.clone() {
        let Leftover { holder, keys } = &leftover;
        if *holder == vault.settings().holder {
            continue;
        }
        match forget(holder, &id, keys).await {
            Ok(Forgotten::Foreign) => warnings.push(format!("the {holder} holds something else by now, and stays")),
            Ok(_) => {}
            Err(error) => {
                warnings.push(format!("the {holder} may hold a copy of the key, which cannot be removed now: {error}"));
                kept.push(leftover);
            }
        }
    }
    if kept != vault.settings().leftovers {
        vault.change(lock, |settings| settings.leftovers = kept)?;
    }
    Ok(warnings)
}

/// Whether the kernel keeps keys here.
pub fn kernel_works() -> bool {
    let Ok(keys) = Keys::generate() else { return false };
    let works = keys.ids().all(|id| {
        keys.get(id)
            .is_some_and(|key| kernel::put(id, key, helper::now(), 60) && kernel::get(id, helper::now()).is_some())
    });
    keys.ids().for_each(|id| {
        kernel::clear(id);
    });
    works
}

fn check(holder: &Holder, keys: &Keys) -> Result<()> {
    let held = parse(holder)?;
    if keys.ids().all(|id| held.get(id).map(DataKey::expose) == keys.get(id).map(DataKey::expose)) {
        return Ok(());
    }
    Err(Error::failure(format!("the {holder} does not hold this vault's key")))
}
