//! An account of the pods' own, and what it may do (layer 1, pure).

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{RoleBinding, RoleRef, Subject};

use super::metadata;
use crate::deployer::settings::Role;
use crate::deployer::spec::Service;

/// The ServiceAccount.
pub(super) fn account(service: &Service, name: &str, namespace: &str) -> ServiceAccount {
    ServiceAccount { metadata: metadata(service, name, namespace), ..ServiceAccount::default() }
}

/// Its RoleBinding.
pub(super) fn binding(service: &Service, name: &str, role: &Role, namespace: &str) -> RoleBinding {
    RoleBinding {
        metadata: metadata(service, name, namespace),
        role_ref: RoleRef {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: if role.of_cluster { "ClusterRole" } else { "Role" }.to_owned(),
            name: role.name.clone(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: name.to_owned(),
            namespace: Some(namespace.to_owned()),
            ..Subject::default()
        }]),
    }
}
