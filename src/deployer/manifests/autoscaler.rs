//! The HorizontalPodAutoscaler, which then owns the number of pods (layer 1, pure).

use k8s_openapi::api::autoscaling::v2 as autoscaling;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::metadata;
use crate::deployer::settings::{Scale, Target};
use crate::deployer::spec::Service;

/// The autoscaler; for a service with a fixed number of pods, one that changes nothing.
pub(super) fn autoscaler(service: &Service, namespace: &str) -> autoscaling::HorizontalPodAutoscaler {
    let scale = &service.settings.scale;
    let metrics = match scale {
        Scale::Fixed(_) => None,
        Scale::Auto { target, .. } => Some(vec![metric(target)]),
    };
    autoscaling::HorizontalPodAutoscaler {
        metadata: metadata(service, &service.name, namespace),
        spec: autoscaling::HorizontalPodAutoscalerSpec {
            scale_target_ref: autoscaling::CrossVersionObjectReference {
                api_version: Some("apps/v1".to_owned()),
                kind: "Deployment".to_owned(),
                name: service.name.clone(),
            },
            min_replicas: Some(scale.least()),
            max_replicas: scale.most(),
            metrics,
            ..autoscaling::HorizontalPodAutoscalerSpec::default()
        },
        status: None,
    }
}

fn metric(target: &Target) -> autoscaling::MetricSpec {
    match target {
        Target::Utilization { resource, percent } => autoscaling::MetricSpec {
            type_: "Resource".to_owned(),
            resource: Some(autoscaling::ResourceMetricSource {
                name: (*resource).to_owned(),
                target: autoscaling::MetricTarget {
                    type_: "Utilization".to_owned(),
                    average_utilization: Some(*percent),
                    ..autoscaling::MetricTarget::default()
                },
            }),
            ..autoscaling::MetricSpec::default()
        },
        Target::Pods { metric, average } => autoscaling::MetricSpec {
            type_: "Pods".to_owned(),
            pods: Some(autoscaling::PodsMetricSource {
                metric: autoscaling::MetricIdentifier { name: metric.clone(), selector: None },
                target: autoscaling::MetricTarget {
                    type_: "AverageValue".to_owned(),
                    average_value: Some(Quantity(average.clone())),
                    ..autoscaling::MetricTarget::default()
                },
            }),
            ..autoscaling::MetricSpec::default()
        },
    }
}
