//! The lock of a whole vault: who changes its key or its holder waits for everybody who seals, and they for him (layer 0).

use std::fs::File;
use std::path::Path;

use crate::error::{Context, Result};
use crate::files;

/// The vault is locked until this is dropped. Reading takes no lock.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Nobody else seals, and nobody else changes `vault.json`. `root` is the directory that holds the vault's.
    pub fn exclusive(root: &Path) -> Result<Self> {
        let file = open(root)?;
        file.lock().context(|| "cannot lock the vault")?;
        Ok(Self { _file: file })
    }

    /// Nobody changes `vault.json`, so that what is sealed now is sealed under a key that stays. Others may seal too.
    pub fn shared(root: &Path) -> Result<Self> {
        let file = open(root)?;
        file.lock_shared().context(|| "cannot lock the vault")?;
        Ok(Self { _file: file })
    }
}

fn open(root: &Path) -> Result<File> {
    files::open_lock(&root.join("vault.lock"))
}
