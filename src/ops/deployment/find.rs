//! From what a person typed to a deployment: a name, an id or a unique id prefix (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use kube::api::Api;

use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{api, list_all};
use crate::deployer::manifests::{DEPLOYMENT_LABEL, MANAGED_BY_LABEL, MANAGER, is_ours};
use crate::error::{Error, Result};
use crate::ops::place::Place;

/// How much of an id must be given.
const SHORTEST_ID: usize = 4;

/// Selects the Deployments of this program.
pub fn selector() -> String {
    format!("{MANAGED_BY_LABEL}={MANAGER},{DEPLOYMENT_LABEL}")
}

/// Finds one deployment.
pub async fn find(cluster: &Cluster, place: &Place, reference: &str) -> Result<Deployment> {
    if let Some(deployment) = by_name(cluster, &place.namespace, reference).await? {
        return Ok(deployment);
    }
    let api: Api<Deployment> =
        if place.only { api(cluster, &place.namespace) } else { Api::all(cluster.client.clone()) };
    let candidates = match list_all(&api, &selector()).await {
        Ok(candidates) => candidates,
        // Then only what is in the first place can be found.
        Err(error) if failure::is_forbidden(&error) => Vec::new(),
        Err(error) => return Err(error).on(cluster),
    };
    choose(candidates, reference)?.ok_or_else(|| missing(reference, place))
}

/// Straight to the object: needs no right to list.
async fn by_name(cluster: &Cluster, namespace: &str, name: &str) -> Result<Option<Deployment>> {
    if !crate::naming::is_dns_label(name) {
        return Ok(None);
    }
    match api::<Deployment>(cluster, namespace).get_opt(name).await {
        Ok(found) => Ok(found.filter(|deployment| is_ours(&deployment.metadata, name))),
        Err(error) if failure::is_forbidden(&error) => Ok(None),
        Err(error) => Err(error).on(cluster),
    }
}

fn choose(candidates: Vec<Deployment>, reference: &str) -> Result<Option<Deployment>> {
    let is_meant = |deployment: &Deployment| {
        let id = deployment.uid().unwrap_or_default();
        deployment.name_any() == reference || (reference.len() >= SHORTEST_ID && id.starts_with(reference))
    };
    let mut hits: Vec<Deployment> = candidates.into_iter().filter(is_meant).collect();
    if hits.len() <= 1 {
        return Ok(hits.pop());
    }
    let place = |hit: &Deployment| {
        let namespace = hit.namespace().unwrap_or_default();
        format!("  {namespace}/{} ({})", hit.name_any(), hit.uid().unwrap_or_default())
    };
    let lines: Vec<String> = hits.iter().map(place).collect();
    Err(Error::failure(format!("\"{reference}\" means several deployments:\n{}", lines.join("\n")))
        .hint("name its namespace with `-n`"))
}

fn missing(reference: &str, place: &Place) -> Error {
    let place = if place.only { format!(" in namespace \"{}\"", place.namespace) } else { String::new() };
    Error::failure(format!("deployment \"{reference}\" not found{place}"))
        .hint("`kubectl zenml deployment list -A` lists the deployments of every namespace")
}
