//! Who holds a vault's data key (layer 0).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::{files, paths};

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
    /// A file that systemd puts into `$CREDENTIALS_DIRECTORY` for a service. This program only reads it.
    SystemdCredential {
        /// Its name there.
        name: String,
    },
    /// `vault.json` itself, encrypted under a passphrase.
    Passphrase {
        /// The encrypted keys.
        wrapped: Wrapped,
    },
    /// Nobody any more: `vault destroy` was stopped before it had removed every file.
    Destroyed,
}

/// Keys encrypted under a passphrase. Nothing in it is secret without that; everything in it is authenticated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    /// How the passphrase becomes a key: `argon2id`, version 1.3.
    pub kdf: String,
    /// Memory that this takes, in KiB.
    pub memory_kib: u32,
    /// How often it goes over the memory.
    pub passes: u32,
    /// Into how many lanes the memory is divided.
    pub lanes: u32,
    /// Random, base64.
    pub salt: String,
    /// The ids of the keys.
    pub keys: Vec<String>,
    /// Random, base64.
    pub nonce: String,
    /// XChaCha20-Poly1305 of the keys' text, base64.
    pub text: String,
}

/// A copy of keys at a place that is not, or no longer, the vault's holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// Where it may lie.
    pub holder: Holder,
    /// The ids of the keys.
    pub keys: Vec<String>,
}

impl Holder {
    /// Whether the kernel keeps a copy of the key: a file needs none.
    pub fn is_cached(&self) -> bool {
        matches!(self, Self::Os | Self::Passphrase { .. })
    }

    /// The name of its kind, as in `vault.json`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::KeyFile { .. } => "key-file",
            Self::SystemdCredential { .. } => "systemd-credential",
            Self::Passphrase { .. } => "passphrase",
            Self::Destroyed => "destroyed",
        }
    }

    /// The keys' text where it lies in a file; `None` for the other holders. Fails where the file is not there.
    pub fn file_text(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match self {
            Self::KeyFile { path } => files::read_private(path)?.map(Some).ok_or_else(|| {
                Error::failure(format!("the vault's key file {} is missing", path.display()))
                    .hint("without it nothing in this vault can be opened; bring it back from a backup")
            }),
            Self::SystemdCredential { name } => {
                let loaded = match paths::credentials_directory() {
                    Some(dir) => files::read_credential(&dir, name)?,
                    None => None,
                };
                loaded.map(Some).ok_or_else(|| no_credential(name))
            }
            Self::Os | Self::Passphrase { .. } | Self::Destroyed => Ok(None),
        }
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Os => f.write_str("os keyring"),
            Self::KeyFile { path } => write!(f, "key file {}", path.display()),
            Self::SystemdCredential { name } => write!(f, "systemd credential {name}"),
            Self::Passphrase { .. } => f.write_str("passphrase"),
            Self::Destroyed => f.write_str("destroyed"),
        }
    }
}

fn no_credential(name: &str) -> Error {
    let error = Error::failure(format!("this process has no systemd credential \"{name}\""));
    match paths::credentials_directory() {
        Some(dir) => error.hint(format!("there is no file {}", dir.join(name).display())),
        None => error.hint("$CREDENTIALS_DIRECTORY is not set: run this in a service that systemd started"),
    }
    .hint(format!("the unit must say LoadCredential={name} or LoadCredentialEncrypted={name}"))
}
