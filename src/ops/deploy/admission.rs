//! Whether the namespace lets the pods in as their image says (layer 3).

use k8s_openapi::api::core::v1::Pod;

use super::Request;
use crate::cluster::Cluster;
use crate::cluster::objects::{api, post};
use crate::cluster::verdict::{self, Verdict};
use crate::deployer::manifests::{self, Set};
use crate::error::{Error, Result};

/// Refuses pods that the namespace would not take although they got the settings of `restricted`: what the file itself asks
/// for is more than it allows.
pub(super) async fn check_restricted(cluster: &Cluster, request: &Request<'_>, set: &Set) -> Result<()> {
    let Err(error) = try_pod(cluster, request, set).await.1 else { return Ok(()) };
    let Verdict::PodSecurity(error) = verdict::of_create(&cluster.server, &error) else { return Ok(()) };
    let text = error.to_string();
    let reasons = text.split_once("violates PodSecurity ").map_or(text.as_str(), |(_, reasons)| reasons);
    let (level, reasons) = reasons.split_once(": ").unwrap_or(("", reasons));
    let refused = Error::failure(format!(
        "namespace \"{}\" demands PodSecurity {level}, and the pods of this file ask for more",
        request.namespace
    ));
    // Each reason ends with what it is about, in parentheses.
    let each = reasons.split_inclusive("), ").map(|reason| reason.trim_end_matches(", ").to_owned());
    let hint = "take it out of settings.deployer.pod_settings, or deploy into a namespace that allows it";
    Err(each.fold(refused, Error::cause).hint(hint))
}

async fn try_pod(cluster: &Cluster, request: &Request<'_>, set: &Set) -> (Pod, kube::Result<Pod>) {
    let mut pod = manifests::trial_pod(&set.deployment);
    let creates_account = set.before.iter().any(|object| object.kind.kind == "ServiceAccount");
    if let Some(spec) = pod.spec.as_mut().filter(|_| creates_account) {
        spec.service_account_name = None;
    }
    let tried = api::<Pod>(cluster, request.namespace).create(&post(true), &pod).await;
    (pod, tried)
}

/// Whether the pods need the settings of PodSecurity `restricted`. PodSecurity lets every Deployment pass and refuses its
/// pods, so one pod is tried. An account that is not there is an error; other refusals, such as quota or a missing right to
/// create pods, say nothing about this.
pub(super) async fn demands_restricted(cluster: &Cluster, request: &Request<'_>, set: &Set) -> Result<bool> {
    let (pod, tried) = try_pod(cluster, request, set).await;
    let Err(error) = tried else { return Ok(false) };
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
