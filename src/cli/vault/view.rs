//! What the verbs of `vault` say (layer 4).

use crate::error::Result;
use crate::ops::vault::Choice;
use crate::ops::vault::destroy::{Contents, Destroyed};
use crate::ops::vault::rekey::Rekeyed;
use crate::ops::vault::relocate::Moved;
use crate::ops::vault::status::{State, Status};
use crate::ops::vault::unlock::{Locked, Unlocked};
use crate::output::age::short;
use crate::output::table;
use crate::ui;
use crate::vault::settings::Holder;

/// `vault status`.
pub(super) fn describe(status: &Status) -> String {
    let state = match &status.state {
        State::Cached => "available (cached in the kernel)".to_owned(),
        State::Available => "available".to_owned(),
        State::Locked => "locked; run `kubectl zenml vault unlock`".to_owned(),
        State::Unavailable(why) => format!("unavailable: {why}"),
    };
    let cache = match (status.cache_seconds, status.cache_seconds_left) {
        _ if !status.holder.cached => "N/A".to_owned(),
        (0, _) => "off".to_owned(),
        (seconds, None) => format!("{}, empty", short(i64::from(seconds))),
        (seconds, Some(left)) => format!("{}, {} left", short(i64::from(seconds)), short(left)),
    };
    let mut fields = vec![
        ("ID", status.id.clone()),
        ("Holder", status.holder.text.clone()),
        ("Key", state),
        ("Key ID", status.key.clone()),
        ("Kernel cache", cache),
        ("Audit log", if status.audit { "on" } else { "off" }.to_owned()),
        (
            "Deadlines",
            format!("{} s, {} s with an exec plugin", status.deadline_seconds, status.plugin_deadline_seconds),
        ),
        ("Sealed credentials", status.sealed.to_string()),
        ("Directory", status.directory.display().to_string()),
    ];
    if let Some(left) = status.rekey_pending {
        fields.push((
            "Pending",
            format!("a rekey was stopped with {left} to go; `kubectl zenml vault rekey` finishes it"),
        ));
    }
    for place in &status.leftovers {
        let text = format!("{}, from a move that was stopped; the next move or rekey removes it", place.text);
        fields.push(("Copy of the key", text));
    }
    table::fields(&fields)
}

/// `vault unlock`.
pub(super) fn unlocked(unlocked: &Unlocked) -> Result<()> {
    let Unlocked { id, holder, cache_seconds } = unlocked;
    let said = match (cache_seconds, holder) {
        (Some(seconds), _) => format!("The kernel keeps the key for {}.", short(i64::from(*seconds))),
        (None, Holder::Os) => {
            "The kernel keeps no key of this vault (off, or not possible here); the keyring is asked each time."
                .to_owned()
        }
        (None, holder) => format!("Nothing was to be done: the {holder} is never locked."),
    };
    ui::print(&format!("vault/{id} unlocked ({holder})\n"))?;
    ui::say(&said);
    Ok(())
}

/// `vault lock`.
pub(super) fn locked(locked: &Locked) -> Result<()> {
    let Locked { id, holder, was_cached } = locked;
    let verb = if *was_cached || matches!(holder, Holder::Passphrase { .. }) { "locked" } else { "unchanged" };
    ui::print(&format!("vault/{id} {verb} ({holder})\n"))?;
    match holder {
        Holder::Os => ui::say(
            "The kernel has no copy of the key. The keyring is not locked by this: while it is open, the next use of a \
             connector takes the key from it again.",
        ),
        Holder::KeyFile { .. } | Holder::SystemdCredential { .. } => {
            ui::say(&format!("The {holder} cannot be locked: whoever may read it can open the vault."));
        }
        Holder::Passphrase { .. } | Holder::Destroyed => {}
    }
    Ok(())
}

/// `vault rekey`.
pub(super) fn rekeyed(rekeyed: &Rekeyed) -> Result<()> {
    let Rekeyed { id, sealed, resumed, warnings } = rekeyed;
    warn(warnings);
    ui::print(&format!("vault/{id} rekeyed\n"))?;
    let before = if *resumed { "Finished a rekey that was stopped: " } else { "" };
    ui::say(&format!("{before}{sealed} credential(s) sealed anew; the old key is gone."));
    Ok(())
}

/// `vault move`.
pub(super) fn moved(moved: &Moved) -> Result<()> {
    let Moved { id, from, to, warnings } = moved;
    warn(warnings);
    ui::print(&format!("vault/{id} moved ({to})\n"))?;
    if matches!(from, Holder::Passphrase { .. }) {
        ui::say(
            "With the old passphrase an old copy of vault.json still opens what is sealed; `kubectl zenml vault rekey` \
             ends that.",
        );
    }
    Ok(())
}

/// What `vault destroy` would destroy.
pub(super) fn what_goes(contents: &Contents) -> String {
    let Contents { id, holder, connectors, users } = contents;
    let secrets = match connectors.as_slice() {
        [] => "Nothing is sealed in it.".to_owned(),
        names => format!("The credentials of these connectors can never be opened again: {}.", names.join(", ")),
    };
    let users = match users.as_slice() {
        [] => String::new(),
        names => format!(
            " What was sealed of these kubeconfig users is lost too: {}; `kubectl zenml connector unseal --all-contexts` \
             puts it back first.",
            names.join(", ").escape_debug()
        ),
    };
    format!("This destroys the vault {id} and its key ({holder}). {secrets}{users}")
}

/// `vault destroy`.
pub(super) fn destroyed(destroyed: &Destroyed) -> Result<()> {
    let Destroyed { contents, warnings } = destroyed;
    warn(warnings);
    ui::print(&format!("vault/{} destroyed\n", contents.id))?;
    if !contents.connectors.is_empty() {
        ui::say(&format!(
            "These connectors are still registered, and have no credential any more: {}.\n\
             To use one again, run `kubectl zenml connector delete NAME`, then `register` and `login`.",
            contents.connectors.join(", ")
        ));
    }
    if !contents.users.is_empty() {
        ui::warn(&format!(
            "what was sealed of these kubeconfig users is lost: {}; get their clusters' own tools to write them anew",
            contents.users.join(", ").escape_debug()
        ));
    }
    Ok(())
}

/// `vault init`.
pub(super) fn hint_after_init(choice: &Choice) {
    if matches!(choice, Choice::Passphrase(_)) {
        ui::say("Nobody can open this vault without the passphrase; there is no way to recover it.");
    }
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        ui::warn(warning);
    }
}
