//! Deployments: what a service file says, and the Kubernetes objects that come of it (layer 1, pure).

pub mod diagnosis;
pub mod file;
pub mod inventory;
pub mod manifests;
pub mod needs;
pub mod object;
pub mod read;
pub mod refusal;
pub mod rights;
pub mod schema;
pub mod settings;
pub mod spec;
