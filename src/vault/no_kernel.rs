//! Where the kernel keeps no keys for us: nothing is cached (layer 0, other than Linux).

use super::key::DataKey;

/// Always `None`.
pub fn get(_key_id: &str, _now: i64) -> Option<DataKey> {
    None
}

/// Always `None`.
pub fn expires_at(_key_id: &str) -> Option<i64> {
    None
}

/// Always `false`.
pub fn put(_key_id: &str, _key: &DataKey, _now: i64, _seconds: u32) -> bool {
    false
}

/// Always `false`.
pub fn clear(_key_id: &str) -> bool {
    false
}

/// Always `true`.
pub fn is_gone(_key_id: &str) -> bool {
    true
}
