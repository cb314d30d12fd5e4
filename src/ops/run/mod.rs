//! Reading, following and deleting runs (layer 3).

pub mod attend;
pub mod delete;
pub mod describe;
pub mod events;
pub mod export;
pub mod find;
pub mod graph;
pub mod list;
pub mod logs;
pub mod prune;
pub mod request;
mod status;
pub mod stop;
pub mod watch_list;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use serde::Serialize;

use crate::error::Result;
use crate::orchestrator::labels;
use crate::orchestrator::root::{self, Identity, Mode};

/// A run that was found: where it is and what identifies it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its namespace.
    pub namespace: String,
    /// What identifies it.
    pub identity: Identity,
    /// The UID of its root object.
    pub uid: String,
    /// When it was submitted.
    pub created: Option<Timestamp>,
    /// Whether somebody has suspended it.
    pub suspended: bool,
}

impl Found {
    /// What names the run on a command line, for hints.
    pub fn words(&self) -> String {
        self.identity.words(&self.namespace)
    }

    fn of(root: &ConfigMap) -> Result<Self> {
        Ok(Self {
            namespace: root.namespace().unwrap_or_default(),
            identity: root::identity(root)?,
            uid: root.uid().unwrap_or_default(),
            created: root.metadata.creation_timestamp.as_ref().map(|time| time.0),
            suspended: root::requested(root) == Some(labels::REQUEST_SUSPEND),
        })
    }
}

/// The status of a run that somebody has suspended: what is recorded of it goes on as before.
const SUSPENDED: &str = "Suspended";
/// The status of an attached run whose terminal is gone.
const INTERRUPTED: &str = "Interrupted";
/// The status of a run whose submission was interrupted.
pub(in crate::ops) const ABORTED: &str = "Aborted";

/// What `run list --watch` says last of a run.
const DELETED: &str = "Deleted";

/// The status of a run whose record somebody deleted, where nothing else says how it stands.
const UNKNOWN: &str = "Unknown";

/// A run in one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The run's name.
    pub name: String,
    /// Its UUID.
    pub id: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// Where it is.
    pub namespace: String,
    /// How it stands, in one word.
    pub status: &'static str,
    /// Why, where that needs saying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Steps that succeeded.
    pub succeeded: usize,
    /// All steps.
    pub steps: usize,
    /// How often somebody tried it again.
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: u16,
    /// Who runs the engine.
    pub mode: Mode,
    /// When it was submitted.
    pub created: Option<Timestamp>,
    /// When an orchestrator first began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// The newest orchestrator pod, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orchestrator_pod: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(number: &u16) -> bool {
    *number == 0
}
