//! Running somebody else's exec plugin, as client-go would (layer 2).
//!
//! kube-rs's own code is not used: it runs the plugin three times, drops certificates that come with a token, and prints
//! the plugin's environment when it fails.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::process::Command;
use zeroize::Zeroizing;

use super::child::{self, Echo, Ended};
use crate::connector::is_shown;
use crate::error::{Context, Error, Kind, Result};
use crate::execcred::{Answer, Request};
use crate::helper::now;
use crate::paths;
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode};

/// A text shorter than this is no secret worth hiding, and would be found in every message.
const SHORTEST_SECRET: usize = 6;

/// The last time that the library for times knows, in part: whoever writes a later one means that there is no end.
const NEVER: &str = "9999-12-3";

/// Runs `plugin` and takes its answer, with the expiry in Unix seconds that it names. The child is killed after `limit`,
/// with its own children; its standard error is repeated where it fails, its standard output never. With `terminal`, a
/// plugin whose entry does not say `Never` may talk to the person there, so that its standard error is not kept. Whoever
/// looks on at a terminal sees at once what it writes, such as the address to log in at.
pub async fn run(plugin: &ExecPlugin, limit: Duration, terminal: bool) -> Result<(Answer, Option<i64>)> {
    let answer = output(plugin, limit, terminal, false).await.and_then(|output| read(plugin, output));
    // What it says about a failure may repeat what it was given.
    answer.map_err(|error| hide(error, secrets(plugin)))
}

/// `error` without any of `secrets`, nor any line of them.
pub fn hide<'s>(error: Error, secrets: impl IntoIterator<Item = &'s str>) -> Error {
    let lines = secrets.into_iter().flat_map(str::lines).map(str::trim);
    let mut lines: Vec<_> = lines.filter(|line| line.len() >= SHORTEST_SECRET).collect();
    // A longer one may hold a shorter one.
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    error.map_text(|text| lines.iter().fold(text.to_owned(), |text, line| text.replace(line, "[HIDDEN]")))
}

/// What a plugin is given that is sealed: variables that are not shown, every argument but the names of flags, and the
/// password of the cluster's proxy.
pub fn secrets(plugin: &ExecPlugin) -> impl Iterator<Item = &str> {
    let hidden = plugin.env.iter().filter(|variable| !is_shown(&variable.name));
    let values = hidden.map(|variable| variable.value.expose().as_str());
    let arguments = plugin.args.iter().map(|argument| argument.expose().as_str());
    let proxy = plugin.cluster.as_ref().and_then(|cluster| cluster.proxy_url.as_deref());
    let user_info = proxy.and_then(|url| url.rsplit_once('@')).map(|(begin, _)| begin);
    let user_info = user_info.map(|begin| begin.split_once("://").map_or(begin, |(_, user_info)| user_info));
    let password = user_info.and_then(|user_info| user_info.split_once(':')).map(|(_, password)| password);
    let arguments = arguments.filter_map(|argument| match argument.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => Some(value),
        _ => (!argument.starts_with('-')).then_some(argument),
    });
    values.chain(arguments).chain(user_info).chain(password)
}

/// Whether `plugin` can only be run where there is a person at a terminal.
pub fn needs_terminal(plugin: &ExecPlugin) -> bool {
    plugin.interactive_mode == InteractiveMode::Always
}

/// The error for a plugin that needs a terminal and has none.
pub fn no_terminal(plugin: &ExecPlugin) -> Error {
    Error::failure(format!("the exec plugin `{}` needs a terminal", plugin.command))
        .hint("for a connector's, run `kubectl zenml credential refresh NAME` on a terminal")
        .hint("or use a login method that needs no terminal")
}

/// Runs `plugin` as [`run`] does and gives what it said and how it ended. The error of `ours`, the helper, is kept for the
/// caller, who tells it.
pub(super) async fn output(plugin: &ExecPlugin, limit: Duration, terminal: bool, ours: bool) -> Result<Output> {
    // Standard error may be read by our own client, which repeats it on the terminal that standard input is.
    let echo = match ours {
        true if io::stderr().is_terminal() => Echo::BeforeError,
        false if terminal || io::stderr().is_terminal() => Echo::All,
        _ => Echo::Nothing,
    };
    let interactive = terminal && plugin.interactive_mode != InteractiveMode::Never;
    if needs_terminal(plugin) && !interactive {
        return Err(no_terminal(plugin));
    }
    let request = Request { api_version: plugin.api_version, interactive, cluster: plugin.cluster.clone() };
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
        .stdin(if interactive { Stdio::inherit() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(if interactive && !ours { Stdio::inherit() } else { Stdio::piped() });
    match child::output(command, limit, echo).await.map_err(|error| not_started(plugin, &error))? {
        Ended::Itself(output) => Ok(output),
        Ended::Killed(said) => Err(too_late(plugin, limit, &said)),
    }
}

fn too_late(plugin: &ExecPlugin, limit: Duration, said: &[u8]) -> Error {
    let seconds = limit.as_millis().div_ceil(1000);
    let message = format!("the exec plugin `{}` did not answer within {seconds} s", plugin.command);
    let error = last_lines(said).into_iter().fold(Error::new(Kind::TimedOut, message), Error::cause);
    error.hint("run it yourself to see what it waits for; where that is a login, log in with its own tool first")
}

/// A path with a slash counts from the kubeconfig's directory; a bare name is looked up in PATH.
fn program(plugin: &ExecPlugin) -> PathBuf {
    let command = Path::new(&plugin.command);
    if plugin.command.contains('/') { plugin.directory.join(command) } else { command.to_owned() }
}

fn not_started(plugin: &ExecPlugin, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Error::failure(format!("the exec plugin `{}` printed too much", plugin.command)).hint(by_hand(plugin));
    }
    let failure = Error::failure(format!("cannot run the exec plugin `{}`", plugin.command)).because(error);
    match &plugin.install_hint {
        Some(hint) => failure.hint(hint.trim()),
        None => failure.hint(match error.kind() {
            io::ErrorKind::PermissionDenied => "make it executable, or name another command".to_owned(),
            _ if plugin.command.contains('/') => {
                format!("install it as {}, or name another command", program(plugin).display())
            }
            _ => "install it into a directory on PATH, or name the command by its whole path".to_owned(),
        }),
    }
}

/// What shows best that a plugin is none, or not in order.
fn by_hand(plugin: &ExecPlugin) -> String {
    format!(
        "run it yourself: an ExecCredential of {}, and nothing else, must be on its standard output",
        plugin.api_version.as_str()
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    api_version: String,
    kind: Option<String>,
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
        let error = last_lines(&output.stderr).into_iter().fold(failure, Error::cause);
        return Err(error.hint("where it asks for a login, log in with its own tool; else run it yourself to see why"));
    }
    let wire = parse(&stdout)
        .ok_or_else(|| Error::failure(format!("the exec plugin `{command}` did not print an ExecCredential")))
        .map_err(|error| error.hint(by_hand(plugin)))?;
    check_type(plugin, &wire)?;
    let status = wire
        .status
        .ok_or_else(|| Error::failure(format!("the exec plugin `{command}` gave no credential (no status)")))
        .map_err(|error| error.hint(by_hand(plugin)))?;
    let expires_at = match status.expiration_timestamp {
        None => None,
        Some(text) if text.starts_with(NEVER) && text.parse::<Timestamp>().is_err() => None,
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
        return Err(Error::failure(format!("the exec plugin `{command}` gave only a certificate or a key, not both"))
            .hint(by_hand(plugin)));
    }
    if answer.token.is_none() && answer.client_certificate.is_none() {
        return Err(Error::failure(format!("the exec plugin `{command}` gave neither a token nor a certificate"))
            .hint(by_hand(plugin)));
    }
    Ok((answer, expires_at))
}

/// JSON, or YAML, which client-go reads as well. No parser message: it could repeat a piece of the credential.
fn parse(stdout: &[u8]) -> Option<Wire> {
    let yaml = || {
        let options = serde_saphyr::options! { with_snippet: false };
        serde_saphyr::from_str_with_options(std::str::from_utf8(stdout).ok()?, options).ok()
    };
    let wire: Wire = serde_json::from_slice(stdout).ok().or_else(yaml)?;
    // To YAML, nothing is an object without fields.
    let empty = wire.api_version.is_empty() && wire.kind.is_none() && wire.status.is_none();
    (!empty).then_some(wire)
}

/// Refuses another object or version than was asked for. As in client-go, an answer may leave out its kind but not its
/// version.
fn check_type(plugin: &ExecPlugin, wire: &Wire) -> Result<()> {
    let (command, asked) = (&plugin.command, plugin.api_version.as_str());
    if wire.kind.as_deref().is_some_and(|kind| !["", "ExecCredential"].contains(&kind)) {
        return Err(Error::failure(format!(
            "the exec plugin `{command}` printed another object than an ExecCredential"
        ))
        .hint(by_hand(plugin)));
    }
    if wire.api_version == asked {
        return Ok(());
    }
    let failure = match wire.api_version.as_str() {
        "" => {
            Error::failure(format!("the exec plugin `{command}` answered without an apiVersion instead of in {asked}"))
        }
        _ => Error::failure(format!("the exec plugin `{command}` answered in another version than {asked}")),
    };
    Err(failure.hint("set the kubeconfig's `apiVersion` of its exec entry to the one that the plugin speaks"))
}

/// What a failed plugin said last, as far as it helps.
fn last_lines(stderr: &[u8]) -> Vec<String> {
    const LINES: usize = 10;
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<_> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].iter().map(|line| short(line)).collect()
}

/// The beginning of a long line, in whole words: half a secret would not be known as one.
fn short(line: &str) -> String {
    const LENGTH: usize = 300;
    let Some((end, _)) = line.char_indices().nth(LENGTH) else { return line.to_owned() };
    let words = line[..end].rfind(char::is_whitespace).unwrap_or_default();
    format!("{} …", line[..words].trim_end()).trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_few_short_lines_and_no_half_words() {
        let long = format!("no: {} end\n", "word ".repeat(100));
        let text = format!("{}{long}{}\n", "first\n".repeat(50), "s3cret".repeat(1000));
        let lines = last_lines(text.as_bytes());
        assert_eq!((lines.len(), lines[0].as_str(), lines[9].as_str()), (10, "first", "…"));
        assert!(lines[8].starts_with("no: word") && lines[8].ends_with("word …"), "{}", lines[8]);
        assert!(lines[8].chars().count() <= 302, "{}", lines[8]);
    }
}
