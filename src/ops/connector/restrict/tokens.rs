//! The right to have tokens of the new account, without which nothing else of `restrict` is of use (layer 3).

use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, Subject};
use kube::api::ObjectMeta;

use super::Plan;
use crate::cluster::Cluster;
use crate::cluster::verify::{identify, may_mint};
use crate::error::{Error, Result};
use crate::rights::{self, document};

/// Stands for a user whose name is not known.
const SOMEBODY: &str = "USER";

/// Refuses where the server says that this credential may not have tokens of the account. The error has the YAML of
/// everything for somebody who may give that.
pub(super) async fn check(cluster: &Cluster, plan: &Plan) -> Result<()> {
    let (namespace, name) = (&plan.namespace, plan.objects.name());
    // A server that does not say will answer when it is asked for a token.
    if may_mint(cluster, namespace, name).await.unwrap_or(true) {
        return Ok(());
    }
    let user = identify(cluster).await?.account;
    let who = user.as_deref().map_or_else(|| "its user".to_owned(), |user| format!("user \"{}\"", user.escape_debug()));
    let error = Error::failure(format!(
        "this credential may not have tokens of serviceaccount \"{name}\" in namespace \"{namespace}\""
    ))
    .cause(format!("{who} lacks the right to create serviceaccounts/token there"))
    .hint("have an administrator apply what follows with `kubectl apply -f -`, then run this command again");
    let Ok(objects) = plan.objects.yaml() else { return Err(error) };
    let right = user.map(|user| right(plan, &user)).transpose()?;
    let yaml = match right {
        Some(right) => [objects, right].join("---\n"),
        None => with_commands(plan, &objects, None),
    };
    Err(error.hint(format!("this is to be applied:\n{}", yaml.trim_end())))
}

fn own_name(plan: &Plan) -> String {
    format!("{}-tokens", plan.objects.name())
}

/// What gives `user` the right, as YAML documents.
fn right(plan: &Plan, user: &str) -> Result<String> {
    let name = own_name(plan);
    let metadata = || ObjectMeta { name: Some(name.clone()), ..plan.objects.account.metadata.clone() };
    let mint = PolicyRule {
        api_groups: Some(vec![String::new()]),
        resources: Some(vec!["serviceaccounts/token".to_owned()]),
        resource_names: Some(vec![plan.objects.name().to_owned()]),
        verbs: vec!["create".to_owned()],
        ..PolicyRule::default()
    };
    let subject = Subject {
        api_group: Some("rbac.authorization.k8s.io".to_owned()),
        kind: "User".to_owned(),
        name: user.to_owned(),
        namespace: None,
    };
    let binding = RoleBinding { subjects: Some(vec![subject]), ..rights::binding(metadata(), "Role", &name) };
    let role = Role { metadata: metadata(), rules: Some(vec![mint]) };
    Ok([document(&role)?, document(&binding)?].join("---\n"))
}

/// The objects' YAML below a comment: what gives the right to the `user` who asks for the tokens, where it is missing. Whether
/// it is, only the server knows.
pub(super) fn with_commands(plan: &Plan, objects: &str, user: Option<&str>) -> String {
    let (name, own, namespace) = (plan.objects.name(), own_name(plan), &plan.namespace);
    let user = user.unwrap_or(SOMEBODY);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=".contains(c);
    // A comment is one line, and is pasted.
    let user = if user.chars().all(is_plain) { user } else { SOMEBODY };
    format!(
        "# The credential of connector \"{}\" asks for the tokens. Where it may not, these two let it:\n\
         # kubectl create role {own} -n {namespace} --verb=create --resource=serviceaccounts/token --resource-name={name}\n\
         # kubectl create rolebinding {own} -n {namespace} --role={own} --user={user}\n{objects}",
        plan.base.name
    )
}
