//! Which namespace, and saying where before acting (layer 4).

use std::collections::BTreeSet;

use super::flags::{self, PlaceFlags};
use crate::cluster::Cluster;
use crate::cluster::access::{Target, connect};
use crate::cluster::namespace::Chosen;
use crate::deployer::spec;
use crate::error::{Error, Result};
use crate::ops::place::Place;
use crate::ui;

/// The namespace of runs that nobody named.
pub(super) const DEFAULT_NAMESPACE: &str = "zenml";

/// The namespace of runs: `-n`, else the file's, else the connector's or context's own, else our default.
pub(super) fn namespace_of(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> Result<(String, Chosen)> {
    let named = named(flag, file, cluster)?.map(|name| (name, Chosen::Named));
    Ok(named.unwrap_or_else(|| (DEFAULT_NAMESPACE.to_owned(), Chosen::Default)))
}

/// The namespace of deployments, by the same order.
pub(super) fn namespace_of_deployments(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> Result<String> {
    Ok(named(flag, file, cluster)?.unwrap_or_else(|| spec::DEFAULT_NAMESPACE.to_owned()))
}

/// Flags and files were checked when they were read; a kubeconfig may say anything.
fn named(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> Result<Option<String>> {
    if let Some(name) = flag.or_else(|| file.map(ToOwned::to_owned)) {
        return Ok(Some(name));
    }
    let own = cluster.namespace.as_deref().map(|name| {
        let refused = |why| Error::failure(format!("\"{name}\", the namespace of {}: {why}", cluster.via));
        flags::namespace(name).map_err(|why| refused(why).hint("name another one with `-n`"))
    });
    own.transpose()
}

/// The cluster, and where in it to look for what already is: runs or deployments, by their default namespace.
pub(super) async fn reach(flags: PlaceFlags, default: &str) -> Result<(Cluster, Place)> {
    let cluster = connect(&Target::from(flags.cluster)).await?;
    let flag = flags.namespace.namespace;
    let only = flag.is_some();
    let namespace = named(flag, None, &cluster)?.unwrap_or_else(|| default.to_owned());
    Ok((cluster, Place { namespace, only }))
}

/// What a list says when it is empty, as kubectl words it. `nouns` is the plural.
pub(super) fn say_none(nouns: &str, namespace: Option<&str>) {
    ui::say(&match namespace {
        Some(namespace) => format!("No {nouns} found in {namespace} namespace."),
        None => format!("No {nouns} found."),
    });
}

/// Says on standard error where something is about to happen.
pub(super) fn say_where(cluster: &Cluster, namespace: &str) {
    say_all_places(cluster, [namespace]);
}

/// The same for things that were found in several namespaces.
pub(super) fn say_all_places<'n>(cluster: &Cluster, namespaces: impl IntoIterator<Item = &'n str>) {
    let name = if cluster.name.is_empty() { String::new() } else { format!(" \"{}\"", cluster.name) };
    let quoted: BTreeSet<String> = namespaces.into_iter().map(|namespace| format!("\"{namespace}\"")).collect();
    let noun = if quoted.len() == 1 { "namespace" } else { "namespaces" };
    let quoted = quoted.into_iter().collect::<Vec<_>>().join(", ");
    ui::say(&format!("Using {} · cluster{name} at {} · {noun} {quoted}", cluster.via, cluster.server));
}
