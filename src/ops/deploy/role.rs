//! Whether the role is there that an account of the pods' own is to get: the API server binds any name (layer 3).

use std::fmt::Debug;

use k8s_openapi::api::rbac::v1::{ClusterRole, Role};
use kube::api::{Api, ListParams};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;

use super::Request;
use crate::cluster::Cluster;
use crate::cluster::objects::api;
use crate::deployer::manifests::Set;
use crate::document::nearest;
use crate::error::{Error, Result};

/// Refuses a role that is not there. Where roles may not be read, nothing is said of them.
pub(super) async fn check(cluster: &Cluster, request: &Request<'_>, set: &Set) -> Result<()> {
    let Some(binding) = set.before.iter().find(|object| object.kind.kind == "RoleBinding") else { return Ok(()) };
    let text = |key: &str| binding.body["roleRef"][key].as_str().unwrap_or_default();
    let (kind, name) = (text("kind"), text("name"));
    // The files of additional_resources may bring it.
    if set.after.iter().any(|object| object.kind.kind == kind && object.name() == name) {
        return Ok(());
    }
    match kind {
        "ClusterRole" => look(&Api::<ClusterRole>::all(cluster.client.clone()), kind, name).await,
        _ => look(&api::<Role>(cluster, request.namespace), kind, name).await,
    }
}

async fn look<K>(roles: &Api<K>, kind: &str, name: &str) -> Result<()>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    if !matches!(roles.get_metadata_opt(name).await, Ok(None)) {
        return Ok(());
    }
    let others = roles.list_metadata(&ListParams::default()).await.map(|list| list.items).unwrap_or_default();
    let others: Vec<String> = others.iter().map(ResourceExt::name_any).collect();
    let near = nearest(name, others.iter().map(String::as_str));
    let near = near.map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default();
    Err(Error::failure(format!("service_account_role: there is no {kind} \"{name}\"{near}"))
        .hint("NAME and ClusterRole/NAME mean a ClusterRole, Role/NAME one of the namespace"))
}
