//! The catalogue: connector types, what they give access to, how one authenticates with them, and their configuration
//! fields (layer 1). Flags, questions, checks, `list-types`, `describe-type` and the JSON schema are all made of it.

pub mod fields;
pub mod methods;
pub mod schema;
pub mod table;

pub use fields::{Field, Id, Kind, Need};
pub use methods::{AuthMethod, Ends, Method};

use super::{RESOURCE_TYPE, TYPE};
use crate::document::nearest;

/// A kind of connector.
#[derive(Debug)]
pub struct ConnectorType {
    /// Its name in commands and records.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is for.
    pub text: &'static str,
    /// What it gives access to.
    pub resource_types: &'static [ResourceType],
    /// How one authenticates.
    pub methods: &'static [AuthMethod],
    /// Everything can be taken from what is configured on this machine.
    pub auto_configures: bool,
    /// This program has it.
    pub local: bool,
    /// `ZenML` servers have it.
    pub remote: bool,
}

/// What a connector gives access to.
#[derive(Debug)]
pub struct ResourceType {
    /// Its name in commands and records.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What a user of the connector gets.
    pub text: &'static str,
    /// One connector may give access to several of it.
    pub instances: bool,
}

/// The types that there are.
pub static TYPES: &[ConnectorType] = &[ConnectorType {
    name: TYPE,
    title: "Kubernetes Service Connector",
    text: "Gives access to one Kubernetes cluster of any kind: runs and deployments use it, and `login` lets kubectl, Helm \
           and every other client use it too. The credential is sealed in the vault. No kubectl and no kubeconfig are \
           needed to register one from flags; EKS, GKE, AKS and OIDC contexts register through the method exec.",
    resource_types: &[ResourceType {
        name: RESOURCE_TYPE,
        title: "Kubernetes cluster",
        text: "A client of the cluster's API server, or a kubeconfig context that asks the credential helper. The resource \
               name is the cluster's name, as the context or --cluster-name has it.",
        instances: false,
    }],
    methods: methods::METHODS,
    auto_configures: true,
    local: true,
    remote: true,
}];

/// `ZenML`'s other connector types.
const ELSEWHERE: [&str; 5] = ["aws", "gcp", "azure", "docker", "hyperai"];

/// What those give access to.
const ELSEWHERE_RESOURCES: [&str; 7] =
    ["docker-registry", "s3-bucket", "gcs-bucket", "blob-container", "aws-generic", "gcp-generic", "azure-generic"];

const THROUGH_EXEC: &str =
    "EKS, GKE and AKS contexts register as kubernetes, through their exec plugin (auth method exec)";

impl ConnectorType {
    /// The names of all types.
    pub fn names() -> Vec<&'static str> {
        TYPES.iter().map(|kind| kind.name).collect()
    }

    /// The type called `name`; the seeds of `ZenML`'s documentation also write its resource type. An error is a sentence.
    pub fn find(name: &str) -> Result<&'static Self, String> {
        let name = spelled(name);
        let of = |kind: &&Self| kind.name == name || kind.resource_types.iter().any(|resource| resource.name == name);
        if let Some(kind) = TYPES.iter().find(of) {
            return Ok(kind);
        }
        if ELSEWHERE.contains(&name.as_str()) {
            return Err(format!("the {name} connector is not there yet; {THROUGH_EXEC}"));
        }
        Err(unknown("connector type", &name, &Self::names(), &ELSEWHERE))
    }
}

impl ResourceType {
    /// The names of all resource types.
    pub fn names() -> Vec<&'static str> {
        TYPES.iter().flat_map(|kind| kind.resource_types).map(|resource| resource.name).collect()
    }

    /// The resource type called `name`. An error is a sentence.
    pub fn find(name: &str) -> Result<&'static Self, String> {
        let name = spelled(name);
        if let Some(found) = TYPES.iter().flat_map(|kind| kind.resource_types).find(|resource| resource.name == name) {
            return Ok(found);
        }
        if ELSEWHERE_RESOURCES.contains(&name.as_str()) {
            return Err(format!("no connector gives access to a {name} yet; there is {RESOURCE_TYPE}"));
        }
        Err(unknown("resource type", &name, &Self::names(), &ELSEWHERE_RESOURCES))
    }
}

/// With `-` for `_`, as Python programs write names.
fn spelled(name: &str) -> String {
    name.replace('_', "-")
}

/// The sentence for a name that is none; `others` are known, and not there yet.
fn unknown(what: &str, name: &str, names: &[&str], others: &[&str]) -> String {
    let near = nearest(name, names.iter().chain(others).copied());
    match near {
        Some(near) => format!("there is no {what} of this name; did you mean {near}?"),
        None => format!("there is no {what} of this name; there is {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests;
