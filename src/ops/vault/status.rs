//! `vault status` (layer 3). Nothing is unlocked for it.

use std::path::PathBuf;

use serde::{Serialize, Serializer};

use crate::error::{Error, Result};
use crate::helper::now;
use crate::keyring;
use crate::paths::Home;
use crate::vault::settings::Holder;
use crate::vault::{Vault, kernel};

/// What is known of a vault.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The vault's id.
    pub id: String,
    /// The data key's id.
    pub key: String,
    /// Where the key is held.
    pub holder: Place,
    /// Where the sealed files lie.
    pub directory: PathBuf,
    /// For how many seconds the kernel keeps the key; 0 = never.
    pub cache_seconds: u32,
    /// For how many seconds it still does; `None` where it does not have the key.
    pub cache_seconds_left: Option<i64>,
    /// Whether each question for a credential is noted.
    pub audit: bool,
    /// For how many seconds a client is kept waiting at most.
    pub deadline_seconds: u32,
    /// The same where another exec plugin is run.
    pub plugin_deadline_seconds: u32,
    /// Whether the key can be had at once, or why not.
    pub state: State,
    /// How many credentials are sealed.
    pub sealed: usize,
    /// How many of them a rekey that was stopped has yet to seal under the new key; `None` = no rekey was stopped.
    pub rekey_pending: Option<usize>,
    /// Where a copy of the key may lie that a move which was stopped has left.
    pub leftovers: Vec<Place>,
}

/// A holder, without what it holds.
#[derive(Debug, Serialize)]
pub struct Place {
    /// As in `vault.json`.
    pub kind: &'static str,
    /// The key file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The systemd credential's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For a person.
    #[serde(skip)]
    pub text: String,
    /// Whether the kernel keeps a copy of the key.
    #[serde(skip)]
    pub cached: bool,
}

impl From<&Holder> for Place {
    fn from(holder: &Holder) -> Self {
        let (path, name) = match holder {
            Holder::KeyFile { path } => (Some(path.clone()), None),
            Holder::SystemdCredential { name } => (None, Some(name.clone())),
            _ => (None, None),
        };
        Self { kind: holder.kind(), path, name, text: holder.to_string(), cached: holder.is_cached() }
    }
}

/// Whether a vault's key can be had.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In the kernel's cache.
    Cached,
    /// In its file or in the unlocked keyring.
    Available,
    /// Not before `vault unlock` is given the passphrase.
    Locked,
    /// Not now.
    Unavailable(#[serde(serialize_with = "as_text")] Error),
}

fn as_text<S: Serializer>(error: &Error, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(error)
}

/// Looks at the vault.
pub async fn status(home: &Home) -> Result<Status> {
    let vault = Vault::require(home)?;
    let settings = vault.settings();
    Ok(Status {
        id: settings.id.clone(),
        key: settings.key.clone(),
        holder: Place::from(&settings.holder),
        directory: vault.dir().to_owned(),
        cache_seconds: settings.cache_seconds,
        cache_seconds_left: if settings.caches() {
            kernel::expires_at(&settings.key).map(|end| (end - now()).max(0))
        } else {
            None
        },
        audit: settings.audit,
        deadline_seconds: settings.deadline_seconds,
        plugin_deadline_seconds: settings.plugin_deadline_seconds,
        state: state(&vault).await,
        sealed: vault.sealed_ids()?.len(),
        rekey_pending: rekey_pending(&vault)?,
        leftovers: settings.leftovers.iter().map(|leftover| Place::from(&leftover.holder)).collect(),
    })
}

/// How many credentials a rekey that was stopped has yet to seal under the new key; `None` = no rekey was stopped.
pub fn rekey_pending(vault: &Vault) -> Result<Option<usize>> {
    let settings = vault.settings();
    if settings.old_keys.is_empty() {
        return Ok(None);
    }
    let connectors = vault.sealed_ids()?;
    // A file that cannot be read is not under the new key either.
    let done = |id: &&String| matches!(vault.sealed(id), Ok(Some(sealed)) if sealed.header.key == settings.key);
    Ok(Some(connectors.len() - connectors.iter().filter(done).count()))
}

async fn state(vault: &Vault) -> State {
    let settings = vault.settings();
    match (vault.key_at_hand(&settings.key), &settings.holder) {
        (Ok(Some(_)), holder) if holder.is_cached() => State::Cached,
        (Ok(Some(_)), _) => State::Available,
        (Err(_), Holder::Passphrase { .. }) => State::Locked,
        (Err(error), _) => State::Unavailable(error),
        (Ok(None), _) => match keyring::read(&settings.id).await {
            Ok(Some(_)) => State::Available,
            Ok(None) => State::Unavailable(keyring::not_held(&settings.holder)),
            Err(error) => State::Unavailable(error),
        },
    }
}
