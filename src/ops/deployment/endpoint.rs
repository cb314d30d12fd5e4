//! Where a deployment can be reached: its Ingress, load balancer, node port, or inside the cluster (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Node, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use serde::Serialize;

use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::objects::api;
use crate::deployer::inventory::Inventory;
use crate::error::{Error, Result};

/// A deployment's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The URL, as far as there is one yet.
    pub url: Option<String>,
    /// Through what: `Ingress`, `LoadBalancer`, `NodePort` or `ClusterIP`.
    pub through: &'static str,
    /// What is to be said of it.
    pub notes: Vec<String>,
}

impl Endpoint {
    fn new(through: &'static str, url: Option<String>, note: Option<String>) -> Self {
        Self { url, through, notes: note.into_iter().collect() }
    }

    /// Whether it can be reached from outside of the cluster.
    pub fn is_public(&self) -> bool {
        self.through != "ClusterIP"
    }
}

/// Finds the address.
pub async fn endpoint(cluster: &Cluster, deployment: &Deployment) -> Result<Endpoint> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    if Inventory::of(deployment).all::<Ingress>().next().is_some()
        && let Some(endpoint) = of_ingress(cluster, &namespace, &name).await?
    {
        return Ok(endpoint);
    }
    let service = api::<Service>(cluster, &namespace).get(&name).await.on(cluster)?;
    let spec = service.spec.clone().unwrap_or_default();
    let port = spec.ports.as_ref().and_then(|ports| ports.first()).cloned().unwrap_or_default();
    match spec.type_.as_deref() {
        Some("LoadBalancer") => Ok(of_balancer(&service, port.port)),
        Some("NodePort") => of_nodes(cluster, port.node_port.unwrap_or_default()).await,
        _ => {
            let url = format!("http://{name}.{namespace}.svc.cluster.local:{}", port.port);
            let note = format!(
                "only inside the cluster: `kubectl zenml deployment port-forward {name} -n {namespace}` opens it here"
            );
            Ok(Endpoint::new("ClusterIP", Some(url), Some(note)))
        }
    }
}

/// None where this user may not see the Ingress.
async fn of_ingress(cluster: &Cluster, namespace: &str, name: &str) -> Result<Option<Endpoint>> {
    let ingress = match api::<Ingress>(cluster, namespace).get_opt(name).await {
        Ok(Some(ingress)) => ingress,
        Ok(None) => return Ok(None),
        Err(error) if failure::is_forbidden(&error) => return Ok(None),
        Err(error) => return Err(error).on(cluster),
    };
    let spec = ingress.spec.clone().unwrap_or_default();
    let rule = spec.rules.and_then(|rules| rules.into_iter().next()).unwrap_or_default();
    let paths = rule.http.map(|http| http.paths).unwrap_or_default();
    let path = paths.first().and_then(|path| path.path.clone()).unwrap_or_else(|| "/".to_owned());
    let given = ingress.status.and_then(|status| status.load_balancer?.ingress).unwrap_or_default();
    let address = given.first().and_then(|given| given.hostname.clone().or_else(|| given.ip.clone()));
    let scheme = if spec.tls.is_some_and(|tls| !tls.is_empty()) { "https" } else { "http" };
    let host = rule.host.clone().filter(|host| !host.starts_with('*')).or_else(|| address.clone());
    let url = host.map(|host| format!("{scheme}://{}{}", bracketed(&host), path.trim_end_matches('/')));
    let note = address.is_none().then(|| match &spec.ingress_class_name {
        Some(class) => format!("the controller of IngressClass \"{class}\" has given the Ingress no address yet"),
        None => "no controller has given the Ingress an address yet: it names no ingress_class".to_owned(),
    });
    Ok(Some(Endpoint::new("Ingress", url, note)))
}

fn of_balancer(service: &Service, port: i32) -> Endpoint {
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref());
    let given = status.and_then(|given| given.first());
    let address = given.and_then(|given| given.hostname.clone().or_else(|| given.ip.clone()));
    let Some(address) = address else {
        let note = "the load balancer has no address yet; where nothing in the cluster makes load balancers (kind, bare \
                    metal without MetalLB), it never gets one";
        return Endpoint::new("LoadBalancer", None, Some(note.to_owned()));
    };
    Endpoint::new("LoadBalancer", Some(format!("http://{}:{port}", bracketed(&address))), None)
}

async fn of_nodes(cluster: &Cluster, port: i32) -> Result<Endpoint> {
    let nodes: Api<Node> = Api::all(cluster.client.clone());
    let nodes = match nodes.list(&ListParams::default()).await {
        Ok(nodes) => nodes.items,
        Err(error) if failure::is_forbidden(&error) => {
            let note =
                format!("port {port} of every node; you may not list nodes, so their addresses are not known here");
            return Ok(Endpoint::new("NodePort", None, Some(note)));
        }
        Err(error) => return Err(error).on(cluster),
    };
    let address = |kind: &str| {
        nodes.iter().find_map(|node| {
            let addresses = node.status.as_ref()?.addresses.as_ref()?;
            addresses.iter().find(|address| address.type_ == kind).map(|address| address.address.clone())
        })
    };
    let url = |address: String| format!("http://{}:{port}", bracketed(&address));
    if let Some(external) = address("ExternalIP") {
        return Ok(Endpoint::new("NodePort", Some(url(external)), None));
    }
    let note = "the nodes have no external address: this one is their network's own".to_owned();
    Ok(Endpoint::new("NodePort", address("InternalIP").map(url), Some(note)))
}

/// An IPv6 address stands in brackets.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
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
