//! Renewing a sealed credential, by one process however many ask (layer 3).

use std::fs::File;
use std::io::Write;
use std::time::{Duration, SystemTime};

use crate::cluster::plugin as exec_plugin;
use crate::connector::lifetime;
use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::helper::{self, Ask};
use crate::keyring;
use crate::paths::Home;
use crate::vault::Vault;
use crate::vault::content::{Content, Credential};
use crate::vault::header::Header;

/// How long a foreign exec plugin may take, and how long others wait for the one who runs it.
pub const LIMIT: Duration = Duration::from_secs(60);

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
    let find = |vault: &Vault| {
        let sealed = ask.sealed(home, vault)?;
        ask.check(&sealed.header).map(|()| sealed)
    };
    let (header, content) = keyring::open(home, find).await?;
    let Credential::Exec { .. } = content.credential else {
        let expired = header.is_expired(helper::now());
        return if expired { Err(helper::expired(&header)) } else { Ok(Fresh { header, content, warning: None }) };
    };
    if !header.is_stale(helper::now()) {
        return Ok(Fresh { header, content, warning: None });
    }
    let usable = header.expires_at.is_some() && !header.is_expired(helper::now());
    let asked_at = SystemTime::now();
    let Some(lock) = lock(&Vault::require(home)?, &header.connector, usable).await? else {
        return Ok(Fresh { header, content, warning: None });
    };
    let renewed = if has_failed_since(&lock, asked_at) {
        Err(Error::failure("another process has just failed to renew this credential").hint("its message says why"))
    } else {
        renew(home, &header.connector).await.inspect_err(|_| note_failure(&lock))
    };
    drop(lock);
    match renewed {
        Ok((header, content)) => Ok(Fresh { header, content, warning: None }),
        Err(error) if usable => Ok(Fresh { header, content, warning: Some(error) }),
        Err(error) => Err(error),
    }
}

/// Renews under the lock.
async fn renew(home: &Home, connector: &str) -> Result<(Header, Content)> {
    // Somebody else may have renewed it while this process waited.
    let find = |vault: &Vault| vault.sealed(connector)?.ok_or_else(|| helper::missing(connector));
    let (mut header, content) = keyring::open(home, find).await?;
    if !header.is_stale(helper::now()) {
        return Ok((header, content));
    }
    let Content { credential: Credential::Exec { plugin, .. }, proxy_url } = content else {
        return Ok((header, content));
    };
    let (answer, said) = exec_plugin::run(&plugin, LIMIT).await?;
    header.expires_at = said.or(lifetime::check(&answer, helper::now())?);
    header.refresh_after = lifetime::renewal(helper::now(), header.expires_at, true);
    let content = Content { credential: Credential::Exec { plugin, answer }, proxy_url };
    // The plugin took its time, in which the connector may have been deleted.
    find(&Vault::require(home)?)?;
    keyring::seal(home, &mut header, &content).await?;
    Ok((header, content))
}

/// Whether whoever held the lock failed while this process waited: one plugin that fails is enough. The time of the last
/// failure is that of the lock file's last change.
fn has_failed_since(lock: &File, asked_at: SystemTime) -> bool {
    let failed_at =
        lock.metadata().ok().filter(|metadata| metadata.len() > 0).and_then(|metadata| metadata.modified().ok());
    failed_at.is_some_and(|failed_at| failed_at >= asked_at)
}

fn note_failure(mut lock: &File) {
    // Without the note the next one asks the plugin again, which is slower and not wrong.
    let _ = lock.set_len(0).and_then(|()| lock.write_all(b"failed\n"));
}

/// Takes the connector's lock, waiting for whoever renews it; `None` where that is going on and the credential is usable
/// meanwhile.
async fn lock(vault: &Vault, connector: &str, usable: bool) -> Result<Option<File>> {
    let file = files::open_lock(&vault.lock_path(connector))?;
    if usable {
        return Ok(file.try_lock().is_ok().then_some(file));
    }
    let waiting = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
    match tokio::time::timeout(LIMIT, waiting).await {
        Ok(locked) => {
            locked.context(|| "cannot wait for the renewal")?.map(Some).context(|| "cannot lock the credential")
        }
        Err(_) => Err(Error::new(Kind::TimedOut, "another process has been renewing this credential for too long")),
    }
}
