//! Running somebody else's exec plugin, as client-go would (layer 2).
//!
//! kube-rs's own code is not used: it runs the plugin three times, drops certificates that come with a token, and prints
//! the plugin's environment when it fails.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::process::Command;
use zeroize::Zeroizing;

use crate::error::{Context, Error, Kind, Result};
use crate::execcred::{Answer, Request};
use crate::helper::now;
use crate::paths;
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode};

/// Runs `plugin` without a terminal and takes its answer, with the expiry in Unix seconds that it names. The child is
/// killed after `limit`; its standard error is repeated where it fails, its standard output never.
pub async fn run(plugin: &ExecPlugin, limit: Duration) -> Result<(Answer, Option<i64>)> {
    read(plugin, output(plugin, limit).await?)
}

/// Runs `plugin` as [`run`] does and gives what it said and how it ended.
pub(super) async fn output(plugin: &ExecPlugin, limit: Duration) -> Result<Output> {
    if plugin.interactive_mode == InteractiveMode::Always {
        return Err(Error::failure(format!("the exec plugin `{}` needs a terminal", plugin.command))
            .hint("log in with the plugin itself first, or use a login method that needs no terminal"));
    }
    let request = Request { api_version: plugin.api_version, interactive: false, cluster: plugin.cluster.clone() };
    let mut command = Command::new(program(plugin));
    if plugin.pinned {
        for (name, _) in paths::identity_variables() {
            command.env_remove(name);
        }
    }
    command
        .args(plugin.args.iter().map(Secret::expose))
        .envs(plugin.env.iter().map(|variable| (&variable.name, variable.value.expose())))
        .env(paths::EXEC_INFO_VARIABLE, request.to_json()?)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(limit, command.output()).await.map_err(|_| {
        let message = format!("the exec plugin `{}` did not answer within {} s", plugin.command, limit.as_secs());
        Error::new(Kind::TimedOut, message)
    })?;
    output.map_err(|error| not_started(plugin, &error))
}

/// A path with a slash counts from the kubeconfig's directory; a bare name is looked up in PATH.
fn program(plugin: &ExecPlugin) -> PathBuf {
    let command = Path::new(&plugin.command);
    if plugin.command.contains('/') { plugin.directory.join(command) } else { command.to_owned() }
}

fn not_started(plugin: &ExecPlugin, error: &std::io::Error) -> Error {
    let failure = Error::failure(format!("cannot run the exec plugin `{}`", plugin.command)).because(error);
    match &plugin.install_hint {
        Some(hint) => failure.hint(hint.trim()),
        None => failure,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    api_version: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<Secret<String>>,
    client_certificate_data: Option<String>,
    client_key_data: Option<Secret<String>>,
}

/// The credential in what `plugin` said.
pub(super) fn read(plugin: &ExecPlugin, output: Output) -> Result<(Answer, Option<i64>)> {
    let stdout = Zeroizing::new(output.stdout);
    let command = &plugin.command;
    if !output.status.success() {
        let failure = Error::failure(format!("the exec plugin `{command}` failed ({})", output.status));
        return Err(last_lines(&output.stderr).into_iter().fold(failure, Error::cause));
    }
    // No parser message: it could repeat a piece of the credential.
    let wire: Wire = serde_json::from_slice(&stdout)
        .map_err(|_| Error::failure(format!("the exec plugin `{command}` did not print an ExecCredential")))?;
    if wire.api_version != plugin.api_version.as_str() {
        let asked = plugin.api_version.as_str();
        return Err(Error::failure(format!("the exec plugin `{command}` answered in another version than {asked}"))
            .hint("set the kubeconfig's `apiVersion` of its exec entry to the one that the plugin speaks"));
    }
    let status = wire
        .status
        .ok_or_else(|| Error::failure(format!("the exec plugin `{command}` gave no credential (no status)")))?;
    let expires_at = match status.expiration_timestamp {
        None => None,
        Some(text) => {
            let time: Timestamp =
                text.parse().context(|| format!("the exec plugin `{command}` gave an expiry that is no time"))?;
            if time.as_second() <= now() {
                return Err(Error::failure(format!(
                    "the exec plugin `{command}` gave a credential that expired at {time}"
                ))
                .hint("log in with the plugin's own tool again, and compare this machine's clock"));
            }
            Some(time.as_second())
        }
    };
    let filled = |text: &String| !text.trim().is_empty();
    let answer = Answer {
        token: status
            .token
            .filter(|token| filled(token.expose()))
            .map(|token| Secret::new(token.expose().trim().to_owned())),
        client_certificate: status.client_certificate_data.filter(filled),
        client_key: status.client_key_data.filter(|key| filled(key.expose())),
    };
    if answer.client_certificate.is_some() != answer.client_key.is_some() {
        return Err(Error::failure(format!("the exec plugin `{command}` gave only a certificate or a key, not both")));
    }
    if answer.token.is_none() && answer.client_certificate.is_none() {
        return Err(Error::failure(format!("the exec plugin `{command}` gave neither a token nor a certificate")));
    }
    Ok((answer, expires_at))
}

/// What a failed plugin said last, as far as it helps.
fn last_lines(stderr: &[u8]) -> Vec<String> {
    const LINES: usize = 10;
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<_> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].iter().map(ToString::to_string).collect()
}
