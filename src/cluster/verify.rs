//! What a credential is worth: reachable, as whom, and allowed to do what (layer 2).

use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use http::Request;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::Api;
use kube::api::PostParams;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure;
use super::{Cluster, connection};
use crate::error::{Error, Kind, Result};
use crate::rights::Rule;
use crate::{deployer, stack};

/// How long a server may take for one question.
const LIMIT: Duration = Duration::from_secs(20);
/// How many questions are asked at once.
const PARALLEL: usize = 16;
/// The user whom a server sees where no credential was sent.
const ANONYMOUS: &str = "system:anonymous";

/// What the server says of the caller.
#[derive(Clone, Debug, Serialize)]
pub struct Identity {
    /// The server's version; `None` where it does not tell this user.
    pub version: Option<String>,
    /// The user's name; `None` where the server is too old to say.
    pub account: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// No credential was accepted.
    pub anonymous: bool,
    /// How long the first answer took, in milliseconds.
    pub milliseconds: u64,
}

/// Work that a connector can be fit for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// Submitting pipeline runs.
    Orchestrator,
    /// Deploying services.
    Deployer,
}

impl Work {
    /// Its name in the command tree.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orchestrator => "orchestrator",
            Self::Deployer => "deployer",
        }
    }

    /// Where it happens when nobody says otherwise.
    pub fn default_namespace(self) -> &'static str {
        match self {
            Self::Orchestrator => stack::orchestrator::DEFAULT_NAMESPACE,
            Self::Deployer => deployer::spec::DEFAULT_NAMESPACE,
        }
    }

    /// What it needs: API group, resource, verbs. Pods and leases are the submitter's own in attached runs; the rights of
    /// the orchestrator's account may be given by somebody else (`rbac orchestrator`).
    pub fn needs(self) -> &'static [Rule] {
        match self {
            Self::Orchestrator => &[
                ("batch", "jobs", &["create", "get", "list", "watch", "delete"]),
                ("", "configmaps", &["create", "get", "list", "watch", "patch", "delete"]),
                ("", "pods", &["create", "get", "list", "watch", "delete"]),
                ("", "pods/log", &["get"]),
                ("coordination.k8s.io", "leases", &["get", "create", "update"]),
            ],
            Self::Deployer => &[
                ("apps", "deployments", &["create", "get", "list", "watch", "patch", "delete"]),
                ("", "services", &["create", "get", "patch", "delete"]),
                ("", "secrets", &["create", "patch", "delete"]),
                ("", "pods", &["get", "list", "watch"]),
                ("", "pods/log", &["get"]),
            ],
        }
    }
}

/// One answered question.
#[derive(Clone, Debug, Serialize)]
pub struct Permission {
    /// What it is needed for.
    pub work: Work,
    /// `resource.group`, as kubectl writes it.
    pub resource: String,
    /// The verb.
    pub verb: String,
    /// Where.
    pub namespace: String,
    /// Whether it is allowed.
    pub allowed: bool,
}

/// Asks whether the server is reachable and who it thinks that we are. A credential that it does not accept is
/// [`Kind::Unfit`].
pub async fn identify(cluster: &Cluster) -> Result<Identity> {
    let begin = Instant::now();
    let version = match limited(cluster, cluster.client.apiserver_version()).await? {
        Ok(info) => Some(info.git_version),
        // Reachable and authenticated; it only tells this user nothing.
        Err(error) if failure::is_forbidden(&error) && !failure::is_foreign(&error) => None,
        Err(error) => return Err(refused(cluster, &error)),
    };
    let milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    let user = who_am_i(cluster).await?;
    let account = user["username"].as_str().map(ToOwned::to_owned);
    let groups = user["groups"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(Identity {
        version,
        anonymous: account.as_deref() == Some(ANONYMOUS),
        groups: groups.map(ToOwned::to_owned).collect(),
        account,
        milliseconds,
    })
}

/// Asks for each verb that `work` needs whether it is allowed.
pub async fn permissions(cluster: &Cluster, work: Work, namespace: &str) -> Result<Vec<Permission>> {
    let answers = allowed(cluster, namespace, work.needs()).await?;
    let permission =
        |(resource, verb, allowed)| Permission { work, resource, verb, namespace: namespace.to_owned(), allowed };
    Ok(answers.into_iter().map(permission).collect())
}

/// Asks for each verb of `needs` (API group, resource, verbs) whether it is allowed, in parallel: rules reviews are
/// incomplete on EKS and GKE. The answers are `resource.group` as kubectl writes it, verb, and whether it is allowed.
pub async fn allowed(
    cluster: &Cluster,
    namespace: &str,
    needs: &[(&str, &str, &[&str])],
) -> Result<Vec<(String, String, bool)>> {
    let questions = needs.iter().flat_map(|&(group, resource, verbs)| {
        verbs.iter().map(move |&verb| async move {
            let allowed = ask(cluster, namespace, (group, resource, verb), None).await?;
            let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
            Ok((resource, verb.to_owned(), allowed))
        })
    });
    let answers: Vec<_> = stream::iter(questions).buffered(PARALLEL).collect().await;
    answers.into_iter().collect()
}

/// Asks whether this user may have new tokens of the ServiceAccount `account`.
pub async fn may_mint(cluster: &Cluster, namespace: &str, account: &str) -> Result<bool> {
    may(cluster, namespace, ("", "serviceaccounts/token", "create"), account).await
}

/// Asks whether this user may do this (API group, resource, verb) to the object of this name.
pub async fn may(cluster: &Cluster, namespace: &str, what: (&str, &str, &str), name: &str) -> Result<bool> {
    ask(cluster, namespace, what, Some(name)).await
}

/// Asks about one verb; `object` = of the object of this name alone.
async fn ask(
    cluster: &Cluster,
    namespace: &str,
    (group, resource, verb): (&str, &str, &str),
    object: Option<&str>,
) -> Result<bool> {
    let (name, subresource) = match resource.split_once('/') {
        Some((name, subresource)) => (name, Some(subresource.to_owned())),
        None => (resource, None),
    };
    let attributes = ResourceAttributes {
        group: Some(group.to_owned()),
        resource: Some(name.to_owned()),
        name: object.map(ToOwned::to_owned),
        subresource,
        verb: Some(verb.to_owned()),
        namespace: Some(namespace.to_owned()),
        ..ResourceAttributes::default()
    };
    let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), non_resource_attributes: None };
    let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
    let api: Api<SelfSubjectAccessReview> = Api::all(cluster.client.clone());
    // A server may believe a credential a moment longer than it does another time.
    let answer = limited(cluster, api.create(&PostParams::default(), &review)).await?;
    let answer = answer.map_err(|error| refused(cluster, &error))?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

/// `SelfSubjectReview`, by the newest version that the server has; `null` where it has none.
async fn who_am_i(cluster: &Cluster) -> Result<Value> {
    for version in ["v1", "v1beta1"] {
        let review = json!({
            "apiVersion": format!("authentication.k8s.io/{version}"),
            "kind": "SelfSubjectReview",
        });
        let request = Request::post(format!("/apis/authentication.k8s.io/{version}/selfsubjectreviews"))
            .header("content-type", "application/json")
            .body(review.to_string().into_bytes())
            .map_err(|error| Error::failure("cannot ask who this is").because(error))?;
        match limited(cluster, cluster.client.request::<Value>(request)).await? {
            Ok(answer) => return Ok(answer["status"]["userInfo"].clone()),
            Err(error) if failure::is_foreign(&error) => return Err(refused(cluster, &error)),
            // 404: not this version. 403: anonymous users may not ask.
            Err(error) if failure::is_not_found(&error) => {}
            Err(error) if failure::is_forbidden(&error) => return Ok(denied(&error)),
            Err(error) => return Err(refused(cluster, &error)),
        }
    }
    Ok(Value::Null)
}

/// The server's refusal names the user whom it refuses.
fn denied(error: &kube::Error) -> Value {
    let named = failure::status(error).is_some_and(|status| status.message.contains(&format!("\"{ANONYMOUS}\"")));
    if named { json!({ "username": ANONYMOUS }) } else { Value::Null }
}

fn refused(cluster: &Cluster, error: &kube::Error) -> Error {
    let unfit = failure::is_unauthorized(error);
    if unfit && !failure::is_foreign(error) {
        let message = format!("{} does not accept this credential (401 Unauthorized)", cluster.server);
        if let Some(why) = failure::unrenewed(error) {
            return why.under(message).of_kind(Kind::Unfit);
        }
        return Error::new(Kind::Unfit, message)
            .hint("it may have expired or been revoked; get a new one from the cluster's own tool, then try again");
    }
    let error = failure::explain(&cluster.server, error);
    if unfit { error.of_kind(Kind::Unfit) } else { error }
}

async fn limited<T>(cluster: &Cluster, asked: impl Future<Output = kube::Result<T>>) -> Result<kube::Result<T>> {
    tokio::time::timeout(LIMIT, asked).await.map_err(|_| {
        Error::new(Kind::TimedOut, format!("{} did not answer within {} s", cluster.server, LIMIT.as_secs()))
            .hint(connection::SILENT)
    })
}
