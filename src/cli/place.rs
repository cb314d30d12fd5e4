//! Which namespace, and saying where before acting (layer 4).

use super::flags::{ClusterFlags, NamespaceFlag};
use crate::cluster::Cluster;
use crate::cluster::access::{Target, connect};
use crate::cluster::namespace::Chosen;
use crate::deployer::spec;
use crate::error::Result;
use crate::ops::place::Place;
use crate::ui;

/// The namespace of runs that nobody named.
pub(super) const DEFAULT_NAMESPACE: &str = "zenml";

/// The namespace of runs: `-n`, else the file's, else the connector's or context's own, else our default.
pub(super) fn namespace_of(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> (String, Chosen) {
    named(flag, file, cluster).map_or_else(|| (DEFAULT_NAMESPACE.to_owned(), Chosen::Default), |it| (it, Chosen::Named))
}

/// The namespace of deployments, by the same order.
pub(super) fn namespace_of_deployments(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> String {
    named(flag, file, cluster).unwrap_or_else(|| spec::DEFAULT_NAMESPACE.to_owned())
}

fn named(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> Option<String> {
    flag.or_else(|| file.map(ToOwned::to_owned)).or_else(|| cluster.namespace.clone())
}

/// The cluster, and where in it to look for what already is: runs or deployments, by their default namespace.
pub(super) async fn reach(cluster: ClusterFlags, flag: NamespaceFlag, default: &str) -> Result<(Cluster, Place)> {
    let cluster = connect(&Target::from(cluster)).await?;
    let only = flag.namespace.is_some();
    let namespace = named(flag.namespace, None, &cluster).unwrap_or_else(|| default.to_owned());
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
    let name = if cluster.name.is_empty() { String::new() } else { format!(" \"{}\"", cluster.name) };
    ui::say(&format!("Using {} · cluster{name} at {} · namespace \"{namespace}\"", cluster.via, cluster.server));
}
