//! Tests of the diagnosis, with objects as the API server writes them.

use serde_json::{Value, json};

use super::*;

fn deployment(status: &Value) -> Deployment {
    serde_json::from_value(json!({
        "metadata": {"name": "x", "generation": 2},
        "spec": {
            "replicas": 2,
            "selector": {},
            "template": {"metadata": {"labels": {REVISION_LABEL: "2"}}},
        },
        "status": status,
    }))
    .unwrap()
}

fn view(status: &Value) -> View {
    View { deployment: Some(deployment(status)), ..View::default() }
}

fn pod(revision: &str, container: &Value, conditions: &Value) -> Pod {
    serde_json::from_value(json!({
        "metadata": {"name": "x-1", "labels": {REVISION_LABEL: revision}},
        "spec": {"containers": [{
            "name": "main",
            "readinessProbe": {"httpGet": {"path": "/api/health", "port": "http"}},
            "startupProbe": {"httpGet": {"path": "/live", "port": "http"}},
        }]},
        "status": {"containerStatuses": [container], "conditions": conditions},
    }))
    .unwrap()
}

fn container(state: &Value, last: &Value, restarts: i32) -> Value {
    json!({"name": "main", "image": "i", "imageID": "", "ready": false, "restartCount": restarts,
           "started": false, "state": state, "lastState": last})
}

fn event(reason: &str, message: &str) -> BTreeMap<(String, String), Event> {
    let event = serde_json::from_value(json!({
        "metadata": {"name": "e"}, "involvedObject": {"name": "x-1"}, "reason": reason, "message": message,
    }));
    [(("x-1".to_owned(), reason.to_owned()), event.unwrap())].into()
}

#[test]
fn is_complete_by_kubectls_rule() {
    let complete = json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2});
    assert!(view(&complete).is_complete());
    let cases = [
        json!({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}),
        json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 3}),
        json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 1}),
        json!({"observedGeneration": 2}),
        json!({}),
    ];
    for status in cases {
        assert!(!view(&status).is_complete(), "{status}");
    }
    let rolling = json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1, "availableReplicas": 2});
    let far = Progress { ready: 0, updated: 1, wanted: 2, old: 2, pulling: 0 };
    assert_eq!(view(&rolling).progress(), Some(far));
    let of_another = json!({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2});
    assert_eq!(view(&of_another).progress(), None);
}

#[test]
fn quota_is_read_from_the_condition() {
    let status = json!({"observedGeneration": 2, "conditions": [
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: q"},
    ]});
    let troubles = view(&status).troubles();
    assert_eq!(troubles[0].cause, Cause::Refused("exceeded quota: q".to_owned()));
    assert_eq!(troubles[0].cause.error("x", None).kind(), crate::error::Kind::RunFailed);
}

#[test]
fn a_first_failed_pull_is_not_yet_a_failure() {
    let waiting = |reason: &str, message: &str| {
        container(&json!({"waiting": {"reason": reason, "message": message}}), &json!({}), 0)
    };
    let trouble = |status: &Value| pod_troubles(&pod("2", status, &json!([])), &BTreeMap::new()).unwrap();
    assert!(trouble(&waiting("ErrImagePull", "not found")).grace > Some(Duration::ZERO));
    assert!(trouble(&waiting("ImagePullBackOff", "i/o timeout")).grace > Some(Duration::ZERO));
    assert_eq!(trouble(&waiting("ImagePullBackOff", "manifest unknown")).grace, Some(Duration::ZERO));
    assert!(pod_troubles(&pod("2", &waiting("ContainerCreating", ""), &json!([])), &BTreeMap::new()).is_none());
}

#[test]
fn a_crash_is_told_with_its_last_lines() {
    let last = json!({"terminated": {"exitCode": 3, "reason": "Error", "message": "no such file\n"}});
    let status = container(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), &last, 1);
    let trouble = pod_troubles(&pod("2", &status, &json!([])), &BTreeMap::new()).unwrap();
    assert_eq!(
        trouble.cause.error("x", trouble.pod.as_deref()).render(),
        "error: deployment \"x\" failed to roll out: pod x-1: the container crashes with exit code 3 (1 restart)\n  \
         caused by: its last lines:\n    no such file\n"
    );
    let once = container(&json!({"running": {}}), &last, 1);
    let trouble = pod_troubles(&pod("2", &once, &json!([])), &BTreeMap::new()).unwrap();
    assert!(
        trouble.cause.to_string().contains("exit code 3 (1 restart)") && trouble.grace.is_none(),
        "it may yet work"
    );
    let first = container(&json!({"running": {}}), &json!({}), 0);
    assert!(pod_troubles(&pod("2", &first, &json!([])), &BTreeMap::new()).is_none());
}

#[test]
fn a_wrong_path_names_the_setting() {
    let running = container(&json!({"running": {}}), &json!({}), 0);
    let events = event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404");
    let trouble = pod_troubles(&pod("2", &running, &json!([])), &events).unwrap();
    assert!(trouble.grace.is_some());
    let text = trouble.cause.error("x", None).render();
    assert!(text.contains("the readiness probe of /api/health got status 404"), "{text}");
    assert!(text.contains("set readiness_probe_path"), "{text}");
    let events = event("Unhealthy", "Readiness probe failed: Get \"http://10.0.0.1\": connection refused");
    assert_eq!(pod_troubles(&pod("2", &running, &json!([])), &events).unwrap().grace, None);
    let ready = json!([{"type": "Ready", "status": "True"}]);
    assert!(pod_troubles(&pod("2", &running, &ready), &events).is_none());
}

#[test]
fn a_container_killed_by_its_probe_did_not_crash() {
    let last = json!({"terminated": {"exitCode": 137, "reason": "Error"}});
    let status = container(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), &last, 3);
    let events = event("Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 500");
    let trouble = pod_troubles(&pod("2", &status, &json!([])), &events).unwrap();
    assert!(matches!(trouble.cause, Cause::Probe(ProbeFailure { status: Some(500), .. })), "{:?}", trouble.cause);
}

#[test]
fn a_kubelet_that_is_slow_to_read_a_secret_is_waited_for() {
    let grace = |message: &str| {
        let waiting = json!({"waiting": {"reason": "CreateContainerConfigError", "message": message}});
        pod_troubles(&pod("2", &container(&waiting, &json!({}), 0), &json!([])), &BTreeMap::new()).unwrap().grace
    };
    assert!(grace("secret \"absent\" not found").is_some());
    assert_eq!(grace("failed to sync secret cache: timed out waiting for the condition"), None);
}

#[test]
fn what_runs_before_the_service_fails_with_its_name() {
    let mut waiting =
        pod("2", &container(&json!({"waiting": {"reason": "PodInitializing"}}), &json!({}), 0), &json!([]));
    let init = |state: &Value, last: &Value| {
        let mut init = container(state, last, 3);
        init["name"] = json!("migrate");
        Some(vec![serde_json::from_value(init).unwrap()])
    };
    let ended = json!({"terminated": {"exitCode": 3, "reason": "Error", "message": "no table"}});
    waiting.status.as_mut().unwrap().init_container_statuses =
        init(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), &ended);
    let trouble = pod_troubles(&waiting, &BTreeMap::new()).unwrap();
    let text = trouble.cause.error("x", None).render();
    assert!(text.contains("the init container \"migrate\" crashes with exit code 3"), "{text}");
    assert!(text.contains("no table") && trouble.grace == Some(Duration::ZERO), "{text}");
    assert_eq!(status_word(&waiting), "Init:CrashLoopBackOff");
    waiting.status.as_mut().unwrap().init_container_statuses =
        init(&json!({"terminated": {"exitCode": 0, "reason": "Completed"}}), &json!({}));
    assert_eq!((pod_troubles(&waiting, &BTreeMap::new()), status_word(&waiting).as_str()), (None, "PodInitializing"));
    // One that runs is called started, and is not done unless it is to serve beside the others.
    let mut running = init(&json!({"running": {}}), &ended);
    running.as_mut().unwrap()[0].started = Some(true);
    waiting.status.as_mut().unwrap().init_container_statuses = running;
    assert!(pod_troubles(&waiting, &BTreeMap::new()).unwrap().cause.to_string().contains("\"migrate\" crashes"));
    assert_eq!(status_word(&waiting), "Init:Running");
    let beside = json!([{"name": "migrate", "restartPolicy": "Always"}]);
    waiting.spec.as_mut().unwrap().init_containers = serde_json::from_value(beside).unwrap();
    assert_eq!((pod_troubles(&waiting, &BTreeMap::new()), status_word(&waiting).as_str()), (None, "PodInitializing"));
}

#[test]
fn a_start_that_the_kubelet_gave_up_is_final() {
    let running = container(&json!({"running": {}}), &json!({}), 0);
    let mut events = event("Unhealthy", "Startup probe failed: Get \"http://10.0.0.1\": connection refused");
    let grace = |events: &BTreeMap<_, _>| pod_troubles(&pod("2", &running, &json!([])), events).unwrap().grace;
    assert_eq!(grace(&events), None);
    events.extend(event("Killing", "Container main failed startup probe, will be restarted"));
    assert_eq!(grace(&events), Some(Duration::ZERO));
}

#[test]
fn a_volume_that_is_missing_is_told_until_the_image_is_asked_for() {
    let waiting = pod("2", &container(&json!({"waiting": {"reason": "ContainerCreating"}}), &json!({}), 0), &json!([]));
    let mut events = event("FailedMount", "MountVolume.SetUp failed for volume \"v\" : configmap \"c\" not found");
    let trouble = pod_troubles(&waiting, &events).unwrap();
    assert!(trouble.grace.is_some() && trouble.cause.to_string().ends_with("configmap \"c\" not found"), "{trouble:?}");
    events.extend(event("FailedMount", "MountVolume.SetUp failed for volume \"v\" : connection timed out"));
    assert_eq!(pod_troubles(&waiting, &events).unwrap().grace, None);
    events.extend(event("Pulling", "Pulling image"));
    assert!(pod_troubles(&waiting, &events).is_none());
}

#[test]
fn the_schedulers_words_say_what_to_change() {
    let hint = |words: &str| Cause::Unschedulable(words.to_owned()).error("x", None).render();
    assert!(hint("0/1 nodes are available: 1 Insufficient cpu.").contains("settings.resources"));
    assert!(hint("0/1 nodes are available: 1 node(s) had untolerated taint {a: b}.").contains("tolerations"));
    assert!(hint("1 node(s) didn't match Pod's node affinity/selector.").contains("node_selectors"));
    assert!(!hint("persistentvolumeclaim \"nope\" not found.").contains("hint"));
}

#[test]
fn an_autoscaler_at_work_is_waited_for() {
    let conditions = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                             "message": "0/1 nodes are available: 1 Insufficient cpu."}]);
    let mut waiting = pod("2", &container(&json!({}), &json!({}), 0), &conditions);
    waiting.status.as_mut().unwrap().container_statuses = None;
    assert!(pod_troubles(&waiting, &BTreeMap::new()).unwrap().grace.is_some());
    assert_eq!(pod_troubles(&waiting, &event("TriggeredScaleUp", "")).unwrap().grace, None);
}

#[test]
fn old_pods_do_not_count() {
    let status =
        container(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), &json!({"terminated": {"exitCode": 1}}), 9);
    let mut view = view(&json!({"observedGeneration": 2}));
    view.pods.insert("x-1".to_owned(), pod("1", &status, &json!([])));
    assert!(view.troubles().is_empty());
    view.pods.insert("x-2".to_owned(), pod("1", &status, &json!([{"type": "Ready", "status": "True"}])));
    assert!(view.is_still_served());
}

#[test]
fn an_image_on_its_way_is_seen_until_it_is_there() {
    let waiting = pod("2", &container(&json!({"waiting": {"reason": "ContainerCreating"}}), &json!({}), 0), &json!([]));
    let mut view = view(&json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1}));
    view.pods.insert("x-1".to_owned(), waiting);
    view.events.insert(("x-1".to_owned(), "Pulling".to_owned()), Event::default());
    assert_eq!(view.progress().unwrap().pulling, 1);
    view.events.insert(("x-1".to_owned(), "Pulled".to_owned()), Event::default());
    assert_eq!(view.progress().unwrap().pulling, 0);
}

#[test]
fn a_pause_holds_up_a_new_revision_and_no_other_number_of_pods() {
    let causes = |status: &Value| {
        let mut view = view(status);
        view.deployment.as_mut().unwrap().spec.paused = Some(true);
        view.troubles().into_iter().map(|trouble| (trouble.cause, trouble.grace.is_some())).collect::<Vec<_>>()
    };
    let paused = [(Cause::Paused { namespace: String::new() }, true)];
    assert_eq!(causes(&json!({"observedGeneration": 2, "replicas": 2, "availableReplicas": 2})), paused);
    assert_eq!(causes(&json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1})), paused);
    assert_eq!(causes(&json!({"observedGeneration": 2})), paused);
    assert_eq!(causes(&json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1})), []);
    assert_eq!(causes(&json!({"observedGeneration": 1, "replicas": 2})), []);
    assert!(view(&json!({"observedGeneration": 2})).troubles().is_empty());
    assert_eq!(
        Cause::Paused { namespace: "n".to_owned() }.error("x", None).render(),
        "error: deployment \"x\" failed to roll out: the Deployment is paused\nhint: `kubectl rollout resume \
         deployment/x -n n` lets it go on\n"
    );
}
