//! What whoever submits runs must be allowed to, and how it is to be had (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::Role;
use kube::api::ObjectMeta;

use super::labels;
use crate::cluster::Cluster;
use crate::cluster::failure::{explain, lacks_right};
use crate::cluster::verify::Work;
use crate::error::{Error, Result};
use crate::rights::{self, Rule, document};

/// The name of the account, its Role and its RoleBinding.
pub const NAME: &str = "zenml-submitter";
/// Beside what every run takes: the Secret of a run with values from files or the terminal. They are never read.
const SECRETS: Rule = ("", "secrets", &["create"]);
/// Why a Job's pod cannot be created, and `run events`.
const EVENTS: Rule = ("", "events", &["get", "list", "watch"]);

/// The objects for `namespace` as YAML documents for `kubectl apply -f -`.
pub fn yaml(namespace: &str) -> Result<String> {
    let metadata = || ObjectMeta {
        name: Some(NAME.to_owned()),
        namespace: Some(namespace.to_owned()),
        labels: Some(BTreeMap::from([(labels::MANAGED_BY.to_owned(), labels::MANAGER.to_owned())])),
        ..ObjectMeta::default()
    };
    let account = ServiceAccount { metadata: metadata(), ..ServiceAccount::default() };
    let rules = rights::rules(Work::Orchestrator.needs().iter().chain([&SECRETS, &EVENTS]));
    let role = Role { metadata: metadata(), rules: Some(rules) };
    let binding = rights::binding(metadata(), "Role", NAME);
    Ok([document(&account)?, document(&role)?, document(&binding)?].join("---\n"))
}

/// Where the rights are to be had.
pub fn way(namespace: &str) -> String {
    format!("`kubectl zenml rbac orchestrator -n {namespace} --with submit` prints a Role that allows it")
}

/// `error`, the server's answer to who submits to `namespace`.
pub(super) fn refused(cluster: &Cluster, namespace: &str, error: &kube::Error) -> Error {
    let explained = explain(&cluster.server, error);
    if lacks_right(error) { explained.hint(way(namespace)) } else { explained }
}
