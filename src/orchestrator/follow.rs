//! Following a run that somebody else drives, through its checkpoint and its orchestrator pod (layer 3).

use std::pin::pin;

use futures_util::StreamExt;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, ContainerStatus, Pod};

use super::progress::{Report, tell_difference};
use super::record::{Phase, Record};
use super::root::Identity;
use super::{checkpoint, job, labels};
use crate::cluster::Cluster;
use crate::cluster::watch::{Change, Selection, changes};
use crate::error::{Error, Result};

/// Tells `report` everything that happens, until the run has ended. The error says that the Job gave up or the run was
/// deleted; a run that failed is a record.
pub async fn follow(cluster: &Cluster, namespace: &str, identity: &Identity, report: &Report) -> Result<Record> {
    let object = identity.object();
    let state_name = checkpoint::name(&object);
    let pod_selector = format!("{}={},{}={}", labels::RUN_ID, identity.id, labels::KIND, labels::KIND_ORCHESTRATOR);
    let mut states = pin!(changes::<ConfigMap>(cluster, namespace, Selection::name(&state_name)));
    let mut jobs = pin!(changes::<Job>(cluster, namespace, Selection::name(&object)));
    let mut pods = pin!(changes::<Pod>(cluster, namespace, Selection::labels(pod_selector)));
    let mut known = Record::default();
    let mut words = LastWords::default();
    loop {
        tokio::select! {
            Some(change) = states.next() => match change {
                Change::Present(state) => {
                    let record = checkpoint::read(&state, true)?;
                    tell_difference(report, &known, &record);
                    if record.phase.is_final() {
                        return Ok(record);
                    }
                    known = record;
                }
                Change::Gone(_) => return Err(Error::failure(format!("the run \"{}\" was deleted", identity.name))),
                change => words.trouble(change, report)?,
            },
            Some(change) = jobs.next() => match change {
                Change::Present(found) => if let Some(why) = given_up(&found) {
                    // What was recorded last may still be on its way here.
                    let record = checkpoint::load(cluster, namespace, &object).await?;
                    tell_difference(report, &known, &record);
                    return if record.phase.is_final() { Ok(record) } else { Err(words.error(&why)) };
                },
                change => words.trouble(change, report)?,
            },
            Some(change) = pods.next() => match change {
                Change::Present(pod) => words.hear(&pod, known.phase, report),
                change => words.trouble(change, report)?,
            },
        }
    }
}

/// Why the Job gave up, if it did.
fn given_up(job: &Job) -> Option<String> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let failed = conditions.iter().find(|condition| condition.type_ == "Failed" && condition.status == "True")?;
    Some(failed.message.clone().or_else(|| failed.reason.clone()).unwrap_or_default())
}

/// What the orchestrator's pods said last, for when nothing else explains an end.
#[derive(Default)]
struct LastWords {
    told: Option<String>,
    last: Option<String>,
}

impl LastWords {
    /// Tells why the orchestrator does not run yet, or why it ended.
    fn hear(&mut self, pod: &Pod, phase: Phase, report: &Report) {
        let Some(container) = container(pod) else { return };
        let Some(state) = &container.state else { return };
        let text = if let Some(ended) = state.terminated.as_ref().filter(|ended| ended.exit_code != 0) {
            self.last = last_error(ended.message.as_deref().unwrap_or_default());
            let first = self.last.as_deref().and_then(|text| text.lines().next());
            let first = first.map(|line| format!(": {}", line.trim_start_matches(ERROR))).unwrap_or_default();
            Some(format!("the orchestrator ended with exit code {}{first}", ended.exit_code))
        } else {
            let waiting = state.waiting.as_ref().filter(|_| phase == Phase::Pending);
            let reason = waiting.and_then(|waiting| waiting.reason.clone());
            let harmless = |reason: &String| matches!(reason.as_str(), "ContainerCreating" | "PodInitializing");
            reason.filter(|reason| !harmless(reason)).map(|reason| {
                let message = waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default();
                format!("the orchestrator cannot start: {reason} {message}").trim_end().to_owned()
            })
        };
        if let Some(text) = text
            && self.told.as_ref() != Some(&text)
        {
            report.notice(text.clone());
            self.told = Some(text);
        }
    }

    fn error(&self, why: &str) -> Error {
        let error = Error::failure(format!("the orchestrator's Job failed: {why}"));
        match &self.last {
            Some(words) => error.hint(format!("its last words: {words}")),
            None => error,
        }
    }

    /// A watch that is forbidden will never tell anything; other trouble is said once.
    fn trouble<K>(&mut self, change: Change<K>, report: &Report) -> Result<()> {
        let Change::Trouble(trouble) = change else { return Ok(()) };
        if trouble.forbidden {
            return Err(trouble.error);
        }
        let text = format!("waiting for the API server: {}", trouble.error);
        if self.told.as_ref() != Some(&text) {
            report.notice(text.clone());
            self.told = Some(text);
        }
        Ok(())
    }
}

/// How this program begins to say what went wrong.
const ERROR: &str = "error: ";

/// What a container of ours said went wrong. Its message is the end of its log, so that progress comes before that.
fn last_error(message: &str) -> Option<String> {
    let start = message.lines().position(|line| line.starts_with(ERROR) || line.starts_with("Error from server"))?;
    Some(message.lines().skip(start).collect::<Vec<_>>().join("\n"))
}

fn container(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.iter().find(|container| container.name == job::CONTAINER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_from_progress() {
        assert_eq!(last_error("a: Running\n"), None);
        let text = "a: Running\nerror: no\n  caused by: x\n";
        assert_eq!(last_error(text).as_deref(), Some("error: no\n  caused by: x"));
    }
}
