//! One view of several kubeconfig files: the first file that has a value wins (layer 2; client-go, `tools/clientcmd`).

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read::File;
use crate::error::{Error, Result};
use crate::paths;

/// A list of named entries in a kubeconfig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `clusters`
    Cluster,
    /// `users`
    User,
    /// `contexts`
    Context,
}

impl Kind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Cluster, Self::User, Self::Context];

    /// The list's key.
    pub fn list(self) -> &'static str {
        match self {
            Self::Cluster => "clusters",
            Self::User => "users",
            Self::Context => "contexts",
        }
    }

    /// The key of an entry's body.
    pub fn body(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::User => "user",
            Self::Context => "context",
        }
    }
}

/// The files that make up the user's kubeconfig, in order of precedence.
#[derive(Clone)]
pub struct Kubeconfig {
    files: Vec<File>,
    explicit: bool,
}

/// A named entry and the file that it stands in.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its body; `null` where it has none.
    pub body: &'a Value,
    /// Where it stands.
    pub file: &'a File,
}

impl Kubeconfig {
    /// Reads `explicit` (`--kubeconfig`), which must exist, or else the files of `$KUBECONFIG`, of which those that do not
    /// exist are passed over.
    pub fn load(explicit: Option<&Path>) -> Result<Self> {
        let paths = match explicit {
            Some(path) => vec![path.to_owned()],
            None => paths::kubeconfig_files(),
        };
        let files: Vec<File> = paths.iter().map(|path| File::read(path)).collect::<Result<_>>()?;
        match (explicit, files.first()) {
            (Some(path), Some(file)) if file.bytes.is_none() => {
                Err(Error::failure(format!("the kubeconfig {} does not exist", path.display()))
                    .hint("name another one with --kubeconfig; without that, $KUBECONFIG or ~/.kube/config is read"))
            }
            _ => {
                let kubeconfig = Self { files, explicit: explicit.is_some() };
                kubeconfig.check_names()?;
                Ok(kubeconfig)
            }
        }
    }

    /// As [`Kubeconfig::load`], for writing: an explicit file need not exist yet.
    pub fn load_for_writing(explicit: Option<&Path>) -> Result<Self> {
        match explicit {
            Some(path) if !path.exists() => Ok(Self { files: vec![File::read(path)?], explicit: true }),
            _ => Self::load(explicit),
        }
    }

    /// Whether no file has anything in it.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.tree.as_object().is_none_or(serde_json::Map::is_empty))
    }

    /// The files, for messages.
    pub fn describe(&self) -> String {
        let names: Vec<_> = self.files.iter().map(|file| file.path.display().to_string()).collect();
        if names.is_empty() { "no kubeconfig".to_owned() } else { names.join(", ") }
    }

    /// The first `current-context` that is set.
    pub fn current_context(&self) -> Option<&str> {
        self.files.iter().filter_map(|file| file.tree["current-context"].as_str()).find(|name| !name.is_empty())
    }

    /// Every entry of `kind` that counts: of two with one name, the first.
    pub fn all(&self, kind: Kind) -> Vec<Entry<'_>> {
        let mut found: Vec<Entry<'_>> = Vec::new();
        for entry in self.each(kind) {
            if !found.iter().any(|earlier| earlier.name == entry.name) {
                found.push(entry);
            }
        }
        found
    }

    /// Every entry of `kind` in every file, also those that an earlier file hides.
    pub fn each(&self, kind: Kind) -> impl Iterator<Item = Entry<'_>> {
        self.files.iter().flat_map(move |file| in_file(file, kind))
    }

    /// The entry of this name.
    pub fn find(&self, kind: Kind, name: &str) -> Option<Entry<'_>> {
        self.each(kind).find(|entry| entry.name == name)
    }

    /// The file that new entries go to, as kubectl chooses it: the explicit one, else the first that exists, else the last.
    pub fn default_file(&self) -> Result<PathBuf> {
        let existing = self.files.iter().find(|file| self.explicit || file.bytes.is_some());
        existing.or(self.files.last()).map(|file| file.path.clone()).ok_or_else(|| {
            Error::failure("no kubeconfig file is known").hint("set HOME or KUBECONFIG, or name one with --kubeconfig")
        })
    }

    /// kubectl refuses a file in which one name stands twice.
    fn check_names(&self) -> Result<()> {
        for file in &self.files {
            for kind in Kind::ALL {
                if !matches!(file.tree.get(kind.list()), None | Some(Value::Null | Value::Array(_))) {
                    return Err(Error::failure(format!("{}: `{}` is not a list", file.path.display(), kind.list())));
                }
                let entries = in_file(file, kind);
                for (position, entry) in entries.iter().enumerate() {
                    if entries[..position].iter().any(|earlier| earlier.name == entry.name) {
                        let (path, list) = (file.path.display(), kind.list());
                        return Err(Error::failure(format!("{path}: duplicate name \"{}\" in `{list}`", entry.name)));
                    }
                }
            }
        }
        Ok(())
    }
}

fn in_file(file: &File, kind: Kind) -> Vec<Entry<'_>> {
    let list = file.tree.get(kind.list()).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(|entry| Some(Entry { name: entry["name"].as_str()?, body: &entry[kind.body()], file }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[&str]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let dir = tempfile::tempdir().unwrap();
        let paths = texts
            .iter()
            .enumerate()
            .map(|(number, text)| {
                let path = dir.path().join(number.to_string());
                crate::files::write_private(&path, text.as_bytes()).unwrap();
                path
            })
            .collect();
        (dir, paths)
    }

    fn load(paths: &[PathBuf]) -> Kubeconfig {
        Kubeconfig { files: paths.iter().map(|path| File::read(path).unwrap()).collect(), explicit: false }
    }

    #[test]
    fn the_first_file_wins_whole_entries() {
        let (dir, mut paths) = files(&[
            "clusters:\n- name: a\n  cluster: {server: one}\n",
            "current-context: b\nclusters:\n- name: a\n  cluster: {server: two, proxy-url: x}\n- name: b\n",
        ]);
        paths.insert(0, dir.path().join("missing"));
        let merged = load(&paths);
        assert_eq!(merged.find(Kind::Cluster, "a").unwrap().body, &serde_json::json!({"server": "one"}));
        assert_eq!(merged.all(Kind::Cluster).len(), 2);
        assert_eq!(merged.current_context(), Some("b"));
        assert_eq!(merged.default_file().unwrap(), paths[1]);
    }

    #[test]
    fn refuses_duplicates_within_a_file() {
        let (_dir, paths) = files(&["users:\n- name: a\n- name: a\n"]);
        let Err(error) = Kubeconfig::load(Some(&paths[0])) else { panic!("loaded") };
        assert!(error.to_string().contains("duplicate name \"a\" in `users`"), "{error}");
        assert!(Kubeconfig::load(Some(Path::new("/nowhere/config"))).is_err());
    }
}
