//! The Secret of one revision, and the one with the key that requests must carry (layer 1, pure).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1 as core;

use super::metadata;
use crate::deployer::spec::Service;
use crate::secret::Secret;

/// The key in the Secret [`auth_secret`].
pub const AUTH_KEY: &str = "key";

/// An immutable Secret with `values`, one key per environment variable. Another value needs another Secret, and with it
/// another pod template: so a changed secret restarts the pods.
pub fn secret(service: &Service, name: &str, namespace: &str, values: &[(String, Secret<String>)]) -> core::Secret {
    let data: BTreeMap<String, ByteString> =
        values.iter().map(|(key, value)| (key.clone(), ByteString(value.expose().as_bytes().to_vec()))).collect();
    core::Secret {
        metadata: metadata(service, name, namespace),
        data: Some(data),
        immutable: Some(true),
        type_: Some("Opaque".to_owned()),
        ..core::Secret::default()
    }
}

/// The Secret with the key that requests must carry. Its name stays when the key is replaced, and a kubelet never looks
/// again at an immutable Secret of the same name.
pub fn auth_secret(service: &Service, namespace: &str, key: &Secret<String>) -> core::Secret {
    let values = [(AUTH_KEY.to_owned(), key.clone())];
    core::Secret { immutable: None, ..secret(service, &super::auth_name(&service.name), namespace, &values) }
}
