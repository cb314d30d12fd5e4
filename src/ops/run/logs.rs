//! `run logs`: the logs of all steps at once, line by line (layer 3).

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::Found;
use crate::cluster::failure::On;
use crate::cluster::log_follow::{Followed, Next};
use crate::cluster::logs::{End, Lines, Part};
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::facts::{has_started, step_name};
use crate::orchestrator::kept_logs::{self, Kept};
use crate::orchestrator::record::{Record, StepRecord};
use crate::orchestrator::{checkpoint, labels};
use crate::pipeline::pod::CONTAINER;
use crate::pipeline::pod::key::ATTEMPT;
use crate::pipeline::render::instance_of;

/// So many logs are followed at once; those of further steps come when there is room, and are whole all the same.
const MOST_AT_ONCE: usize = 256;

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Go on until the run ends.
    pub follow: bool,
    /// One step alone.
    pub step: Option<String>,
    /// Only this many lines from the end of each step.
    pub tail: Option<i64>,
    /// Those of the attempt before the newest; of the newest else.
    pub previous: bool,
    /// Of every attempt.
    pub every: bool,
    /// Not of these steps and instances.
    pub without: HashSet<String>,
}

/// One line of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The step's name.
    pub step: String,
    /// The pod that wrote it.
    pub pod: String,
    /// The line without its end. Untrusted text.
    pub text: String,
}

/// Where lines go. A closed receiver ends the reading.
pub type Sink = mpsc::Sender<Line>;

/// Reads the logs of a run into `sink`. Steps that have not started have none. Of those whose pods are gone, there is what
/// was kept when they failed.
pub async fn read(cluster: &Cluster, run: &Found, request: &Request, sink: &Sink) -> Result<End> {
    let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
    if let Some(step) = &request.step
        && !record.steps.iter().any(|known| known.name == *step)
    {
        return Err(Error::failure(format!("run \"{}\" has no step \"{step}\"", run.identity.name)));
    }
    if request.follow {
        return follow(cluster, run, request, &record, sink).await;
    }
    once(cluster, run, request, &record, sink).await.map(|()| End::Whole)
}

/// What there is of an attempt.
enum Source {
    Pod(Box<Pod>),
    Kept(Kept),
}

/// One step after the other, in the order in which their pods were made; then what was kept of those that are gone.
async fn once(cluster: &Cluster, run: &Found, request: &Request, record: &Record, sink: &Sink) -> Result<()> {
    let pods = pods(cluster, run, request).await?;
    let names: HashSet<String> = pods.iter().map(ResourceExt::name_any).collect();
    let mut sources: Vec<_> = pods
        .into_iter()
        .filter(has_started)
        .map(|pod| (step_name(&pod), attempt(&pod), Source::Pod(Box::new(pod))))
        .collect();
    let kept = kept_logs::load(cluster, &run.namespace, &run.identity.object()).await;
    let kept = kept.into_iter().filter(|kept| is_wanted(request, &kept.step) && !names.contains(&kept.pod));
    sources.extend(kept.map(|kept| (kept.step.clone(), kept.attempt, Source::Kept(kept))));
    let wanted = chosen(&sources, request, record);
    if request.previous && wanted.is_empty() {
        return Err(Error::failure(format!("there is no log of an earlier attempt in run \"{}\"", run.identity.name))
            .hint("`run describe` shows the attempts; logs of their pods go with the pods"));
    }
    if request.previous {
        miss(request, record, &wanted, sink).await;
    }
    for (step, number, source) in sources {
        if wanted.get(&step).is_some_and(|wanted| *wanted == number) || request.every {
            match source {
                Source::Pod(pod) => copy(cluster, &run.namespace, &pod, request.tail, sink).await?,
                Source::Kept(kept) => tell(kept, request.tail, sink).await?,
            }
        }
    }
    Ok(())
}

/// Says of which steps there was an earlier attempt, and is no log of it.
async fn miss(request: &Request, record: &Record, found: &HashMap<String, u16>, sink: &Sink) {
    let missed =
        |step: &&StepRecord| step.attempt > 1 && is_wanted(request, &step.name) && !found.contains_key(&step.name);
    for step in record.steps.iter().filter(missed) {
        let text = "(there is no log of an earlier attempt: it went with its pod)".to_owned();
        let _ = sink.send(Line { step: step.name.clone(), pod: step.pod.clone().unwrap_or_default(), text }).await;
    }
}

/// Of each step, the attempt whose log is wanted.
fn chosen(sources: &[(String, u16, Source)], request: &Request, record: &Record) -> HashMap<String, u16> {
    let newest = |known: &mut HashMap<String, u16>, step: &String, attempt: u16| {
        let best = known.entry(step.clone()).or_default();
        *best = (*best).max(attempt);
    };
    let mut last = HashMap::new();
    for (step, attempt, _) in sources {
        newest(&mut last, step, *attempt);
    }
    if !request.previous {
        return last;
    }
    // What is recorded counts, also where nothing is left of it.
    for step in record.steps.iter().filter(|step| step.pod.is_some()) {
        newest(&mut last, &step.name, step.attempt);
    }
    let mut before = HashMap::new();
    for (step, attempt, _) in
        sources.iter().filter(|(step, attempt, _)| last.get(step).is_some_and(|last| attempt < last))
    {
        newest(&mut before, step, *attempt);
    }
    before
}

/// All steps at once, new ones as they start, until the run is recorded as ended or is deleted. Attempts before a retry
/// are left out.
async fn follow(cluster: &Cluster, run: &Found, request: &Request, record: &Record, sink: &Sink) -> Result<End> {
    let mut reading = Reading::new(cluster, run, request, record, sink);
    let mut pods = pin!(changes::<Pod>(cluster, &run.namespace, Selection::labels(selector(run, request))));
    let state = checkpoint::name(&run.identity.object());
    let mut state = pin!(changes::<ConfigMap>(cluster, &run.namespace, Selection::name(&state)));
    let object = run.identity.object();
    let mut gone = pin!(until_gone(cluster, &run.namespace, &object, &run.uid, |_: &ConfigMap| {}));
    let end = loop {
        tokio::select! {
            () = &mut gone => break End::Deleted,
            Some(change) = pods.next() => match change {
                Change::Present(pod) => reading.open(&pod),
                Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
                _ => {}
            },
            Some(change) = state.next() => match change {
                Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
                Change::Present(found) if checkpoint::read(&found, false)?.phase.is_final() => break End::Whole,
                _ => {}
            },
            () = sink.closed() => return Ok(End::Whole),
        }
    };
    for pod in self::pods(cluster, run, request).await.unwrap_or_default() {
        reading.open(&pod);
    }
    reading.finish().await;
    Ok(end)
}

/// The logs that are being read, one task each.
struct Reading<'a> {
    cluster: &'a Cluster,
    run: &'a Found,
    request: &'a Request,
    sink: &'a Sink,
    pasts: HashMap<String, u16>,
    opened: HashSet<String>,
    room: Arc<Semaphore>,
    /// Whether it was said that logs may not be read.
    refused: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl<'a> Reading<'a> {
    fn new(cluster: &'a Cluster, run: &'a Found, request: &'a Request, record: &Record, sink: &'a Sink) -> Self {
        let pasts = record.steps.iter().filter(|step| step.past > 0 && !record.phase.is_final());
        let pasts = pasts.map(|step| (step.name.clone(), step.past)).collect();
        let (room, refused) = (Arc::new(Semaphore::new(MOST_AT_ONCE)), Arc::default());
        Self { cluster, run, request, sink, pasts, opened: HashSet::new(), room, refused, tasks: JoinSet::new() }
    }

    fn open(&mut self, pod: &Pod) {
        let step = step_name(pod);
        let is_past = self.pasts.get(&step).is_some_and(|past| attempt(pod) <= *past);
        let is_told = is_past || self.request.without.contains(&step);
        if is_told || !is_wanted(self.request, &step) || !has_started(pod) || !self.opened.insert(pod.name_any()) {
            return;
        }
        let log = Followed::new(self.cluster, &self.run.namespace, &pod.name_any(), &part(self.request.tail));
        let (name, sink, room, refused) =
            (pod.name_any(), self.sink.clone(), Arc::clone(&self.room), Arc::clone(&self.refused));
        self.tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = room.acquire().await.ok();
            copy_on(log, step, name, &sink, &refused).await;
        });
    }

    async fn finish(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Copies a log to its end, and says where that is not the container's.
async fn copy_on(mut log: Followed, step: String, pod: String, sink: &Sink, refused: &AtomicBool) {
    let line = |text: String| Line { step: step.clone(), pod: pod.clone(), text };
    loop {
        let text = match log.next().await {
            Next::Line(text) => text,
            Next::End => return,
            Next::Lost(error) => {
                if !refused.swap(true, Ordering::Relaxed) || !error.to_string().contains("forbidden") {
                    let _ = sink.send(line(format!("(more of this log cannot be had: {error})"))).await;
                }
                return;
            }
        };
        if sink.send(line(text)).await.is_err() {
            return;
        }
    }
}

/// Copies one container's log as it is now. A pod that goes away meanwhile only ends it.
async fn copy(cluster: &Cluster, namespace: &str, pod: &Pod, tail: Option<i64>, sink: &Sink) -> Result<()> {
    let (step, name) = (step_name(pod), pod.name_any());
    let line = |text| Line { step: step.clone(), pod: name.clone(), text };
    let Ok(mut log) = Lines::open(cluster, namespace, &name, &part(tail)).await else {
        let _ = sink.send(line(format!("(the log of pod {name} is not available)"))).await;
        return Ok(());
    };
    while let Some(text) = log.next().await? {
        if sink.send(line(text)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Tells what was kept of a log.
async fn tell(kept: Kept, tail: Option<i64>, sink: &Sink) -> Result<()> {
    let text = kept.text()?;
    let lines: Vec<&str> = text.lines().collect();
    let wanted = tail.and_then(|tail| usize::try_from(tail).ok()).unwrap_or(usize::MAX);
    for text in &lines[lines.len().saturating_sub(wanted)..] {
        let line = Line { step: kept.step.clone(), pod: kept.pod.clone(), text: (*text).to_owned() };
        if sink.send(line).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn part(tail: Option<i64>) -> Part {
    // A webhook may have put a sidecar before it.
    Part { tail, container: Some(CONTAINER.to_owned()), ..Part::default() }
}

fn attempt(pod: &Pod) -> u16 {
    pod.labels().get(ATTEMPT).and_then(|text| text.parse().ok()).unwrap_or(1)
}

async fn pods(cluster: &Cluster, run: &Found, request: &Request) -> Result<Vec<Pod>> {
    let api = objects::api(cluster, &run.namespace);
    let mut pods: Vec<Pod> = objects::list_all(&api, &selector(run, request)).await.on(cluster)?;
    pods.retain(|pod| is_wanted(request, &step_name(pod)));
    pods.sort_by_key(|pod| pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
    Ok(pods)
}

fn selector(run: &Found, request: &Request) -> String {
    let id = format!("{}={}", labels::RUN_ID, run.identity.id);
    match &request.step {
        Some(step) => format!("{id},{}={}", labels::STEP, naming::label_value(origin(step))),
        None => format!("{id},{}", labels::STEP),
    }
}

/// Whether the log of this step or instance is asked for: by its own name, or by that of the step it is an instance of.
fn is_wanted(request: &Request, name: &str) -> bool {
    request.step.as_ref().is_none_or(|step| step == name || step == origin(name))
}

fn origin(name: &str) -> &str {
    instance_of(name).map_or(name, |(step, _)| step)
}
