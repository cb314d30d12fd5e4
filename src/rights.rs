//! Rights in a namespace as Kubernetes writes them down (layer 1, pure).

use k8s_openapi::api::rbac::v1::{PolicyRule, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

use crate::error::{Context, Result};

/// API group, resource, verbs.
pub type Rule = (&'static str, &'static str, &'static [&'static str]);

/// The rules as a Role has them.
pub fn rules<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Vec<PolicyRule> {
    let rule = |(group, resource, verbs): &Rule| PolicyRule {
        api_groups: Some(vec![(*group).to_owned()]),
        resources: Some(vec![(*resource).to_owned()]),
        verbs: verbs.iter().map(ToString::to_string).collect(),
        ..PolicyRule::default()
    };
    rules.into_iter().map(rule).collect()
}

/// Gives the `role`, a `Role` or a `ClusterRole` as `kind` says, to the ServiceAccount that has the binding's own name and
/// namespace.
pub fn binding(metadata: ObjectMeta, kind: &str, role: &str) -> RoleBinding {
    let account = Subject {
        kind: "ServiceAccount".to_owned(),
        name: metadata.name.clone().unwrap_or_default(),
        namespace: metadata.namespace.clone(),
        ..Subject::default()
    };
    RoleBinding {
        metadata,
        role_ref: RoleRef {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: kind.to_owned(),
            name: role.to_owned(),
        },
        subjects: Some(vec![account]),
    }
}

/// An object as a YAML document for `kubectl apply -f -`.
///
/// # Errors
/// An object that cannot be written as YAML.
pub fn document(object: &impl Serialize) -> Result<String> {
    // Through a JSON value, so that the keys come in the order of manifests' own fields and nothing is quoted twice.
    let value = serde_json::to_value(object).context(|| "cannot write YAML")?;
    serde_saphyr::to_string(&value).context(|| "cannot write YAML")
}
