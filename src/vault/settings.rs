//! The vault's own file, `vault.json`: which key, held where (layer 0).

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Context, Error, Result};

/// The format of `vault.json` that this version writes and reads.
const FORMAT: u32 = 1;

/// What is known of a vault without any key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    format: u32,
    /// The vault's id, a UUID.
    pub id: String,
    /// The id of the data key, a UUID.
    pub key: String,
    /// Where the data key is held. Chosen once, never changed silently.
    pub holder: Holder,
    /// For how many seconds the data key is cached in the kernel; 0 = never.
    pub cache_seconds: u32,
    /// Whether each question for a credential is noted in the audit log.
    #[serde(default = "yes")]
    pub audit: bool,
    /// For how many seconds a client that asks for a credential is kept waiting at most.
    #[serde(default = "default_deadline")]
    pub deadline_seconds: u32,
    /// The same where the credential comes from another exec plugin.
    #[serde(default = "default_plugin_deadline")]
    pub plugin_deadline_seconds: u32,
    /// The plugin's path as it was at the last login: where the helper finds it when it does not lie beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PathBuf>,
}

/// Where a data key is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Holder {
    /// One item of the operating system's keyring.
    Os,
    /// A file that only its owner may read.
    KeyFile {
        /// Where it is.
        path: PathBuf,
    },
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Os => f.write_str("os keyring"),
            Self::KeyFile { path } => write!(f, "key file {}", path.display()),
        }
    }
}

impl Settings {
    /// Settings of a new vault.
    pub fn new(id: String, key: String, holder: Holder, cache_seconds: u32) -> Self {
        Self {
            format: FORMAT,
            id,
            key,
            holder,
            cache_seconds,
            audit: yes(),
            deadline_seconds: default_deadline(),
            plugin_deadline_seconds: default_plugin_deadline(),
            plugin: None,
        }
    }

    /// How long a client that asks for a credential waits at most; `plugin` = another exec plugin is run for it.
    pub fn deadline(&self, plugin: bool) -> Duration {
        let seconds = if plugin { self.plugin_deadline_seconds } else { self.deadline_seconds };
        Duration::from_secs(seconds.into())
    }

    /// Reads `vault.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let settings: Self = serde_json::from_slice(bytes).context(|| "vault.json is damaged")?;
        if settings.format == FORMAT {
            return Ok(settings);
        }
        Err(Error::failure(format!("a vault of format {} needs a newer version of this program", settings.format)))
    }
}

fn yes() -> bool {
    true
}

fn default_deadline() -> u32 {
    10
}

fn default_plugin_deadline() -> u32 {
    60
}
