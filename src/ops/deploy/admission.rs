//! Whether the namespace lets the pods in as their image says (layer 3).

use k8s_openapi::api::core::v1::Pod;

use super::Request;
use super::plan::Plan;
use crate::cluster::Cluster;
use crate::cluster::objects::{api, post};
use crate::cluster::verdict::{self, Verdict};
use crate::error::Result;

/// Whether the pods need the settings of PodSecurity `restricted`. PodSecurity lets every Deployment pass and refuses its
/// pods, so one pod is tried. Other refusals, such as quota or a missing right to create pods, say nothing about this.
pub(super) async fn demands_restricted(cluster: &Cluster, request: &Request<'_>, plan: &Plan) -> Result<bool> {
    let pods = api::<Pod>(cluster, request.namespace);
    let Err(error) = pods.create(&post(true), &plan.trial_pod(request)).await else { return Ok(false) };
    Ok(matches!(verdict::of_create(&cluster.server, &error), Verdict::PodSecurity(_)))
}
