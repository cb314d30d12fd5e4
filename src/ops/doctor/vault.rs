//! The vault: is there one, who may read it, can its key be had (layer 3).

use super::Check;
use crate::audit::log;
use crate::error::Error;
use crate::files;
use crate::ops::vault::status::{self, State};
use crate::paths::Home;
use crate::vault::settings::{Holder, Leftover};
use crate::vault::{self, Vault};

/// What opens a vault under a passphrase.
const UNLOCK: &str = "kubectl zenml vault unlock";
/// What finishes a rekey, and makes every other copy of the old key worthless.
const REKEY: &str = "kubectl zenml vault rekey";

/// Looks at the vault, unlocking nothing.
pub(super) async fn check(home: &Home) -> Vec<Check> {
    let dir = home.vault();
    let vault = match Vault::open(home) {
        Ok(Some(vault)) => vault,
        Ok(None) => {
            let astray = vault::gone_astray(home).map(|error| Check::of("vault", &error));
            let none = || Check::ok("vault", "none yet; the first `kubectl zenml register` makes one");
            return vec![astray.unwrap_or_else(none)];
        }
        Err(error) => return vec![Check::of("vault", &error)],
    };
    let settings = vault.settings();
    let there = Check::ok("vault", format!("{}, its key held by the {}", dir.display(), settings.holder));
    if let Err(error) = vault.key_at_hand(&settings.key) {
        let key = match settings.holder {
            Holder::Passphrase { .. } => Check::error("key", error.to_string(), UNLOCK),
            _ => Check::of("key", &error),
        };
        return [there, key].into_iter().chain(unfinished(&vault)).chain(audit(home)).collect();
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
    [there, key].into_iter().chain(unfinished(&vault)).chain(audit(home)).collect()
}

/// What a move or a rekey that was stopped has left.
fn unfinished(vault: &Vault) -> Vec<Check> {
    let copy = |leftover: &Leftover| {
        let message =
            format!("also in the {}, left by a move that was stopped: it opens the vault as well", leftover.holder);
        Check::warn("copy of the key", message, REKEY)
    };
    let mut checks: Vec<_> = vault.settings().leftovers.iter().map(copy).collect();
    match status::rekey_pending(vault) {
        Ok(None) => {}
        Ok(Some(left)) => {
            let message =
                format!("one was stopped with {left} credential(s) to go; both keys are kept until it is done");
            checks.push(Check::warn("rekey", message, REKEY));
        }
        Err(error) => checks.push(Check::of("rekey", &error)),
    }
    checks
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
