//! The ends of the logs of steps that failed, kept in a ConfigMap beside the checkpoint: logs are the kubelet's, and go
//! with the pods (layer 3).

use std::collections::{BTreeMap, VecDeque};

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{Api, Patch, PatchParams};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::labels;
use super::packed::{gunzip, gzip};
use super::root::Identity;
use crate::cluster::logs::{Lines, Part};
use crate::cluster::{Cluster, objects};
use crate::error::{Context, Result};
use crate::pipeline::pod::CONTAINER;

/// So much of each log, in bytes.
const LONGEST: usize = 64 * 1024;
/// So many lines are read for that; where they are short, more.
const LINES: [i64; 2] = [2_000, 65_536];
/// The logs of so many steps, the newest.
const MOST: usize = 20;
/// So much do they take together, compressed: a ConfigMap may have 1 MiB.
const MOST_BYTES: usize = 900 * 1024;
/// The key under which it stands which logs there are.
const INDEX: &str = "logs.json";

/// A log that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The step or instance.
    pub step: String,
    /// Its attempt.
    pub attempt: u16,
    /// The pod, which is the key too.
    pub pod: String,
    /// Its length, compressed, in bytes.
    size: usize,
    #[serde(skip)]
    bytes: Vec<u8>,
}

impl Kept {
    /// The end of the log. Untrusted text.
    pub fn text(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&gunzip(&self.bytes)?).into_owned())
    }
}

/// The ConfigMap's name, from that of the root.
pub fn name(root: &str) -> String {
    format!("{root}-logs")
}

/// The empty ConfigMap, for who submits.
pub(super) fn object(identity: &Identity, root: OwnerReference) -> ConfigMap {
    let metadata = identity.metadata(name(&identity.object()), labels::KIND_LOGS, Some(root));
    ConfigMap { metadata, ..ConfigMap::default() }
}

/// What was kept of the run whose root is `root`, the oldest first; nothing where that cannot be read.
pub async fn load(cluster: &Cluster, namespace: &str, root: &str) -> Vec<Kept> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    api.get_opt(&name(root)).await.ok().flatten().map(|map| read(&map)).unwrap_or_default()
}

fn read(map: &ConfigMap) -> Vec<Kept> {
    let index = map.data.as_ref().and_then(|data| data.get(INDEX));
    let index: Vec<Kept> = index.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let bytes = |pod: &str| map.binary_data.as_ref()?.get(pod).map(|bytes| bytes.0.clone());
    index.into_iter().filter_map(|kept| Some(Kept { bytes: bytes(&kept.pod)?, ..kept })).collect()
}

/// A step that failed for good.
pub(super) struct Failed {
    /// The step or instance.
    pub(super) step: String,
    /// Its attempt.
    pub(super) attempt: u16,
    /// The pod.
    pub(super) pod: String,
}

/// Keeps logs in the background, one after the other.
pub(super) struct Keeper {
    orders: Option<mpsc::UnboundedSender<Failed>>,
    work: JoinHandle<()>,
}

impl Keeper {
    /// For the run whose root is `root`.
    pub(super) fn start(cluster: &Cluster, namespace: &str, root: &str) -> Self {
        let (orders, mut failed) = mpsc::unbounded_channel();
        let (cluster, namespace, root) = (cluster.clone(), namespace.to_owned(), root.to_owned());
        let work = tokio::spawn(async move {
            while let Some(failed) = failed.recv().await {
                // What cannot be had or written is not kept: the record has the last lines.
                let _ = keep(&cluster, &namespace, &root, failed).await;
            }
        });
        Self { orders: Some(orders), work }
    }

    /// Keeps the log of `failed`, soon.
    pub(super) fn keep(&self, failed: Failed) {
        if let Some(orders) = &self.orders {
            // Nobody reads on only when the program ends.
            let _ = orders.send(failed);
        }
    }

    /// Waits until everything is kept that was asked for.
    pub(super) async fn finish(&mut self) {
        self.orders = None;
        let _ = (&mut self.work).await;
    }
}

async fn keep(cluster: &Cluster, namespace: &str, root: &str, failed: Failed) -> Result<()> {
    let bytes = gzip(&end_of(cluster, namespace, &failed.pod).await?)?;
    let mut known = VecDeque::from(load(cluster, namespace, root).await);
    known.retain(|kept| kept.pod != failed.pod);
    let Failed { step, attempt, pod } = failed;
    known.push_back(Kept { step, attempt, pod, size: bytes.len(), bytes });
    let patch = Patch::Merge(patch(&mut known)?);
    let maps: Api<ConfigMap> = objects::api(cluster, namespace);
    maps.patch(&name(root), &PatchParams::default(), &patch).await.map(drop).context(|| "cannot keep a log")
}

/// Writes the newest of `known`, and removes what is too much.
fn patch(known: &mut VecDeque<Kept>) -> Result<Value> {
    let mut data: BTreeMap<String, Value> = BTreeMap::new();
    let mut size: usize = known.iter().map(|kept| kept.size).sum();
    while known.len() > MOST || (size > MOST_BYTES && known.len() > 1) {
        let Some(oldest) = known.pop_front() else { break };
        size -= oldest.size;
        data.insert(oldest.pod, Value::Null);
    }
    if let Some(newest) = known.back() {
        data.insert(newest.pod.clone(), json!(ByteString(newest.bytes.clone())));
    }
    let index = serde_json::to_string(known).context(|| "cannot write JSON")?;
    Ok(json!({ "data": { INDEX: index }, "binaryData": data }))
}

/// The end of a pod's log.
async fn end_of(cluster: &Cluster, namespace: &str, pod: &str) -> Result<Vec<u8>> {
    let mut end = Vec::new();
    for lines in LINES {
        let (count, bytes) = last(cluster, namespace, pod, lines).await?;
        end = bytes;
        if count < lines || end.len() == LONGEST {
            break;
        }
    }
    Ok(end)
}

/// Of so many of the last lines what fits, and how many there were.
async fn last(cluster: &Cluster, namespace: &str, pod: &str, wanted: i64) -> Result<(i64, Vec<u8>)> {
    let part = Part { tail: Some(wanted), container: Some(CONTAINER.to_owned()), ..Part::default() };
    let mut lines = Lines::open(cluster, namespace, pod, &part).await?;
    let (mut count, mut end) = (0, VecDeque::new());
    while let Some(line) = lines.next().await? {
        end.extend(line.bytes().chain([b'\n']));
        let surplus = end.len().saturating_sub(LONGEST);
        end.drain(..surplus);
        count += 1;
    }
    Ok((count, end.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(number: usize, size: usize) -> Kept {
        Kept { step: "s".into(), attempt: 1, pod: format!("p{number}"), size, bytes: gzip(b"text\n").unwrap() }
    }

    fn left(sizes: impl IntoIterator<Item = usize>) -> (Vec<String>, Value) {
        let mut known: VecDeque<_> = sizes.into_iter().enumerate().map(|(number, size)| kept(number, size)).collect();
        let patch = patch(&mut known).unwrap();
        (known.into_iter().map(|kept| kept.pod).collect(), patch)
    }

    #[test]
    fn the_newest_stay_within_what_a_configmap_holds() {
        let (names, patch) = left([10; 21]);
        assert_eq!((names.len(), names[0].as_str()), (20, "p1"));
        assert!(patch["binaryData"]["p0"].is_null() && patch["binaryData"]["p20"].is_string());
        assert!(patch["binaryData"].get("p5").is_none(), "it is there already");
        assert_eq!(left([500_000, 300_000, 200_000]).0, ["p1", "p2"]);
        assert_eq!(left([500_000, 2_000_000]).0, ["p1"]);
    }

    #[test]
    fn what_is_kept_reads_back() {
        let mut known = VecDeque::from([kept(7, 3)]);
        let map: ConfigMap = serde_json::from_value(patch(&mut known).unwrap()).unwrap();
        let read = read(&map);
        assert_eq!((read[0].step.as_str(), read[0].text().unwrap().as_str()), ("s", "text\n"));
        assert!(super::read(&ConfigMap::default()).is_empty());
    }
}
