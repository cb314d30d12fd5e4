//! Objects of any kind, as they are sent (layer 1, pure).

use k8s_openapi::Resource;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Context, Result};

/// A namespaced object with its whole body, which names itself, its kind and its namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// What is sent.
    pub body: Value,
}

/// A kind, and how the API server calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// Such as `networking.k8s.io/v1`.
    pub api_version: String,
    /// Such as `Ingress`.
    pub kind: String,
    /// Such as `ingresses`.
    pub plural: String,
}

impl Kind {
    /// The kind of a type.
    pub fn of<K: Resource>() -> Self {
        Self {
            api_version: K::API_VERSION.to_owned(),
            kind: K::KIND.to_owned(),
            plural: K::URL_PATH_SEGMENT.to_owned(),
        }
    }

    /// The API group; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// As kubectl writes it, such as `ingress.networking.k8s.io`.
    pub fn display(&self) -> String {
        let kind = self.kind.to_lowercase();
        if self.group().is_empty() { kind } else { format!("{kind}.{}", self.group()) }
    }

    /// As rights name it, such as `ingresses.networking.k8s.io`.
    pub fn resource(&self) -> String {
        if self.group().is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group()) }
    }
}

impl Object {
    /// `object` of a type that this program knows.
    pub fn of<K: Resource + Serialize>(object: &K) -> Result<Self> {
        let body = serde_json::to_value(object).context(|| format!("cannot write a {}", K::KIND))?;
        Ok(Self { kind: Kind::of::<K>(), body })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.body["metadata"]["name"].as_str().unwrap_or_default()
    }
}
