//! The operating system's keyring, where a vault's data key has one item (layer 2).
//!
//! Reading never unlocks and never prompts: a prompt that nobody sees would hang kubectl for ever. Creating and deleting
//! go through the store of the `keyring` crate family.

#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(not(target_os = "linux"))]
#[path = "unsupported.rs"]
mod secret_service;

pub use secret_service::{create, probe, read};

/// The item's `service` attribute.
const SERVICE: &str = "kubectl-zenml";

/// The item's `username` attribute.
fn user(vault: &str) -> String {
    format!("vault:{vault}")
}
