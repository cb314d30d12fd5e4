//! Accounts that a file names and somebody else manages: looked at before anything is created, as far as this user may
//! (layer 3).

use k8s_openapi::api::authorization::v1::{LocalSubjectAccessReview, ResourceAttributes, SubjectAccessReviewSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{Api, PostParams};

use super::rbac;
use crate::cluster::{Cluster, failure, objects};
use crate::error::{Error, Result};
use crate::rights::Rule;

/// The account of the orchestrator's pod: it must be there, and may do what the engine does.
pub(super) async fn of_orchestrator(cluster: &Cluster, namespace: &str, name: &str) -> Result<()> {
    exists(cluster, namespace, name, "service_account_name").await?;
    let mut lacking = Vec::new();
    for rule in rbac::ENGINE {
        for verb in rule.2 {
            // Who may not ask, or a server without an answer: the orchestrator will say it itself.
            let Some(allowed) = may(cluster, namespace, name, rule, verb).await else { return Ok(()) };
            if !allowed {
                lacking.push(format!("{verb} {}", rule.1));
            }
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Error::failure(format!("serviceaccount/{name} may not run a pipeline in namespace \"{namespace}\""))
        .cause(format!("not allowed: {}", lacking.join(", ")))
        .hint(format!(
            "`kubectl zenml rbac orchestrator -n {namespace}` prints a Role that allows it; bind it to {name}"
        )))
}

/// An account that a file names under `key`.
pub(super) async fn exists(cluster: &Cluster, namespace: &str, name: &str, key: &str) -> Result<()> {
    let api: Api<ServiceAccount> = objects::api(cluster, namespace);
    match api.get_metadata_opt(name).await {
        Ok(None) => Err(Error::verbatim(format!("Error from server (NotFound): serviceaccounts \"{name}\" not found"))
            .hint(format!("create it in namespace \"{namespace}\", or take {key} out of the settings"))),
        Ok(Some(_)) => Ok(()),
        Err(error) if failure::is_forbidden(&error) => Ok(()),
        Err(error) => Err(failure::explain(&cluster.server, &error)),
    }
}

/// Whether the account may do this; none where this user cannot learn it.
async fn may(cluster: &Cluster, namespace: &str, name: &str, rule: &Rule, verb: &str) -> Option<bool> {
    let (group, resource, _) = *rule;
    let (resource, subresource) = resource.split_once('/').map_or((resource, None), |(one, two)| (one, Some(two)));
    let attributes = ResourceAttributes {
        group: Some(group.to_owned()),
        resource: Some(resource.to_owned()),
        subresource: subresource.map(str::to_owned),
        verb: Some(verb.to_owned()),
        namespace: Some(namespace.to_owned()),
        ..ResourceAttributes::default()
    };
    let groups = ["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
    let spec = SubjectAccessReviewSpec {
        user: Some(format!("system:serviceaccount:{namespace}:{name}")),
        groups: Some(groups.to_vec()),
        resource_attributes: Some(attributes),
        ..SubjectAccessReviewSpec::default()
    };
    let mut review = LocalSubjectAccessReview { spec, ..LocalSubjectAccessReview::default() };
    review.metadata.namespace = Some(namespace.to_owned());
    let api: Api<LocalSubjectAccessReview> = objects::api(cluster, namespace);
    let answer = api.create(&PostParams::default(), &review).await.ok()?;
    answer.status.map(|status| status.allowed)
}
