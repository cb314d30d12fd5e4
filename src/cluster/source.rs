//! Where a client's credential comes from, and how to get the next one (layer 2).

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use super::plugin;
use crate::error::{Context, Error, Kind, Result};
use crate::execcred::{Answer, ApiVersion, Cluster};
use crate::helper::now;
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode};
use crate::vault::header::refresh_after;
use crate::{jwt, paths, token_file};

/// A plugin may take as long as one that the helper runs for us, and a little more for the helper itself.
const LIMIT: Duration = Duration::from_secs(70);

/// Something that hands out credentials that end.
#[derive(Clone)]
pub enum Source {
    /// Somebody else's exec plugin.
    Plugin(Box<ExecPlugin>),
    /// Our helper, run as kubectl would run it.
    Helper(Box<ExecPlugin>),
    /// A file in which somebody else replaces the token.
    File(PathBuf),
}

/// A credential, and when to get the next.
pub struct Obtained {
    /// The credential.
    pub answer: Answer,
    /// In Unix seconds; `None` = when the server refuses it.
    pub renew_at: Option<i64>,
    /// When it stops working, in Unix seconds; `None` = not known.
    pub ends_at: Option<i64>,
}

impl Source {
    /// The helper for `connector`, beside the resolved current executable: PATH is never asked.
    pub fn helper(connector: &str, cluster: &Cluster) -> Result<Self> {
        let (program, args) = helper_program()?;
        Ok(Self::Helper(Box::new(ExecPlugin {
            api_version: ApiVersion::V1,
            command: utf8(program)?,
            args: words(args.iter().copied().chain([connector])),
            env: Vec::new(),
            // What does not fit into an environment cannot be said; the helper then explains the way out.
            cluster: cluster.can_be_told().then(|| cluster.clone()),
            interactive_mode: InteractiveMode::IfAvailable,
            install_hint: None,
            directory: PathBuf::from("/"),
            pinned: false,
        })))
    }

    /// Asks for a credential. At the `beginning` of a command a plugin may ask the person who has given it something, as
    /// under kubectl; later it would ask in the midst of the command's own words.
    pub async fn obtain(&self, beginning: bool) -> Result<Obtained> {
        let terminal = beginning && io::stdin().is_terminal();
        match self {
            Self::Plugin(entry) => {
                let (answer, ends_at) = plugin::run(entry, LIMIT, terminal).await?;
                let renew_at = ends_at.map(|end| refresh_after(now(), end, None));
                Ok(Obtained { answer, renew_at, ends_at })
            }
            // The helper has taken its skew off already: at that time it has another answer.
            Self::Helper(entry) => {
                let output = plugin::output(entry, LIMIT, terminal, true).await?;
                if !output.status.success() {
                    return Err(said(&output));
                }
                let (answer, ends_at) = plugin::read(entry, output)?;
                Ok(Obtained { answer, renew_at: ends_at, ends_at })
            }
            // As for client-go, the last token serves where the file is gone: some are there at the start only.
            Self::File(path) => {
                let (answer, until) = token_file::read(path, now())?;
                let ends_at = answer.token.as_ref().and_then(|token| jwt::expiry(token.expose()));
                Ok(Obtained { answer, renew_at: Some(until), ends_at: ends_at.or(Some(i64::MAX)) })
            }
        }
    }

    /// Asks for another credential than the one that the server has just refused: the helper renews it, where it can be
    /// renewed, whatever its expiry says.
    pub async fn obtain_another(&self, beginning: bool) -> Result<Obtained> {
        match self {
            Self::Plugin(_) | Self::File(_) => self.obtain(beginning).await,
            Self::Helper(entry) => {
                let connector = entry.args.last().map(|name| name.expose().clone()).unwrap_or_default();
                let program = env::current_exe().context(|| "this program does not know where it lies")?;
                let mut entry = entry.clone();
                entry.command = utf8(program)?;
                entry.args = words(["credential", "refill", "--force", &connector]);
                Self::Helper(entry).obtain(beginning).await
            }
        }
    }
}

/// Arguments; those of a foreign plugin may be secrets, and so these are of that type too.
fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Secret<String>> {
    words.into_iter().map(|word| Secret::new(word.to_owned())).collect()
}

fn utf8(path: PathBuf) -> Result<String> {
    let failed = |path: std::ffi::OsString| Error::failure(format!("the path {} is not UTF-8", path.display()));
    path.into_os_string().into_string().map_err(failed)
}

fn helper_program() -> Result<(PathBuf, &'static [&'static str])> {
    if let Some(helper) = paths::sibling(paths::HELPER) {
        return Ok((helper, &["get"]));
    }
    let current = env::current_exe().context(|| "this program does not know where it lies")?;
    Ok((current, &["credential", "get"]))
}

/// The helper's own error, taken over line by line (`Error::render` wrote it).
fn said(output: &Output) -> Error {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or("the credential helper failed and said nothing");
    let error = Error::failure(first.strip_prefix("error: ").unwrap_or(first));
    let error = lines.fold(error, |error, line| match line.strip_prefix("hint: ") {
        Some(hint) => error.hint(hint),
        None => error.cause(line.trim_start().trim_start_matches("caused by: ")),
    });
    let timed_out = output.status.code() == Some(i32::from(Kind::TimedOut.exit_code()));
    if timed_out { error.of_kind(Kind::TimedOut) } else { error }
}
