//! `deploy` (layer 4).

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args};
use k8s_openapi::api::apps::v1::Deployment;

use super::flags::{
    ClusterFlags, DryRun, DryRunFlag, FormatParser, ParameterFlags, duration, field_manager, namespace,
};
use super::place::{namespace_of_deployments, say_where};
use super::{additional, deploy_view, deployment_view, input, prompt, secret_values};
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::cluster::apply::Outcome;
use crate::cluster::objects::FIELD_MANAGER;
use crate::deployer::manifests::auth_name;
use crate::deployer::read::read_over;
use crate::deployer::settings::AuthKey;
use crate::deployer::spec::{SecretSource, Service};
use crate::document::overlay::Base;
use crate::error::{self, Error, Result};
use crate::ops::deploy::{self, Deployed, Event, Request, Source, preflight};
use crate::ops::deployment::endpoint::{self, Endpoint};
use crate::ops::deployment::find::find;
use crate::ops::deployment::invoke;
use crate::ops::place::Place;
use crate::ops::stack::access::active;
use crate::output::{self, Format};
use crate::secret::Secret;
use crate::stack::Kind;
use crate::ui;

/// What to deploy, and how.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct DeployArgs {
    /// Read the service from this file; - is standard input
    #[arg(short, long = "filename", value_name = "FILE")]
    filename: PathBuf,
    #[command(flatten)]
    parameters: ParameterFlags,
    /// Use this namespace [default: the file's, else the context's, else zenml-deployments]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    #[command(flatten)]
    dry_run: DryRunFlag,
    /// Wait until the new pods serve
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    wait: bool,
    /// Give up waiting after this long [default: what the file says, else 600s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
    /// Show what would be changed, and change nothing
    #[arg(long, conflicts_with_all = ["dry_run", "output"])]
    diff: bool,
    /// Go back to the revision before when the rollout fails; a failed first deploy is deleted
    #[arg(long, visible_alias = "atomic")]
    rollback_on_failure: bool,
    /// Take over objects of the same names that somebody else made
    #[arg(long)]
    adopt: bool,
    /// Replace the key that requests must carry, which restarts the pods
    #[arg(long)]
    rotate_auth_key: bool,
    /// Take over fields that another field manager owns
    #[arg(long)]
    force_conflicts: bool,
    /// Apply under this name
    #[arg(long, value_name = "NAME", default_value = FIELD_MANAGER, value_parser = field_manager)]
    field_manager: String,
    /// Print the objects as table, wide, json, yaml, name or jsonpath=PATH
    #[arg(short, long, value_name = "FORMAT", value_parser = FormatParser, hide_possible_values = true)]
    output: Option<Format>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// How long a rollout may take when nobody says.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs `deploy`.
pub(super) async fn run(args: DeployArgs) -> Result<()> {
    let active = active(Kind::Deployer, Target::from(args.cluster.clone()))?;
    let service = service(&args, &active.base())?;
    if args.rotate_auth_key && service.settings.auth_key.is_none() {
        return Err(Error::usage("the service has no auth key to replace")
            .hint("set generate_auth_key: true under settings.deployer"));
    }
    check_way_back(&args, &service)?;
    warn(&service);
    let cluster = active.connect().await?;
    let named = service.settings.namespace.as_deref();
    let namespace = namespace_of_deployments(args.namespace.as_deref(), named, &active, &cluster)?;
    let folder = args.filename.parent().unwrap_or(Path::new(""));
    let more = additional::read(&service.settings.additional_resources, folder, &namespace)?;
    if args.dry_run.dry_run == DryRun::Client {
        let (more, files) = (&more.objects, &more.files);
        let source = Source::File { service: &service, values: &[], auth_key: None, more, files };
        return finish(&args, &deploy::render(&source, &namespace)?, &service, &namespace);
    }
    if !args.wait && args.rollback_on_failure {
        return Err(Error::usage(
            "--rollback-on-failure and --wait=false exclude each other: nobody would see the failure",
        ));
    }
    if !args.wait && service.settings.atomic {
        ui::warn("settings.deployer.atomic has no effect with --wait=false: nobody would see the failure");
    }
    say_where(&cluster, &namespace);
    let values = secrets(&service, folder)?;
    let auth_key = auth_key(&service, folder)?;
    let more = additional::resolved(&cluster, more).await?;
    let (more, files) = (&more.objects, &more.files);
    let request = Request {
        source: Source::File { service: &service, values: &values, auth_key: auth_key.as_ref(), more, files },
        namespace: &namespace,
        field_manager: &args.field_manager,
        force_conflicts: args.force_conflicts,
        adopt: args.adopt,
        rotate_auth_key: args.rotate_auth_key,
        atomic: args.rollback_on_failure || service.settings.atomic,
        keep_pods: false,
        wait: args.wait.then(|| args.patience(&service)),
    };
    Box::pin(act(&args, &cluster, &request, &service)).await
}

/// A key that was replaced could not be put back: it is written without being read.
fn check_way_back(args: &DeployArgs, service: &Service) -> Result<()> {
    let (setting, instead) = match (args.rollback_on_failure, service.settings.atomic) {
        (true, _) => ("--rollback-on-failure", "without --rollback-on-failure"),
        (false, true) => ("settings.deployer.atomic", "with `atomic: false`"),
        (false, false) => return Ok(()),
    };
    if !args.rotate_auth_key {
        return Ok(());
    }
    let message = format!("--rotate-auth-key and {setting} exclude each other: the key before could not be restored");
    Err(Error::usage(message).hint(format!("replace the key in a deploy of its own, {instead}")))
}

async fn act(args: &DeployArgs, cluster: &Cluster, request: &Request<'_>, service: &Service) -> Result<()> {
    for warning in preflight::warnings(cluster, service, request.namespace).await {
        ui::warn(&warning);
    }
    let mut progress = deployment_view::Rollout::new(&service.name);
    let lines = args.format().is_none() && !args.diff;
    let key_replaced = Cell::new(false);
    let mut report = |event: Event<'_>| {
        key_replaced.set(key_replaced.get() || is_key_replaced(&event, &service.name));
        deploy_view::show(&event, args.dry_run.dry_run, lines, &mut progress);
    };
    if args.diff {
        let differences = Box::pin(deploy::diff::diff(cluster, request, &mut report)).await?;
        return ui::print(&deploy_view::diff(&differences)?);
    }
    let deployed = if args.dry_run.dry_run == DryRun::Server {
        deploy::trial(cluster, request, &mut report).await
    } else {
        tokio::select! {
            deployed = deploy::deploy(cluster, request, &mut report) => deployed,
            _ = tokio::signal::ctrl_c() => Err(interrupted(&service.name, key_replaced.get())),
        }
    };
    drop(progress);
    finish(args, &deployed?, service, request.namespace)?;
    let (has_key, published) = (service.settings.auth_key.is_some(), service.settings.is_published());
    if !args.wait || args.dry_run.dry_run != DryRun::None || !(has_key || published) {
        return Ok(());
    }
    let place = Place { namespace: request.namespace.to_owned(), only: true };
    let deployment = find(cluster, &place, &service.name).await?;
    // The service serves, whatever may be seen of its address.
    if published
        && args.format().is_none()
        && let Ok(endpoint) = endpoint::endpoint(cluster, &deployment).await
    {
        say_address(&endpoint);
    }
    if has_key {
        try_without_key(cluster, &deployment).await;
    }
    Ok(())
}

/// Where a service that is to be reached from outside is, or why it is nowhere yet.
fn say_address(endpoint: &Endpoint) {
    if let Some(url) = &endpoint.url {
        ui::say(&format!("It is published at {url}"));
    }
    endpoint.notes.iter().for_each(|note| ui::say(&format!("{}: {note}", endpoint.through)));
}

/// A key that the service does not check protects nothing.
async fn try_without_key(cluster: &Cluster, deployment: &Deployment) {
    if invoke::is_open(cluster, deployment).await == Some(true) {
        ui::warn(
            "the service is open: a call without the key was not answered with 401 or 403. The container must compare each \
             request's `Authorization: Bearer` with $ZENML_AUTH_KEY",
        );
    }
}

/// Says what is allowed and hardly meant.
fn warn(service: &Service) {
    for name in service.suspicious_variables() {
        ui::warn(&format!("{name} looks like a secret, and stands in the Deployment for all to read: use `secrets`"));
    }
    for (setting, why) in &service.settings.without_effect {
        ui::warn(&format!("settings.deployer.{setting} has no effect: {why}"));
    }
}

impl DeployArgs {
    /// How long to wait.
    fn patience(&self, service: &Service) -> Duration {
        let of_file = service.settings.timeout.map(|seconds| Duration::from_secs(u64::from(seconds)));
        self.timeout.or(of_file).unwrap_or(PATIENCE)
    }

    /// How to print the objects; none for a line about each, which is their table.
    fn format(&self) -> Option<&Format> {
        self.output.as_ref().filter(|format| !format.is_table())
    }
}

/// Reads and checks the file, with the deployer's settings under its own.
fn service(args: &DeployArgs, base: &Base) -> Result<Service> {
    let (file, text) = input::text(&args.filename)?;
    read_over(&file, &text, &input::overrides(&args.parameters.parameters)?, base)
}

/// The values of the secrets that are ours to bring; files are relative to the service file.
fn secrets(service: &Service, folder: &Path) -> Result<Vec<(String, Secret<String>)>> {
    let value =
        |(name, source): (&str, &SecretSource)| Ok((name.to_owned(), secret_values::value(name, source, folder)?));
    service.own_secrets().map(value).collect()
}

/// The key that requests must carry, where it is ours to bring.
fn auth_key(service: &Service, folder: &Path) -> Result<Option<Secret<String>>> {
    match &service.settings.auth_key {
        None | Some(AuthKey::Generate) => Ok(None),
        Some(AuthKey::File(path)) => {
            let key = secret_values::file("auth_key", &folder.join(path))?;
            // An empty one is carried by every request.
            if key.expose().is_empty() {
                return Err(Error::failure(format!("{} is empty, which no auth key may be", path.display())));
            }
            Ok(Some(key))
        }
        Some(AuthKey::Prompt) => prompt::secret("auth_key", "{file: …}").map(Some),
    }
}

fn finish(args: &DeployArgs, deployed: &Deployed, service: &Service, namespace: &str) -> Result<()> {
    if let Some(format) = args.format() {
        return ui::print(&output::objects::render(&deployed.objects, format)?);
    }
    let dry_run = args.dry_run.dry_run;
    match dry_run {
        DryRun::Client => ui::print(&output::objects::lines(&deployed.objects, &format!("created{}", dry_run.note()))),
        DryRun::None if args.wait => {
            ui::print(&format!("deployment \"{}\" successfully rolled out\n", service.name))?;
            let call = format!("kubectl zenml deployment invoke {} -n {namespace} --json '{{…}}'", service.name);
            ui::say(&format!("Revision {} serves. Call it: {call}", deployed.revision));
            Ok(())
        }
        DryRun::Server | DryRun::None => Ok(()),
    }
}

/// Whether it says that the key which requests must carry is another now.
fn is_key_replaced(event: &Event<'_>, deployment: &str) -> bool {
    let Event::Applied { kind: "secret", name, outcome: Outcome::Configured } = event else { return false };
    *name == auth_name(deployment)
}

/// What is said to the one who presses Ctrl-C. `name` is the deployment's.
pub(super) fn interrupted(name: &str, key_replaced: bool) -> Error {
    let error = Error::new(error::Kind::Interrupted, "interrupted").hint(format!(
        "what was applied stays, and a rollout goes on in the cluster: `kubectl zenml deployment describe {name}`"
    ));
    if key_replaced { error.hint(deploy::key_replaced(name, deploy::KEY_LATE)) } else { error }
}
