//! Renewing a sealed credential, by one process however many ask (layer 3).

pub mod failure;
mod fixed;
mod turn;

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use crate::audit::log::forget_error;
use crate::audit::{self, Event};
use crate::cluster::mint::Means;
use crate::connector::Connector;
use crate::error::{Error, Kind, Result};
use crate::execcred::rfc3339;
use crate::helper::{self, Ask};
use crate::keyring;
use crate::paths::Home;
use crate::registry::store;
use crate::vault::Vault;
use crate::vault::content::{Content, RENEWABLE};
use crate::vault::header::Header;
use turn::Turn;

/// How long a foreign exec plugin may take at registration.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a person may take to log in with an exec plugin.
const PERSON_LIMIT: Duration = Duration::from_secs(600);

/// An answer with fewer seconds left is no use while somebody renews it: it may end before the client's last request.
const ENOUGH: i64 = 5;

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

/// Opens the credential that `ask` is about, renewing it where it is stale, and notes that. With it comes what is to be
/// written for the client.
pub async fn refill(home: &Home, ask: &Ask, way: Way) -> Result<(Fresh, Zeroizing<Vec<u8>>)> {
    let vault = ask.vault(home)?;
    let (connector, fresh) = match ask.sealed(home, &vault) {
        Ok(sealed) => {
            let connector = Some(sealed.header.connector.clone());
            let fresh = match ask.check(&sealed.header) {
                Ok(()) => open(home, &vault, &sealed.header.connector, way).await,
                Err(error) => Err(error),
            };
            // Meanwhile the connector may have been given another cluster.
            (connector, fresh.and_then(|fresh| ask.check(&fresh.header).map(|()| fresh)))
        }
        Err(error) => (None, Err(error)),
    };
    let answered = fresh.and_then(|fresh| ask.answer(&fresh.header, &fresh.content).map(|answer| (fresh, answer)));
    let (fresh, answer) = answered.map_or_else(|error| (Err(error), None), |(fresh, answer)| (Ok(fresh), Some(answer)));
    let fresh = noted(home, &vault, connector.as_deref(), fresh)?;
    Ok((fresh, answer.unwrap_or_default()))
}

/// Renews the credential of the connector `reference` now, on behalf of a person.
pub async fn refresh(home: &Home, reference: &str, terminal: bool) -> Result<(Connector, Fresh)> {
    let connector = store::find(home, reference)?;
    let vault = Vault::require(home)?;
    let sealed = vault.sealed(&connector.id)?.ok_or_else(|| helper::missing(reference))?;
    if !RENEWABLE.contains(&sealed.header.auth_method.as_str()) {
        return Err(fixed::error(&connector));
    }
    let fresh = open(home, &vault, &connector.id, Way { force: true, terminal, person: true }).await;
    if fresh.is_err() {
        // No client was refused: the person was told, and what failed is noted with the credential's lock.
        audit::note(home, &vault, Some(&connector.id), Event::Refusal);
        return fresh.map(|fresh| (connector, fresh));
    }
    let fresh = noted(home, &vault, Some(&connector.id), fresh)?;
    Ok((connector, fresh))
}

fn noted(home: &Home, vault: &Vault, connector: Option<&str>, fresh: Result<Fresh>) -> Result<Fresh> {
    match &fresh {
        Ok(Fresh { renewed, warning, .. }) => {
            audit::note(home, vault, connector, if *renewed { Event::Refill } else { Event::Hit });
            match (warning, connector) {
                (Some(warning), _) => audit::warned(home, vault, connector, warning),
                (None, Some(id)) => forget_error(home, id),
                (None, None) => {}
            }
        }
        Err(error) => audit::refused(home, Some(vault), connector, error),
    }
    fresh
}

/// A sealed credential, opened, and what no other sealing shares.
pub(super) struct Opened {
    pub(super) header: Header,
    pub(super) content: Content,
    pub(super) mark: Vec<u8>,
}

impl Opened {
    pub(super) async fn of(home: &Home, connector: &str) -> Result<Self> {
        let mark = RefCell::default();
        let find = |vault: &Vault| {
            let sealed = vault.sealed(connector)?.ok_or_else(|| helper::missing(connector))?;
            mark.replace(sealed.mark());
            Ok(sealed)
        };
        let (header, content) = keyring::open(home, find).await?;
        Ok(Self { header, content, mark: mark.into_inner() })
    }
}

async fn open(home: &Home, vault: &Vault, connector: &str, way: Way) -> Result<Fresh> {
    let asked_at = failure::now();
    let begin = Instant::now();
    let limit = vault.settings().deadline(false);
    let opened = timeout(limit, Opened::of(home, connector)).await.map_err(|_| {
        Error::new(Kind::TimedOut, format!("the vault's key could not be had within {} s", limit.as_secs()))
    })?;
    let Opened { header, content, mark } = opened?;
    let current = |warning| Fresh { header: header.clone(), content: content.clone(), renewed: false, warning };
    if !RENEWABLE.contains(&header.auth_method.as_str()) {
        let expired = header.is_expired(helper::now());
        return if expired { Err(helper::expired(&header)) } else { Ok(current(None)) };
    }
    if !way.force && !header.is_stale(helper::now()) {
        return Ok(current(None));
    }
    let usable = || header.expires_at.is_some() && !header.is_expired(helper::now());
    // Who forces it has no use for the answer that there is: a person wants another, our own client had that one refused.
    // What fails for want of the connector itself, deleted meanwhile, serves nothing.
    let serves = || usable() && !way.force && matches!(vault.sealed(connector), Ok(Some(_)));
    let plugin = content.credential.plugin().is_some();
    let limit = if plugin && way.person && way.terminal { PERSON_LIMIT } else { vault.settings().deadline(plugin) };
    let turn = Turn { home, vault, connector, deadline: begin + limit, mark: &mark };
    let lasts = header.expires_at.is_some_and(|end| end - helper::now() >= ENOUGH);
    let lock = match turn.lock(lasts && !way.force).await {
        Ok(Some(lock)) => lock,
        Ok(None) => return Ok(current(None)),
        Err(error) if serves() => return Ok(current(Some(still_served(&header, error)))),
        Err(error) => return Err(error),
    };
    match turn.renew(lock, asked_at, way).await {
        Ok(fresh) => Ok(fresh),
        Err(error) if serves() => Ok(current(Some(still_served(&header, error)))),
        Err(error) => Err(error),
    }
}

fn still_served(header: &Header, error: Error) -> Error {
    let end = header.expires_at.map_or_else(|| "its end".to_owned(), rfc3339);
    error.under(format!("the credential could not be renewed; the current one is served until {end}"))
}
