//! Connectors on disk, whole (layer 2): one JSON file each, changed under one lock. Each change is one rename; whoever takes
//! the lock next finishes what a killed one left. ARCHITECTURE.md, "Registry", has the order.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Entry, NEXT};
use crate::audit::log;
use crate::connector::{Connector, FORMAT, name};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::paths::Home;
use crate::vault::Vault;
use crate::vault::lock::Lock;

/// The extension of the record of a connector whose secret is being removed.
const GONE: &str = "gone";

/// The registry, locked: nobody else adds, changes or removes a connector meanwhile.
#[derive(Debug)]
pub struct Registry {
    dir: PathBuf,
    home: Home,
    _lock: File,
}

/// The connector with this name, id or unique id prefix.
pub fn find(home: &Home, reference: &str) -> Result<Connector> {
    find_among(home, &super::entries(home)?, reference)
}

/// As [`find`], among `entries` that were read already.
pub fn find_among(home: &Home, entries: &[Entry], reference: &str) -> Result<Connector> {
    let entry = super::among(entries, reference)?;
    let path = home.connectors().join(format!("{}.json", entry.id));
    let record = super::record(home, path, true)?;
    record.map(|(path, bytes)| parse(&path, &bytes)).transpose()?.ok_or_else(|| super::not_found(reference))
}

/// Every connector, by name.
pub fn all(home: &Home) -> Result<Vec<Connector>> {
    let mut connectors = super::records(home, parse)?;
    connectors.sort_by(|a: &Connector, b| a.name.cmp(&b.name));
    Ok(connectors)
}

/// Refuses a name that is taken, proposing a free one.
pub fn check_free(home: &Home, wanted: &str) -> Result<()> {
    check_among(&super::entries(home)?, wanted).map_err(|error| {
        error
            .hint(format!("to change the old one: `kubectl zenml connector update {wanted}`"))
            .hint(format!("to replace it, delete it first: `kubectl zenml connector delete {wanted}`"))
    })
}

/// Refuses a name for `connector` that another one has.
pub fn check_name(home: &Home, connector: &Connector) -> Result<()> {
    let entries = super::entries(home)?;
    match entries.iter().find(|entry| entry.id == connector.id) {
        Some(entry) if entry.name == connector.name => Ok(()),
        Some(_) => check_among(&entries, &connector.name),
        None => Err(super::not_found(&connector.name)),
    }
}

fn check_among(entries: &[Entry], wanted: &str) -> Result<()> {
    let taken = |name: &str| entries.iter().any(|entry| entry.name == name);
    if !taken(wanted) {
        return Ok(());
    }
    let free = name::free(wanted, taken);
    Err(Error::failure(format!("a connector named \"{wanted}\" exists already")).hint(format!("\"{free}\" is free")))
}

impl Registry {
    /// Locks the registry, creating it where it is missing.
    pub fn lock(home: &Home) -> Result<Self> {
        files::ensure_private_dir(home.root())?;
        let dir = home.connectors();
        files::ensure_private_dir(&dir)?;
        let lock = files::open_lock(&dir.join("lock"))?;
        lock.lock().context(|| "cannot lock the connector registry")?;
        let registry = Self { dir, home: home.clone(), _lock: lock };
        registry.settle()?;
        Ok(registry)
    }

    /// Adds a connector; its name must be free.
    pub fn add(&self, connector: &Connector) -> Result<()> {
        check_free(&self.home, &connector.name)?;
        self.write("json", connector)
    }

    /// Puts `connector` in the place of its record; its name must be its own, or free.
    pub fn replace(&self, connector: &Connector) -> Result<()> {
        check_name(&self.home, connector)?;
        self.write("json", connector)
    }

    /// Prepares `connector`, whose revision must be the one that its credential is sealed with next: from then on it
    /// counts. [`Registry::settle`] is to follow, whether that came about or not.
    pub fn prepare(&self, connector: &Connector) -> Result<()> {
        check_name(&self.home, connector)?;
        self.write(NEXT, connector)
    }

    /// Finishes what was prepared, and what somebody else was killed at: an update, or the removal of a secret.
    pub fn settle(&self) -> Result<()> {
        files::sweep(&self.dir);
        let failed = || format!("cannot read {}", self.dir.display());
        for file in fs::read_dir(&self.dir).context(failed)? {
            let path = file.context(failed)?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            match (extension, path.file_stem().and_then(|stem| stem.to_str())) {
                (Some(NEXT), _) => self.settle_one(&path)?,
                (Some(GONE), Some(id)) => self.bury(id)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes a connector, with what is sealed for it. Says whether it was there. It is gone at once, its secret
    /// right after; where that is interrupted, the next one who takes the lock removes it.
    pub fn remove(&self, id: &str) -> Result<bool> {
        // A vault that cannot be changed keeps the connector.
        Vault::open(&self.home)?;
        let path = self.path(id, "json");
        match fs::rename(&path, self.path(id, GONE)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::failure(format!("cannot remove {}", path.display())).because(error)),
        }
        self.sync()?;
        self.bury(id)?;
        Ok(true)
    }

    fn settle_one(&self, next: &Path) -> Result<()> {
        let Some(bytes) = files::read_private(next)? else { return Ok(()) };
        let path = next.with_extension("json");
        let done = match super::counts(&self.home, &bytes) {
            Ok(true) => fs::rename(next, &path),
            Ok(false) => fs::remove_file(next),
            // Nobody can tell while the vault cannot be read; who needs it says why.
            Err(_) => return Ok(()),
        };
        done.context(|| format!("cannot change {}", path.display()))?;
        self.sync()
    }

    fn bury(&self, id: &str) -> Result<()> {
        if let Some(vault) = Vault::open(&self.home)? {
            // A rekey must not write back what is removed here.
            let _lock = Lock::shared(self.home.root())?;
            vault.remove(id)?;
        }
        log::forget_error(&self.home, id);
        let path = self.path(id, GONE);
        fs::remove_file(&path).context(|| format!("cannot remove {}", path.display()))
    }

    fn write(&self, extension: &str, connector: &Connector) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(connector).context(|| "cannot write the connector")?;
        json.push(b'\n');
        files::write_private(&self.path(&connector.id, extension), &json)
    }

    /// What was renamed stays so when the machine stops.
    fn sync(&self) -> Result<()> {
        let synced = File::open(&self.dir).and_then(|dir| dir.sync_all());
        synced.context(|| format!("cannot write {}", self.dir.display()))
    }

    fn path(&self, id: &str, extension: &str) -> PathBuf {
        self.dir.join(format!("{id}.{extension}"))
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Connector> {
    let damaged = || format!("{} is damaged", path.display());
    let connector: Connector = serde_json::from_slice(bytes).context(damaged).map_err(|error| {
        error.hint("put it back from a backup, or move that file away and register the connector again")
    })?;
    if connector.format == FORMAT {
        return Ok(connector);
    }
    let (path, format) = (path.display(), connector.format);
    Err(Error::failure(format!("{path} has format {format}, which needs a newer version of this program"))
        .hint("install a newer release of kubectl-zenml"))
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
            revision: 0,
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
