//! kubectl's own lock on a kubeconfig: the file `<name as given>.lock` exists (layer 2; client-go's `lockFile`).
//!
//! kubectl itself gives up at once when it is there, so ours is held for as long as a rename takes. It appears whole (by
//! a hard link), carries our process id, and is held under `flock`: whoever can take that lock on it knows that its owner
//! is dead, and may remove it. One of kubectl's own carries nothing and is never removed.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};

use super::draft::Draft;
use crate::error::{Context, Error, Kind, Result};
use crate::files;

/// How long to wait for others: kubectl holds its lock for as long as it writes.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);
const MARK: &str = "kubectl-zenml ";

/// A held lock; removed when dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _held: File,
}

/// Who made a lock that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A process of ours that is alive.
    Alive(i32),
    /// A process of ours that is dead.
    Dead(i32),
    /// Somebody who did not say, as kubectl does not.
    Unknown,
}

/// The lock on the kubeconfig `path` and its owner; `None` where there is none.
pub fn find(path: &Path) -> Option<(PathBuf, Owner)> {
    let path = lock_path(path);
    let mut file = File::open(&path).ok()?;
    let owner = match owner(&mut file) {
        Ok(Some(pid)) if is_dead(pid, &file) => Owner::Dead(pid.as_raw_pid()),
        Ok(Some(pid)) => Owner::Alive(pid.as_raw_pid()),
        _ => Owner::Unknown,
    };
    Some((path, owner))
}

/// Removes the locks that dead ones of us left on the kubeconfig `path`, which keep kubectl from writing.
pub fn clear(path: &Path) {
    for path in [Some(path.to_owned()), files::resolve_links(path).ok()].into_iter().flatten() {
        // Most often there is none.
        let _ = break_stale(&lock_path(&path));
    }
}

/// Locks the kubeconfig `path`, waiting for others.
pub fn acquire(path: &Path) -> Result<Lock> {
    let path = lock_path(path);
    let deadline = Instant::now() + PATIENCE;
    loop {
        match create(&path) {
            Ok(lock) => return Ok(lock),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::failure(format!("cannot create {}", path.display())).because(error)),
        }
        if !break_stale(&path).unwrap_or_default() {
            if Instant::now() > deadline {
                return Err(Error::new(Kind::TimedOut, format!("the kubeconfig is locked: {} exists", path.display()))
                    .hint(format!("if no kubectl is running, it was left behind: run `rm {}`", path.display())));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Makes the lock appear with its content and already held. Where the file system has no hard links it appears empty
/// first, as kubectl's does.
fn create(path: &Path) -> std::io::Result<Lock> {
    let content = format!("{MARK}{}\n", std::process::id());
    let dir = files::parent(path);
    let draft = Draft::new(dir, content.as_bytes())?;
    draft.file().lock()?;
    match draft.link(path) {
        Ok(()) => Ok(Lock { path: path.to_owned(), _held: draft.file().try_clone()? }),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) => {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            let lock = Lock { path: path.to_owned(), _held: file.try_clone()? };
            file.lock()?;
            file.write_all(content.as_bytes())?;
            Ok(lock)
        }
    }
}

/// Removes a lock of ours whose owner is dead. Says whether it did.
fn break_stale(path: &Path) -> Result<bool> {
    let failed = || format!("cannot look at {}", path.display());
    let mut file = File::open(path).context(failed)?;
    let Some(owner) = owner(&mut file).context(failed)? else { return Ok(false) };
    if !is_dead(owner, &file) {
        return Ok(false);
    }
    // Somebody else may have removed this one, and a third made a new one.
    let same = fs::metadata(path).is_ok_and(|now| file.metadata().is_ok_and(|then| now.ino() == then.ino()));
    Ok(same && fs::remove_file(path).is_ok())
}

/// The process that a lock of ours names.
fn owner(file: &mut File) -> std::io::Result<Option<Pid>> {
    let mut content = String::new();
    Read::by_ref(file).take(64).read_to_string(&mut content)?;
    Ok(content.trim_end().strip_prefix(MARK).and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw))
}

/// Whether nobody holds the lock any more; then it is held by `file`.
fn is_dead(owner: Pid, file: &File) -> bool {
    test_kill_process(owner).is_err() && file.try_lock().is_ok()
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nothing can be done where this fails; the next one finds a dead owner.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_kubectls_file_and_carries_our_process() {
        let dir = tempfile::tempdir().unwrap();
        let lock = acquire(&dir.path().join("config")).unwrap();
        let content = fs::read_to_string(dir.path().join("config.lock")).unwrap();
        assert_eq!(content, format!("kubectl-zenml {}\n", std::process::id()));
        drop(lock);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn breaks_a_dead_ones_lock_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let (config, lock) = (dir.path().join("config"), dir.path().join("config.lock"));
        let dead = std::process::Command::new("true").spawn().map(|mut child| {
            child.wait().unwrap();
            child.id()
        });
        files::write_private(&lock, format!("kubectl-zenml {}\n", dead.unwrap()).as_bytes()).unwrap();
        drop(acquire(&config).unwrap());
        files::write_private(&lock, b"").unwrap();
        assert!(!break_stale(&lock).unwrap());
        files::write_private(&lock, b"kubectl-zenml 1\n").unwrap();
        assert!(!break_stale(&lock).unwrap());
    }
}
