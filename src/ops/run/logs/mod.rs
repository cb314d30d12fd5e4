//! `run logs`: the logs of all steps at once, line by line (layer 3).

mod follow;
mod missing;

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::sync::mpsc;

use self::missing::Had;
use super::Found;
use crate::cluster::failure::{self, On};
use crate::cluster::logs::{End, Lines, Part};
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::facts::{has_started, step_name};
use crate::orchestrator::kept_logs::{self, Kept};
use crate::orchestrator::record::{Record, StepRecord};
use crate::orchestrator::unknown_step::unknown_step;
use crate::orchestrator::{checkpoint, labels};
use crate::pipeline::pod::CONTAINER;
use crate::pipeline::pod::key::ATTEMPT;
use crate::pipeline::render::instance_of;

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

/// What comes of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A line of a log.
    Line(Line),
    /// A sentence about what is missing, which is in no log.
    Note(String),
}

/// Where lines and notes go. A closed receiver ends the reading.
pub type Sink = mpsc::Sender<Told>;

/// Reads the logs of a run into `sink`. Steps that have not started have none. Of those whose pods are gone, there is what
/// was kept when they failed; of the others that is said, and where there is nothing at all it is an error.
pub async fn read(cluster: &Cluster, run: &Found, request: &Request, sink: &Sink) -> Result<End> {
    let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
    if let Some(step) = &request.step
        && !record.steps.iter().any(|known| known.name == *step)
    {
        return Err(unknown_step(&run.identity.name, &record, step));
    }
    if !request.follow {
        return once(cluster, run, request, &record, sink).await.map(|()| End::Whole);
    }
    if record.phase.is_final() {
        // Each attempt is told, as to those who were there.
        let every = Request { every: true, ..request.clone() };
        return once(cluster, run, &every, &record, sink).await.map(|()| End::Whole);
    }
    follow::follow(cluster, run, request, &record, sink).await
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
    let mut had = Had::default();
    for (step, number, source) in sources {
        if wanted.get(&step).is_some_and(|wanted| *wanted == number) || request.every {
            let copied = match source {
                Source::Pod(pod) => copy(cluster, &run.namespace, &pod, request.tail, sink).await?,
                Source::Kept(kept) => tell(kept, request.tail, sink).await.map(|()| Copied::Whole)?,
            };
            had.take(step, copied);
        }
    }
    if request.previous { Ok(()) } else { had.conclude(run, request, record, sink).await }
}

/// Says of which steps there was an earlier attempt, and is no log of it.
async fn miss(request: &Request, record: &Record, found: &HashMap<String, u16>, sink: &Sink) {
    let missed =
        |step: &&StepRecord| step.attempt > 1 && is_wanted(request, &step.name) && !found.contains_key(&step.name);
    for step in record.steps.iter().filter(missed) {
        let text = format!("[{}] (there is no log of an earlier attempt: it went with its pod)", step.name);
        let _ = sink.send(Told::Note(text)).await;
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

/// What came of a log.
enum Copied {
    /// It was there.
    Whole,
    /// It is not there any more.
    Gone,
    /// It may be there, and cannot be had.
    Failed(Error),
}

/// Copies one container's log as it is now. A pod that goes away meanwhile only ends it.
async fn copy(cluster: &Cluster, namespace: &str, pod: &Pod, tail: Option<i64>, sink: &Sink) -> Result<Copied> {
    let (step, name) = (step_name(pod), pod.name_any());
    let mut log = match Lines::try_open(cluster, namespace, &name, &part(tail)).await {
        Ok(log) => log,
        Err(error) if failure::is_not_found(&error) => return Ok(Copied::Gone),
        Err(error) => {
            let forbidden = failure::is_forbidden(&error);
            let error = failure::explain(&cluster.server, &error);
            // So it is with all of them.
            if forbidden {
                return Err(error);
            }
            let _ = sink.send(Told::Note(format!("[{step}] (its log cannot be had: {error})"))).await;
            return Ok(Copied::Failed(error));
        }
    };
    while let Some(text) = log.next().await? {
        if sink.send(Told::Line(Line { step: step.clone(), pod: name.clone(), text })).await.is_err() {
            break;
        }
    }
    Ok(Copied::Whole)
}

/// Tells what was kept of a log.
async fn tell(kept: Kept, tail: Option<i64>, sink: &Sink) -> Result<()> {
    let text = kept.text()?;
    let lines: Vec<&str> = text.lines().collect();
    let wanted = tail.and_then(|tail| usize::try_from(tail).ok()).unwrap_or(usize::MAX);
    for text in &lines[lines.len().saturating_sub(wanted)..] {
        let line = Line { step: kept.step.clone(), pod: kept.pod.clone(), text: (*text).to_owned() };
        if sink.send(Told::Line(line)).await.is_err() {
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
    !request.without.contains(name) && request.step.as_ref().is_none_or(|step| step == name || step == origin(name))
}

fn origin(name: &str) -> &str {
    instance_of(name).map_or(name, |(step, _)| step)
}
