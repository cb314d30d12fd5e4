//! What a step allows itself and its run: attempts, pauses, limits of time (layer 1, pure).

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::classify::FAILED_MOUNT;
use super::event::{Attempt, Stuck};
use super::state::Cause;
use crate::naming;
use crate::pipeline::policy::{ExecutionMode, RunOn};
use crate::pipeline::settings::WAITING_REASONS;

/// Further attempts of a step after failures that are not its own. A drain of a whole cluster, node after node, moves a
/// pod a few times; more often means that something evicts it for what it does.
pub const INFRASTRUCTURE_RETRIES: u16 = 10;
/// A pod that somebody deleted is replaced no sooner than this: who deletes all pods with a label deletes the
/// orchestrator's too, and then the run is to end.
pub(super) const DELETED_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_INFRASTRUCTURE_PAUSE: Duration = Duration::from_secs(60);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// At most this part of a pause is added by chance, so that a thousand steps do not come back at once.
const JITTER: f64 = 0.1;

/// An image that cannot be pulled: the kubelet tries after 10, 20, 40 and 80 seconds, and a registry has its moments.
const IMAGE_GRACE: Duration = Duration::from_secs(120);
/// A Secret or ConfigMap that is missing: who made the step may be about to make it.
const CONFIG_GRACE: Duration = Duration::from_secs(20);
/// A pod whose deletion is overdue by this much is on a node that does not answer.
pub(super) const LOST_MARGIN: Duration = Duration::from_secs(30);

/// The run's own rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunPolicy {
    /// What a failure means for the rest.
    pub mode: ExecutionMode,
    /// The most pods at a time; `None` is no limit.
    pub limit: Option<std::num::NonZeroUsize>,
    /// When the run has lasted too long.
    pub deadline: Option<Timestamp>,
}

/// What a step allows itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// When it runs.
    pub run_on: RunOn,
    /// Whether it has an instance for each item of a list.
    pub foreach: bool,
    /// Further attempts after failures of its own.
    pub max_retries: u16,
    /// The pause before the first of them.
    pub delay: Duration,
    /// Each further pause is so many times as long as the one before.
    pub backoff: f64,
    /// The kinds of failure that are followed by a further attempt.
    pub on: Vec<Cause>,
    /// Whether a node that does not answer is given up.
    pub node_lost: bool,
    /// How long an attempt may take, from its container's start.
    pub timeout: Option<Duration>,
    /// How long a pod may take to start.
    pub startup: Option<Duration>,
    /// The reasons for which a container that waits is given up after a grace.
    pub fatal_waits: Arc<[String]>,
    /// What pauses are varied by: the same for the same step of the same run.
    pub seed: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            run_on: RunOn::Success,
            foreach: false,
            max_retries: 0,
            delay: Duration::ZERO,
            backoff: 1.0,
            on: vec![Cause::Error, Cause::Oom, Cause::Timeout],
            node_lost: false,
            timeout: None,
            startup: None,
            fatal_waits: WAITING_REASONS.map(ToOwned::to_owned).into(),
            seed: 0,
        }
    }
}

impl Policy {
    /// The pause before the user's retry number `retry` (from 1): delay · backoff^(retry - 1), and up to a tenth more.
    pub fn pause(&self, retry: u16) -> Duration {
        let longest = LONGEST_PAUSE.as_secs_f64();
        let seconds = self.delay.as_secs_f64() * self.backoff.max(0.0).powi(i32::from(retry) - 1);
        let seconds = if seconds.is_finite() { seconds.min(longest) } else { longest };
        Duration::from_secs_f64(seconds * (1.0 + JITTER * self.dice(retry)))
    }

    /// How long a container may wait for `stuck` before the attempt is given up; `None` is for ever.
    pub fn grace(&self, stuck: &Stuck) -> Option<Duration> {
        let reason = match stuck.reason.as_str() {
            // As where a variable refers to it.
            FAILED_MOUNT if is_missing(&stuck.message) => "CreateContainerConfigError",
            reason => reason,
        };
        self.fatal_waits.iter().find(|fatal| *fatal == reason)?;
        Some(match reason {
            "InvalidImageName" => Duration::ZERO,
            reason if is_image(reason) => IMAGE_GRACE,
            _ => CONFIG_GRACE,
        })
    }

    /// A number from 0 to 1 that is always the same for the same retry of the same step.
    fn dice(&self, retry: u16) -> f64 {
        let hash = naming::hash(&[&self.seed.to_string(), &retry.to_string()]);
        let number = u16::from_str_radix(&hash[..4], 16).unwrap_or_default();
        f64::from(number) / f64::from(u16::MAX)
    }
}

/// Whether two reasons stand for the same trouble: the kubelet says in turn that a pull failed and that it pauses.
pub(super) fn same_trouble(one: &str, other: &str) -> bool {
    one == other || (is_image(one) && is_image(other))
}

/// Whether a volume is a Secret or a ConfigMap, or a key of one, that is not there: other trouble passes by itself.
fn is_missing(message: &str) -> bool {
    let is_object = ["secret \"", "configmap \""].iter().any(|kind| message.contains(kind));
    (is_object && message.contains("\" not found")) || message.contains("references non-existent")
}

fn is_image(reason: &str) -> bool {
    matches!(
        reason,
        "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" | "ImageInspectError" | "ErrImageNeverPull"
    )
}

/// The pause before the infrastructure's retry number `retry` (from 1): none, then 2 s, 4 s, … up to a minute; never less
/// than `least`.
pub(super) fn infrastructure_pause(retry: Attempt, least: Duration) -> Duration {
    let doubled = match retry {
        0 | 1 => Duration::ZERO,
        retry => Duration::from_secs(1 << (retry - 1).min(6)),
    };
    doubled.min(LONGEST_INFRASTRUCTURE_PAUSE).max(least)
}

/// `duration` after `time`, at most the end of time.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_vary_a_little_and_end() {
        let policy = Policy { delay: Duration::from_secs(10), backoff: 2.0, seed: 1, ..Policy::default() };
        for (retry, seconds) in [(1, 10.0), (2, 20.0), (3, 40.0)] {
            let pause = policy.pause(retry).as_secs_f64();
            assert!((seconds..=seconds * 1.1).contains(&pause), "{retry}: {pause}");
            assert_eq!(policy.pause(retry), policy.clone().pause(retry));
        }
        assert_ne!(policy.pause(1), Policy { seed: 2, ..policy.clone() }.pause(1));
        assert!(policy.pause(u16::MAX) <= LONGEST_PAUSE.mul_f64(1.1));
        assert_eq!(Policy::default().pause(5), Duration::ZERO);
        let infrastructure: Vec<_> = (1..9).map(|n| infrastructure_pause(n, Duration::ZERO).as_secs()).collect();
        assert_eq!(infrastructure, [0, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(infrastructure_pause(1, DELETED_PAUSE), DELETED_PAUSE);
    }

    #[test]
    fn only_listed_reasons_are_given_up() {
        let grace = |reason: &str| {
            Policy::default()
                .grace(&Stuck { reason: reason.into(), message: String::new() })
                .map(|grace| grace.as_secs())
        };
        assert_eq!(grace("InvalidImageName"), Some(0));
        assert_eq!((grace("ErrImagePull"), grace("ImagePullBackOff")), (Some(120), Some(120)));
        assert_eq!(grace("CreateContainerConfigError"), Some(20));
        assert_eq!((grace("Unschedulable"), grace("ContainerCreating")), (None, None));
    }
}
