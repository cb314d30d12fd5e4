//! One process's turn at renewing: the lock, the plugin, the seal (layer 3).

use std::fs::File;
use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::{self, Failure};
use super::{Fresh, Opened, Way};
use crate::cluster::endpoint::Endpoint;
use crate::cluster::mint::{self, Means};
use crate::cluster::plugin;
use crate::connector::lifetime;
use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::paths::Home;
use crate::registry::store;
use crate::vault::Vault;
use crate::vault::content::Content;
use crate::vault::header::Header;
use crate::{helper, keyring};

/// How long a new answer waits for a vault that somebody else is changing.
const STORING: Duration = Duration::from_secs(2);

/// One process's turn at renewing one credential.
pub(super) struct Turn<'a> {
    pub(super) home: &'a Home,
    pub(super) vault: &'a Vault,
    pub(super) connector: &'a str,
    pub(super) deadline: Instant,
    /// Of the sealed file that was found to need it.
    pub(super) mark: &'a [u8],
}

/// The lock, where one can be had.
pub(super) enum Lock {
    Held(File),
    /// The disk is full, or the directory read-only: each process renews for itself.
    Impossible(Error),
}

impl Turn<'_> {
    /// Takes the connector's lock, waiting for whoever renews it; `None` where somebody does and there is no need to wait.
    pub(super) async fn lock(&self, usable: bool) -> Result<Option<Lock>> {
        let file = match files::open_lock(&self.vault.lock_path(self.connector)) {
            Ok(file) => file,
            Err(error) if cannot_store(self.vault) => return Ok(Some(Lock::Impossible(error))),
            Err(error) => return Err(error),
        };
        if usable {
            return Ok(file.try_lock().is_ok().then_some(Lock::Held(file)));
        }
        let waiting = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
        match timeout_at(self.deadline, waiting).await {
            Ok(locked) => {
                let locked = locked.context(|| "cannot wait for the renewal")?;
                locked.map(|file| Some(Lock::Held(file))).context(|| "cannot lock the credential")
            }
            Err(_) => Err(Error::new(Kind::TimedOut, "another process has been renewing this credential for too long")
                .hint("if a plugin of its hangs, end that; the lock goes with the process")),
        }
    }

    /// Renews under the lock, unless somebody else has just done so, or has just failed.
    pub(super) async fn renew(&self, lock: Lock, asked_at: i64, way: Way) -> Result<Fresh> {
        let Opened { header, content, mark } = Opened::of(self.home, self.connector).await?;
        if mark != self.mark && !header.is_stale(helper::now()) {
            return Ok(Fresh { header, content, renewed: false, warning: None });
        }
        let earlier = match &lock {
            Lock::Held(file) => Failure::read(file),
            Lock::Impossible(_) => None,
        };
        // Nothing has failed where somebody must be asked and nobody is there.
        if let (false, Some(plugin)) =
            (way.terminal, content.credential.plugin().filter(|it| plugin::needs_terminal(it)))
        {
            return Err(plugin::no_terminal(plugin));
        }
        let holds = |earlier: &&Failure| !way.person && earlier.holds(asked_at, failure::now(), way.terminal);
        if let Some(earlier) = earlier.as_ref().filter(holds) {
            return Err(earlier.error());
        }
        match (self.mint(header, content, &mark, way.terminal).await, lock) {
            (Ok(fresh), Lock::Held(file)) => {
                failure::clear(&file);
                Ok(fresh)
            }
            (Ok(fresh), Lock::Impossible(error)) => Ok(Fresh { warning: fresh.warning.or(Some(error)), ..fresh }),
            (Err(error), Lock::Held(file)) => {
                failure::note(&file, earlier.as_ref(), way.terminal, &error);
                Err(error)
            }
            (Err(error), Lock::Impossible(_)) => Err(error),
        }
    }

    /// Gets the next answer and seals it. One that cannot be kept is handed out all the same.
    async fn mint(&self, mut header: Header, content: Content, mark: &[u8], terminal: bool) -> Result<Fresh> {
        let Content { credential, proxy_url } = content;
        let endpoint = || {
            let connector = store::find(self.home, self.connector)?;
            Endpoint::sealed(&header, &connector, proxy_url.clone())
        };
        let means = Means { limit: self.deadline.saturating_duration_since(Instant::now()), terminal };
        let (before, kept) = (Content { credential: credential.clone(), proxy_url: proxy_url.clone() }, header.clone());
        let renewed = mint::renewed(credential, endpoint, means).await;
        let renewed = renewed.and_then(|(credential, said)| {
            let known = credential.answer().map(|answer| lifetime::check(answer, helper::now())).transpose()?;
            Ok((said.into_iter().chain(known.flatten()).min(), credential))
        });
        // What a plugin writes may repeat what it was given.
        let (expires_at, credential) = renewed.map_err(|error| failure::without_secrets(error, &before.credential))?;
        header.expires_at = expires_at;
        let tolerance = store::find(self.home, self.connector).ok().and_then(|it| it.expires_skew_tolerance);
        header.refresh_after = lifetime::renewal(helper::now(), expires_at, true, tolerance);
        let content = Content { credential, proxy_url };
        // The plugin took its time, in which the connector may have been deleted, or sealed anew by somebody else.
        let now = self.vault.sealed(self.connector)?.ok_or_else(|| helper::missing(self.connector))?;
        let is_same = now.mark() == mark || self.is_only_rekeyed(&kept, &before).await;
        let stored = if is_same { self.store(&mut header, &content).await } else { Ok(()) };
        let warning =
            stored.err().map(|error| error.under("the new credential cannot be kept, so it is got each time"));
        Ok(Fresh { header, content, renewed: true, warning })
    }

    /// Whether what is sealed now is what was sealed `before`, under another key.
    async fn is_only_rekeyed(&self, header: &Header, before: &Content) -> bool {
        let Ok(Opened { header: now, content, .. }) = Opened::of(self.home, self.connector).await else { return false };
        Header { key: header.key.clone(), ..now } == *header && content.is(before)
    }

    /// Who asked has waited for the answer already, and waits only a little more so that the next one need not.
    async fn store(&self, header: &mut Header, content: &Content) -> Result<()> {
        timeout_at(self.deadline.min(Instant::now() + STORING), keyring::seal(self.home, header, content))
            .await
            .unwrap_or_else(|_| Err(Error::new(Kind::TimedOut, "the vault is being changed for too long")))
    }
}

/// Whether the vault's directory takes no new file.
fn cannot_store(vault: &Vault) -> bool {
    tempfile::tempfile_in(vault.dir()).is_err_and(|error| is_closed(error.kind()))
}

/// Whether a new file that fails so will go on failing, whoever tries.
fn is_closed(kind: ErrorKind) -> bool {
    use ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(kind, PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_without_write_permission_keeps_no_credential_back() {
        // Not tried with a real one: the superuser, as whom tests may run, is denied nothing.
        assert!(is_closed(ErrorKind::PermissionDenied) && is_closed(ErrorKind::StorageFull));
        assert!(!is_closed(ErrorKind::NotFound) && !is_closed(ErrorKind::Interrupted));
    }
}
