//! The Deployment and its pod template (layer 1, pure).

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{CONTAINER, INVOKE_PATH_ANNOTATION, PORT_NAME, Placement, REVISION_LABEL, identity, labels, metadata};
use crate::deployer::inventory::{self, Inventory};
use crate::deployer::settings::{Probe, Resources};
use crate::deployer::spec::{SecretSource, Service};
use crate::pipeline::pod::{restricted_container, restricted_pod, verbatim};

/// After this many seconds without progress Kubernetes itself calls a rollout failed; its own default.
const PROGRESS_DEADLINE: i32 = 600;
/// Between two startup probes, in seconds: short, because a pod cannot get ready before one succeeds.
const STARTUP_PERIOD: i32 = 2;

/// The Deployment, with `inventory` on it.
pub fn deployment(service: &Service, placement: &Placement<'_>, inventory: &Inventory) -> apps::Deployment {
    let mut metadata = metadata(service, &service.name, placement.namespace);
    metadata.annotations.get_or_insert_default().extend([
        (inventory::ANNOTATION.to_owned(), inventory.to_annotation()),
        (INVOKE_PATH_ANNOTATION.to_owned(), service.invoke_path.clone()),
    ]);
    apps::Deployment {
        metadata,
        spec: apps::DeploymentSpec {
            replicas: Some(service.settings.replicas),
            selector: LabelSelector { match_labels: Some(identity(&service.name)), ..LabelSelector::default() },
            template: template(service, placement),
            progress_deadline_seconds: Some(PROGRESS_DEADLINE),
            strategy: Some(rolling()),
            ..apps::DeploymentSpec::default()
        },
        status: None,
    }
}

/// The template of the pods.
pub(super) fn template(service: &Service, placement: &Placement<'_>) -> core::PodTemplateSpec {
    let mut labels = labels(service);
    labels.insert(REVISION_LABEL.to_owned(), placement.revision.to_string());
    let annotations = Some(service.settings.annotations.clone()).filter(|annotations| !annotations.is_empty());
    core::PodTemplateSpec {
        metadata: Some(ObjectMeta { labels: Some(labels), annotations, ..ObjectMeta::default() }),
        spec: Some(core::PodSpec {
            containers: vec![container(service, placement)],
            // Nothing in the pod speaks to Kubernetes, and Docker-style variables of other Services only confuse.
            automount_service_account_token: Some(false),
            enable_service_links: Some(false),
            security_context: placement.restricted.then(restricted_pod),
            ..core::PodSpec::default()
        }),
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

fn container(service: &Service, placement: &Placement<'_>) -> core::Container {
    let settings = &service.settings;
    core::Container {
        name: CONTAINER.to_owned(),
        image: Some(service.image.clone()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: words(&service.command),
        args: words(&service.args),
        env: Some(environment(service, placement)),
        ports: Some(vec![core::ContainerPort {
            name: Some(PORT_NAME.to_owned()),
            container_port: i32::from(settings.service_port),
            protocol: Some("TCP".to_owned()),
            ..core::ContainerPort::default()
        }]),
        resources: Some(resources(&settings.resources)),
        startup_probe: Some(startup(&settings.liveness)),
        readiness_probe: Some(probe(&settings.readiness)),
        liveness_probe: Some(probe(&settings.liveness)),
        security_context: placement.restricted.then(restricted_container),
        // The last lines of a crash then stand in the pod's status, where the rollout finds them.
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..core::Container::default()
    }
}

/// `$PORT`, the variables in clear, then the secret ones, all by reference.
fn environment(service: &Service, placement: &Placement<'_>) -> Vec<core::EnvVar> {
    let clear = |name: &str, value: &str| core::EnvVar {
        name: name.to_owned(),
        value: Some(verbatim(value)),
        ..core::EnvVar::default()
    };
    let port = clear("PORT", &service.settings.service_port.to_string());
    let plain = service.environment.iter().map(|(name, value)| clear(name, value));
    let secret = service.secrets.iter().filter_map(|(variable, source)| {
        let (name, key) = match source {
            SecretSource::Reference { name, key } => (name.as_str(), key.as_str()),
            SecretSource::File(_) | SecretSource::Prompt => (placement.secret?, variable.as_str()),
        };
        Some(by_reference(variable, name, key))
    });
    std::iter::once(port).chain(plain).chain(secret).collect()
}

fn by_reference(variable: &str, secret: &str, key: &str) -> core::EnvVar {
    let selector =
        core::SecretKeySelector { name: secret.to_owned(), key: key.to_owned(), ..core::SecretKeySelector::default() };
    core::EnvVar {
        name: variable.to_owned(),
        value_from: Some(core::EnvVarSource { secret_key_ref: Some(selector), ..core::EnvVarSource::default() }),
        ..core::EnvVar::default()
    }
}

fn resources(resources: &Resources) -> core::ResourceRequirements {
    let amounts = [("cpu", &resources.cpu), ("memory", &resources.memory)];
    let quantities: std::collections::BTreeMap<String, Quantity> =
        amounts.into_iter().map(|(name, amount)| (name.to_owned(), Quantity(amount.clone()))).collect();
    core::ResourceRequirements {
        requests: Some(quantities.clone()),
        limits: Some(quantities),
        ..core::ResourceRequirements::default()
    }
}

fn probe(probe: &Probe) -> core::Probe {
    core::Probe {
        http_get: Some(core::HTTPGetAction {
            path: Some(probe.path.clone()),
            port: IntOrString::String(PORT_NAME.to_owned()),
            scheme: Some("HTTP".to_owned()),
            ..core::HTTPGetAction::default()
        }),
        initial_delay_seconds: Some(probe.initial_delay),
        period_seconds: Some(probe.period),
        timeout_seconds: Some(probe.timeout),
        failure_threshold: Some(probe.failure_threshold),
        ..core::Probe::default()
    }
}

/// The liveness probe's question, asked often, for as long as the liveness probe alone would have waited: a start that
/// takes long is not killed, one that is quick is seen at once, and a hanging service is found as fast as before.
fn startup(liveness: &Probe) -> core::Probe {
    let times = liveness.patience().div_euclid(STARTUP_PERIOD).max(1);
    probe(&Probe { initial_delay: 0, period: STARTUP_PERIOD, failure_threshold: times, ..liveness.clone() })
}

/// A command or arguments, unless the image's own are meant.
fn words(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.iter().map(|word| verbatim(word)).collect())
}
