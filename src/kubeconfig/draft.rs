//! A file that has no name until it is finished (layer 2): a process that is killed meanwhile leaves nothing behind, least
//! of all a copy of somebody's kubeconfig.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, linkat};
use tempfile::NamedTempFile;

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
        let mut file = tempfile::tempfile_in(dir)?;
        let mut named = None;
        // An unlinked file, which is what other systems have instead, cannot be given a name again.
        if !fs::exists(own_link(&file)).unwrap_or_default() || unlinked(&file) {
            let draft = tempfile::Builder::new().prefix(".kubectl-zenml-").tempfile_in(dir)?;
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
        let name = self.dir.join(format!(".kubectl-zenml-{}-{}", std::process::id(), self.file.as_raw_fd()));
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
