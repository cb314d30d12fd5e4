//! The Ingress in front of the Service (layer 1, pure).

use k8s_openapi::api::networking::v1 as networking;

use super::{PORT_NAME, annotated, metadata};
use crate::deployer::settings::{Ingress, PathType};
use crate::deployer::spec::Service;

/// The Ingress.
pub(super) fn ingress(service: &Service, ingress: &Ingress, namespace: &str) -> networking::Ingress {
    let path_type = match ingress.path_type {
        PathType::Prefix => "Prefix",
        PathType::Exact => "Exact",
        PathType::ImplementationSpecific => "ImplementationSpecific",
    };
    let path = networking::HTTPIngressPath {
        path: Some(ingress.path.clone()),
        path_type: path_type.to_owned(),
        backend: networking::IngressBackend {
            service: Some(networking::IngressServiceBackend {
                name: service.name.clone(),
                port: Some(networking::ServiceBackendPort { name: Some(PORT_NAME.to_owned()), number: None }),
            }),
            resource: None,
        },
    };
    let rule = networking::IngressRule {
        host: ingress.host.clone(),
        http: Some(networking::HTTPIngressRuleValue { paths: vec![path] }),
    };
    let tls = networking::IngressTLS {
        hosts: ingress.host.clone().map(|host| vec![host]),
        secret_name: ingress.tls_secret.clone(),
    };
    networking::Ingress {
        metadata: annotated(metadata(service, &service.name, namespace), &ingress.annotations),
        spec: Some(networking::IngressSpec {
            ingress_class_name: ingress.class.clone(),
            rules: Some(vec![rule]),
            tls: ingress.tls.then(|| vec![tls]),
            ..networking::IngressSpec::default()
        }),
        status: None,
    }
}
