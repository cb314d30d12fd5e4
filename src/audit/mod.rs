//! Who asked for which credential, and what was last refused (layer 0). Reading and rotating the log is in `log`.
//!
//! `audit/credentials.jsonl` gets one line for each time that a credential is asked for: one `O_APPEND` write, without a
//! lock and without waiting for the disk. `audit/last-error/<connector id>.json` is the last thing that went wrong, for
//! people whose desktop program hides what is written to standard error. No secret and no command line is in either.

#[cfg(feature = "cli")]
pub mod log;

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use serde::Serialize;

use crate::error::{Context, Error, Kind, Result, harmless, steers};
use crate::execcred::rfc3339;
use crate::files;
use crate::helper::now;
use crate::paths::Home;
use crate::vault::Vault;

/// A line longer than this would not be written in one piece.
const LINE_LIMIT: usize = 4096;

/// No more bytes of an error are kept in a file.
pub const LARGEST_ERROR: usize = 8 * 1024;

/// What became of a question for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The sealed answer was handed out.
    Hit,
    /// A new answer was got, and handed out.
    Refill,
    /// Nothing was handed out.
    Refusal,
}

impl Event {
    /// Its name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Refill => "refill",
            Self::Refusal => "refusal",
        }
    }
}

/// Notes one question and what became of it, unless the vault's settings say otherwise. A log that cannot be written
/// (full disk, read-only home) is no reason to refuse a credential.
pub fn note(home: &Home, vault: &Vault, connector: Option<&str>, event: Event) {
    if vault.settings().audit {
        let line = line(connector, event);
        if line.len() <= LINE_LIMIT {
            let _ = append(home, line.as_bytes());
        }
    }
}

/// Notes a refusal, and why. Where the vault cannot be opened, whether a log is wanted cannot be known: then only the error
/// is kept.
pub fn refused(home: &Home, vault: Option<&Vault>, connector: Option<&str>, error: &Error) {
    if let Some(vault) = vault {
        note(home, vault, connector, Event::Refusal);
    }
    keep_error(home, vault, connector, error, false);
}

/// Keeps what went wrong although `connector` had its credential handed out.
pub fn warned(home: &Home, vault: &Vault, connector: Option<&str>, warning: &Error) {
    keep_error(home, Some(vault), connector, warning, true);
}

/// The last thing that went wrong with a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(serde::Deserialize))]
pub struct LastError {
    /// When, as RFC 3339.
    pub time: String,
    /// The connector's id; `None` = it is not known which was meant.
    pub connector: Option<String>,
    /// The error's kind.
    pub kind: Kind,
    /// What was written to standard error.
    pub text: String,
    /// The credential was handed out all the same.
    #[cfg_attr(feature = "cli", serde(default))]
    pub served: bool,
}

/// Keeps `error` as the last one of `connector`; the one before is replaced, whole or not at all. A connector that was
/// deleted meanwhile leaves none.
fn keep_error(home: &Home, vault: Option<&Vault>, connector: Option<&str>, error: &Error, served: bool) {
    // Whoever opened a vault has looked at this.
    if vault.is_none() && files::check_private_dir(home.root()).is_err() {
        return;
    }
    let last = LastError {
        time: rfc3339(now()),
        connector: connector.map(ToOwned::to_owned),
        kind: error.kind(),
        text: harmless(&error.clone().shortened(LARGEST_ERROR).render()),
        served,
    };
    // Where it cannot be kept, standard error still has it.
    let _ = serde_json::to_vec(&last).map_err(io::Error::other).and_then(|json| replace(home, connector, &json));
    // Looked at afterwards: who deletes removes the credential first, then this.
    if let (Some(id), Some(vault)) = (connector, vault)
        && matches!(vault.sealed(id), Ok(None))
    {
        let _ = fs::remove_file(home.last_errors().join(error_file(connector)));
    }
}

fn replace(home: &Home, connector: Option<&str>, json: &[u8]) -> io::Result<()> {
    let dir = home.last_errors();
    for dir in [home.audit(), dir.clone()] {
        make_private(&dir).map_err(|error| io::Error::other(error.to_string()))?;
    }
    let new = dir.join(format!(".new-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default())
        .open(&new)?;
    let written = file.write_all(json).and_then(|()| fs::rename(&new, dir.join(error_file(connector))));
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

/// The name of a connector's file in [`Home::last_errors`].
fn error_file(connector: Option<&str>) -> String {
    format!("{}.json", connector.unwrap_or("unknown"))
}

fn line(connector: Option<&str>, event: Event) -> String {
    let parent = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
    let mut line = String::with_capacity(256);
    let _ = write!(line, r#"{{"time":"{}","event":"{}","connector":"#, rfc3339(now()), event.as_str());
    match connector {
        Some(id) => quote(id, &mut line),
        None => line.push_str("null"),
    }
    let _ = write!(line, r#","pid":{parent},"comm":"#);
    match comm(parent) {
        Some(name) => quote(&name, &mut line),
        None => line.push_str("null"),
    }
    line.push_str("}\n");
    line
}

/// `text` as a JSON string without anything that could end the line or steer a terminal.
fn quote(text: &str, line: &mut String) {
    line.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => line.extend(['\\', c]),
            _ if steers(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(line, "\\u{unit:04x}");
                }
            }
            _ => line.push(c),
        }
    }
    line.push('"');
}

/// The name of the process `pid`; unlike its command line it holds no argument.
fn comm(pid: i32) -> Option<String> {
    let path = format!("/proc/{pid}/comm");
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let mut bytes = [0; 64];
    let length = rustix::io::read(&file, &mut bytes).ok()?;
    Some(String::from_utf8_lossy(bytes[..length].trim_ascii_end()).into_owned())
}

fn append(home: &Home, line: &[u8]) -> Result<()> {
    make_private(&home.audit())?;
    let path = home.audit_log();
    // A pipe in the log's place must not make kubectl wait.
    let flags =
        OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let failed = || "cannot write the audit log";
    let file = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR).context(failed)?;
    rustix::io::write(&file, line).map(drop).context(failed)
}

/// Makes `dir` where it is not there, and refuses one that others may write to or that is a link: one look where all is
/// well.
fn make_private(dir: &Path) -> Result<()> {
    let Err(error) = files::check_private_dir(dir) else { return Ok(()) };
    // What is there already is not made.
    DirBuilder::new().mode(0o700).create(dir).map_err(|_| error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_line() {
        let mut line = String::new();
        quote("a\"b\\c\n\u{1b}[31m\u{7f}\u{9b}é\u{202e}\u{e0041}", &mut line);
        assert_eq!(line, r#""a\"b\\c\u000a\u001b[31m\u007f\u009bé\u202e\udb40\udc41""#);
        let back: String = serde_json::from_str(&line).unwrap();
        assert_eq!(back, "a\"b\\c\n\u{1b}[31m\u{7f}\u{9b}é\u{202e}\u{e0041}");
    }

    #[test]
    fn a_line_tells_who_asked() {
        let text = line(Some("c-1"), Event::Hit);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((value["event"].as_str(), value["connector"].as_str()), (Some("hit"), Some("c-1")));
        assert!(value["pid"].as_i64().unwrap() > 0 && text.ends_with("}\n") && text.lines().count() == 1, "{text}");
        assert!(line(None, Event::Refusal).contains(r#""connector":null"#));
    }
}
