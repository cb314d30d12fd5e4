//! What has become of every credential: `credential status` and `credential audit` (layer 3). Unlocks nothing, contacts
//! nobody.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::audit::LastError;
use crate::audit::log::{self, Entry, LastUse};
use crate::connector::Connector;
use crate::error::{Error, Result};
use crate::execcred::rfc3339;
use crate::ops::refill::failure::Failure;
use crate::ops::vault::status::Place;
use crate::paths::Home;
use crate::registry::{self, store};
use crate::vault::Vault;
use crate::vault::header::Header;

/// One connector's credential, as far as can be known without a key.
#[derive(Debug)]
pub struct State {
    /// The connector.
    pub connector: Connector,
    /// Who holds the key; `None` = there is no vault.
    pub holder: Option<Place>,
    /// The sealed file's header; `None` = nothing can be read of it.
    pub header: Option<Header>,
    /// When the credential was last handed out, as far as the audit log reaches back.
    pub last_use: Option<Timestamp>,
    /// What went wrong last, unless it has worked since.
    pub last_error: Option<LastError>,
    /// The renewal that failed, where that is what went wrong last.
    pub renewal: Option<Failure>,
}

/// Looks at every connector. Says with it what could not be looked at.
pub fn status(home: &Home) -> Result<(Vec<State>, Vec<Error>)> {
    let connectors = store::all(home)?;
    let mut unknown = Vec::new();
    let vault = Vault::open(home).unwrap_or_else(|error| {
        unknown.push(error.under("the vault cannot be opened"));
        None
    });
    let mut uses = log::last_uses(home).unwrap_or_else(|error| {
        unknown.push(error.under("the last uses are not known"));
        HashMap::new()
    });
    let state = |connector: Connector| {
        let last = uses.remove(&connector.id).unwrap_or_default();
        let (header, unreadable) = match vault.as_ref().map(|vault| vault.sealed(&connector.id)) {
            None | Some(Ok(None)) => (None, None),
            Some(Ok(Some(sealed))) => (Some(sealed.header), None),
            Some(Err(error)) => (None, Some(of_now(&connector, &error))),
        };
        let failure = vault.as_ref().and_then(|vault| Failure::of(vault, &connector.id).ok().flatten());
        let (last_error, renewal) = match unreadable {
            Some(error) => (Some(error), None),
            None => standing(home, vault.is_some(), &connector, last, failure),
        };
        let holder = vault.as_ref().map(|vault| Place::from(&vault.settings().holder));
        State { connector, holder, header, last_use: last.time, last_error, renewal }
    };
    Ok((connectors.into_iter().map(state).collect(), unknown))
}

/// The last error that still stands: a refusal until the credential is handed out again, a failed renewal until one
/// succeeds. With it comes the renewal where it is that which failed.
fn standing(
    home: &Home,
    has_vault: bool,
    connector: &Connector,
    last: LastUse,
    failure: Option<Failure>,
) -> (Option<LastError>, Option<Failure>) {
    let time = |error: &LastError| error.time.parse::<Timestamp>().ok();
    // Times are noted by the second; within one, the log has the order, but for what came without a vault.
    let is_later = |kept: &LastError, used| match time(kept).cmp(&Some(used)) {
        Ordering::Equal => kept.served || last.refused_since || !has_vault,
        order => order == Ordering::Greater,
    };
    let kept = log::last_error(home, &connector.id);
    let kept = kept.filter(|kept| last.time.is_none_or(|used| is_later(kept, used)));
    let Some(failure) = failure else { return (kept, None) };
    let then = rfc3339(failure.at.div_euclid(1000));
    let renewal = LastError { time: then, ..of_now(connector, &failure.error()) };
    // What clients were told because of that failure is no error of its own.
    let told = |kept: &LastError| kept.text.contains(&crate::error::harmless(&failure.bare().to_string()));
    match kept {
        Some(kept) if time(&kept) > time(&renewal) && !told(&kept) => (Some(kept), None),
        _ => (Some(renewal), Some(failure)),
    }
}

fn of_now(connector: &Connector, error: &Error) -> LastError {
    LastError {
        time: rfc3339(Timestamp::now().as_second()),
        connector: Some(connector.id.clone()),
        kind: error.kind(),
        text: crate::error::harmless(&error.render()),
        served: false,
    }
}

/// A line of the log, with the name that the connector has now.
#[derive(Debug)]
pub struct Question {
    /// The line.
    pub entry: Entry,
    /// The connector's name; `None` = it is gone, or was never known.
    pub name: Option<String>,
}

/// Which part of the log.
#[derive(Debug, Default)]
pub struct Filter {
    /// Only this connector: a name, id or unique id prefix. A deleted one is known by its whole id.
    pub connector: Option<String>,
    /// Only what came at this time or later.
    pub since: Option<Timestamp>,
    /// Only so many, the newest.
    pub tail: Option<usize>,
}

/// The audit log, the oldest line first. Says with it whether new lines are written.
pub fn audit(home: &Home, filter: &Filter) -> Result<(Vec<Question>, bool)> {
    let names: HashMap<_, _> = registry::entries(home)?.into_iter().map(|entry| (entry.id, entry.name)).collect();
    let all = log::entries(home)?;
    let wanted = match &filter.connector {
        None => None,
        Some(id) if all.iter().any(|entry| entry.connector.as_ref() == Some(id)) => Some(id.clone()),
        Some(reference) => Some(registry::resolve(home, reference)?.id),
    };
    let matches = |entry: &Entry| {
        (wanted.is_none() || entry.connector == wanted) && filter.since.is_none_or(|since| entry.time >= since)
    };
    let mut questions: Vec<_> = all
        .into_iter()
        .filter(matches)
        .map(|entry| Question { name: entry.connector.as_ref().and_then(|id| names.get(id).cloned()), entry })
        .collect();
    if let Some(tail) = filter.tail {
        questions.drain(..questions.len().saturating_sub(tail));
    }
    // A vault that cannot be opened does not say.
    let on = Vault::open(home).ok().flatten().is_none_or(|vault| vault.settings().audit);
    Ok((questions, on))
}
