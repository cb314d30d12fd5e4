//! Settings of one level over those of another: component, then file, then step (layer 1, pure).

use std::collections::BTreeMap;

use k8s_openapi::DeepMerge;

use super::{Amounts, PodSettings};

impl PodSettings {
    /// These settings over `base`: maps by key, lists that have a key by it, other lists and objects replace.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let additional = match (base.additional_pod_spec_args, self.additional_pod_spec_args) {
            (Some(mut base), Some(own)) => {
                let selector = over(own.node_selector.clone(), base.node_selector.clone());
                base.merge_from(own);
                base.node_selector = selector;
                Some(base)
            }
            (base, own) => own.or(base),
        };
        Self {
            node_selectors: joined(base.node_selectors, self.node_selectors),
            affinity: self.affinity.or(base.affinity),
            tolerations: self.tolerations.or(base.tolerations),
            resources: Amounts {
                requests: joined(base.resources.requests, self.resources.requests),
                limits: joined(base.resources.limits, self.resources.limits),
            },
            annotations: joined(base.annotations, self.annotations),
            labels: joined(base.labels, self.labels),
            volumes: by_key(base.volumes, self.volumes, |volume| volume.name.clone()),
            volume_mounts: by_key(base.volume_mounts, self.volume_mounts, |mount| mount.mount_path.clone()),
            host_ipc: self.host_ipc.or(base.host_ipc),
            scheduler_name: self.scheduler_name.or(base.scheduler_name),
            image_pull_secrets: by_key(base.image_pull_secrets, self.image_pull_secrets, String::clone),
            env: by_key(base.env, self.env, |variable| variable.name.clone()),
            env_from: self.env_from.or(base.env_from),
            container_security_context: self.container_security_context.or(base.container_security_context),
            additional_pod_spec_args: additional,
        }
    }
}

fn joined(mut base: BTreeMap<String, String>, own: BTreeMap<String, String>) -> BTreeMap<String, String> {
    base.extend(own);
    base
}

fn over(
    own: Option<BTreeMap<String, String>>,
    base: Option<BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    match (own, base) {
        (Some(own), Some(base)) => Some(joined(base, own)),
        (own, base) => own.or(base),
    }
}

/// `base` with those of `own` in the place of what has the same key, and the others behind.
pub(super) fn by_key<T>(mut base: Vec<T>, own: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    for item in own {
        match base.iter().position(|known| key(known) == key(&item)) {
            Some(at) => base[at] = item,
            None => base.push(item),
        }
    }
    base
}
