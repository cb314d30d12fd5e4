//! The client of the pod that this process runs in, and what is mounted there (layer 2).

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Via;
use crate::connector::Impersonation;
use crate::error::{Context, Error, Result};
use crate::execcred::Cluster;
use crate::files;
use crate::kubeconfig::{Credential, Resolved};

/// What the pod's own cluster is called.
const IN_CLUSTER: &str = "in-cluster";

/// Connects with the mounted ServiceAccount token, which kube reads again when it is rotated.
pub fn connect() -> Result<super::Cluster> {
    let config = kube::Config::incluster().context(|| "this is no pod with a ServiceAccount").map_err(|error| {
        error.hint(
            "outside of a cluster, name one with --connector or --context; in a pod, see automountServiceAccountToken",
        )
    })?;
    let server = config.cluster_url.to_string();
    let namespace = Some(config.default_namespace.clone());
    let client = kube::Client::try_from(config).context(|| "cannot build a client")?;
    Ok(super::Cluster { client, server, name: IN_CLUSTER.to_owned(), via: Via::InCluster, namespace })
}

/// The pod's cluster and ServiceAccount as a context would have them: the token stays in the file that the kubelet writes.
pub fn mounted() -> Result<Resolved> {
    let config = kube::Config::incluster().map_err(|error| {
        Error::failure("--in-cluster: this is no pod with a mounted ServiceAccount").because(error).hint(
            "outside of a cluster, register a context or a --server; in a pod, automountServiceAccountToken must not be false",
        )
    })?;
    let token = PathBuf::from(config.auth_info.token_file.unwrap_or_default());
    let authority = token.with_file_name("ca.crt");
    let pem = files::read_text(&authority).map_err(|error| {
        Error::failure(format!("cannot read {}", authority.display()))
            .because(error)
            .hint("the kubelet mounts it beside the token: see the pod's volumes, and automountServiceAccountToken")
    })?;
    let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let cluster = Cluster { server, certificate_authority_data: Some(STANDARD.encode(pem)), ..Cluster::default() };
    Ok(Resolved {
        context: IN_CLUSTER.to_owned(),
        cluster_name: IN_CLUSTER.to_owned(),
        cluster,
        proxy_url: None,
        namespace: Some(config.default_namespace),
        impersonation: Impersonation::default(),
        credential: Credential::TokenFile(token),
    })
}
