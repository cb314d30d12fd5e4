//! The PodDisruptionBudget of a service with several pods (layer 1, pure).

use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{identity, metadata};
use crate::deployer::spec::Service;

/// A node that is drained takes one pod at a time. Never a least number of pods: that would hold a drain up for ever where
/// there are no more.
pub(super) fn budget(service: &Service, namespace: &str) -> policy::PodDisruptionBudget {
    policy::PodDisruptionBudget {
        metadata: metadata(service, &service.name, namespace),
        spec: Some(policy::PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(LabelSelector { match_labels: Some(identity(&service.name)), ..LabelSelector::default() }),
            ..policy::PodDisruptionBudgetSpec::default()
        }),
        status: None,
    }
}
