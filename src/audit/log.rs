//! The audit log as people read it, and its rotation (layer 2).

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LastError, error_file};
use crate::error::{Context, Result};
use crate::files;
use crate::paths::Home;

/// Above this many bytes the log is put aside and a new one begun.
const ROTATE_ABOVE: u64 = 1024 * 1024;
/// How many logs are kept aside.
const KEPT: u32 = 3;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When the credential was asked for.
    pub time: Timestamp,
    /// `hit`, `refill` or `refusal`.
    pub event: String,
    /// The connector's id; `None` = it is not known which was meant.
    pub connector: Option<String>,
    /// The process that asked: the helper's parent.
    pub pid: i32,
    /// That process's name, where the system tells.
    pub comm: Option<String>,
}

/// Everything in the log, the oldest first.
pub fn entries(home: &Home) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in (1..=KEPT).rev().map(|number| aside(home, number)).chain([home.audit_log()]) {
        if let Some(bytes) = files::read_private(&path)? {
            entries.extend(String::from_utf8_lossy(&bytes).lines().filter_map(parse));
        }
    }
    Ok(entries)
}

/// What the log says last of a connector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUse {
    /// When its credential was last handed out.
    pub time: Option<Timestamp>,
    /// Whether it was refused after that.
    pub refused_since: bool,
}

/// What the log says last of each connector, by the connector's id.
pub fn last_uses(home: &Home) -> Result<HashMap<String, LastUse>> {
    let mut uses: HashMap<_, LastUse> = HashMap::new();
    for entry in entries(home)? {
        let Some(id) = entry.connector else { continue };
        let last = uses.entry(id).or_default();
        last.refused_since = entry.event == "refusal";
        if !last.refused_since {
            last.time = Some(entry.time);
        }
    }
    Ok(uses)
}

/// The last error of the connector `id`. One that cannot be read is none.
pub fn last_error(home: &Home, id: &str) -> Option<LastError> {
    let bytes = files::read_private(&home.last_errors().join(error_file(Some(id)))).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Forgets the last error of the connector `id`.
pub fn forget_error(home: &Home, id: &str) {
    // Most often there is none.
    let _ = fs::remove_file(home.last_errors().join(error_file(Some(id))));
}

/// Puts a long log aside. The helper never does this: a line that it writes meanwhile lands in the old file or in the new
/// one.
pub fn rotate(home: &Home) -> Result<()> {
    let log = home.audit_log();
    let is_full = || fs::symlink_metadata(&log).is_ok_and(|metadata| metadata.len() > ROTATE_ABOVE);
    if !is_full() {
        return Ok(());
    }
    files::check_private_dir(&home.audit())?;
    let lock = files::open_lock(&home.audit().join("lock"))?;
    // Whoever has the lock does the same; looking again, since it may be done.
    if lock.try_lock().is_err() || !is_full() {
        return Ok(());
    }
    for number in (1..KEPT).rev() {
        match fs::rename(aside(home, number), aside(home, number + 1)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).context(|| "cannot rotate the audit log");
            }
            _ => {}
        }
    }
    fs::rename(&log, aside(home, 1)).context(|| "cannot rotate the audit log")
}

fn aside(home: &Home, number: u32) -> PathBuf {
    let mut path = home.audit_log().into_os_string();
    path.push(format!(".{number}"));
    path.into()
}

/// A line, or what is whole of it: where the disk was full, the rest of an earlier line stands before it.
fn parse(line: &str) -> Option<Entry> {
    serde_json::from_str(&line[line.rfind("{\"time\":")?..]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        files::ensure_private_dir(&home.audit()).unwrap();
        (dir, home)
    }

    fn line(connector: &str) -> String {
        format!(
            "{{\"time\":\"2026-11-21T00:00:00Z\",\"event\":\"hit\",\"connector\":\"{connector}\",\"pid\":1,\"comm\":null}}\n"
        )
    }

    #[test]
    fn reads_around_broken_lines() {
        let (_dir, home) = home();
        assert!(entries(&home).unwrap().is_empty());
        let text = format!("rubbish\n{}{}{}", line("a"), &line("lost")[..30], line("b"));
        files::write_private(&home.audit_log(), text.as_bytes()).unwrap();
        let connectors: Vec<_> = entries(&home).unwrap().into_iter().filter_map(|entry| entry.connector).collect();
        assert_eq!(connectors, ["a", "b"]);
        assert_eq!(last_uses(&home).unwrap().len(), 2);
    }

    #[test]
    fn rotation_keeps_the_newest() {
        let (_dir, home) = home();
        let lines = usize::try_from(ROTATE_ABOVE).unwrap() / line("0").len() + 1;
        for round in 0..6 {
            files::write_private(&home.audit_log(), line(&round.to_string()).repeat(lines).as_bytes()).unwrap();
            rotate(&home).unwrap();
            assert!(!home.audit_log().exists());
        }
        let found = entries(&home).unwrap();
        assert_eq!(found.len(), 3 * lines);
        assert_eq!((found[0].connector.as_deref(), found.last().unwrap().connector.as_deref()), (Some("3"), Some("5")));
        files::write_private(&home.audit_log(), line("short").as_bytes()).unwrap();
        rotate(&home).unwrap();
        assert!(home.audit_log().exists(), "a short one stays");
    }
}
