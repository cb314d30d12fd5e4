//! The data key in the kernel's memory, for a limited time (layer 0, Linux).
//!
//! The user's persistent keyring is linked into the *process* keyring: only then does this process possess the key and may
//! read it. The session keyring is never replaced, since a wrapped exec plugin would inherit that and lose the user's own.
//! Blocked or missing keyutils (container seccomp) are not an error, only slower.

use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::key::{DataKey, KEY_LENGTH};

/// What is kept: the key, then when it goes, in Unix seconds, since the kernel does not say that to the second.
const LENGTH: usize = KEY_LENGTH + size_of::<i64>();

/// The cached key, if there is one whose time is not over at `now`, in Unix seconds.
pub fn get(key_id: &str, now: i64) -> Option<DataKey> {
    let bytes = read(key_id)?;
    if end(&bytes)? > now { DataKey::from_bytes(&bytes[..KEY_LENGTH]) } else { None }
}

/// When the cached key goes, in Unix seconds; `None` where there is none.
pub fn expires_at(key_id: &str) -> Option<i64> {
    read(key_id).as_deref().and_then(end)
}

/// Keeps the key for `seconds`, counted from `now` in Unix seconds. Says whether that worked.
pub fn put(key_id: &str, key: &DataKey, now: i64, seconds: u32) -> bool {
    let (Some(keyring), Ok(own)) = (keyring(), KeyRing::from_special_id(KeyRingIdentifier::Process, true)) else {
        return false;
    };
    let mut bytes = Zeroizing::new([0; LENGTH]);
    bytes[..KEY_LENGTH].copy_from_slice(key.expose());
    bytes[KEY_LENGTH..].copy_from_slice(&(now + i64::from(seconds)).to_le_bytes());
    // It has its end before anybody else can see it: whoever is killed before that takes it along.
    let Ok(cached) = own.add_key(&description(key_id), &*bytes) else { return false };
    if cached.set_timeout(seconds as usize).is_ok() && keyring.link_key(cached).is_ok() {
        return true;
    }
    let _ = cached.invalidate();
    false
}

/// Forgets the key. Says whether there was one; whether it is gone, [`is_gone`] says.
pub fn clear(key_id: &str) -> bool {
    find(key_id).is_some_and(|key| key.invalidate().is_ok())
}

/// Whether the kernel says that it does not have the key; where it says nothing, it may have it.
pub fn is_gone(key_id: &str) -> bool {
    use KeyError::{KeyDoesNotExist, KeyExpired, KeyRevoked, OperationNotSupported, Unknown};
    match KeyRing::get_persistent(KeyRingIdentifier::Process).and_then(|ring| ring.search(&description(key_id))) {
        Ok(_) => false,
        // Also a kernel that was built without such keys has none.
        Err(KeyDoesNotExist | KeyExpired | KeyRevoked | OperationNotSupported) => true,
        Err(error) => error == Unknown(Errno::NOSYS.raw_os_error()),
    }
}

fn read(key_id: &str) -> Option<Zeroizing<[u8; LENGTH]>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    let length = find(key_id)?.read(&mut *bytes).ok()?;
    (length == LENGTH).then_some(bytes)
}

/// The end that is noted behind the key.
fn end(bytes: &[u8; LENGTH]) -> Option<i64> {
    Some(i64::from_le_bytes(bytes[KEY_LENGTH..].try_into().ok()?))
}

fn find(key_id: &str) -> Option<Key> {
    keyring()?.search(&description(key_id)).ok()
}

fn keyring() -> Option<KeyRing> {
    KeyRing::get_persistent(KeyRingIdentifier::Process).ok()
}

fn description(key_id: &str) -> String {
    format!("kubectl-zenml:{key_id}")
}
