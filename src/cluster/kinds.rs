//! What the API server calls a kind (layer 2).

use kube::core::GroupVersionKind;
use kube::discovery::{Scope, pinned_kind};

use super::Cluster;
use super::failure;
use crate::deployer::object::Kind;
use crate::error::{Error, Result};

/// `kind` with the name of its resource. It must be one whose objects are in namespaces.
pub async fn namespaced(cluster: &Cluster, kind: &Kind) -> Result<Kind> {
    let (group, version) = kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
    let named = GroupVersionKind::gvk(group, version, &kind.kind);
    let (resource, capabilities) = pinned_kind(&cluster.client, &named).await.map_err(|error| {
        let unknown = format!("the server knows no {} of {}", kind.kind, kind.api_version);
        // The group or version is not there, or it is and has no such kind.
        if failure::is_not_found(&error) || matches!(error, kube::Error::Discovery(_)) {
            return Error::failure(unknown).hint(
                "`kubectl api-resources` lists what there is; a kind of your own needs its CustomResourceDefinition first",
            );
        }
        failure::explain(&cluster.server, &error).under(unknown)
    })?;
    if capabilities.scope == Scope::Cluster {
        return Err(Error::failure(format!(
            "a {} is the whole cluster's, and cannot be part of a deployment",
            kind.kind
        ))
        .hint("create it with kubectl"));
    }
    Ok(Kind { plural: resource.plural, ..kind.clone() })
}
