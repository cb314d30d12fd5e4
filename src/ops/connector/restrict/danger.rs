//! What in somebody else's role would undo the restriction (layer 3).

use k8s_openapi::api::rbac::v1::{ClusterRole, PolicyRule, Role};
use kube::Api;

use super::Rights;
use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::error::{Error, Result};

/// The warnings about a role; one that does not exist is an error.
pub(super) async fn check(cluster: &Cluster, namespace: &str, rights: &Rights) -> Result<Vec<String>> {
    let (kind, name, found) = match rights {
        Rights::For(_) => return Ok(Vec::new()),
        Rights::Role(name) => {
            let api: Api<Role> = Api::namespaced(cluster.client.clone(), namespace);
            ("role", name, api.get(name).await.map(|role| role.rules))
        }
        Rights::ClusterRole(name) => {
            let api: Api<ClusterRole> = Api::all(cluster.client.clone());
            ("clusterrole", name, api.get(name).await.map(|role| role.rules))
        }
    };
    match found {
        Ok(rules) => Ok(ways_out(&rules.unwrap_or_default())
            .into_iter()
            .map(|way| format!("{kind} \"{name}\" holds {way}"))
            .collect()),
        Err(error) if failure::is_not_found(&error) => Err(failure::explain(&cluster.server, &error)
            .hint("name a role that exists, or use --for orchestrator or --for deployer")),
        Err(error) if failure::is_forbidden(&error) => {
            Ok(vec![format!("{kind} \"{name}\" cannot be read, so nobody has looked at what it allows")])
        }
        Err(error) => Err(Error::failure(format!("cannot read {kind} \"{name}\""))
            .cause(failure::explain(&cluster.server, &error).to_string())),
    }
}

/// How whoever has these rules gets others.
fn ways_out(rules: &[PolicyRule]) -> Vec<&'static str> {
    let any = |list: &Option<Vec<String>>, wanted: &[&str]| {
        list.iter().flatten().any(|item| item == "*" || wanted.contains(&item.as_str()))
    };
    let verb = |rule: &PolicyRule, wanted: &str| rule.verbs.iter().any(|verb| verb == "*" || verb == wanted);
    let core = |rule: &PolicyRule| any(&rule.api_groups, &[""]);
    let impersonates = |rule: &PolicyRule| {
        verb(rule, "impersonate") && core(rule) && any(&rule.resources, &["users", "groups", "serviceaccounts"])
    };
    let mints = |rule: &PolicyRule| {
        verb(rule, "create") && core(rule) && any(&rule.resources, &["serviceaccounts/token", "*/token"])
    };
    let grants = |rule: &PolicyRule| {
        any(&rule.api_groups, &["rbac.authorization.k8s.io"]) && (verb(rule, "escalate") || verb(rule, "bind"))
    };
    let mut found = Vec::new();
    if rules.iter().any(impersonates) {
        found.push("`impersonate`: with it, a token acts as the other accounts of the namespace");
    }
    if rules.iter().any(mints) {
        found.push("`serviceaccounts/token`: with it, a token gets tokens of the other accounts of the namespace");
    }
    if rules.iter().any(grants) {
        found.push("`escalate` or `bind`: with it, a token gives itself other rights");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        PolicyRule {
            api_groups: Some(list(&[group])),
            resources: Some(list(resources)),
            verbs: list(verbs),
            ..PolicyRule::default()
        }
    }

    #[test]
    fn finds_each_way_out() {
        assert!(ways_out(&[rule("", &["pods", "secrets"], &["get", "create"])]).is_empty());
        assert!(ways_out(&[rule("", &["serviceaccounts"], &["create"])]).is_empty());
        assert!(ways_out(&[rule("", &["serviceaccounts"], &["impersonate"])])[0].contains("impersonate"));
        assert!(ways_out(&[rule("", &["serviceaccounts/token"], &["create"])])[0].contains("serviceaccounts/token"));
        assert_eq!(ways_out(&[rule("*", &["*"], &["*"])]).len(), 3);
        assert!(ways_out(&[rule("apps", &["*"], &["*"])]).is_empty());
    }
}
