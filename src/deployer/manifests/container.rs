//! The container of the pods (layer 1, pure).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{AUTH_KEY, AUTH_VARIABLE, CONTAINER, PORT_NAME, Placement, auth_name};
use crate::deployer::settings::{Probe, PullPolicy, Settings};
use crate::deployer::spec::{SecretSource, Service};
use crate::pipeline::pod::{restricted_container, verbatim};

/// Between two startup probes, in seconds: short, because a pod cannot get ready before one succeeds.
const STARTUP_PERIOD: i32 = 2;

/// The container, as the file's own fields have it.
pub(super) fn container(service: &Service, placement: &Placement<'_>, restricted: bool) -> core::Container {
    let settings = &service.settings;
    let policy = match settings.image_pull_policy {
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Always => "Always",
        PullPolicy::Never => "Never",
    };
    core::Container {
        name: CONTAINER.to_owned(),
        image: Some(service.image.clone()),
        image_pull_policy: Some(policy.to_owned()),
        command: words(&service.command),
        args: words(&service.args),
        env: Some(environment(service, placement)),
        ports: Some(vec![core::ContainerPort {
            name: Some(PORT_NAME.to_owned()),
            container_port: i32::from(settings.service_port),
            protocol: Some("TCP".to_owned()),
            ..core::ContainerPort::default()
        }]),
        resources: Some(resources(settings)),
        startup_probe: Some(startup(&settings.liveness)),
        readiness_probe: Some(probe(&settings.readiness)),
        liveness_probe: Some(probe(&settings.liveness)),
        security_context: restricted.then(restricted_container),
        // The last lines of a crash then stand in the pod's status, where the rollout finds them.
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..core::Container::default()
    }
}

/// `$PORT`, the variables in clear, then the secret ones, all by reference, and the key that requests must carry.
fn environment(service: &Service, placement: &Placement<'_>) -> Vec<core::EnvVar> {
    let clear = |name: &str, value: &str| core::EnvVar {
        name: name.to_owned(),
        value: Some(verbatim(value)),
        ..core::EnvVar::default()
    };
    let own = own(service).into_iter().map(|(name, value)| clear(name, &value));
    let plain = service.environment.iter().map(|(name, value)| clear(name, value));
    let secret = service.secrets.iter().filter_map(|(variable, source)| {
        let (name, key) = match source {
            SecretSource::Reference { name, key } => (name.as_str(), key.as_str()),
            SecretSource::File(_) | SecretSource::Prompt => (placement.secret?, variable.as_str()),
        };
        Some(by_reference(variable, name, key))
    });
    let key = service.settings.auth_key.is_some();
    let key = key.then(|| by_reference(AUTH_VARIABLE, &auth_name(&service.name), AUTH_KEY));
    own.chain(plain).chain(secret).chain(key).collect()
}

/// What the container is told of its settings.
fn own(service: &Service) -> Vec<(&'static str, String)> {
    let port = ("PORT", service.settings.service_port.to_string());
    let most = service.settings.max_concurrency.map(|most| ("ZENML_MAX_CONCURRENCY", most.to_string()));
    std::iter::once(port).chain(most).collect()
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

/// What is asked for is the limit too. What `pod_settings.resources` names is left to it.
fn resources(settings: &Settings) -> core::ResourceRequirements {
    let resources = &settings.resources;
    let gpu = resources.gpu.map(|count| ("nvidia.com/gpu", count.to_string()));
    let amounts = [("cpu", resources.cpu.clone()), ("memory", resources.memory.clone())].into_iter().chain(gpu);
    let quantities: BTreeMap<String, Quantity> = amounts
        .filter(|(name, _)| !settings.pod.resources.names(name))
        .map(|(name, amount)| (name.to_owned(), Quantity(amount)))
        .collect();
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
        // The server keeps no 0, and would find another manager's 0 to be in conflict with it.
        initial_delay_seconds: Some(probe.initial_delay).filter(|delay| *delay > 0),
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
