//! `connector update` and `connector rename` (layer 4).

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::Which;
use super::again;
use super::fields::{Changes, Name};
use super::interactive::sentence;
use super::label;
use super::lifetime::LifetimeFlags;
use super::list::Resource;
use super::register::Asking;
use super::view::Summary;
use crate::cli::flags::OutputFlag;
use crate::connector::attribute::Attribute;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{AuthMethod, Id};
use crate::connector::{Connector, name};
use crate::error::{Error, Result};
use crate::ops::connector::list::Listed;
use crate::ops::connector::logins;
use crate::ops::connector::update::{self, Lift, Renamed, Request, Updated};
use crate::output;
use crate::paths::Home;
use crate::registry::store;
use crate::ui;

/// Change a connector, having tried on its cluster what is new
///
/// What is not named stays as it is. A new credential, another server and the like are tried before they are kept, and the
/// old secret stays in its place until then; names, labels and dates ask no cluster. Entries of the kubeconfig that no
/// longer fit are named.
#[derive(Args, Debug)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    resource: Resource,
    #[command(flatten)]
    pub(super) asking: Asking,
    /// Give it this name; its id stays, so that logins go on working
    #[arg(id = "new_name", long = "name", value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Describe it in your own words
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Option<String>,
    /// Set a label, or remove it: KEY- (can be repeated)
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = label::set_or_remove)]
    labels: Vec<(String, Option<String>)>,
    #[command(flatten)]
    pub(super) lifetime: LifetimeFlags,
    /// Insist on this method
    #[arg(long, value_name = "METHOD", value_parser = Name { names: AuthMethod::names, find: AuthMethod::find })]
    auth_method: Option<&'static AuthMethod>,
    /// Clear a field, such as `namespace` or `expires_at` (can be repeated)
    #[arg(long = "remove-attr", value_name = "FIELD", alias = "remove_attr", hide_possible_values = true,
        value_parser = Name { names: Attribute::names, find: Attribute::find })]
    pub(super) clear: Vec<Attribute>,
    /// Take everything from a kubeconfig context again, as after a cluster was made anew; flags replace what it says
    #[arg(long, aliases = ["auto_configure", "use-kubeconfig"], conflicts_with_all = ["server", "interactive"])]
    auto_configure: bool,
    /// Take this context instead of the current one
    #[arg(long, value_name = "NAME", requires = "auto_configure")]
    context: Option<String>,
    /// Read this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE", requires = "auto_configure")]
    kubeconfig: Option<PathBuf>,
    /// Do not ask the cluster whether the credential works
    #[arg(long, alias = "no_verify")]
    no_verify: bool,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) fields: Changes,
    #[command(flatten)]
    output: OutputFlag,
}

impl Update {
    /// Changes it and says what is to be done next.
    pub(super) async fn run(mut self, home: &Home) -> Result<()> {
        self.check(home)?;
        if self.asking.interactive {
            again::ask(home, &mut self)?;
        }
        let (dry_run, output) = (self.dry_run, self.output);
        let lift = self.auto_configure.then_some(Lift { context: self.context, kubeconfig: self.kubeconfig });
        let (Changes(fields), lifetime) = (self.fields, self.lifetime);
        let (given, parts) = fields.changes(self.auth_method.map(|about| about.method), lifetime.expiration_seconds)?;
        self.clear.extend(fields.switched_off().map(Attribute::Field));
        let request = Request {
            reference: self.which.name,
            resource_type: self.resource.resource_type,
            resource_id: self.resource.resource_id,
            name: self.name,
            description: self.description,
            labels: self.labels,
            expiration_seconds: lifetime.expiration_seconds,
            given,
            parts,
            audiences: fields.texts(Id::Audience).to_vec(),
            lift,
            expires_at: lifetime.expires_at,
            expires_skew_tolerance: lifetime.expires_skew_tolerance,
            clear: self.clear,
            no_verify: self.no_verify,
            dry_run,
            terminal: io::stdin().is_terminal() && io::stderr().is_terminal(),
        };
        let spins = request.connects() && !request.may_prompt(home);
        let spinner = spins.then(|| ui::Spinner::start("Asking the cluster who this is"));
        let updated = update::update(home, &request).await;
        drop(spinner);
        let updated = updated?;
        say(&updated);
        let what = match (updated.changed, dry_run) {
            (false, _) => "unchanged",
            (true, false) => "updated",
            (true, true) => "updated (dry run)",
        };
        let line = || output::line("connector", &updated.after.name, what);
        let item = Summary(Listed { connector: updated.after.clone(), active: false });
        ui::print(&output::one(&item, &output.output, line)?)
    }
}

impl Update {
    /// Refuses what cannot be done, before anything is asked for.
    fn check(&self, home: &Home) -> Result<()> {
        let of_fields =
            FIELDS.iter().filter(|field| !self.fields.0.lacks(field.id)).map(|field| Attribute::Field(field.id));
        let off: Vec<_> = self.fields.0.switched_off().map(Attribute::Field).collect();
        let own = [
            (self.description.is_some(), Attribute::Description),
            (self.lifetime.expires_at.is_some(), Attribute::ExpiresAt),
            (self.lifetime.expires_skew_tolerance.is_some(), Attribute::ExpiresSkewTolerance),
            (self.lifetime.expiration_seconds.is_some(), Attribute::ExpirationSeconds),
        ];
        let mut set = own.iter().filter(|(given, _)| *given).map(|(_, own)| *own).chain(of_fields);
        if let Some(both) = set.find(|attribute| self.clear.contains(attribute) && !off.contains(attribute)) {
            let flag = both.flag();
            return Err(Error::usage(format!("--{flag} and --remove-attr {flag} exclude each other"))
                .hint("leave one of them out"));
        }
        let removed = |key: &str| self.labels.iter().any(|(other, value)| other == key && value.is_none());
        if let Some((key, _)) = self.labels.iter().find(|(key, value)| value.is_some() && removed(key)) {
            return Err(Error::usage(format!("the label {key} cannot be both set and removed"))
                .hint("leave one of the two out"));
        }
        let Some(name) = &self.name else { return Ok(()) };
        name::validate(name)?;
        store::check_name(home, &Connector { name: name.clone(), ..store::find(home, self.reference())? })
    }

    /// The connector's name, id or unique id prefix.
    pub(super) fn reference(&self) -> &str {
        &self.which.name
    }
}

/// What goes to standard error.
fn say(updated: &Updated) {
    let Updated { after, identity, source, warnings, outdated, .. } = updated;
    if let Some(context) = source {
        ui::say(&format!("taken from context \"{}\"", context.escape_debug()));
    }
    if let Some(identity) = identity {
        let account = identity.account.as_deref().unwrap_or("a user whom the server does not name");
        ui::say(&format!("server {}, {}", after.configuration.server, account.escape_debug()));
    }
    for warning in warnings {
        ui::warn(warning);
    }
    for entry in outdated {
        ui::warn(&format!("context \"{}\" no longer fits: {}", entry.context.escape_debug(), entry.what));
    }
    if outdated.iter().any(|entry| !entry.sealed) {
        ui::say(&format!("To write it anew, run `kubectl zenml login {}`.", after.name));
    }
    if outdated.iter().any(|entry| entry.sealed) {
        ui::say("What was sealed is the kubeconfig's own: `kubectl config set-cluster` changes its cluster.");
    }
}

/// Give a connector another name
///
/// Its id stays, so that logins, components and everything else that asks for it go on working.
#[derive(Args, Debug)]
pub(crate) struct Rename {
    #[command(flatten)]
    which: Which,
    /// The new name
    #[arg(value_name = "NEW", value_parser = new_name)]
    new: String,
    #[command(flatten)]
    output: OutputFlag,
}

impl Rename {
    /// Renames it and says under which names it is still known.
    pub(super) fn run(self, home: &Home) -> Result<()> {
        let Renamed { before, connector, logins } = update::rename(home, &self.which.name, &self.new)?;
        if let Some(sentence) = logins::named_before(&logins, &connector.name) {
            ui::say(&format!("{}{}.", sentence[..1].to_uppercase(), &sentence[1..]));
        }
        let what =
            if before == connector.name { "unchanged".to_owned() } else { format!("renamed to {}", connector.name) };
        let item = Summary(Listed { connector, active: false });
        ui::print(&output::one(&item, &self.output.output, || output::line("connector", &before, &what))?)
    }
}

fn new_name(text: &str) -> Result<String, String> {
    name::validate(text).map(|()| text.to_owned()).map_err(|error| sentence(&error))
}
