//! Taking away what a `restrict` that came to nothing has created (layer 3).

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::Resource;
use serde::de::DeserializeOwned;

use super::rights::{Line, Objects};
use crate::cluster::Cluster;
use crate::cluster::objects;
use crate::error::Error;

impl Objects {
    /// Deletes what `lines` say was created, the rights before the account. `error` is why; it says what stays.
    ///
    /// The account of the orchestrator's pods is the namespace's: somebody may use it already, so it stays.
    pub(super) async fn take_back(&self, cluster: &Cluster, lines: &[Line], mut error: Error) -> Error {
        for line in lines.iter().rev().filter(|line| line.outcome == "created") {
            let (kind, name) = line.object.split_once('/').unwrap_or_default();
            if name != self.name() {
                error = error.hint(format!("{} was created, and stays: runs in this namespace need it", line.object));
                continue;
            }
            let gone = match kind {
                "serviceaccount" => self.delete::<ServiceAccount>(cluster).await,
                "role" => self.delete::<Role>(cluster).await,
                _ => self.delete::<RoleBinding>(cluster).await,
            };
            if gone.is_err() {
                error = error.hint(format!(
                    "{} was created, and this credential cannot delete it: `kubectl delete {kind} {name} -n {}`",
                    line.object,
                    self.namespace()
                ));
            }
        }
        error
    }

    async fn delete<K>(&self, cluster: &Cluster) -> kube::Result<bool>
    where
        K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned,
        K::DynamicType: Default,
    {
        objects::delete(&objects::api::<K>(cluster, self.namespace()), self.name()).await
    }
}
