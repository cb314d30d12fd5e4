//! `connector describe` (layer 4).

use std::io::{self, IsTerminal};

use clap::Args;
use serde_json::{Value, json};

use super::Which;
use super::list::Resource;
use super::view::Description;
use crate::cli::flags::OutputFlag;
use crate::cli::prompt;
use crate::error::{Error, Result};
use crate::ops::connector::describe;
use crate::output;
use crate::paths::Home;
use crate::ui;
use crate::vault::content::{Content, Credential};

/// Show one connector in full, without its secrets
#[derive(Args, Debug)]
pub(crate) struct Describe {
    #[command(flatten)]
    which: Which,
    /// Show the secrets too, having asked whether that is really wanted
    #[arg(short = 'x', long, alias = "show_secrets")]
    show_secrets: bool,
    /// Do not ask; needed where standard output is no terminal
    #[arg(long, requires = "show_secrets")]
    yes: bool,
    #[command(flatten)]
    resource: Resource,
    #[command(flatten)]
    output: OutputFlag,
}

impl Describe {
    /// Prints the connector.
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let described = describe::describe(home, &self.which.name)?;
        self.resource.check(&described.connector)?;
        let secrets = if self.show_secrets {
            self.confirm(&described.connector.name)?;
            Some(describe::secrets(home, &described.connector.id).await?)
        } else {
            None
        };
        let item = Description { described, secrets };
        ui::print(&output::one(&item, &self.output.output, || item.describe())?)
    }

    fn confirm(&self, name: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !io::stdout().is_terminal() {
            return Err(Error::failure("secrets are not written where nobody sees them")
                .hint("add --yes where that is meant; what reads them must keep them from logs and from other users"));
        }
        prompt::confirm(&format!("Show the secrets of connector \"{name}\" on this screen?"))
    }
}

/// Puts the sealed values into a configuration, in the place of the marks that stand for them.
pub(super) fn reveal(configuration: &mut Value, content: &Content) {
    if let Some(url) = &content.proxy_url {
        configuration["proxy_url"] = json!(url.expose());
    }
    credential(configuration, &content.credential);
}

fn credential(configuration: &mut Value, sealed: &Credential) {
    match sealed {
        Credential::Token { answer } => {
            let key = answer.client_key.as_ref().map(|key| key.expose().as_str());
            let fields = [
                ("token", answer.token.as_ref().map(|token| token.expose().as_str())),
                ("client_certificate", answer.client_certificate.as_deref()),
                ("client_key", key),
            ];
            for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                configuration[name] = json!(value);
            }
        }
        Credential::Password { password, .. } => configuration["password"] = json!(password.expose()),
        Credential::Exec { plugin, .. } => {
            let args: Vec<_> = plugin.args.iter().map(|argument| argument.expose().as_str()).collect();
            configuration["exec"]["args"] = json!(args);
            for variable in &plugin.env {
                configuration["exec"]["env"][&variable.name] = json!(variable.value.expose());
            }
        }
        // Its path is shown anyway, and what it holds is not ours.
        Credential::TokenFile { .. } => {}
        Credential::ServiceAccount { base, .. } => credential(configuration, base),
    }
}
