//! What the API server accepts, and what then never happens: looked for before a deploy (layer 3).

use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::api::networking::v1::IngressClass;
use kube::api::Api;

use crate::cluster::{Cluster, apply};
use crate::deployer::object::Kind;
use crate::deployer::settings::{Ingress, Network, Scale, ServiceType, Target};
use crate::deployer::spec::Service;

/// The annotations by which cert-manager makes the certificate.
const CERT_MANAGER: &str = "cert-manager.io/";

/// Sentences about what is likely not meant. What this user may not look at is not spoken of.
pub async fn warnings(cluster: &Cluster, service: &Service, namespace: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    let settings = &service.settings;
    if settings.auth_key.is_none() && is_for_everybody(&settings.network) {
        warnings.push(
            "a load balancer publishes the service for everybody: set generate_auth_key: true, or \
             load_balancer_source_ranges"
                .to_owned(),
        );
    }
    if let Some(ingress) = &settings.ingress {
        warnings.extend(of_ingress(ingress));
        warnings.extend(class(cluster, ingress).await);
        warnings.extend(certificate(cluster, ingress, namespace).await);
    }
    if let Scale::Auto { target: Target::Pods { metric, .. }, .. } = &settings.scale
        && !has_custom_metrics(cluster).await
    {
        warnings
            .push(format!("nothing in this cluster serves custom metrics, so the autoscaler will not see {metric}"));
    }
    warnings
}

/// Whether a load balancer lets the whole world in.
fn is_for_everybody(network: &Network) -> bool {
    let ranges = &network.load_balancer_source_ranges;
    let is_open = ranges.is_empty() || ranges.iter().any(|range| range.ends_with("/0"));
    network.service_type == ServiceType::LoadBalancer && is_open
}

fn of_ingress(ingress: &Ingress) -> Option<String> {
    if !ingress.tls {
        return None;
    }
    match (&ingress.tls_secret, &ingress.host) {
        (Some(_), Some(_)) => None,
        (None, _) => Some(
            "the Ingress has TLS and no ingress_tls_secret_name: most controllers then show a certificate of their own"
                .to_owned(),
        ),
        (Some(_), None) => {
            Some("the Ingress has TLS and no ingress_host: most controllers then never use the certificate".to_owned())
        }
    }
}

/// The API server accepts a class that is not there, and then nothing ever happens.
async fn class(cluster: &Cluster, ingress: &Ingress) -> Option<String> {
    let class = ingress.class.as_ref()?;
    let classes: Api<IngressClass> = Api::all(cluster.client.clone());
    let is_missing = matches!(classes.get_metadata_opt(class).await, Ok(None));
    is_missing
        .then(|| format!("there is no IngressClass \"{class}\" in this cluster, so nothing will serve the Ingress"))
}

async fn certificate(cluster: &Cluster, ingress: &Ingress, namespace: &str) -> Option<String> {
    let name = ingress.tls_secret.as_ref().filter(|_| ingress.tls)?;
    if ingress.annotations.keys().any(|key| key.starts_with(CERT_MANAGER)) {
        return None;
    }
    let found = apply::look(cluster, namespace, &Kind::of::<Secret>(), name).await;
    matches!(found, Ok(None)).then(|| {
        format!(
            "there is no Secret \"{name}\" in namespace \"{namespace}\" for TLS: create it with `kubectl create secret tls`"
        )
    })
}

/// Whether a custom metrics API is there; assumed where this cannot be seen.
async fn has_custom_metrics(cluster: &Cluster) -> bool {
    let groups = cluster.client.list_api_groups().await;
    groups.map_or(true, |list| list.groups.iter().any(|group| group.name == "custom.metrics.k8s.io"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_load_balancer_without_ranges_is_for_everybody() {
        let network = |service_type, ranges: &[&str]| Network {
            service_type,
            load_balancer_source_ranges: ranges.iter().map(|range| (*range).to_owned()).collect(),
            ..Network::default()
        };
        assert!(is_for_everybody(&network(ServiceType::LoadBalancer, &[])));
        assert!(is_for_everybody(&network(ServiceType::LoadBalancer, &["10.0.0.0/8", "0.0.0.0/0"])));
        assert!(!is_for_everybody(&network(ServiceType::LoadBalancer, &["10.0.0.0/8"])));
        assert!(!is_for_everybody(&network(ServiceType::ClusterIP, &[])));
    }
}
