//! One Lease per run: who may act for it (layer 3).
//!
//! A holder proves itself by renewing; others take over only after they saw no change for the whole duration on their
//! own clock, so that wrong clocks cannot make two holders. The holder in turn stops acting before that moment.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease as Object, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, OwnerReference};
use kube::api::{Api, ObjectMeta};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::cluster::failure;
use crate::cluster::{Cluster, objects};
use crate::error::Result;

/// How long a holder that stopped renewing keeps its right (as Kubernetes' own leader election).
pub const DURATION: Duration = Duration::from_secs(15);
/// How often the holder renews, and others look.
pub const RENEW: Duration = Duration::from_secs(5);
/// A holder stops this long before others may take over: time for what it has in flight.
const MARGIN: Duration = Duration::from_secs(3);
/// A waiter looks again after this long, so that a released Lease is taken within it.
pub const LOOK: Duration = Duration::from_secs(1);

/// How far clocks may differ before a reader takes a Lease for abandoned, in seconds.
const SLACK: i64 = 5;

/// What a Lease is for and who wants it.
#[derive(Clone)]
pub struct Claim {
    /// Where the run is.
    pub cluster: Cluster,
    /// The run's namespace.
    pub namespace: String,
    /// The Lease's name, which is the root's.
    pub name: String,
    /// The root as owner, so that the Lease goes with the run.
    pub owner: OwnerReference,
    /// The run's labels.
    pub labels: std::collections::BTreeMap<String, String>,
    /// Who claims it: a pod's name and UID, or a person's host and process.
    pub holder: String,
}

/// A held Lease, renewed in the background until it is released, dropped or lost.
pub struct Held {
    valid_until: watch::Receiver<Instant>,
    stop: Option<oneshot::Sender<()>>,
    renewal: JoinHandle<()>,
    claim: Claim,
}

impl Held {
    /// Whether acting is still allowed now.
    pub fn valid(&self) -> bool {
        Instant::now() < *self.valid_until.borrow()
    }

    /// Waits until acting is no longer allowed.
    pub async fn lost(&mut self) {
        loop {
            let until = *self.valid_until.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep_until(until) => if !self.valid() { return },
                changed = self.valid_until.changed() => if changed.is_err() {
                    tokio::time::sleep_until(until).await;
                    return;
                },
            }
        }
    }

    /// Gives the Lease back, so that a successor need not wait for it to run out.
    pub async fn release(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.renewal).await;
        // Nothing can be done when this fails: the Lease then runs out by itself.
        if self.valid()
            && let Ok(lease) = api(&self.claim).get(&self.claim.name).await
            && held_by(&lease) == Some(&self.claim.holder)
        {
            let _ = write(&self.claim, lease, "").await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// What somebody who waits may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Another one holds the Lease.
    Held(String),
    /// Whoever holds it has renewed it since, and thus is alive.
    Alive,
    /// The server cannot be asked; the text says why.
    Unreachable(String),
}

/// A Lease as this process saw it: in which version, and when it saw that one first by its own clock, which nobody sets.
#[derive(Clone, Debug)]
pub struct Sighting {
    version: String,
    since: Instant,
}

impl Sighting {
    /// `lease` as it was answered just now; none where nobody holds it. What `before` saw counts as long as nothing was
    /// written since.
    pub fn of(lease: &Object, before: Option<Self>) -> Option<Self> {
        held_by(lease)?;
        let version = lease.metadata.resource_version.clone().unwrap_or_default();
        Some(before.filter(|before| before.version == version).unwrap_or(Self { version, since: Instant::now() }))
    }

    /// When the holder's right is over unless it has renewed the Lease meanwhile.
    pub fn runs_out(&self) -> Instant {
        self.since + DURATION
    }

    /// Whether the holder has not renewed the Lease for its whole duration, if this is how it is now.
    pub fn has_run_out(&self) -> bool {
        self.since.elapsed() > DURATION
    }
}

/// Takes the Lease, waiting for another holder to release it or to stop renewing; what was `seen` of it before counts.
/// `tell` is called when the reason for waiting changes.
pub async fn acquire(claim: Claim, mut seen: Option<Sighting>, mut tell: impl FnMut(Waiting)) -> Result<Held> {
    let mut told = None;
    loop {
        let started = Instant::now();
        match attempt(&claim, &mut seen).await {
            Ok(Attempt::Taken(lease)) => return Ok(hold(claim, *lease, started)),
            Ok(Attempt::Held { holder, renewed: false }) => say_once(&mut told, Waiting::Held(holder), &mut tell),
            Ok(Attempt::Held { renewed: true, .. }) => say_once(&mut told, Waiting::Alive, &mut tell),
            Ok(Attempt::Raced) => {}
            Err(error) if is_fatal(&error) => return Err(failure::explain(&claim.cluster.server, &error)),
            Err(error) => {
                let text = failure::explain(&claim.cluster.server, &error).to_string();
                say_once(&mut told, Waiting::Unreachable(text), &mut tell);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn say_once(told: &mut Option<Waiting>, waiting: Waiting, tell: &mut impl FnMut(Waiting)) {
    if told.as_ref() != Some(&waiting) {
        tell(waiting.clone());
        *told = Some(waiting);
    }
}

enum Attempt {
    Taken(Box<Object>),
    Held { holder: String, renewed: bool },
    Raced,
}

/// One look at the Lease. `seen` keeps how this process saw it.
async fn attempt(claim: &Claim, seen: &mut Option<Sighting>) -> kube::Result<Attempt> {
    let Some(lease) = api(claim).get_opt(&claim.name).await? else {
        return match api(claim).create(&objects::post(false), &fresh(claim)).await {
            Ok(lease) => Ok(Attempt::Taken(Box::new(lease))),
            Err(error) if failure::is_already_exists(&error) => Ok(Attempt::Raced),
            Err(error) => Err(error),
        };
    };
    let holder = held_by(&lease).cloned().unwrap_or_default();
    let before = seen.take();
    let known = before.as_ref().map(|before| before.version.clone());
    *seen = Sighting::of(&lease, before);
    let renewed = known.is_some() && known != lease.metadata.resource_version;
    let free = holder == claim.holder || seen.as_ref().is_none_or(Sighting::has_run_out);
    if !free {
        return Ok(Attempt::Held { holder, renewed });
    }
    match write(claim, lease, &claim.holder).await {
        Ok(lease) => Ok(Attempt::Taken(Box::new(lease))),
        Err(error) if is_conflict(&error) => Ok(Attempt::Raced),
        Err(error) => Err(error),
    }
}

/// Starts renewing. `started` is when the request that took the Lease was sent, the earliest moment that others can have
/// seen it.
fn hold(claim: Claim, lease: Object, started: Instant) -> Held {
    let (sender, valid_until) = watch::channel(started + DURATION.saturating_sub(MARGIN));
    let (stop, stopped) = oneshot::channel();
    let renewal = tokio::spawn(renew(claim.clone(), lease, sender, stopped));
    Held { valid_until, stop: Some(stop), renewal, claim }
}

async fn renew(
    claim: Claim,
    mut lease: Object,
    valid_until: watch::Sender<Instant>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut pause = RENEW;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = &mut stopped => return,
        }
        let started = Instant::now();
        match tokio::time::timeout(RENEW, renew_once(&claim, &mut lease)).await {
            Ok(Ok(true)) => {
                valid_until.send_replace(started + DURATION.saturating_sub(MARGIN));
                pause = RENEW;
            }
            Ok(Ok(false)) => {
                valid_until.send_replace(started);
                return;
            }
            // The server is away or slow: the right runs out by itself unless a renewal succeeds before.
            Ok(Err(_)) | Err(_) => pause = LOOK,
        }
    }
}

/// Whether the Lease is still ours, renewed. `lease` is as it was written last: it is read only where somebody changed it,
/// which may be an earlier renewal of ours whose answer was lost.
async fn renew_once(claim: &Claim, lease: &mut Object) -> kube::Result<bool> {
    match write(claim, lease.clone(), &claim.holder).await {
        Ok(written) => {
            *lease = written;
            return Ok(true);
        }
        Err(error) if is_conflict(&error) || failure::is_not_found(&error) => {}
        Err(error) => return Err(error),
    }
    let Some(found) = api(claim).get_opt(&claim.name).await? else { return Ok(false) };
    if held_by(&found) != Some(&claim.holder) {
        return Ok(false);
    }
    *lease = write(claim, found, &claim.holder).await?;
    Ok(true)
}

/// Writes `holder` into the Lease as it was read: a change in between is a conflict.
async fn write(claim: &Claim, mut lease: Object, holder: &str) -> kube::Result<Object> {
    let spec = lease.spec.get_or_insert_default();
    let now = MicroTime(Timestamp::now());
    if spec.holder_identity.as_deref() != Some(holder) {
        spec.acquire_time = Some(now.clone());
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default() + 1);
    }
    spec.holder_identity = Some(holder.to_owned());
    spec.lease_duration_seconds = Some(seconds());
    spec.renew_time = Some(now);
    lease.metadata.managed_fields = None;
    api(claim).replace(&claim.name, &objects::post(false), &lease).await
}

fn fresh(claim: &Claim) -> Object {
    let now = MicroTime(Timestamp::now());
    Object {
        metadata: ObjectMeta {
            name: Some(claim.name.clone()),
            labels: Some(claim.labels.clone()),
            owner_references: Some(vec![claim.owner.clone()]),
            ..ObjectMeta::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: Some(claim.holder.clone()),
            lease_duration_seconds: Some(seconds()),
            acquire_time: Some(now.clone()),
            renew_time: Some(now),
            lease_transitions: Some(0),
            ..LeaseSpec::default()
        }),
    }
}

/// For how long from `now` on `lease` says that somebody acts, unless it is renewed; `None` = nobody does. By its own times:
/// good enough to tell a reader, never to take over.
pub fn counts_for(lease: &Object, now: Timestamp) -> Option<Duration> {
    let spec = lease.spec.as_ref()?;
    held_by(lease)?;
    let age = now.duration_since(spec.renew_time.as_ref()?.0).as_secs();
    let left = (i64::from(seconds()) + SLACK).checked_sub(age)?;
    // A time to come is a clock that is ahead.
    u64::try_from(left).ok().filter(|left| *left > 0).map(|left| Duration::from_secs(left).min(DURATION * 2))
}

fn held_by(lease: &Object) -> Option<&String> {
    lease.spec.as_ref()?.holder_identity.as_ref().filter(|holder| !holder.is_empty())
}

fn api(claim: &Claim) -> Api<Object> {
    objects::api(&claim.cluster, &claim.namespace)
}

fn seconds() -> i32 {
    i32::try_from(DURATION.as_secs()).unwrap_or(i32::MAX)
}

fn is_conflict(error: &kube::Error) -> bool {
    failure::status(error).is_some_and(|status| status.code == 409)
}

/// What waiting does not mend: no right to, no namespace, or not a Lease that the server accepts.
pub fn is_fatal(error: &kube::Error) -> bool {
    failure::status(error).is_some_and(|status| matches!(status.code, 400 | 403 | 404 | 422))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(version: &str, holder: &str) -> Object {
        let spec = LeaseSpec { holder_identity: Some(holder.to_owned()), ..LeaseSpec::default() };
        let metadata = ObjectMeta { resource_version: Some(version.to_owned()), ..ObjectMeta::default() };
        Object { metadata, spec: Some(spec) }
    }

    #[test]
    fn only_what_was_seen_unchanged_for_the_whole_duration_has_run_out() {
        let long_ago = Instant::now().checked_sub(DURATION * 2).unwrap();
        let before = || Some(Sighting { version: "7".into(), since: long_ago });
        let unchanged = Sighting::of(&lease("7", "one"), before()).unwrap();
        assert!(unchanged.has_run_out() && unchanged.since == long_ago);
        let renewed = Sighting::of(&lease("8", "one"), before()).unwrap();
        assert!(!renewed.has_run_out() && renewed.runs_out() > Instant::now(), "it counts from now");
        assert!(!Sighting::of(&lease("7", "one"), None).unwrap().has_run_out(), "its own times count for nothing");
        assert!(Sighting::of(&lease("7", ""), before()).is_none());
    }
}
