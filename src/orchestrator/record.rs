//! What is recorded of a run while it runs and after its pods are gone: the checkpoint's content (layer 3, pure).

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::machine::{Attempt, Cause};
use super::packed;
use crate::error::{Context, Result};

/// How a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Recorded, no orchestrator has begun.
    #[default]
    Pending,
    /// An orchestrator works on it.
    Running,
    /// Every step succeeded.
    Succeeded,
    /// A step failed for good, or the run could not go on.
    Failed,
    /// A person stopped it.
    Stopped,
    /// It lasted longer than it may.
    TimedOut,
}

impl Phase {
    /// As tables print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::TimedOut => "TimedOut",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped | Self::TimedOut)
    }
}

/// How a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepPhase {
    /// Waits for the steps upstream, or for room.
    #[default]
    Pending,
    /// Its pod is asked for but its container does not run yet.
    Starting,
    /// Its container runs.
    Running,
    /// Its pod is being deleted by us.
    Stopping,
    /// An attempt failed, and another one follows.
    Retrying,
    /// Its container ended with exit code 0.
    Succeeded,
    /// It failed for good.
    Failed,
    /// A step upstream did not succeed.
    Skipped,
    /// The run ended first.
    Cancelled,
}

impl StepPhase {
    /// As tables print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Starting => "Starting",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Retrying => "Retrying",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Skipped | Self::Cancelled)
    }
}

/// One step, as recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRecord {
    /// The step's name in the file.
    pub name: String,
    /// How it stands.
    pub phase: StepPhase,
    /// One word for why, as Kubernetes has them (`OOMKilled`, `Error`, `ImagePullBackOff`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is known beyond the reason, as a clause: the limit that was reached, who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What more is known: a sentence, or the last lines of the container's log. Untrusted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The container's exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The number of the newest attempt, from 1; 0 before the first.
    #[serde(default)]
    pub attempt: Attempt,
    /// The last attempt before somebody retried the run: up to it, attempts do not count any more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub past: Attempt,
    /// The newest attempt's pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// When its container started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When its container ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// What kind of failure the newest attempt ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// How many attempts before the newest were charged to the user's retries.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub charged: u16,
    /// When the next attempt begins, at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// What its next attempt waits for, where it could begin: `max_parallelism`, or a quota and how much of it is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    /// The attempts that failed and were followed by another one, or will be; the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptRecord>,
    /// What the step left, at least for as long as a step that has not succeeded refers to it. Untrusted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The execution that it was, for the cache: steps that depend on it are taken from there only where they followed the same
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
}

/// One attempt that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRecord {
    /// Its number, from 1.
    pub attempt: Attempt,
    /// What kind of failure it was.
    pub cause: Cause,
    /// One word for why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What more is known, shortened. Untrusted text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The container's exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// How many attempts before it were charged to the user's retries.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub charged: u16,
    /// Its pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// When its container started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When its container ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(number: &u16) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn none(number: &usize) -> bool {
    *number == 0
}

/// The whole run, as recorded. Steps are in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// How the run stands.
    pub phase: Phase,
    /// Why, where that needs saying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When an orchestrator first began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When the run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// Steps that succeeded.
    pub succeeded: usize,
    /// All steps.
    pub total: usize,
    /// Why the run is being stopped, so that a process that takes over goes on stopping it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    /// How often somebody retried the run.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u16,
    /// Whether nothing new is begun.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
    /// How many pods of steps that succeeded were deleted, because the run has more than are kept.
    #[serde(default, skip_serializing_if = "none")]
    pub dropped: usize,
    /// Every step; empty where only the summary was read.
    #[serde(skip)]
    pub steps: Vec<StepRecord>,
}

/// The key of the summary in the checkpoint's `data`.
pub const SUMMARY: &str = "summary.json";
/// The key of the gzipped steps in the checkpoint's `binaryData`.
pub const STEPS: &str = "steps.json.gz";

/// More than this of one message is not recorded, in bytes: the kubelet keeps 4,096.
const LONGEST_MESSAGE: usize = 4096;
/// So many failed steps keep their whole message; of the others the first line is kept. A ConfigMap holds 1 MiB.
const WHOLE_MESSAGES: usize = 50;

impl Record {
    /// A run that nobody has begun.
    pub fn pending(steps: impl IntoIterator<Item = String>) -> Self {
        let steps: Vec<StepRecord> =
            steps.into_iter().map(|name| StepRecord { name, ..StepRecord::default() }).collect();
        Self { total: steps.len(), steps, ..Self::default() }
    }

    /// The record without its steps.
    #[must_use]
    pub fn without_steps(&self) -> Self {
        let Self { phase, started, finished, succeeded, total, retries, suspended, dropped, .. } = *self;
        let (message, stop) = (self.message.clone(), self.stop.clone());
        Self {
            phase,
            message,
            started,
            finished,
            succeeded,
            total,
            stop,
            retries,
            suspended,
            dropped,
            steps: Vec::new(),
        }
    }

    /// The summary as JSON.
    pub fn summary(&self) -> Result<String> {
        serde_json::to_string(self).context(|| "cannot write the run's summary")
    }

    /// The steps as gzipped JSON, within what a ConfigMap holds.
    pub fn pack_steps(&self) -> Result<Vec<u8>> {
        packed::write(&Shortened(&self.steps))
    }

    /// The record of a checkpoint's summary and, where wanted, its packed steps.
    pub fn read(summary: &str, steps: Option<&[u8]>) -> Result<Self> {
        let mut record: Self =
            serde_json::from_str(summary).context(|| "the run's checkpoint cannot be read (its summary)")?;
        if let Some(packed) = steps {
            record.steps = packed::read(packed).context(|| "the run's checkpoint cannot be read (its steps)")?;
        }
        Ok(record)
    }
}

/// Steps with messages that fit into a record: written one after the other, since ten thousand are some megabytes.
struct Shortened<'a>(&'a [StepRecord]);

impl Serialize for Shortened<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut whole = 0;
        serializer.collect_seq(self.0.iter().map(|step| {
            let failed = step.phase == StepPhase::Failed;
            whole += usize::from(failed);
            let Some(message) = &step.message else { return Cow::Borrowed(step) };
            let message = Some(shorten(message, failed && whole <= WHOLE_MESSAGES));
            Cow::Owned(StepRecord { message, ..step.clone() })
        }))
    }
}

fn shorten(text: &str, whole: bool) -> String {
    let text = if whole { text } else { text.lines().next_back().unwrap_or_default() };
    let start = text.len().saturating_sub(LONGEST_MESSAGE);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_the_way_through_a_checkpoint() {
        let mut record = Record::pending(["a".to_owned(), "b".to_owned()]);
        record.steps[1].phase = StepPhase::Failed;
        record.steps[1].message = Some("first\nlast".to_owned());
        let read = Record::read(&record.summary().unwrap(), Some(&record.pack_steps().unwrap())).unwrap();
        assert_eq!(read, record);
    }

    #[test]
    fn long_messages_keep_their_end() {
        let text = format!("{}é{}", "x".repeat(9000), "y".repeat(LONGEST_MESSAGE - 1));
        let short = shorten(&text, true);
        assert!(short.len() <= LONGEST_MESSAGE && short.ends_with("yyy") && !short.contains('x'));
        assert_eq!(shorten("one\ntwo", false), "two");
    }
}
