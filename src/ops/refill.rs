//! Renewing a sealed credential, by one process however many ask (layer 3).

use std::fs::File;
use std::time::Duration;

use crate::cluster::plugin as exec_plugin;
use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::helper::{self, Ask};
use crate::ops::vault::unlock;
use crate::paths::Home;
use crate::vault::Vault;
use crate::vault::content::{Content, Credential};
use crate::vault::header::{self, Header};
use crate::vault::key::DataKey;

/// How long a foreign exec plugin may take, and how long others wait for the one who runs it.
pub const LIMIT: Duration = Duration::from_secs(60);

/// How long an answer without an expiry is kept, in seconds: its plugin said nothing of its life, and clients would keep
/// such a credential for theirs.
const UNKNOWN_LIFE: i64 = 60;

/// A credential that may be handed out.
#[derive(Debug)]
pub struct Fresh {
    /// Its header.
    pub header: Header,
    /// The secret.
    pub content: Content,
    /// Why it was not renewed although it was time.
    pub warning: Option<Error>,
}

/// Opens the credential that `ask` is about, renewing it where it is stale.
pub async fn refill(home: &Home, ask: &Ask) -> Result<Fresh> {
    let vault = Vault::require(home)?;
    let sealed = ask.sealed(home, &vault)?;
    ask.check(&sealed.header)?;
    let (vault, key) = unlock(home).await?;
    let (header, content) = sealed.open(&key)?;
    let Credential::Exec { .. } = content.credential else {
        let expired = header.is_expired(helper::now());
        return if expired { Err(helper::expired(&header)) } else { Ok(Fresh { header, content, warning: None }) };
    };
    if !header.is_stale(helper::now()) {
        return Ok(Fresh { header, content, warning: None });
    }
    match renew(&vault, &key, &header.connector).await {
        Ok((header, content)) => Ok(Fresh { header, content, warning: None }),
        Err(error) if header.is_expired(helper::now()) || header.expires_at.is_none() => Err(error),
        Err(error) => Ok(Fresh { header, content, warning: Some(error) }),
    }
}

/// The header's times for an answer obtained at `now`.
pub fn lifetime(header: &mut Header, now: i64, expires_at: Option<i64>, tolerance: Option<i64>) {
    header.expires_at = expires_at;
    header.refresh_after = Some(match expires_at {
        Some(end) => header::refresh_after(now, end, tolerance),
        None => now + UNKNOWN_LIFE,
    });
}

async fn renew(vault: &Vault, key: &DataKey, connector: &str) -> Result<(Header, Content)> {
    let _lock = lock(vault, connector).await?;
    // Somebody else may have renewed it while this process waited.
    let sealed = vault.sealed(connector)?.ok_or_else(|| helper::missing(connector))?;
    let (mut header, content) = sealed.open(key)?;
    if !header.is_stale(helper::now()) {
        return Ok((header, content));
    }
    let Content { credential: Credential::Exec { plugin, .. }, proxy_url } = content else {
        return Ok((header, content));
    };
    let (answer, expires_at) = exec_plugin::run(&plugin, LIMIT).await?;
    lifetime(&mut header, helper::now(), expires_at, None);
    let content = Content { credential: Credential::Exec { plugin, answer }, proxy_url };
    vault.put(key, &header, &content)?;
    Ok((header, content))
}

async fn lock(vault: &Vault, connector: &str) -> Result<File> {
    let file = files::open_lock(&vault.lock_path(connector))?;
    let waiting = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
    match tokio::time::timeout(LIMIT, waiting).await {
        Ok(locked) => locked.context(|| "cannot wait for the renewal")?.context(|| "cannot lock the credential"),
        Err(_) => Err(Error::new(Kind::TimedOut, "another process has been renewing this credential for too long")),
    }
}
