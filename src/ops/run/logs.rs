//! `run logs`: the logs of all steps at once, line by line (layer 3).

use std::collections::HashSet;
use std::pin::pin;

use futures_util::StreamExt;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Found;
use crate::cluster::failure::On;
use crate::cluster::logs::{End, Lines, Part};
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::facts::{has_started, step_name};
use crate::orchestrator::{checkpoint, labels};

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Go on until the run ends.
    pub follow: bool,
    /// One step alone.
    pub step: Option<String>,
    /// Only this many lines from the end of each step.
    pub tail: Option<i64>,
}

/// One line of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The step's name.
    pub step: String,
    /// The line without its end. Untrusted text.
    pub text: String,
}

/// Where lines go. A closed receiver ends the reading.
pub type Sink = mpsc::Sender<Line>;

/// Reads the logs of a run into `sink`. Steps that have not started have none; those whose pods are gone neither.
pub async fn read(cluster: &Cluster, run: &Found, request: &Request, sink: &Sink) -> Result<End> {
    if let Some(step) = &request.step {
        let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
        if !record.steps.iter().any(|known| known.name == *step) {
            return Err(Error::failure(format!("run \"{}\" has no step \"{step}\"", run.identity.name)));
        }
    }
    if request.follow {
        return follow(cluster, run, request, sink).await;
    }
    once(cluster, run, request, sink).await.map(|()| End::Whole)
}

/// One step after the other, in the order in which their pods were made.
async fn once(cluster: &Cluster, run: &Found, request: &Request, sink: &Sink) -> Result<()> {
    for pod in pods(cluster, run, request).await?.iter().filter(|pod| has_started(pod)) {
        copy(cluster, &run.namespace, pod, part(request, false), sink).await?;
    }
    Ok(())
}

/// All steps at once, new ones as they start, until the run is recorded as ended or is deleted.
async fn follow(cluster: &Cluster, run: &Found, request: &Request, sink: &Sink) -> Result<End> {
    let mut reading = Reading::new(cluster, run, request, sink);
    let mut pods = pin!(changes::<Pod>(cluster, &run.namespace, Selection::labels(selector(run, request))));
    let state = checkpoint::name(&run.identity.object());
    let mut state = pin!(changes::<ConfigMap>(cluster, &run.namespace, Selection::name(&state)));
    let object = run.identity.object();
    let mut gone = pin!(until_gone(cluster, &run.namespace, &object, &run.uid, |_: &ConfigMap| {}));
    let end = loop {
        tokio::select! {
            () = &mut gone => break End::Deleted,
            Some(change) = pods.next() => if let Change::Present(pod) = change { reading.open(&pod) },
            Some(change) = state.next() => match change {
                Change::Present(found) if checkpoint::read(&found, false)?.phase.is_final() => break End::Whole,
                Change::Gone(_) => break End::Deleted,
                _ => {}
            },
            () = sink.closed() => return Ok(End::Whole),
        }
    };
    for pod in pods_quietly(cluster, run, request).await {
        reading.open(&pod);
    }
    reading.finish().await.map(|()| end)
}

/// The logs that are being read, one task each.
struct Reading<'a> {
    cluster: &'a Cluster,
    run: &'a Found,
    request: &'a Request,
    sink: &'a Sink,
    opened: HashSet<String>,
    tasks: JoinSet<Result<()>>,
}

impl<'a> Reading<'a> {
    fn new(cluster: &'a Cluster, run: &'a Found, request: &'a Request, sink: &'a Sink) -> Self {
        Self { cluster, run, request, sink, opened: HashSet::new(), tasks: JoinSet::new() }
    }

    fn open(&mut self, pod: &Pod) {
        if !has_started(pod) || !self.opened.insert(pod.name_any()) {
            return;
        }
        let (cluster, namespace) = (self.cluster.clone(), self.run.namespace.clone());
        let (pod, sink, part) = (pod.clone(), self.sink.clone(), part(self.request, true));
        self.tasks.spawn(async move { copy(&cluster, &namespace, &pod, part, &sink).await });
    }

    async fn finish(mut self) -> Result<()> {
        while let Some(done) = self.tasks.join_next().await {
            if let Ok(result) = done {
                result?;
            }
        }
        Ok(())
    }
}

/// Copies one container's log. A pod that goes away meanwhile only ends it.
pub(crate) async fn copy(cluster: &Cluster, namespace: &str, pod: &Pod, part: Part, sink: &Sink) -> Result<()> {
    let step = step_name(pod);
    let Ok(mut log) = Lines::open(cluster, namespace, &pod.name_any(), &part).await else {
        let text = format!("(the log of pod {} is not available)", pod.name_any());
        let _ = sink.send(Line { step, text }).await;
        return Ok(());
    };
    while let Some(text) = log.next().await? {
        if sink.send(Line { step: step.clone(), text }).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn part(request: &Request, follow: bool) -> Part {
    Part { follow, tail: request.tail, ..Part::default() }
}

async fn pods(cluster: &Cluster, run: &Found, request: &Request) -> Result<Vec<Pod>> {
    let api = objects::api(cluster, &run.namespace);
    let mut pods: Vec<Pod> = objects::list_all(&api, &selector(run, request)).await.on(cluster)?;
    pods.sort_by_key(|pod| pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
    Ok(pods)
}

async fn pods_quietly(cluster: &Cluster, run: &Found, request: &Request) -> Vec<Pod> {
    pods(cluster, run, request).await.unwrap_or_default()
}

fn selector(run: &Found, request: &Request) -> String {
    let id = format!("{}={}", labels::RUN_ID, run.identity.id);
    match &request.step {
        Some(step) => format!("{id},{}={}", labels::STEP, naming::label_value(step)),
        None => format!("{id},{}", labels::STEP),
    }
}
