//! Trying a run again, in its place (layer 3).
//!
//! All is done under the run's Lease, so that nobody else acts meanwhile, and in an order that a process may leave at any
//! point: until the record is written anew the run counts as ended, and trying again goes on where the last one stopped.
//! The root is taken from the old Job before that is deleted, or it would go with it; the new Job waits for the Lease.

pub mod reset;
pub mod variant;

use std::collections::HashSet;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Secret};
use kube::ResourceExt;
use kube::api::{Api, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::time::timeout;

use self::reset::{Reset, reset};
use super::drive::{self, Driver};
use super::lease::{self, Held};
use super::machine::Observer;
use super::progress::Report;
use super::record::{Phase, Record, StepPhase};
use super::root::{self, Mode};
use super::submit::Request as Submission;
use super::{checkpoint, job, labels, last_words, preflight};
use crate::cluster::failure::{self, On};
use crate::cluster::namespace::Chosen;
use crate::cluster::objects::{self, Created};
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::error::{Error, Result};
use crate::naming;
use crate::pipeline::pod::Owner;
use crate::pipeline::render::instance_of;
use crate::pipeline::resolve::ResolvedStep;

/// Longer than anybody keeps the Lease who does not renew it.
const PATIENCE: Duration = Duration::from_secs(40);
/// So many steps are told by name.
const MOST_NAMES: usize = 8;

/// What is to be tried again, and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Also this step or instance, and all that wait for it.
    pub from: Option<String>,
    /// The orchestrator's image; the one before where none is named.
    pub image: Option<String>,
    /// The orchestrator's image where none is named and the one before is not known.
    pub fallback: Option<String>,
}

/// Makes the run of `driver` go on with what did not succeed, and gives the names of the steps and instances that are not
/// done again. Where it is an attached run, somebody has to drive it then.
pub async fn retry(driver: &Driver, request: &Request, report: &Report) -> Result<HashSet<String>> {
    let retry = Retry { driver, request, report, object: driver.identity.object() };
    let record = retry.ended().await?;
    // What is wrong with the request is said before anything waits or changes.
    let first = reset(&driver.run, &record, request.from.as_deref())?;
    retry.check_values(&first).await?;
    let mut held = retry.lease().await?;
    let done = tokio::select! {
        done = Box::pin(retry.carry_out(record.retries)) => done,
        () = held.lost() => Err(Error::failure("the run's lease was lost; nothing is lost by trying that again")),
    };
    held.release().await;
    done
}

struct Retry<'a> {
    driver: &'a Driver,
    request: &'a Request,
    report: &'a Report,
    /// The name of the root, the Job and the Lease.
    object: String,
}

impl Retry<'_> {
    /// The record of the run, where nobody works on it. One whose Job gave up has ended too, and one whose orchestrator has
    /// not begun may get another.
    async fn ended(&self) -> Result<Record> {
        let record = self.record().await?;
        if record.phase.is_final() || self.driver.identity.mode == Mode::Attached {
            return Ok(record);
        }
        match self.job().await? {
            Some(job) if goes_on(&job) => {
                if self.has_begun().await? {
                    return Err(self.going_on().await);
                }
                // Another image is the remedy where the one before does not start.
                if self.request.image.is_some() && self.request.image != image_of(&job) {
                    return Ok(record);
                }
                let words = self.driver.identity.words(&self.driver.namespace);
                Err(self.going_on().await.hint(format!(
                    "kubectl zenml run retry {words} --orchestrator-image IMAGE    starts another one, if its orchestrator does not start"
                )))
            }
            _ => Ok(record),
        }
    }

    /// Whether an orchestrator's container runs, which works on the run or waits for its Lease.
    async fn has_begun(&self) -> Result<bool> {
        let selector =
            format!("{}={},{}={}", labels::RUN_ID, self.driver.identity.id, labels::KIND, labels::KIND_ORCHESTRATOR);
        let pods: Vec<Pod> = objects::list_all(&self.api(), &selector).await.on(&self.driver.cluster)?;
        Ok(pods.iter().any(last_words::runs))
    }

    async fn going_on(&self) -> Error {
        let Driver { cluster, namespace, identity, .. } = self.driver;
        let words = identity.words(namespace);
        let root = root::find(cluster, namespace, &self.object).await.ok().flatten();
        if root.is_some_and(|root| root::requested(&root) == Some(labels::REQUEST_SUSPEND)) {
            let name = &identity.name;
            return Error::failure(format!("run \"{name}\" is suspended; only what has ended can be tried again"))
                .hint(format!("kubectl zenml run resume {words}    goes on with it"))
                .hint(format!("kubectl zenml run stop {words}    ends it"));
        }
        Error::failure(format!("run \"{}\" goes on; only what has ended can be tried again", identity.name))
            .hint(format!("kubectl zenml run attach {words}    waits for its end"))
            .hint(format!("kubectl zenml run stop {words}    ends it"))
    }

    async fn record(&self) -> Result<Record> {
        checkpoint::load(&self.driver.cluster, &self.driver.namespace, &self.object).await
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        objects::api(&self.driver.cluster, &self.driver.namespace)
    }

    async fn job(&self) -> Result<Option<Job>> {
        self.api::<Job>().get_opt(&self.object).await.on(&self.driver.cluster)
    }

    /// Steps that have values of the run's own Secret cannot do without it. Who may not look will hear it from the step.
    async fn check_values(&self, reset: &Reset) -> Result<()> {
        let (run, secret) = (&self.driver.run, naming::run_secret(&self.driver.identity.name));
        let is_again = |name: &String| reset.steps.contains(name);
        let needs =
            run.steps.iter().find(|step| step.secrets.values().any(|key| key.name == secret) && is_again(&step.name));
        let Some(step) = needs else { return Ok(()) };
        match self.api::<Secret>().get_metadata(&secret).await {
            Err(error) if failure::is_not_found(&error) => {
                Err(Error::failure(format!("secret/{secret} is gone, with values that step \"{}\" needs", step.name))
                    .hint("submit the pipeline again: it asks for them"))
            }
            _ => Ok(()),
        }
    }

    async fn lease(&self) -> Result<Held> {
        let notice = |waiting| drive::tell(self.report, &waiting);
        match timeout(PATIENCE, lease::acquire(self.driver.claim(), None, notice)).await {
            Ok(held) => held,
            Err(_) => Err(self.going_on().await),
        }
    }

    /// Everything under the Lease. `retries`: how often the run had been tried again when this was asked for.
    async fn carry_out(&self, retries: u16) -> Result<HashSet<String>> {
        // Somebody else may have been faster.
        let mut record = self.ended().await?;
        if record.retries != retries {
            let name = &self.driver.identity.name;
            return Err(Error::failure(format!("somebody else has tried run \"{name}\" again meanwhile"))
                .hint(format!("kubectl zenml run describe {}", self.driver.identity.words(&self.driver.namespace))));
        }
        let Reset { record: again, steps } = reset(&self.driver.run, &record, self.request.from.as_deref())?;
        let image = self.rights(&steps).await?;
        if !record.phase.is_final() && image.is_some() {
            if self.job().await?.as_ref().and_then(image_of) == image {
                let image = image.as_deref().unwrap_or_default();
                self.report.notice(format!(
                    "its orchestrator's Job failed, and runs the same image again: {image}; --orchestrator-image takes another"
                ));
            }
            // Without its Job it would be taken for an aborted submission.
            (record.phase, record.message) = (Phase::Failed, Some("the orchestrator's Job failed".to_owned()));
            self.write(&record).await?;
        }
        self.end_pods(&again).await?;
        self.free_root(image.as_deref()).await?;
        let job = match &image {
            Some(image) => Some(self.renew_job(image).await?),
            None => None,
        };
        self.write(&again).await?;
        if let Some(job) = job {
            // The orchestrator makes up for this if it fails.
            let owner = objects::owner(&job, false)?;
            let _ = root::adopt(&self.driver.cluster, &self.driver.namespace, &self.object, &owner).await;
        }
        self.report.notice(told(&steps));
        let done = again.steps.into_iter().filter(|step| step.phase == StepPhase::Succeeded);
        Ok(done.map(|step| step.name).collect())
    }

    async fn write(&self, record: &Record) -> Result<()> {
        self.driver.checkpoint().record(record).await
    }

    /// The orchestrator's image, where there is one, after a look at the rights of whoever will drive the run, and at what
    /// the server says to pods of the steps that are tried again.
    async fn rights(&self, steps: &[String]) -> Result<Option<String>> {
        let image = match self.driver.identity.mode {
            Mode::Attached => None,
            Mode::Job => Some(image(self.driver, self.request).await?.ok_or_else(preflight::no_image)?),
        };
        let submission = self.submission(image.clone());
        preflight::rights(&self.driver.cluster, &submission, self.report).await?;
        let is_again = |step: &ResolvedStep| steps.iter().any(|name| origin(name) == step.name);
        preflight::pods_again(&self.driver.cluster, &submission, is_again).await?;
        Ok(image)
    }

    fn submission(&self, image: Option<String>) -> Submission {
        let (run, mode) = (self.driver.run.clone(), self.driver.identity.mode);
        let (secrets, source, record) = (Vec::new(), None, None);
        Submission { run, mode, image, chosen: Chosen::Named, create_namespace: false, secrets, source, record }
    }

    /// Pods of attempts that will not count: two attempts of a step must never be alive at once.
    async fn end_pods(&self, again: &Record) -> Result<()> {
        let owner = Owner { name: self.driver.root.name.clone(), uid: self.driver.root.uid.clone() };
        let observer = Observer::new(&self.driver.run, &owner);
        let selector = format!("{}={},{}", labels::RUN_ID, self.driver.identity.id, labels::STEP);
        let pasts: std::collections::HashMap<&str, _> =
            again.steps.iter().map(|step| (step.name.as_str(), step.past)).collect();
        let lives = |pod: &Pod| {
            let past = pasts.get(super::facts::step_name(pod).as_str()).copied().unwrap_or_default();
            observer.observe(&self.driver.run, pod).is_some_and(|seen| seen.state.lives() && seen.attempt <= past)
        };
        let Driver { cluster, namespace, .. } = self.driver;
        let mut pods = pin!(changes::<Pod>(cluster, namespace, Selection::labels(selector)));
        let (mut alive, mut listed, mut told) = (HashSet::new(), false, false);
        while let Some(change) = pods.next().await {
            match change {
                Change::ListBegins => (alive, listed) = (HashSet::new(), false),
                Change::ListEnds => listed = true,
                Change::Present(pod) if lives(&pod) => {
                    let name = pod.name_any();
                    if !std::mem::replace(&mut told, true) {
                        self.report.notice(format!("waiting for pod/{name} of the try before to end"));
                    }
                    if pod.metadata.deletion_timestamp.is_none() {
                        objects::delete(&self.api::<Pod>(), &name).await.on(cluster)?;
                    }
                    alive.insert(name);
                }
                Change::Present(pod) | Change::Gone(pod) => {
                    alive.remove(&pod.name_any());
                }
                Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
                Change::Trouble(_) => {}
            }
            if listed && alive.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Nothing is wanted of the run any more that was wanted before, and it does not go with its Job.
    async fn free_root(&self, image: Option<&str>) -> Result<()> {
        let mut metadata = json!({ "uid": self.driver.root.uid, "annotations": { labels::REQUEST: Value::Null } });
        if let Some(image) = image {
            metadata["ownerReferences"] = Value::Null;
            metadata["annotations"][labels::IMAGE] = image.into();
        }
        let patch = Patch::Merge(json!({ "metadata": metadata }));
        let roots = self.api::<ConfigMap>();
        roots.patch_metadata(&self.object, &PatchParams::default(), &patch).await.on(&self.driver.cluster).map(drop)
    }

    /// A new Job in the place of the old one.
    async fn renew_job(&self, image: &str) -> Result<Job> {
        let jobs = self.api::<Job>();
        let manifest = job::of_run(&self.driver.identity, &self.driver.run, image)?;
        let Driver { cluster, namespace, .. } = self.driver;
        loop {
            if let Some(old) = self.job().await? {
                objects::delete(&jobs, &self.object).await.on(cluster)?;
                // It is there until its finalizers are done. Who may not watch it tries after a while.
                let uid = old.uid().unwrap_or_default();
                let gone = until_gone(cluster, namespace, &self.object, &uid, |_: &Job| {});
                let _ = timeout(PATIENCE, gone).await;
            }
            if let Created::New(job) = objects::create(&jobs, &manifest).await.on(cluster)? {
                return Ok(job);
            }
        }
    }
}

/// The orchestrator's image that was named, else that of the Job, which stands on the root since a retry that was
/// interrupted.
pub async fn image(driver: &Driver, request: &Request) -> Result<Option<String>> {
    if request.image.is_some() {
        return Ok(request.image.clone());
    }
    let (cluster, namespace, object) = (&driver.cluster, &driver.namespace, driver.identity.object());
    let job = objects::api::<Job>(cluster, namespace).get_opt(&object).await.on(cluster)?;
    let root = root::find(cluster, namespace, &object).await?;
    let noted = || root.as_ref()?.annotations().get(labels::IMAGE).cloned();
    Ok(job.as_ref().and_then(image_of).or_else(noted).or_else(|| request.fallback.clone()))
}

/// The step that an instance is of.
fn origin(name: &str) -> &str {
    instance_of(name).map_or(name, |(step, _)| step)
}

/// Whether Kubernetes still sees to a Job.
fn goes_on(job: &Job) -> bool {
    let is_over = ["Failed", "Complete"].iter().any(|kind| job::condition(job, kind).is_some());
    job.metadata.deletion_timestamp.is_none() && !is_over
}

fn image_of(job: &Job) -> Option<String> {
    let containers = &job.spec.as_ref()?.template.spec.as_ref()?.containers;
    containers.iter().find(|container| container.name == job::CONTAINER)?.image.clone()
}

fn told(steps: &[String]) -> String {
    match steps.len() {
        0 => "going on where the run stopped".to_owned(),
        1..=MOST_NAMES => format!("trying again: {}", steps.join(", ")),
        many => format!("trying again: {} and {} more", steps[..MOST_NAMES].join(", "), many - MOST_NAMES),
    }
}
