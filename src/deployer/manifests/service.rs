//! The Service in front of the pods (layer 1, pure).

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{PORT_NAME, annotated, identity, metadata};
use crate::deployer::settings::{ServiceType, SessionAffinity};
use crate::deployer::spec::Service;

/// The Service.
pub(super) fn service(service: &Service, namespace: &str) -> core::Service {
    let network = &service.settings.network;
    let port = core::ServicePort {
        name: Some(PORT_NAME.to_owned()),
        port: i32::from(service.settings.service_port),
        node_port: network.node_port.map(i32::from),
        protocol: Some("TCP".to_owned()),
        target_port: Some(IntOrString::String(PORT_NAME.to_owned())),
        ..core::ServicePort::default()
    };
    let service_type = match network.service_type {
        ServiceType::ClusterIP => "ClusterIP",
        ServiceType::NodePort => "NodePort",
        ServiceType::LoadBalancer => "LoadBalancer",
    };
    let affinity = network.session_affinity.map(|affinity| match affinity {
        SessionAffinity::None => "None".to_owned(),
        SessionAffinity::ClientIP => "ClientIP".to_owned(),
    });
    let ranges = network.load_balancer_source_ranges.clone();
    core::Service {
        metadata: annotated(metadata(service, &service.name, namespace), &network.annotations),
        spec: Some(core::ServiceSpec {
            type_: Some(service_type.to_owned()),
            selector: Some(identity(&service.name)),
            ports: Some(vec![port]),
            session_affinity: affinity,
            load_balancer_ip: network.load_balancer_ip.clone(),
            load_balancer_source_ranges: Some(ranges).filter(|ranges| !ranges.is_empty()),
            ..core::ServiceSpec::default()
        }),
        status: None,
    }
}
