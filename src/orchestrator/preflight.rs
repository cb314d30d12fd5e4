//! What is found out before a run is created, so that nothing half remains: an image, rights, and the server's own
//! opinion of the pods (layer 3).

use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;

use super::progress::Report;
use super::rbac::{self, Access, Granted};
use super::root::Mode;
use super::submit::{Plan, Request};
use crate::cluster::verdict::{Verdict, of_create};
use crate::cluster::{Cluster, objects, verify};
use crate::error::{Error, Result};
use crate::pipeline::pod::{self, Owner};
use crate::pipeline::resolve::{PodSecurity, ResolvedRun, ResolvedStep};

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
        Mode::Job => account(cluster, request, report).await,
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
        .hint(format!("`kubectl zenml rbac orchestrator -n {namespace}` prints a Role that allows it")))
}

/// The other way, for whoever may manage pods.
fn or_attached(error: Error) -> Error {
    error.hint("or run with `--attached`, where this user may manage pods")
}

/// Creates the account of the orchestrator's pod and its rights where they are absent.
async fn account(cluster: &Cluster, request: &Request, report: &Report) -> Result<()> {
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
        Some(Verdict::PodSecurity(error) | Verdict::Refused(error)) => {
            return Err(error.under("the server does not take the orchestrator's pod"));
        }
        // What only passes will pass, and who may not create pods leaves that to the Job.
        _ => {}
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

/// The server's verdict on the orchestrator's pod; none when it takes it.
async fn orchestrator_verdict(cluster: &Cluster, request: &Request) -> Result<Option<Verdict>> {
    let plan = Plan::new(request)?;
    let Some(template) = plan.job.and_then(|job| job.spec).map(|spec| spec.template) else { return Ok(None) };
    let mut metadata = template.metadata.unwrap_or_default();
    metadata.name = Some(plan.identity.object());
    Ok(verdict(cluster, &request.run.namespace, &Pod { metadata, spec: template.spec, status: None }).await)
}

/// Asks the server whether it takes the first step's pod, and fits the pods to `restricted` where it demands that.
pub(super) async fn pods(cluster: &Cluster, request: &mut Request, report: &Report) -> Result<()> {
    match first_step_verdict(cluster, &request.run).await {
        Some(Verdict::PodSecurity(_)) if request.run.pod_security == PodSecurity::Image => {
            request.run.pod_security = PodSecurity::Restricted;
            report.notice(format!(
                "namespace \"{}\" enforces PodSecurity: the steps run as user {} without privileges",
                request.run.namespace,
                pod::RESTRICTED_ID
            ));
            match first_step_verdict(cluster, &request.run).await {
                Some(Verdict::PodSecurity(error) | Verdict::Refused(error)) => Err(error),
                _ => Ok(()),
            }
        }
        Some(Verdict::PodSecurity(error) | Verdict::Refused(error)) => Err(error),
        // In the cluster another account creates the pods; what it may is not this user's affair.
        Some(Verdict::Closed(error)) if request.mode == Mode::Attached => Err(error),
        _ => Ok(()),
    }
}

async fn first_step_verdict(cluster: &Cluster, run: &ResolvedRun) -> Option<Verdict> {
    verdict(cluster, &run.namespace, &unowned(run, run.steps.first()?)).await
}

async fn verdict(cluster: &Cluster, namespace: &str, pod: &Pod) -> Option<Verdict> {
    let api: Api<Pod> = objects::api(cluster, namespace);
    let answer = api.create(&objects::post(true), pod).await;
    answer.err().map(|error| of_create(&cluster.server, &error))
}

/// A step's first pod before the root exists.
pub(super) fn unowned(run: &ResolvedRun, step: &ResolvedStep) -> Pod {
    let mut pod = pod::pod(run, step, 1, &Owner { name: run.object_name(), uid: String::new() });
    pod.metadata.owner_references = None;
    pod
}
