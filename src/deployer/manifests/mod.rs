//! The Kubernetes objects of a deployment, as typed values (layer 1, pure).

mod account;
mod autoscaler;
mod budget;
mod container;
mod deployment;
mod ingress;
mod own;
mod secret;
mod service;

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Pod, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

pub use self::secret::{AUTH_KEY, auth_secret, secret};
use super::object::Object;
use super::settings::Scale;
use super::spec::Service;
use crate::error::Result;
pub use crate::pipeline::pod::key::MANAGED_BY as MANAGED_BY_LABEL;
pub use crate::pipeline::pod::{CONTAINER, MANAGER};

/// Names the deployment that an object belongs to. Also the selector, so its value never changes.
pub const DEPLOYMENT_LABEL: &str = "zenml.io/deployment";
/// On pods: the revision that their template came with.
pub const REVISION_LABEL: &str = "zenml.io/revision";
/// The recommended label for an application's name.
pub const NAME_LABEL: &str = "app.kubernetes.io/name";
/// On the Deployment: where `invoke` posts to.
pub const INVOKE_PATH_ANNOTATION: &str = "zenml.io/invoke-path";
/// The name of the container's and the Service's port.
pub const PORT_NAME: &str = "http";
/// The variable that holds the key which requests must carry.
pub const AUTH_VARIABLE: &str = "ZENML_AUTH_KEY";

/// What the file does not say and the objects need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement<'a> {
    /// Where the objects go.
    pub namespace: &'a str,
    /// The revision of the pod template.
    pub revision: u64,
    /// The Secret with the values of [`Service::own_secrets`], if there are any.
    pub secret: Option<&'a str>,
    /// Whether the namespace demands the PodSecurity level `restricted`.
    pub restricted: bool,
}

/// Everything that is applied, the Secrets apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// What the pods need before they are.
    pub before: Vec<Object>,
    /// The Deployment, without an inventory.
    pub deployment: Deployment,
    /// What needs the pods.
    pub after: Vec<Object>,
}

/// The objects of `service`. `more` are those of its files.
pub fn set(service: &Service, placement: &Placement<'_>, more: &[Object]) -> Result<Set> {
    let Placement { namespace, .. } = *placement;
    let mut after = vec![Object::of(&service::service(service, namespace))?];
    if let Some(ingress) = &service.settings.ingress {
        after.push(Object::of(&ingress::ingress(service, ingress, namespace))?);
    }
    if let Scale::Auto { .. } = &service.settings.scale {
        after.push(Object::of(&autoscaler::autoscaler(service, namespace))?);
    }
    if service.settings.scale.most() > 1 {
        after.push(Object::of(&budget::budget(service, namespace))?);
    }
    after.extend(more.iter().map(|object| labelled(object.clone(), service, namespace)));
    let mut before = Vec::new();
    if let Some((name, role)) = service.settings.account.as_ref().and_then(|it| Some((&it.name, it.create.as_ref()?))) {
        before.push(Object::of(&account::account(service, name, namespace))?);
        before.push(Object::of(&account::binding(service, name, role, namespace))?);
    }
    let set = Set { before, deployment: deployment::deployment(service, placement), after };
    own::check(&set, more.len())?;
    Ok(set)
}

/// The pod that the settings of `service` come to, wherever it goes. What `pod_security` puts into it is left out.
pub fn draft(service: &Service) -> PodSpec {
    let placement = Placement { namespace: "", revision: 0, secret: None, restricted: false };
    let mut service = Service { image: CONTAINER.to_owned(), ..service.clone() };
    service.settings.restricted = false;
    deployment::deployment(&service, &placement).spec.template.spec.unwrap_or_default()
}

/// Somebody's own object, as part of the deployment.
fn labelled(mut object: Object, service: &Service, namespace: &str) -> Object {
    object.body["metadata"]["namespace"] = namespace.into();
    for (key, value) in [(MANAGED_BY_LABEL, MANAGER), (DEPLOYMENT_LABEL, service.name.as_str())] {
        object.body["metadata"]["labels"][key] = value.into();
    }
    object
}

/// The name of a revision's Secret, and of the record of what it was made of.
pub fn revision_name(deployment: &str, revision: u64) -> String {
    format!("{deployment}-r{revision}")
}

/// The revision that a name of [`revision_name`] is of.
pub fn revision_of(deployment: &str, name: &str) -> Option<u64> {
    name.strip_prefix(deployment)?.strip_prefix("-r")?.parse().ok()
}

/// The name of the Secret with the key that requests must carry.
pub fn auth_name(deployment: &str) -> String {
    format!("{deployment}-auth")
}

/// The label selector for everything of one deployment.
pub fn selector(name: &str) -> String {
    format!("{DEPLOYMENT_LABEL}={name}")
}

/// Whether `meta` is of an object that this program made for the deployment `name`.
pub fn is_ours(meta: &ObjectMeta, name: &str) -> bool {
    let label = |key: &str| meta.labels.as_ref().and_then(|labels| labels.get(key)).map(String::as_str);
    label(MANAGED_BY_LABEL) == Some(MANAGER) && label(DEPLOYMENT_LABEL) == Some(name)
}

/// The pod that `deployment` would create, to ask the server's admission about it: it judges pods, and lets a Deployment
/// pass whose pods can never be.
pub fn trial_pod(deployment: &Deployment) -> Pod {
    let PodTemplateSpec { metadata, spec } = deployment.spec.template.clone();
    let mut metadata = metadata.unwrap_or_default();
    metadata.name = deployment.metadata.name.as_ref().map(|name| format!("{name}-trial"));
    metadata.namespace.clone_from(&deployment.metadata.namespace);
    Pod { metadata, spec, status: None }
}

/// The metadata of an object: the user's labels and annotations, ours over them.
fn metadata(service: &Service, name: &str, namespace: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_owned()),
        labels: Some(labels(service)),
        annotations: Some(service.settings.annotations.clone()).filter(|annotations| !annotations.is_empty()),
        ..ObjectMeta::default()
    }
}

/// The same with annotations for this object alone.
fn annotated(metadata: ObjectMeta, annotations: &BTreeMap<String, String>) -> ObjectMeta {
    let mut all = metadata.annotations.unwrap_or_default();
    all.extend(annotations.clone());
    ObjectMeta { annotations: Some(all).filter(|all| !all.is_empty()), ..metadata }
}

fn labels(service: &Service) -> BTreeMap<String, String> {
    let mut labels = service.settings.labels.clone();
    let ours =
        [(MANAGED_BY_LABEL, MANAGER), (NAME_LABEL, service.name.as_str()), (DEPLOYMENT_LABEL, service.name.as_str())];
    labels.extend(ours.map(|(key, value)| (key.to_owned(), value.to_owned())));
    labels
}

fn identity(name: &str) -> BTreeMap<String, String> {
    [(DEPLOYMENT_LABEL.to_owned(), name.to_owned())].into()
}

#[cfg(test)]
mod more_tests;
#[cfg(test)]
mod tests;
