//! The ServiceAccount, Role and RoleBinding of a restricted connector (layer 3).

use std::collections::BTreeMap;
use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::Resource;
use kube::api::ObjectMeta;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Rights, is_ours};
use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::cluster::objects::{self, Created};
use crate::cluster::verify::Work;
use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::rbac::{Access, Granted};
use crate::pipeline::pod::{MANAGER, key::MANAGED_BY};
use crate::rights::{self, document};

/// Annotation: the connector that an object was made for.
pub(super) const CONNECTOR: &str = "zenml.io/connector";

/// The objects. All have the same name.
#[derive(Debug)]
pub struct Objects {
    connector: String,
    pub(super) account: ServiceAccount,
    /// `None` = the role is somebody else's.
    role: Option<Role>,
    binding: RoleBinding,
    /// The account of the orchestrator's pods: whoever submits with these rights cannot create it.
    orchestrator: Option<Access>,
}

/// One object, and what became of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// `kind/name`.
    pub object: String,
    /// In kubectl's words.
    pub outcome: &'static str,
}

/// What was done so far.
struct Done {
    dry_run: bool,
    lines: Vec<Line>,
    blind: Option<Error>,
}

impl Objects {
    /// Those that give what is `given` in `namespace` to the connector of this name.
    pub fn new(connector: &str, namespace: &str, given: &Rights) -> Self {
        let name = naming::connector_account(connector);
        let metadata = || ObjectMeta {
            name: Some(name.clone()),
            namespace: Some(namespace.to_owned()),
            labels: Some(BTreeMap::from([(MANAGED_BY.to_owned(), MANAGER.to_owned())])),
            annotations: Some(BTreeMap::from([(CONNECTOR.to_owned(), connector.to_owned())])),
            ..ObjectMeta::default()
        };
        let (kind, role_name) = match given {
            Rights::For(_) => ("Role", name.as_str()),
            Rights::Role(role) => ("Role", role.as_str()),
            Rights::ClusterRole(role) => ("ClusterRole", role.as_str()),
        };
        let role = match given {
            Rights::For(work) => Some(Role { metadata: metadata(), rules: Some(rights::rules(work.needs())) }),
            _ => None,
        };
        Self {
            connector: connector.to_owned(),
            account: ServiceAccount { metadata: metadata(), ..ServiceAccount::default() },
            role,
            binding: rights::binding(metadata(), kind, role_name),
            orchestrator: (*given == Rights::For(Work::Orchestrator)).then(|| Access::new(namespace)),
        }
    }

    /// The name of each.
    pub fn name(&self) -> &str {
        self.account.metadata.name.as_deref().unwrap_or_default()
    }

    /// The namespace of each.
    pub(super) fn namespace(&self) -> &str {
        self.account.metadata.namespace.as_deref().unwrap_or_default()
    }

    /// The objects as YAML documents for `kubectl apply -f -`.
    pub fn yaml(&self) -> Result<String> {
        let mut documents = vec![document(&self.account)?];
        if let Some(role) = &self.role {
            documents.push(document(role)?);
        }
        documents.push(document(&self.binding)?);
        documents.extend(self.orchestrator.as_ref().map(Access::yaml).transpose()?);
        Ok(documents.join("---\n"))
    }

    /// Creates what is missing, and takes what is there where it is ours and gives the same rights. With `dry_run`, asks the
    /// server what it would say to that.
    ///
    /// What this credential may neither see nor create is taken for there; then the error says what would have to be done if
    /// it is not.
    ///
    /// Where it fails, what it has created is taken away again.
    pub(super) async fn ensure(&self, cluster: &Cluster, dry_run: bool) -> Result<(Vec<Line>, Option<Error>)> {
        let mut done = Done { dry_run, lines: Vec::new(), blind: None };
        match self.make(cluster, &mut done).await {
            Ok(()) => Ok((done.lines, done.blind)),
            Err(error) if dry_run => Err(error),
            Err(error) => Err(self.take_back(cluster, &done.lines, error).await),
        }
    }

    async fn make(&self, cluster: &Cluster, done: &mut Done) -> Result<()> {
        self.one(cluster, &self.account, |_, _| true, done).await?;
        if let Some(role) = &self.role {
            self.one(cluster, role, |found, role| found.rules == role.rules, done).await?;
        }
        self.check_binding(cluster).await?;
        self.one(cluster, &self.binding, |found, binding| found.subjects == binding.subjects, done).await?;
        // Nobody has given rights to an account that was not there.
        if let Some(blind) = done.blind.take_if(|_| done.lines.iter().any(|line| self.is_account(line))) {
            return Err(blind);
        }
        let Some(access) = &self.orchestrator else { return Ok(()) };
        let mut granted = Granted::default();
        let ensured = access.ensure_or_try(cluster, self.namespace(), done.dry_run, &mut granted).await;
        done.lines.extend(granted.created.into_iter().map(|object| Line { object, outcome: "created" }));
        ensured
    }

    /// Whether `line` says that the account was created.
    fn is_account(&self, line: &Line) -> bool {
        line.outcome == "created" && line.object == format!("serviceaccount/{}", self.name())
    }

    /// One object; `same` compares the rights that one that is there gives.
    async fn one<K>(&self, cluster: &Cluster, object: &K, same: impl Fn(&K, &K) -> bool, done: &mut Done) -> Result<()>
    where
        K: Resource<Scope = NamespaceResourceScope>
            + k8s_openapi::Resource
            + Clone
            + Debug
            + Serialize
            + DeserializeOwned,
        K::DynamicType: Default,
    {
        let kind = K::kind(&K::DynamicType::default()).to_lowercase();
        let namespace = object.meta().namespace.clone().unwrap_or_default();
        let api = objects::api::<K>(cluster, &namespace);
        let line = |outcome| Line { object: format!("{kind}/{}", self.name()), outcome };
        let (found, unseen) = match api.get_opt(self.name()).await {
            Ok(found) => (found, None),
            Err(error) if failure::is_forbidden(&error) => (None, Some(failure::explain(&cluster.server, &error))),
            Err(error) => return Err(failure::explain(&cluster.server, &error)),
        };
        if let Some(found) = found {
            if !is_ours(found.meta(), &self.connector) {
                return Err(self.foreign(&kind, &namespace));
            }
            if !same(&found, object) {
                return Err(self.other_rights(&kind, &namespace));
            }
            done.lines.push(line("unchanged"));
            return Ok(());
        }
        match objects::create_or_try(&api, object, done.dry_run).await {
            Ok(Created::New(_)) => done.lines.push(line("created")),
            Ok(Created::Exists) => {
                return Err(unseen.map_or_else(|| self.foreign(&kind, &namespace), |error| self.unseen(&kind, error)));
            }
            Err(error) if failure::is_forbidden(&error) => {
                let error = self.forbidden(&kind, &namespace, failure::explain(&cluster.server, &error));
                if unseen.is_none() || done.dry_run {
                    return Err(error);
                }
                done.blind.get_or_insert(error);
            }
            Err(error) => return Err(failure::explain(&cluster.server, &error)),
        }
        Ok(())
    }

    /// What a binding refers to cannot be changed.
    async fn check_binding(&self, cluster: &Cluster) -> Result<()> {
        let namespace = self.binding.metadata.namespace.clone().unwrap_or_default();
        let api = objects::api::<RoleBinding>(cluster, &namespace);
        let Ok(Some(found)) = api.get_opt(self.name()).await else { return Ok(()) };
        if found.role_ref == self.binding.role_ref || !is_ours(&found.metadata, &self.connector) {
            return Ok(());
        }
        let (kind, role) = (found.role_ref.kind.to_lowercase(), found.role_ref.name);
        Err(Error::failure(format!(
            "rolebinding \"{}\" gives other rights already: those of {kind} \"{role}\"",
            self.name()
        ))
        .hint(format!("delete it first: `kubectl delete rolebinding {} -n {namespace}`", self.name()))
        .hint("or give the connector another --name"))
    }

    fn foreign(&self, kind: &str, namespace: &str) -> Error {
        Error::failure(format!(
            "there is a {kind} \"{}\" in namespace \"{namespace}\" that was not made for this connector",
            self.name()
        ))
        .hint("give the connector another --name")
    }

    /// The error for an object that is there, and cannot be looked at.
    fn unseen(&self, kind: &str, error: Error) -> Error {
        error.under(format!("there is a {kind} \"{}\", and this credential may not see whose it is", self.name())).hint(
            format!("use a connector that may get every {kind} of the namespace, or give this one another --name"),
        )
    }

    /// The error for objects of another connector that once had this name, here or in somebody else's registry.
    fn other_rights(&self, kind: &str, namespace: &str) -> Error {
        Error::failure(format!(
            "the {kind} \"{}\" in namespace \"{namespace}\" was made for a connector with other rights",
            self.name()
        ))
        .hint("give the connector another --name")
        .hint(format!(
            "or, where nobody uses it any more, delete it: `kubectl delete {kind} {} -n {namespace}`",
            self.name()
        ))
    }

    /// The error for rights that this user cannot give, with the YAML for somebody who may.
    fn forbidden(&self, kind: &str, namespace: &str, error: Error) -> Error {
        let error = error
            .under(format!("this credential may not create the {kind} in namespace \"{namespace}\""))
            .hint("have an administrator apply what follows with `kubectl apply -f -`, then run this command again")
            .hint("with --dry-run=client it is printed on standard output alone");
        match self.yaml() {
            Ok(yaml) => error.hint(format!("this is to be applied:\n{}", yaml.trim_end())),
            Err(_) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_are_the_works_own_in_one_namespace() {
        for work in [Work::Orchestrator, Work::Deployer] {
            let objects = Objects::new("bot", "team", &Rights::For(work));
            let rules = objects.role.clone().unwrap().rules.unwrap();
            assert!(!rules.is_empty() && rules.iter().all(|rule| !rule.verbs.iter().any(|verb| verb == "*")));
            let yaml = objects.yaml().unwrap();
            let documents = if work == Work::Orchestrator { (6, 8) } else { (3, 4) };
            assert_eq!((yaml.split("---\n").count(), yaml.matches("namespace: team").count()), documents, "{yaml}");
            assert!(!yaml.contains("ClusterRole") && yaml.contains("zenml.io/connector: bot"), "{yaml}");
        }
        let bound = Objects::new("a_b.c", "team", &Rights::ClusterRole("view".into()));
        assert!(bound.role.is_none() && naming::is_dns_label(bound.name()), "{}", bound.name());
        assert_ne!(bound.name(), Objects::new("a-b.c", "team", &Rights::Role("r".into())).name());
    }
}
