//! What a deployer needs to be allowed (layer 1, pure).
//!
//! The first list is the documentation's. Each feature beyond it has its own, and the deployment works without.

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::manifests::{MANAGED_BY_LABEL, MANAGER};
use crate::rights::{self, Rule};

/// The name of the account, the role and the binding.
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
}

/// All features, by name.
pub const FEATURES: [Feature; 9] = [
    Feature { name: "account", about: "create_service_account", rules: ACCOUNT },
    Feature { name: "events", about: "the events in describe and events, and failing probes", rules: EVENTS },
    Feature { name: "hpa", about: "autoscaling", rules: HPA },
    Feature { name: "ingress", about: "ingress_enabled", rules: INGRESS },
    Feature { name: "invoke", about: "deployment invoke and port-forward", rules: INVOKE },
    Feature { name: "logs", about: "deployment logs", rules: &[("", "pods/log", &["get"])] },
    Feature { name: "pdb", about: "a PodDisruptionBudget where there are several pods", rules: PDB },
    Feature { name: "rollback", about: "history, rollback and --rollback-on-failure", rules: ROLLBACK },
    Feature { name: "url", about: "the URL of an Ingress", rules: &[("networking.k8s.io", "ingresses", &["get"])] },
];

const CHANGE: &[&str] = &["create", "patch", "delete"];
const ACCOUNT: &[Rule] = &[
    ("", "serviceaccounts", &["get", "list", "create", "patch", "delete"]),
    ("rbac.authorization.k8s.io", "rolebindings", &["get", "list", "create", "patch", "delete"]),
];
const EVENTS: &[Rule] = &[("", "events", &["list", "watch"])];
const HPA: &[Rule] = &[("autoscaling", "horizontalpodautoscalers", CHANGE)];
const INGRESS: &[Rule] = &[("networking.k8s.io", "ingresses", CHANGE)];
const INVOKE: &[Rule] = &[
    ("", "services/proxy", &["get", "create"]),
    ("", "pods/portforward", &["get", "create"]),
    ("", "secrets", &["get"]),
];
const PDB: &[Rule] = &[("policy", "poddisruptionbudgets", CHANGE)];
const ROLLBACK: &[Rule] = &[("", "configmaps", &["create", "get", "list", "delete"])];

/// The account with its rights in `namespace`.
pub fn objects(namespace: &str, with: &[Feature]) -> (ServiceAccount, Role, RoleBinding) {
    let metadata = || ObjectMeta {
        name: Some(NAME.to_owned()),
        namespace: Some(namespace.to_owned()),
        labels: Some([(MANAGED_BY_LABEL.to_owned(), MANAGER.to_owned())].into()),
        ..ObjectMeta::default()
    };
    let binding = rights::binding(metadata(), "Role", NAME);
    let account = ServiceAccount { metadata: metadata(), ..ServiceAccount::default() };
    (account, Role { metadata: metadata(), rules: Some(rules(with)) }, binding)
}

fn rules(with: &[Feature]) -> Vec<PolicyRule> {
    rights::rules(ALWAYS.iter().chain(with.iter().flat_map(|feature| feature.rules)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_only_for_the_key_of_a_service() {
        let reads = |rules: &[PolicyRule]| {
            let of_secrets = |rule: &&PolicyRule| rule.resources.iter().flatten().any(|name| name == "secrets");
            rules.iter().filter(of_secrets).any(|rule| rule.verbs.iter().any(|verb| verb == "get"))
        };
        assert!(!reads(&rules(&[])));
        for feature in FEATURES {
            assert_eq!(reads(&rules(&[feature])), feature.name == "invoke", "{}", feature.name);
        }
    }
}
