//! Why an orchestrator in the cluster does not start, or what it said before it ended (layer 3).

use std::collections::HashSet;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Event, Pod};
use kube::ResourceExt;

use super::machine::{DELETED, FAILED_MOUNT, OOM_KILLED, has_run, killed, memory};
use super::progress::Report;
use super::record::{Phase, Record, StepPhase, StepRecord};
use super::{job, quota, reason};
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
    /// What was heard before the Job was known.
    refused: Option<Event>,
    early: Vec<(Pod, Phase)>,
}

/// How an orchestrator's container ended.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    text: String,
    /// Perhaps not said by this program, but by another one in its place.
    foreign: bool,
}

impl LastWords {
    /// Nothing is known yet of the run's orchestrator in `namespace`.
    pub(super) fn new(namespace: &str) -> Self {
        let (told, early) = (HashSet::new(), Vec::new());
        Self { namespace: namespace.to_owned(), told, last: None, job: None, refused: None, early }
    }

    /// Tells why the orchestrator does not run yet, or why it ended.
    pub(super) fn hear(&mut self, pod: &Pod, phase: Phase, report: &Report) {
        let Some(job) = &self.job else {
            self.early.push((pod.clone(), phase));
            return;
        };
        // Before a retry the run had another Job of the same name.
        if !pod.owner_references().iter().any(|owner| owner.uid == *job) {
            return;
        }
        if let Some(ended) = ended(pod) {
            self.last = words(pod, ended);
        }
        if let Some(text) = why(pod, phase) {
            self.tell_once(text, report);
        }
    }

    /// Learns which Job is the run's: the events of an earlier one of the same name are not about this run.
    pub(super) fn hear_of_job(&mut self, job: &Job, report: &Report) {
        self.job.clone_from(&job.metadata.uid);
        for (pod, phase) in std::mem::take(&mut self.early) {
            self.hear(&pod, phase, report);
        }
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

    /// Tells that a volume of a step's pod cannot be mounted, where the orchestrator may not learn it.
    pub(super) fn hear_of_mounts(&mut self, event: &Event, known: &Record, report: &Report) {
        let pod = event.involved_object.name.as_deref();
        let waits = |step: &&StepRecord| step.phase == StepPhase::Starting && step.pod.as_deref() == pod;
        let step = known.steps.iter().find(waits).filter(|step| step.reason.as_deref() != Some(FAILED_MOUNT));
        let Some((step, message)) = step.zip(event.message.as_deref()) else { return };
        self.tell_once(format!("step \"{}\" waits: {FAILED_MOUNT}: {}", step.name, reason::one_line(message)), report);
    }

    /// The error for a run whose Job gave up for the reason `why`.
    pub(super) fn error(&self, why: &str) -> Error {
        let error = Error::new(Kind::RunFailed, format!("the orchestrator's Job failed: {why}"));
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
    if let Some((how, why)) = disrupted(pod) {
        return Some(format!("the orchestrator {how} ({why})"));
    }
    if let Some(ended) = ended(pod) {
        let words = words(pod, ended);
        let first = words.as_ref().and_then(|words| words.text.lines().next());
        let first = first.map(|line| format!(": {}", line.trim_start_matches(ERROR))).unwrap_or_default();
        return Some(if has_run(ended) {
            format!("the orchestrator ended with exit code {}{first}", ended.exit_code)
        } else {
            format!("the orchestrator could not start{first}")
        });
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

/// Whether the orchestrator's container in `pod` runs.
pub fn runs(pod: &Pod) -> bool {
    container(pod).and_then(|container| container.state.as_ref()).is_some_and(|state| state.running.is_some())
}

/// Why a run's Job cannot create its pod, by an event of it; Kubernetes goes on trying.
pub fn why_no_pod(event: &Event, namespace: &str) -> Option<String> {
    let message = event.message.as_deref().filter(|message| !message.is_empty())?;
    let why = refusal(message);
    let remedy = if message.contains("error looking up service account") {
        format!("; to create its account: kubectl zenml rbac orchestrator -n {namespace} | kubectl apply -f -")
    } else {
        let remedy = quota::remedy(message, namespace, "settings.orchestrator.orchestrator_pod_settings.resources");
        remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default()
    };
    Some(format!("the orchestrator's pod cannot be created, and Kubernetes tries again: {why}{remedy}"))
}

/// The server's reason in the Job controller's event, without the name of the pod, which is another one each time.
fn refusal(message: &str) -> &str {
    let message = message.strip_prefix("Error creating: ").unwrap_or(message);
    message.split_once(" is forbidden: ").map_or(message, |(_, reason)| reason)
}

/// How Kubernetes ended the orchestrator in `pod` or its pod before it started, and why.
fn disrupted(pod: &Pod) -> Option<(&'static str, String)> {
    let status = pod.status.as_ref()?;
    let terminated = container(pod).and_then(|container| container.state.as_ref()?.terminated.as_ref());
    if terminated.map_or(status.phase.as_deref() != Some("Failed"), |ended| ended.exit_code == 0) {
        return None;
    }
    let finished = terminated.and_then(|ended| ended.finished_at.as_ref()).map(|time| time.0);
    let (reason, message) = killed(pod, finished).filter(|(reason, _)| reason != DELETED).or_else(|| {
        let reason = status.reason.clone()?;
        Some((reason, status.message.clone().unwrap_or_default()))
    })?;
    let how = match reason.as_str() {
        "Evicted" | "EvictionByEvictionAPI" | "DeletionByTaintManager" => "was evicted",
        "Preempting" | "Preempted" | "PreemptionByScheduler" => "was preempted",
        _ => "was ended by Kubernetes",
    };
    Some((how, reason::one_line(&format!("{reason}: {message}")).trim_end_matches([':', ' ']).to_owned()))
}

/// What a container said went wrong. Ours says so in its own way, after its progress, since its message is the end of its
/// log; whatever else was started in its place is repeated as it is. What a signal ended has said nothing about that.
fn words(pod: &Pod, ended: &ContainerStateTerminated) -> Option<Words> {
    let message = ended.message.as_deref().unwrap_or_default();
    let lines: Vec<&str> = message.lines().collect();
    if let Some(start) = lines.iter().position(|line| line.starts_with(ERROR) || line.starts_with("Error from server"))
    {
        return Some(Words { text: lines[start..].join("\n"), foreign: false });
    }
    let foreign = ended.exit_code <= STARTED;
    let last = match disrupted(pod) {
        Some((_, why)) => return Some(Words { text: why, foreign: false }),
        None if foreign => lines[lines.len().saturating_sub(FOREIGN_LINES)..].join("\n"),
        None if ended.reason.as_deref() == Some(OOM_KILLED) => memory(pod, job::CONTAINER),
        None if pod.metadata.deletion_timestamp.is_some() => "its pod was deleted".to_owned(),
        // Before it, this program only told of its progress.
        None => String::new(),
    };
    let reason = ended.reason.as_deref().filter(|reason| *reason != "Error").unwrap_or_default();
    let text = [reason, &last].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    // A signal, as from the kernel when memory is short, ends this program as well as any other.
    (!text.is_empty()).then_some(Words { text, foreign })
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
    use serde_json::{Value, json};

    use super::*;

    fn ended(exit_code: i32, reason: &str, message: &str) -> Option<(String, bool)> {
        let ended = ContainerStateTerminated {
            exit_code,
            message: Some(message.to_owned()),
            reason: Some(reason.to_owned()),
            ..ContainerStateTerminated::default()
        };
        words(&Pod::default(), &ended).map(|words| (words.text, words.foreign))
    }

    #[test]
    fn our_error_is_told_from_progress_and_from_other_programs() {
        let ours = ended(1, "Error", "a: Running\nerror: no\n  caused by: x\n");
        assert_eq!(ours, Some(("error: no\n  caused by: x".to_owned(), false)));
        let foreign = ended(1, "Error", "1\n2\n3\n4\n");
        assert_eq!(foreign, Some(("2\n3\n4".to_owned(), true)));
        let never = ended(128, "StartError", "exec: \"orchestrate\": executable file not found");
        assert_eq!(never, Some(("StartError: exec: \"orchestrate\": executable file not found".to_owned(), true)));
        assert_eq!(ended(1, "Error", ""), None);
        let oom = ended(137, "OOMKilled", "a: Running\n");
        assert_eq!(oom, Some(("OOMKilled: its node was out of memory".to_owned(), false)));
        assert_eq!(ended(143, "Error", "a: Running\n"), None, "progress is no reason");
    }

    #[test]
    fn who_is_evicted_is_told_from_who_fails() {
        let said = |pod: Value| why(&serde_json::from_value(pod).unwrap(), Phase::Running);
        let main = |code: i32| {
            let ended = json!({ "exitCode": code, "reason": "Error", "message": "a: Running\n",
                "startedAt": "2026-11-20T10:00:00Z", "finishedAt": "2026-11-20T10:00:09Z" });
            json!([{ "name": job::CONTAINER, "image": "", "imageID": "", "ready": false, "restartCount": 0,
                "state": { "terminated": ended } }])
        };
        let condition = json!([{ "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting", "lastTransitionTime": "2026-11-20T10:00:07Z" }]);
        let deleted = json!({ "deletionTimestamp": "2026-11-20T10:00:38Z", "deletionGracePeriodSeconds": 30 });
        assert_eq!(
            said(json!({ "metadata": deleted, "status": { "conditions": condition, "containerStatuses": main(143) } })),
            Some("the orchestrator was evicted (EvictionByEvictionAPI: Eviction API: evicting)".to_owned())
        );
        let pressed = json!({ "phase": "Failed", "reason": "Evicted", "message": "The node was low on memory." });
        assert_eq!(
            said(json!({ "status": pressed })).as_deref(),
            Some("the orchestrator was evicted (Evicted: The node was low on memory.)")
        );
        assert_eq!(
            said(json!({ "metadata": deleted, "status": { "containerStatuses": main(143) } })).as_deref(),
            Some("the orchestrator ended with exit code 143: its pod was deleted")
        );
        let killed = said(json!({ "status": { "containerStatuses": main(137) } }));
        assert_eq!(killed.as_deref(), Some("the orchestrator ended with exit code 137"));
    }

    #[test]
    fn a_volume_that_cannot_be_mounted_is_told_once() {
        let (report, mut told) = Report::channel();
        let mut words = LastWords::new("ml");
        let about = |pod: &str| -> Event {
            let object = json!({ "kind": "Pod", "name": pod });
            serde_json::from_value(json!({ "metadata": {}, "involvedObject": object, "message": "no\nsecret" }))
                .unwrap()
        };
        let step = StepRecord {
            name: "a".to_owned(),
            phase: StepPhase::Starting,
            pod: Some("p".to_owned()),
            ..StepRecord::default()
        };
        let mut known = Record { steps: vec![step], ..Record::default() };
        for pod in ["p", "other", "p"] {
            words.hear_of_mounts(&about(pod), &known, &report);
        }
        known.steps[0].phase = StepPhase::Running;
        LastWords::new("ml").hear_of_mounts(&about("p"), &known, &report);
        let notices = std::iter::from_fn(|| told.try_recv().ok()).map(|one| format!("{one:?}"));
        assert_eq!(notices.collect::<Vec<_>>(), [r#"Notice("step \"a\" waits: FailedMount: no secret")"#]);
    }

    #[test]
    fn a_refusal_is_the_same_for_each_pod() {
        let of =
            |pod: &str| format!("Error creating: pods \"x-{pod}\" is forbidden: failed quota: q: must specify cpu");
        assert_eq!(refusal(&of("abcde")), "failed quota: q: must specify cpu");
        assert_eq!(refusal("Internal error"), "Internal error");
    }
}
