//! What a deployer needs to be allowed (layer 1, pure).
//!
//! The first list is the documentation's. Each feature beyond it has its own, and the deployment works without. What
//! namespaces and nodes take is the whole cluster's, and so in a ClusterRole.

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::manifests::{MANAGED_BY_LABEL, MANAGER, auth_name};
use super::object::Object;
use crate::error::Result;
use crate::rights::{self, Rule};

/// The name of the account, of its role and binding, and the beginning of those of the features.
pub const NAME: &str = "zenml-deployer";

/// What every deploy, update and delete needs.
const ALWAYS: &[Rule] = &[
    ("apps", "deployments", &["get", "list", "watch", "create", "patch", "delete"]),
    ("", "services", &["get", "list", "watch", "create", "patch", "delete"]),
    ("", "pods", &["get", "list", "watch", "create", "patch", "delete"]),
    ("", "secrets", &["create", "patch", "delete"]),
];

/// A feature with rights of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    rules: &'static [Rule],
    /// Outside of the namespace.
    cluster: &'static [Rule],
}

impl Feature {
    const fn new(name: &'static str, about: &'static str, rules: &'static [Rule]) -> Self {
        Self { name, about, rules, cluster: &[] }
    }
}

/// All features, by name.
pub const FEATURES: [Feature; 11] = [
    Feature::new("account", "create_service_account", ACCOUNT),
    Feature::new("events", "the events in describe and events, and failing probes", EVENTS),
    Feature::new("hpa", "autoscaling", HPA),
    Feature::new("ingress", "ingress_enabled", INGRESS),
    Feature::new("invoke", "deployment invoke and port-forward", INVOKE),
    Feature::new("logs", "deployment logs", &[("", "pods/log", &["get"])]),
    Feature { cluster: NAMESPACES, ..Feature::new("namespaces", "making the namespace where it is missing", &[]) },
    Feature { cluster: NODES, ..Feature::new("nodes", "the URL of a NodePort", &[]) },
    Feature::new("pdb", "a PodDisruptionBudget where there are several pods", PDB),
    Feature::new("rollback", "history, rollback and --rollback-on-failure", ROLLBACK),
    Feature::new("url", "the URL of an Ingress", &[("networking.k8s.io", "ingresses", &["get", "list"])]),
];

const CHANGE: &[&str] = &["create", "patch", "delete"];
const ACCOUNT: &[Rule] = &[
    ("", "serviceaccounts", &["get", "list", "create", "patch", "delete"]),
    ("rbac.authorization.k8s.io", "rolebindings", &["get", "list", "create", "patch", "delete"]),
];
const EVENTS: &[Rule] = &[("", "events", &["list", "watch"])];
const HPA: &[Rule] = &[("autoscaling", "horizontalpodautoscalers", CHANGE)];
const INGRESS: &[Rule] = &[("networking.k8s.io", "ingresses", CHANGE)];
const INVOKE: &[Rule] = &[("", "services/proxy", &["get", "create"]), ("", "pods/portforward", &["get", "create"])];
const NAMESPACES: &[Rule] = &[("", "namespaces", &["create"])];
const NODES: &[Rule] = &[("", "nodes", &["list"])];
const PDB: &[Rule] = &[("policy", "poddisruptionbudgets", CHANGE)];
const ROLLBACK: &[Rule] = &[("", "configmaps", &["create", "get", "list", "delete"])];

/// Where the rights of a feature in `namespace` are to be had, as the rest of a sentence.
pub fn way(feature: &str, namespace: &str) -> String {
    format!("which takes a right of its own: `kubectl zenml rbac deployer -n {namespace} --with {feature}` prints it")
}

/// The feature that makes objects of this API group and resource, such as `autoscaling` and `horizontalpodautoscalers`.
pub fn feature_of(group: &str, resource: &str) -> Option<&'static str> {
    let makes = |rule: &Rule| (rule.0, rule.1) == (group, resource) && rule.2.contains(&"create");
    FEATURES.iter().find(|feature| feature.rules.iter().any(makes)).map(|feature| feature.name)
}

/// The account with its rights in `namespace`: what `with` takes, and the auth keys of the deployments `keys_of`. Each feature
/// has a role of its own, so that what is applied for one later takes nothing away that another was given before.
pub fn objects(namespace: &str, with: &[Feature], keys_of: &[String]) -> Result<Vec<Object>> {
    let account = named(NAME, namespace);
    let mut objects = vec![Object::of(&ServiceAccount { metadata: account.clone(), ..ServiceAccount::default() })?];
    let mut grant = |name: &str, rules: Vec<PolicyRule>| -> Result<()> {
        let binding = rights::binding(account.clone(), "Role", name);
        let metadata = named(name, namespace);
        objects.push(Object::of(&Role { metadata: metadata.clone(), rules: Some(rules) })?);
        objects.push(Object::of(&RoleBinding { metadata, ..binding })?);
        Ok(())
    };
    grant(NAME, rights::rules(ALWAYS))?;
    for feature in with.iter().filter(|feature| !feature.rules.is_empty()) {
        grant(&format!("{NAME}-{}", feature.name), rights::rules(feature.rules))?;
    }
    for deployment in keys_of {
        grant(&format!("{NAME}-auth-key-{deployment}"), vec![key_of(deployment)])?;
    }
    for feature in with.iter().filter(|feature| !feature.cluster.is_empty()) {
        // There may be a deployer in each of several namespaces.
        let name = format!("{NAME}-{namespace}-{}", feature.name);
        let metadata = || ObjectMeta { namespace: None, ..named(&name, namespace) };
        let rules = Some(rights::rules(feature.cluster));
        let RoleBinding { role_ref, subjects, .. } = rights::binding(account.clone(), "ClusterRole", &name);
        objects.push(Object::of(&ClusterRole { metadata: metadata(), rules, ..ClusterRole::default() })?);
        objects.push(Object::of(&ClusterRoleBinding { metadata: metadata(), role_ref, subjects })?);
    }
    Ok(objects)
}

fn named(name: &str, namespace: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_owned()),
        labels: Some([(MANAGED_BY_LABEL.to_owned(), MANAGER.to_owned())].into()),
        ..ObjectMeta::default()
    }
}

/// To read the auth key of a deployment, and no other Secret.
fn key_of(deployment: &str) -> PolicyRule {
    PolicyRule {
        api_groups: Some(vec![String::new()]),
        resources: Some(vec!["secrets".to_owned()]),
        resource_names: Some(vec![auth_name(deployment)]),
        verbs: vec!["get".to_owned()],
        ..PolicyRule::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the roles in the namespace, each with the Secrets that it lets one read.
    fn roles(with: &[Feature], keys_of: &[&str]) -> Vec<(String, Vec<Option<Vec<String>>>)> {
        let keys: Vec<_> = keys_of.iter().map(|&name| name.to_owned()).collect();
        let roles = objects("n", with, &keys).unwrap().into_iter().filter(|object| object.kind.kind == "Role");
        let read = |role: Object| {
            let name = role.name().to_owned();
            let role: Role = serde_json::from_value(role.body).unwrap();
            let is_reading = |rule: &&PolicyRule| {
                rule.resources.iter().flatten().any(|name| name == "secrets")
                    && rule.verbs.iter().any(|verb| verb == "get")
            };
            (name, role.rules.iter().flatten().filter(is_reading).map(|rule| rule.resource_names.clone()).collect())
        };
        roles.map(read).collect()
    }

    #[test]
    fn secrets_are_read_only_by_the_names_of_keys() {
        assert!(roles(&FEATURES, &[]).iter().all(|(_, reads)| reads.is_empty()));
        let reads = vec![Some(vec!["x-auth".to_owned()])];
        assert_eq!(roles(&[], &["x"])[1], ("zenml-deployer-auth-key-x".to_owned(), reads));
    }

    #[test]
    fn a_feature_is_added_to_those_before_it() {
        let pdb = FEATURES.into_iter().find(|feature| feature.name == "pdb").unwrap();
        let rules = |with: &[Feature]| {
            let all = objects("n", with, &[]).unwrap();
            all.into_iter().find(|object| object.kind.kind == "Role" && object.name() == NAME).unwrap().body
        };
        assert_eq!(rules(&[pdb]), rules(&[]));
        let names: Vec<_> = roles(&[pdb], &[]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["zenml-deployer", "zenml-deployer-pdb"]);
    }

    #[test]
    fn what_is_made_has_its_feature() {
        assert_eq!(feature_of("autoscaling", "horizontalpodautoscalers"), Some("hpa"));
        assert_eq!(feature_of("", "configmaps"), Some("rollback"));
        assert_eq!(feature_of("networking.k8s.io", "ingresses"), Some("ingress"));
        assert_eq!(feature_of("apps", "deployments"), None);
    }

    #[test]
    fn only_nodes_and_namespaces_reach_outside_of_the_namespace() {
        for feature in FEATURES {
            let objects = objects("n", &[feature], &[]).unwrap();
            let outside = objects.iter().filter(|object| object.kind.kind.starts_with("Cluster")).count();
            let expected = if ["nodes", "namespaces"].contains(&feature.name) { 2 } else { 0 };
            assert_eq!(outside, expected, "{}", feature.name);
        }
    }
}
