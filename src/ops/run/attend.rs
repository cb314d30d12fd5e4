//! Whether somebody works on a run, and doing so in their place (layer 3).

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::sleep;
use uuid::Uuid;

use super::{Found, list};
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::error::Result;
use crate::orchestrator::drive::Driver;
use crate::orchestrator::lease;
use crate::orchestrator::root::Mode;

/// Whether somebody works on the run, or will: the cluster sees to a Job that has not given up; of an attached run, and of
/// one whose Job has, somebody must hold the Lease.
pub async fn is_attended(cluster: &Cluster, run: &Found) -> Result<bool> {
    attended_for(cluster, run).await.map(|left| left.is_some())
}

/// Returns once nobody works on the run any more. The Lease is looked at again when it would have run out.
pub async fn abandoned(cluster: &Cluster, run: &Found) -> Result<()> {
    while let Some(left) = attended_for(cluster, run).await? {
        sleep(left).await;
    }
    Ok(())
}

/// For how long somebody works on the run at least, as far as anybody can tell.
async fn attended_for(cluster: &Cluster, run: &Found) -> Result<Option<Duration>> {
    let object = run.identity.object();
    if run.identity.mode == Mode::Job {
        let job = objects::api::<Job>(cluster, &run.namespace).get_opt(&object).await.on(cluster)?;
        if job.is_some_and(|job| !list::has_failed(&job)) {
            // Whoever follows the run hears of the Job's end.
            return Ok(Some(Duration::MAX));
        }
    }
    let lease = objects::api::<Lease>(cluster, &run.namespace).get_opt(&object).await.on(cluster)?;
    Ok(lease.and_then(|lease| lease::counts_for(&lease, Timestamp::now())))
}

/// What drives the run from here.
pub async fn driver(cluster: &Cluster, run: &Found) -> Result<Driver> {
    Driver::load(cluster, &run.namespace, &run.identity.object(), holder()).await
}

/// The name of this process in the run's Lease.
pub fn holder() -> String {
    format!("terminal-{}", Uuid::new_v4())
}
