//! Init containers, which keep `main` from starting while they cannot start or where they fail (layer 1, pure).

use k8s_openapi::api::core::v1::{Pod, PodStatus};

use super::ends::{OOM_KILLED, disruption, has_run, killed, memory, time};
use super::event::Stuck;
use super::state::{Cause, Failure};
use crate::pipeline::policy::is_usual_wait;

/// What keeps an init container of a pod whose `main` has not started, where that is more than time.
pub fn stuck(status: &PodStatus) -> Option<Stuck> {
    status.init_container_statuses.iter().flatten().find_map(|container| {
        let waiting = container.state.as_ref()?.waiting.as_ref()?;
        let reason = waiting.reason.clone().filter(|reason| !is_usual_wait(reason))?;
        let message = waiting.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
        Some(Stuck { reason, message: format!("init container {}{message}", container.name) })
    })
}

/// How `pod` failed before `main` started, where an init container did that.
pub(super) fn failure(pod: &Pod, status: &PodStatus) -> Option<Failure> {
    // The pod's own reason says more: evicted, refused by its node.
    if status.reason.is_some() || disruption(status).is_some() {
        return None;
    }
    let (name, ended) = status.init_container_statuses.iter().flatten().find_map(|container| {
        let ended = container.state.as_ref()?.terminated.as_ref().filter(|ended| ended.exit_code != 0)?;
        Some((container.name.as_str(), ended))
    })?;
    let finished = time(ended.finished_at.as_ref());
    let killed = killed(pod, finished);
    let reason = ended.reason.as_deref().unwrap_or("Error");
    let exit_code = has_run(ended).then_some(ended.exit_code);
    let cause = match reason {
        _ if killed.is_some() => Cause::Infrastructure,
        OOM_KILLED => Cause::Oom,
        _ => Cause::Error,
    };
    let (reason, detail) = killed.unwrap_or_else(|| {
        let detail = match exit_code {
            _ if reason == OOM_KILLED => format!("init container {name}: {}", memory(pod, name)),
            Some(code) => format!("init container {name} ended with exit code {code}"),
            None => format!("init container {name} did not start"),
        };
        (reason.to_owned(), detail)
    });
    let message = ended.message.as_deref().unwrap_or_default().trim().to_owned();
    Some(Failure { cause, exit_code, reason, detail, message, started: None, finished })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::classify::state;
    use super::super::event::PodState;
    use super::*;

    fn pod(metadata: &Value, status: &Value) -> Pod {
        let setup = json!({"name": "setup", "resources": {"limits": {"memory": "64Mi"}}});
        let spec = json!({"containers": [{"name": "main"}], "initContainers": [setup]});
        serde_json::from_value(json!({"metadata": metadata, "spec": spec, "status": status})).unwrap()
    }

    fn status(phase: &str, setup: &Value) -> Value {
        let one = |name: &str, state: &Value| json!({"name": name, "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state});
        let initializing = json!({"waiting": {"reason": "PodInitializing"}});
        json!({"phase": phase, "containerStatuses": [one("main", &initializing)],
            "initContainerStatuses": [one("setup", setup), one("next", &initializing)]})
    }

    #[test]
    fn what_keeps_an_init_container_is_told() {
        let of = |setup: &Value| state(&pod(&json!({}), &status("Pending", setup)), None);
        let waits = |reason: &str| of(&json!({"waiting": {"reason": reason, "message": "why"}}));
        let told = Stuck { reason: "ErrImagePull".into(), message: "init container setup: why".into() };
        assert_eq!(waits("ErrImagePull"), PodState::Waiting(Some(told)));
        assert_eq!(waits("PodInitializing"), PodState::Waiting(None));
        assert_eq!(of(&json!({"running": {}})), PodState::Waiting(None));
    }

    #[test]
    fn an_init_container_that_fails_is_named() {
        let failed = |metadata: Value, status: Value| match state(&pod(&metadata, &status), None) {
            PodState::Failed(failure) => {
                (failure.cause, failure.exit_code, failure.reason, failure.detail, failure.message)
            }
            other => panic!("{other:?}"),
        };
        let ended = |code: i32, reason: &str| {
            json!({"terminated": {"exitCode": code, "reason": reason, "message": "words\n",
                "startedAt": "2026-11-20T10:00:01Z", "finishedAt": "2026-11-20T10:00:05Z"}})
        };
        let told = |cause, code, reason: &str, detail: &str| {
            (cause, Some(code), reason.to_owned(), detail.to_owned(), "words".to_owned())
        };
        let error = told(Cause::Error, 5, "Error", "init container setup ended with exit code 5");
        assert_eq!(failed(json!({}), status("Failed", &ended(5, "Error"))), error);
        let oom = told(Cause::Oom, 137, "OOMKilled", "init container setup: memory limit 64Mi");
        assert_eq!(failed(json!({}), status("Failed", &ended(137, "OOMKilled"))), oom);
        let leaving = json!({"deletionTimestamp": "2026-11-20T10:00:34Z", "deletionGracePeriodSeconds": 30});
        let deleted = told(Cause::Infrastructure, 143, "Deleted", "its pod was deleted while it ran");
        assert_eq!(failed(leaving, status("Failed", &ended(143, "Error"))), deleted);
        let mut evicted = status("Failed", &ended(137, "Error"));
        evicted["reason"] = json!("Evicted");
        assert_eq!(failed(json!({}), evicted).2, "Evicted");
    }
}
