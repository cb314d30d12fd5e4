//! Creating a vault and getting at its key (layer 3).

use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use uuid::Uuid;

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
        return Err(Error::failure(format!("there is a vault already, in {}", vault.dir().display()))
            .hint("see `kubectl zenml vault status`"));
    }
    let os = holder == Holder::Os;
    let created = create(home, holder, cache_seconds).await.map(|(vault, _)| vault);
    created.map_err(|error| if os { error.hint(KEY_FILE_HINT) } else { error })
}

/// The vault with its key. The first time an `os` vault is created, but only where the keyring really works: there is no
/// silent fallback.
pub async fn ensure(home: &Home) -> Result<(Vault, DataKey)> {
    if Vault::open(home)?.is_some() {
        return keyring::unlock(home).await;
    }
    create(home, Holder::Os, CACHE_SECONDS).await.map_err(|error| {
        error
            .under("there is no vault yet, and the keyring cannot hold its key")
            .hint("once the keyring works, the same command creates the vault")
            .hint(KEY_FILE_HINT)
    })
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
    let listing = fs::read_dir(vault.dir()).context(|| format!("cannot read {}", vault.dir().display()))?;
    let sealed = listing
        .filter_map(std::result::Result::ok)
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "sealed"))
        .count();
    Ok(Status {
        id: settings.id,
        key: settings.key,
        holder: settings.holder,
        directory: vault.dir().to_owned(),
        cache_seconds: settings.cache_seconds,
        state,
        sealed,
    })
}

async fn create(home: &Home, holder: Holder, cache_seconds: u32) -> Result<(Vault, DataKey)> {
    let (vault_id, key_id) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let key = DataKey::generate()?;
    let text = key::to_text(&[(&key_id, &key)]);
    match &holder {
        Holder::Os => keyring::create(&vault_id, text).await?,
        Holder::KeyFile { path } => {
            if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
                files::ensure_private_dir(parent)?;
            }
            files::create_private(path, text.as_bytes())?;
        }
    }
    let vault = Vault::create(home, Settings::new(vault_id, key_id, holder, cache_seconds))?;
    keyring::cache(&vault, &key);
    Ok((vault, key))
}
