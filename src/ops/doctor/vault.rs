//! The vault: is there one, who may read it, can its key be had (layer 3).

use super::Check;
use crate::audit::log;
use crate::error::Error;
use crate::files;
use crate::ops::vault::status::{self, State};
use crate::paths::Home;
use crate::registry;
use crate::vault::Vault;
use crate::vault::settings::Holder;

/// What opens a vault under a passphrase.
const UNLOCK: &str = "kubectl zenml vault unlock";

/// Looks at the vault, unlocking nothing.
pub(super) async fn check(home: &Home) -> Vec<Check> {
    let dir = home.vault();
    let vault = match Vault::open(home) {
        Ok(Some(vault)) => vault,
        Ok(None) if registry::entries(home).is_ok_and(|connectors| !connectors.is_empty()) => {
            let message = format!("{} is missing, and with it every credential", dir.display());
            return vec![Check::error(
                "vault",
                message,
                "bring it back from a backup, or `kubectl zenml connector delete` them, and register them again",
            )];
        }
        Ok(None) => return vec![Check::ok("vault", "none yet; the first `kubectl zenml register` makes one")],
        Err(error) => return vec![Check::of("vault", &error)],
    };
    let settings = vault.settings();
    let there = Check::ok("vault", format!("{}, its key held by the {}", dir.display(), settings.holder));
    if let Err(error) = vault.key_at_hand(&settings.key) {
        let key = match settings.holder {
            Holder::Passphrase { .. } => Check::error("key", error.to_string(), UNLOCK),
            _ => Check::of("key", &error),
        };
        return [there, key].into_iter().chain(audit(home)).collect();
    }
    let key = match status::status(home).await {
        Ok(status) => match status.state {
            State::Cached => Check::ok("key", "at hand, cached in the kernel"),
            State::Available => Check::ok("key", "at hand"),
            State::Locked => Check::error("key", "locked", UNLOCK),
            State::Unavailable(error) => unavailable(&error),
        },
        Err(error) => Check::of("key", &error),
    };
    [there, key].into_iter().chain(audit(home)).collect()
}

/// A keyring that does not give the key.
fn unavailable(error: &Error) -> Check {
    let fix = match error.hints().first() {
        Some(hint) => hint.clone(),
        None => "log in to the desktop, or unlock its keyring".to_owned(),
    };
    Check::error("key", error.to_string(), fix)
}

/// The audit log, where nothing is noted in it or it cannot be read.
fn audit(home: &Home) -> Option<Check> {
    let dir = home.audit();
    let checked = match std::fs::symlink_metadata(&dir) {
        Ok(_) => files::check_private_dir(&dir).and_then(|()| log::entries(home).map(drop)),
        Err(_) => Ok(()),
    };
    let error = checked.err()?;
    let fix = error.hints().first().cloned().unwrap_or_else(|| format!("move {} away", dir.display()));
    Some(Check::warn("audit log", error.to_string(), fix))
}
