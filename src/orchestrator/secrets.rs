//! The Secret with the values that a run was given (layer 3). Steps have them by reference; they stand nowhere else.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret as Object;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use serde_json::Value;

use super::labels;
use super::root::Identity;
use crate::error::{Context, Result};
use crate::naming;
use crate::secret::Secret;

/// The Secret with `values` by key, owned by the root where that is there.
pub(super) fn object(
    identity: &Identity,
    owner: Option<OwnerReference>,
    values: &[(String, Secret<String>)],
) -> Object {
    let data: BTreeMap<String, ByteString> =
        values.iter().map(|(key, value)| (key.clone(), ByteString(value.expose().as_bytes().to_vec()))).collect();
    Object {
        metadata: identity.metadata(naming::run_secret(&identity.name), labels::KIND_SECRETS, owner),
        data: Some(data),
        immutable: Some(true),
        type_: Some("Opaque".to_owned()),
        ..Object::default()
    }
}

/// The same for a person to look at.
pub(super) fn hidden(identity: &Identity, values: &[(String, Secret<String>)]) -> Result<Value> {
    let mut body = serde_json::to_value(object(identity, None, &[])).context(|| "cannot write JSON")?;
    body["data"] = values.iter().map(|(key, _)| (key.clone(), Value::from("[HIDDEN]"))).collect();
    Ok(body)
}
