//! Each connector's sealed credential: is it there, does it last, is it bound (layer 3).

use super::Check;
use crate::connector::Connector;
use crate::error::{Error, Result, harmless};
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::ops::connector::login;
use crate::ops::credential::{self, State};
use crate::paths::Home;
use crate::registry::{self, Entry, store};
use crate::vault::Vault;
use crate::vault::content::RENEWABLE;
use crate::vault::header::Header;

/// Looks at the clear headers of what is sealed.
pub(super) fn check(home: &Home) -> Vec<Check> {
    match look(home) {
        Ok(checks) => checks,
        Err(error) => vec![Check::of("connectors", &error)],
    }
}

fn look(home: &Home) -> Result<Vec<Check>> {
    let connectors = registry::entries(home)?;
    // A vault that cannot be opened has a check of its own.
    let Ok(Some(vault)) = Vault::open(home) else { return Ok(Vec::new()) };
    let mut found: Vec<_> = connectors.iter().filter_map(|connector| ailment(home, &vault, connector)).collect();
    found.extend(credential::status(home)?.0.iter().filter_map(last_error));
    Ok(match (connectors.len(), found.is_empty()) {
        (0, _) => vec![Check::ok("connectors", "none registered")],
        (count, true) => vec![Check::ok("connectors", format!("{count} registered, the credential of each is sealed"))],
        _ => found,
    })
}

/// What went wrong last, which desktop programs do not show, unless it has worked since.
fn last_error(state: &State) -> Option<Check> {
    let (error, header) = state.last_error.as_ref().zip(state.header.as_ref())?;
    let check = format!("connector {}", state.connector.name);
    if let Some(renewal) = &state.renewal {
        return Some(not_renewed(check, &state.connector, header, &error.time, renewal.bare()));
    }
    let mut lines = error.text.lines();
    let first = lines.next().unwrap_or_default();
    let what = first.strip_prefix("error: ").unwrap_or(first);
    let hint = lines.find_map(|line| line.strip_prefix("hint: ")).unwrap_or("kubectl zenml credential status -o wide");
    let name = &state.connector.name;
    let fix = if what.contains("token file") {
        format!("put a token there, or name another file: `kubectl zenml connector update {name} --token-file FILE`")
    } else {
        hint.to_owned()
    };
    let how = if error.served { "was answered, but" } else { "was refused" };
    Some(Check::warn(check, format!("a client {how} at {}: {what}", error.time), fix))
}

/// A renewal that failed, at `then`: nobody is refused while the answer that there is lasts.
fn not_renewed(check: String, connector: &Connector, header: &Header, then: &str, error: &Error) -> Check {
    let refresh = format!("`kubectl zenml credential refresh {}`", connector.name);
    let fix = match (error.hints().first(), connector.auth_method.as_str()) {
        (Some(hint), _) => format!("{hint}; then {refresh}"),
        (None, "service-account") => {
            let account = connector.configuration.service_account.as_ref();
            let account = account.map_or_else(String::new, |it| format!("{}/{}", it.namespace, it.name));
            format!("see that ServiceAccount {account} is there and tokens of it may be had, then {refresh}")
        }
        (None, _) => format!("make its exec plugin work again, as by a login with its own tool, then {refresh}"),
    };
    let why = harmless(&error.brief());
    match header.expires_at.filter(|_| !header.is_expired(now())) {
        Some(end) => {
            let end = rfc3339(end);
            Check::warn(check, format!("a renewal failed at {then}, and its answer is valid until {end}: {why}"), fix)
        }
        None => Check::error(check, format!("a renewal failed at {then}, and it has no valid answer: {why}"), fix),
    }
}

fn ailment(home: &Home, vault: &Vault, connector: &Entry) -> Option<Check> {
    let (check, name) = (format!("connector {}", connector.name), &connector.name);
    let header = match vault.sealed(&connector.id) {
        Ok(Some(sealed)) => sealed.header,
        Ok(None) => {
            let fix = format!("`kubectl zenml connector delete {name}`, then register it again");
            return Some(Check::error(check, "its sealed credential is missing", fix));
        }
        Err(error) => return Some(Check::of(check, &error)),
    };
    // What has a plugin, or mints, is renewed.
    if header.is_expired(now()) && !RENEWABLE.contains(&header.auth_method.as_str()) {
        let when = header.expires_at.map_or_else(String::new, |end| format!(" at {}", rfc3339(end)));
        let fix = format!(
            "get a new one, and give it: `kubectl zenml connector update {name}` with --token @FILE or the like"
        );
        return Some(Check::error(check, format!("its credential expired{when}"), fix));
    }
    header.unbound.then(|| {
        let message = "unbound: any kubeconfig that asks for its credential gets it, for any cluster";
        let fix = match store::find(home, &connector.id) {
            Ok(connector) if !connector.configuration.cluster().can_be_told() => login::smaller_authority(name),
            _ => format!("kubectl zenml login {name} --bound"),
        };
        Check::warn(check, message, fix)
    })
}
