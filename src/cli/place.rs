//! Which namespace, and saying where before acting (layer 4).

use crate::cluster::Cluster;
use crate::cluster::namespace::Chosen;
use crate::ui;

/// The namespace of runs that nobody named.
pub(super) const DEFAULT_NAMESPACE: &str = "zenml";

/// The namespace of runs: `-n`, else the file's, else the connector's or context's own, else our default.
pub(super) fn namespace_of(flag: Option<String>, file: Option<&str>, cluster: &Cluster) -> (String, Chosen) {
    let named = flag.or_else(|| file.map(ToOwned::to_owned)).or_else(|| cluster.namespace.clone());
    match named {
        Some(namespace) => (namespace, Chosen::Named),
        None => (DEFAULT_NAMESPACE.to_owned(), Chosen::Default),
    }
}

/// Says on standard error where something is about to happen.
pub(super) fn say_where(cluster: &Cluster, namespace: &str) {
    let name = if cluster.name.is_empty() { String::new() } else { format!(" \"{}\"", cluster.name) };
    ui::say(&format!("Using {} · cluster{name} at {} · namespace \"{namespace}\"", cluster.via, cluster.server));
}
