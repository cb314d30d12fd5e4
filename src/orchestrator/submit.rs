//! Submitting a run: everything is checked, then created in an order that leaves no half (layer 3).
//!
//! Root first, since its name reserves the run's; then what it owns; the Job last, which commits. Then the root is made
//! owned by the Job, so that deleting the Job removes the run.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{self as core, ConfigMap};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::Api;

use super::progress::Report;
use super::record::Record;
use super::root::{self, Identity, Mode, Pieces};
use super::source::Source;
use super::{cache, checkpoint, job, kept_logs, preflight, secrets, source, submitter};
use crate::cluster::namespace::{self, Chosen, Ensured};
use crate::cluster::objects::{self, Created};
use crate::cluster::{Cluster, failure};
use crate::error::{Error, Result};
use crate::pipeline::resolve::ResolvedRun;
use crate::secret::Secret;

/// So many ConfigMaps are created at once.
const AT_ONCE: usize = 8;

/// A run that somebody wants.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to run; its namespace is decided.
    pub run: Arc<ResolvedRun>,
    /// Who runs the engine.
    pub mode: Mode,
    /// Our own image, for [`Mode::Job`].
    pub image: Option<String>,
    /// Who chose the namespace.
    pub chosen: Chosen,
    /// Create a namespace that was named and is missing.
    pub create_namespace: bool,
    /// The values of the run's Secret, by key.
    pub secrets: Vec<(String, Secret<String>)>,
    /// What the run is made from, where that is to be kept.
    pub source: Option<Source>,
    /// What is done already; none for a run that begins at its beginning.
    pub record: Option<Record>,
}

/// A run that is in the cluster.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// What identifies it.
    pub identity: Identity,
    /// Where it is.
    pub namespace: String,
    /// The root as an owner.
    pub root: OwnerReference,
    /// What it runs.
    pub run: Arc<ResolvedRun>,
}

/// Checks and creates a run.
pub async fn submit(cluster: &Cluster, mut request: Request, report: &Report) -> Result<Submitted> {
    if request.mode == Mode::Job && request.image.is_none() {
        return Err(preflight::no_image());
    }
    let namespace = request.run.namespace.clone();
    let ensured = namespace::ensure(cluster, &namespace, request.chosen, request.create_namespace).await?;
    if ensured == Ensured::Created {
        report.notice(format!("namespace/{namespace} created"));
    }
    preflight::rights(cluster, &request, report).await?;
    preflight::pods(cluster, &mut request, report).await?;
    create(cluster, &request).await
}

/// What `submit` creates, in its order, for a person to look at; without owners, whose UIDs only
/// the server knows.
pub fn objects(request: &Request) -> Result<Vec<serde_json::Value>> {
    let plan = Plan::new(request)?;
    let owner = OwnerReference { uid: String::new(), ..plan.owner(&ConfigMap::default()).unwrap_or_default() };
    let mut values = vec![value(&plan.root)?];
    for piece in plan.pieces.objects(&plan.identity, &owner) {
        values.push(value(&piece)?);
    }
    values.push(value(&checkpoint::object(&plan.identity, owner.clone(), &plan.record)?)?);
    values.push(value(&kept_logs::object(&plan.identity, owner.clone()))?);
    values.extend(plan.source(request, owner)?.as_ref().map(value).transpose()?);
    if !request.secrets.is_empty() {
        values.push(secrets::hidden(&plan.identity, &request.secrets)?);
    }
    values.extend(plan.job.as_ref().map(value).transpose()?);
    for step in &request.run.steps {
        values.push(value(&preflight::unowned(&request.run, step))?);
    }
    for metadata in values.iter_mut().filter_map(|value| value["metadata"].as_object_mut()) {
        metadata.remove("ownerReferences");
        metadata.insert("namespace".to_owned(), request.run.namespace.as_str().into());
    }
    Ok(values)
}

/// Asks the server for its verdict on everything that would be created, and creates nothing.
pub async fn dry_run(cluster: &Cluster, request: &mut Request, report: &Report) -> Result<()> {
    if request.mode == Mode::Job && request.image.is_none() {
        return Err(preflight::no_image());
    }
    let (namespace, chosen) = (request.run.namespace.clone(), request.chosen);
    if namespace::is_to_be_created(cluster, &namespace, chosen, request.create_namespace).await? {
        report.notice(format!("namespace/{namespace} created (server dry run)"));
        report.notice("the run's objects cannot be tried before their namespace is there");
        return Ok(());
    }
    match request.mode {
        Mode::Attached => preflight::own_rights(cluster, &namespace).await?,
        Mode::Job => preflight::named_account(cluster, &request.run).await?,
    }
    preflight::pods(cluster, request, report).await?;
    let namespace = &request.run.namespace;
    let plan = Plan::new(request)?;
    let dry = objects::post(true);
    let refused = |error: kube::Error| submitter::refused(cluster, namespace, &error);
    match objects::api::<ConfigMap>(cluster, namespace).create(&dry, &plan.root).await {
        Err(error) if failure::is_already_exists(&error) => return Err(taken(&plan.identity, namespace)),
        created => created.map_err(refused)?,
    };
    if !request.secrets.is_empty() {
        let secret = secrets::object(&plan.identity, None, &request.secrets);
        objects::api::<core::Secret>(cluster, namespace).create(&dry, &secret).await.map_err(refused)?;
    }
    if let Some(job) = &plan.job {
        objects::api::<Job>(cluster, namespace).create(&dry, job).await.map_err(refused)?;
    }
    preflight::every_pod(cluster, &request.run).await
}

async fn create(cluster: &Cluster, request: &Request) -> Result<Submitted> {
    let plan = Plan::new(request)?;
    let (namespace, object) = (&request.run.namespace, plan.identity.object());
    let roots: Api<ConfigMap> = objects::api(cluster, namespace);
    let created = objects::create(&roots, &plan.root).await;
    let root = match created.map_err(|error| submitter::refused(cluster, namespace, &error))? {
        Created::New(root) => root,
        Created::Exists => return Err(taken(&plan.identity, namespace)),
    };
    if let Err(error) = complete(cluster, request, &plan, &root).await {
        // Nothing may remain of a run that was refused half-way; the owner reference takes the rest along.
        let _ = objects::delete(&roots, &object).await;
        return Err(error);
    }
    let root = plan.owner(&root)?;
    Ok(Submitted { identity: plan.identity, namespace: namespace.clone(), root, run: Arc::clone(&request.run) })
}

fn taken(identity: &Identity, namespace: &str) -> Error {
    Error::failure(format!("a run named \"{}\" exists in namespace \"{namespace}\"", identity.name)).hint(format!(
        "choose another name with `--name`, or delete it: `kubectl zenml run delete {}`",
        identity.words(namespace)
    ))
}

/// Whose run's ConfigMap somebody deleted, and not its Job.
fn left_over(identity: &Identity, namespace: &str) -> Error {
    let (name, object) = (&identity.name, identity.object());
    Error::failure(format!(
        "the job of a run named \"{name}\" exists in namespace \"{namespace}\", and its run was deleted"
    ))
    .hint(format!("choose another name with `--name`, or `kubectl delete job {object} -n {namespace}`"))
}

/// Everything after the root.
async fn complete(cluster: &Cluster, request: &Request, plan: &Plan, root: &ConfigMap) -> Result<()> {
    let namespace = &request.run.namespace;
    let owner = plan.owner(root)?;
    let refused = |error: kube::Error| submitter::refused(cluster, namespace, &error);
    let maps: Api<ConfigMap> = objects::api(cluster, namespace);
    if !request.secrets.is_empty() {
        let secret = secrets::object(&plan.identity, Some(owner.clone()), &request.secrets);
        objects::api::<core::Secret>(cluster, namespace)
            .create(&objects::post(false), &secret)
            .await
            .map_err(refused)?;
    }
    let mut pieces = plan.pieces.objects(&plan.identity, &owner);
    pieces.push(checkpoint::object(&plan.identity, owner.clone(), &plan.record)?);
    pieces.push(kept_logs::object(&plan.identity, owner.clone()));
    pieces.extend(plan.source(request, owner)?);
    let creating = pieces.iter().map(|piece| {
        let maps = &maps;
        async move { maps.create(&objects::post(false), piece).await.map(drop) }
    });
    // The first error in their order counts; what comes of the others goes with the root.
    stream::iter(creating).buffered(AT_ONCE).try_collect::<()>().await.map_err(refused)?;
    if request.run.steps.iter().any(|step| step.enable_cache) {
        // Another run of the pipeline may have made it.
        objects::create(&maps, &cache::object(&plan.identity)).await.map_err(refused)?;
    }
    if let Some(job) = &plan.job {
        let created = objects::create(&objects::api::<Job>(cluster, namespace), job).await;
        let job = match created.map_err(refused)? {
            Created::New(job) => job,
            Created::Exists => return Err(left_over(&plan.identity, namespace)),
        };
        // The Job commits: from here on the run exists, and the orchestrator makes up for this patch if it fails.
        let _ = root::adopt(cluster, namespace, &plan.identity.object(), &objects::owner(&job, false)?).await;
    }
    Ok(())
}

/// The objects of a run before the server has given them UIDs.
pub(super) struct Plan {
    pub(super) identity: Identity,
    pieces: Pieces,
    record: Record,
    root: ConfigMap,
    pub(super) job: Option<Job>,
}

impl Plan {
    pub(super) fn new(request: &Request) -> Result<Self> {
        let run = &request.run;
        let pieces = Pieces::pack(run)?;
        let identity = Identity {
            format: root::FORMAT,
            id: run.run_id.clone(),
            name: run.run_name.clone(),
            pipeline: run.pipeline.clone(),
            mode: request.mode,
            pieces: pieces.hashes(),
        };
        let image = request.image.as_ref().filter(|_| request.mode == Mode::Job);
        let job = image.map(|image| job::of_run(&identity, run, image)).transpose()?;
        let pending = || Record::pending(run.steps.iter().map(|step| step.name.clone()));
        let record = request.record.clone().unwrap_or_else(pending);
        Ok(Self { root: root::object(&identity)?, identity, pieces, record, job })
    }

    fn source(&self, request: &Request, root: OwnerReference) -> Result<Option<ConfigMap>> {
        let object = request.source.as_ref().map(|source| source::object(&self.identity, root, source));
        Ok(object.transpose()?.flatten())
    }

    fn owner(&self, root: &ConfigMap) -> Result<OwnerReference> {
        let owner = objects::owner(root, false)?;
        Ok(OwnerReference { name: self.identity.object(), ..owner })
    }
}

fn value(object: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(object).map_err(|error| Error::failure("cannot write JSON").because(error))
}
