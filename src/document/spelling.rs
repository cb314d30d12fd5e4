//! The two spellings of a key in Kubernetes' objects: camelCase as in manifests, `snake_case` as in the Python client
//! (layer 1, pure).

/// Whether both are the same key.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || is_snake_of(one, other) || is_snake_of(other, one)
}

/// Whether `key` is the `snake_case` of `camel`.
pub(super) fn is_snake_of(key: &str, camel: &str) -> bool {
    let is_snake = key.contains('_') && !key.contains(|c: char| c.is_ascii_uppercase());
    is_snake && !camel.contains('_') && camel.to_ascii_lowercase() == key.replace('_', "")
}
