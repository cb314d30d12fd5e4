//! What cached steps left in earlier runs: one ConfigMap for each pipeline and namespace, owned by no run (layer 3). It is
//! an advantage where it is there; nothing depends on it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, ObjectMeta, Patch, PatchParams};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::labels;
use super::root::Identity;
use crate::cluster::{Cluster, objects};
use crate::naming;
use crate::pipeline::render::RenderedStep;
use crate::pipeline::resolve::ResolvedRun;

/// So many entries are kept, the newest.
const MOST_ENTRIES: usize = 500;
/// So much do they hold, in bytes: a ConfigMap may have 1 MiB.
const MOST_BYTES: usize = 768 * 1024;

/// What an execution of a step came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it left. Untrusted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The run in which it was.
    pub run: String,
    /// When.
    pub at: Timestamp,
}

/// The entries that are known, and which of them are to be written.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    entries: BTreeMap<String, Entry>,
    /// Keys to write, and keys to remove.
    changed: BTreeSet<String>,
}

/// What decides what a step does, as one key: its name, its image (which a digest pins), what it executes with every
/// reference filled in, its settings, and the executions of the steps before it, whose results it may find in a volume. Of
/// secrets it is where they come from: their values are not known here.
pub fn key(run: &ResolvedRun, step: &RenderedStep<'_>, before: &[String]) -> String {
    let text = |value: Json| value.to_string();
    let own = naming::run_secret(&run.run_name);
    // Each run has a Secret of its own for what was submitted with it.
    let of = |secret: &String| Some(secret).filter(|secret| **secret != own).cloned();
    let secrets: Vec<_> = step.step.secrets.iter().map(|(name, from)| (name, of(&from.name), &from.key)).collect();
    let executes = json!([step.command, step.args, step.environment, secrets, before]);
    let settings = serde_json::to_value(run.settings_of(step.step)).unwrap_or_default();
    naming::hash(&[&step.name(), &step.step.image, &text(executes), &text(settings)])
}

/// One execution of a step, as those that follow it know it.
pub fn execution(key: &str, entry: &Entry) -> String {
    naming::short_hash(&[key, &entry.run, &entry.at.to_string()])
}

/// The empty ConfigMap of a run's pipeline, for who submits.
pub fn object(identity: &Identity) -> ConfigMap {
    let mut metadata = identity.metadata(naming::cache_object(&identity.pipeline), labels::KIND_CACHE, None);
    // It belongs to no run: whoever deletes by a run's labels is not to find it.
    for labels in metadata.labels.iter_mut().chain(&mut metadata.annotations) {
        labels.retain(|key, _| ![labels::RUN, labels::RUN_ID, labels::RUN_ORIGINAL].contains(&key.as_str()));
    }
    ConfigMap { metadata: ObjectMeta { owner_references: None, ..metadata }, ..ConfigMap::default() }
}

/// Reads the cache of `pipeline`; what cannot be read is empty.
pub async fn load(cluster: &Cluster, namespace: &str, pipeline: &str) -> Cache {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    api.get_opt(&naming::cache_object(pipeline)).await.ok().flatten().map(|map| Cache::read(&map)).unwrap_or_default()
}

/// Writes what [`Cache::take_patch`] gave. Where it is not there any more, or may not be written, a later run does the
/// work again.
pub async fn write(cluster: &Cluster, namespace: &str, pipeline: &str, patch: Json) {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    let name = naming::cache_object(pipeline);
    let _ = api.patch(&name, &PatchParams::default(), &Patch::Merge(patch)).await;
}

impl Cache {
    /// The entries of a ConfigMap; those that cannot be read are not there.
    pub fn read(map: &ConfigMap) -> Self {
        let entry = |(key, text): (&String, &String)| Some((key.clone(), serde_json::from_str(text).ok()?));
        Self { entries: map.data.iter().flatten().filter_map(entry).collect(), changed: BTreeSet::new() }
    }

    /// The entry of this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Takes in what an execution came to, and drops what is oldest where there is too much.
    pub fn put(&mut self, key: String, entry: Entry) {
        self.changed.insert(key.clone());
        self.entries.insert(key, entry);
        let size = |entry: &Entry| entry.output.as_ref().map_or(0, String::len) + 200;
        let mut bytes: usize = self.entries.values().map(size).sum();
        while self.entries.len() > MOST_ENTRIES || bytes > MOST_BYTES {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.at).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            bytes -= self.entries.remove(&oldest).as_ref().map_or(0, size);
            self.changed.insert(oldest);
        }
    }

    /// What changed since the last call, as a merge patch.
    pub fn take_patch(&mut self) -> Option<Json> {
        let changed = std::mem::take(&mut self.changed);
        let text = |key: &String| self.entries.get(key).and_then(|entry| serde_json::to_string(entry).ok());
        let data: BTreeMap<_, _> = changed.iter().map(|key| (key.clone(), text(key))).collect();
        (!data.is_empty()).then(|| json!({ "data": data }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(second: i64, output: &str) -> Entry {
        Entry { output: Some(output.into()), run: "r".into(), at: Timestamp::from_second(second).unwrap() }
    }

    #[test]
    fn the_newest_entries_are_kept_and_the_others_removed() {
        let mut cache = Cache::default();
        for second in 0..510_u16 {
            cache.put(second.to_string(), entry(second.into(), "x"));
        }
        let patch = cache.take_patch().unwrap();
        assert!(patch["data"]["9"].is_null() && patch["data"]["10"].is_string());
        assert!(cache.get("9").is_none() && cache.get("10").is_some());
        assert_eq!(cache.take_patch(), None);
        for second in 0..300_u16 {
            cache.put(format!("large-{second}"), entry(i64::from(second) + 1_000, &"x".repeat(4_095)));
        }
        let size: usize = cache.entries.values().filter_map(|entry| entry.output.as_ref()).map(String::len).sum();
        assert!(size <= MOST_BYTES && cache.get("large-299").is_some());
    }

    #[test]
    fn entries_read_back_and_others_are_misses() {
        let mut cache = Cache::default();
        cache.put("a".into(), entry(1, "[1]"));
        let mut data: BTreeMap<String, String> =
            serde_json::from_value(cache.take_patch().unwrap()["data"].clone()).unwrap();
        data.insert("b".into(), "what is this".into());
        let read = Cache::read(&ConfigMap { data: Some(data), ..ConfigMap::default() });
        assert_eq!(read.get("a"), Some(&entry(1, "[1]")));
        assert_eq!(read.get("b"), None);
    }
}
