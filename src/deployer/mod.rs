//! Deployments: what a service file says, and the Kubernetes objects that come of it (layer 1, pure).

pub mod diagnosis;
pub mod inventory;
pub mod manifests;
pub mod read;
pub mod settings;
pub mod spec;
