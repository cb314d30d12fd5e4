//! What a person wants of a run that goes on: an annotation on its root, which whoever drives it watches (layer 3).

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;

use super::{Found, attend, list};
use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects, watch};
use crate::error::{Error, Kind, Result};
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::root::{self, Mode};
use crate::orchestrator::{checkpoint, labels};

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

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is noted.
    Noted,
    /// It was noted before, or more than that.
    Already,
}

/// Notes what is wanted. Whoever works on the run, now or later, acts upon it. What cannot be any more is an error: of a run
/// that has ended, or is being stopped, or that nobody has suspended.
pub async fn request(cluster: &Cluster, run: &Found, wanted: Wanted) -> Result<Asked> {
    let object = run.identity.object();
    let roots = objects::api::<ConfigMap>(cluster, &run.namespace);
    loop {
        let root = roots.get_metadata_opt(&object).await.on(cluster)?.filter(|root| watch::is_there(root, &run.uid));
        let root = root.ok_or_else(|| root::deleted(&run.identity.name).of_kind(Kind::Failure))?;
        let record = checkpoint::load(cluster, &run.namespace, &object).await?;
        if record.phase.is_final() {
            return Err(ended(run, wanted, record.phase));
        }
        let noted = root::requested(&root);
        let given_up = run.identity.mode == Mode::Job && list::job_failed(cluster, run).await?;
        match wanted {
            // A successor is not to be gentler than the one before.
            Wanted::Stop if noted == Some(labels::REQUEST_KILL) => return Ok(Asked::Already),
            Wanted::Suspend | Wanted::Resume if is_stopping(noted, &record) => {
                return Err(stopping(cluster, run, wanted).await?);
            }
            Wanted::Suspend | Wanted::Resume if given_up => return Err(job_failed(run)),
            Wanted::Suspend if noted == Some(labels::REQUEST_SUSPEND) => return Ok(Asked::Already),
            Wanted::Resume if noted != Some(labels::REQUEST_SUSPEND) => return Err(goes_on(cluster, run).await?),
            _ => {}
        }
        // Whatever somebody else has asked for meanwhile is not overwritten unseen.
        let version = root.resource_version();
        let object = (object.as_str(), run.uid.as_str(), version.as_deref());
        match root::request(cluster, &run.namespace, object, wanted.as_str()).await {
            Err(error) if failure::is_conflict(&error) => {}
            patched => return patched.on(cluster).map(|()| Asked::Noted),
        }
    }
}

fn is_stopping(noted: Option<&str>, record: &Record) -> bool {
    record.stop.is_some() || matches!(noted, Some(labels::REQUEST_STOP | labels::REQUEST_KILL))
}

async fn stopping(cluster: &Cluster, run: &Found, wanted: Wanted) -> Result<Error> {
    let (name, words) = (&run.identity.name, run.words());
    let error = Error::failure(format!("run \"{name}\" is being stopped"));
    // What it runs is needed to end it, too.
    if !attend::is_attended(cluster, run).await?
        && let Err(gone) = root::specification(cluster, &run.namespace, &run.identity).await
    {
        let error = error.cause("nobody drives it any more").cause(gone.to_string());
        return Ok(error.hint(format!("kubectl zenml run delete {words}    removes the run and its pods")));
    }
    let error = error.hint(format!("kubectl zenml run stop {words}    waits for its end, and sees to it"));
    Ok(match wanted {
        Wanted::Resume => error.hint(format!("kubectl zenml run resume {words}    goes on with it after that")),
        _ => error,
    })
}

/// Why a run cannot be resumed that nobody has suspended.
async fn goes_on(cluster: &Cluster, run: &Found) -> Result<Error> {
    let (name, words) = (&run.identity.name, run.words());
    let error = Error::failure(format!("run \"{name}\" is not suspended"));
    if attend::is_driven(cluster, run).await? {
        return Ok(error.hint(format!("kubectl zenml run watch {words}    shows how it goes on")));
    }
    Ok(error.cause("nobody drives it any more").hint(format!("kubectl zenml run attach {words}    goes on with it")))
}

fn ended(run: &Found, wanted: Wanted, phase: Phase) -> Error {
    let what = match phase {
        Phase::TimedOut => "timed out",
        Phase::Stopped => "was stopped",
        Phase::Failed => "failed",
        _ => "succeeded",
    };
    let error = Error::failure(format!("run \"{}\" has ended: it {what}", run.identity.name));
    if wanted == Wanted::Resume && phase != Phase::Succeeded { error.hint(again(run)) } else { error }
}

fn job_failed(run: &Found) -> Error {
    Error::failure(format!("run \"{}\" has ended: the orchestrator's Job failed", run.identity.name)).hint(again(run))
}

fn again(run: &Found) -> String {
    format!("kubectl zenml run retry {}    does again what did not succeed", run.words())
}
