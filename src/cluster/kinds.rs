//! What the API server calls a kind (layer 2).

use kube::core::GroupVersionKind;
use kube::discovery::{Scope, pinned_kind};

use super::Cluster;
use super::failure::On;
use crate::deployer::object::Kind;
use crate::error::{Error, Result};

/// `kind` with the name of its resource. It must be one whose objects are in namespaces.
pub async fn namespaced(cluster: &Cluster, kind: &Kind) -> Result<Kind> {
    let (group, version) = kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
    let named = GroupVersionKind::gvk(group, version, &kind.kind);
    let (resource, capabilities) = pinned_kind(&cluster.client, &named)
        .await
        .on(cluster)
        .map_err(|error| error.under(format!("the server knows no {} of {}", kind.kind, kind.api_version)))?;
    if capabilities.scope == Scope::Cluster {
        return Err(Error::failure(format!(
            "a {} is the whole cluster's, and cannot be part of a deployment",
            kind.kind
        ))
        .hint("create it with kubectl"));
    }
    Ok(Kind { plural: resource.plural, ..kind.clone() })
}
