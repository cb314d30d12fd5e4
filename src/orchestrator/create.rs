//! Creating one pod for certain: patient with what passes, and never two for one name (layer 3).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::Api;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Instant, sleep, sleep_until};

use super::ledger::Try;
use super::{labels, quota};
use crate::cluster::verdict::{Verdict, of_create};
use crate::cluster::{Cluster, failure, objects};
use crate::error::Error;

/// POSTs in flight at once: above 32 the API server takes no more (measured), and half leaves it room.
pub const WINDOW: usize = 16;
/// The first pause after a passing refusal; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a refusal may last that should be over in seconds.
const BRIEF: Duration = Duration::from_secs(15);
/// A quota is asked again after this long even when none of our own pods ended.
const QUOTA_PAUSE: Duration = Duration::from_secs(10);

/// A quota takes so long to notice that a pod has ended: some milliseconds (measured), and the API server to hear of it.
const SETTLES: Duration = Duration::from_millis(250);

/// What became of a pod.
#[derive(Debug)]
pub enum Outcome {
    /// It is there: created now, or by us earlier.
    Created,
    /// It will never be: this step fails.
    Refused(Error),
    /// Nothing can be created in this namespace: the run fails.
    Closed(Error),
    /// The namespace goes, or is gone: the run ends.
    Ends,
    /// It was given up while it waited, and does not exist.
    Abandoned,
}

/// A pause that a person may want to know of.
#[derive(Debug)]
pub struct Delay {
    /// Whose pod it is.
    pub one: Try,
    /// Why it waits, in one sentence.
    pub why: String,
    /// For what, where that is a quota.
    pub waits_for: Option<String>,
}

/// Creates pods, at most [`WINDOW`] at once.
pub struct Creator {
    cluster: Cluster,
    namespace: String,
    api: Api<Pod>,
    window: Semaphore,
    /// A pod ended: one of those that wait for a quota may try again.
    room: Notify,
    /// Somebody was given up.
    news: Notify,
    abandoned: Mutex<HashSet<String>>,
    delays: mpsc::UnboundedSender<Delay>,
}

impl Creator {
    /// For pods in `namespace`; pauses are told to `delays`.
    pub fn new(cluster: &Cluster, namespace: &str, delays: mpsc::UnboundedSender<Delay>) -> Self {
        let api = objects::api(cluster, namespace);
        Self {
            cluster: cluster.clone(),
            namespace: namespace.to_owned(),
            api,
            window: Semaphore::new(WINDOW),
            room: Notify::new(),
            news: Notify::new(),
            abandoned: Mutex::default(),
            delays,
        }
    }

    /// A pod of ours ended: one of those that wait for a quota tries again.
    pub fn one_ended(&self) {
        self.room.notify_one();
    }

    /// The pod of this name is not wanted any more: whoever waits to create it gives up.
    pub fn abandon(&self, name: String) {
        self.abandoned.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        self.news.notify_waiters();
    }

    fn is_abandoned(&self, name: &str) -> bool {
        self.abandoned.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    /// Creates the pod of an attempt, or finds that it is there already and ours.
    pub async fn create(&self, one: Try, pod: Pod) -> Outcome {
        let (started, name) = (Instant::now(), pod.name_any());
        let mut pause = FIRST_PAUSE;
        // Whether the server may have created it without saying so.
        let mut unclear = false;
        while !self.is_abandoned(&name) {
            let why = match self.attempt(&pod).await {
                Ok(outcome) => return outcome,
                Err(Verdict::Refused(error) | Verdict::PodSecurity(error)) => return Outcome::Refused(error),
                Err(Verdict::Closed(error)) => return Outcome::Closed(error),
                Err(Verdict::Ends(_)) => return Outcome::Ends,
                Err(Verdict::Brief(error)) if started.elapsed() > BRIEF => return Outcome::Refused(error),
                Err(Verdict::Quota(error)) => {
                    let said = error.to_string();
                    self.tell(one, quota::explained(&said, &self.namespace), quota::waits_for(&said));
                    self.pause(&name, QUOTA_PAUSE, true).await;
                    continue;
                }
                Err(Verdict::Brief(error)) => Some(error),
                Err(Verdict::Passing(error)) => {
                    unclear = true;
                    Some(error)
                }
                // It was there and is gone: the next POST decides.
                Err(Verdict::Exists) => None,
            };
            if let Some(error) = why {
                self.tell(one, error.to_string(), None);
            }
            self.pause(&name, pause, false).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        if unclear { self.look(&pod).await } else { Outcome::Abandoned }
    }

    /// Whether a pod that is not wanted any more was created after all: then it has to be deleted.
    async fn look(&self, pod: &Pod) -> Outcome {
        loop {
            match self.adopt(pod).await {
                Ok(outcome) => return outcome,
                Err(Verdict::Passing(_) | Verdict::Quota(_) | Verdict::Brief(_)) => sleep(FIRST_PAUSE).await,
                Err(_) => return Outcome::Abandoned,
            }
        }
    }

    /// Waits, but not when the pod is given up; nor, where that helps, when another one ended.
    async fn pause(&self, name: &str, pause: Duration, until_one_ends: bool) {
        let until = Instant::now() + pause;
        loop {
            let news = self.news.notified();
            if self.is_abandoned(name) {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => return,
                () = self.room.notified(), if until_one_ends => return sleep(SETTLES).await,
                () = news => {}
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

    fn tell(&self, one: Try, why: String, waits_for: Option<String>) {
        // Nobody may be listening any more.
        let _ = self.delays.send(Delay { one, why, waits_for });
    }
}
