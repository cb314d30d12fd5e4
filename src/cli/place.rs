//! Which namespace, and saying where before acting (layer 4).

use crate::cluster::Cluster;
use crate::cluster::namespace::Chosen;
use crate::deployer::spec;
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

/// Says on standard error where something is about to happen.
pub(super) fn say_where(cluster: &Cluster, namespace: &str) {
    let name = if cluster.name.is_empty() { String::new() } else { format!(" \"{}\"", cluster.name) };
    ui::say(&format!("Using {} · cluster{name} at {} · namespace \"{namespace}\"", cluster.via, cluster.server));
}
