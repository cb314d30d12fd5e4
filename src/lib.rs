//! `kubectl zenml`: connectors, exec credentials, pipeline runs and deployments for Kubernetes.
//!
//! The layers, each of which may use only those above it in this list (a test scans the imports):
//! 0. foundation, always compiled: [`error`], [`secret`], [`paths`], [`files`], [`process`], [`vault`], [`registry`]
//!    (read side), [`execcred`], [`jwt`], [`token_file`], [`audit`] (write side), [`helper`];
//! 1. domain, pure: `connector`, `pipeline`, `deployer` (spec, settings, manifests), `certificate`, `naming`,
//!    `document`, `image`, `quantity`, `pod_settings`, `rights`, `stack`;
//! 2. adapters: `registry` (write side), `audit` (read side), `keyring`, `kubeconfig`, `cluster`;
//! 3. use cases: `ops`, `orchestrator`;
//! 4. presentation: `cli`, `output`, `ui`.
//!
//! Everything above layer 0 sits behind the feature `cli`, so that the credential helper is built without it.

/// musl's own allocator asks the kernel for pages some twenty times while a credential is answered, a quarter of the time;
/// this one, which the Rust project keeps, asks twice.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

pub mod audit;
pub mod error;
pub mod execcred;
pub mod files;
pub mod helper;
pub mod jwt;
pub mod paths;
pub mod process;
pub mod registry;
pub mod secret;
pub mod token_file;
pub mod vault;

#[cfg(feature = "cli")]
pub mod certificate;
#[cfg(feature = "cli")]
pub mod connector;
#[cfg(feature = "cli")]
pub mod deployer;
#[cfg(feature = "cli")]
pub mod document;
#[cfg(feature = "cli")]
pub mod image;
#[cfg(feature = "cli")]
pub mod naming;
#[cfg(feature = "cli")]
pub mod pipeline;
#[cfg(feature = "cli")]
pub mod pod_settings;
#[cfg(feature = "cli")]
pub mod quantity;
#[cfg(feature = "cli")]
pub mod rights;
#[cfg(feature = "cli")]
pub mod stack;

#[cfg(feature = "cli")]
pub mod cluster;
#[cfg(feature = "cli")]
pub mod keyring;
#[cfg(feature = "cli")]
pub mod kubeconfig;

#[cfg(feature = "cli")]
pub mod ops;
#[cfg(feature = "cli")]
pub mod orchestrator;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod ui;
