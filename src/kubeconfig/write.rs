//! Changing one kubeconfig file beside kubectl and others of us (layer 2).
//!
//! The new file is prepared beside the target; under kubectl's lock the target is compared with what was read and
//! renamed over. A change that came between is read, and ours is made again on top of it.

use std::fs::{self, DirBuilder, File as StdFile, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::lock;
use super::merge::Kind;
use super::read::File;
use crate::error::{Context, Error, Result};
use crate::files;

/// Far more than there can be writers: each round, one of them succeeds.
const ROUNDS: usize = 1000;

/// Applies `change` to the file `path` (created where it is missing). Says whether the file changed.
pub fn edit(path: &Path, mut change: impl FnMut(&mut Value) -> Result<()>) -> Result<bool> {
    for _ in 0..ROUNDS {
        let file = File::read(path)?;
        let mut tree = file.tree.clone();
        change(&mut tree)?;
        if tree == file.tree {
            // Whoever made this change may have been killed right after it.
            lock::clear(path);
            return Ok(false);
        }
        if let Some(object) = tree.as_object_mut() {
            object.entry("apiVersion").or_insert_with(|| json!("v1"));
            object.entry("kind").or_insert_with(|| json!("Config"));
        }
        if replace(&file, file.render(&tree)?.as_bytes())? {
            return Ok(true);
        }
    }
    Err(Error::failure(format!("{} is being changed again and again by others", path.display())))
}

/// Puts an entry into its list, in the place of one with the same name.
pub fn put(tree: &mut Value, kind: Kind, name: &str, body: &Value) {
    let Some(object) = tree.as_object_mut() else { return };
    let list = object.entry(kind.list()).or_insert_with(|| json!([]));
    if list.is_null() {
        *list = json!([]);
    }
    let Some(list) = list.as_array_mut() else { return };
    let entry = json!({ "name": name, kind.body(): body });
    match list.iter_mut().find(|entry| entry["name"] == name) {
        Some(old) => *old = entry,
        None => list.push(entry),
    }
}

/// Takes an entry out of its list. Says whether it was there.
pub fn remove(tree: &mut Value, kind: Kind, name: &str) -> bool {
    let list = tree.get_mut(kind.list()).and_then(Value::as_array_mut);
    let Some(list) = list else { return false };
    let before = list.len();
    list.retain(|entry| entry["name"] != name);
    list.len() != before
}

/// Sets or clears the current context.
pub fn set_current(tree: &mut Value, context: &str) {
    if let Some(object) = tree.as_object_mut() {
        object.insert("current-context".to_owned(), json!(context));
    }
}

/// Writes `text` in the place of `file`. `false` = somebody else has written in between.
fn replace(file: &File, text: &[u8]) -> Result<bool> {
    let failed = || format!("cannot write {}", file.path.display());
    let target = files::resolve_links(&file.path)?;
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return Err(Error::failure(failed()).cause("it is no plain file").hint("name another one with `--kubeconfig`"));
    }
    let dir = files::parent(&target);
    if !dir.exists() {
        DirBuilder::new().mode(0o700).recursive(true).create(dir).context(failed)?;
    }
    let draft = Draft::new(dir, text).context(failed)?;
    let keeps_owner = adopt_mode(draft.file(), &target).context(failed)?;
    draft.file().sync_all().context(failed)?;

    let _named = lock::acquire(&file.path)?;
    let _resolved = if target == file.path { None } else { Some(lock::acquire(&target)?) };
    let now = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(failed),
    };
    if now != file.bytes {
        return Ok(false);
    }
    match rename(draft, &target, keeps_owner) {
        Ok(()) => {}
        // A bind mount cannot be replaced, nor can a foreign owner's file without changing its owner.
        Err(error) if matches!(Errno::from_io_error(&error), Some(Errno::BUSY | Errno::PERM)) => {
            in_place(&target, now.as_deref(), text)?;
        }
        Err(error) => return Err(error).context(failed),
    }
    StdFile::open(dir).and_then(|dir| dir.sync_all()).context(failed)?;
    Ok(true)
}

fn rename(draft: Draft, target: &Path, keeps_owner: bool) -> std::io::Result<()> {
    if !keeps_owner {
        return Err(Errno::PERM.into());
    }
    draft.replace(target)
}

/// Gives the draft the mode and owner of what it replaces. Says whether the owner could be kept.
fn adopt_mode(draft: &StdFile, target: &Path) -> std::io::Result<bool> {
    let Ok(old) = fs::metadata(target) else { return Ok(true) };
    let new = draft.metadata()?;
    let owner =
        (old.uid(), old.gid()) == (new.uid(), new.gid()) || fchown(draft, Some(old.uid()), Some(old.gid())).is_ok();
    draft.set_permissions(fs::Permissions::from_mode(old.mode() & 0o7777))?;
    Ok(owner)
}

/// Overwrites `target` itself; what it held lies beside it until that is done.
fn in_place(target: &Path, old: Option<&[u8]>, text: &[u8]) -> Result<()> {
    let failed = || format!("cannot write {}", target.display());
    let mut backup = target.as_os_str().to_owned();
    backup.push(".before-kubectl-zenml");
    let backup = PathBuf::from(backup);
    files::write_private(&backup, old.unwrap_or_default())?;
    let opened = OpenOptions::new().write(true).truncate(true).open(target);
    let mut file = opened.context(failed).inspect_err(|_| {
        // Nothing was changed, so that the copy, with all that is secret in it, is of no use.
        let _ = fs::remove_file(&backup);
    })?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    written.map_err(|error| {
        Error::failure(failed()).because(error).hint(format!("what it held is in {}", backup.display()))
    })?;
    fs::remove_file(&backup).context(|| format!("cannot remove {}", backup.display()))
}

/// An object of the fields that have a value.
pub fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let filled = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(filled.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_no_plain_file_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        let file = File::read(&path).unwrap();
        let _socket = UnixListener::bind(&path).unwrap();
        let error = replace(&file, b"{}").unwrap_err().render();
        assert!(error.contains("it is no plain file"), "{error}");
        assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
    }

    fn add(path: &Path, name: &str) {
        edit(path, |tree| {
            put(tree, Kind::User, name, &json!({ "token": name }));
            Ok(())
        })
        .unwrap();
    }

    fn users(path: &Path) -> usize {
        File::read(path).unwrap().tree["users"].as_array().unwrap().len()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn creates_private_files_and_keeps_modes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/config");
        add(&path, "a");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        add(&path, "b");
        assert_eq!((mode(&path), users(&path)), (0o640, 2));
        assert!(!edit(&path, |_| Ok(())).unwrap());
        assert_eq!(File::read(&path).unwrap().tree["kind"], "Config");
    }

    #[test]
    fn follows_links_without_replacing_them() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("real")).unwrap();
        symlink("real/config", dir.path().join("config")).unwrap();
        add(&dir.path().join("config"), "a");
        add(&dir.path().join("config"), "b");
        assert!(fs::symlink_metadata(dir.path().join("config")).unwrap().file_type().is_symlink());
        assert_eq!(users(&dir.path().join("real/config")), 2);
        assert_eq!(fs::read_dir(dir.path().join("real")).unwrap().count(), 1);
    }

    #[test]
    fn loses_nothing_among_many_writers() {
        let dir = tempfile::tempdir().unwrap();
        symlink("config", dir.path().join("link")).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let path = dir.path().join(if thread % 2 == 0 { "config" } else { "link" });
                scope.spawn(move || (0..10).for_each(|number| add(&path, &format!("{thread}-{number}"))));
            }
        });
        assert_eq!(users(&dir.path().join("config")), 80);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn writes_in_place_where_it_must() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        add(&path, "a");
        let inode = fs::metadata(&path).unwrap().ino();
        in_place(&path, Some(b"old"), b"users: []\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
        assert_eq!((users(&path), fs::read_dir(dir.path()).unwrap().count()), (0, 1));
    }
}
