//! The vault: one data key, many sealed files (layer 0). DESIGN and reasons: ARCHITECTURE.md, "Vault".
//!
//! `vault/vault.json` says which key and where it is held, `vault/<connector id>.sealed` is one credential
//! ([`sealed`] has the format), `vault/<connector id>.lock` serialises its renewals.

pub mod content;
pub mod header;
#[cfg_attr(not(target_os = "linux"), path = "no_kernel.rs")]
pub mod kernel;
pub mod key;
pub mod sealed;
pub mod settings;

use std::path::{Path, PathBuf};

#[cfg(feature = "cli")]
use crate::error::Context;
use crate::error::{Error, Result};
use crate::files;
use crate::paths::Home;
use key::DataKey;
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
        match files::read_private(&dir.join("vault.json"))? {
            None => Ok(None),
            Some(bytes) => {
                files::check_private_dir(&dir)?;
                Ok(Some(Self { settings: Settings::parse(&bytes)?, dir }))
            }
        }
    }

    /// As [`Vault::open`]; a missing vault is an error that says how to make one.
    pub fn require(home: &Home) -> Result<Self> {
        Self::open(home)?.ok_or_else(|| {
            Error::failure("there is no vault yet")
                .hint("register a connector with `kubectl zenml register`, or run `kubectl zenml vault init`")
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
        match files::read_private(&self.sealed_path(connector))? {
            None => Ok(None),
            Some(bytes) => {
                let sealed = Sealed::parse(bytes)?;
                if sealed.header.connector == connector {
                    return Ok(Some(sealed));
                }
                Err(Error::failure("the sealed credential belongs to another connector"))
            }
        }
    }

    /// The data key from where it costs microseconds: the kernel's cache or a key file. `None` = somebody must ask the
    /// keyring.
    pub fn key_at_hand(&self, key_id: &str) -> Result<Option<DataKey>> {
        match &self.settings.holder {
            Holder::Os if self.settings.cache_seconds == 0 => Ok(None),
            Holder::Os => Ok(kernel::get(key_id)),
            Holder::KeyFile { path } => match files::read_private(path)? {
                Some(text) => key::from_text(&text, key_id)?
                    .map(Some)
                    .ok_or_else(|| Error::failure(format!("{} does not hold this vault's key", path.display()))),
                None => Err(Error::failure(format!("the vault's key file {} is missing", path.display()))
                    .hint("without it nothing in this vault can be opened; bring it back from a backup")),
            },
        }
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
        self.change(|settings| settings.plugin = Some(plugin))
    }

    /// Changes what `vault.json` says. The caller sees to it that nobody else does so meanwhile.
    pub fn change(&mut self, change: impl FnOnce(&mut Settings)) -> Result<()> {
        change(&mut self.settings);
        files::sweep(&self.dir);
        files::write_private(&self.dir.join("vault.json"), &to_json(&self.settings)?)
    }

    /// The ids of the connectors that something is sealed for.
    pub fn connectors(&self) -> Result<Vec<String>> {
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

    /// Seals `content` for `header.connector`, replacing what was sealed for it before.
    pub fn put(&self, key: &DataKey, header: &header::Header, content: &content::Content) -> Result<()> {
        files::sweep(&self.dir);
        files::write_private(&self.sealed_path(&header.connector), &sealed::seal(key, header, content)?)
    }

    /// Removes a connector's sealed credential and its lock. Says whether there was one.
    pub fn remove(&self, connector: &str) -> Result<bool> {
        let gone = |path: &Path| match std::fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::failure(format!("cannot remove {}", path.display())).because(error)),
        };
        let sealed = gone(&self.sealed_path(connector))?;
        gone(&self.lock_path(connector))?;
        Ok(sealed)
    }
}

#[cfg(feature = "cli")]
fn to_json(settings: &Settings) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(settings).context(|| "cannot write vault.json")
}
