//! From what a person typed to a run: a name, an id, a unique id prefix, or `@latest` (layer 3).

use std::sync::atomic::{AtomicBool, Ordering};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::Resource;
use kube::api::Api;

use super::Found;
use crate::cluster::failure;
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::ops::place::{self, Place, Search};
use crate::orchestrator::labels;

/// So many characters of an id name a run, as long as no other one begins with them.
const SHORTEST_ID: usize = 4;

/// The newest run of all.
pub const LATEST: &str = "@latest";

/// Finds one run.
pub async fn find(cluster: &Cluster, place: &Place, reference: &str) -> Result<Found> {
    let mut found = find_all(cluster, place, &[reference.to_owned()]).await?;
    found.pop().ok_or_else(|| Error::failure("nothing was looked for"))
}

/// Finds several runs; the error names all that are missing.
pub async fn find_all(cluster: &Cluster, place: &Place, references: &[String]) -> Result<Vec<Found>> {
    let is_short = AtomicBool::new(false);
    let found = place::each("run", place, references, async |reference| {
        let found = search(cluster, place, reference).await?;
        if matches!(found, Search::Missing { .. }) && is_short_id(reference) {
            is_short.store(true, Ordering::Relaxed);
        }
        Ok(found)
    })
    .await;
    let hint = || format!("the id of a run may be cut to its first {SHORTEST_ID} characters, and to no less");
    found.map_err(|error| if is_short.load(Ordering::Relaxed) { error.hint(hint()) } else { error })
}

/// Whether a person may have meant the beginning of an id, which is too short for that.
fn is_short_id(reference: &str) -> bool {
    reference.len() < SHORTEST_ID && reference.chars().all(|letter| matches!(letter, '0'..='9' | 'a'..='f'))
}

async fn search(cluster: &Cluster, place: &Place, reference: &str) -> Result<Search<Found>> {
    if reference != LATEST
        && let Some(found) = by_name(cluster, &place.namespace, reference).await?
    {
        return Ok(Search::Found(found));
    }
    let found = place::look(cluster, place, &selector(labels::KIND_RUN), |roots| choose(roots, reference)).await?;
    match found {
        Search::Missing { only_here } if reference == LATEST => {
            Err(place::not_found("no runs found", "run", place, only_here))
        }
        found => Ok(found),
    }
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
        if identity.name == reference || (reference.len() >= SHORTEST_ID && identity.id.starts_with(reference)) {
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
