//! kubeconfig files, read and written as kubectl does (layer 2). The only module that touches them.
//!
//! [`read`] makes trees of files, [`merge`] makes one view of several, [`resolve`] takes a context apart, [`entries`]
//! knows our own entries, [`sealing`] puts one in the place of another and back, [`mod@write`] and [`lock`] change a file beside other writers, [`policy`] reads kuberc.

mod draft;
pub mod entries;
pub mod exec;
pub mod lock;
pub mod merge;
pub mod policy;
pub mod read;
pub mod resolve;
pub mod sealing;
pub mod user;
pub mod write;

pub use merge::Kubeconfig;
pub use resolve::{Credential, Resolved, Trust};
