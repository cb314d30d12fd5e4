//! A kubeconfig user's `exec` entry, checked as kubectl checks it (layer 2; `validateAuthInfo` of client-go).

use serde::Deserialize;

use super::merge::Entry;
use crate::error::{Error, Result};
use crate::execcred::{ApiVersion, Cluster};
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode, Variable};

/// The entry as it stands in the file.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    api_version: Option<String>,
    command: Option<String>,
    args: Option<Vec<Secret<String>>>,
    env: Option<Vec<EnvVar>>,
    install_hint: Option<String>,
    provide_cluster_info: Option<bool>,
    interactive_mode: Option<String>,
}

#[derive(Deserialize)]
struct EnvVar {
    name: String,
    value: Option<Secret<String>>,
}

impl Body {
    /// The plugin, ready to be run without its kubeconfig.
    pub(super) fn plugin(
        self,
        entry: &Entry<'_>,
        cluster: &Cluster,
        proxy_url: Option<&Secret<String>>,
    ) -> Result<ExecPlugin> {
        let name = entry.name;
        let Some(command) = self.command.filter(|command| !command.is_empty()) else {
            return Err(Error::failure(format!(
                "command must be specified for \"{name}\" to use exec authentication plugin"
            )));
        };
        let api_version = api_version(name, self.api_version.as_deref().unwrap_or_default())?;
        let interactive_mode = interactive_mode(name, api_version, self.interactive_mode.as_deref())?;
        let env = self.env.unwrap_or_default().into_iter().map(|EnvVar { name, value }| Variable {
            name,
            value: value.unwrap_or_else(|| Secret::new(String::new())),
        });
        // The plugin is told what kubectl would tell it: the proxy with its password too.
        let told = || Cluster {
            proxy_url: proxy_url.map(|url| url.expose().clone()).or(cluster.proxy_url.clone()),
            ..cluster.clone()
        };
        Ok(ExecPlugin {
            api_version,
            command,
            args: self.args.unwrap_or_default(),
            env: env.collect(),
            cluster: self.provide_cluster_info.unwrap_or_default().then(told),
            interactive_mode,
            install_hint: self.install_hint.filter(|hint| !hint.is_empty()),
            directory: entry.file.directory(),
            pinned: false,
        })
    }
}

fn api_version(user: &str, text: &str) -> Result<ApiVersion> {
    if text.is_empty() {
        return Err(Error::failure(format!(
            "apiVersion must be specified for \"{user}\" to use exec authentication plugin"
        )));
    }
    ApiVersion::parse(text).ok_or_else(|| {
        Error::failure(format!("exec plugin: invalid apiVersion \"{text}\""))
            .hint("write the entry anew with the cluster's own tool, such as `aws eks update-kubeconfig`")
    })
}

fn interactive_mode(user: &str, version: ApiVersion, text: Option<&str>) -> Result<InteractiveMode> {
    match text.unwrap_or_default() {
        "Never" => Ok(InteractiveMode::Never),
        "IfAvailable" => Ok(InteractiveMode::IfAvailable),
        "Always" => Ok(InteractiveMode::Always),
        "" if version == ApiVersion::V1Beta1 => Ok(InteractiveMode::IfAvailable),
        "" => Err(Error::failure(format!(
            "interactiveMode must be specified for \"{user}\" to use exec authentication plugin"
        ))
        .hint("add `interactiveMode: IfAvailable` to the user's exec entry")),
        other => Err(Error::failure(format!("invalid interactiveMode for \"{user}\": \"{other}\""))),
    }
}
