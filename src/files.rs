//! Private files: who may read them, and how they are written (layer 0).

#[cfg(feature = "cli")]
mod draft;

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::OnceLock;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
#[cfg(feature = "cli")]
pub use draft::sweep;

/// No private file of ours comes near this size, in bytes; a larger one is not read.
const SIZE_LIMIT: u64 = 16 * 1024 * 1024;
/// The largest file of text that a person may name, such as a pipeline or a kubeconfig, in bytes.
#[cfg(feature = "cli")]
pub const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

/// Creates `dir` with mode 0700 where it is missing, and refuses one that others may enter or that is not ours.
pub fn ensure_private_dir(dir: &Path) -> Result<()> {
    let above = parent(dir);
    fs::create_dir_all(above).context(|| format!("cannot create {}", above.display()))?;
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check_private_dir(dir),
        Err(error) => Err(Error::failure(format!("cannot create {}", dir.display())).because(error)),
    }
}

/// Refuses a directory that is a link, that is not ours, or that others may read.
pub fn check_private_dir(dir: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(dir).context(|| format!("cannot look at {}", dir.display()))?;
    if metadata.file_type().is_symlink() || !metadata.is_dir() {
        return Err(Error::failure(format!("{} is not a directory of its own", dir.display()))
            .hint("replace the link by the directory itself"));
    }
    check_owner_and_mode(dir, &metadata)
}

/// Reads a file that only its owner may read. `None` where there is no such file; a link, a foreign owner or a mode
/// that lets others in is refused.
pub fn read_private(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    read_checked(path, check_owner_and_mode)
}

/// Reads the credential `name` that systemd put into `dir`. `None` where there is no such file. It and its directory must
/// be ours or root's, and be open to nobody else.
pub fn read_credential(dir: &Path, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let metadata = fs::symlink_metadata(dir).context(|| format!("cannot look at {}", dir.display()))?;
    if !metadata.is_dir() {
        return Err(Error::failure(format!("{} is not a directory of its own", dir.display())));
    }
    check_credential(dir, &metadata)?;
    read_checked(&dir.join(name), check_credential)
}

fn read_checked(path: &Path, check: impl Fn(&Path, &fs::Metadata) -> Result<()>) -> Result<Option<Zeroizing<Vec<u8>>>> {
    // Opening a pipe that nobody writes to would wait for ever. musl's own `open` would say CLOEXEC in a second system call.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file = match rustix::io::retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty())) {
        Ok(opened) => File::from(opened),
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(not_opened(path, error)),
    };
    let metadata = file.metadata().context(|| format!("cannot look at {}", path.display()))?;
    if !metadata.is_file() || metadata.len() > SIZE_LIMIT {
        return Err(Error::failure(format!("{} is not a file of ours", path.display())));
    }
    check(path, &metadata)?;
    // Private files are replaced, not changed, so that the length is known: one system call.
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(metadata.len()).unwrap_or_default()]);
    file.read_exact(&mut bytes).context(|| format!("cannot read {}", path.display()))?;
    Ok(Some(bytes))
}

/// A file that is there and cannot be opened.
fn not_opened(path: &Path, error: Errno) -> Error {
    let failure = Error::failure(format!("cannot open {}", path.display())).because(std::io::Error::from(error));
    match error {
        // What opening a link without following it gives.
        Errno::LOOP => failure.hint("it must be a plain file, not a link"),
        Errno::ACCESS => failure.hint(format!(
            "it, or a directory above it, does not let you in: `ls -ld {}` shows whose it is",
            path.display()
        )),
        _ => failure,
    }
}

/// The whole of what a person named to be read, at most `limit` bytes of it: more is an error, so that a device or another
/// endless file does not fill the memory.
#[cfg(feature = "cli")]
pub fn read_at_most(limit: u64, file: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let limit = if limit < 1024 * 1024 { format!("{} KiB", limit / 1024) } else { format!("{} MiB", limit >> 20) };
        return Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {limit}")));
    }
    Ok(std::mem::take(&mut bytes))
}

/// What to do about the file at `path`, which cannot be read.
pub fn hint(path: &Path, error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound if path.is_absolute() => "check its name, and see which of its directories are there",
        ErrorKind::NotFound => {
            "check its name: without a leading / it counts from the current directory, and in a file from that file's own"
        }
        ErrorKind::PermissionDenied => "see who may read it, and its directory: `ls -l`",
        ErrorKind::IsADirectory => "that is a directory: name a file",
        ErrorKind::InvalidData => "save it as UTF-8 text",
        _ => "see whether it is a plain file on a disk that works",
    }
}

/// The text of a file that a person named, at most [`LARGEST_TEXT`] of it.
#[cfg(feature = "cli")]
pub fn read_text(path: &Path) -> std::io::Result<String> {
    let bytes = read_at_most(LARGEST_TEXT, File::open(path)?)?;
    // The error of the conversion would hold the bytes, and shows some of them.
    String::from_utf8(bytes).map_err(|_| std::io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Opens (and creates) the lock file `path`; lock it with [`File::lock`].
pub fn open_lock(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default())
        .open(path)
        .context(|| format!("cannot open the lock {}", path.display()))
}

/// Replaces `path` whole or not at all: a new file of mode 0600 beside it, fsync, rename, fsync of the directory.
#[cfg(feature = "cli")]
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;

    let dir = parent(path);
    let failed = || format!("cannot write {}", path.display());
    let mut file = draft::create(dir).context(failed)?;
    file.write_all(bytes).context(failed)?;
    file.as_file().sync_all().context(failed)?;
    file.persist(path).map_err(|error| error.error).context(failed)?;
    File::open(dir).and_then(|dir| dir.sync_all()).context(failed)
}

/// Creates `path` whole or not at all, with mode 0600; an existing file stays as it is and is an error.
#[cfg(feature = "cli")]
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;

    let failed = || format!("cannot create {}", path.display());
    let mut file = draft::create(parent(path)).context(failed)?;
    file.write_all(bytes).context(failed)?;
    file.as_file().sync_all().context(failed)?;
    file.persist_noclobber(path).map_err(|error| error.error).context(failed)?;
    Ok(())
}

/// The directory that holds `path`; the current one for a bare name.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Where a chain of links ends, also where nothing is there yet.
#[cfg(feature = "cli")]
pub fn resolve_links(path: &Path) -> Result<std::path::PathBuf> {
    const LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = parent(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(Error::failure(format!("{} is a link in a circle", path.display())))
}

fn check_owner_and_mode(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    // It changes in no process of ours; the registry asks a thousand times.
    static MINE: OnceLock<u32> = OnceLock::new();
    let mine = *MINE.get_or_init(|| rustix::process::geteuid().as_raw());
    if metadata.uid() != mine {
        return Err(Error::failure(format!("{} belongs to user {}, not to you", path.display(), metadata.uid())));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(Error::failure(format!("others may read {} (mode {:o})", path.display(), metadata.mode() & 0o777))
            .hint(format!("run `chmod go= {}`, and consider what is in it as known to others", path.display())));
    }
    Ok(())
}

/// systemd gives a credential to the service's user, or keeps it root's and lets that user in by an access control list,
/// whose mask shows as the group's bits.
fn check_credential(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    if metadata.uid() != 0 {
        return check_owner_and_mode(path, metadata);
    }
    if metadata.mode() & 0o027 != 0 {
        let mode = metadata.mode() & 0o777;
        return Err(Error::failure(format!("others may use {} (mode {mode:o})", path.display()))
            .hint("$CREDENTIALS_DIRECTORY must be one that systemd made"));
    }
    Ok(())
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn reads_what_it_wrote_and_refuses_what_others_may_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        assert!(read_private(&path).unwrap().is_none());
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(read_private(&path).unwrap().unwrap().as_slice(), b"two");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read_private(&path).unwrap_err();
        assert!(error.to_string().contains("mode 640"), "{error}");
    }

    #[test]
    fn refuses_links() {
        let dir = tempfile::tempdir().unwrap();
        write_private(&dir.path().join("file"), b"one").unwrap();
        symlink(dir.path().join("file"), dir.path().join("link")).unwrap();
        assert!(read_private(&dir.path().join("link")).unwrap_err().render().contains("not a link"));
        symlink(dir.path(), dir.path().join("dir")).unwrap();
        assert!(check_private_dir(&dir.path().join("dir")).is_err());
    }

    #[test]
    fn permission_denied_is_not_blamed_on_a_link() {
        // Not tried with a real file: the superuser, as whom tests may run, is denied nothing.
        let said = not_opened(Path::new("/k/vault.json"), Errno::ACCESS).render();
        assert!(said.contains("`ls -ld /k/vault.json`") && !said.contains("link"), "{said}");
    }

    #[test]
    fn makes_private_directories() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        ensure_private_dir(&inner).unwrap();
        ensure_private_dir(&inner).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(ensure_private_dir(&inner).is_err());
    }
}
