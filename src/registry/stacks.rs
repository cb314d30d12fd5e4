//! Stacks and components on disk (layer 2): one JSON file, so that a change of several things is one rename. It is written
//! under the registry's lock, so that no connector goes while a component is linked to it.

use std::path::PathBuf;

use super::store::Registry;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::paths::{self, Home};
use crate::stack::book::{Book, FORMAT};

/// What is stored, with what is built in.
pub fn load(home: &Home) -> Result<Book> {
    let path = file(home);
    let Some(bytes) = files::read_private(&path)? else { return Ok(Book::default()) };
    let book: Book = serde_json::from_slice(&bytes).map_err(|error| {
        Error::failure(format!("{} is damaged", path.display()))
            .because(error)
            .hint("move that file away, and register the stacks again; the connectors are whole")
    })?;
    if book.format == FORMAT {
        return Ok(book.opened());
    }
    let (path, format) = (path.display(), book.format);
    Err(Error::failure(format!("{path} has format {format}, which needs a newer version of this program")))
}

/// As [`load`] for the user who runs this; one without a home directory has registered nothing.
pub fn load_own() -> Result<Book> {
    match Home::from_env() {
        Ok(home) => load(&home),
        Err(_) if paths::variable(paths::HOME_VARIABLE).is_none() => Ok(Book::default()),
        Err(error) => Err(error),
    }
}

/// Replaces what is stored. Nobody else may do so meanwhile: `_locked` is the registry's lock.
pub fn save(home: &Home, _locked: &Registry, book: Book) -> Result<()> {
    let path = file(home);
    let dir = files::parent(&path);
    files::ensure_private_dir(dir)?;
    let mut json = serde_json::to_vec_pretty(&book.closed()).context(|| "cannot write the stacks")?;
    json.push(b'\n');
    files::sweep(dir);
    files::write_private(&path, &json)
}

fn file(home: &Home) -> PathBuf {
    home.stacks().join("stacks.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::{Component, Kind, book};

    #[test]
    fn what_was_saved_is_loaded_and_another_format_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("state"));
        assert_eq!(load(&home).unwrap(), Book::default());
        let registry = Registry::lock(&home).unwrap();
        let mut book = Book::default();
        let changed = Component { connector: Some("c".to_owned()), ..book::built_in(Kind::Orchestrator) };
        book.put_component(changed).unwrap();
        save(&home, &registry, book.clone()).unwrap();
        assert_eq!(load(&home).unwrap(), book);
        let text = std::fs::read_to_string(file(&home)).unwrap();
        files::write_private(&file(&home), text.replace("\"format\": 1", "\"format\": 2").as_bytes()).unwrap();
        assert!(load(&home).unwrap_err().render().contains("has format 2, which needs a newer version"));
        files::write_private(&file(&home), b"{").unwrap();
        assert!(load(&home).unwrap_err().render().contains("stacks.json is damaged"));
    }

    #[test]
    fn twenty_writers_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("state"));
        std::thread::scope(|scope| {
            for number in 0..20 {
                let home = home.clone();
                scope.spawn(move || {
                    let registry = Registry::lock(&home).unwrap();
                    let mut book = load(&home).unwrap();
                    let (id, name) = (format!("id-{number}"), format!("o{number}"));
                    book.put_component(Component { id, name, ..book::built_in(Kind::Orchestrator) }).unwrap();
                    save(&home, &registry, book).unwrap();
                });
            }
        });
        assert_eq!(load(&home).unwrap().components(Kind::Orchestrator).count(), 21);
    }
}
