//! How a pod stands, by its container `main`, and what kind of failure its end is (layer 1, pure).

use k8s_openapi::api::core::v1::{ContainerState, ContainerStateTerminated, Pod, PodStatus};

use super::ends::{OOM_KILLED, condition, disruption, has_run, killed, memory, time};
use super::event::{PodState, Stuck};
use super::init;
use super::state::{Cause, Failure};
use crate::pipeline::pod::CONTAINER;
use crate::pipeline::policy::{PodFailureAction, PodFailurePolicy, is_usual_wait};

/// The kubelet keeps only the last 4,096 bytes of what a step leaves, and says nothing: such a text may be cut.
const LONGEST_OUTPUT: usize = 4095;

/// The pod's reasons that are nobody's fault: the node refused it, or went down.
const INFRASTRUCTURE: [&str; 10] = [
    "Evicted",
    "NodeShutdown",
    "Shutdown",
    "Terminated",
    "NodeLost",
    "NodeAffinity",
    "UnexpectedAdmissionError",
    "Preempting",
    "Preempted",
    "TopologyAffinityError",
];

/// The kubelet's event about a volume that it cannot mount.
pub const FAILED_MOUNT: &str = "FailedMount";

/// Whether the volumes of `pod` are mounted, where its node says so.
pub fn mounted(pod: &Pod) -> bool {
    let ready = pod.status.as_ref().and_then(|status| condition(status, "PodReadyToStartContainers"));
    ready.is_some_and(|ready| ready.status == "True")
}

/// The reason of a pod that no scheduler has looked at; Kubernetes has none.
pub const NO_SCHEDULER: &str = "NoScheduler";

/// The name of the scheduler that `pod` waits for, where none has said a word about it. Of a pod that is gated, the API server
/// says so.
pub fn unseen_by(pod: &Pod) -> Option<String> {
    let spec = pod.spec.as_ref().filter(|spec| spec.node_name.as_ref().is_none_or(String::is_empty))?;
    let said = |status: &PodStatus| condition(status, "PodScheduled").is_some() || status.container_statuses.is_some();
    let is_known = pod.metadata.deletion_timestamp.is_some() || pod.status.as_ref().is_some_and(said);
    (!is_known).then(|| spec.scheduler_name.clone().unwrap_or_else(|| "default-scheduler".to_owned()))
}

/// How `pod` stands.
pub(super) fn state(pod: &Pod, policy: Option<&PodFailurePolicy>) -> PodState {
    let leaving = time(pod.metadata.deletion_timestamp.as_ref());
    let waiting = |stuck| leaving.map_or(PodState::Waiting(stuck), |until| PodState::Leaving { until });
    let Some(status) = &pod.status else { return waiting(None) };
    let main = main_state(status);
    if let Some(terminated) = main.and_then(|main| main.terminated.as_ref()) {
        return ended(pod, status, terminated, policy);
    }
    match status.phase.as_deref() {
        // Ended without a word about the container: evicted before it started, rejected by the node, or its node is gone.
        Some("Failed") => {
            let failure = init::failure(pod, status).unwrap_or_else(|| of_pod(status));
            PodState::Failed(judged(failure, status, policy))
        }
        Some("Succeeded") => PodState::Succeeded,
        _ => match main.and_then(|main| main.running.as_ref()) {
            Some(running) => PodState::Running { started: time(running.started_at.as_ref()), leaving },
            None => waiting(stuck(status, main)),
        },
    }
}

/// How a pod failed that says nothing of its containers.
fn of_pod(status: &PodStatus) -> Failure {
    let why = disruption(status);
    let reason = status.reason.clone().or_else(|| why?.reason.clone()).unwrap_or_else(|| "Failed".to_owned());
    let cause = if why.is_some() || is_infrastructure(&reason) { Cause::Infrastructure } else { Cause::Error };
    let message = status.message.clone().or_else(|| why?.message.clone()).unwrap_or_default();
    Failure::new(cause, &reason, message)
}

/// Why the container does not start: an init container's reason or its own, else the scheduler's.
fn stuck(status: &PodStatus, main: Option<&ContainerState>) -> Option<Stuck> {
    if let Some(stuck) = init::stuck(status) {
        return Some(stuck);
    }
    let (reason, message) = if let Some(waiting) = main.and_then(|main| main.waiting.as_ref()) {
        (waiting.reason.clone()?, waiting.message.clone())
    } else {
        let condition = condition(status, "PodScheduled").filter(|one| one.status == "False")?;
        (condition.reason.clone()?, condition.message.clone())
    };
    let message = message.unwrap_or_default();
    (!is_usual_wait(&reason)).then_some(Stuck { reason, message })
}

/// The pod's own reason (`Evicted`, `DeadlineExceeded`) says more than the container's, which then is just `Error`.
fn ended(
    pod: &Pod,
    status: &PodStatus,
    ended: &ContainerStateTerminated,
    policy: Option<&PodFailurePolicy>,
) -> PodState {
    let (started, finished) = (time(ended.started_at.as_ref()), time(ended.finished_at.as_ref()));
    let killed = killed(pod, finished);
    let message = ended.message.as_deref().unwrap_or_default();
    if ended.exit_code == 0 && killed.is_none() {
        let Some((reason, text)) = no_output(message) else { return PodState::Succeeded };
        let failure = Failure::new(Cause::Final, reason, text);
        return PodState::Failed(Failure { exit_code: Some(0), started, finished, ..failure });
    }
    let is_disrupted = killed.is_some() || status.reason.as_deref().is_some_and(is_infrastructure);
    let cause = match (status.reason.as_deref(), ended.reason.as_deref()) {
        _ if is_disrupted => Cause::Infrastructure,
        (Some("DeadlineExceeded"), _) => Cause::Timeout,
        (_, Some(OOM_KILLED)) => Cause::Oom,
        _ => Cause::Error,
    };
    let (reason, detail) = killed.unwrap_or_else(|| {
        let reason = status.reason.as_ref().or(ended.reason.as_ref()).map_or("Error", String::as_str);
        let short = (reason == OOM_KILLED).then(|| memory(pod, CONTAINER));
        (reason.to_owned(), short.or(status.message.clone()).unwrap_or_default())
    });
    let message = message.trim().to_owned();
    let failure = Failure { cause, exit_code: Some(ended.exit_code), reason, detail, message, started, finished };
    let failure = judged(failure, status, policy);
    PodState::Failed(Failure { exit_code: failure.exit_code.filter(|_| has_run(ended)), ..failure })
}

/// Why what a step left cannot be told to be whole, if so: a reason and a sentence. For each byte that was no text the API
/// has U+FFFD, which itself takes three.
fn no_output(message: &str) -> Option<(&'static str, String)> {
    if message.len() <= LONGEST_OUTPUT {
        return None;
    }
    let strange = message.matches(char::REPLACEMENT_CHARACTER).count();
    let least = message.len() - strange * (char::REPLACEMENT_CHARACTER.len_utf8() - 1);
    if least <= LONGEST_OUTPUT {
        let text = format!(
            "the output is not UTF-8: {strange} of the bytes that the step left in $ZENML_OUTPUT_FILE are lost, and perhaps \
             its beginning; use base64, or a volume"
        );
        return Some(("OutputNotText", text));
    }
    let text = format!(
        "output too long: the step left {least} bytes or more in $ZENML_OUTPUT_FILE, and {LONGEST_OUTPUT} are the most; use \
         a volume"
    );
    Some(("OutputTooLong", text))
}

/// What the file's own rules say of a failure; where they say nothing, it is what it seems.
fn judged(failure: Failure, status: &PodStatus, policy: Option<&PodFailurePolicy>) -> Failure {
    let conditions: Vec<_> =
        status.conditions.iter().flatten().map(|one| (one.type_.as_str(), one.status.as_str())).collect();
    let cause = match policy.and_then(|policy| policy.verdict(failure.exit_code, &conditions)) {
        Some(PodFailureAction::FailJob) => Cause::Final,
        Some(PodFailureAction::Ignore) => Cause::Infrastructure,
        Some(PodFailureAction::Count) => Cause::Error,
        None => failure.cause,
    };
    Failure { cause, ..failure }
}

/// What a step left, where it ended with success.
pub(super) fn output(pod: &Pod) -> Option<String> {
    let message = main_state(pod.status.as_ref()?)?.terminated.as_ref()?.message.clone()?;
    (!message.is_empty()).then_some(message)
}

fn main_state(status: &PodStatus) -> Option<&ContainerState> {
    status.container_statuses.iter().flatten().find(|status| status.name == CONTAINER)?.state.as_ref()
}

fn is_infrastructure(reason: &str) -> bool {
    INFRASTRUCTURE.contains(&reason) || reason.starts_with("OutOf")
}
