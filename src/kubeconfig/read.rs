//! One kubeconfig file as a tree that keeps every field, and back (layer 2).

use std::fs::File as StdFile;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use serde_saphyr::{DuplicateKeyPolicy, MessageFormatter as _, UserMessageFormatter};

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
    /// There are more YAML documents behind the one that was read, the first, as kubectl reads it.
    more: bool,
}

impl File {
    /// Reads `path`; a missing file is an empty one.
    pub fn read(path: &Path) -> Result<Self> {
        match StdFile::open(path).and_then(|file| files::read_at_most(files::LARGEST_TEXT, file)) {
            Ok(bytes) => Self::parse(path, bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self {
                path: path.to_owned(),
                bytes: None,
                tree: Value::Object(Map::new()),
                json: false,
                more: false,
            }),
            Err(error) => {
                let hint = files::hint(path, &error);
                Err(Error::failure(format!("cannot read {}", path.display())).because(error).hint(hint))
            }
        }
    }

    fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let text = std::str::from_utf8(&bytes).context(|| format!("{} is not UTF-8 text", path.display()))?;
        let text = text.trim_start_matches('\u{feff}');
        let json = serde_json::from_str(text).ok();
        let is_json = json.is_some() && !text.trim().is_empty();
        let (first, more) = if is_json { (text, false) } else { first_document(text) };
        let tree = match json {
            Some(tree) => tree,
            None => yaml(path, first)?,
        };
        let tree = match tree {
            Value::Null => Value::Object(Map::new()),
            Value::Object(_) => tree,
            _ => {
                return Err(Error::failure(format!("{} is not a kubeconfig", path.display()))
                    .hint("a kubeconfig has the keys clusters, users and contexts; see --kubeconfig and $KUBECONFIG"));
            }
        };
        Ok(Self { path: path.to_owned(), bytes: Some(bytes), tree, json: is_json, more })
    }

    /// The file's directory: what relative paths in it count from.
    pub fn directory(&self) -> PathBuf {
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        absolute.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned)
    }

    /// The text of `tree`, in this file's own notation. An error where more would be lost than is replaced.
    pub fn render(&self, tree: &Value) -> Result<String> {
        if self.more {
            let path = self.path.display();
            return Err(Error::failure(format!(
                "{path} holds several YAML documents, of which kubectl reads the first: the others would be lost"
            ))
            .hint(format!("leave one document in {path}")));
        }
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

/// The first YAML document of `text`, and whether others follow.
fn first_document(text: &str) -> (&str, bool) {
    let marks = |line: &str, mark: &str| {
        line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let (mut begun, mut at) = (false, 0);
    for line in text.split_inclusive('\n') {
        if begun && (marks(line, "---") || marks(line, "...")) {
            let more = text[at..].lines().any(|line| is_content(line) && !marks(line, "---") && !marks(line, "..."));
            return (&text[..at], more);
        }
        begun |= marks(line, "---") || (is_content(line) && !line.starts_with('%'));
        at += line.len();
    }
    (text, false)
}

fn yaml(path: &Path, text: &str) -> Result<Value> {
    // Without the parser's snippet, which would show the lines around: there may be a token in them. Of keys that are there
    // twice kubectl takes the last.
    let options = serde_saphyr::options! { with_snippet: false, duplicate_keys: DuplicateKeyPolicy::LastWins };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = match error.location() {
            Some(location) => format!("{}:{}", path.display(), location.line()),
            None => path.display().to_string(),
        };
        Error::failure(format!("{place}: this is not YAML that can be read"))
            .cause(UserMessageFormatter.format_message(&error))
            .hint("indent with spaces, and close every brace and quote; `kubectl config view` says whether kubectl can read it")
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

    #[test]
    fn reads_what_kubectl_reads() {
        let several = "# mine\n---\na: 1\n---\na: 2\n";
        let file = parse(several).unwrap();
        assert_eq!(file.tree["a"], 1);
        let refusal = file.render(&file.tree).unwrap_err().render();
        assert!(refusal.contains("several YAML documents") && refusal.contains("hint: leave one"), "{refusal}");
        for text in ["---\na: 1\n", "a: 1\n---\n", "a: 1\n...\n# end\n", "--- {a: 1}\n", "%YAML 1.2\n---\na: 1\n"] {
            let file = parse(text).unwrap();
            assert!(file.tree["a"] == 1 && file.render(&file.tree).is_ok(), "{text}");
        }
        assert_eq!(parse("a: 1\nb: 3\na: 2\n").unwrap().tree["a"], 2);
        assert_eq!(parse("a: |\n  x\n  ---\n  y\n").unwrap().tree["a"], "x\n---\ny\n");
    }
}
