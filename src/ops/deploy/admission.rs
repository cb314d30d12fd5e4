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
    match verdict::of_create(&cluster.server, &error) {
        Verdict::PodSecurity(error) => Err(refused(request.namespace, &error.to_string())),
        _ => Ok(()),
    }
}

/// The level, such as `"restricted:latest"`, and the reasons of a refusal by PodSecurity.
fn level(text: &str) -> (&str, &str) {
    let reasons = text.split_once("violates PodSecurity ").map_or(text, |(_, reasons)| reasons);
    reasons.split_once(": ").unwrap_or(("", reasons))
}

/// Whether the settings of `restricted` may be what is missing; they make up for no other level.
fn is_restricted(text: &str) -> bool {
    level(text).0.trim_start_matches('"').starts_with("restricted")
}

fn refused(namespace: &str, text: &str) -> Error {
    let (level, reasons) = level(text);
    let refused = Error::failure(format!(
        "namespace \"{namespace}\" demands PodSecurity {level}, and the pods of this file ask for more"
    ));
    // Each reason ends with what it is about, in parentheses.
    let each = reasons.split_inclusive("), ").map(|reason| reason.trim_end_matches(", ").to_owned());
    let hint = "take it out of settings.deployer.pod_settings, or deploy into a namespace that allows it";
    each.fold(refused, Error::cause).hint(hint)
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
/// pods, so one pod is tried. An account that is not there is an error, and so is what a laxer level refuses; other refusals,
/// such as quota or a missing right to create pods, say nothing about this.
pub(super) async fn demands_restricted(cluster: &Cluster, request: &Request<'_>, set: &Set) -> Result<bool> {
    let (pod, tried) = try_pod(cluster, request, set).await;
    let Err(error) = tried else { return Ok(false) };
    match verdict::of_create(&cluster.server, &error) {
        Verdict::PodSecurity(error) => match error.to_string() {
            text if is_restricted(&text) => Ok(true),
            text => Err(refused(request.namespace, &text)),
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_restricted_is_made_up_for() {
        let said = |level: &str| {
            format!("pods \"x\" is forbidden: violates PodSecurity \"{level}\": host namespaces (hostIPC=true)")
        };
        assert!(is_restricted(&said("restricted:latest")) && is_restricted(&said("restricted:v1.30")));
        assert!(!is_restricted(&said("baseline:latest")));
        let error = format!("{:?}", refused("n", &said("baseline:latest")));
        assert!(error.contains("baseline:latest") && error.contains("host namespaces (hostIPC=true)"), "{error}");
    }
}
