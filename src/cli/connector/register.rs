//! `register` (layer 4).

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::fields::{self, ClusterFields, CredentialFields};
use crate::cli::vault;
use crate::connector::Connector;
use crate::error::{Error, Result};
use crate::execcred::ApiVersion;
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
#[derive(Args, Debug, Default)]
pub(crate) struct Register {
    /// The connector's name [default: the last part of the context's name]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Register this context instead of the current one
    #[arg(long, value_name = "NAME", alias = "kubernetes-context", alias = "kubernetes_context")]
    context: Option<String>,
    /// Read this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Register a connector of this type; there is only `kubernetes`
    #[arg(long = "type", value_name = "TYPE", default_value = "kubernetes", value_parser = connector_type)]
    kind: String,
    /// Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag
    #[arg(long, alias = "auto_configure", alias = "use-kubeconfig")]
    auto_configure: bool,
    /// Describe the connector in your own words
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Label the connector (can be repeated)
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = label)]
    labels: Vec<(String, String)>,
    /// Do not ask the cluster whether the credential works
    #[arg(long, alias = "no_verify")]
    no_verify: bool,
    /// Check everything and store nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sealing: Sealing,
    #[command(flatten)]
    cluster: ClusterFields,
    #[command(flatten)]
    credential: CredentialFields,
}

/// What becomes of the context.
#[derive(Args, Debug, Default)]
struct Sealing {
    /// Seal the context's user too: see `connector seal --help`
    #[arg(long, conflicts_with_all = ["server", "certificate_authority", "insecure_skip_tls_verify", "tls_server_name",
        "proxy_url", "user", "token", "token_file", "client_certificate", "username", "exec_command", "service_account",
        "dry_run"])]
    seal: bool,
}

impl Register {
    /// Registers, and says with access to what.
    pub(crate) async fn run(self) -> Result<()> {
        let (dry_run, home) = (self.dry_run, Home::from_env()?);
        let holder = if dry_run { None } else { vault::ask(&home).await? };
        if self.credential.expiration_seconds().is_some() && !self.credential.mints() {
            return Err(Error::usage("--expiration-seconds is for tokens that are minted: add --service-account"));
        }
        let request = Request {
            name: self.name,
            given: fields::given(self.cluster, self.credential)?,
            context: self.context,
            kubeconfig: self.kubeconfig,
            description: self.description,
            labels: self.labels.into_iter().collect::<BTreeMap<_, _>>(),
            no_verify: self.no_verify,
            dry_run,
            holder,
            terminal: io::stdin().is_terminal() && io::stderr().is_terminal(),
        };
        let seal = self.sealing.seal.then(|| (request.kubeconfig.clone(), request.no_verify, request.terminal));
        let spinner = (!request.may_prompt()).then(|| ui::Spinner::start("Asking the cluster who this is"));
        let registered = register::register(&home, request).await;
        drop(spinner);
        let registered = registered?;
        print(&registered, dry_run, seal.is_some())?;
        let Some((kubeconfig, no_verify, terminal)) = seal else { return Ok(()) };
        let which = registered.context.map_or(Which::Current, Which::Context);
        let prefer = Some(registered.connector.id);
        let api_version = ApiVersion::V1Beta1;
        let request =
            seal::Request { which, kubeconfig, api_version, prefer, no_verify, terminal, ..seal::Request::default() };
        super::seal::run(&home, &request).await
    }
}

fn print(registered: &Registered, dry_run: bool, sealing: bool) -> Result<()> {
    let Registered { connector, context, identity, warnings } = registered;
    let who = match identity {
        Some(identity) => identity.account.as_deref().unwrap_or("a user whom the server does not name"),
        None => "not verified",
    };
    // The server and the kubeconfig wrote these; neither may forge a line of ours.
    let context =
        context.as_ref().map(|context| format!("context \"{}\", ", context.escape_debug())).unwrap_or_default();
    ui::say(&format!("{context}server {}, {}", connector.configuration.server, who.escape_debug()));
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

fn next(connector: &Connector) -> String {
    let name = &connector.name;
    if connector.auth_method == PASSWORD {
        return format!(
            "To use it, run `kubectl zenml submit --connector {name}`; kubectl itself cannot, see `kubectl zenml login --help`."
        );
    }
    format!("To use it with kubectl, run `kubectl zenml login {name} --set-current`.")
}

/// `kubernetes`; the seeds also write the resource type.
fn connector_type(text: &str) -> Result<String, String> {
    match text {
        "kubernetes" | "kubernetes-cluster" => Ok("kubernetes".to_owned()),
        "aws" | "gcp" | "azure" | "docker" => Err(format!(
            "there is no {text} connector; EKS, GKE and AKS contexts register as kubernetes, through their exec plugin"
        )),
        _ => Err("the only type is kubernetes".to_owned()),
    }
}

fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a label is written key=value".to_owned()),
    }
}
