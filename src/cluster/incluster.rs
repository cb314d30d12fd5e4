//! The client of the pod that this process runs in (layer 2).

use super::{Cluster, Via};
use crate::error::{Context, Result};

/// Connects with the mounted ServiceAccount token, which kube reads again when it is rotated.
pub fn connect() -> Result<Cluster> {
    let config = kube::Config::incluster().context(|| "this is no pod with a ServiceAccount")?;
    let server = config.cluster_url.to_string();
    let namespace = Some(config.default_namespace.clone());
    let client = kube::Client::try_from(config).context(|| "cannot build a client")?;
    Ok(Cluster { client, server, name: "in-cluster".to_owned(), via: Via::InCluster, namespace })
}
