//! The container of a step's pod (layer 1, pure).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, EnvVar, EnvVarSource, ResourceRequirements, SecretKeySelector};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{CONTAINER, restricted_container};
use crate::pipeline::render::RenderedStep;
use crate::pipeline::resolve::{ResolvedRun, SecretKey};

/// The file of what a step leaves, as `ZENML_OUTPUT_FILE` names it.
pub const OUTPUT_FILE: &str = "/dev/termination-log";

pub(super) fn container(run: &ResolvedRun, step: &RenderedStep<'_>, restricted: bool) -> Container {
    let verbatim = |texts: &[String]| (!texts.is_empty()).then(|| texts.iter().map(|text| verbatim(text)).collect());
    let settings = run.settings_of(step.step);
    let amounts = settings.amounts();
    let mut security = restricted.then(restricted_container);
    if settings.privileged {
        security.get_or_insert_default().privileged = Some(true);
    }
    Container {
        name: CONTAINER.to_owned(),
        image: Some(step.step.image.clone()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: verbatim(&step.command),
        args: verbatim(&step.args),
        env: Some(environment(run, step)),
        resources: (!amounts.is_empty()).then(|| requirements(amounts)),
        termination_message_path: Some(OUTPUT_FILE.to_owned()),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        security_context: security,
        ..Default::default()
    }
}

fn environment(run: &ResolvedRun, step: &RenderedStep<'_>) -> Vec<EnvVar> {
    let name = step.name();
    let own = [
        ("ZENML_RUN_ID", run.run_id.as_str()),
        ("ZENML_RUN_NAME", &run.run_name),
        ("ZENML_STEP_NAME", &name),
        ("ZENML_OUTPUT_FILE", OUTPUT_FILE),
    ];
    let users = step.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let variable =
        |(name, value): (&str, &str)| EnvVar { name: name.to_owned(), value: Some(verbatim(value)), value_from: None };
    let secret = step.step.secrets.iter().map(|(name, place)| by_reference(name, place));
    own.into_iter().chain(users).map(variable).chain(secret).collect()
}

/// The kubelet puts the value in; it stands in no object but its Secret.
fn by_reference(variable: &str, place: &SecretKey) -> EnvVar {
    let selector = SecretKeySelector { name: place.name.clone(), key: place.key.clone(), optional: None };
    EnvVar {
        name: variable.to_owned(),
        value: None,
        value_from: Some(EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() }),
    }
}

/// What is asked for is the limit too.
fn requirements(amounts: BTreeMap<String, String>) -> ResourceRequirements {
    let amounts: BTreeMap<_, _> = amounts.into_iter().map(|(name, amount)| (name, Quantity(amount))).collect();
    ResourceRequirements { requests: Some(amounts.clone()), limits: Some(amounts), claims: None }
}

/// `text` so that Kubernetes hands exactly it to the container: there `$(NAME)` is replaced and `$$` becomes `$`, in
/// command, args and the values of env. A `$` of any other use stays readable as it is.
pub fn verbatim(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        let behind = from.trim_start_matches('$');
        let dollars = &from[..from.len() - behind.len()];
        escaped.push_str(before);
        escaped.push_str(dollars);
        if dollars.len() > 1 || behind.starts_with('(') {
            escaped.push_str(dollars);
        }
        rest = behind;
    }
    escaped.push_str(rest);
    escaped
}
