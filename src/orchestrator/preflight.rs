//! What is found out before a run is created, so that nothing half remains: an image, rights, and the server's own
//! opinion of the pods (layer 3).

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;

use super::account;
use super::progress::Report;
use super::rbac::{self, Access, Granted};
use super::root::Mode;
use super::submit::{Plan, Request};
use super::{quota, submitter};
use crate::cluster::verdict::{Verdict, of_create};
use crate::cluster::{Cluster, objects, verify};
use crate::error::{Error, Result};
use crate::pipeline::pod::{self, Owner};
use crate::pipeline::render;
use crate::pipeline::resolve::{PodSecurity, ResolvedRun, ResolvedStep};

/// Of so many kinds of step pods the server is asked at most: each costs a request.
const MOST_KINDS: usize = 100;
/// So many of these are in flight at once.
const AT_ONCE: usize = 8;
/// Of so many steps it is said what the server says of them.
const MOST_TOLD: usize = 20;

/// The error for a run in the cluster without an image of ours.
pub(super) fn no_image() -> Error {
    Error::failure("this build names no orchestrator image, and without one no pod can run the pipeline")
        .hint("`--attached` runs the pipeline from this terminal, without an image")
        .hint("`kubectl zenml image export` writes the image to a file and says how to load it into kind, k3d, minikube or containerd; then name it with `--orchestrator-image`")
        .hint("or push that image to your registry and name it with `--orchestrator-image` or KUBECTL_ZENML_ORCHESTRATOR_IMAGE")
}

/// Sees to the rights of whoever will drive the run: this user, or the account of the orchestrator's pod.
pub(super) async fn rights(cluster: &Cluster, request: &Request, report: &Report) -> Result<()> {
    match request.mode {
        Mode::Attached => own_rights(cluster, &request.run.namespace).await,
        Mode::Job if request.run.orchestrator.service_account_name.is_some() => {
            named_account(cluster, &request.run).await?;
            taken(orchestrator_verdict(cluster, request).await?)
        }
        Mode::Job => own_account(cluster, request, report).await,
    }
}

/// Looks at the account of the orchestrator's pod, where somebody else manages it.
pub(super) async fn named_account(cluster: &Cluster, run: &ResolvedRun) -> Result<()> {
    match &run.orchestrator.service_account_name {
        Some(name) => account::of_orchestrator(cluster, &run.namespace, name).await,
        None => Ok(()),
    }
}

/// A run that its user may not drive would stay behind unfinished.
pub(super) async fn own_rights(cluster: &Cluster, namespace: &str) -> Result<()> {
    // A server that answers no such question will answer the requests themselves.
    let Ok(answers) = verify::allowed(cluster, namespace, rbac::ENGINE).await else { return Ok(()) };
    let lacking: Vec<String> = answers
        .into_iter()
        // Only `run logs` reads logs.
        .filter(|(resource, _, allowed)| !allowed && resource != "pods/log")
        .map(|(resource, verb, _)| format!("{verb} {resource}"))
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Error::failure(format!("this user may not run a pipeline in namespace \"{namespace}\""))
        .cause(format!("not allowed: {}", lacking.join(", ")))
        .hint("without `--attached` the orchestrator's own account does this, in a pod")
        .hint(submitter::way(namespace)))
}

/// The other way, for whoever may manage pods.
fn or_attached(error: Error) -> Error {
    error.hint("or run with `--attached`, where this user may manage pods")
}

/// Creates the account of the orchestrator's pod and its rights where they are absent.
async fn own_account(cluster: &Cluster, request: &Request, report: &Report) -> Result<()> {
    let namespace = &request.run.namespace;
    let access = Access::new(namespace);
    let mut granted = Granted::default();
    let ensured = access.ensure(cluster, namespace, &mut granted).await;
    for name in &granted.created {
        report.notice(format!("{name} created"));
    }
    ensured.map_err(or_attached)?;
    let accounts_are_hidden = granted.unknown.iter().any(|kind| kind == "serviceaccount");
    match orchestrator_verdict(cluster, request).await? {
        Some(Verdict::Brief(error)) if accounts_are_hidden => {
            return Err(or_attached(access.refused(namespace, error)));
        }
        verdict => taken(verdict)?,
    }
    if !granted.unknown.is_empty() {
        report.notice(format!(
            "cannot see the {} \"{}\" in namespace \"{namespace}\"; should the orchestrator be refused: \
             kubectl zenml rbac orchestrator -n {namespace} | kubectl apply -f -",
            granted.unknown.join(", "),
            rbac::ACCOUNT
        ));
    }
    Ok(())
}

/// What only passes will pass, and who may not create pods leaves that to the Job.
fn taken(verdict: Option<Verdict>) -> Result<()> {
    match verdict {
        Some(Verdict::PodSecurity(error) | Verdict::Refused(error)) => {
            Err(error.under("the server does not take the orchestrator's pod"))
        }
        _ => Ok(()),
    }
}

/// The server's verdict on the orchestrator's pod; none when it takes it.
async fn orchestrator_verdict(cluster: &Cluster, request: &Request) -> Result<Option<Verdict>> {
    let plan = Plan::new(request)?;
    let Some(template) = plan.job.and_then(|job| job.spec).map(|spec| spec.template) else { return Ok(None) };
    let mut metadata = template.metadata.unwrap_or_default();
    metadata.name = Some(plan.identity.object());
    Ok(verdict(cluster, &request.run.namespace, &Pod { metadata, spec: template.spec, status: None }).await)
}

/// Asks the server whether it takes a pod of each kind, and fits the pods to `restricted` where it demands that.
pub(super) async fn pods(cluster: &Cluster, request: &mut Request, report: &Report) -> Result<()> {
    let kinds = kinds(&request.run, |_| true);
    let mut verdicts = ask(cluster, &request.run, &kinds).await;
    let demands = verdicts.iter().any(|verdict| matches!(verdict, Some(Verdict::PodSecurity(_))));
    // Without privileges it would be another step than the one that was asked for.
    if demands && !is_privileged(&request.run) && request.run.pod_security == PodSecurity::Image {
        Arc::make_mut(&mut request.run).pod_security = PodSecurity::Restricted;
        report.notice(format!(
            "namespace \"{}\" enforces PodSecurity: the steps run as user {} without privileges",
            request.run.namespace,
            pod::RESTRICTED_ID
        ));
        verdicts = ask(cluster, &request.run, &kinds).await;
    }
    judge(cluster, request, kinds.into_iter().zip(verdicts)).await?;
    if request.run.settings.iter().any(|settings| settings.queue_name.is_some()) && !has_kueue(cluster).await {
        report.notice("there is no Kueue in this cluster, so nothing admits the steps that have a queue_name");
    }
    Ok(())
}

/// As [`pods`], of a run that is there, whose pods are as they are: those of the steps that are `wanted`.
pub(super) async fn pods_again(
    cluster: &Cluster,
    request: &Request,
    wanted: impl Fn(&ResolvedStep) -> bool,
) -> Result<()> {
    let kinds = kinds(&request.run, wanted);
    let verdicts = ask(cluster, &request.run, &kinds).await;
    judge(cluster, request, kinds.into_iter().zip(verdicts)).await
}

/// Asks the server whether it takes a pod of every step, and says of all that it refuses.
pub(super) async fn every_pod(cluster: &Cluster, run: &ResolvedRun) -> Result<()> {
    let steps: Vec<usize> = (0..run.steps.len()).collect();
    let verdicts = ask(cluster, run, &steps).await;
    let refused =
        |(step, verdict): (usize, Option<Verdict>)| Some((run.steps[step].name.clone(), verdict?.into_error()?));
    all(steps.into_iter().zip(verdicts).filter_map(refused).collect())
}

/// One step of each kind, of those that are `wanted`.
fn kinds(run: &ResolvedRun, wanted: impl Fn(&ResolvedStep) -> bool) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let steps = (0..run.steps.len()).filter(|step| wanted(&run.steps[*step]));
    steps.filter(|step| seen.insert(run.steps[*step].settings)).take(MOST_KINDS).collect()
}

/// The server's verdicts on the pods of `steps`, in their order.
async fn ask(cluster: &Cluster, run: &ResolvedRun, steps: &[usize]) -> Vec<Option<Verdict>> {
    let one = |step: usize| {
        let pod = unowned(run, &run.steps[step]);
        async move { verdict(cluster, &run.namespace, &pod).await }
    };
    stream::iter(steps.to_vec()).map(one).buffered(AT_ONCE).collect().await
}

fn is_privileged(run: &ResolvedRun) -> bool {
    run.settings.iter().any(|settings| settings.privileged)
}

/// Everything that stands against creating the run, at once.
async fn judge(
    cluster: &Cluster,
    request: &Request,
    verdicts: impl Iterator<Item = (usize, Option<Verdict>)>,
) -> Result<()> {
    let mut refused = Vec::new();
    for (step, verdict) in verdicts {
        // What holds for one holds for all.
        if let Some(Verdict::Closed(error) | Verdict::Ends(error)) = verdict {
            // In the cluster another account creates the pods; what it may is not this user's affair.
            if request.mode == Mode::Attached {
                return Err(error);
            }
        } else if let Err(error) = one_kind(cluster, request, step, verdict).await {
            refused.push((request.run.steps[step].name.clone(), error));
        }
    }
    all(refused)
}

/// One error out of what the server says of several steps.
fn all(mut refused: Vec<(String, Error)>) -> Result<()> {
    if refused.len() <= 1 {
        return refused.pop().map_or(Ok(()), |(_, error)| Err(error));
    }
    let more = refused.len().saturating_sub(MOST_TOLD);
    let mut error = Error::failure(format!("the server does not take the pods of {} steps", refused.len()));
    let mut hints: Vec<String> = Vec::new();
    for (step, why) in refused.into_iter().take(MOST_TOLD) {
        hints.extend(why.hints().iter().filter(|hint| !hints.contains(hint)).cloned().collect::<Vec<_>>());
        error = error.cause(format!("step \"{step}\": {}", why.brief()));
    }
    if more > 0 {
        error = error.cause(format!("and {more} more"));
    }
    Err(hints.into_iter().fold(error, Error::hint))
}

/// Whether Kueue's API is there; assumed where this cannot be seen.
async fn has_kueue(cluster: &Cluster) -> bool {
    let groups = cluster.client.list_api_groups().await;
    groups.map_or(true, |list| list.groups.iter().any(|group| group.name == "kueue.x-k8s.io"))
}

async fn one_kind(cluster: &Cluster, request: &Request, step: usize, verdict: Option<Verdict>) -> Result<()> {
    match verdict {
        Some(Verdict::PodSecurity(error)) if is_privileged(&request.run) => {
            Err(error.hint("a step says `privileged: true`: run it in another namespace"))
        }
        Some(Verdict::PodSecurity(error) | Verdict::Refused(error)) => {
            let remedy = quota::of_step(&error.to_string(), &request.run.namespace);
            Err(remedy.into_iter().fold(error, Error::hint))
        }
        // The namespace's own account may come in a moment; one that somebody named will not.
        Some(Verdict::Brief(error)) => match &request.run.settings_of(&request.run.steps[step]).service_account_name {
            Some(name) => {
                account::exists(cluster, &request.run.namespace, name, "step_pod_service_account_name").await?;
                Err(error)
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

async fn verdict(cluster: &Cluster, namespace: &str, pod: &Pod) -> Option<Verdict> {
    let api: Api<Pod> = objects::api(cluster, namespace);
    let answer = api.create(&objects::post(true), pod).await;
    answer.err().map(|error| of_create(&cluster.server, &error))
}

/// A step's first pod before the root exists.
pub(super) fn unowned(run: &ResolvedRun, step: &ResolvedStep) -> Pod {
    let mut pod = pod::pod(run, &render::planned(step), 1, &Owner { name: run.object_name(), uid: String::new() });
    pod.metadata.owner_references = None;
    pod
}
