//! The Secret Service (GNOME Keyring, KWallet, KeePassXC) over D-Bus (layer 2).

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use secret_service::{EncryptionType, SecretService};
use zeroize::Zeroizing;

use super::{SERVICE, user};
use crate::error::{Context, Error, Kind, Result};

/// How long the keyring may take to answer.
const LIMIT: Duration = Duration::from_secs(2);
/// How long a person may take to answer the keyring's own prompt.
const PERSON: Duration = Duration::from_secs(120);

/// Whether the keyring can take a new item now, without asking anybody anything.
pub async fn probe() -> Result<()> {
    bounded(async {
        let service = connect().await?;
        let collection = service.get_default_collection().await.map_err(|error| {
            Error::failure("the keyring has no default collection")
                .because(error)
                .hint("log in to the desktop once, or create one with the desktop's password manager")
        })?;
        if collection.is_locked().await.context(|| "cannot ask the keyring")? {
            return Err(locked());
        }
        Ok(())
    })
    .await
}

/// Asks the keyring to unlock its default collection, which shows the desktop's own prompt and waits for the person there.
pub async fn unlock_collection() -> Result<()> {
    bounded_by(PERSON, async {
        let service = connect().await?;
        let collection = service.get_default_collection().await.context(|| "the keyring has no default collection")?;
        collection.unlock().await.context(|| "the keyring was not unlocked")?;
        if collection.is_locked().await.context(|| "cannot ask the keyring")? { Err(locked()) } else { Ok(()) }
    })
    .await
}

/// The text that the keyring holds for a vault; `None` where it has no such item.
pub async fn read(vault: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
    bounded(async {
        let service = connect().await?;
        let user = user(vault);
        let attributes = HashMap::from([("service", SERVICE), ("username", user.as_str())]);
        let found = service.search_items(attributes).await.context(|| "cannot search the keyring")?;
        if let Some(item) = found.unlocked.first() {
            let secret = item.get_secret().await.context(|| "cannot read the keyring's item")?;
            return Ok(Some(Zeroizing::new(secret)));
        }
        // A locked service may also hide its items altogether, so "not found" counts only when it is open.
        let hidden = match service.get_default_collection().await {
            Ok(collection) => collection.is_locked().await.unwrap_or(false),
            Err(_) => false,
        };
        if hidden || !found.locked.is_empty() { Err(locked()) } else { Ok(None) }
    })
    .await
}

/// Stores `text` as the vault's item and reads it back, so that a keyring that only seems to work is found now.
pub async fn create(vault: &str, text: Zeroizing<String>) -> Result<()> {
    probe().await?;
    let expected = text.clone();
    with_entry(vault, "cannot store the key in the keyring", move |entry| entry.set_secret(text.as_bytes())).await?;
    match read(vault).await? {
        Some(stored) if stored.as_slice() == expected.as_bytes() => Ok(()),
        _ => Err(Error::failure("the keyring does not keep what it is given")),
    }
}

/// Removes the vault's item.
pub async fn delete(vault: &str) -> Result<()> {
    probe().await?;
    with_entry(vault, "cannot remove the key from the keyring", |entry| entry.delete_credential()).await
}

/// The store blocks, and brings a runtime of its own.
async fn with_entry(
    vault: &str,
    failed: &'static str,
    work: impl FnOnce(Entry) -> keyring_core::Result<()> + Send + 'static,
) -> Result<()> {
    let (user, label) = (user(vault), format!("kubectl-zenml vault {vault}"));
    let done = tokio::task::spawn_blocking(move || {
        let store = zbus_secret_service_keyring_store::Store::new()?;
        work(store.build(SERVICE, &user, Some(&HashMap::from([("label", label.as_str())])))?)
    });
    done.await.context(|| failed)?.context(|| failed)
}

async fn connect() -> Result<SecretService<'static>> {
    // Plain: another process of this user could ask the service itself; the bus is local.
    SecretService::connect(EncryptionType::Plain)
        .await
        .map_err(|error| Error::failure("there is no keyring (Secret Service) on the session's D-Bus").because(error))
}

async fn bounded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    bounded_by(LIMIT, work).await
}

async fn bounded_by<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(Error::new(Kind::TimedOut, format!("the keyring did not answer within {} s", limit.as_secs())))
    })
}

fn locked() -> Error {
    Error::failure("the keyring is locked")
        .hint("unlock it (log in to the desktop, or `gnome-keyring-daemon --unlock`), then try again")
}
