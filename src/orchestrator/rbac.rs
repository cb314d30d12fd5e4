//! What the orchestrator pod may do in its namespace: ServiceAccount, Role, RoleBinding (layer 3).
//!
//! They are the namespace's, shared by all runs, owned by none. The rights are BEHAVIOUR.md §5's: no secrets, and nothing
//! outside the namespace.

use std::collections::BTreeMap;
use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding};
use kube::Resource;
use kube::api::ObjectMeta;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::cluster::objects::{self, Created};
use crate::error::{Error, Result};
use crate::rights::{self, Rule, document};

/// The account of the orchestrator pod, as ZenML names it; Role and RoleBinding have the same name.
pub const ACCOUNT: &str = "zenml-service-account";

/// The three objects.
#[derive(Debug)]
pub struct Access {
    account: ServiceAccount,
    role: Role,
    binding: RoleBinding,
}

/// What the engine does in the run's namespace: API group, resource, verbs.
pub const ENGINE: &[Rule] = &[
    ("", "pods", &["create", "get", "list", "watch", "delete"]),
    ("", "pods/log", &["get"]),
    ("", "configmaps", &["get", "list", "watch", "patch"]),
    ("coordination.k8s.io", "leases", &["get", "create", "update"]),
];

/// How the rights of the namespace's account stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// These were created, as `kind/name`.
    pub created: Vec<String>,
    /// The kinds that this user may neither read nor create: whether they are there, the orchestrator itself will find out.
    pub unknown: Vec<String>,
}

impl Access {
    /// The objects for `namespace`.
    pub fn new(namespace: &str) -> Self {
        let metadata = || ObjectMeta {
            name: Some(ACCOUNT.to_owned()),
            namespace: Some(namespace.to_owned()),
            labels: Some(BTreeMap::from([(super::labels::MANAGED_BY.to_owned(), super::labels::MANAGER.to_owned())])),
            ..ObjectMeta::default()
        };
        Self {
            account: ServiceAccount { metadata: metadata(), ..ServiceAccount::default() },
            role: Role { metadata: metadata(), rules: Some(rules()) },
            binding: rights::binding(metadata(), "Role", ACCOUNT),
        }
    }

    /// The objects as YAML documents for `kubectl apply -f -`.
    pub fn yaml(&self) -> Result<String> {
        Ok([document(&self.account)?, document(&self.role)?, document(&self.binding)?].join("---\n"))
    }

    /// Creates what is absent, and notes it in `granted`. Where that is forbidden, the error has the YAML for somebody who
    /// may; what was created before that stays.
    pub async fn ensure(&self, cluster: &Cluster, namespace: &str, granted: &mut Granted) -> Result<()> {
        self.ensure_or_try(cluster, namespace, false, granted).await
    }

    /// As [`Access::ensure`]; with `dry_run`, asks the server for its verdict only.
    pub async fn ensure_or_try(
        &self,
        cluster: &Cluster,
        namespace: &str,
        dry_run: bool,
        granted: &mut Granted,
    ) -> Result<()> {
        self.one(cluster, namespace, &self.account, dry_run, granted).await?;
        self.one(cluster, namespace, &self.role, dry_run, granted).await?;
        self.one(cluster, namespace, &self.binding, dry_run, granted).await
    }

    async fn one<K>(
        &self,
        cluster: &Cluster,
        namespace: &str,
        object: &K,
        dry_run: bool,
        granted: &mut Granted,
    ) -> Result<()>
    where
        K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Serialize + DeserializeOwned,
        K::DynamicType: Default,
    {
        let api = objects::api::<K>(cluster, namespace);
        let readable = match api.get_metadata_opt(ACCOUNT).await {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => true,
            Err(error) if failure::is_forbidden(&error) => false,
            Err(error) => return Err(failure::explain(&cluster.server, &error)),
        };
        let kind = K::kind(&K::DynamicType::default()).to_lowercase();
        match objects::create_or_try(&api, object, dry_run).await {
            Ok(Created::New(_)) => granted.created.push(format!("{kind}/{ACCOUNT}")),
            Ok(Created::Exists) => {}
            Err(error) if failure::is_forbidden(&error) && !readable => granted.unknown.push(kind),
            Err(error) if failure::is_forbidden(&error) => {
                return Err(self.refused(namespace, failure::explain(&cluster.server, &error)));
            }
            Err(error) => return Err(failure::explain(&cluster.server, &error)),
        }
        Ok(())
    }

    /// The error for an account that is not there and that this user cannot create, with the YAML that does.
    pub fn refused(&self, namespace: &str, error: Error) -> Error {
        let command = format!("kubectl zenml rbac orchestrator -n {namespace} | kubectl apply -f -");
        let error = error
            .under(format!(
                "the orchestrator's account in namespace \"{namespace}\" is not there and cannot be created"
            ))
            .hint(format!("ask an administrator of the namespace to run `{command}`"));
        match self.yaml() {
            Ok(yaml) => error.hint(format!("that command applies:\n{}", yaml.trim_end())),
            Err(_) => error,
        }
    }
}

/// The least rules that work.
fn rules() -> Vec<PolicyRule> {
    const MORE: [Rule; 2] = [("batch", "jobs", &["get"]), ("", "events", &["create", "patch"])];
    rights::rules(ENGINE.iter().chain(&MORE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_never_reads_secrets() {
        let rules = rules();
        let reaches = |rule: &PolicyRule, name: &str| rule.resources.iter().flatten().any(|r| r == name || r == "*");
        assert!(!rules.iter().any(|rule| reaches(rule, "secrets")));
        assert!(rules.iter().all(|rule| !rule.verbs.iter().any(|verb| verb == "*")));
    }

    #[test]
    fn the_yaml_is_three_documents_of_the_namespace() {
        let yaml = Access::new("team").yaml().unwrap();
        assert_eq!(yaml.split("---\n").count(), 3);
        assert_eq!(yaml.matches("namespace: team").count(), 4);
        assert!(yaml.contains("kind: RoleBinding"));
    }
}
