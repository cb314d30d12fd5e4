//! `deploy` (layer 4).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args};
use zeroize::Zeroizing;

use super::flags::{ClusterFlags, DryRun, DryRunFlag, FormatParser, ParameterFlags, duration, namespace};
use super::place::{namespace_of_deployments, say_where};
use super::{deployment_view, input, prompt};
use crate::cluster::access::Target;
use crate::deployer::read::read_over;
use crate::deployer::spec::{SecretSource, Service};
use crate::document::overlay::Base;
use crate::error::{self, Context, Error, Result};
use crate::files;
use crate::ops::deploy::{self, Deployed, Event, Request};
use crate::ops::stack::access::active;
use crate::output::{self, Format};
use crate::secret::Secret;
use crate::stack::Kind;
use crate::ui;

/// The largest secret, in bytes: the API server's limit for a Secret as a whole.
const LARGEST_SECRET: u64 = 1024 * 1024;

/// What to deploy, and how.
#[derive(Args, Debug)]
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
    /// Give up waiting after this long
    #[arg(long, value_name = "DURATION", default_value = "600s", value_parser = duration)]
    timeout: Duration,
    /// Take over fields that another field manager owns
    #[arg(long)]
    force_conflicts: bool,
    /// Print the objects as table, wide, json, yaml, name or jsonpath=PATH
    #[arg(short, long, value_name = "FORMAT", value_parser = FormatParser, hide_possible_values = true)]
    output: Option<Format>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Runs `deploy`.
pub(super) async fn run(args: DeployArgs) -> Result<()> {
    let active = active(Kind::Deployer, Target::from(args.cluster.clone()))?;
    let service = service(&args, &active.base())?;
    for name in service.suspicious_variables() {
        ui::warn(&format!("{name} looks like a secret, and stands in the Deployment for all to read: use `secrets`"));
    }
    let cluster = active.connect().await?;
    let named = service.settings.namespace.as_deref();
    let namespace = namespace_of_deployments(args.namespace.as_deref(), named, &active, &cluster)?;
    if args.dry_run.dry_run == DryRun::Client {
        return finish(&args, &deploy::render(&service, &namespace), &service, &namespace);
    }
    say_where(&cluster, &namespace);
    let values = secrets(&service, args.filename.parent())?;
    let request = Request {
        service: &service,
        values: &values,
        namespace: &namespace,
        force_conflicts: args.force_conflicts,
        wait: args.wait.then_some(args.timeout),
    };
    let mut progress = deployment_view::Rollout::new(&service.name);
    let lines = args.format().is_none();
    let mut report = |event: Event<'_>| show(&event, args.dry_run.dry_run, lines, &mut progress);
    let deployed = if args.dry_run.dry_run == DryRun::Server {
        deploy::trial(&cluster, &request, &mut report).await
    } else {
        tokio::select! {
            deployed = deploy::deploy(&cluster, &request, &mut report) => deployed,
            _ = tokio::signal::ctrl_c() => Err(interrupted(&service.name)),
        }
    };
    drop(progress);
    finish(&args, &deployed?, &service, &namespace)
}

impl DeployArgs {
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
fn secrets(service: &Service, folder: Option<&Path>) -> Result<Vec<(String, Secret<String>)>> {
    let folder = folder.unwrap_or(Path::new(""));
    let value = |(name, source): (&str, &SecretSource)| {
        let value = match source {
            SecretSource::File(path) => file(name, &folder.join(path))?,
            _ => prompt::secret(&format!("secret {name}"), "{file: …}")?,
        };
        Ok((name.to_owned(), value))
    };
    service.own_secrets().map(value).collect()
}

/// A secret from a file, without the newline that editors put at the end.
fn file(name: &str, path: &Path) -> Result<Secret<String>> {
    let bytes = File::open(path).and_then(|file| files::read_at_most(LARGEST_SECRET, file)).map(Zeroizing::new);
    let bytes = bytes.context(|| format!("cannot read {} for the secret {name}", path.display()))?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| {
        Error::failure(format!("{} is no text, which an environment variable must be", path.display()))
    })?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Secret::new(text.to_owned()))
}

fn show(event: &Event<'_>, dry_run: DryRun, lines: bool, progress: &mut deployment_view::Rollout) {
    let note = dry_run.note();
    match event {
        Event::NamespaceCreated(name) => ui::say(&format!("namespace/{name} created{note}")),
        Event::Untried => ui::say("the service's objects cannot be tried before their namespace is there"),
        Event::Restricted => {
            ui::say("The namespace demands PodSecurity \"restricted\": the pods run as user 65532, without privileges");
        }
        Event::Applied { kind, name, outcome } if lines => {
            // Nothing can be done here about output that is not wanted; the final line reports it.
            let _ = ui::print(&output::line(kind, name, &format!("{outcome}{note}")));
        }
        Event::Applied { .. } => {}
        Event::Rollout(state, trouble) => progress.show(*state, *trouble),
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

fn interrupted(name: &str) -> Error {
    Error::new(error::Kind::Interrupted, "interrupted").hint(format!(
        "what was applied stays, and a rollout goes on in the cluster: `kubectl zenml deployment describe {name}`"
    ))
}
