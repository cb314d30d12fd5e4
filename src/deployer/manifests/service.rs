//! The Service in front of the pods (layer 1, pure).

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{PORT_NAME, identity, metadata};
use crate::deployer::spec::Service;

/// The Service. Always a ClusterIP one so far: `invoke` needs no exposure, and nothing is published by accident.
pub fn service(service: &Service, namespace: &str) -> core::Service {
    let port = core::ServicePort {
        name: Some(PORT_NAME.to_owned()),
        port: i32::from(service.settings.service_port),
        protocol: Some("TCP".to_owned()),
        target_port: Some(IntOrString::String(PORT_NAME.to_owned())),
        ..core::ServicePort::default()
    };
    core::Service {
        metadata: metadata(service, &service.name, namespace),
        spec: Some(core::ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            selector: Some(identity(&service.name)),
            ports: Some(vec![port]),
            ..core::ServiceSpec::default()
        }),
        status: None,
    }
}
