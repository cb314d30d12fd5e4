//! Why an orchestrator in the cluster does not start, or what it said before it ended (layer 3).

use std::collections::HashSet;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Event, Pod};

use super::job;
use super::progress::Report;
use super::record::Phase;
use crate::cluster::watch::Change;
use crate::error::{Error, Kind, Result};

/// How this program begins to say what went wrong.
const ERROR: &str = "error: ";
/// The highest exit code that no signal makes; container runtimes use it where a program could not be started.
const STARTED: i32 = 128;
/// How many of the last lines of a program that is not ours are repeated.
const FOREIGN_LINES: usize = 3;

/// What the Job's events and the orchestrator's pods said last, for when nothing else explains an end.
pub(super) struct LastWords {
    namespace: String,
    /// What was said: the reasons of an image that cannot be pulled alternate.
    told: HashSet<String>,
    last: Option<Words>,
    job: Option<String>,
    refused: Option<Event>,
}

/// How an orchestrator's container ended.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    text: String,
    /// Perhaps not said by this program, but by another one in its place.
    foreign: bool,
    exit_code: i32,
}

impl LastWords {
    /// Nothing is known yet of the run's orchestrator in `namespace`.
    pub(super) fn new(namespace: &str) -> Self {
        Self { namespace: namespace.to_owned(), told: HashSet::new(), last: None, job: None, refused: None }
    }

    /// Tells why the orchestrator does not run yet, or why it ended.
    pub(super) fn hear(&mut self, pod: &Pod, phase: Phase, report: &Report) {
        if let Some(ended) = ended(pod) {
            self.last = words(ended);
        }
        if let Some(text) = why(pod, phase) {
            self.tell_once(text, report);
        }
    }

    /// Learns which Job is the run's: the events of an earlier one of the same name are not about this run.
    pub(super) fn hear_of_job(&mut self, job: &Job, report: &Report) {
        self.job.clone_from(&job.metadata.uid);
        if let Some(event) = self.refused.take() {
            self.hear_of_creation(event, report);
        }
    }

    /// Tells that the Job cannot create its pod. Kubernetes goes on trying.
    pub(super) fn hear_of_creation(&mut self, event: Event, report: &Report) {
        if self.job.is_none() {
            self.refused = Some(event);
            return;
        }
        if event.involved_object.uid != self.job {
            return;
        }
        let Some(text) = why_no_pod(&event, &self.namespace) else { return };
        self.tell_once(text, report);
    }

    /// The error for a run whose Job gave up for the reason `why`.
    pub(super) fn error(&self, why: &str) -> Error {
        // What it would have recorded, had it been able to.
        let failed = i32::from(Kind::RunFailed.exit_code());
        let is_verdict = self.last.as_ref().is_some_and(|last| !last.foreign && last.exit_code == failed);
        let kind = if is_verdict { Kind::RunFailed } else { Kind::Failure };
        let error = Error::new(kind, format!("the orchestrator's Job failed: {why}"));
        match &self.last {
            Some(Words { text, foreign: false, .. }) => error.hint(format!("its last words: {text}")),
            Some(Words { text, foreign: true, .. }) => error
                .hint(format!("its last words: {text}"))
                .hint("is the orchestrator image this program's own? `kubectl zenml image export` makes one"),
            None => error,
        }
    }

    /// A watch that is forbidden will never tell anything; other trouble is said once.
    pub(super) fn trouble<K>(&mut self, change: Change<K>, report: &Report) -> Result<()> {
        let Change::Trouble(trouble) = change else { return Ok(()) };
        if trouble.forbidden {
            return Err(trouble.error);
        }
        self.tell_once(format!("waiting for the API server: {}", trouble.error), report);
        Ok(())
    }

    fn tell_once(&mut self, text: String, report: &Report) {
        if self.told.insert(text.clone()) {
            report.notice(text);
        }
    }
}

/// Why a run's orchestrator does not run yet, or why it ended, by its pod.
pub fn why(pod: &Pod, phase: Phase) -> Option<String> {
    if let Some(ended) = ended(pod) {
        let words = words(ended);
        let first = words.as_ref().and_then(|words| words.text.lines().next());
        let first = first.map(|line| format!(": {}", line.trim_start_matches(ERROR))).unwrap_or_default();
        return Some(format!("the orchestrator ended with exit code {}{first}", ended.exit_code));
    }
    let waiting = container(pod)?.state.as_ref()?.waiting.as_ref().filter(|_| phase == Phase::Pending)?;
    match waiting.reason.as_deref()? {
        "ContainerCreating" | "PodInitializing" => None,
        reason => {
            let message = waiting.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
            Some(format!("the orchestrator cannot start: {reason}{message}"))
        }
    }
}

/// Why a run's Job cannot create its pod, by an event of it; Kubernetes goes on trying.
pub fn why_no_pod(event: &Event, namespace: &str) -> Option<String> {
    let message = event.message.as_deref().filter(|message| !message.is_empty())?;
    let why = refusal(message);
    let remedy = if message.contains("error looking up service account") {
        format!("; to create its account: kubectl zenml rbac orchestrator -n {namespace} | kubectl apply -f -")
    } else {
        String::new()
    };
    Some(format!("the orchestrator's pod cannot be created, and Kubernetes tries again: {why}{remedy}"))
}

/// The server's reason in the Job controller's event, without the name of the pod, which is another one each time.
fn refusal(message: &str) -> &str {
    let message = message.strip_prefix("Error creating: ").unwrap_or(message);
    message.split_once(" is forbidden: ").map_or(message, |(_, reason)| reason)
}

/// What a container said went wrong. Ours says so in its own way, after its progress, since its message is the end of its
/// log; whatever else was started in its place is repeated as it is.
fn words(ended: &ContainerStateTerminated) -> Option<Words> {
    let message = ended.message.as_deref().unwrap_or_default();
    let lines: Vec<&str> = message.lines().collect();
    let exit_code = ended.exit_code;
    if let Some(start) = lines.iter().position(|line| line.starts_with(ERROR) || line.starts_with("Error from server"))
    {
        return Some(Words { text: lines[start..].join("\n"), foreign: false, exit_code });
    }
    let last = lines[lines.len().saturating_sub(FOREIGN_LINES)..].join("\n");
    let reason = ended.reason.as_deref().filter(|reason| *reason != "Error").unwrap_or_default();
    let text = format!("{reason} {last}").trim().to_owned();
    // A signal, as from the kernel when memory is short, ends this program as well as any other.
    (!text.is_empty()).then_some(Words { text, foreign: exit_code <= STARTED, exit_code })
}

/// How the orchestrator's container in `pod` failed.
fn ended(pod: &Pod) -> Option<&ContainerStateTerminated> {
    container(pod)?.state.as_ref()?.terminated.as_ref().filter(|ended| ended.exit_code != 0)
}

fn container(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.iter().find(|container| container.name == job::CONTAINER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(exit_code: i32, reason: &str, message: &str) -> Option<(String, bool)> {
        let ended = ContainerStateTerminated {
            exit_code,
            message: Some(message.to_owned()),
            reason: Some(reason.to_owned()),
            ..ContainerStateTerminated::default()
        };
        words(&ended).map(|words| (words.text, words.foreign))
    }

    #[test]
    fn our_error_is_told_from_progress_and_from_other_programs() {
        let ours = ended(1, "Error", "a: Running\nerror: no\n  caused by: x\n");
        assert_eq!(ours, Some(("error: no\n  caused by: x".to_owned(), false)));
        let foreign = ended(1, "Error", "1\n2\n3\n4\n");
        assert_eq!(foreign, Some(("2\n3\n4".to_owned(), true)));
        let never = ended(128, "StartError", "exec: \"orchestrate\": executable file not found");
        assert_eq!(never, Some(("StartError exec: \"orchestrate\": executable file not found".to_owned(), true)));
        assert_eq!(ended(1, "Error", ""), None);
        assert_eq!(ended(137, "OOMKilled", ""), Some(("OOMKilled".to_owned(), false)));
    }

    #[test]
    fn a_refusal_is_the_same_for_each_pod() {
        let of =
            |pod: &str| format!("Error creating: pods \"x-{pod}\" is forbidden: failed quota: q: must specify cpu");
        assert_eq!(refusal(&of("abcde")), "failed quota: q: must specify cpu");
        assert_eq!(refusal("Internal error"), "Internal error");
    }
}
