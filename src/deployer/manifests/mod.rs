//! The Kubernetes objects of a deployment, as typed values (layer 1, pure).

mod deployment;
mod secret;
mod service;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Pod, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

pub use self::deployment::deployment;
pub use self::secret::secret;
pub use self::service::service;
use super::spec::Service;
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

/// The name of a revision's Secret.
pub fn secret_name(deployment: &str, revision: u64) -> String {
    format!("{deployment}-r{revision}")
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

/// The pod that the Deployment would create, to ask the server's admission about it: it judges pods, and lets a
/// Deployment pass whose pods can never be.
pub fn trial_pod(service: &Service, placement: &Placement<'_>) -> Pod {
    let PodTemplateSpec { metadata, spec } = deployment::template(service, placement);
    let mut metadata = metadata.unwrap_or_default();
    metadata.name = Some(format!("{}-trial", service.name));
    metadata.namespace = Some(placement.namespace.to_owned());
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
mod tests;
