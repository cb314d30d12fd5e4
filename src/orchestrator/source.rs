//! What a run was made from: the pipeline file, the settings beneath it and the values of its parameters, kept beside the
//! run so that another one can be made with other values (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::Api;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::root::Identity;
use super::{labels, packed};
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::document::overlay::Base;
use crate::error::{Context, Error, Result};
use crate::pipeline::read;
use crate::pipeline::spec::Pipeline;

/// The key in the ConfigMap's `binaryData`.
const KEY: &str = "source.json.gz";
/// The most that is kept, compressed, in bytes: a ConfigMap may have 1 MiB.
const MOST: usize = 900 * 1024;

/// What a run was made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The pipeline file.
    pub text: String,
    /// Whose settings lay beneath those of the file, for messages.
    #[serde(default)]
    pub origin: String,
    /// Those settings.
    #[serde(default)]
    pub settings: Map<String, Json>,
    /// The value of every parameter.
    #[serde(default)]
    pub values: BTreeMap<String, Json>,
}

impl Source {
    /// Of the file `text` over the settings `base`.
    pub fn new(text: &str, base: &Base, values: &BTreeMap<String, Json>) -> Self {
        let (origin, settings) = (base.origin.clone(), base.settings.clone());
        Self { text: text.to_owned(), origin, settings, values: values.clone() }
    }

    /// The pipeline, read again.
    pub fn pipeline(&self, run: &str) -> Result<Pipeline> {
        let base = Base { origin: self.origin.clone(), hint: String::new(), settings: self.settings.clone() };
        read::read_over(&format!("the file of run \"{run}\""), &self.text, &base)
    }
}

fn name(root: &str) -> String {
    format!("{root}-source")
}

/// The ConfigMap with `source`; none where it is too large.
pub(super) fn object(identity: &Identity, root: OwnerReference, source: &Source) -> Result<Option<ConfigMap>> {
    let bytes = packed::write(source)?;
    let metadata = identity.metadata(name(&identity.object()), labels::KIND_SOURCE, Some(root));
    let data = BTreeMap::from([(KEY.to_owned(), ByteString(bytes))]);
    let fits = data.values().all(|bytes| bytes.0.len() <= MOST);
    let map = ConfigMap { metadata, binary_data: Some(data), immutable: Some(true), ..ConfigMap::default() };
    Ok(fits.then_some(map))
}

/// What the run `identity` was made from.
pub async fn load(cluster: &Cluster, namespace: &str, identity: &Identity) -> Result<Source> {
    let api: Api<ConfigMap> = objects::api(cluster, namespace);
    let map = api.get_opt(&name(&identity.object())).await.on(cluster)?;
    let bytes = map.as_ref().and_then(|map| map.binary_data.as_ref()?.get(KEY));
    let bytes = bytes.ok_or_else(|| {
        Error::failure(format!("what run \"{}\" was made from is not kept", identity.name))
            .hint("submit its file again, with the values that you want")
    })?;
    packed::read(&bytes.0).context(|| "what the run was made from cannot be read")
}
