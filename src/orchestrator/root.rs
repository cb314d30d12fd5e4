//! The run object: an immutable root ConfigMap that names the pieces of the specification, and those pieces (layer 3).
//!
//! The root comes first and its name comes from the run's name, so that two runs of one name cannot be. It holds
//! what identifies the run; the specification, gzipped and cut, is in ConfigMaps that it owns and whose SHA-256 it has.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::ResourceExt;
use kube::api::{Api, ObjectMeta};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{labels, packed};
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, namespace, objects};
use crate::error::{Context, Error, Kind, Result};
use crate::naming;
use crate::pipeline::resolve::ResolvedRun;

/// The version of everything that the root and the specification contain. An older orchestrator refuses a newer one.
pub const FORMAT: u32 = 1;

/// The key of the index in the root's `data`.
const INDEX: &str = "run.json";
/// The key of a piece in its ConfigMap's `binaryData`.
const PIECE: &str = "spec.json.gz";
/// How much of the gzipped specification one ConfigMap holds, in bytes: below 1 MiB with room for metadata.
const PIECE_SIZE: usize = 700 * 1024;
/// The most pieces: 11 MiB gzipped, some 200,000 steps.
const MOST_PIECES: usize = 16;

/// Who runs the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A Job in the cluster.
    Job,
    /// A person's terminal.
    Attached,
}

impl Mode {
    /// As the annotation has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Attached => "attached",
        }
    }
}

/// What identifies a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The version of the format, [`FORMAT`].
    pub format: u32,
    /// A random UUID.
    pub id: String,
    /// The run's name, unique in its namespace.
    pub name: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// Who runs the engine.
    pub mode: Mode,
    /// The SHA-256 of each piece, in hexadecimal.
    pub pieces: Vec<String>,
}

impl Identity {
    /// What names the run in `namespace` on a command line, for hints.
    pub fn words(&self, namespace: &str) -> String {
        format!("{} -n {namespace}", naming::word(&self.name))
    }

    /// What it means that the run in `namespace` is suspended.
    pub fn suspension(&self, namespace: &str) -> String {
        format!("no further step begins until `kubectl zenml run resume {}`", self.words(namespace))
    }

    /// The name of the root, the Job and the Lease.
    pub fn object(&self) -> String {
        naming::run_object(&self.name)
    }

    /// The labels of every object of the run; `kind` is one of [`labels`]' `KIND_…`.
    pub fn labels(&self, kind: &str) -> BTreeMap<String, String> {
        let pairs = [
            (labels::RUN, naming::label_value(&self.name)),
            (labels::PIPELINE, naming::label_value(&self.pipeline)),
            (labels::RUN_ID, self.id.clone()),
            (labels::KIND, kind.to_owned()),
            (labels::MANAGED_BY, labels::MANAGER.to_owned()),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// The annotations of every object of the run: the names as they were given.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let pairs = [(labels::RUN_ORIGINAL, &self.name), (labels::PIPELINE_ORIGINAL, &self.pipeline)];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect()
    }

    /// The metadata of an object of the run.
    pub fn metadata(&self, name: String, kind: &str, owner: Option<OwnerReference>) -> ObjectMeta {
        ObjectMeta {
            name: Some(name),
            labels: Some(self.labels(kind)),
            annotations: Some(self.annotations()),
            owner_references: owner.map(|owner| vec![owner]),
            ..ObjectMeta::default()
        }
    }
}

/// A specification cut into pieces.
pub struct Pieces(Vec<Vec<u8>>);

impl Pieces {
    /// Gzips and cuts the JSON of `run`.
    pub fn pack(run: &ResolvedRun) -> Result<Self> {
        Self::cut(&packed::write(run)?)
    }

    fn cut(packed: &[u8]) -> Result<Self> {
        let pieces: Vec<Vec<u8>> = packed.chunks(PIECE_SIZE).map(<[u8]>::to_vec).collect();
        if pieces.len() > MOST_PIECES {
            return Err(Error::failure(format!(
                "the pipeline is too large: {} bytes compressed, at most {}",
                packed.len(),
                PIECE_SIZE * MOST_PIECES
            )));
        }
        Ok(Self(pieces))
    }

    /// The SHA-256 of each piece.
    pub fn hashes(&self) -> Vec<String> {
        self.0.iter().map(|piece| sha256(piece)).collect()
    }

    /// The ConfigMaps of the pieces, owned by the root.
    pub fn objects(&self, identity: &Identity, root: &OwnerReference) -> Vec<ConfigMap> {
        let object = |(number, piece): (usize, &Vec<u8>)| ConfigMap {
            metadata: identity.metadata(piece_name(identity, number), labels::KIND_SPEC, Some(root.clone())),
            binary_data: Some(BTreeMap::from([(PIECE.to_owned(), ByteString(piece.clone()))])),
            immutable: Some(true),
            ..ConfigMap::default()
        };
        self.0.iter().enumerate().map(object).collect()
    }
}

fn piece_name(identity: &Identity, number: usize) -> String {
    format!("{}-spec-{number}", identity.object())
}

/// The root ConfigMap.
pub fn object(identity: &Identity) -> Result<ConfigMap> {
    let index = serde_json::to_string(identity).context(|| "cannot write the run object")?;
    let mut metadata = identity.metadata(identity.object(), labels::KIND_RUN, None);
    metadata.annotations.get_or_insert_default().insert(labels::MODE.to_owned(), identity.mode.as_str().to_owned());
    Ok(ConfigMap {
        metadata,
        data: Some(BTreeMap::from([(INDEX.to_owned(), index)])),
        immutable: Some(true),
        ..ConfigMap::default()
    })
}

/// What a root says of its run. The error has kind `Usage` when a newer program wrote it.
pub fn identity(root: &ConfigMap) -> Result<Identity> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let name = root.name_any();
    let index = root.data.as_ref().and_then(|data| data.get(INDEX));
    let index = index.ok_or_else(|| Error::failure(format!("configmap/{name} is no run of this program")))?;
    let version: Version =
        serde_json::from_str(index).context(|| format!("the run object configmap/{name} cannot be read"))?;
    if version.format > FORMAT {
        return Err(Error::new(
            Kind::Usage,
            format!("configmap/{name} has format {}, and this program knows up to {FORMAT}", version.format),
        )
        .hint("use the version of kubectl-zenml that submitted the run, or a newer one"));
    }
    serde_json::from_str(index).context(|| format!("the run object configmap/{name} cannot be read"))
}

/// What a person wants of the run, as its root has it: one of [`labels`]' `REQUEST_…`.
pub fn requested(root: &impl ResourceExt) -> Option<&str> {
    root.annotations().get(labels::REQUEST).map(String::as_str)
}

/// Reads the specification of a run back, gzipped, checking every piece.
pub async fn specification(cluster: &Cluster, namespace: &str, identity: &Identity) -> Result<Vec<u8>> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    let mut packed = Vec::new();
    for (number, expected) in identity.pieces.iter().enumerate() {
        let name = piece_name(identity, number);
        let piece = match api.get(&name).await {
            Err(error) if failure::is_not_found(&error) => {
                return Err(Error::usage(format!("configmap/{name}, a part of what the run is made of, is gone"))
                    .hint("submit the pipeline again, under another name: nothing else has the whole of it"));
            }
            other => other.on(cluster)?,
        };
        let bytes = piece.binary_data.as_ref().and_then(|data| data.get(PIECE)).map(|bytes| bytes.0.as_slice());
        match bytes {
            Some(bytes) if sha256(bytes) == *expected => packed.extend_from_slice(bytes),
            _ => return Err(Error::usage(format!("configmap/{name} is not what the run object says"))),
        }
    }
    Ok(packed)
}

/// The end of whoever works on a run that somebody has deleted. It is final: nothing is left to be tried again.
pub fn deleted(run: &str) -> Error {
    Error::new(Kind::RunFailed, format!("the run \"{run}\" was deleted"))
}

/// `error` of somebody who works on a run or follows it, named for what it is where the run's namespace goes.
pub async fn named(cluster: &Cluster, namespace: &str, run: &str, error: Error) -> Error {
    if !matches!(error.kind(), Kind::Failure | Kind::RunFailed) {
        return error;
    }
    match namespace::end(cluster, namespace).await {
        Some(why) => error.under(format!("{why}, and the run \"{run}\" with it")).of_kind(Kind::RunFailed),
        None => error,
    }
}

/// Finds a root by the name of its object.
pub async fn find(cluster: &Cluster, namespace: &str, object: &str) -> Result<Option<ConfigMap>> {
    objects::api::<ConfigMap>(cluster, namespace).get_opt(object).await.on(cluster)
}

/// Makes the root owned by `job`, so that deleting the Job, or its own time to live, removes the run.
pub async fn adopt(cluster: &Cluster, namespace: &str, object: &str, job: &OwnerReference) -> Result<()> {
    let patch = serde_json::json!({ "metadata": { "ownerReferences": [job] } });
    write(cluster, namespace, object, &patch).await.on(cluster)
}

/// Notes on the root what is wanted of the run, one of the `REQUEST_…` labels. Whoever works on it, now or later, acts upon
/// it. A root of the same name with another `uid`, or of another `version` where one is given, is a conflict.
pub async fn request(
    cluster: &Cluster,
    namespace: &str,
    (object, uid, version): (&str, &str, Option<&str>),
    wanted: &str,
) -> kube::Result<()> {
    let mut metadata = serde_json::json!({ "uid": uid, "annotations": { labels::REQUEST: wanted } });
    if let Some(version) = version {
        metadata["resourceVersion"] = version.into();
    }
    write(cluster, namespace, object, &serde_json::json!({ "metadata": metadata })).await
}

async fn write(cluster: &Cluster, namespace: &str, object: &str, patch: &serde_json::Value) -> kube::Result<()> {
    let api = objects::api::<ConfigMap>(cluster, namespace);
    api.patch_metadata(object, &kube::api::PatchParams::default(), &kube::api::Patch::Merge(patch)).await.map(drop)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn an_identity() -> Identity {
        Identity {
            format: FORMAT,
            id: "1b4e28ba-2fa1-41d2-883f-0016d3cca427".to_owned(),
            name: "My run".to_owned(),
            pipeline: "a_pipeline".to_owned(),
            mode: Mode::Job,
            pieces: vec![sha256(b"x")],
        }
    }

    #[test]
    fn a_root_reads_back_as_it_was_written() {
        let root = object(&an_identity()).unwrap();
        assert_eq!(identity(&root).unwrap(), an_identity());
        assert_eq!(root.annotations()["zenml.io/run"], "My run");
        assert_eq!(root.labels()["run"], "My-run");
    }

    #[test]
    fn a_newer_format_is_refused_before_its_content_is_read() {
        let mut root = object(&an_identity()).unwrap();
        root.data.as_mut().unwrap().insert(INDEX.to_owned(), r#"{"format": 2, "other": []}"#.to_owned());
        let error = identity(&root).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().contains("has format 2"), "{error}");
    }

    #[test]
    fn a_large_specification_is_cut_and_refused_when_too_large() {
        let noise: Vec<u8> = (0_u64..).flat_map(|n| Sha256::digest(n.to_le_bytes()).to_vec()).take(2_000_000).collect();
        let pieces = Pieces::cut(&noise).unwrap();
        assert_eq!(pieces.hashes().len(), 3);
        assert_eq!(pieces.0.concat(), noise);
        assert!(Pieces::cut(&noise.repeat(6)).is_err());
    }
}
