//! Small helpers around kube's typed API: create or find, delete with what depends, owner references (layer 2).

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{Api, DeleteParams, ObjectList, PostParams, Preconditions};
use kube::core::params::ListParams;
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Cluster, failure};
use crate::error::{Error, Result};

/// Who writes: the field manager of everything that this program creates or patches.
pub const FIELD_MANAGER: &str = "kubectl-zenml";

/// How many objects one page of a list holds (client-go's own default).
const PAGE: u32 = 500;

/// What a POST came to.
#[derive(Debug)]
pub enum Created<K> {
    /// The object is new.
    New(K),
    /// An object of this name is there already.
    Exists,
}

/// The API of one namespaced kind.
pub fn api<K>(cluster: &Cluster, namespace: &str) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope>,
    K::DynamicType: Default,
{
    Api::namespaced(cluster.client.clone(), namespace)
}

/// The API of one namespaced kind, in one namespace or in all of them.
pub fn anywhere<K>(cluster: &Cluster, namespace: Option<&str>) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope>,
    K::DynamicType: Default,
{
    namespace.map_or_else(|| Api::all(cluster.client.clone()), |namespace| api(cluster, namespace))
}

/// How to POST. `dry_run` asks the server for its verdict only.
pub fn post(dry_run: bool) -> PostParams {
    PostParams { dry_run, field_manager: Some(FIELD_MANAGER.to_owned()) }
}

/// POSTs `object`; a name that is taken is an answer, not an error.
pub async fn create<K>(api: &Api<K>, object: &K) -> kube::Result<Created<K>>
where
    K: Clone + DeserializeOwned + Debug + Serialize,
{
    create_or_try(api, object, false).await
}

/// As [`create`]; with `dry_run`, asks the server for its verdict only.
pub async fn create_or_try<K>(api: &Api<K>, object: &K, dry_run: bool) -> kube::Result<Created<K>>
where
    K: Clone + DeserializeOwned + Debug + Serialize,
{
    match api.create(&post(dry_run), object).await {
        Ok(created) => Ok(Created::New(created)),
        Err(error) if failure::is_already_exists(&error) => Ok(Created::Exists),
        Err(error) => Err(error),
    }
}

/// Deletes `name` and, in the background, what it owns. Returns whether it was there.
pub async fn delete<K>(api: &Api<K>, name: &str) -> kube::Result<bool>
where
    K: Clone + DeserializeOwned + Debug,
{
    delete_within(api, name, None).await
}

/// As [`delete`]; a pod's containers get so many seconds to end, where that is said.
pub async fn delete_within<K>(api: &Api<K>, name: &str, grace: Option<u32>) -> kube::Result<bool>
where
    K: Clone + DeserializeOwned + Debug,
{
    let params = DeleteParams { grace_period_seconds: grace, ..DeleteParams::background() };
    match api.delete(name, &params).await {
        Ok(_) => Ok(true),
        Err(error) if failure::is_not_found(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// As [`delete`], but only the object with this UID: another one that has its name by now stays, and was not there.
pub async fn delete_this<K>(api: &Api<K>, name: &str, uid: &str) -> kube::Result<bool>
where
    K: Clone + DeserializeOwned + Debug,
{
    let preconditions = Some(Preconditions { uid: Some(uid.to_owned()), resource_version: None });
    match api.delete(name, &DeleteParams { preconditions, ..DeleteParams::background() }).await {
        Ok(_) => Ok(true),
        Err(error) if failure::is_not_found(&error) || failure::is_conflict(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Everything that matches `selector`, in pages.
pub async fn list_all<K>(api: &Api<K>, selector: &str) -> kube::Result<Vec<K>>
where
    K: Clone + DeserializeOwned + Debug,
{
    let mut items = Vec::new();
    let mut params = ListParams::default().labels(selector).limit(PAGE);
    loop {
        let page: ObjectList<K> = api.list(&params).await?;
        items.extend(page.items);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(items),
        }
    }
}

/// A reference that makes `owner` the owner of an object in the same namespace. `controller` is for pods only: `kubectl
/// drain` refuses a node with pods that no controller manages, and other objects must not claim one.
pub fn owner<K>(owner: &K, controller: bool) -> Result<OwnerReference>
where
    K: Resource,
    K::DynamicType: Default,
{
    let kind = K::kind(&K::DynamicType::default()).into_owned();
    let uid = owner.uid().ok_or_else(|| Error::failure(format!("the server gave {kind} no UID")))?;
    Ok(OwnerReference {
        api_version: K::api_version(&K::DynamicType::default()).into_owned(),
        kind,
        name: owner.name_any(),
        uid,
        controller: Some(controller),
        block_owner_deletion: None,
    })
}
