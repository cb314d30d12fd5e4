//! The data key in the kernel's memory, for a limited time (layer 0, Linux).
//!
//! The user's persistent keyring is linked into the *process* keyring: only then does this process possess the key and may
//! read it. The session keyring is never replaced, since a wrapped exec plugin would inherit that and lose the user's own.
//! Blocked or missing keyutils (container seccomp) are not an error, only slower.

use linux_keyutils::{KeyRing, KeyRingIdentifier};
use zeroize::Zeroizing;

use super::key::{DataKey, KEY_LENGTH};

/// The cached key, if there is one.
pub fn get(key_id: &str) -> Option<DataKey> {
    let key = keyring()?.search(&description(key_id)).ok()?;
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    let length = key.read(&mut *bytes).ok()?;
    (length == KEY_LENGTH).then(|| DataKey::from_bytes(bytes.as_slice()))?
}

/// Keeps the key for `seconds`. Says whether that worked.
pub fn put(key_id: &str, key: &DataKey, seconds: u32) -> bool {
    let Some(keyring) = keyring() else { return false };
    let Ok(cached) = keyring.add_key(&description(key_id), key.expose()) else { return false };
    if cached.set_timeout(seconds as usize).is_err() {
        // A key without an end must not stay.
        let _ = cached.invalidate();
        return false;
    }
    true
}

fn keyring() -> Option<KeyRing> {
    KeyRing::get_persistent(KeyRingIdentifier::Process).ok()
}

fn description(key_id: &str) -> String {
    format!("kubectl-zenml:{key_id}")
}
