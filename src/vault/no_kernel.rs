//! Where the kernel keeps no keys for us: nothing is cached (layer 0, other than Linux).

use super::key::DataKey;

/// Always `None`.
pub fn get(_key_id: &str) -> Option<DataKey> {
    None
}

/// Always `false`.
pub fn put(_key_id: &str, _key: &DataKey, _seconds: u32) -> bool {
    false
}
