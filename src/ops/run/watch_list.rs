//! `run list --watch`: what changes in the list, by watches of all that it is joined from (layer 3).

use std::collections::{HashMap, HashSet};
use std::pin::pin;

use futures_util::StreamExt;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;
use tokio::time::interval;

use super::list::{Around, Request, narrowed};
use super::{DELETED, Found, Summary};
use crate::cluster::Cluster;
use crate::cluster::watch::{Change, Selection, changes_anywhere};
use crate::error::Result;
use crate::orchestrator::{labels, lease};

/// What the watches tell.
#[derive(Debug)]
pub enum News {
    /// A run is new, or another than it was; one that was deleted says so as its status.
    Run(Box<Summary>),
    /// The runs cannot be watched for now; why.
    Trouble(String),
}

/// Tells of each run that becomes another than it is in `known`, until `tell` wants no more.
pub async fn watch(
    cluster: &Cluster,
    request: &Request,
    known: Vec<Summary>,
    mut tell: impl FnMut(News) -> Result<bool>,
) -> Result<()> {
    let namespace = request.namespace.as_deref();
    let of = |kind| Selection::labels(narrowed(kind, request));
    let mut roots = pin!(changes_anywhere::<ConfigMap>(cluster, namespace, of(labels::KIND_RUN)));
    let mut states = pin!(changes_anywhere::<ConfigMap>(cluster, namespace, of(labels::KIND_CHECKPOINT)));
    let mut jobs = pin!(changes_anywhere::<Job>(cluster, namespace, of(labels::KIND_ORCHESTRATOR)));
    let mut leases = pin!(changes_anywhere::<Lease>(cluster, namespace, of(labels::KIND_LEASE)));
    let mut pods = pin!(changes_anywhere::<Pod>(cluster, namespace, of(labels::KIND_ORCHESTRATOR)));
    // That nobody renews a Lease any more, nothing but the time tells.
    let mut time = interval(lease::RENEW);
    let mut view = View::new(known);
    let mut trouble = String::new();
    loop {
        let concerned = tokio::select! {
            Some(change) = roots.next() => match change {
                Change::Trouble(told) if told.forbidden => return Err(told.error),
                Change::Trouble(told) => {
                    let text = told.error.to_string();
                    if text != trouble && !tell(News::Trouble(text.clone()))? {
                        return Ok(());
                    }
                    trouble = text;
                    continue;
                }
                change => {
                    trouble.clear();
                    view.roots.take(change)
                }
            },
            Some(change) = states.next() => view.states.take(change),
            Some(change) = jobs.next() => view.jobs.take(change),
            Some(change) = leases.next() => view.leases.take(change),
            Some(change) = pods.next() => view.pods.take(change),
            _ = time.tick() => Concerned::All,
        };
        for run in view.news(&concerned, Timestamp::now()) {
            if !tell(News::Run(Box::new(run)))? {
                return Ok(());
            }
        }
    }
}

/// Whom a change concerns.
enum Concerned {
    Nobody,
    /// The run of this id.
    One(String),
    All,
}

/// The objects of one kind by run id, the newest of each.
struct Kept<K> {
    objects: HashMap<String, K>,
    /// The runs that the list names which is on its way.
    listed: Option<HashSet<String>>,
    sight: Sight,
    /// Whether these are the runs themselves. All else goes with them as a rule, and the watches tell that in any order: that
    /// it went alone is looked at when time has passed.
    is_whole: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    NotYet,
    Forbidden,
    Seen,
}

impl<K: ResourceExt> Kept<K> {
    fn new(is_whole: bool) -> Self {
        Self { objects: HashMap::new(), listed: None, sight: Sight::NotYet, is_whole }
    }

    fn take(&mut self, change: Change<K>) -> Concerned {
        let id = |object: &K| object.labels().get(labels::RUN_ID).cloned();
        let made = |object: &K| object.meta().creation_timestamp.as_ref().map(|time| time.0);
        match change {
            Change::ListBegins => self.listed = Some(HashSet::new()),
            Change::ListEnds => {
                let listed = self.listed.take().unwrap_or_default();
                self.objects.retain(|id, _| listed.contains(id));
                self.sight = Sight::Seen;
                return Concerned::All;
            }
            Change::Present(object) => {
                let Some(id) = id(&object) else { return Concerned::Nobody };
                if let Some(listed) = &mut self.listed {
                    listed.insert(id.clone());
                }
                if self.objects.get(&id).is_none_or(|known| made(known) <= made(&object)) {
                    self.objects.insert(id.clone(), *object);
                    return Concerned::One(id);
                }
            }
            Change::Gone(object) => {
                let known = id(&object).filter(|id| self.objects.get(id).is_some_and(|one| one.uid() == object.uid()));
                if let Some(id) = known {
                    self.objects.remove(&id);
                    return if self.is_whole { Concerned::One(id) } else { Concerned::Nobody };
                }
            }
            Change::Trouble(trouble) if trouble.forbidden && self.sight == Sight::NotYet => {
                self.sight = Sight::Forbidden;
                return Concerned::All;
            }
            Change::Trouble(_) => {}
        }
        Concerned::Nobody
    }

    /// None where looking is forbidden.
    fn seen(&self) -> Option<&HashMap<String, K>> {
        (self.sight == Sight::Seen).then_some(&self.objects)
    }
}

/// Everything that the list is joined from, and what was told of it last.
struct View {
    roots: Kept<ConfigMap>,
    states: Kept<ConfigMap>,
    jobs: Kept<Job>,
    leases: Kept<Lease>,
    pods: Kept<Pod>,
    told: HashMap<String, Summary>,
}

impl View {
    fn new(known: Vec<Summary>) -> Self {
        let told = known.into_iter().map(|run| (run.id.clone(), run)).collect();
        let (roots, states, jobs) = (Kept::new(true), Kept::new(false), Kept::new(false));
        Self { roots, states, jobs, leases: Kept::new(false), pods: Kept::new(false), told }
    }

    /// Those of the runs concerned that are another than they were, oldest first.
    fn news(&mut self, concerned: &Concerned, now: Timestamp) -> Vec<Summary> {
        let sights = [self.roots.sight, self.states.sight, self.jobs.sight, self.leases.sight, self.pods.sight];
        // Half of it would be told wrong.
        if sights.contains(&Sight::NotYet) {
            return Vec::new();
        }
        let ids: HashSet<&String> = match concerned {
            Concerned::Nobody => return Vec::new(),
            Concerned::One(id) => HashSet::from([id]),
            Concerned::All => self.roots.objects.keys().chain(self.told.keys()).collect(),
        };
        let mut news: Vec<_> = ids.into_iter().filter_map(|id| self.change(id, now)).collect();
        news.sort_by_key(|run| run.created);
        for run in &news {
            if run.status == DELETED {
                self.told.remove(&run.id);
            } else {
                self.told.insert(run.id.clone(), run.clone());
            }
        }
        news
    }

    /// The run as it is now, if it was told otherwise.
    fn change(&self, id: &str, now: Timestamp) -> Option<Summary> {
        let told = self.told.get(id);
        let Some(root) = self.roots.objects.get(id) else {
            return told.map(|run| Summary { status: DELETED, message: None, ..run.clone() });
        };
        let run = Found::of(root).ok()?;
        let now = self.around(id).summary(&run, now);
        (told != Some(&now)).then_some(now)
    }

    /// What is beside the run of this `id`.
    fn around(&self, id: &str) -> Around {
        fn one<K: Clone>(objects: &HashMap<String, K>, id: &str) -> HashMap<String, K> {
            objects.get(id).map(|object| (id.to_owned(), object.clone())).into_iter().collect()
        }
        Around {
            checkpoints: one(&self.states.objects, id),
            jobs: self.jobs.seen().map(|jobs| one(jobs, id)),
            leases: self.leases.seen().map(|leases| one(leases, id)),
            ..Around::default()
        }
        .with_pods(one(&self.pods.objects, id).into_iter().collect())
    }
}
