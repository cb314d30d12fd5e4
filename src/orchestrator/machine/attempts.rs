//! The attempts of a step: what its pods do, budgets, and timers (layer 1, pure).

use std::time::Duration;

use jiff::Timestamp;

use super::event::{Action, Attempt, Outcome, PodState, Stuck};
use super::policy::{DELETED_PAUSE, INFRASTRUCTURE_RETRIES, LOST_MARGIN, after, infrastructure_pause, same_trouble};
use super::state::{Cause, End, Failure, StepState};
use super::{Ended, Machine, PodFacts, Stage};
use crate::pipeline::graph::StepIndex;

/// The reasons of a pod that somebody deleted.
pub const DELETED: &str = "Deleted";
const POD_DELETED: &str = "PodDeleted";
/// Kueue and the like hold a pod back on purpose: that is no part of its start.
const GATED: &str = "SchedulingGated";

impl Machine {
    pub(super) fn seen(
        &mut self,
        now: Timestamp,
        step: StepIndex,
        attempt: Attempt,
        charged: u16,
        pod: PodState,
        actions: &mut Vec<Action>,
    ) {
        let node = &self.nodes[step];
        let current = has_pod(&node.state) && attempt == node.attempt;
        let newer = !node.state.is_final() && node.state != StepState::Expanded && attempt > node.attempt;
        if !current && !newer {
            // Of an attempt that is over: created late, by this process or by one before it.
            if pod.lives() && self.strays.insert((step, attempt)) {
                actions.push(Action::DeletePod { step, attempt });
            }
            return;
        }
        if newer {
            if has_pod(&node.state) && self.strays.insert((step, node.attempt)) {
                actions.push(Action::DeletePod { step, attempt: node.attempt });
            }
            self.adopt(step, attempt, charged);
        }
        match pod {
            PodState::Succeeded => self.set(step, StepState::Succeeded),
            PodState::Failed(failure) => self.ended(now, step, failure),
            _ => self.alive(now, step, pod, actions),
        }
    }

    /// Takes a pod that another process created for the newest attempt.
    pub(super) fn adopt(&mut self, step: StepIndex, attempt: Attempt, charged: u16) {
        let node = &mut self.nodes[step];
        (node.attempt, node.charged) = (attempt, charged.min(attempt.saturating_sub(1)));
        node.pod = PodFacts::default();
        self.set(step, StepState::Starting { attempt, exists: true });
    }

    fn alive(&mut self, now: Timestamp, step: StepIndex, pod: PodState, actions: &mut Vec<Action>) {
        let node = &mut self.nodes[step];
        let attempt = node.attempt;
        match pod {
            PodState::Running { started, leaving } => {
                // The node's clock may be wrong: it did not start before it was seen waiting, nor will it start.
                let earliest = node.pod.not_running.unwrap_or(Timestamp::MIN);
                let started = started.unwrap_or(now).max(earliest).min(now);
                node.pod.started.get_or_insert(started);
                node.pod.leaving = leaving;
            }
            PodState::Leaving { until } => node.pod.leaving = Some(until),
            PodState::Waiting(stuck) if !matches!(node.state, StepState::Running { .. }) => node.pod.waits(now, stuck),
            _ => return,
        }
        let running = node.pod.started.is_some();
        match &self.nodes[step].state {
            StepState::Ending { exists: true, .. } => self.arm(step),
            StepState::Ending { end, .. } => {
                let end = end.clone();
                self.end(step, end, actions);
            }
            _ if self.is_doomed(step) => self.end(step, End::Cancel, actions),
            _ if running => self.set(step, StepState::Running { attempt }),
            _ => self.set(step, StepState::Starting { attempt, exists: true }),
        }
    }

    pub(super) fn gone(&mut self, now: Timestamp, step: StepIndex, attempt: Attempt) {
        self.strays.remove(&(step, attempt));
        if has_pod(&self.nodes[step].state) && self.nodes[step].attempt == attempt {
            let message = "the pod was deleted before its container ended";
            self.ended(now, step, Failure::new(Cause::Infrastructure, POD_DELETED, message));
        }
    }

    /// The current attempt has ended without success.
    pub(super) fn ended(&mut self, now: Timestamp, step: StepIndex, failure: Failure) {
        let failure = match &self.nodes[step].state {
            StepState::Ending { end: End::Cancel, .. } => return self.set(step, StepState::Cancelled),
            StepState::Ending { end: End::Fail(why), .. } => Failure {
                exit_code: failure.exit_code,
                started: failure.started,
                finished: failure.finished,
                ..why.clone()
            },
            _ if self.is_doomed(step) => return self.set(step, StepState::Cancelled),
            _ => self.timed_out_before(step, failure),
        };
        let (attempt, charged) = self.attempts(step);
        match self.another(now, step, &failure) {
            Some(until) => {
                self.nodes[step].last = Some(Box::new(Ended { attempt, charged, failure: failure.clone() }));
                self.set(step, StepState::Backoff { until, last: failure });
            }
            None => self.set(step, StepState::Failed(used_up(failure))),
        }
        // What has no pause need not wait for a timer.
        self.due(now, step, &mut Vec::new());
    }

    /// When the next attempt begins, if a budget has one; it is charged.
    fn another(&mut self, now: Timestamp, step: StepIndex, failure: &Failure) -> Option<Timestamp> {
        let policy = &self.policies[self.nodes[step].step];
        let node = &mut self.nodes[step];
        if failure.cause == Cause::Infrastructure {
            let used = node.attempt.saturating_sub(node.past + 1).saturating_sub(node.charged);
            let deleted = [DELETED, POD_DELETED].contains(&failure.reason.as_str());
            let least = if deleted { DELETED_PAUSE } else { Duration::ZERO };
            return (used < INFRASTRUCTURE_RETRIES).then(|| after(now, infrastructure_pause(used + 1, least)));
        }
        if node.charged >= policy.max_retries || !policy.on.contains(&failure.cause) {
            return None;
        }
        node.charged += 1;
        // From the container's end, so that a process that takes over does not begin to wait anew.
        Some(after(failure.finished.unwrap_or(now).min(now), policy.pause(node.charged)))
    }

    /// A process before this one may have deleted the pod because its time was up, and left no word.
    fn timed_out_before(&self, step: StepIndex, failure: Failure) -> Failure {
        let Some(limit) = self.policy(step).timeout.filter(|_| failure.reason == DELETED) else { return failure };
        match (failure.started, failure.finished) {
            (Some(started), Some(finished)) if after(started, limit) <= finished => Failure {
                exit_code: failure.exit_code,
                started: failure.started,
                finished: failure.finished,
                ..timeout(limit)
            },
            _ => failure,
        }
    }

    pub(super) fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.stage != Stage::Started {
            return;
        }
        if self.rules.deadline.is_some_and(|deadline| deadline <= now) {
            self.stop(Outcome::TimedOut, actions);
        }
        while let Some((_, step)) = self.timers.first().copied().filter(|(time, _)| *time <= now) {
            self.due(now, step, actions);
            if self.nodes[step].wake.is_some_and(|wake| wake <= now) {
                // Nothing came of it: it must not come again at once.
                self.disarm(step);
            }
        }
    }

    fn due(&mut self, now: Timestamp, step: StepIndex, actions: &mut Vec<Action>) {
        if self.nodes[step].wake.is_none_or(|wake| wake > now) {
            return;
        }
        match &self.nodes[step].state {
            StepState::Backoff { .. } => {
                self.set(step, StepState::Ready);
                self.again.push_back(step);
            }
            StepState::Starting { exists: true, .. } | StepState::Ending { end: End::Fail(_), .. }
                if self.is_lost(step, now) =>
            {
                self.lost(step, now);
            }
            StepState::Starting { exists: true, .. } => {
                let failure = self.start_failure(step, now);
                self.end(step, End::Fail(failure), actions);
            }
            StepState::Running { .. } => {
                let limit = self.policy(step).timeout;
                let started = self.nodes[step].pod.started;
                let over = limit.filter(|limit| started.is_some_and(|started| after(started, *limit) <= now));
                if let Some(limit) = over {
                    return self.end(step, End::Fail(timeout(limit)), actions);
                }
                self.lost(step, now);
            }
            // The node does not answer, and nothing follows that two at once could harm.
            StepState::Ending { end: End::Cancel, .. } => self.set(step, StepState::Cancelled),
            _ => {}
        }
    }

    /// Whether the pod should have gone long ago, and the step may go on without knowing what became of it.
    fn is_lost(&self, step: StepIndex, now: Timestamp) -> bool {
        let overdue = self.nodes[step].pod.leaving.is_some_and(|leaving| after(leaving, LOST_MARGIN) <= now);
        overdue && self.policy(step).node_lost
    }

    fn lost(&mut self, step: StepIndex, now: Timestamp) {
        let message = "its node does not answer, and its pod should have gone";
        self.ended(now, step, Failure::new(Cause::Infrastructure, "NodeLost", message));
    }

    fn start_failure(&self, step: StepIndex, now: Timestamp) -> Failure {
        let (policy, pod) = (self.policy(step), &self.nodes[step].pod);
        let stuck = pod.stuck.as_deref();
        let given_up =
            stuck.filter(|(stuck, since)| policy.grace(stuck).is_some_and(|grace| after(*since, grace) <= now));
        if let Some((stuck, _)) = given_up {
            return Failure::new(Cause::Startup, &stuck.reason, stuck.message.clone());
        }
        let seconds = policy.startup.unwrap_or_default().as_secs();
        let why = stuck.map(|(stuck, _)| format!(": {}: {}", stuck.reason, stuck.message));
        let why = why.unwrap_or_else(|| "; `kubectl zenml run events` shows what the cluster said".to_owned());
        Failure::new(Cause::Startup, "StartupTimeout", format!("its container did not start within {seconds} s{why}"))
    }

    /// Sets the timer that the state of a step wants.
    pub(super) fn arm(&mut self, step: StepIndex) {
        let (policy, node) = (self.policy(step), &self.nodes[step]);
        let pod = &node.pod;
        let overdue = pod.leaving.map(|leaving| after(leaving, LOST_MARGIN));
        // Two at once might do harm, unless the file says that they do not.
        let lost = overdue.filter(|_| policy.node_lost);
        let wake = match &node.state {
            StepState::Backoff { until, .. } => Some(*until),
            StepState::Starting { exists: true, .. } => {
                let stuck = pod.stuck.as_deref().and_then(|(stuck, since)| Some(after(*since, policy.grace(stuck)?)));
                let whole = pod.since.zip(policy.startup).map(|(since, limit)| after(since, limit));
                stuck.into_iter().chain(whole).chain(lost).min()
            }
            StepState::Running { .. } => {
                let timeout = pod.started.zip(policy.timeout).map(|(started, limit)| after(started, limit));
                timeout.into_iter().chain(lost).min()
            }
            StepState::Ending { end: End::Cancel, exists: true, .. } => overdue,
            StepState::Ending { exists: true, .. } => lost,
            _ => None,
        };
        self.disarm(step);
        if let Some(wake) = wake {
            self.nodes[step].wake = Some(wake);
            self.timers.insert((wake, step));
        }
    }

    fn disarm(&mut self, step: StepIndex) {
        if let Some(wake) = self.nodes[step].wake.take() {
            self.timers.remove(&(wake, step));
        }
    }
}

impl PodFacts {
    fn waits(&mut self, now: Timestamp, stuck: Option<Stuck>) {
        self.not_running = Some(now);
        // That the pod exists is known before what holds it back.
        let is_held_back = stuck.as_ref().is_some_and(|stuck| stuck.reason == GATED);
        self.since = if is_held_back { None } else { self.since.or(Some(now)) };
        // The kubelet says in turn why a pull failed and that it pauses: the first is the reason, and the time goes on.
        let known = self.stuck.take().map(|known| *known);
        let stuck = stuck.map(|stuck| match known {
            Some((first, since)) if same_trouble(&first.reason, &stuck.reason) => {
                (if stuck.reason.starts_with("Err") { stuck } else { first }, since)
            }
            _ => (stuck, now),
        });
        self.stuck = stuck.map(Box::new);
    }
}

fn has_pod(state: &StepState) -> bool {
    matches!(state, StepState::Starting { .. } | StepState::Running { .. } | StepState::Ending { .. })
}

/// That a step fails of what is not its own doing can have one cause only.
fn used_up(failure: Failure) -> Failure {
    if failure.cause != Cause::Infrastructure {
        return failure;
    }
    let code = || failure.exit_code.map(|code| format!("exit code {code}; ")).unwrap_or_default();
    let known = if failure.detail.is_empty() { code() } else { format!("{}; ", failure.detail) };
    let budget =
        format!("{known}the {INFRASTRUCTURE_RETRIES} further attempts that infrastructure may cost are used up");
    Failure { detail: budget, ..failure }
}

fn timeout(limit: Duration) -> Failure {
    Failure::new(Cause::Timeout, "Timeout", format!("it ran for longer than its timeout of {} s", limit.as_secs()))
}
