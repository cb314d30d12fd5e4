//! The Deployment and its pod template (layer 1, pure).

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{INVOKE_PATH_ANNOTATION, Placement, REVISION_LABEL, container, identity, labels, metadata};
use crate::deployer::settings::Scale;
use crate::deployer::spec::Service;
use crate::pipeline::pod::restricted_pod;
use crate::pod_settings::pull_with;

/// After this many seconds without progress Kubernetes itself calls a rollout failed; its own default.
const PROGRESS_DEADLINE: u32 = 600;

/// The Deployment. Where an autoscaler decides, it says nothing of the number of pods.
pub(super) fn deployment(service: &Service, placement: &Placement<'_>) -> apps::Deployment {
    let mut metadata = metadata(service, &service.name, placement.namespace);
    metadata.annotations.get_or_insert_default().insert(INVOKE_PATH_ANNOTATION.to_owned(), service.invoke_path.clone());
    let deadline = service.settings.timeout.map_or(PROGRESS_DEADLINE, |timeout| timeout.min(PROGRESS_DEADLINE));
    apps::Deployment {
        metadata,
        spec: apps::DeploymentSpec {
            replicas: match service.settings.scale {
                Scale::Fixed(count) => Some(count),
                Scale::Auto { .. } => None,
            },
            selector: LabelSelector { match_labels: Some(identity(&service.name)), ..LabelSelector::default() },
            template: template(service, placement),
            progress_deadline_seconds: i32::try_from(deadline).ok(),
            strategy: Some(rolling()),
            ..apps::DeploymentSpec::default()
        },
        status: None,
    }
}

/// The template of the pods.
fn template(service: &Service, placement: &Placement<'_>) -> core::PodTemplateSpec {
    let settings = &service.settings;
    let mut labels = labels(service);
    labels.insert(REVISION_LABEL.to_owned(), placement.revision.to_string());
    let annotations = Some(settings.annotations.clone()).filter(|annotations| !annotations.is_empty());
    let mut metadata = ObjectMeta { labels: Some(labels), annotations, ..ObjectMeta::default() };
    let restricted = placement.restricted || settings.restricted;
    let mut spec = core::PodSpec {
        containers: vec![container::container(service, placement, restricted)],
        // Nothing in the pod speaks to Kubernetes unless it has an account for it, and Docker-style variables of other
        // Services only confuse.
        automount_service_account_token: settings.account.is_none().then_some(false),
        service_account_name: settings.account.as_ref().map(|account| account.name.clone()),
        enable_service_links: Some(false),
        security_context: restricted.then(restricted_pod),
        // Also for one pod: another number of pods must not change the template, which would restart them.
        topology_spread_constraints: Some(vec![spread(&service.name)]),
        ..core::PodSpec::default()
    };
    pull_with(&mut spec, &settings.image_pull_secrets);
    settings.pod.apply(&mut metadata, &mut spec);
    // The last words of one that fails are wanted as much as the service's.
    for container in spec.init_containers.iter_mut().flatten() {
        container.termination_message_policy.get_or_insert_with(|| "FallbackToLogsOnError".to_owned());
    }
    core::PodTemplateSpec { metadata: Some(metadata), spec: Some(spec) }
}

/// Pods go to different nodes, where there are such.
fn spread(name: &str) -> core::TopologySpreadConstraint {
    core::TopologySpreadConstraint {
        max_skew: 1,
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(LabelSelector { match_labels: Some(identity(name)), ..LabelSelector::default() }),
        ..core::TopologySpreadConstraint::default()
    }
}

/// New pods come before old ones go, so there are never fewer than asked for.
fn rolling() -> apps::DeploymentStrategy {
    apps::DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(apps::RollingUpdateDeployment {
            max_surge: Some(IntOrString::String("25%".to_owned())),
            max_unavailable: Some(IntOrString::Int(0)),
        }),
    }
}
