//! `deployment logs`: the logs of all its pods at once, line by line (layer 3).

use std::collections::{HashMap, HashSet};
use std::pin::pin;

use futures_util::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::cluster::Cluster;
use crate::cluster::failure::{self, On};
use crate::cluster::logs::{End, Lines, Part};
use crate::cluster::objects::{api, list_all};
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::deployer::manifests::{CONTAINER, selector};
use crate::deployer::rights;
use crate::error::{Error, Result};

/// What to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request {
    /// Go on, also with pods that start later.
    pub follow: bool,
    /// Only this many lines from the end of each pod's log.
    pub tail: Option<i64>,
    /// Those of the containers that ran before the last restart.
    pub previous: bool,
    /// Only the newest pod's.
    pub newest: bool,
}

/// One line of one pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The pod's name.
    pub pod: String,
    /// The line without its end. Untrusted text.
    pub text: String,
    /// Whether several pods have been read, so that the line must say which one it is from.
    pub several: bool,
}

/// Where lines go. A closed receiver ends the reading.
pub type Sink = mpsc::Sender<Line>;

/// Reads the logs of `deployment` into `sink`. Following ends once the deployment is gone and its pods have written their
/// last.
pub async fn read(cluster: &Cluster, deployment: &Deployment, request: Request, sink: &Sink) -> Result<End> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let mut pods: Vec<Pod> = list_all(&api(cluster, &namespace), &selector(&name)).await.on(cluster)?;
    pods.retain(has_started);
    pods.sort_by_key(|pod| pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
    if request.previous {
        pods.retain(has_restarted);
    }
    if request.newest {
        pods.drain(..pods.len().saturating_sub(1));
    }
    let source = Source { cluster, namespace: namespace.clone(), part: part(request), sink };
    if request.follow {
        return source.follow(&name, &deployment.uid().unwrap_or_default(), pods).await;
    }
    if pods.is_empty() && request.previous {
        return Err(Error::failure(format!("no container of deployment \"{name}\" has been restarted")));
    }
    if pods.is_empty() {
        return Err(Error::failure(format!("no pod of deployment \"{name}\" has started"))
            .hint(format!("`kubectl zenml deployment describe {name} -n {namespace}` says why")));
    }
    let several = pods.len() > 1;
    for pod in pods {
        source.copy(pod.name_any(), several).await?;
    }
    Ok(End::Whole)
}

struct Source<'a> {
    cluster: &'a Cluster,
    namespace: String,
    part: Part,
    sink: &'a Sink,
}

impl Source<'_> {
    /// All pods at once, new ones as they start, until nobody listens or the deployment is gone.
    async fn follow(&self, name: &str, uid: &str, first: Vec<Pod>) -> Result<End> {
        let mut several = first.len() > 1;
        let mut opened: HashMap<String, String> = HashMap::new();
        let mut running = JoinSet::new();
        let known: HashSet<String> = first.iter().map(ResourceExt::name_any).collect();
        let mut changes = pin!(changes::<Pod>(self.cluster, &self.namespace, Selection::labels(selector(name))));
        let mut gone = pin!(until_gone(self.cluster, &self.namespace, name, uid, |_: &Deployment| {}));
        let mut is_gone = false;
        while !is_gone || !running.is_empty() {
            tokio::select! {
                () = &mut gone, if !is_gone => is_gone = true,
                Some(change) = changes.next() => {
                    let Change::Present(pod) = change else { continue };
                    let pod_name = pod.name_any();
                    // A restarted container has a log of its own.
                    let Some(container) = container_id(&pod) else { continue };
                    if opened.get(&pod_name) == Some(&container) {
                        continue;
                    }
                    several |= opened.keys().any(|other| *other != pod_name);
                    // What a pod wrote before it was seen is of interest in full, unless it was there from the start.
                    let anew = opened.insert(pod_name.clone(), container).is_some() || !known.contains(&pod_name);
                    running.spawn(self.owned(anew).copy_owned(pod_name, several));
                }
                Some(done) = running.join_next() => done.unwrap_or(Ok(()))?,
                () = self.sink.closed() => return Ok(End::Whole),
            }
        }
        Ok(End::Deleted)
    }

    async fn copy(&self, pod: String, several: bool) -> Result<()> {
        self.owned(false).copy_owned(pod, several).await
    }

    fn owned(&self, whole: bool) -> Owned {
        let mut part = self.part.clone();
        if whole {
            part.tail = None;
        }
        Owned { cluster: self.cluster.clone(), namespace: self.namespace.clone(), part, sink: self.sink.clone() }
    }
}

/// The same for a task of its own.
struct Owned {
    cluster: Cluster,
    namespace: String,
    part: Part,
    sink: Sink,
}

impl Owned {
    /// Copies one container's log. A pod that goes away meanwhile only ends it.
    async fn copy_owned(self, pod: String, several: bool) -> Result<()> {
        let mut lines = match Lines::try_open(&self.cluster, &self.namespace, &pod, &self.part).await {
            Ok(lines) => lines,
            Err(error) if failure::is_forbidden(&error) => {
                return Err(failure::explain(&self.cluster.server, &error)
                    .hint(format!("you may not read logs, {}", rights::way("logs", &self.namespace))));
            }
            Err(_) if self.part.follow => return Ok(()),
            Err(error) => return Err(error).on(&self.cluster),
        };
        while let Some(text) = lines.next().await? {
            if self.sink.send(Line { pod: pod.clone(), text, several }).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn part(request: Request) -> Part {
    Part {
        container: Some(CONTAINER.to_owned()),
        follow: request.follow,
        tail: request.tail,
        previous: request.previous,
        ..Part::default()
    }
}

/// Whether there is a log: the container has run at least once.
fn has_started(pod: &Pod) -> bool {
    container_id(pod).is_some()
}

fn has_restarted(pod: &Pod) -> bool {
    let containers = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
    containers.and_then(|list| list.first()).is_some_and(|container| container.restart_count > 0)
}

fn container_id(pod: &Pod) -> Option<String> {
    let container = pod.status.as_ref()?.container_statuses.as_ref()?.first()?;
    container.container_id.clone().filter(|id| !id.is_empty())
}
