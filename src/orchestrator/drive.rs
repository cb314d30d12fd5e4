//! Driving a run: take its Lease, load what is recorded, run the engine, and again after a lost Lease (layer 3).

use std::cell::Cell;
use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::pin;
use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use tokio::sync::{Notify, mpsc};

use super::checkpoint::{self, Checkpoint};
use super::engine::{self, Control, End, Work};
use super::lease::{self, Claim, Held, Sighting, Waiting};
use super::ledger::Ledger;
use super::progress::Report;
use super::record::Record;
use super::root::{self, Identity};
use super::{labels, packed};
use crate::cluster::Cluster;
use crate::cluster::failure::On;
use crate::cluster::objects;
use crate::error::{Error, Kind, Result};
use crate::pipeline::pod::Owner;
use crate::pipeline::resolve::ResolvedRun;

/// A run that is in the cluster and somebody who wants to drive it.
pub struct Driver {
    /// The cluster.
    pub cluster: Cluster,
    /// The run's namespace.
    pub namespace: String,
    /// What identifies the run.
    pub identity: Identity,
    /// The root as an owner.
    pub root: OwnerReference,
    /// What it runs.
    pub run: Arc<ResolvedRun>,
    /// Who drives: a pod's name, or a person's host and process.
    pub holder: String,
    /// Whether it gives way to another one that turns out to be alive, instead of waiting for its end; and says so when it
    /// may act at last.
    pub gives_way: bool,
    /// How this process saw the run's Lease before.
    pub seen: Option<Sighting>,
}

/// How driving ended.
#[derive(Debug)]
pub enum Driven {
    /// The run ended, now or before.
    Ended(Record),
    /// Told to leave; the Lease is released.
    Left,
    /// Somebody else drives the run.
    Elsewhere,
}

impl Driver {
    /// Loads the run whose root object is named `object`.
    pub async fn load(cluster: &Cluster, namespace: &str, object: &str, holder: String) -> Result<Self> {
        let found = root::find(cluster, namespace, object).await?;
        let found = found.ok_or_else(|| gone(object))?;
        // Whatever is wrong with it now will be wrong next time: the Job must not try again.
        let identity = root::identity(&found).map_err(|error| error.of_kind(Kind::Usage))?;
        let packed = root::specification(cluster, namespace, &identity).await?;
        let run = ResolvedRun::read(|| packed::reader(&packed)).map_err(|error| error.of_kind(Kind::Usage))?;
        let root = objects::owner(&found, false)?;
        let (cluster, namespace, run) = (cluster.clone(), namespace.to_owned(), run.into());
        Ok(Self { cluster, namespace, identity, root, run, holder, gives_way: false, seen: None })
    }

    /// Drives the run until it ends.
    pub async fn drive(&self, control: &mut mpsc::UnboundedReceiver<Control>, report: &Report) -> Result<Driven> {
        match Box::pin(self.go_on(control, report)).await {
            Err(error) => Err(root::named(&self.cluster, &self.namespace, &self.identity.name, error).await),
            driven => driven,
        }
    }

    async fn go_on(&self, control: &mut mpsc::UnboundedReceiver<Control>, report: &Report) -> Result<Driven> {
        let owner = Owner { name: self.root.name.clone(), uid: self.root.uid.clone() };
        let checkpoint = self.checkpoint();
        loop {
            let mut held = match self.turn(control, report).await? {
                Continue(held) => held,
                Break(end) => return Ok(end),
            };
            let Some(record) = checkpoint.load().await? else {
                held.release().await;
                return Err(self.without_record(&checkpoint).await?);
            };
            if record.phase.is_final() {
                held.release().await;
                return Ok(Driven::Ended(record));
            }
            let ledger = Ledger::new(Arc::clone(&self.run), &owner, record)?;
            let (cluster, namespace) = (&self.cluster, self.namespace.as_str());
            let work = Work { cluster, namespace, owner: &owner, checkpoint: &checkpoint, report };
            let end = Box::pin(engine::run(&work, ledger, &mut held, control)).await;
            match end {
                Ok(End::LeaseLost) => report.notice("the run's lease was lost; waiting to hold it again"),
                other => {
                    held.release().await;
                    return match other? {
                        End::Finished(record) => Ok(Driven::Ended(record)),
                        End::Deleted => Err(root::deleted(&self.identity.name)),
                        End::Unrecorded(error) => Err(self.unrecorded(error)),
                        End::Left | End::LeaseLost => Ok(Driven::Left),
                    };
                }
            }
        }
    }

    /// Takes the Lease. A stop that is ordered meanwhile is noted on the root: whoever drives the run acts upon it.
    async fn turn(
        &self,
        control: &mut mpsc::UnboundedReceiver<Control>,
        report: &Report,
    ) -> Result<ControlFlow<Driven, Held>> {
        let (alive, waits) = (Notify::new(), Cell::new(false));
        let mut acquired = pin!(lease::acquire(self.claim(), self.seen.clone(), |waiting| match waiting {
            Waiting::Held(holder) if self.gives_way => {
                waits.set(true);
                let wait = lease::DURATION.as_secs();
                report.notice(format!(
                    "taking over unless {holder}, which drove the run, renews its lease within {wait}s"
                ));
            }
            Waiting::Alive => alive.notify_one(),
            waiting => tell(report, &waiting),
        }));
        loop {
            tokio::select! {
                held = &mut acquired => {
                    let held = held?;
                    if self.gives_way {
                        let before = if waits.get() { "" } else { "nobody drives the run any more; " };
                        report.notice(format!("{before}this terminal drives the run now"));
                    }
                    return Ok(Continue(held));
                }
                () = alive.notified(), if self.gives_way => return Ok(Break(Driven::Elsewhere)),
                Some(order) = control.recv() => match order {
                    Control::Leave => return Ok(Break(Driven::Left)),
                    Control::Stop(_) => {
                        let root = (self.root.name.as_str(), self.root.uid.as_str(), None);
                        let noted = root::request(&self.cluster, &self.namespace, root, labels::REQUEST_STOP).await;
                        noted.on(&self.cluster)?;
                    }
                },
            }
        }
    }

    /// The record of this run.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        let Self { cluster, namespace, identity, root, .. } = self;
        Checkpoint {
            cluster: cluster.clone(),
            namespace: namespace.clone(),
            identity: identity.clone(),
            root: root.clone(),
        }
    }

    /// Why nobody can go on with a run without a record. Trying that again would not help.
    async fn without_record(&self, checkpoint: &Checkpoint) -> Result<Error> {
        let absent = || checkpoint::absent(&self.root.name).of_kind(Kind::RunFailed);
        Ok(if checkpoint.has_root().await? { absent() } else { root::deleted(&self.identity.name) })
    }

    fn unrecorded(&self, error: Error) -> Error {
        let name = &self.identity.name;
        error
            .under(format!("the record of run \"{name}\" was deleted and cannot be made anew, so the run was ended"))
            .of_kind(Kind::RunFailed)
    }

    /// What this driver claims to act for the run.
    pub(super) fn claim(&self) -> Claim {
        Claim {
            cluster: self.cluster.clone(),
            namespace: self.namespace.clone(),
            name: self.identity.object(),
            owner: self.root.clone(),
            labels: self.identity.labels(labels::KIND_LEASE),
            holder: self.holder.clone(),
        }
    }
}

fn gone(object: &str) -> Error {
    Error::new(Kind::RunFailed, format!("configmap/{object} is gone: the run was deleted"))
}

/// Tells what somebody waits for. That the holder is alive is no news.
pub(super) fn tell(report: &Report, waiting: &Waiting) {
    match waiting {
        Waiting::Held(holder) => report.notice(format!("waiting for {holder}, which holds the run's lease")),
        Waiting::Unreachable(why) => report.notice(format!("waiting for the API server: {why}")),
        Waiting::Alive => {}
    }
}
