//! Creating one pod for certain: patient with what passes, and never two for one name (layer 3).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::Api;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::Instant;

use super::labels;
use crate::cluster::verdict::{Verdict, of_create};
use crate::cluster::{Cluster, failure, objects};
use crate::error::Error;
use crate::pipeline::graph::StepIndex;

/// POSTs in flight at once: above 32 the API server takes no more (measured), and half leaves it room.
pub const WINDOW: usize = 16;
/// The first pause after a passing refusal; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a refusal may last that should be over in seconds.
const BRIEF: Duration = Duration::from_secs(15);
/// A quota is asked again after this long even when none of our own pods ended.
const QUOTA_PAUSE: Duration = Duration::from_secs(10);

/// What became of a pod.
#[derive(Debug)]
pub enum Outcome {
    /// It is there: created now, or by us earlier.
    Created,
    /// It will never be: this step fails.
    Refused(Error),
    /// Nothing can be created in this namespace: the run fails.
    Closed(Error),
    /// The run was stopped while this one waited.
    Abandoned,
}

/// A pause that a person may want to know of.
#[derive(Debug)]
pub struct Delay {
    /// The step.
    pub step: StepIndex,
    /// Why it waits, in one sentence.
    pub why: String,
}

/// Creates pods, at most [`WINDOW`] at once.
pub struct Creator {
    cluster: Cluster,
    api: Api<Pod>,
    window: Semaphore,
    ended: Notify,
    stopping: AtomicBool,
    delays: mpsc::UnboundedSender<Delay>,
}

impl Creator {
    /// For pods in `namespace`; pauses are told to `delays`.
    pub fn new(cluster: &Cluster, namespace: &str, delays: mpsc::UnboundedSender<Delay>) -> Self {
        let api = objects::api(cluster, namespace);
        Self {
            cluster: cluster.clone(),
            api,
            window: Semaphore::new(WINDOW),
            ended: Notify::new(),
            stopping: AtomicBool::new(false),
            delays,
        }
    }

    /// A pod of ours ended: whoever waits for a quota tries again.
    pub fn one_ended(&self) {
        self.ended.notify_waiters();
    }

    /// The run is to be stopped: whoever waits gives up.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.ended.notify_waiters();
    }

    /// Creates `pod` of `step`, or finds that it is there already and ours.
    pub async fn create(&self, step: StepIndex, pod: Pod) -> Outcome {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        while !self.stopping.load(Ordering::Relaxed) {
            let why = match self.attempt(&pod).await {
                Ok(outcome) => return outcome,
                Err(Verdict::Refused(error) | Verdict::PodSecurity(error)) => return Outcome::Refused(error),
                Err(Verdict::Closed(error)) => return Outcome::Closed(error),
                Err(Verdict::Brief(error)) if started.elapsed() > BRIEF => return Outcome::Refused(error),
                Err(Verdict::Quota(error)) => {
                    self.tell(step, error.to_string());
                    self.pause(QUOTA_PAUSE, true).await;
                    continue;
                }
                Err(Verdict::Brief(error) | Verdict::Passing(error)) => Some(error),
                // It was there and is gone: the next POST decides.
                Err(Verdict::Exists) => None,
            };
            if let Some(error) = why {
                self.tell(step, error.to_string());
            }
            self.pause(pause, false).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Outcome::Abandoned
    }

    /// Waits, but not when the run is stopped; nor, where that helps, when a pod ended.
    async fn pause(&self, pause: Duration, until_one_ends: bool) {
        let until = Instant::now() + pause;
        loop {
            let notified = tokio::time::timeout_at(until, self.ended.notified()).await;
            if notified.is_err() || until_one_ends || self.stopping.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    async fn attempt(&self, pod: &Pod) -> Result<Outcome, Verdict> {
        // The semaphore is never closed; were it, an unbounded POST would still be right.
        let _permit = self.window.acquire().await.ok();
        match self.api.create(&objects::post(false), pod).await {
            Ok(_) => Ok(Outcome::Created),
            Err(error) => match of_create(&self.cluster.server, &error) {
                Verdict::Exists => self.adopt(pod).await,
                verdict => Err(verdict),
            },
        }
    }

    /// A pod of this name is there: ours when its owner and what it executes are the same.
    async fn adopt(&self, wanted: &Pod) -> Result<Outcome, Verdict> {
        let found = match self.api.get(&wanted.name_any()).await {
            Ok(found) => found,
            Err(error) if failure::is_not_found(&error) => return Err(Verdict::Exists),
            Err(error) => return Err(of_create(&self.cluster.server, &error)),
        };
        let owner = |pod: &Pod| pod.owner_references().first().map(|owner| owner.uid.clone());
        let hash = |pod: &Pod| pod.annotations().get(labels::SPEC_HASH).cloned();
        if owner(&found) == owner(wanted) && hash(&found) == hash(wanted) {
            return Ok(Outcome::Created);
        }
        Ok(Outcome::Refused(Error::failure(format!("pod/{} is there already and not of this run", wanted.name_any()))))
    }

    fn tell(&self, step: StepIndex, why: String) {
        // Nobody may be listening any more.
        let _ = self.delays.send(Delay { step, why });
    }
}
