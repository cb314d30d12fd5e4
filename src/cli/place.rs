//! Which namespace, and saying where before acting (layer 4).

use std::collections::BTreeSet;

use super::flags::{self, PlaceFlags};
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::cluster::namespace::Chosen;
use crate::error::{Error, Result};
use crate::ops::place::Place;
use crate::ops::stack::access::{self, Active};
use crate::stack::Kind;
pub(super) use crate::stack::orchestrator::DEFAULT_NAMESPACE;
use crate::ui;

/// The namespace of runs: `-n`, else the file's, else the orchestrator's, else the connector's or context's own, else our
/// default.
pub(super) fn namespace_of(
    flag: Option<&str>,
    file: Option<&str>,
    active: &Active,
    cluster: &Cluster,
) -> Result<(String, Chosen)> {
    let named = named(flag.or(file), active, cluster)?.map(|name| (name, Chosen::Named));
    Ok(named.unwrap_or_else(|| (Kind::Orchestrator.default_namespace().to_owned(), Chosen::Default)))
}

/// The namespace of deployments, by the same order.
pub(super) fn namespace_of_deployments(
    flag: Option<&str>,
    file: Option<&str>,
    active: &Active,
    cluster: &Cluster,
) -> Result<String> {
    let named = named(flag.or(file), active, cluster)?;
    Ok(named.unwrap_or_else(|| Kind::Deployer.default_namespace().to_owned()))
}

/// Flags, files and components were checked when they were read; a kubeconfig may say anything.
fn named(written: Option<&str>, active: &Active, cluster: &Cluster) -> Result<Option<String>> {
    if let Some(name) = written.or(active.namespace()) {
        return Ok(Some(name.to_owned()));
    }
    let own = cluster.namespace.as_deref().map(|name| {
        let refused = |why| Error::failure(format!("\"{name}\", the namespace of {}: {why}", cluster.via));
        flags::namespace(name).map_err(|why| refused(why).hint("name another one with `-n`"))
    });
    own.transpose()
}

/// The cluster, and where in it to look for what already is: the runs of the orchestrator, or the deployments of the
/// deployer.
pub(super) async fn reach(flags: PlaceFlags, kind: Kind) -> Result<(Cluster, Place)> {
    let active = access::active(kind, Target::from(flags.cluster))?;
    let cluster = active.connect().await?;
    let flag = flags.namespace.namespace;
    let namespace = named(flag.as_deref(), &active, &cluster)?;
    let namespace = namespace.unwrap_or_else(|| kind.default_namespace().to_owned());
    Ok((cluster, Place { namespace, only: flag.is_some() }))
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
