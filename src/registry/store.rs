//! Connectors on disk, whole (layer 2): one JSON file each, changed under one lock.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::connector::{Connector, FORMAT, name};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::paths::Home;

/// The registry, locked: nobody else adds, changes or removes a connector meanwhile.
#[derive(Debug)]
pub struct Registry {
    dir: PathBuf,
    home: Home,
    _lock: File,
}

/// The connector with this name, id or unique id prefix.
pub fn find(home: &Home, reference: &str) -> Result<Connector> {
    let entry = super::resolve(home, reference)?;
    load(&home.connectors().join(format!("{}.json", entry.id)))?.ok_or_else(|| super::not_found(reference))
}

/// Every connector, by name.
pub fn all(home: &Home) -> Result<Vec<Connector>> {
    let mut connectors = Vec::new();
    for path in super::paths(home)? {
        connectors.extend(load(&path)?);
    }
    connectors.sort_by(|a: &Connector, b| a.name.cmp(&b.name));
    Ok(connectors)
}

/// Refuses a name that is taken, proposing a free one.
pub fn check_free(home: &Home, wanted: &str) -> Result<()> {
    let entries = super::entries(home)?;
    let taken = |name: &str| entries.iter().any(|entry| entry.name == name);
    if !taken(wanted) {
        return Ok(());
    }
    let free = name::free(wanted, taken);
    Err(Error::failure(format!("a connector named \"{wanted}\" exists already"))
        .hint(format!("\"{free}\" is free: `kubectl zenml register {free}`"))
        .hint(format!("to replace the old one, delete it first: `kubectl zenml connector delete {wanted}`")))
}

impl Registry {
    /// Locks the registry, creating it where it is missing.
    pub fn lock(home: &Home) -> Result<Self> {
        files::ensure_private_dir(home.root())?;
        let dir = home.connectors();
        files::ensure_private_dir(&dir)?;
        let lock = files::open_lock(&dir.join("lock"))?;
        lock.lock().context(|| "cannot lock the connector registry")?;
        Ok(Self { dir, home: home.clone(), _lock: lock })
    }

    /// Adds a connector; its name must be free.
    pub fn add(&self, connector: &Connector) -> Result<()> {
        check_free(&self.home, &connector.name)?;
        let mut json = serde_json::to_vec_pretty(connector).context(|| "cannot write the connector")?;
        json.push(b'\n');
        files::sweep(&self.dir);
        files::write_private(&self.path(&connector.id), &json)
    }

    /// Removes a connector. Says whether it was there.
    pub fn remove(&self, id: &str) -> Result<bool> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::failure(format!("cannot remove {}", path.display())).because(error)),
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}

/// `None` = removed meanwhile.
fn load(path: &Path) -> Result<Option<Connector>> {
    let Some(bytes) = files::read_private(path)? else { return Ok(None) };
    let connector: Connector = serde_json::from_slice(&bytes).context(|| format!("{} is damaged", path.display()))?;
    if connector.format == FORMAT {
        return Ok(Some(connector));
    }
    let (path, format) = (path.display(), connector.format);
    Err(Error::failure(format!("{path} has format {format}, which needs a newer version of this program")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::connector::{Configuration, RESOURCE_TYPE, TYPE};

    fn connector(id: &str, name: &str) -> Connector {
        let now = jiff::Timestamp::UNIX_EPOCH;
        Connector {
            format: FORMAT,
            id: id.into(),
            name: name.into(),
            kind: TYPE.into(),
            auth_method: "token".into(),
            resource_types: vec![RESOURCE_TYPE.into()],
            resource_id: None,
            resource_name: "c".into(),
            labels: BTreeMap::new(),
            description: None,
            created_at: now,
            updated_at: now,
            expires_at: None,
            expires_skew_tolerance: None,
            expiration_seconds: None,
            configuration: Configuration::default(),
            secrets: vec!["token".into()],
        }
    }

    #[test]
    fn keeps_names_unique() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("state"));
        assert!(all(&home).unwrap().is_empty());
        let registry = Registry::lock(&home).unwrap();
        registry.add(&connector("1111-a", "prod")).unwrap();
        let error = registry.add(&connector("2222-b", "prod")).unwrap_err();
        assert!(error.render().contains("\"prod-2\" is free"), "{error:?}");
        assert_eq!(find(&home, "1111").unwrap(), connector("1111-a", "prod"));
        assert!(registry.remove("1111-a").unwrap() && !registry.remove("1111-a").unwrap());
        assert!(find(&home, "prod").is_err());
    }

    #[test]
    fn one_of_many_gets_the_name() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("state"));
        let won: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..20)
                .map(|number| {
                    let home = home.clone();
                    scope.spawn(move || {
                        let added =
                            Registry::lock(&home).and_then(|r| r.add(&connector(&format!("{number}-x"), "prod")));
                        usize::from(added.is_ok())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((won, all(&home).unwrap().len()), (1, 1));
    }
}
