//! Unfinished files: they lie beside what they replace, and go with a later write where their writer was killed (layer 0).
//!
//! A draft's name carries its writer's process id and the writer holds it under `flock`, which tells a living writer also
//! where process ids do not: in another container, or once an id was given away again.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use tempfile::NamedTempFile;

const PREFIX: &str = ".new-";
/// No write takes nearly as long. Decides where the id tells nothing.
const OLD: Duration = Duration::from_secs(3600);

/// A new draft in `dir`, of mode 0600.
pub(super) fn create(dir: &Path) -> io::Result<NamedTempFile> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let draft = tempfile::Builder::new().prefix(&prefix).tempfile_in(dir)?;
    // A file system without locks is no reason not to write.
    let _ = draft.as_file().try_lock();
    Ok(draft)
}

/// Removes the drafts in `dir` whose writer is dead. `dir` must be a directory of ours alone. What cannot be removed stays
/// for the next time.
pub fn sweep(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let writer = rest.split_once('-').and_then(|(pid, _)| pid.parse().ok()).and_then(Pid::from_raw);
        if is_abandoned(&entry.path(), writer).unwrap_or_default() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(path: &Path, writer: Option<Pid>) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(false);
    }
    let draft = File::open(path)?;
    if matches!(draft.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(false);
    }
    let dead = writer.is_some_and(|writer| test_kill_process(writer) == Err(Errno::SRCH));
    // A time to come is no age.
    let old = draft.metadata()?.modified()?.elapsed().is_ok_and(|age| age > OLD);
    Ok(dead || old)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn age(path: &Path) {
        File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - 2 * OLD).unwrap();
    }

    #[test]
    fn sweeps_what_dead_writers_left_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let (dead, alive) = (child.id(), std::process::id());
        let names = [
            (format!(".new-{dead}-a"), false, false),
            (format!(".new-{alive}-a"), false, true),
            (format!(".new-{alive}-b"), true, false),
            (".new-Ab12Cd".to_owned(), false, true),
            (".new-Ef34Gh".to_owned(), true, false),
            ("other".to_owned(), true, true),
        ];
        for (name, old, _) in &names {
            let path = dir.path().join(name);
            super::super::write_private(&path, b"x").unwrap();
            if *old {
                age(&path);
            }
        }
        // A writer that is at it, however long.
        let held = create(dir.path()).unwrap();
        age(held.path());
        sweep(dir.path());
        for (name, _, stays) in &names {
            assert_eq!(dir.path().join(name).exists(), *stays, "{name}");
        }
        assert!(held.path().exists());
    }
}
