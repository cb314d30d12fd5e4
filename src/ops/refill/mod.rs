//! Renewing a sealed credential, by one process however many ask (layer 3).

pub mod failure;

use std::fs::File;
use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::audit::log::forget_error;
use crate::audit::{self, Event};
use crate::cluster::endpoint::Endpoint;
use crate::cluster::mint::{self, Means};
use crate::connector::{Connector, lifetime};
use crate::error::{Context, Error, Kind, Result};
use crate::execcred::rfc3339;
use crate::files;
use crate::helper::{self, Ask};
use crate::keyring;
use crate::paths::Home;
use crate::registry::store;
use crate::vault::Vault;
use crate::vault::content::{Content, RENEWABLE};
use crate::vault::header::Header;
use crate::vault::key::DataKey;
use crate::vault::sealed::Sealed;
use failure::Failure;

/// How long a foreign exec plugin may take at registration.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a person may take to log in with an exec plugin.
const PERSON_LIMIT: Duration = Duration::from_secs(600);

/// How a credential is got at registration: with a terminal, a person may have to log in first.
pub fn means(terminal: bool) -> Means {
    Means { limit: if terminal { PERSON_LIMIT } else { LIMIT }, terminal }
}

/// A credential that may be handed out.
#[derive(Debug)]
pub struct Fresh {
    /// Its header.
    pub header: Header,
    /// The secret.
    pub content: Content,
    /// Whether this process has got it just now.
    pub renewed: bool,
    /// What went wrong although there is a credential.
    pub warning: Option<Error>,
}

/// How a credential is renewed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way {
    /// Also where it seems to be good still.
    pub force: bool,
    /// An exec plugin may use the terminal.
    pub terminal: bool,
    /// A person has asked for exactly this: an earlier failure is no reason to wait.
    pub person: bool,
}

/// Opens the credential that `ask` is about, renewing it where it is stale, and notes that.
pub async fn refill(home: &Home, ask: &Ask, way: Way) -> Result<Fresh> {
    let vault = Vault::require(home)?;
    let (connector, fresh) = match ask.sealed(home, &vault) {
        Ok(sealed) => {
            let connector = Some(sealed.header.connector.clone());
            match ask.check(&sealed.header) {
                Ok(()) => (connector, open(home, sealed, way).await),
                Err(error) => (connector, Err(error)),
            }
        }
        Err(error) => (None, Err(error)),
    };
    noted(home, &vault, connector.as_deref(), fresh)
}

/// Renews the credential of the connector `reference` now, on behalf of a person.
pub async fn refresh(home: &Home, reference: &str, terminal: bool) -> Result<(Connector, Fresh)> {
    let connector = store::find(home, reference)?;
    let vault = Vault::require(home)?;
    let sealed = vault.sealed(&connector.id)?.ok_or_else(|| helper::missing(reference))?;
    if !RENEWABLE.contains(&sealed.header.auth_method.as_str()) {
        let (name, method) = (&connector.name, &sealed.header.auth_method);
        return Err(Error::failure(format!(
            "connector \"{name}\" cannot be refreshed: a {method} has nobody to ask for the next one"
        ))
        .hint(format!(
            "put the new credential into the kubeconfig, then `kubectl zenml connector delete {name}` and \
             `kubectl zenml register {name}`"
        )));
    }
    let fresh = open(home, sealed, Way { force: true, terminal, person: true }).await;
    let fresh = noted(home, &vault, Some(&connector.id), fresh)?;
    Ok((connector, fresh))
}

fn noted(home: &Home, vault: &Vault, connector: Option<&str>, fresh: Result<Fresh>) -> Result<Fresh> {
    match &fresh {
        Ok(Fresh { renewed, warning, .. }) => {
            audit::note(home, vault, connector, if *renewed { Event::Refill } else { Event::Hit });
            match (warning, connector) {
                (Some(warning), _) => audit::keep_error(home, connector, warning),
                (None, Some(id)) => forget_error(home, id),
                (None, None) => {}
            }
        }
        Err(error) => audit::refused(home, vault, connector, error),
    }
    fresh
}

async fn open(home: &Home, sealed: Sealed, way: Way) -> Result<Fresh> {
    let asked_at = failure::now();
    let begin = Instant::now();
    let mark = sealed.mark();
    let limit = Vault::require(home)?.settings().deadline(false);
    let (vault, key) = timeout(limit, keyring::unlock(home)).await.map_err(|_| {
        Error::new(Kind::TimedOut, format!("the vault's key could not be had within {} s", limit.as_secs()))
    })??;
    let (header, content) = sealed.open(&key)?;
    let current = |warning| Fresh { header: header.clone(), content: content.clone(), renewed: false, warning };
    if !RENEWABLE.contains(&header.auth_method.as_str()) {
        let expired = header.is_expired(helper::now());
        return if expired { Err(helper::expired(&header)) } else { Ok(current(None)) };
    }
    if !way.force && !header.is_stale(helper::now()) {
        return Ok(current(None));
    }
    let usable = || header.expires_at.is_some() && !header.is_expired(helper::now());
    let limit = if way.person && way.terminal { PERSON_LIMIT } else { vault.settings().deadline(true) };
    let turn =
        Turn { home, vault: &vault, key: &key, connector: &header.connector, deadline: begin + limit, mark: &mark };
    let lock = match turn.lock(usable() && !way.force).await {
        Ok(Some(lock)) => lock,
        Ok(None) => return Ok(current(None)),
        Err(error) if usable() && !way.person => return Ok(current(Some(still_served(&header, error)))),
        Err(error) => return Err(error),
    };
    match turn.renew(lock, asked_at, way).await {
        Ok(fresh) => Ok(fresh),
        Err(error) if usable() && !way.person => Ok(current(Some(still_served(&header, error)))),
        Err(error) => Err(error),
    }
}

fn still_served(header: &Header, error: Error) -> Error {
    let end = header.expires_at.map_or_else(|| "its end".to_owned(), rfc3339);
    error.under(format!("the credential could not be renewed; the current one is served until {end}"))
}

/// One process's turn at renewing one credential.
struct Turn<'a> {
    home: &'a Home,
    vault: &'a Vault,
    key: &'a DataKey,
    connector: &'a str,
    deadline: Instant,
    /// Of the sealed file that was found to need it.
    mark: &'a [u8],
}

/// The lock, where one can be had.
enum Lock {
    Held(File),
    /// The disk is full or read-only: each process renews for itself.
    Impossible(Error),
}

impl Turn<'_> {
    /// Takes the connector's lock, waiting for whoever renews it; `None` where somebody does and there is no need to wait.
    async fn lock(&self, usable: bool) -> Result<Option<Lock>> {
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
    async fn renew(&self, lock: Lock, asked_at: i64, way: Way) -> Result<Fresh> {
        let sealed = self.vault.sealed(self.connector)?.ok_or_else(|| helper::missing(self.connector))?;
        let changed = sealed.mark() != self.mark;
        let (header, content) = sealed.open(self.key)?;
        if changed && !header.is_stale(helper::now()) {
            return Ok(Fresh { header, content, renewed: false, warning: None });
        }
        let earlier = match &lock {
            Lock::Held(file) => Failure::read(file),
            Lock::Impossible(_) => None,
        };
        if let Some(earlier) = earlier.as_ref().filter(|earlier| !way.person && earlier.holds(asked_at, failure::now()))
        {
            return Err(earlier.error());
        }
        match (self.mint(header, content, way.terminal).await, lock) {
            (Ok(fresh), Lock::Held(file)) => {
                failure::clear(&file);
                Ok(fresh)
            }
            (Ok(fresh), Lock::Impossible(error)) => Ok(Fresh { warning: fresh.warning.or(Some(error)), ..fresh }),
            (Err(error), Lock::Held(file)) => {
                failure::note(&file, earlier.as_ref(), &error);
                Err(error)
            }
            (Err(error), Lock::Impossible(_)) => Err(error),
        }
    }

    /// Gets the next answer and seals it. One that cannot be kept is handed out all the same.
    async fn mint(&self, mut header: Header, content: Content, terminal: bool) -> Result<Fresh> {
        let Content { credential, proxy_url } = content;
        let endpoint = || {
            let connector = store::find(self.home, self.connector)?;
            Endpoint::sealed(&header, &connector.configuration, proxy_url.clone())
        };
        let means = Means { limit: self.deadline.saturating_duration_since(Instant::now()), terminal };
        let before = credential.clone();
        let renewed = mint::renewed(credential, endpoint, means).await.and_then(|(credential, said)| {
            let known = credential.answer().map(|answer| lifetime::check(answer, helper::now())).transpose()?;
            Ok((said.or(known.flatten()), credential))
        });
        // What a plugin writes may repeat what it was given.
        let (expires_at, credential) = renewed.map_err(|error| failure::without_secrets(error, &before))?;
        header.expires_at = expires_at;
        header.refresh_after = lifetime::renewal(helper::now(), expires_at, true);
        let content = Content { credential, proxy_url };
        // The plugin took its time, in which the connector may have been deleted.
        if self.vault.sealed(self.connector)?.is_none() {
            return Err(helper::missing(self.connector));
        }
        let stored = self.vault.put(self.key, &header, &content);
        let warning =
            stored.err().map(|error| error.under("the new credential cannot be kept, so it is got each time"));
        Ok(Fresh { header, content, renewed: true, warning })
    }
}

/// Whether the vault's directory takes no new file.
fn cannot_store(vault: &Vault) -> bool {
    let kind = tempfile::tempfile_in(vault.dir()).err().map(|error| error.kind());
    matches!(kind, Some(ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}
