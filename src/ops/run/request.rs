//! What a person wants of a run that somebody works on: an annotation on its root, which the orchestrator watches (layer 3).

use super::Found;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::orchestrator::{checkpoint, labels, root};

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// That it ends: its pods are deleted, with the time that they have for that.
    Stop,
    /// That it ends at once: its pods are given no time.
    Kill,
    /// That no further step begins.
    Suspend,
    /// That it goes on.
    Resume,
}

impl Wanted {
    /// As the annotation has it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Stop => labels::REQUEST_STOP,
            Self::Kill => labels::REQUEST_KILL,
            Self::Suspend => labels::REQUEST_SUSPEND,
            Self::Resume => labels::REQUEST_RESUME,
        }
    }
}

/// Notes what is wanted. Whoever works on the run, now or later, acts upon it. A run that has ended is an error.
pub async fn request(cluster: &Cluster, run: &Found, wanted: Wanted) -> Result<()> {
    let object = run.identity.object();
    let record = checkpoint::load(cluster, &run.namespace, &object).await?;
    if record.phase.is_final() {
        let (name, phase) = (&run.identity.name, record.phase.as_str().to_lowercase());
        return Err(Error::failure(format!("run \"{name}\" has ended: it {}", ended(&phase))));
    }
    root::request(cluster, &run.namespace, (&object, &run.uid), wanted.as_str()).await
}

fn ended(phase: &str) -> String {
    match phase {
        "timedout" => "timed out".to_owned(),
        "stopped" => "was stopped".to_owned(),
        other => other.to_owned(),
    }
}
