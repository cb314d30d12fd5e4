//! The verbs of `connector` (layer 3).

pub mod bind;
pub mod delete;
pub mod describe;
pub mod lift;
pub mod list;
pub mod login;
pub mod logout;
pub mod register;
pub mod verify;

use crate::kubeconfig::{Kubeconfig, entries};

/// The kubeconfig contexts that lead to the connector `id`. A kubeconfig that cannot be read leads nowhere.
fn contexts(id: &str) -> Vec<String> {
    Kubeconfig::load(None).map(|kubeconfig| entries::contexts_of(&kubeconfig, id)).unwrap_or_default()
}
