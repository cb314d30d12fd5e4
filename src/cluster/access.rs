//! From a connector, a context or the pod's own account to a client (layer 2).

use std::path::PathBuf;

use kube::config::{KubeConfigOptions, Kubeconfig};

use super::{Cluster, Via};
use crate::error::{Context, Error, Result};

/// What the user said about the cluster.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// `--connector`: a name, id or unique id prefix.
    pub connector: Option<String>,
    /// `--context`: needs neither vault nor connector.
    pub context: Option<String>,
    /// `--kubeconfig`: one file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
}

/// Builds the client for `target`.
pub async fn connect(target: &Target) -> Result<Cluster> {
    let kubeconfig = match &target.kubeconfig {
        Some(path) => Kubeconfig::read_from(path).context(|| format!("cannot read {}", path.display()))?,
        None => Kubeconfig::read().context(|| "cannot read the kubeconfig")?,
    };
    let context = target
        .context
        .clone()
        .or_else(|| kubeconfig.current_context.clone())
        .ok_or_else(|| Error::failure("no current context"))?;
    let options = KubeConfigOptions { context: Some(context.clone()), ..Default::default() };
    let config =
        kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.context(|| "cannot use this context")?;
    let server = config.cluster_url.to_string();
    let namespace = Some(config.default_namespace.clone()).filter(|namespace| namespace != "default");
    let client = kube::Client::try_from(config).context(|| "cannot build a client")?;
    Ok(Cluster { client, server, name: context.clone(), via: Via::Context(context), namespace })
}
