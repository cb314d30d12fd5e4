//! `run export`: everything that is known of a run, as one document (layer 3). Values of Secrets are not: the
//! specification names where they are.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::describe::{Description, describe};
use super::{Found, events};
use crate::cluster::Cluster;
use crate::error::{Context, Result};
use crate::ops::deployment::events::Line;
use crate::orchestrator::{packed, root};

/// The version of [`Export`].
const VERSION: u32 = 1;

/// A run as a whole.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// The version of this format.
    pub version: u32,
    /// What the document is.
    pub kind: &'static str,
    /// When it was written.
    pub exported: Timestamp,
    /// As `run describe` has it: the run, its steps, their attempts and what they left.
    pub run: Description,
    /// What it runs, with its parameters put in.
    pub specification: Value,
    /// What the cluster said of its objects, as far as that is still kept; none for who may not list events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Line>>,
}

/// Collects everything. A run whose specification is damaged is an error.
pub async fn export(cluster: &Cluster, run: &Found, now: Timestamp) -> Result<Export> {
    let specification = root::specification(cluster, &run.namespace, &run.identity).await?;
    let specification = packed::read(&specification).context(|| "the run cannot be read")?;
    let described = describe(cluster, run, now).await?;
    let events = events::events(cluster, run).await.ok();
    Ok(Export { version: VERSION, kind: "run", exported: now, run: described, specification, events })
}
