//! The vault: one data key, many sealed files (layer 0). DESIGN and reasons: ARCHITECTURE.md, "Vault".
//!
//! `vault/vault.json` says which key and where it is held, `vault/<connector id>.sealed` is one credential
//! ([`sealed`] has the format), `vault/<connector id>.lock` serialises its renewals. `vault.lock` beside the directory is
//! the vault's own [`lock`].

pub mod content;
pub mod header;
pub mod holder;
#[cfg_attr(not(target_os = "linux"), path = "no_kernel.rs")]
pub mod kernel;
pub mod key;
#[cfg(feature = "cli")]
pub mod key_file;
#[cfg(feature = "cli")]
pub mod lock;
#[cfg(feature = "cli")]
pub mod original;
#[cfg(feature = "cli")]
pub mod passphrase;
pub mod sealed;
pub mod settings;

#[cfg(feature = "cli")]
use std::io::Write;
use std::path::{Path, PathBuf};

#[cfg(feature = "cli")]
use crate::error::Context;
use crate::error::{Error, Result};
use crate::files;
use crate::helper::now;
use crate::paths::Home;
use crate::registry;
use key::DataKey;
#[cfg(feature = "cli")]
use lock::Lock;
use sealed::Sealed;
use settings::{Holder, Settings};

/// An existing vault.
#[derive(Clone, Debug)]
pub struct Vault {
    dir: PathBuf,
    settings: Settings,
}

impl Vault {
    /// The vault in `home`; `None` where none was created yet.
    pub fn open(home: &Home) -> Result<Option<Self>> {
        let dir = home.vault();
        match read_settings(&dir)? {
            None => Ok(None),
            Some(settings) => {
                // Whoever may write above it can put another one in its place.
                files::check_private_dir(home.root())?;
                files::check_private_dir(&dir)?;
                Ok(Some(Self { dir, settings }))
            }
        }
    }

    /// As [`Vault::open`]; a missing vault is an error that says how to make one, or that one is gone.
    pub fn require(home: &Home) -> Result<Self> {
        Self::open(home)?.ok_or_else(|| {
            gone_astray(home).unwrap_or_else(|| {
                Error::failure("there is no vault yet")
                    .hint("register a connector with `kubectl zenml register`, or run `kubectl zenml vault init`")
            })
        })
    }

    /// What `vault.json` says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where it lies.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The sealed credential of a connector, header readable; `None` where there is none.
    pub fn sealed(&self, connector: &str) -> Result<Option<Sealed>> {
        let path = self.sealed_path(connector);
        match files::read_private(&path)? {
            None => Ok(None),
            Some(bytes) => {
                let sealed = Sealed::parse(bytes).map_err(|error| match error.hints() {
                    [] => error.hint(format!(
                        "put {} back from a backup, or delete the connector and register it again",
                        path.display()
                    )),
                    _ => error,
                })?;
                if sealed.header.connector == connector {
                    return Ok(Some(sealed));
                }
                Err(Error::failure("the sealed credential belongs to another connector")
                    .hint("delete this connector and register it again: `kubectl zenml connector delete`"))
            }
        }
    }

    /// The data key from where it costs microseconds: the kernel's cache, a key file or a systemd credential. `None` =
    /// the plugin must look. A vault under a passphrase that is not cached is locked, which is an error.
    pub fn key_at_hand(&self, key_id: &str) -> Result<Option<DataKey>> {
        let found = self.find_key(key_id);
        // A key that is gone may have been replaced between the reading of two files; then all must be read again.
        if matches!(found, Ok(Some(_))) || !self.is_outdated(key_id) { found } else { Ok(None) }
    }

    fn find_key(&self, key_id: &str) -> Result<Option<DataKey>> {
        let holder = &self.settings.holder;
        if let Some(text) = holder.file_text()? {
            let key = key::from_text(&text, key_id)?;
            return key.map(Some).ok_or_else(|| Error::failure(format!("the {holder} does not hold this vault's key")));
        }
        if *holder == Holder::Destroyed {
            return Err(Error::failure("this vault was destroyed; nothing in it can be opened")
                .hint("`kubectl zenml vault destroy` removes what is left of it"));
        }
        let cached = if self.settings.caches() { kernel::get(key_id, now()) } else { None };
        match (cached, holder) {
            (None, Holder::Passphrase { .. }) => Err(locked()),
            (cached, _) => Ok(cached),
        }
    }

    /// Whether the key named `key_id` is not the current one, or `vault.json` is not what it was when it was read.
    pub fn is_outdated(&self, key_id: &str) -> bool {
        let now = read_settings(&self.dir).ok().flatten();
        now.is_none_or(|now| now != self.settings || now.key != key_id)
    }

    /// The lock that a renewal of this connector's credential holds.
    pub fn lock_path(&self, connector: &str) -> PathBuf {
        self.dir.join(format!("{connector}.lock"))
    }

    fn sealed_path(&self, connector: &str) -> PathBuf {
        self.dir.join(format!("{connector}.sealed"))
    }
}

#[cfg(feature = "cli")]
impl Vault {
    /// Creates the vault in `home`. The holder must hold the key already: a vault without its key is of no use.
    pub fn create(home: &Home, settings: Settings) -> Result<Self> {
        files::ensure_private_dir(home.root())?;
        let dir = home.vault();
        files::ensure_private_dir(&dir)?;
        files::create_private(&dir.join("vault.json"), &to_json(&settings)?)?;
        Ok(Self { dir, settings })
    }

    /// Notes where the plugin lies, for a helper that does not lie beside it.
    pub fn note_plugin(&mut self, plugin: PathBuf) -> Result<()> {
        if self.settings.plugin.as_ref() == Some(&plugin) {
            return Ok(());
        }
        let lock = Lock::exclusive(files::parent(&self.dir))?;
        // The key may have been changed since this was read.
        self.settings = read_settings(&self.dir)?.ok_or_else(|| Error::failure("the vault was removed meanwhile"))?;
        self.change(&lock, |settings| settings.plugin = Some(plugin))
    }

    /// Changes `vault.json`, all at once. It must have been read under the same lock.
    pub fn change(&mut self, _lock: &Lock, change: impl FnOnce(&mut Settings)) -> Result<()> {
        let mut settings = self.settings.clone();
        change(&mut settings);
        files::sweep(&self.dir);
        files::write_private(&self.dir.join("vault.json"), &to_json(&settings)?)?;
        self.settings = settings;
        Ok(())
    }

    /// The ids of everything that is sealed: those of connectors, and of the [`original`] entries of kubeconfigs.
    pub fn sealed_ids(&self) -> Result<Vec<String>> {
        let failed = || format!("cannot read {}", self.dir.display());
        let mut found = Vec::new();
        for file in std::fs::read_dir(&self.dir).context(failed)? {
            let path = file.context(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "sealed") {
                found.extend(path.file_stem().and_then(|stem| stem.to_str()).map(ToOwned::to_owned));
            }
        }
        Ok(found)
    }

    /// The ids of the connectors that something is sealed for.
    pub fn connectors(&self) -> Result<Vec<String>> {
        Ok(self.sealed_ids()?.into_iter().filter(|id| !original::is_id(id)).collect())
    }

    /// Seals `content` for `header.connector`, replacing what was sealed for it before.
    pub fn put(&self, key: &DataKey, header: &header::Header, content: &impl serde::Serialize) -> Result<()> {
        self.put_sealed(header, &sealed::seal(key, header, content)?)
    }

    /// Puts a sealed file's bytes in its place.
    pub fn put_sealed(&self, header: &header::Header, bytes: &[u8]) -> Result<()> {
        files::sweep(&self.dir);
        files::write_private(&self.sealed_path(&header.connector), bytes)
    }

    /// Removes a connector's sealed credential and its lock. Says whether there was one.
    pub fn remove(&self, connector: &str) -> Result<bool> {
        let sealed = gone(&self.sealed_path(connector))?;
        gone(&self.lock_path(connector))?;
        Ok(sealed)
    }

    /// Notes that no holder holds the key any more. What `vault.json` said before is overwritten: it may be the key, under
    /// a passphrase.
    pub fn mark_destroyed(&mut self, lock: &Lock) -> Result<()> {
        let path = self.dir.join("vault.json");
        let failed = || format!("cannot overwrite {}", path.display());
        let mut before = std::fs::OpenOptions::new().write(true).open(&path).context(failed)?;
        let length = usize::try_from(before.metadata().context(failed)?.len()).unwrap_or_default();
        self.change(lock, |settings| settings.holder = Holder::Destroyed)?;
        before.write_all(&vec![0; length]).and_then(|()| before.sync_all()).context(failed)
    }

    /// Removes all files of a vault that was destroyed, `vault.json` last.
    pub fn clean_up(self, _lock: &Lock) -> Result<()> {
        files::sweep(&self.dir);
        let failed = || format!("cannot read {}", self.dir.display());
        for file in std::fs::read_dir(&self.dir).context(failed)? {
            let path = file.context(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "sealed" || extension == "lock") {
                gone(&path)?;
            }
        }
        gone(&self.dir.join("vault.json"))?;
        // Whatever else lies here is not ours.
        let _ = std::fs::remove_dir(&self.dir);
        Ok(())
    }
}

/// The error for a vault that is not there any more, if connectors were registered in it.
pub fn gone_astray(home: &Home) -> Option<Error> {
    registry::entries(home).ok().filter(|connectors| !connectors.is_empty())?;
    let message = format!("{} is missing, and with it every credential", home.vault().display());
    Some(
        Error::failure(message).hint(
            "bring it back from a backup, or `kubectl zenml connector delete` each connector, and register it again",
        ),
    )
}

fn read_settings(dir: &Path) -> Result<Option<Settings>> {
    files::read_private(&dir.join("vault.json"))?.map(|bytes| Settings::parse(&bytes)).transpose()
}

/// The answer of a vault whose key is neither in the kernel nor to be had without asking a person.
fn locked() -> Error {
    Error::failure("the vault is locked: run `kubectl zenml vault unlock`")
}

#[cfg(feature = "cli")]
fn gone(path: &Path) -> Result<bool> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::failure(format!("cannot remove {}", path.display())).because(error)),
    }
}

#[cfg(feature = "cli")]
fn to_json(settings: &Settings) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(settings).context(|| "cannot write vault.json")
}
