//! Kubernetes Events about a run, on its root: `kubectl get events` and `run events` show them (layer 3). They are news,
//! not a record: who may not write them, or has too many, does without.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::api::{Api, ObjectMeta};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::record::{Phase, Record, StepPhase, StepRecord};
use crate::cluster::{Cluster, failure, objects};
use crate::orchestrator::reason::why;
use crate::pipeline::pod::Owner;

/// Who says it.
const COMPONENT: &str = "kubectl-zenml";
/// So many events about steps come from one process: a thousand steps that fail alike are no news.
const MOST_OF_STEPS: usize = 50;
/// The longest message that the server takes, in characters.
const LONGEST: usize = 1000;
/// How long the end of a run waits for its last event.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the cluster what happens to a run, in the background.
pub(super) struct Herald {
    news: Option<mpsc::UnboundedSender<(&'static str, &'static str, String)>>,
    work: JoinHandle<()>,
    of_steps: usize,
}

impl Herald {
    /// For the run whose root is `root`.
    pub(super) fn start(cluster: &Cluster, namespace: &str, root: &Owner) -> Self {
        let (news, mut told) = mpsc::unbounded_channel::<(&str, &str, String)>();
        let api: Api<Event> = objects::api(cluster, namespace);
        let (namespace, root) = (namespace.to_owned(), root.clone());
        let work = tokio::spawn(async move {
            while let Some((kind, reason, message)) = told.recv().await {
                let event = event(&namespace, &root, kind, reason, &message);
                if let Err(error) = api.create(&objects::post(false), &event).await
                    && failure::is_forbidden(&error)
                {
                    return;
                }
            }
        });
        Self { news: Some(news), work, of_steps: 0 }
    }

    /// The run begins.
    pub(super) fn began(&self, record: &Record) {
        let steps = record.total;
        self.tell("Normal", "RunStarted", format!("{steps} steps"));
    }

    /// A step changed.
    pub(super) fn step(&mut self, step: &StepRecord) {
        let reason = match step.phase {
            StepPhase::Failed => "StepFailed",
            StepPhase::Retrying => "StepRetrying",
            _ => return,
        };
        self.of_steps += 1;
        if self.of_steps <= MOST_OF_STEPS {
            let (name, attempt) = (&step.name, step.attempt);
            self.tell("Warning", reason, format!("step {name}, attempt {attempt}{}", why(step)));
        }
    }

    /// The run has ended, which is recorded.
    pub(super) async fn ended(&mut self, record: &Record) {
        let message = record.message.clone();
        let counted = format!("{} of {} steps succeeded", record.succeeded, record.total);
        let (kind, reason) = match record.phase {
            Phase::Succeeded => ("Normal", "RunSucceeded"),
            Phase::Stopped => ("Normal", "RunStopped"),
            Phase::TimedOut => ("Warning", "RunTimedOut"),
            _ => ("Warning", "RunFailed"),
        };
        self.tell(kind, reason, message.map_or(counted.clone(), |message| format!("{message}; {counted}")));
        self.news = None;
        let _ = timeout(PATIENCE, &mut self.work).await;
    }

    fn tell(&self, kind: &'static str, reason: &'static str, message: String) {
        if let Some(news) = &self.news {
            // Nobody listens where events are forbidden.
            let _ = news.send((kind, reason, message));
        }
    }
}

fn event(namespace: &str, root: &Owner, kind: &str, reason: &str, message: &str) -> Event {
    let now = Timestamp::now();
    Event {
        metadata: ObjectMeta {
            // As client-go names them.
            name: Some(format!("{}.{:x}", root.name, now.as_nanosecond())),
            namespace: Some(namespace.to_owned()),
            ..ObjectMeta::default()
        },
        involved_object: ObjectReference {
            api_version: Some("v1".to_owned()),
            kind: Some("ConfigMap".to_owned()),
            name: Some(root.name.clone()),
            namespace: Some(namespace.to_owned()),
            uid: Some(root.uid.clone()),
            ..ObjectReference::default()
        },
        type_: Some(kind.to_owned()),
        reason: Some(reason.to_owned()),
        message: Some(message.chars().take(LONGEST).collect()),
        source: Some(EventSource { component: Some(COMPONENT.to_owned()), host: None }),
        first_timestamp: Some(Time(now)),
        last_timestamp: Some(Time(now)),
        count: Some(1),
        ..Event::default()
    }
}
