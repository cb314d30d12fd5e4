//! Each connector's sealed credential: is it there, does it last, is it bound (layer 3).

use super::Check;
use crate::error::Result;
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::ops::credential::{self, State};
use crate::paths::Home;
use crate::registry::{self, Entry};
use crate::vault::Vault;
use crate::vault::content::RENEWABLE;

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
    let mut found: Vec<_> = connectors.iter().filter_map(|connector| ailment(&vault, connector)).collect();
    found.extend(credential::status(home)?.0.iter().filter_map(refused));
    Ok(match (connectors.len(), found.is_empty()) {
        (0, _) => vec![Check::ok("connectors", "none registered")],
        (count, true) => vec![Check::ok("connectors", format!("{count} registered, the credential of each is sealed"))],
        _ => found,
    })
}

/// What a client was told last, which desktop programs do not show, unless it has been answered since.
fn refused(state: &State) -> Option<Check> {
    let (error, _) = state.last_error.as_ref().zip(state.header.as_ref())?;
    let mut lines = error.text.lines();
    let first = lines.next().unwrap_or_default();
    let what = first.strip_prefix("error: ").unwrap_or(first);
    let hint = lines.find_map(|line| line.strip_prefix("hint: ")).unwrap_or("kubectl zenml credential status -o wide");
    let message = format!("a client was refused at {}: {what}", error.time);
    Some(Check::warn(format!("connector {}", state.connector.name), message, hint))
}

fn ailment(vault: &Vault, connector: &Entry) -> Option<Check> {
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
        let fix = format!("get a new credential, `kubectl zenml connector delete {name}`, and register it again");
        return Some(Check::error(check, format!("its credential expired{when}"), fix));
    }
    header.unbound.then(|| {
        let message = "unbound: any kubeconfig that asks for its credential gets it, for any cluster";
        Check::warn(check, message, format!("kubectl zenml login {name} --bound"))
    })
}
