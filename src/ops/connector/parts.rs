//! A credential that consists of parts, each of which may be given alone (layer 3): an exec plugin, and a user's name with
//! a password.

use std::path::PathBuf;

use crate::connector::catalogue::Method;
use crate::error::{Error, Result};
use crate::execcred::ApiVersion;
use crate::kubeconfig::Credential;
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode, Variable};

/// The parts that were given. What is `None` or empty stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// A plugin's command, and the directory that a relative path counts from.
    pub command: Option<(String, PathBuf)>,
    /// The plugin's arguments, all of them.
    pub args: Vec<Secret<String>>,
    /// The plugin's variables that are set.
    pub env: Vec<Variable>,
    /// The version of the exec credential API that the plugin speaks.
    pub api_version: Option<ApiVersion>,
    /// Whether the plugin uses the terminal.
    pub interactive_mode: Option<InteractiveMode>,
    /// The name of a user with a password.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret<String>>,
}

impl Parts {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        !self.has_plugin() && self.username.is_none() && self.password.is_none()
    }

    /// Whether the plugin that is given may talk to a person.
    pub fn may_prompt(&self) -> bool {
        self.has_plugin() && self.interactive_mode != Some(InteractiveMode::Never)
    }

    fn has_plugin(&self) -> bool {
        let Self { command, args, env, api_version, interactive_mode, username: _, password: _ } = self;
        command.is_some() || !args.is_empty() || !env.is_empty() || api_version.is_some() || interactive_mode.is_some()
    }

    /// The credential that they make without another one; `None` = none.
    pub fn whole(self) -> Result<Option<Credential>> {
        let credential = self.onto(Credential::Anonymous)?;
        Ok(Some(credential).filter(|credential| !matches!(credential, Credential::Anonymous)))
    }

    /// `credential` with these in place of its own. They make a new one where it is of another method, if they are enough
    /// for that.
    pub fn onto(self, credential: Credential) -> Result<Credential> {
        if self.has_plugin() {
            let mut plugin = match credential {
                Credential::Exec(plugin) => plugin,
                _ if self.command.is_some() => Box::new(new_plugin()),
                _ => return Err(too_few("exec plugin", Method::Exec)),
            };
            self.plugin(&mut plugin);
            return Ok(Credential::Exec(plugin));
        }
        let (known, secret) = match credential {
            Credential::Basic { username, password } => (Some(username), Some(password)),
            other if self.is_empty() => return Ok(other),
            _ => (None, None),
        };
        match (self.username.or(known), self.password.or(secret)) {
            (Some(username), Some(password)) => Ok(Credential::Basic { username, password }),
            _ => Err(too_few("user name with a password", Method::Password)),
        }
    }

    fn plugin(self, plugin: &mut ExecPlugin) {
        if let Some((command, directory)) = self.command {
            // The hint was how to install the other one.
            if command != plugin.command {
                plugin.install_hint = None;
            }
            (plugin.command, plugin.directory) = (command, directory);
        }
        if !self.args.is_empty() {
            plugin.args = self.args;
        }
        for variable in self.env {
            plugin.env.retain(|known| known.name != variable.name);
            plugin.env.push(variable);
        }
        plugin.api_version = self.api_version.unwrap_or(plugin.api_version);
        plugin.interactive_mode = self.interactive_mode.unwrap_or(plugin.interactive_mode);
    }
}

/// A plugin of which nothing is known.
fn new_plugin() -> ExecPlugin {
    ExecPlugin {
        api_version: ApiVersion::default(),
        command: String::new(),
        args: Vec::new(),
        env: Vec::new(),
        // Whoever knows the cluster tells it.
        cluster: None,
        interactive_mode: InteractiveMode::default(),
        install_hint: None,
        directory: PathBuf::new(),
        pinned: false,
    }
}

fn too_few(what: &str, method: Method) -> Error {
    Error::usage(format!("the connector has no {what} to change")).hint(format!("make one: {}", method.flags()))
}
