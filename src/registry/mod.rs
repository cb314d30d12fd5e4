//! Connectors on disk, as far as the helper must know them: names to ids (layer 0). The rest is in `store`.
//!
//! `connectors/<id>.json` is a record. Where one changes together with what is sealed, `<id>.next` holds the new one first:
//! it counts from the moment at which the sealed file has its revision.

#[cfg(feature = "cli")]
pub mod stacks;
#[cfg(feature = "cli")]
pub mod store;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{panic, thread};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::files;
use crate::paths::Home;
use crate::vault::Vault;

/// From so many records on, two threads read them.
const MANY: usize = 200;

/// The extension of a record that is about to take its place.
const NEXT: &str = "next";

/// So much of an id may stand for it: less may be a name that was mistyped.
const PREFIX: usize = 4;

/// A connector's name and id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The UUID, for ever.
    pub id: String,
    /// The name, until it is renamed.
    pub name: String,
}

/// All connectors by name. A file that cannot be read is an error: a connector must not vanish silently.
pub fn entries(home: &Home) -> Result<Vec<Entry>> {
    let mut entries = records(home, |path, bytes| {
        let entry = serde_json::from_slice::<Entry>(bytes).context(|| format!("{} is damaged", path.display()));
        entry.map_err(|error| error.hint("move that file away, and register the connector again; the others are whole"))
    })?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// A file and what it holds.
type Record = (PathBuf, Zeroizing<Vec<u8>>);

/// What `parse` makes of the record of every connector.
fn records<T: Send>(home: &Home, parse: impl Fn(&Path, &[u8]) -> Result<T> + Sync) -> Result<Vec<T>> {
    let dir = home.connectors();
    let failed = || format!("cannot read {}", dir.display());
    let listing = match fs::read_dir(&dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context(failed),
    };
    files::check_private_dir(&dir)?;
    let (mut current, mut next) = (Vec::new(), Vec::new());
    for file in listing {
        let path = file.context(failed)?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => current.push(path),
            Some(NEXT) => next.push(path),
            _ => {}
        }
    }
    let read = |paths: &[PathBuf]| {
        let changing = |path: &PathBuf| !next.is_empty() && next.contains(&path.with_extension(NEXT));
        let records = paths.iter().map(|path| record(home, path.clone(), changing(path)));
        let records = records.filter_map(Result::transpose);
        records.map(|record| record.and_then(|(path, bytes)| parse(&path, &bytes))).collect::<Result<Vec<_>>>()
    };
    if current.len() < MANY {
        return read(&current);
    }
    // Half of the time of each goes into opening it.
    let (first, second) = current.split_at(current.len() / 2);
    let (first, second) = thread::scope(|scope| {
        let other = scope.spawn(|| read(second));
        (read(first), other.join())
    });
    let mut records = first?;
    records.append(&mut second.unwrap_or_else(|panic| panic::resume_unwind(panic))?);
    Ok(records)
}

/// The record at `path`, or the next one where that counts already. `None` = it was removed meanwhile.
fn record(home: &Home, path: PathBuf, changing: bool) -> Result<Option<Record>> {
    let next = path.with_extension(NEXT);
    // Once it is gone it has become the other, or never counted.
    if changing
        && let Some(bytes) = files::read_private(&next)?
        && counts(home, &bytes).unwrap_or_default()
    {
        return Ok(Some((next, bytes)));
    }
    Ok(files::read_private(&path)?.map(|bytes| (path, bytes)))
}

/// Whether what is sealed is that of this record.
fn counts(home: &Home, next: &[u8]) -> Result<bool> {
    #[derive(Deserialize)]
    struct Revision {
        id: String,
        #[serde(default)]
        revision: u32,
    }
    let next: Revision = serde_json::from_slice(next).context(|| "a record that was being written is damaged")?;
    let Some(vault) = Vault::open(home)? else { return Ok(false) };
    Ok(vault.sealed(&next.id)?.is_some_and(|sealed| sealed.header.revision == next.revision))
}

/// The one connector with this name, id or unique id prefix.
pub fn resolve(home: &Home, reference: &str) -> Result<Entry> {
    among(&entries(home)?, reference)
}

/// The one of `entries` with this name, id or unique id prefix.
pub fn among(entries: &[Entry], reference: &str) -> Result<Entry> {
    if let Some(exact) = entries.iter().find(|entry| entry.name == reference || entry.id == reference) {
        return Ok(exact.clone());
    }
    let mut matching = entries.iter().filter(|entry| reference.len() >= PREFIX && entry.id.starts_with(reference));
    match (matching.next(), matching.next()) {
        (Some(one), None) => Ok(one.clone()),
        (Some(_), Some(_)) => {
            let candidates: Vec<_> = entries
                .iter()
                .filter(|entry| entry.id.starts_with(reference))
                .map(|entry| format!("{} ({})", entry.name, entry.id))
                .collect();
            Err(Error::failure(format!("more than one connector has an id that starts with \"{reference}\""))
                .hint(format!("candidates: {}", candidates.join(", "))))
        }
        _ => Err(not_found(reference)),
    }
}

fn not_found(reference: &str) -> Error {
    Error::failure(format!("connector \"{reference}\" not found")).hint(if reference.len() < PREFIX {
        "run `kubectl zenml connector list` to see the registered connectors; of an id, four characters are enough"
    } else {
        "run `kubectl zenml connector list` to see the registered connectors"
    })
}
