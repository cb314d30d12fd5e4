//! From what a person typed to a run: a name, an id, a unique id prefix, or `@latest` (layer 3).

use k8s_openapi::api::core::v1::ConfigMap;
use kube::Resource;
use kube::api::Api;

use super::Found;
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::ops::place::Place;
use crate::orchestrator::labels;

/// The newest run of all.
const LATEST: &str = "@latest";

/// Finds one run.
pub async fn find(cluster: &Cluster, place: &Place, reference: &str) -> Result<Found> {
    if reference != LATEST
        && let Some(found) = by_name(cluster, &place.namespace, reference).await?
    {
        return Ok(found);
    }
    let here = candidates(cluster, Some(&place.namespace)).await?;
    if let Some(found) = choose(here, reference)? {
        return Ok(found);
    }
    if !place.only
        && let Ok(everywhere) = candidates(cluster, None).await
        && let Some(found) = choose(everywhere, reference)?
    {
        return Ok(found);
    }
    Err(missing(reference, place))
}

/// The runs in one namespace, or in all that this user may list.
pub(super) async fn candidates(cluster: &Cluster, namespace: Option<&str>) -> Result<Vec<ConfigMap>> {
    let api: Api<ConfigMap> = match namespace {
        Some(namespace) => objects::api(cluster, namespace),
        None => Api::all(cluster.client.clone()),
    };
    objects::list_all(&api, &selector(labels::KIND_RUN)).await.on(cluster)
}

/// Selects this program's objects of one kind.
pub(super) fn selector(kind: &str) -> String {
    format!("{}={},{}={kind}", labels::MANAGED_BY, labels::MANAGER, labels::KIND)
}

/// Straight to the object, whose name follows from the run's: needs no right to list.
async fn by_name(cluster: &Cluster, namespace: &str, name: &str) -> Result<Option<Found>> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    match api.get_opt(&naming::run_object(name)).await {
        Ok(root) => root.as_ref().map(Found::of).transpose(),
        Err(error) if failure::is_forbidden(&error) => Ok(None),
        Err(error) => Err(failure::explain(&cluster.server, &error)),
    }
}

fn choose(roots: Vec<ConfigMap>, reference: &str) -> Result<Option<Found>> {
    if reference == LATEST {
        let newest = roots.into_iter().max_by_key(|root| root.meta().creation_timestamp.as_ref().map(|time| time.0));
        return newest.as_ref().map(Found::of).transpose();
    }
    let mut hits = Vec::new();
    for root in &roots {
        let Ok(found) = Found::of(root) else { continue };
        let identity = &found.identity;
        if identity.name == reference || (reference.len() >= 4 && identity.id.starts_with(reference)) {
            hits.push(found);
        }
    }
    if hits.len() <= 1 {
        return Ok(hits.pop());
    }
    let lines: Vec<String> =
        hits.iter().map(|hit| format!("  {}/{} ({})", hit.namespace, hit.identity.name, hit.identity.id)).collect();
    Err(Error::failure(format!("\"{reference}\" means several runs:\n{}", lines.join("\n")))
        .hint("name one by its id, or its namespace with `-n`"))
}

fn missing(reference: &str, place: &Place) -> Error {
    let what = if reference == LATEST { "no runs found".to_owned() } else { format!("run \"{reference}\" not found") };
    let place_name = if place.only { format!(" in namespace \"{}\"", place.namespace) } else { String::new() };
    Error::failure(format!("{what}{place_name}")).hint("`kubectl zenml run list -A` lists the runs of every namespace")
}
