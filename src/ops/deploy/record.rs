//! The record of a revision: what was applied, without a secret value, in an immutable `ConfigMap` (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{self as core, ConfigMap};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::objects::{self, Created, api};
use crate::deployer::manifests::{
    AUTH_KEY, AUTH_VARIABLE, DEPLOYMENT_LABEL, MANAGED_BY_LABEL, MANAGER, REVISION_LABEL, Set, auth_name, is_ours,
    revision_name,
};
use crate::deployer::object::{Kind, Object};
use crate::deployer::rights;
use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// The key in the `ConfigMap`.
const KEY: &str = "revision.json";
/// Below the API server's limit for a `ConfigMap`, in bytes.
const LARGEST: usize = 1024 * 1024 - 16 * 1024;

/// A revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number.
    pub revision: u64,
    /// The Secret with its values.
    pub secret: Option<String>,
    /// What was applied.
    pub set: Set,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    before: Vec<Item>,
    deployment: Deployment,
    after: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
struct Item {
    plural: String,
    object: Value,
}

/// What is said to the one who may not see revisions.
pub fn refused(namespace: &str) -> String {
    format!("the revisions are kept in ConfigMaps, {}", rights::way("rollback", namespace))
}

/// What is said of a revision that cannot be gone back to.
pub(super) fn missing(deployment: &str, revision: u64) -> Error {
    Error::failure(format!("revision {revision} of deployment \"{deployment}\" is not on record"))
}

/// What noting a revision came to.
pub(super) enum Noted {
    /// It is noted.
    As(Box<ConfigMap>),
    /// This user may not, or it is too large: there is no way back to it.
    Not,
}

impl Record {
    /// The deployment's name.
    pub fn name(&self) -> &str {
        self.set.deployment.metadata.name.as_deref().unwrap_or_default()
    }

    /// Whether another revision has the same objects and values: only the mark on its pods may differ.
    pub fn is_like(&self, other: &Self) -> bool {
        let unmarked = |record: &Self| {
            let mut set = record.set.clone();
            let metadata = set.deployment.spec.template.metadata.get_or_insert_default();
            metadata.labels.get_or_insert_default().remove(REVISION_LABEL);
            set
        };
        self.secret == other.secret && unmarked(self) == unmarked(other)
    }

    /// Whether the revision's requests must carry a key.
    pub(super) fn wants_key(&self) -> bool {
        let pod = self.set.deployment.spec.template.spec.as_ref();
        let env = pod.into_iter().flat_map(|pod| &pod.containers).flat_map(|container| container.env.iter().flatten());
        env.filter(|variable| variable.name == AUTH_VARIABLE).any(|variable| variable.value_from.is_some())
    }

    /// The Secret with `key` for it.
    pub(super) fn auth_secret(&self, namespace: &str, key: &Secret<String>) -> core::Secret {
        let data = [(AUTH_KEY.to_owned(), ByteString(key.expose().as_bytes().to_vec()))].into();
        let labels = self.set.deployment.metadata.labels.clone();
        let metadata = ObjectMeta {
            name: Some(auth_name(self.name())),
            namespace: Some(namespace.to_owned()),
            labels,
            ..ObjectMeta::default()
        };
        core::Secret { metadata, data: Some(data), type_: Some("Opaque".to_owned()), ..core::Secret::default() }
    }

    /// Writes the record into the cluster.
    pub(super) async fn note(&self, cluster: &Cluster, namespace: &str) -> Result<Noted> {
        let text = serde_json::to_string(&self.written()).context(|| "cannot write the revision")?;
        if text.len() > LARGEST {
            return Ok(Noted::Not);
        }
        let labels = [(MANAGED_BY_LABEL, MANAGER), (DEPLOYMENT_LABEL, self.name())];
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(revision_name(self.name(), self.revision)),
                namespace: Some(namespace.to_owned()),
                labels: Some(labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into()),
                ..ObjectMeta::default()
            },
            data: Some(BTreeMap::from([(KEY.to_owned(), text)])),
            immutable: Some(true),
            ..ConfigMap::default()
        };
        let maps = api::<ConfigMap>(cluster, namespace);
        match objects::create(&maps, &map).await {
            Ok(Created::New(map)) => Ok(Noted::As(Box::new(map))),
            // Left by a deployment of the same name whose Deployment was deleted by hand; or somebody else's.
            Ok(Created::Exists) => self.replace(cluster, namespace, &map).await,
            Err(error) if failure::is_forbidden(&error) => Ok(Noted::Not),
            Err(error) => Err(error).on(cluster),
        }
    }

    async fn replace(&self, cluster: &Cluster, namespace: &str, map: &ConfigMap) -> Result<Noted> {
        let maps = api::<ConfigMap>(cluster, namespace);
        let found = maps.get_opt(&map.name_any()).await.ok().flatten();
        let Some(found) = found.filter(|found| is_ours(&found.metadata, self.name())) else { return Ok(Noted::Not) };
        // Two deploys of the same file finish the same revision.
        if found.data == map.data {
            return Ok(Noted::As(Box::new(found)));
        }
        let _ = maps.delete(&map.name_any(), &kube::api::DeleteParams::default()).await;
        match objects::create(&maps, map).await {
            Ok(Created::New(map)) => Ok(Noted::As(Box::new(map))),
            _ => Ok(Noted::Not),
        }
    }

    fn written(&self) -> Written {
        let item = |object: &Object| Item { plural: object.kind.plural.clone(), object: object.body.clone() };
        Written {
            revision: self.revision,
            secret: self.secret.clone(),
            before: self.set.before.iter().map(item).collect(),
            deployment: self.set.deployment.clone(),
            after: self.set.after.iter().map(item).collect(),
        }
    }

    /// Reads a record.
    pub fn of(map: &ConfigMap) -> Result<Self> {
        let name = map.name_any();
        let text = map.data.as_ref().and_then(|data| data.get(KEY));
        let text = text.ok_or_else(|| Error::failure(format!("configmap \"{name}\" holds no revision")))?;
        let written: Written = serde_json::from_str(text).context(|| format!("configmap \"{name}\" cannot be read"))?;
        let object = |item: Item| {
            let text = |key: &str| item.object[key].as_str().unwrap_or_default().to_owned();
            let kind = Kind { api_version: text("apiVersion"), kind: text("kind"), plural: item.plural.clone() };
            Object { kind, body: item.object }
        };
        Ok(Self {
            revision: written.revision,
            secret: written.secret,
            set: Set {
                before: written.before.into_iter().map(object).collect(),
                deployment: written.deployment,
                after: written.after.into_iter().map(object).collect(),
            },
        })
    }

    /// The record of `revision`.
    pub async fn find(cluster: &Cluster, namespace: &str, deployment: &str, revision: u64) -> Result<Self> {
        let found = Self::look(cluster, namespace, deployment, revision).await?;
        found.ok_or_else(|| {
            missing(deployment, revision)
                .hint(format!("`kubectl zenml deployment history {deployment}` lists those that are"))
        })
    }

    /// The record of `revision`, if there is one.
    pub(super) async fn look(
        cluster: &Cluster,
        namespace: &str,
        deployment: &str,
        revision: u64,
    ) -> Result<Option<Self>> {
        match api::<ConfigMap>(cluster, namespace).get_opt(&revision_name(deployment, revision)).await {
            Ok(Some(map)) if is_ours(&map.metadata, deployment) => Self::of(&map).map(Some),
            Ok(_) => Ok(None),
            Err(error) if failure::is_forbidden(&error) => {
                Err(failure::explain(&cluster.server, &error).hint(refused(namespace)))
            }
            Err(error) => Err(error).on(cluster),
        }
    }
}
