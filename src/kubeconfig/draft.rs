//! A file that has no name until it is finished (layer 2): a process that is killed meanwhile leaves nothing behind, least
//! of all a copy of somebody's kubeconfig. For the one instant in which it must have a name, that holds the process's id,
//! and the next draft removes what a killed one left.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, linkat};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use tempfile::NamedTempFile;

/// The begin of a draft's name, before the id of the process that writes it.
const PREFIX: &str = ".kubectl-zenml-";

/// An unfinished file in its directory.
pub(super) struct Draft {
    file: File,
    /// Where the file system cannot do without a name.
    named: Option<NamedTempFile>,
    dir: PathBuf,
}

impl Draft {
    /// A new file in `dir` that holds `content`, mode 0600.
    pub(super) fn new(dir: &Path, content: &[u8]) -> io::Result<Self> {
        sweep(dir);
        let mut file = tempfile::tempfile_in(dir)?;
        let mut named = None;
        // An unlinked file, which is what other systems have instead, cannot be given a name again.
        if !fs::exists(own_link(&file)).unwrap_or_default() || unlinked(&file) {
            let draft =
                tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempfile_in(dir)?;
            file = draft.reopen()?;
            named = Some(draft);
        }
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(content)?;
        Ok(Self { file, named, dir: dir.to_owned() })
    }

    /// The file itself.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file the name `path`, which must be free.
    pub(super) fn link(&self, path: &Path) -> io::Result<()> {
        match &self.named {
            Some(named) => fs::hard_link(named.path(), path),
            None => linkat(CWD, own_link(&self.file), CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from),
        }
    }

    /// Puts the file in the place of `path`.
    pub(super) fn replace(self, path: &Path) -> io::Result<()> {
        if let Some(named) = self.named {
            return named.persist(path).map(drop).map_err(|error| error.error);
        }
        // Nothing can be linked over an existing name, so there is another one for an instant.
        let name = self.dir.join(format!("{PREFIX}{}-{}", std::process::id(), self.file.as_raw_fd()));
        match self.link(&name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                fs::remove_file(&name)?;
                self.link(&name)?;
            }
            linked => linked?,
        }
        fs::rename(&name, path).inspect_err(|_| {
            let _ = fs::remove_file(&name);
        })
    }
}

/// Removes the drafts of processes that are gone. The directory is the user's own, so only our names are looked at.
fn sweep(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let writer = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|rest| rest.split_once('-'));
        let writer = writer.and_then(|(id, _)| Pid::from_raw(id.parse().ok()?));
        if writer.is_some_and(|id| test_kill_process(id) == Err(Errno::SRCH)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn own_link(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// Whether the file had a name once: `O_TMPFILE` shows as `/dir/#123 (deleted)`, too, but can be linked. Only a try tells.
fn unlinked(file: &File) -> bool {
    let target = fs::read_link(own_link(file)).unwrap_or_default();
    !target.file_name().is_some_and(|name| name.to_string_lossy().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn what_a_killed_writer_left_goes_with_the_next_draft() {
        let dir = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let name = |id: u32| dir.path().join(format!("{PREFIX}{id}-5"));
        let (dead, alive) = (name(child.id()), name(std::process::id()));
        for path in [&dead, &alive] {
            crate::files::write_private(path, b"token").unwrap();
        }
        Draft::new(dir.path(), b"text").unwrap();
        assert!(!dead.exists() && alive.exists());
    }

    #[test]
    fn has_a_name_only_when_finished() {
        let dir = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(dir.path()).unwrap().count();
        let draft = Draft::new(dir.path(), b"text").unwrap();
        assert_eq!(count(), 0);
        draft.link(&dir.path().join("a")).unwrap();
        assert_eq!(draft.link(&dir.path().join("a")).unwrap_err().kind(), ErrorKind::AlreadyExists);
        draft.replace(&dir.path().join("a")).unwrap();
        Draft::new(dir.path(), b"other").unwrap().replace(&dir.path().join("b")).unwrap();
        assert_eq!((count(), fs::read(dir.path().join("b")).unwrap()), (2, b"other".to_vec()));
        assert_eq!(fs::metadata(dir.path().join("b")).unwrap().mode() & 0o777, 0o600);
    }
}
