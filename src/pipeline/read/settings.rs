//! The mapping `settings` of a pipeline or a step (layer 1, pure).

use std::num::NonZeroUsize;

use k8s_openapi::api::core::v1::{Container, PodSpec, SecurityContext};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::file::{self, OF_THE_RUN, WITHOUT_EFFECT};
use super::super::pod::{CONTAINER, OUTPUT_FILE, QUEUE};
use super::super::policy::{PodFailurePolicy, PodFailureRule};
use super::super::settings::{BACKOFF_LIMIT, Level, ORCHESTRATOR, Orchestrator};
use super::super::spec::{Resources, RunSettings};
use super::{OWN_VARIABLES, image, keys, waiting};
use crate::document::settings::namespace;
use crate::document::{Part, Reader};
use crate::pod_settings::PodSettings;
use crate::pod_settings::check::{self, Mount, Whole};
use crate::{naming, pod_settings, quantity};

pub(super) type Own<'r, 'a> = Part<'r, 'a, file::Orchestrator>;

/// What the settings of a step say, and which of them change nothing.
#[derive(Default)]
pub(super) struct OfStep<'a> {
    pub(super) pods: Level,
    pub(super) pod_settings: Option<Reader<'a>>,
    pub(super) mounts: Vec<Mount<'a>>,
    pub(super) without_effect: Vec<(&'static str, &'static str)>,
}

/// What the settings of a pipeline say: of the run, and of the pods of its steps.
#[derive(Default)]
pub(super) struct OfPipeline<'a> {
    pub(super) run: RunSettings,
    pub(super) pods: Level,
    pub(super) pod_settings: Option<Reader<'a>>,
    pub(super) mounts: Vec<Mount<'a>>,
}

pub(super) fn of_pipeline<'a>(reader: &Reader<'a>) -> OfPipeline<'a> {
    let (resources, own) = keys::SETTINGS.sections(reader);
    let own = Own::read(own.as_ref(), keys::ORCHESTRATOR);
    if own.says.pod_security.is_some() {
        unfit(&own);
    }
    OfPipeline {
        run: of_run(&own),
        pods: level(resources.as_ref(), &own),
        pod_settings: own.at("pod_settings"),
        mounts: mounts(&own),
    }
}

fn mounts<'a>(own: &Own<'_, 'a>) -> Vec<Mount<'a>> {
    own.at("pod_settings").map(|settings| check::mounts(&settings)).unwrap_or_default()
}

/// `restricted` is the pipeline's `pod_security`.
pub(super) fn of_step<'a>(reader: &Reader<'a>, restricted: bool) -> OfStep<'a> {
    let (resources, own) = keys::SETTINGS.sections(reader);
    let own = Own::read(own.as_ref(), keys::ORCHESTRATOR);
    if restricted {
        unfit(&own);
    }
    for key in OF_THE_RUN {
        own.problem(key, of_the_run(key));
    }
    OfStep {
        pods: level(resources.as_ref(), &own),
        pod_settings: own.at("pod_settings"),
        mounts: mounts(&own),
        without_effect: without_effect(&own),
    }
}

fn unfit(own: &Own<'_, '_>) {
    if let Some(settings) = own.at("pod_settings") {
        check::report_unfit(&settings);
    }
}

fn of_the_run(key: &str) -> String {
    let why = match key {
        "kubernetes_namespace" => "all pods of a run live in one namespace",
        "service_account_name" => "it is the account of the orchestrator's pod",
        _ => "it is about the run as a whole",
    };
    format!("{why}: set it in the settings of the pipeline, not of a step")
}

fn of_run(own: &Own<'_, '_>) -> RunSettings {
    let says = &own.says;
    let positive = |key: &str, number, least| own.within(key, number, least, i32::MAX);
    RunSettings {
        namespace: own.at("kubernetes_namespace").and_then(|reader| namespace(&reader)),
        max_parallelism: positive("max_parallelism", says.max_parallelism, 1)
            .and_then(|number| NonZeroUsize::new(usize::try_from(number).ok()?)),
        active_deadline_seconds: seconds(own, "active_deadline_seconds", says.active_deadline_seconds),
        job_name_prefix: own.at("job_name_prefix").and_then(|reader| prefix(&reader)),
        restricted: says.pod_security.is_some(),
        detach: says.synchronous == Some(false),
        orchestrator_image: own.at("orchestrator_image").and_then(|reader| image(&reader)),
        orchestrator: Orchestrator {
            pod: orchestrator_pod(own),
            service_account_name: account(own, "service_account_name"),
            backoff_limit: positive("orchestrator_job_backoff_limit", says.orchestrator_job_backoff_limit, 0)
                .unwrap_or(BACKOFF_LIMIT),
            ttl_seconds_after_finished: positive("ttl_seconds_after_finished", says.ttl_seconds_after_finished, 0),
        },
        without_effect: without_effect(own),
    }
}

fn level(resources: Option<&Reader<'_>>, own: &Own<'_, '_>) -> Level {
    let says = &own.says;
    if let (Some(true), Some(reader)) = (says.privileged, own.at("pod_security")) {
        reader.problem("a privileged container is not fit for PodSecurity \"restricted\": keep one of the two");
    }
    let grace = own.within("pod_stop_grace_period", says.pod_stop_grace_period, 1, i32::MAX);
    Level {
        resources: amounts(&Part::read(resources, keys::RESOURCES)),
        gpu_resource_name: own.at("gpu_resource_name").and_then(|reader| resource(&reader)),
        pod: step_pod(own),
        privileged: says.privileged,
        service_account_name: account(own, "step_pod_service_account_name"),
        pod_stop_grace_period: grace.and_then(|seconds| u32::try_from(seconds).ok()),
        pod_startup_timeout: seconds(own, "pod_startup_timeout", says.pod_startup_timeout),
        pod_failure_policy: says.pod_failure_policy.clone().inspect(|policy| check_policy(own, policy)),
        fail_on_container_waiting_reasons: waiting::reasons(own),
        queue_name: own.at("queue_name").and_then(|reader| queue(&reader)),
    }
}

fn without_effect(own: &Own<'_, '_>) -> Vec<(&'static str, &'static str)> {
    WITHOUT_EFFECT.iter().filter(|(key, _)| own.at(key).is_some()).copied().collect()
}

fn seconds(own: &Own<'_, '_>, key: &str, number: Option<i64>) -> Option<u64> {
    own.within(key, number, 1, i32::MAX).and_then(|seconds| u64::try_from(seconds).ok())
}

fn amounts(part: &Part<'_, '_, file::Resources>) -> Resources {
    let amount = |key: &str, text: &Option<String>, convert: fn(&str) -> Result<String, String>| {
        convert(text.as_deref()?).map_err(|message| part.problem(key, message)).ok()
    };
    Resources {
        cpu: amount("cpu_count", &part.says.cpu_count, quantity::cpu),
        memory: amount("memory", &part.says.memory, quantity::memory),
        gpu: part.within("gpu_count", part.says.gpu_count, 0, i32::MAX).and_then(|count| u32::try_from(count).ok()),
    }
}

fn pod(own: &Own<'_, '_>, key: &str) -> PodSettings {
    let Some(reader) = own.at(key) else { return PodSettings::default() };
    let settings = pod_settings::read(&reader, &OWN_VARIABLES);
    let additional = reader.at("additional_pod_spec_args");
    for (taken, why) in [
        ("restartPolicy", "a run starts a container once: another attempt is another pod, see `retry`"),
        ("serviceAccountName", "write service_account_name or step_pod_service_account_name instead"),
    ] {
        if let Some(found) = additional.as_ref().and_then(|reader| reader.at_either(taken)) {
            found.problem(why);
        }
    }
    settings
}

/// What the orchestrator puts into the pods of steps would be lost.
fn step_pod(own: &Own<'_, '_>) -> PodSettings {
    const KEY: &str = "pod_settings";
    let settings = pod(own, KEY);
    let reader = own.at(KEY);
    let part = |key: &str| reader.as_ref().and_then(|reader| reader.at(key));
    if let Some(label) = part("labels").and_then(|labels| labels.at(QUEUE)) {
        label.problem("write `queue_name` instead, which also holds the pod back until the queue admits it");
    }
    let spec = part("additional_pod_spec_args");
    if let Some(containers) = spec.as_ref().and_then(|spec| spec.at_either("initContainers")) {
        check::report_name(&containers, CONTAINER);
    }
    if let Some(containers) = spec.and_then(|spec| spec.at_either("containers")) {
        check::report_variables(&containers, CONTAINER, &OWN_VARIABLES);
        check::report_output(&containers, CONTAINER, OUTPUT_FILE);
    }
    settings
}

/// Nothing lies over these: their volumes are all that there are.
fn orchestrator_pod(own: &Own<'_, '_>) -> PodSettings {
    const KEY: &str = "orchestrator_pod_settings";
    let settings = pod(own, KEY);
    if let Some(reader) = own.at(KEY) {
        check::report_missing(&check::mounts(&reader), &[&settings]);
        let context = SecurityContext { allow_privilege_escalation: Some(false), ..SecurityContext::default() };
        let container = Container {
            name: ORCHESTRATOR.to_owned(),
            image: Some(ORCHESTRATOR.to_owned()),
            security_context: Some(context),
            ..Container::default()
        };
        let mut spec = PodSpec { containers: vec![container], ..PodSpec::default() };
        settings.apply(&mut ObjectMeta::default(), &mut spec);
        check::report_whole(&spec, Whole { settings: &reader, container: ORCHESTRATOR });
    }
    settings
}

fn account(own: &Own<'_, '_>, key: &str) -> Option<String> {
    let reader = own.at(key)?;
    let name = reader.string()?;
    if !naming::is_dns_subdomain(&name) {
        reader.problem(format!("\"{}\" is no name of a ServiceAccount", name.escape_debug()));
        return None;
    }
    Some(name)
}

/// The name of an extended resource, as `amd.com/gpu`.
fn resource(reader: &Reader<'_>) -> Option<String> {
    let name = reader.string()?;
    let is_of_quotas = name.starts_with("requests.");
    if naming::label_key_fault(&name).is_some() || !name.contains('/') || is_of_quotas {
        reader.problem(format!("\"{}\" is no name of a resource: write it as in amd.com/gpu", name.escape_debug()));
        return None;
    }
    Some(name)
}

/// The name of a queue stands in a label.
fn queue(reader: &Reader<'_>) -> Option<String> {
    let name = reader.string()?;
    if !naming::is_dns_label(&name) {
        reader.problem(format!("\"{}\" is no name of a LocalQueue of Kueue's", name.escape_debug()));
        return None;
    }
    Some(name)
}

/// What pods' names can begin with; it is shortened where it is too long for that.
fn prefix(reader: &Reader<'_>) -> Option<String> {
    let prefix = reader.string()?;
    if !prefix.chars().any(|c| c.is_ascii_alphanumeric()) {
        reader.problem("nothing of this can stand in the name of a pod: use letters, digits and `-`");
        return None;
    }
    Some(prefix)
}

/// A Job's rules for its policy, as far as the types do not say them.
fn check_policy(own: &Own<'_, '_>, policy: &PodFailurePolicy) {
    let rules = own.at("pod_failure_policy").and_then(|reader| reader.at("rules"));
    let rules = rules.filter(|reader| reader.node().kind() == "a list").map(|reader| reader.elements());
    // Of a rule that is wrong itself there is nothing to check, and those after it would be taken for others.
    let rules = rules.filter(|readers| readers.len() == policy.rules.len()).unwrap_or_default();
    for (reader, rule) in rules.iter().zip(&policy.rules) {
        if let Some(fault) = fault(rule) {
            reader.problem(fault);
        }
    }
}

fn fault(rule: &PodFailureRule) -> Option<&'static str> {
    if rule.on_exit_codes.is_some() != rule.on_pod_conditions.is_empty() {
        return Some("a rule has one of onExitCodes and onPodConditions");
    }
    let codes = rule.on_exit_codes.as_ref()?;
    if codes.container_name.as_deref().is_some_and(|name| name != CONTAINER) {
        return Some("a step has one container, `main`");
    }
    if codes.values.is_empty() {
        return Some("onExitCodes needs values");
    }
    codes.values.contains(&0).then_some("exit code 0 is no failure")
}
