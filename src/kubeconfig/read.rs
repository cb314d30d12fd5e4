//! One kubeconfig file as a tree that keeps every field, and back (layer 2).

use std::fs::File as StdFile;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Context, Error, Result};
use crate::files;

/// A kubeconfig file. Neither `Debug` nor errors show its content: it may hold secrets.
#[derive(Clone)]
pub struct File {
    /// As it was given.
    pub path: PathBuf,
    /// What was read; `None` = there is no such file.
    pub bytes: Option<Vec<u8>>,
    /// Its content, always an object.
    pub tree: Value,
    /// Written as JSON, and stays so.
    pub json: bool,
}

impl File {
    /// Reads `path`; a missing file is an empty one.
    pub fn read(path: &Path) -> Result<Self> {
        match StdFile::open(path).and_then(|file| files::read_at_most(files::LARGEST_TEXT, file)) {
            Ok(bytes) => Self::parse(path, bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { path: path.to_owned(), bytes: None, tree: Value::Object(Map::new()), json: false })
            }
            Err(error) => Err(Error::failure(format!("cannot read {}", path.display())).because(error)),
        }
    }

    fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let text = std::str::from_utf8(&bytes).context(|| format!("{} is not UTF-8 text", path.display()))?;
        let text = text.trim_start_matches('\u{feff}');
        let json = serde_json::from_str(text).ok();
        let is_json = json.is_some() && !text.trim().is_empty();
        let tree = match json {
            Some(tree) => tree,
            None => yaml(path, text)?,
        };
        let tree = match tree {
            Value::Null => Value::Object(Map::new()),
            Value::Object(_) => tree,
            _ => return Err(Error::failure(format!("{} is not a kubeconfig", path.display()))),
        };
        Ok(Self { path: path.to_owned(), bytes: Some(bytes), tree, json: is_json })
    }

    /// The file's directory: what relative paths in it count from.
    pub fn directory(&self) -> PathBuf {
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        absolute.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned)
    }

    /// The text of `tree`, in this file's own notation.
    pub fn render(&self, tree: &Value) -> Result<String> {
        if self.json {
            let text = serde_json::to_string_pretty(tree).context(|| "cannot write JSON")?;
            return Ok(text + "\n");
        }
        // One line per value as kubectl writes them: a certificate is not folded.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false, compact_list_indent: true };
        let mut text = String::new();
        serde_saphyr::to_fmt_writer_with_options(&mut text, tree, options).context(|| "cannot write YAML")?;
        Ok(text)
    }
}

fn yaml(path: &Path, text: &str) -> Result<Value> {
    // Without the parser's snippet, which would show the lines around: there may be a token in them.
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = match error.location() {
            Some(location) => format!("{}:{}", path.display(), location.line()),
            None => path.display().to_string(),
        };
        Error::failure(format!("{place}: this is not YAML that can be read"))
            .cause(error.to_string())
            .hint("kubectl cannot read this file either; indent with spaces, and close every brace and quote")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<File> {
        File::parse(Path::new("/k/config"), text.as_bytes().to_vec())
    }

    #[test]
    fn names_the_line_and_shows_no_content() {
        let Err(error) = parse("users:\n- name: a\n  user: {token: s3cret\ncontexts: [\n") else { panic!("parsed") };
        let text = error.render();
        assert!(text.contains("/k/config:4") && !text.contains("s3cret"), "{text}");
        assert!(parse("- a").is_err());
        assert!(parse("").unwrap().tree.as_object().unwrap().is_empty());
    }

    #[test]
    fn keeps_the_notation_and_what_looks_like_another_type() {
        let text = "a: '2030-01-01'\nb: 'yes'\nc: '0777'\nd: 1.5\ne: null\n";
        let file = parse(text).unwrap();
        let again = parse(&file.render(&file.tree).unwrap()).unwrap();
        assert_eq!(file.tree, again.tree);
        let file = parse("{\"a\": 1}\r\n").unwrap();
        assert!(file.json && file.render(&file.tree).unwrap().starts_with("{\n"));
        let long = parse(&format!("a: {}", "QUJD".repeat(100))).unwrap();
        assert_eq!(long.render(&long.tree).unwrap().lines().count(), 1);
    }
}
