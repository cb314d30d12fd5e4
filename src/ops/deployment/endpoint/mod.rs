//! Where a deployment can be reached: its Ingress, load balancer, node port, or inside the cluster (layer 3).

mod address;

use std::collections::HashMap;
use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Node, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Api, ListParams};
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::address::Nodes;
use super::{find, port_forward};
use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{anywhere, api, list_all};
use crate::deployer::inventory::Inventory;
use crate::deployer::rights;
use crate::error::{Error, Result};

/// How many nodes are looked at: each of them has the port.
const NODES: u32 = 100;

/// A deployment's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The URL, as far as there is one yet.
    pub url: Option<String>,
    /// Through what: `Ingress`, `LoadBalancer`, `NodePort` or `ClusterIP`; `none` where there is no Service.
    pub through: &'static str,
    /// What is to be said of it.
    pub notes: Vec<String>,
    /// The URL, or what stands for it in a table.
    #[serde(skip)]
    pub text: String,
}

impl Endpoint {
    fn new(through: &'static str, url: Option<String>, note: Option<String>) -> Self {
        let text = url.clone().unwrap_or_else(|| "<pending>".to_owned());
        Self { url, through, notes: note.into_iter().collect(), text }
    }

    /// What is known without asking anybody: the address inside the cluster.
    fn inside(deployment: &Deployment) -> Self {
        let port = i32::from(port_forward::port(deployment));
        address::inside(&deployment.name_any(), &deployment.namespace().unwrap_or_default(), port)
    }

    /// None: somebody has deleted the Service.
    pub(super) fn missing() -> Self {
        let note = "the Service is missing: the next deploy makes it again";
        Self { text: "<none>".to_owned(), ..Self::new("none", None, Some(note.to_owned())) }
    }

    /// Whether it can be reached from outside of the cluster.
    pub fn is_public(&self) -> bool {
        self.through != "ClusterIP"
    }
}

/// Finds the address.
pub async fn endpoint(cluster: &Cluster, deployment: &Deployment) -> Result<Endpoint> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let mut hidden = None;
    if has_ingress(deployment) {
        match api::<Ingress>(cluster, &namespace).get_opt(&name).await {
            Ok(Some(ingress)) => return Ok(address::of_ingress(&ingress)),
            // Who may not see the Ingress is told of the Service.
            Ok(None) => {}
            Err(error) if failure::is_forbidden(&error) => {
                hidden = Some(format!(
                    "there is an Ingress, too, which you may not see, {}",
                    rights::way("url", &namespace)
                ));
            }
            Err(error) => return Err(error).on(cluster),
        }
    }
    let service = api::<Service>(cluster, &namespace).get(&name).await.on(cluster)?;
    let nodes = if address::is_node_port(&service) { nodes(cluster).await.on(cluster)? } else { Nodes::Hidden };
    let mut endpoint = address::of_service(&service, &nodes);
    endpoint.notes.extend(hidden);
    Ok(endpoint)
}

/// The same; the address inside the cluster where this user may not see the Service, or it is not there.
pub(super) async fn or_inside(cluster: &Cluster, deployment: &Deployment) -> Endpoint {
    endpoint(cluster, deployment).await.unwrap_or_else(|_| Endpoint::inside(deployment))
}

fn has_ingress(deployment: &Deployment) -> bool {
    Inventory::of(deployment).all::<Ingress>().next().is_some()
}

async fn nodes(cluster: &Cluster) -> kube::Result<Nodes> {
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    match nodes.list(&ListParams::default().limit(NODES)).await {
        Ok(nodes) => Ok(Nodes::Seen(nodes.items)),
        Err(error) if failure::is_forbidden(&error) => Ok(Nodes::Hidden),
        Err(error) => Err(error),
    }
}

/// The addresses of many deployments, with at most one request for each kind of object.
pub(super) struct Endpoints {
    services: HashMap<(String, String), Service>,
    ingresses: HashMap<(String, String), Ingress>,
    nodes: Nodes,
}

impl Endpoints {
    /// Reads what the addresses of `deployments` take. What this user may not see is left out: an address inside the
    /// cluster is known without it.
    pub(super) async fn of(cluster: &Cluster, namespace: Option<&str>, deployments: &[Deployment]) -> Self {
        let ingresses =
            async { if deployments.iter().any(has_ingress) { all(cluster, namespace).await } else { HashMap::new() } };
        let (services, ingresses) = tokio::join!(all::<Service>(cluster, namespace), ingresses);
        let nodes = if services.values().any(address::is_node_port) {
            nodes(cluster).await.unwrap_or(Nodes::Hidden)
        } else {
            Nodes::Hidden
        };
        Self { services, ingresses, nodes }
    }

    /// The address of one of them.
    pub(super) fn endpoint(&self, deployment: &Deployment) -> Endpoint {
        let key = key(deployment);
        let ingress = self.ingresses.get(&key).filter(|_| has_ingress(deployment)).map(address::of_ingress);
        let service = || self.services.get(&key).map(|service| address::of_service(service, &self.nodes));
        ingress.or_else(service).unwrap_or_else(|| Endpoint::inside(deployment))
    }
}

/// All objects of this kind that belong to deployments.
async fn all<K>(cluster: &Cluster, namespace: Option<&str>) -> HashMap<(String, String), K>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug,
    K::DynamicType: Default,
{
    let found = list_all(&anywhere::<K>(cluster, namespace), &find::selector()).await.unwrap_or_default();
    found.into_iter().map(|object| (key(&object), object)).collect()
}

fn key(object: &impl ResourceExt) -> (String, String) {
    (object.namespace().unwrap_or_default(), object.name_any())
}

/// The URL that a request from outside of the cluster can use.
pub async fn public(cluster: &Cluster, deployment: &Deployment) -> Result<String> {
    let endpoint = endpoint(cluster, deployment).await?;
    let name = deployment.name_any();
    let unpublished = || {
        Error::failure(format!("deployment \"{name}\" is not published"))
            .hint("leave --direct away: the call then goes through the API server")
    };
    if !endpoint.is_public() {
        return Err(unpublished());
    }
    let notes = endpoint.notes;
    endpoint.url.ok_or_else(|| {
        let error = Error::failure(format!("deployment \"{name}\" has no address yet"));
        notes.into_iter().fold(error, Error::cause)
    })
}
