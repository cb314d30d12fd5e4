//! Settings into a pod that is otherwise complete (layer 1, pure).

use std::collections::BTreeMap;

use k8s_openapi::DeepMerge;
use k8s_openapi::api::core::v1::{Container, LocalObjectReference, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Amounts, PodSettings};

impl PodSettings {
    /// Puts the settings into the pod of `metadata` and `spec`. What belongs to a container goes into its first one.
    pub fn apply(&self, metadata: &mut ObjectMeta, spec: &mut PodSpec) {
        let settings = self.clone();
        extend(&mut metadata.labels, settings.labels);
        extend(&mut metadata.annotations, settings.annotations);
        extend(&mut spec.node_selector, settings.node_selectors);
        replace(&mut spec.affinity, settings.affinity);
        replace(&mut spec.tolerations, settings.tolerations);
        replace(&mut spec.host_ipc, settings.host_ipc);
        replace(&mut spec.scheduler_name, settings.scheduler_name);
        merge(&mut spec.volumes, settings.volumes, |volume| volume.name.clone());
        pull_with(spec, &settings.image_pull_secrets);
        if let Some(container) = spec.containers.first_mut() {
            into_container(self, container);
        }
        if let Some(more) = settings.additional_pod_spec_args {
            // The field's own merge replaces a node selector, which would lose ours.
            let mut selector = spec.node_selector.clone();
            extend(&mut selector, more.node_selector.clone().unwrap_or_default());
            spec.merge_from(more);
            spec.node_selector = selector;
        }
    }
}

fn into_container(settings: &PodSettings, container: &mut Container) {
    let settings = settings.clone();
    merge(&mut container.env, settings.env, |variable| variable.name.clone());
    replace(&mut container.env_from, settings.env_from);
    merge(&mut container.volume_mounts, settings.volume_mounts, |mount| mount.mount_path.clone());
    if let Some(context) = settings.container_security_context {
        container.security_context.merge_from(Some(context));
    }
    let Amounts { requests, limits } = settings.resources;
    if !(requests.is_empty() && limits.is_empty()) {
        let resources = container.resources.get_or_insert_with(ResourceRequirements::default);
        extend(&mut resources.requests, quantities(requests));
        extend(&mut resources.limits, quantities(limits));
    }
}

/// Adds Secrets for pulling images, each once.
pub fn pull_with(spec: &mut PodSpec, secrets: &[String]) {
    let references = secrets.iter().map(|name| LocalObjectReference { name: name.clone() }).collect();
    merge(&mut spec.image_pull_secrets, references, |reference| reference.name.clone());
}

fn quantities(amounts: BTreeMap<String, String>) -> BTreeMap<String, Quantity> {
    amounts.into_iter().map(|(name, amount)| (name, Quantity(amount))).collect()
}

fn extend<V>(base: &mut Option<BTreeMap<String, V>>, own: BTreeMap<String, V>) {
    if !own.is_empty() {
        base.get_or_insert_default().extend(own);
    }
}

fn replace<T>(base: &mut Option<T>, own: Option<T>) {
    if own.is_some() {
        *base = own;
    }
}

fn merge<T>(base: &mut Option<Vec<T>>, own: Vec<T>, key: impl Fn(&T) -> String) {
    if !own.is_empty() {
        *base = Some(by_key(base.take().unwrap_or_default(), own, key));
    }
}

/// `base` with those of `own` in the place of what has the same key, and the others behind.
fn by_key<T>(mut base: Vec<T>, own: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    for item in own {
        match base.iter().position(|known| key(known) == key(&item)) {
            Some(at) => base[at] = item,
            None => base.push(item),
        }
    }
    base
}
