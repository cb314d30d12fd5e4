//! Writing and destroying key files (layer 0).
//!
//! The temporary file has a name that can be found again: whoever is killed leaves a key in it.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::key::Keys;
use crate::error::{Context, Error, Result};
use crate::files;

/// Creates the key file; one that exists stays as it is and is an error.
pub fn create(path: &Path, keys: &Keys) -> Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
        files::ensure_private_dir(parent)?;
    }
    let failed = || format!("cannot create the key file {}", path.display());
    let file = temporary(path, keys).context(failed)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => Error::failure(failed()).because(error.error),
    })?;
    sync(files::parent(path)).context(failed)
}

/// Replaces the key file whole or not at all.
pub fn replace(path: &Path, keys: &Keys) -> Result<()> {
    let failed = || format!("cannot write the key file {}", path.display());
    let file = temporary(path, keys).context(failed)?;
    file.persist(path).map_err(|error| error.error).context(failed)?;
    sync(files::parent(path)).context(failed)
}

/// The refusal to write over a file.
pub fn exists(path: &Path) -> Error {
    Error::failure(format!("cannot create the key file {}: it exists", path.display()))
        .hint("name another one with --key-file, or remove it if no vault uses it")
}

/// Overwrites and removes the key file where it holds one of the keys named `ids`, and what a killed process left beside
/// it. Says whether the file is gone: one that holds something else stays.
pub fn destroy(path: &Path, ids: &[String]) -> Result<bool> {
    shred(&temporary_path(path))?;
    // Also where a link leads: a key file is no link, and nothing lies behind this one.
    if fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(true);
    }
    let Some(text) = files::read_private(path)? else { return Ok(true) };
    // Nothing but zeros is one that was overwritten and not removed any more.
    let ours = text.iter().all(|byte| *byte == 0)
        || Keys::parse(&text).is_ok_and(|keys| ids.iter().any(|id| keys.get(id).is_some()));
    if ours {
        shred(path)?;
    }
    Ok(ours)
}

fn shred(path: &Path) -> Result<()> {
    let failed = || format!("cannot remove the key file {}", path.display());
    // Opening a pipe that nobody reads would wait for ever.
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
    let opened = OpenOptions::new().write(true).custom_flags(flags).open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        // A pipe or a socket holds no key.
        Err(error) if Errno::from_io_error(&error) == Some(Errno::NXIO) => return Ok(()),
        Err(error) => return Err(error).context(failed),
    };
    let metadata = file.metadata().context(failed)?;
    if !metadata.is_file() {
        return Ok(());
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    file.write_all(&vec![0; length]).and_then(|()| file.sync_all()).context(failed)?;
    fs::remove_file(path).and_then(|()| sync(files::parent(path))).context(failed)
}

fn temporary(path: &Path, keys: &Keys) -> std::io::Result<tempfile::NamedTempFile> {
    let temporary = temporary_path(path);
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let name = temporary.file_name().unwrap_or_default();
    // Created exclusively, so that whatever somebody puts there meanwhile gets no key.
    let mut file = tempfile::Builder::new().prefix(name).rand_bytes(0).tempfile_in(files::parent(path))?;
    file.write_all(keys.text().as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn temporary_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    files::parent(path).join(format!(".{name}.new"))
}

fn sync(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_key_is_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let (ours, theirs) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let ids = |keys: &Keys| keys.ids().map(ToOwned::to_owned).collect::<Vec<_>>();
        assert!(destroy(&path, &ids(&ours)).unwrap(), "nothing is there");
        create(&path, &theirs).unwrap();
        assert!(create(&path, &ours).is_err());
        assert!(!destroy(&path, &ids(&ours)).unwrap());
        assert!(path.exists());
        replace(&path, &ours).unwrap();
        files::write_private(&temporary_path(&path), b"left by a killed process").unwrap();
        assert!(destroy(&path, &ids(&ours)).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        files::write_private(&path, &[0; 80]).unwrap();
        assert!(destroy(&path, &ids(&ours)).unwrap() && !path.exists(), "overwritten, not removed any more");
    }
}
