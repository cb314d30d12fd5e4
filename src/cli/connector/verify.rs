//! `verify` (layer 4).

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::list::Resource;
use super::verify_all;
use super::view::until;
use crate::cli::flags::{NamespaceFlag, OutputFlag};
use crate::cluster::verify::Work;
use crate::error::{Context, Error, Kind, Result};
use crate::ops::connector::verify::{self, Questions, Verified};
use crate::output::{self, Format, table};
use crate::paths::Home;
use crate::registry::store;
use crate::ui;

/// Check that a connector works, and what it may do on its cluster
///
/// Exits with 3 when the cluster is reachable but does not accept the credential, or when the connector is fit for no work
/// that was asked about. With --all, exits with 1 where any cluster cannot be reached.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The connector's name, id or unique id prefix
    #[arg(value_name = "NAME", required_unless_present = "all")]
    name: Option<String>,
    /// Check every connector, several at once
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Ask only about the rights for this work [default: both]
    #[arg(long = "for", value_name = "WORK")]
    work: Option<WorkName>,
    /// Only check that the cluster accepts the credential, and ask about no rights
    #[arg(id = "verify_only", long = "verify-only", alias = "verify_only", conflicts_with = "work")]
    identity_only: bool,
    #[command(flatten)]
    resource: Resource,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    output: OutputFlag,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WorkName {
    Orchestrator,
    Deployer,
}

impl Verify {
    /// Verifies and prints what was found.
    pub(crate) async fn run(self) -> Result<()> {
        let home = Home::from_env()?;
        let questions = Questions {
            work: self.work.map(|work| match work {
                WorkName::Orchestrator => Work::Orchestrator,
                WorkName::Deployer => Work::Deployer,
            }),
            namespace: self.namespace.namespace,
            identity_only: self.identity_only,
            resource_type: self.resource.resource_type,
            resource_id: self.resource.resource_id,
        };
        let Some(name) = self.name else { return verify_all::run(&home, &questions, &self.output).await };
        let spinner = ui::Spinner::start("Asking the cluster what this connector may do");
        let verified = verify::verify(&home, &name, &questions).await;
        drop(spinner);
        let verified = match verified {
            Ok(verified) => verified,
            Err(error) => return Err(failed(&home, &name, error, &self.output.output)),
        };
        let text = match &self.output.output {
            Format::Table | Format::Wide => text(&verified, self.output.output == Format::Wide),
            Format::Name => format!("connector/{}\n", verified.connector.name),
            format => output::structured(&verify_all::outcome(&verified.connector, Ok(&verified)), format)?,
        };
        ui::print(&text)?;
        if verified.is_fit() {
            return Ok(());
        }
        let account = verified.identity.account.as_deref().unwrap_or("this user");
        let works: Vec<_> = verified.fit.iter().map(|(work, _)| work.as_str()).collect();
        Err(Error::new(Kind::Unfit, format!("{account} may not do all that is needed by: {}", works.join(", "))).hint(
            format!(
                "have the rights above granted; `kubectl zenml verify {} -o wide` lists all that are needed",
                verified.connector.name
            ),
        ))
    }
}

/// `error`, which scripts get on standard output too, as from `--all`.
fn failed(home: &Home, name: &str, error: Error, format: &Format) -> Error {
    if format.is_table() || *format == Format::Name {
        return error;
    }
    let Ok(connector) = store::find(home, name) else { return error };
    // A path that leads nowhere in it, or a closed output, is not what went wrong.
    if let Ok(text) = output::structured(&verify_all::outcome(&connector, Err(&error)), format) {
        let _ = ui::print(&text);
    }
    error
}

pub(super) fn structured(verified: &Verified) -> Result<Value> {
    let mut value = serde_json::to_value(verified).context(|| "cannot write JSON")?;
    value["fit"] = verified.fit.iter().map(|(work, fit)| (work.as_str().to_owned(), Value::Bool(*fit))).collect();
    value["name"] = verified.connector.name.clone().into();
    value["expires_at"] = serde_json::to_value(verified.connector.expires_at).context(|| "cannot write JSON")?;
    Ok(value)
}

fn text(verified: &Verified, every: bool) -> String {
    let identity = &verified.identity;
    let fields = [
        ("Connector", verified.connector.name.clone()),
        ("Server", verified.connector.configuration.server.clone()),
        ("Version", identity.version.clone().unwrap_or_else(|| "not told".to_owned())),
        ("Account", identity.account.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("Groups", identity.groups.join(", ")),
        ("Answered In", format!("{} ms", identity.milliseconds)),
        ("Expires In", until(&verified.connector)),
    ];
    let fit = verified.fit.iter().map(|(work, fit)| {
        let asked = verified.permissions.iter().filter(|answer| answer.work == *work);
        let namespace = asked.clone().next().map(|answer| answer.namespace.clone()).unwrap_or_default();
        let missing = asked.filter(|answer| !answer.allowed).count();
        vec![
            work.as_str().to_owned(),
            namespace,
            if *fit { "yes".to_owned() } else { format!("no, {missing} verbs missing") },
        ]
    });
    let (mut text, fit) = (table::fields(&fields), fit.collect::<Vec<_>>());
    if !fit.is_empty() {
        text += "\n";
        text += &table::render(&["FOR", "NAMESPACE", "FIT"], &fit);
    }
    let rows: Vec<_> = verified
        .permissions
        .iter()
        .filter(|answer| every || !answer.allowed)
        .map(|answer| {
            let allowed = if answer.allowed { "yes" } else { "no" };
            vec![answer.work.as_str().to_owned(), answer.resource.clone(), answer.verb.clone(), allowed.to_owned()]
        })
        .collect();
    if !rows.is_empty() {
        text += "\n";
        text += &table::render(&["FOR", "RESOURCE", "VERB", "ALLOWED"], &rows);
    }
    text
}
