//! From what a person typed to a deployment: a name, an id or a unique id prefix (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;

use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::objects::api;
use crate::deployer::manifests::{DEPLOYMENT_LABEL, MANAGED_BY_LABEL, MANAGER, is_ours};
use crate::error::{Error, Result};
use crate::ops::place::{self, Place, Search};

/// How much of an id must be given.
const SHORTEST_ID: usize = 4;

/// Selects the Deployments of this program.
pub fn selector() -> String {
    format!("{MANAGED_BY_LABEL}={MANAGER},{DEPLOYMENT_LABEL}")
}

/// Finds one deployment.
pub async fn find(cluster: &Cluster, place: &Place, reference: &str) -> Result<Deployment> {
    let mut found = find_all(cluster, place, &[reference.to_owned()]).await?;
    found.pop().ok_or_else(|| Error::failure("nothing was looked for"))
}

/// Finds several deployments; the error names all that are missing.
pub async fn find_all(cluster: &Cluster, place: &Place, references: &[String]) -> Result<Vec<Deployment>> {
    place::each("deployment", place, references, async |reference| search(cluster, place, reference).await).await
}

async fn search(cluster: &Cluster, place: &Place, reference: &str) -> Result<Search<Deployment>> {
    if let Some(deployment) = by_name(cluster, &place.namespace, reference).await? {
        return Ok(Search::Found(deployment));
    }
    place::look(cluster, place, &selector(), |candidates| choose(candidates, reference)).await
}

/// Straight to the object: needs no right to list. Where this is forbidden a list may not be.
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
