//! `deployment port-forward`, and which pod a stream goes to (layer 3).

use std::net::{Ipv4Addr, SocketAddr};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::net::TcpListener;

use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::forward::{Stream, Target};
use crate::cluster::objects::{api, list_all};
use crate::deployer::diagnosis::{View, is_of_revision, is_ready};
use crate::deployer::manifests::selector;
use crate::error::{Context, Error, Result};

/// The port of the container.
pub fn port(deployment: &Deployment) -> u16 {
    let container = deployment.spec.template.spec.as_ref().and_then(|spec| spec.containers.first());
    let ports = container.and_then(|container| container.ports.as_ref());
    ports.and_then(|ports| ports.first()).and_then(|port| u16::try_from(port.container_port).ok()).unwrap_or(8000)
}

/// A pod that is ready, of the newest revision if there is one.
pub async fn ready_pod(cluster: &Cluster, deployment: &Deployment) -> Result<String> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let pods: Vec<Pod> = list_all(&api(cluster, &namespace), &selector(&name)).await.on(cluster)?;
    let view = View { deployment: Some(deployment.clone()), ..View::default() };
    let mut ready: Vec<&Pod> = pods.iter().filter(|pod| is_ready(pod)).collect();
    ready.sort_by_key(|pod| !is_of_revision(pod, view.revision()));
    ready.first().map(|pod| pod.name_any()).ok_or_else(|| {
        Error::failure(format!("no pod of deployment \"{name}\" is ready"))
            .hint(format!("`kubectl zenml deployment describe {name} -n {namespace}` says why"))
    })
}

/// Something that happens while a port is open.
pub enum Event<'e> {
    /// It is open here, and leads to this port of a pod.
    Open(SocketAddr, u16),
    /// A connection failed.
    Failed(&'e Error),
}

/// Opens `local` (0 for any) on this machine, and joins each connection with a ready pod's port `remote`. Never ends by
/// itself.
pub async fn forward(
    cluster: &Cluster,
    deployment: &Deployment,
    local: u16,
    remote: u16,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, local)).await;
    let listener = listener.context(|| format!("cannot listen on port {local}"))?;
    // Tried before the first connection, so that what is wrong is said at once, such as a right that is missing.
    stream(cluster, deployment, remote).await?;
    report(Event::Open(listener.local_addr().context(|| "cannot listen")?, remote));
    let mut running = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (connection, _) = accepted.context(|| "cannot accept a connection")?;
                let (cluster, deployment) = (cluster.clone(), deployment.clone());
                running.spawn(async move {
                    stream(&cluster, &deployment, remote).await?.join(connection).await
                });
            }
            Some(ended) = running.join_next() => {
                if let Ok(Err(error)) = ended {
                    report(Event::Failed(&error));
                }
            }
        }
    }
}

/// A stream to this port of a ready pod.
async fn stream(cluster: &Cluster, deployment: &Deployment, port: u16) -> Result<Stream> {
    let pod = ready_pod(cluster, deployment).await?;
    let namespace = deployment.namespace().unwrap_or_default();
    Stream::open(cluster, Target { namespace: &namespace, pod: &pod, port }).await
}
