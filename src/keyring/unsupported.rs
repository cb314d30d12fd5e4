//! Platforms whose keyring this version does not use (layer 2).

use zeroize::Zeroizing;

use crate::error::{Error, Result};

fn unsupported() -> Error {
    Error::failure("the keyring of this operating system is not supported yet")
        .hint("keep the key in a file: `kubectl zenml vault init --holder key-file`")
}

/// Always an error here.
pub async fn probe() -> Result<()> {
    Err(unsupported())
}

/// Always an error here.
pub async fn unlock_collection() -> Result<()> {
    Err(unsupported())
}

/// Always an error here.
pub async fn read(_vault: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
    Err(unsupported())
}

/// Always an error here.
pub async fn create(_vault: &str, _text: Zeroizing<String>) -> Result<()> {
    Err(unsupported())
}

/// Always an error here.
pub async fn delete(_vault: &str) -> Result<()> {
    Err(unsupported())
}
