//! The vault's own file, `vault.json`: which key, held where (layer 0).

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use super::holder::{Holder, Leftover};
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
    #[serde(default = "default::audit")]
    pub audit: bool,
    /// For how many seconds a client that asks for a credential is kept waiting at most.
    #[serde(default = "default::deadline")]
    pub deadline_seconds: u32,
    /// The same where the credential comes from another exec plugin.
    #[serde(default = "default::plugin_deadline")]
    pub plugin_deadline_seconds: u32,
    /// The plugin's path as it was at the last login: where the helper finds it when it does not lie beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PathBuf>,
    /// Keys that sealed files may still name: the vault is being given a new key, or somebody was stopped at that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub old_keys: Vec<String>,
    /// Where a copy of the key may lie beside the holder: it is being moved, or somebody was stopped at that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<Leftover>,
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
            audit: true,
            deadline_seconds: DEADLINE,
            plugin_deadline_seconds: PLUGIN_DEADLINE,
            plugin: None,
            old_keys: vec![],
            leftovers: vec![],
        }
    }

    /// How long a client that asks for a credential waits at most; `plugin` = another exec plugin is run for it.
    pub fn deadline(&self, plugin: bool) -> Duration {
        let seconds = if plugin { self.plugin_deadline_seconds } else { self.deadline_seconds };
        Duration::from_secs(seconds.into())
    }

    /// Whether the kernel keeps this vault's key.
    pub fn caches(&self) -> bool {
        self.holder.is_cached() && self.cache_seconds > 0
    }

    /// The ids of all keys that sealed files may name, the current one first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str()).chain(self.old_keys.iter().map(String::as_str))
    }

    /// Reads `vault.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let settings: Self = serde_json::from_slice(bytes).context(|| "vault.json is damaged").map_err(|error| {
            error.hint(
                "bring it back from a backup; without one nothing in this vault opens any more: move its directory away \
                 and register the connectors again",
            )
        })?;
        if settings.format == FORMAT {
            return Ok(settings);
        }
        Err(Error::failure(format!("a vault of format {} needs a newer version of this program", settings.format)))
    }
}

/// [`Settings::deadline_seconds`] where nothing else is set.
const DEADLINE: u32 = 10;
/// [`Settings::plugin_deadline_seconds`] where nothing else is set.
const PLUGIN_DEADLINE: u32 = 60;

/// The defaults of the fields that came after the first version.
mod default {
    pub(super) fn audit() -> bool {
        true
    }

    pub(super) fn deadline() -> u32 {
        super::DEADLINE
    }

    pub(super) fn plugin_deadline() -> u32 {
        super::PLUGIN_DEADLINE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_of_the_first_version_is_read_and_keeps_what_it_says() {
        let first = concat!(
            r#"{"format":1,"id":"v","key":"k","holder":{"kind":"key-file","path":"/k"},"cache_seconds":28800,"#,
            r#""plugin":"/p"}"#
        );
        let settings = Settings::parse(first.as_bytes()).unwrap();
        assert_eq!(settings.keys().collect::<Vec<_>>(), ["k"]);
        assert!(!settings.caches() && settings.leftovers.is_empty());
        let mut written = serde_json::to_value(&settings).unwrap();
        for later in ["audit", "deadline_seconds", "plugin_deadline_seconds"] {
            assert!(written.as_object_mut().unwrap().remove(later).is_some());
        }
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(first).unwrap());
        assert!(Settings::parse(first.replace(":1,", ":2,").as_bytes()).is_err());
    }
}
