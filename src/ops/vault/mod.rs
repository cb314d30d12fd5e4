//! Creating a vault and getting at its key (layer 3).

pub mod destroy;
pub mod rekey;
pub mod relocate;
pub mod status;
pub mod unlock;

use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::keyring::holder;
use crate::paths::Home;
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::key::Keys;
use crate::vault::lock::Lock;
use crate::vault::settings::{Holder, Settings};
use crate::{files, keyring};

/// For how long the kernel keeps the key by default: a working day.
pub const CACHE_SECONDS: u32 = 8 * 3600;

const KEY_FILE_HINT: &str =
    "to keep the key in a file that only you may read instead: `kubectl zenml vault init --holder key-file`";

/// Who shall hold a vault's key.
#[derive(Clone, Debug)]
pub enum Choice {
    /// The operating system's keyring.
    Os,
    /// A new file.
    KeyFile(PathBuf),
    /// A credential of this name, which systemd has provided already.
    SystemdCredential(String),
    /// Whoever knows this passphrase.
    Passphrase(Secret<String>),
}

impl Choice {
    /// Refuses what cannot work here, before anything is written.
    async fn check(&self, home: &Home, cache_seconds: u32) -> Result<()> {
        match self {
            Self::Os => keyring::probe().await,
            // A link that leads nowhere is in the way too.
            Self::KeyFile(path) if fs::symlink_metadata(path).is_ok() => Err(crate::vault::key_file::exists(path)),
            Self::Passphrase(_) if cache_seconds == 0 => Err(needs_cache()),
            Self::KeyFile(path) if is_among_ours(home, path) => Err(Error::failure(format!(
                "cannot create the key file {}: not in the vault's own directory",
                path.display()
            ))
            .hint("what lies there is taken for what the vault keeps there; name another one with --key-file")),
            Self::Passphrase(_) if !holder::kernel_works() => {
                Err(Error::failure("a vault under a passphrase needs the kernel's cache, which does not work here")
                    .hint("the kernel's keyring is not there, or blocked, as in most containers")
                    .hint(KEY_FILE_HINT))
            }
            Self::KeyFile(_) | Self::SystemdCredential(_) | Self::Passphrase(_) => Ok(()),
        }
    }

    /// What `vault.json` will say.
    fn holder(&self, vault: &str, keys: &Keys) -> Result<Holder> {
        Ok(match self {
            Self::Os => Holder::Os,
            Self::KeyFile(path) => Holder::KeyFile { path: path.clone() },
            Self::SystemdCredential(name) => Holder::SystemdCredential { name: name.clone() },
            Self::Passphrase(passphrase) => holder::under_passphrase(passphrase, vault, keys)?,
        })
    }
}

/// Creates the vault and its key.
pub async fn init(home: &Home, choice: &Choice, cache_seconds: u32) -> Result<Vault> {
    refuse_existing(home)?;
    match create(home, choice, cache_seconds).await {
        Ok(Some(vault)) => Ok(vault),
        Ok(None) => Err(exists(&home.vault())),
        Err(error) => Err(if matches!(choice, Choice::Os) { error.hint(KEY_FILE_HINT) } else { error }),
    }
}

/// Fails where there is a vault already.
pub fn refuse_existing(home: &Home) -> Result<()> {
    Vault::open(home)?.map_or(Ok(()), |vault| Err(exists(vault.dir())))
}

/// Makes sure that there is a vault whose key can be had. Where there is none, it is created as `choice` says; without a
/// choice under `os`, but only where the keyring really works: there is no silent fallback.
pub async fn ensure(home: &Home, choice: Option<&Choice>) -> Result<()> {
    if Vault::open(home)?.is_none() {
        match (create(home, choice.unwrap_or(&Choice::Os), CACHE_SECONDS).await, choice) {
            (Err(error), None) => return Err(not_ensured(error)),
            (Err(error), Some(_)) => return Err(error),
            (Ok(_), _) => {}
        }
    }
    keyring::unlock(home).await.map(|_| ())
}

/// Whether [`ensure`] would work without a choice. Creates nothing.
pub async fn check(home: &Home) -> Result<()> {
    if Vault::open(home)?.is_some() {
        return keyring::unlock(home).await.map(drop);
    }
    for dir in [home.root(), &home.vault()].into_iter().filter(|dir| fs::symlink_metadata(dir).is_ok()) {
        files::check_private_dir(dir)?;
    }
    keyring::probe().await.map_err(not_ensured)
}

fn not_ensured(error: Error) -> Error {
    error
        .under("there is no vault yet, and the keyring cannot hold its key")
        .hint("once the keyring works, the same command creates the vault")
        .hint(KEY_FILE_HINT)
}

/// Changes the settings of the vault that there is, and with `cache_seconds` for how long the kernel keeps its key, also
/// where it has the key already.
pub fn configure(home: &Home, cache_seconds: Option<u32>, change: impl FnOnce(&mut Settings)) -> Result<Vault> {
    Vault::require(home)?;
    let lock = keyring::lock(home)?;
    let mut vault = Vault::require(home)?;
    if cache_seconds == Some(0) && matches!(vault.settings().holder, Holder::Passphrase { .. }) {
        return Err(needs_cache());
    }
    vault.change(&lock, |settings| {
        change(settings);
        settings.cache_seconds = cache_seconds.unwrap_or(settings.cache_seconds);
    })?;
    if cache_seconds.is_some() {
        unlock::recache(&vault)?;
    }
    Ok(vault)
}

fn needs_cache() -> Error {
    Error::failure("a vault under a passphrase needs the kernel's cache, and that is turned off")
        .hint("let the kernel keep the key for a while, as with --cache-seconds 28800")
}

/// Why `register` would not get a vault without asking somebody; `None` where there is one, or the keyring works.
pub async fn missing(home: &Home) -> Result<Option<Error>> {
    if Vault::open(home)?.is_some() {
        return Ok(None);
    }
    Ok(keyring::probe().await.err())
}

fn exists(dir: &Path) -> Error {
    Error::failure(format!("there is a vault already, in {}", dir.display())).hint("see `kubectl zenml vault status`")
}

/// Where a key file is put when none is named.
pub fn default_key_file(home: &Home) -> PathBuf {
    home.root().join("vault.key")
}

/// Whether `path` lies in one of the directories whose files are known by their names.
fn is_among_ours(home: &Home, path: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let parent = files::parent(path);
    let ours = [home.vault(), home.connectors(), home.audit()];
    ours.iter().any(|dir| parent.starts_with(dir) || resolved(parent).starts_with(resolved(dir)))
}

/// Creates the vault under a lock, the key first: a vault without its key is of no use. `None` where somebody else has
/// created it meanwhile. Where it fails, nothing of it stays.
async fn create(home: &Home, choice: &Choice, cache_seconds: u32) -> Result<Option<Vault>> {
    files::ensure_private_dir(home.root())?;
    let lock = Lock::exclusive(home.root())?;
    if Vault::open(home)?.is_some() {
        return Ok(None);
    }
    let created = create_locked(home, choice, cache_seconds).await;
    if created.is_err() {
        // Directories go only where they are empty. Two that lock different files here cannot both win: the vault's own
        // file is created once.
        let _ = fs::remove_dir(home.vault());
        let _ = fs::remove_file(home.root().join("vault.lock"));
        let _ = fs::remove_dir(home.root());
    }
    drop(lock);
    created.map(Some)
}

async fn create_locked(home: &Home, choice: &Choice, cache_seconds: u32) -> Result<Vault> {
    choice.check(home, cache_seconds).await?;
    let id = Uuid::new_v4().to_string();
    let keys = match choice {
        Choice::SystemdCredential(name) => adopt(name)?,
        _ => Keys::generate()?,
    };
    let current = keys.ids().next().unwrap_or_default().to_owned();
    let holder = choice.holder(&id, &keys)?;
    files::ensure_private_dir(&home.vault())?;
    holder::hold(&holder, &id, &keys).await?;
    match Vault::create(home, Settings::new(id.clone(), current, holder.clone(), cache_seconds)) {
        Ok(vault) => {
            keep(&vault, &keys);
            Ok(vault)
        }
        Err(error) => {
            // The key opens nothing. The first error is the one to tell.
            let _ = holder::forget(&holder, &id, &keys.ids().map(ToOwned::to_owned).collect::<Vec<_>>()).await;
            Err(error)
        }
    }
}

/// The keys in a systemd credential, the current one first.
fn adopt(name: &str) -> Result<Keys> {
    let make = format!(
        "make one, as root: `echo $(cat /proc/sys/kernel/random/uuid) $(head -c 32 /dev/urandom | base64) | \
         systemd-creds encrypt --name={name} - /etc/credstore.encrypted/{name}`"
    );
    holder::parse(&Holder::SystemdCredential { name: name.to_owned() }).map_err(|error| error.hint(make))
}

/// Keeps all keys that the vault uses in the kernel, where its settings say so.
fn keep(vault: &Vault, keys: &Keys) {
    for id in vault.settings().keys() {
        if let Some(key) = keys.get(id) {
            keyring::cache(vault, id, key);
        }
    }
}
