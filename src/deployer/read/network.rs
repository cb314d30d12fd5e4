//! How the service is published: the Service and the Ingress (layer 1, pure).

use core::net::IpAddr;

use super::super::file::Deployer;
use super::super::settings::{Ingress, Network, PathType, ServiceType};
use super::path;
use super::settings::{Part, object_name};
use crate::document::Reader;
use crate::naming;
use crate::pod_settings::labels;

/// The Service's own settings.
pub(super) fn service(own: &Part<'_, '_, Deployer>) -> Network {
    let says = &own.says;
    let service_type = says.service_type.unwrap_or_default();
    let node_port = own.within("node_port", says.node_port, 30000, 32767).and_then(|port| u16::try_from(port).ok());
    if service_type == ServiceType::ClusterIP {
        own.problem("node_port", "a node port takes service_type NodePort or LoadBalancer");
    }
    if service_type != ServiceType::LoadBalancer {
        for key in ["load_balancer_ip", "load_balancer_source_ranges"] {
            own.problem(key, "that takes service_type LoadBalancer");
        }
    }
    if says.load_balancer_ip.as_ref().is_some_and(|ip| ip.parse::<IpAddr>().is_err()) {
        own.problem("load_balancer_ip", "that is no IP address");
    }
    let ranges = says.load_balancer_source_ranges.clone().unwrap_or_default();
    for range in ranges.iter().filter(|range| !is_cidr(range)) {
        let message = format!("\"{}\" is no CIDR range: write it as in 10.0.0.0/8", range.escape_debug());
        own.problem("load_balancer_source_ranges", message);
    }
    Network {
        service_type,
        node_port,
        session_affinity: says.session_affinity,
        load_balancer_ip: says.load_balancer_ip.clone(),
        load_balancer_source_ranges: ranges,
        annotations: own.at("service_annotations").map(|reader| labels::annotations(&reader)).unwrap_or_default(),
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((ip, bits)) = text.split_once('/') else { return false };
    let most = match ip.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.bytes().all(|b| b.is_ascii_digit()) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// The Ingress, if one is asked for. Settings of one that is not are a mistake.
pub(super) fn ingress(own: &Part<'_, '_, Deployer>) -> Option<Ingress> {
    let says = &own.says;
    match says.ingress_enabled {
        Some(true) => {}
        Some(false) => return None,
        None => {
            for key in KEYS {
                own.problem(key, "there is no Ingress: set ingress_enabled: true");
            }
            return None;
        }
    }
    let tls = says.ingress_tls_enabled.unwrap_or_default();
    if !tls {
        own.problem("ingress_tls_secret_name", "the Ingress has no TLS: set ingress_tls_enabled: true");
    }
    Some(Ingress {
        class: own.at("ingress_class").and_then(|reader| object_name(&reader, "an IngressClass")),
        host: own.at("ingress_host").and_then(|reader| {
            let host = reader.string()?;
            if host.parse::<IpAddr>().is_ok() {
                reader.problem(format!("\"{host}\" is an address: an Ingress takes a host name, or none for all"));
            } else if !naming::is_dns_subdomain(host.strip_prefix("*.").unwrap_or(&host)) {
                reader.problem(format!("\"{}\" is no host name", host.escape_debug()));
            }
            Some(host)
        }),
        path: own.at("ingress_path").and_then(|reader| ingress_path(&reader, says)).unwrap_or_else(|| "/".to_owned()),
        path_type: says.ingress_path_type.unwrap_or_default(),
        tls,
        tls_secret: own.at("ingress_tls_secret_name").and_then(|reader| object_name(&reader, "a Secret")),
        annotations: own.at("ingress_annotations").map(|reader| labels::annotations(&reader)).unwrap_or_default(),
    })
}

/// A path by the API server's rule for an Ingress. What a controller makes of one of its own kind, such as a regular
/// expression, is its business.
fn ingress_path(reader: &Reader<'_>, says: &Deployer) -> Option<String> {
    if says.ingress_path_type == Some(PathType::ImplementationSpecific) {
        let path = reader.string()?;
        if !path.starts_with('/') || path.chars().any(|c| c.is_whitespace() || c.is_control()) {
            reader.problem(format!("\"{}\" is no path: it begins with `/`", path.escape_debug()));
        }
        return Some(path);
    }
    let path = path(reader)?;
    let lower = path.to_ascii_lowercase();
    if lower.contains("//") || lower.contains("%2f") || lower.split('/').any(|part| part == ".") {
        reader.problem(format!("\"{path}\" is no path of an Ingress: write it without `//`, `/./` and `%2f`"));
    }
    Some(path)
}

const KEYS: [&str; 7] = [
    "ingress_class",
    "ingress_host",
    "ingress_path",
    "ingress_path_type",
    "ingress_tls_enabled",
    "ingress_tls_secret_name",
    "ingress_annotations",
];
