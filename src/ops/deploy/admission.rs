//! Whether the namespace lets the pods in as their image says (layer 3).

use k8s_openapi::api::core::v1::Pod;

use super::Request;
use crate::cluster::Cluster;
use crate::cluster::objects::{api, post};
use crate::cluster::verdict::{self, Verdict};
use crate::deployer::manifests::{self, Set};
use crate::error::{Error, Result};

/// Whether the pods need the settings of PodSecurity `restricted`. PodSecurity lets every Deployment pass and refuses its
/// pods, so one pod is tried. An account that is not there is an error; other refusals, such as quota or a missing right to
/// create pods, say nothing about this.
pub(super) async fn demands_restricted(cluster: &Cluster, request: &Request<'_>, set: &Set) -> Result<bool> {
    let pods = api::<Pod>(cluster, request.namespace);
    let mut pod = manifests::trial_pod(&set.deployment);
    let creates_account = set.before.iter().any(|object| object.kind.kind == "ServiceAccount");
    if let Some(spec) = pod.spec.as_mut().filter(|_| creates_account) {
        spec.service_account_name = None;
    }
    let Err(error) = pods.create(&post(true), &pod).await else { return Ok(false) };
    match verdict::of_create(&cluster.server, &error) {
        Verdict::PodSecurity(_) => Ok(true),
        Verdict::Brief(error) => Err(no_account(error, &pod)),
        _ => Ok(false),
    }
}

fn no_account(error: Error, pod: &Pod) -> Error {
    let name = pod.spec.as_ref().and_then(|spec| spec.service_account_name.as_deref()).unwrap_or("default");
    error
        .under(format!("the ServiceAccount \"{name}\" of the pods is not there"))
        .hint("create it, or set create_service_account: true and service_account_role under settings.deployer")
}
