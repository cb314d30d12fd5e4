//! An account of the pods' own, and what it may do (layer 1, pure).

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::RoleBinding;

use super::metadata;
use crate::deployer::settings::Role;
use crate::deployer::spec::Service;
use crate::rights;

/// The ServiceAccount.
pub(super) fn account(service: &Service, name: &str, namespace: &str) -> ServiceAccount {
    ServiceAccount { metadata: metadata(service, name, namespace), ..ServiceAccount::default() }
}

/// Its RoleBinding.
pub(super) fn binding(service: &Service, name: &str, role: &Role, namespace: &str) -> RoleBinding {
    rights::binding(
        metadata(service, name, namespace),
        if role.of_cluster { "ClusterRole" } else { "Role" },
        &role.name,
    )
}
