//! Waiting for a Deployment: one watch each of it, its pods and what is said about them, and no polling (layer 2).

use std::time::Duration;

use futures_util::stream::{BoxStream, SelectAll};
use futures_util::{Stream, StreamExt};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::{Resource, ResourceExt};
use tokio::time::Instant;

use super::watch::{Change, Selection, changes};
use super::{Cluster, last_words};
use crate::deployer::diagnosis::{Cause, Progress, Trouble, View};
use crate::deployer::inventory::Inventory;
use crate::deployer::manifests::selector;
use crate::error::{Error, Kind, Result};

/// How long the server may refuse the watch of the Deployment itself before that is an error.
const BLIND: Duration = Duration::from_secs(5);

/// After this long without a refusal a user's rights count as whole again.
const FORGIVEN: Duration = Duration::from_secs(60);

/// Until all that is known of a rollout has been told once.
const AT_FIRST: Duration = Duration::from_secs(1);

/// How long a server may be expected to refuse connections while it starts.
const USUAL: Duration = Duration::from_secs(4);

/// What is said above the server's refusal.
const CANNOT_WATCH: &str = "cannot watch the rollout";

/// Where the right to watch is to be had.
pub const RIGHTS: &str = "`kubectl zenml rbac deployer` prints the rights that this takes";

/// What is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where the Deployment is.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The generation that the apply led to: what the watch shows of older ones does not count.
    pub generation: i64,
    /// The deployment's revision, where another one would mean that somebody else has replaced it.
    pub revision: Option<u64>,
    /// How long to wait.
    pub timeout: Duration,
}

/// How the waiting ended, with the Deployment as it is then.
#[derive(Debug)]
pub enum End {
    /// The rollout is complete.
    Complete(Box<Deployment>),
    /// It never will be: another revision has replaced it.
    Replaced(Box<Deployment>),
}

/// Waits until the rollout is complete or replaced. Fails as soon as a pod of the new
/// revision is in a trouble that does not pass. `report` hears of every change.
pub async fn wait(
    cluster: &Cluster,
    wanted: Wanted<'_>,
    report: &mut dyn FnMut(Progress, Option<&Trouble>),
) -> Result<End> {
    let deadline = Instant::now() + wanted.timeout;
    let mut sources = sources(cluster, wanted);
    let mut state = State { view: View::default(), standing: Vec::new(), begun: None, blind: None, refused: None };
    loop {
        let wake = state.next_verdict().map_or(deadline, |at| at.min(deadline));
        let fact = tokio::time::timeout_at(wake, sources.next()).await.ok().flatten();
        if let Some(fact) = fact {
            state.learn(fact, wanted.name)?;
        }
        if !state.is_current(wanted.generation) {
            state.check_sight()?;
        } else if let Some(replaced) = state.replaced(wanted.revision) {
            return Ok(End::Replaced(Box::new(replaced)));
        } else if state.view.is_complete() {
            if let Some(progress) = state.view.progress() {
                report(progress, None);
            }
            return state.view.deployment.map(Box::new).map(End::Complete).ok_or_else(|| gone(wanted.name));
        } else {
            state.update();
            if let Some(progress) = state.view.progress() {
                report(progress, state.telling());
            }
            if let Some(trouble) = state.verdict() {
                let error = last_words::error(cluster, wanted.namespace, wanted.name, trouble).await;
                return Err(state.served(error));
            }
        }
        if Instant::now() >= deadline {
            return Err(state.timed_out(wanted));
        }
    }
}

/// One thing that a watch told.
enum Fact {
    ListBegins,
    Deployment(Box<Deployment>),
    ListEnds,
    Gone,
    PodsBegin,
    Pod(Box<Pod>),
    PodGone(String),
    Event(Box<Event>),
    Blind { error: Error, forbidden: bool },
}

struct State {
    view: View,
    /// The troubles of the moment, each with the time since when it stands.
    standing: Vec<(Instant, Trouble)>,
    /// When the rollout was seen first.
    begun: Option<Instant>,
    /// Since when the Deployment cannot be watched, and why.
    blind: Option<(Instant, Error)>,
    /// When this user's right to watch was refused first and last. A list may be allowed all the same, and shows how the
    /// rollout began and never how it goes on.
    refused: Option<(Instant, Instant)>,
}

impl State {
    fn learn(&mut self, fact: Fact, name: &str) -> Result<()> {
        match fact {
            Fact::ListBegins => self.view.deployment = None,
            Fact::Deployment(deployment) => {
                self.blind = None;
                self.view.deployment = Some(*deployment);
            }
            // A list without it: it was deleted while the watch was down.
            Fact::ListEnds if self.view.deployment.is_some() => {}
            Fact::ListEnds | Fact::Gone => return Err(gone(name)),
            Fact::PodsBegin => self.view.pods.clear(),
            Fact::Pod(pod) => {
                self.view.pods.insert(pod.name_any(), *pod);
            }
            Fact::PodGone(name) => {
                self.view.pods.remove(&name);
            }
            Fact::Event(event) => {
                let pod = event.involved_object.name.clone().unwrap_or_default();
                let reason = event.reason.clone().unwrap_or_default();
                self.view.events.insert((pod, reason), *event);
            }
            Fact::Blind { error, forbidden } => {
                let error = if forbidden { error.hint(RIGHTS) } else { error };
                if self.is_refused(forbidden, Instant::now()) {
                    return Err(error.under(CANNOT_WATCH));
                }
                let since = self.blind.take().map_or_else(Instant::now, |(since, _)| since);
                self.blind = Some((since, error));
            }
        }
        Ok(())
    }

    /// Whether the right to watch is missing for good: a server that starts refuses for a moment.
    fn is_refused(&mut self, forbidden: bool, now: Instant) -> bool {
        let before = self.refused.filter(|(_, last)| now.duration_since(*last) < FORGIVEN);
        self.refused = forbidden.then(|| (before.map_or(now, |(first, _)| first), now));
        self.refused.is_some_and(|(first, last)| last.duration_since(first) >= BLIND)
    }

    fn is_current(&self, generation: i64) -> bool {
        self.view.deployment.as_ref().is_some_and(|deployment| deployment.metadata.generation >= Some(generation))
    }

    /// The Deployment, where it is another revision's than this one.
    fn replaced(&self, revision: Option<u64>) -> Option<Deployment> {
        let deployment = self.view.deployment.as_ref()?;
        let is_another = revision.is_some_and(|revision| Inventory::of(deployment).revision != revision);
        is_another.then(|| deployment.clone())
    }

    fn check_sight(&mut self) -> Result<()> {
        match self.blind.take_if(|(since, _)| since.elapsed() >= BLIND) {
            Some((_, error)) => Err(error.under(CANNOT_WATCH)),
            None => Ok(()),
        }
    }

    /// Notes which troubles are new; the others keep the time since when they stand.
    fn update(&mut self) {
        let now = Instant::now();
        self.begun.get_or_insert(now);
        let before = std::mem::take(&mut self.standing);
        let since = |trouble: &Trouble| {
            let same =
                |(_, known): &&(Instant, Trouble)| known.pod == trouble.pod && known.cause.is_like(&trouble.cause);
            before.iter().find(same).map_or(now, |(since, _)| *since)
        };
        self.standing = self.view.troubles().into_iter().map(|trouble| (since(&trouble), trouble)).collect();
    }

    /// The trouble to show: one that a start passes through anyway only when it lasts.
    fn telling(&self) -> Option<&Trouble> {
        let tells = |(since, trouble): &&(Instant, Trouble)| trouble.grace.is_some() || since.elapsed() >= USUAL;
        self.standing.iter().find(tells).map(|(_, trouble)| trouble)
    }

    /// When the next trouble has lasted too long, if nothing changes until then.
    fn next_verdict(&self) -> Option<Instant> {
        self.standing.iter().filter_map(|(since, trouble)| Some(*since + trouble.grace?)).min()
    }

    /// The trouble by which the rollout has failed.
    fn verdict(&self) -> Option<Trouble> {
        let now = Instant::now();
        let over = |(since, trouble): &&(Instant, Trouble)| trouble.grace.is_some_and(|grace| *since + grace <= now);
        // That the deadline has passed is the least telling of all.
        let mut over: Vec<&Trouble> = self.standing.iter().filter(over).map(|(_, trouble)| trouble).collect();
        over.sort_by_key(|trouble| matches!(trouble.cause, Cause::Late(_)));
        over.first().map(|trouble| (*trouble).clone())
    }

    /// A trouble that would soon count as the end, and was there when the looking began: the rollout had failed before.
    fn old(&self) -> Option<&Trouble> {
        let seen = self.begun? + AT_FIRST;
        let is_old = |(since, trouble): &&(Instant, Trouble)| trouble.grace.is_some() && *since <= seen;
        self.standing.iter().find(is_old).map(|(_, trouble)| trouble)
    }

    fn timed_out(self, wanted: Wanted<'_>) -> Error {
        let Wanted { name, timeout, .. } = wanted;
        if let Some(trouble) = self.old().filter(|_| wanted.revision.is_none()) {
            return self.served(trouble.cause.error(name, trouble.pod.as_deref()));
        }
        let seconds = timeout.as_secs();
        let waits = || self.view.waits_for().map(|waits| format!(": {waits}")).unwrap_or_default();
        let error = self.standing.first().map_or_else(
            || Error::failure(format!("{}{}", self.far(), waits())),
            |(_, trouble)| trouble.cause.obstacle(name, trouble.pod.as_deref()),
        );
        let message = format!("timed out after {seconds}s waiting for the rollout of deployment \"{name}\"");
        let error = self.served(error.under(message).of_kind(Kind::TimedOut));
        match self.blind {
            Some((_, blind)) => error.because(blind),
            None => error.hint("the rollout goes on in the cluster; wait longer with --timeout"),
        }
    }

    /// How far the rollout is, in words.
    fn far(&self) -> String {
        self.view.progress().map_or_else(
            || "the cluster's controller has not seen the change yet".to_owned(),
            |Progress { ready, wanted, .. }| format!("{ready} of {wanted} pods are ready"),
        )
    }

    fn served(&self, error: Error) -> Error {
        if self.view.is_still_served() {
            return error.hint("the pods of the revision before go on serving");
        }
        error
    }
}

fn sources(cluster: &Cluster, wanted: Wanted<'_>) -> SelectAll<BoxStream<'static, Fact>> {
    let Wanted { namespace, name, .. } = wanted;
    let deployment = facts(changes::<Deployment>(cluster, namespace, Selection::name(name)), |change| match change {
        Change::ListBegins => Some(Fact::ListBegins),
        Change::Present(deployment) => Some(Fact::Deployment(deployment)),
        Change::ListEnds => Some(Fact::ListEnds),
        Change::Gone(_) => Some(Fact::Gone),
        Change::Trouble(trouble) => Some(Fact::Blind { error: trouble.error, forbidden: trouble.forbidden }),
    });
    // Without the right to see pods or events the rollout is watched all the same, and explained less well.
    let pods = facts(changes::<Pod>(cluster, namespace, Selection::labels(selector(name))), |change| match change {
        Change::ListBegins => Some(Fact::PodsBegin),
        Change::Present(pod) => Some(Fact::Pod(pod)),
        Change::Gone(pod) => Some(Fact::PodGone(pod.name_any())),
        Change::ListEnds | Change::Trouble(_) => None,
    });
    let prefix = format!("{name}-");
    let of_pods = Selection::fields("involvedObject.kind=Pod");
    let events = facts(changes::<Event>(cluster, namespace, of_pods), move |change| match change {
        Change::Present(event) => {
            let is_ours = event.involved_object.name.as_deref().is_some_and(|pod| pod.starts_with(&prefix));
            is_ours.then_some(Fact::Event(event))
        }
        Change::ListBegins | Change::ListEnds | Change::Gone(_) | Change::Trouble(_) => None,
    });
    futures_util::stream::select_all([deployment, pods, events])
}

fn facts<K>(
    changes: impl Stream<Item = Change<K>> + Send + 'static,
    translate: impl Fn(Change<K>) -> Option<Fact> + Send + 'static,
) -> BoxStream<'static, Fact>
where
    K: Resource<Scope = NamespaceResourceScope> + Send + 'static,
{
    changes.filter_map(move |change| std::future::ready(translate(change))).boxed()
}

fn gone(name: &str) -> Error {
    Error::new(Kind::RunFailed, format!("deployment \"{name}\" was deleted while it was rolled out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        State { view: View::default(), standing: Vec::new(), begun: None, blind: None, refused: None }
    }

    #[test]
    fn only_a_refusal_that_lasts_is_the_end() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut state = state();
        assert!(!state.is_refused(true, start) && !state.is_refused(true, start + second));
        assert!(state.is_refused(true, start + BLIND));
        // Something else went wrong, so the right was there.
        assert!(!state.is_refused(false, start + BLIND + second));
        assert!(!state.is_refused(true, start + BLIND + 2 * second));
        assert!(!state.is_refused(true, start + 2 * FORGIVEN));
    }

    #[test]
    fn a_missing_right_is_said_whatever_a_list_has_shown() {
        let mut state = state();
        state.learn(Fact::Deployment(Box::default()), "x").unwrap();
        let forbidden = || Fact::Blind { error: Error::failure("cannot watch deployments"), forbidden: true };
        state.learn(forbidden(), "x").unwrap();
        state.refused = state.refused.map(|(_, last)| (last - BLIND, last));
        let error = state.learn(forbidden(), "x").unwrap_err().render();
        assert!(error.contains("caused by: cannot watch deployments\n") && error.contains("rbac deployer`"), "{error}");
    }
}
