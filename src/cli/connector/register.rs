//! `register` (layer 4).

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::fields::{Fields, Name};
use super::interactive;
use super::label;
use super::lifetime::LifetimeFlags;
use super::view::until;
use super::zenml::ShortFlags;
use crate::cli::vault;
use crate::connector::catalogue::{AuthMethod, ConnectorType, Id, ResourceType};
use crate::connector::{Connector, TYPE};
use crate::error::{Error, Result};
use crate::execcred::ApiVersion;
use crate::ops::connector::given::Given;
use crate::ops::connector::register::{self, Registered, Request};
use crate::ops::connector::seal::{self, Which};
use crate::output::table;
use crate::paths::Home;
use crate::ui;
use crate::vault::content::PASSWORD;

/// Register a connector from a kubeconfig context, or from flags
///
/// Takes the context's cluster and credential, tries them against the cluster, and keeps them: the credential sealed in
/// the vault, the rest as `connector describe` shows it. The credential may be a token, a client certificate, an exec
/// plugin (EKS, GKE, AKS, OIDC), a token file, or a user name and password. With --service-account it stays in the vault,
/// and short-lived tokens of that account are handed out instead. Nothing is stored unless everything works.
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a flag")]
pub(crate) struct Register {
    /// The connector's name [default: the last part of the context's name]
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The same as NAME
    #[arg(long = "name", id = "long_name", value_name = "NAME", hide = true, conflicts_with = "name")]
    long_name: Option<String>,
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) asking: Asking,
    /// Do not explain what is asked for
    #[arg(long, requires = "interactive", alias = "no_docs")]
    pub(super) no_docs: bool,
    /// Register a connector of this type; there is only `kubernetes`
    #[arg(long = "type", value_name = "TYPE", default_value = TYPE, hide_possible_values = true,
        value_parser = Name { names: ConnectorType::names, find: ConnectorType::find })]
    pub(super) kind: &'static ConnectorType,
    /// Insist on this type of resource
    #[arg(long, value_name = "TYPE", hide_possible_values = true,
        value_parser = Name { names: ResourceType::names, find: ResourceType::find })]
    resource_type: Option<&'static ResourceType>,
    /// Insist on this resource: the cluster's name
    #[arg(long, value_name = "NAME")]
    resource_id: Option<String>,
    /// Insist on this method
    #[arg(long, value_name = "METHOD",
        value_parser = Name { names: AuthMethod::names, find: AuthMethod::find })]
    pub(super) auth_method: Option<&'static AuthMethod>,
    /// Describe the connector in your own words
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Option<String>,
    /// Label the connector (can be repeated)
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = label::set)]
    labels: Vec<(String, String)>,
    #[command(flatten)]
    lifetime: LifetimeFlags,
    /// Register a context or server without any credential too; only our own commands can use such a connector
    #[arg(long)]
    allow_anonymous: bool,
    /// Do not ask the cluster whether the credential works
    #[arg(long)]
    no_verify: bool,
    /// Check everything and store nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    sealing: Sealing,
    #[command(flatten)]
    pub(super) fields: Fields,
    #[command(flatten)]
    _zenml: ShortFlags,
}

/// What becomes of the context.
#[derive(Args, Clone, Copy, Debug)]
struct Sealing {
    /// Seal the context's user too: see `connector seal --help`
    #[arg(long, conflicts_with_all = ["server", "certificate-authority", "insecure-skip-tls-verify", "tls-server-name",
        "proxy-url", "as", "token", "token-file", "client-certificate", "username", "exec-command", "service-account",
        "dry_run", "in_cluster", "interactive"])]
    seal: bool,
}

/// Where everything comes from, when it does not come from flags.
#[derive(Args, Clone, Debug)]
pub(super) struct Source {
    /// Register this context instead of the current one
    #[arg(long, value_name = "NAME", alias = "kubernetes-context")]
    pub(super) context: Option<String>,
    /// Read this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// Register the cluster of the pod that this runs in, with its mounted ServiceAccount
    #[arg(long, conflicts_with_all = IN_CLUSTER_HAS)]
    pub(super) in_cluster: bool,
    /// Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag
    #[arg(long, alias = "use-kubeconfig", conflicts_with = "server")]
    pub(super) auto_configure: bool,
}

/// What is asked for on the terminal.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Asking {
    /// Ask for everything that is not given
    #[arg(short, long)]
    pub(super) interactive: bool,
    /// Show secrets while they are typed
    #[arg(long, requires = "interactive")]
    pub(super) show_secrets: bool,
}

/// What a pod has of itself.
const IN_CLUSTER_HAS: [&str; 9] = [
    "context",
    "kubeconfig",
    "auto_configure",
    "server",
    "token",
    "client-certificate",
    "token-file",
    "username",
    "exec-command",
];

impl Register {
    /// Registers, and says with access to what.
    pub(crate) async fn run(mut self) -> Result<()> {
        let (dry_run, home) = (self.dry_run, Home::from_env()?);
        self.name = self.name.or(self.long_name.take());
        if self.asking.interactive {
            return interactive::run(&home, self).await;
        }
        let holder = if dry_run { None } else { vault::ask(&home).await? };
        let sealing = self.sealing.seal;
        let request = Request { holder, ..self.request()? };
        let seal = sealing.then(|| (request.kubeconfig.clone(), request.no_verify, request.terminal));
        let spinner = (!request.may_prompt()).then(|| ui::Spinner::start("Asking the cluster who this is"));
        let registered = register::register(&home, request).await;
        drop(spinner);
        let registered = registered?;
        let Some((kubeconfig, no_verify, terminal)) = seal else { return print(&registered, dry_run, false) };
        let which = registered.context.clone().map_or(Which::Current, Which::Context);
        let (id, api_version) = (Some(registered.connector.id.clone()), ApiVersion::V1Beta1);
        let wanted = seal::Request { which, kubeconfig, api_version, no_verify, terminal, ..seal::Request::default() };
        let outcomes = seal::seal(&home, &seal::Request { registered: id, ..wanted }).await?;
        // Where the user could not be sealed, nothing is registered either.
        if outcomes.iter().all(|outcome| outcome.result.is_ok()) {
            print(&registered, dry_run, true)?;
        }
        super::seal::print(outcomes, dry_run)
    }

    /// What the flags ask for. Reads the files that they name.
    pub(super) fn request(self) -> Result<Request> {
        if self.lifetime.expiration_seconds.is_some() && self.fields.lacks(Id::ServiceAccount) {
            return Err(Error::usage("--expiration-seconds is for tokens that are minted: add --service-account"));
        }
        let method = self.auth_method.map(|about| about.method);
        let given = self.fields.given(method, self.lifetime.expiration_seconds)?;
        Ok(Request {
            name: self.name,
            given: Given { in_cluster: self.source.in_cluster, allow_anonymous: self.allow_anonymous, ..given },
            context: self.source.context,
            kubeconfig: self.source.kubeconfig,
            description: self.description,
            labels: self.labels.into_iter().collect::<BTreeMap<_, _>>(),
            resource_id: self.resource_id,
            expires_at: self.lifetime.expires_at,
            expires_skew_tolerance: self.lifetime.expires_skew_tolerance,
            no_verify: self.no_verify,
            dry_run: self.dry_run,
            terminal: io::stdin().is_terminal() && io::stderr().is_terminal(),
            holder: None,
        })
    }
}

pub(super) fn print(registered: &Registered, dry_run: bool, sealing: bool) -> Result<()> {
    let Registered { connector, context, warnings, .. } = registered;
    // The server and the kubeconfig wrote these; neither may forge a line of ours.
    let context =
        context.as_ref().map(|context| format!("context \"{}\", ", context.escape_debug())).unwrap_or_default();
    ui::say(&format!("{context}server {}, {}", connector.configuration.server, who(registered).escape_debug()));
    for warning in warnings {
        ui::warn(warning);
    }
    let suffix = if dry_run { " (dry run)" } else { "" };
    let resources = connector.resource_types.iter().map(|kind| vec![kind.clone(), connector.resource_name.clone()]);
    let table = table::render(&["RESOURCE TYPE", "RESOURCE NAME"], &resources.collect::<Vec<_>>());
    ui::print(&format!("connector/{} registered{suffix}\n{table}", connector.name))?;
    if !dry_run && !sealing {
        ui::say(&next(connector));
    }
    Ok(())
}

fn who(registered: &Registered) -> &str {
    match &registered.identity {
        Some(identity) => identity.account.as_deref().unwrap_or("a user whom the server does not name"),
        None => "not verified",
    }
}

/// What is going to be registered.
pub(super) fn summary(registered: &Registered) -> String {
    let connector = &registered.connector;
    let fields = [
        ("Name", connector.name.clone()),
        ("Type", connector.kind.clone()),
        ("Auth Method", connector.auth_method.clone()),
        ("Server", connector.configuration.server.clone()),
        ("Resource Name", connector.resource_name.clone()),
        ("Account", who(registered).escape_debug().to_string()),
        ("Expires In", until(connector)),
    ];
    table::fields(&fields)
}

fn next(connector: &Connector) -> String {
    let name = &connector.name;
    if connector.is_anonymous() {
        return format!("To use it, run `kubectl zenml submit --connector {name}`; it has no credential for kubectl.");
    }
    if connector.auth_method == PASSWORD {
        return format!(
            "To use it, run `kubectl zenml submit --connector {name}`; kubectl itself cannot, see `kubectl zenml login --help`."
        );
    }
    format!("To use it with kubectl, run `kubectl zenml login {name} --set-current`.")
}
