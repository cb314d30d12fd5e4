//! Creating a vault and getting at its key (layer 3).

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::paths::Home;
use crate::vault::Vault;
use crate::vault::key::{self, DataKey};
use crate::vault::settings::{Holder, Settings};
use crate::{files, keyring};

/// For how long the kernel keeps the key by default: a working day.
pub const CACHE_SECONDS: u32 = 8 * 3600;

const KEY_FILE_HINT: &str =
    "to keep the key in a file that only you may read instead: `kubectl zenml vault init --holder key-file`";

/// Creates the vault and its key.
pub async fn init(home: &Home, holder: Holder, cache_seconds: u32) -> Result<Vault> {
    if let Some(vault) = Vault::open(home)? {
        return Err(exists(vault.dir()));
    }
    let os = holder == Holder::Os;
    match create(home, holder, cache_seconds).await {
        Ok(Some((vault, _))) => Ok(vault),
        Ok(None) => Err(exists(&home.vault())),
        Err(error) => Err(if os { error.hint(KEY_FILE_HINT) } else { error }),
    }
}

/// The vault with its key. The first time an `os` vault is created, but only where the keyring really works: there is no
/// silent fallback.
pub async fn ensure(home: &Home) -> Result<(Vault, DataKey)> {
    if Vault::open(home)?.is_some() {
        return keyring::unlock(home).await;
    }
    match create(home, Holder::Os, CACHE_SECONDS).await {
        Ok(Some(created)) => Ok(created),
        Ok(None) => keyring::unlock(home).await,
        Err(error) => Err(not_ensured(error)),
    }
}

/// Whether [`ensure`] would work. Creates nothing.
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

/// Changes the settings of the vault that there is.
pub fn configure(home: &Home, change: impl FnOnce(&mut Settings)) -> Result<Vault> {
    Vault::require(home)?;
    let lock = files::open_lock(&home.root().join("vault.lock"))?;
    lock.lock().context(|| "cannot lock the vault's directory")?;
    let mut vault = Vault::require(home)?;
    vault.change(change)?;
    Ok(vault)
}

fn exists(dir: &Path) -> Error {
    Error::failure(format!("there is a vault already, in {}", dir.display())).hint("see `kubectl zenml vault status`")
}

/// Where `vault init --holder key-file` puts the key when no file is named.
pub fn default_key_file(home: &Home) -> PathBuf {
    home.root().join("vault.key")
}

/// What `vault status` says. Nothing is unlocked for it.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The vault's id.
    pub id: String,
    /// The data key's id.
    pub key: String,
    /// Where the key is held.
    pub holder: Holder,
    /// Where the sealed files lie.
    pub directory: PathBuf,
    /// For how many seconds the kernel keeps the key; 0 = never.
    pub cache_seconds: u32,
    /// Whether questions for credentials are noted.
    pub audit: bool,
    /// How long a client waits for a credential at most, in seconds.
    pub deadline_seconds: u32,
    /// The same where another exec plugin is run.
    pub plugin_deadline_seconds: u32,
    /// Whether the key can be had at once, or why not.
    pub state: State,
    /// How many credentials are sealed.
    pub sealed: usize,
}

/// Whether a vault's key can be had.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In the kernel's cache.
    Cached,
    /// In its key file or in the unlocked keyring.
    Available,
    /// Not now.
    Unavailable(String),
}

/// Looks at the vault.
pub async fn status(home: &Home) -> Result<Status> {
    let vault = Vault::require(home)?;
    let settings = vault.settings().clone();
    let state = match vault.key_at_hand(&settings.key) {
        Ok(Some(_)) if settings.holder == Holder::Os => State::Cached,
        Ok(Some(_)) => State::Available,
        Ok(None) => match keyring::read(&settings.id).await {
            Ok(Some(_)) => State::Available,
            Ok(None) => State::Unavailable("the keyring does not hold this vault's key".to_owned()),
            Err(error) => State::Unavailable(error.to_string()),
        },
        Err(error) => State::Unavailable(error.to_string()),
    };
    let sealed = vault.connectors()?.len();
    Ok(Status {
        id: settings.id,
        key: settings.key,
        holder: settings.holder,
        directory: vault.dir().to_owned(),
        cache_seconds: settings.cache_seconds,
        audit: settings.audit,
        deadline_seconds: settings.deadline_seconds,
        plugin_deadline_seconds: settings.plugin_deadline_seconds,
        state,
        sealed,
    })
}

/// Creates the vault under a lock, the key first: a vault without its key is of no use. `None` where somebody else has
/// created it meanwhile. Where it fails, nothing of it stays.
async fn create(home: &Home, holder: Holder, cache_seconds: u32) -> Result<Option<(Vault, DataKey)>> {
    files::ensure_private_dir(home.root())?;
    let lock = files::open_lock(&home.root().join("vault.lock"))?;
    lock.lock().context(|| "cannot lock the vault's directory")?;
    if Vault::open(home)?.is_some() {
        return Ok(None);
    }
    let created = create_locked(home, holder, cache_seconds).await;
    if created.is_err() {
        // Directories go only where they are empty. Two that lock different files here cannot both win: the vault's own
        // file is created once.
        let _ = fs::remove_dir(home.vault());
        let _ = fs::remove_file(home.root().join("vault.lock"));
        let _ = fs::remove_dir(home.root());
    }
    created.map(Some)
}

async fn create_locked(home: &Home, holder: Holder, cache_seconds: u32) -> Result<(Vault, DataKey)> {
    let (vault_id, key_id) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let key = DataKey::generate()?;
    if holder == Holder::Os {
        keyring::probe().await?;
    }
    files::ensure_private_dir(&home.vault())?;
    hold(&holder, &vault_id, key::to_text(&[(&key_id, &key)])).await?;
    match Vault::create(home, Settings::new(vault_id.clone(), key_id, holder.clone(), cache_seconds)) {
        Ok(vault) => {
            keyring::cache(&vault, &key);
            Ok((vault, key))
        }
        Err(error) => {
            // The key opens nothing. The first error is the one to tell.
            let _ = match &holder {
                Holder::Os => keyring::delete(&vault_id).await,
                Holder::KeyFile { path } => fs::remove_file(path).context(|| "cannot remove the key file"),
            };
            Err(error)
        }
    }
}

/// Gives the key's text to its holder.
async fn hold(holder: &Holder, vault_id: &str, text: Zeroizing<String>) -> Result<()> {
    match holder {
        Holder::Os => keyring::create(vault_id, text).await,
        Holder::KeyFile { path } => {
            if path.exists() {
                return Err(Error::failure(format!("cannot create the key file {}: it exists", path.display()))
                    .hint("name another one with --key-file, or remove it if no vault uses it"));
            }
            if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
                files::ensure_private_dir(parent)?;
            }
            files::create_private(path, text.as_bytes())
        }
    }
}
