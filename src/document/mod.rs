//! YAML and JSON text as a tree that knows where everything stands (layer 1, pure).
//!
//! A file is read in three moves, and every mistake in it is reported at once:
//!
//! ```
//! use kubectl_zenml::document::{Document, Keys};
//!
//! const KEYS: Keys =
//!     Keys { accepted: &["name", "replicas"], later: &["probes"], synonyms: &[("count", "replicas")], ..Keys::NONE };
//!
//! let document = Document::parse("service.yaml", "name: churn\nreplicas: 2\n")?;
//! let root = document.root();
//! let fields = root.fields(&KEYS); // unknown, later and duplicate keys are reported here
//! let name = fields.require("name").and_then(|reader| reader.string()).unwrap_or_default();
//! let replicas = fields.get("replicas").and_then(|reader| reader.integer()).unwrap_or(1);
//! let service = document.finish((name, replicas))?; // an error that lists every mistake, or the value
//! # assert_eq!(service, ("churn".to_owned(), 2));
//! # Ok::<(), kubectl_zenml::error::Error>(())
//! ```
//!
//! [`Document::parse`] fails only on what is no YAML at all; [`Reader`] is a value with its path, and reports what is
//! wrong with it into the document. Readers answer `None` after they have reported, so that reading goes on. A key with
//! the value `null` counts as absent. Booleans are `true` and `false` only (YAML 1.2), so `on:` stays a key and `yes` a
//! string. Aliases and merge keys work; bombs of them, and nesting beyond 64, are refused by the parser's budget.

pub mod merge;
mod number;
pub mod overlay;
mod part;
mod problem;
mod reader;
pub mod schema;
pub mod settings;
mod spelling;
mod tree;
mod typed;

use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DuplicateKeyPolicy, Error as YamlError, MessageFormatter as _, UserMessageFormatter};

pub use self::part::Part;
pub use self::problem::{Problem, instead, nearest};
pub use self::reader::{Fields, Item, Keys, Reader, later};
pub use self::tree::{Entry, Node, Position, Value};
pub use self::typed::Words;

use self::problem::{Place, Problems};
use crate::error::{Error, Result};

/// The message about a file without anything in it.
const EMPTY: &str = "the file is empty";

/// A parsed file: its tree, and the mistakes found in it so far.
#[derive(Debug)]
pub struct Document {
    file: String,
    root: Node,
    problems: Problems,
    /// Whose settings lie under the file's, and what to do about a mistake in them.
    base: Option<(String, String)>,
}

impl Document {
    /// Parses `text`, one YAML or JSON document; `file` is the name that messages start with. Duplicate keys become
    /// problems of the document (the first value stays), all else that is no document is an error at once.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        Self::located(file, text).map_err(|problem| syntax(file, &problem))
    }

    /// As [`Document::parse`]; what is no document is a problem.
    pub fn located(file: &str, text: &str) -> Result<Self, Problem> {
        let problems = Problems::default();
        let root = match tree::parse(text, DuplicateKeyPolicy::Error) {
            Ok(raw) => tree::located(raw, text, &problems),
            Err(YamlError::DuplicateMappingKey { key, location }) => {
                // Parsed once more with the duplicates let through, to find all of them and every other mistake.
                let raw = tree::parse(text, DuplicateKeyPolicy::LastWins).map_err(|error| no_document(text, &error))?;
                let root = tree::located(raw, text, &problems);
                let at = Position::from(location);
                if !problems.any_at(at) {
                    let message = tree::duplicate(key.as_deref().unwrap_or_default(), None);
                    problems.push(Place { at, origin: at }, "", message);
                }
                root
            }
            Err(error) => return Err(no_document(text, &error)),
        };
        if matches!(root.value, Value::Null) {
            let at = Position { line: 1, column: 1 };
            return Err(Problem { at, path: String::new(), message: EMPTY.to_owned() });
        }
        Ok(Self { file: file.to_owned(), root, problems, base: None })
    }

    /// The reader of the whole document.
    pub fn root(&self) -> Reader<'_> {
        Reader::root(&self.root, &self.problems)
    }

    /// `value` when no mistake was reported, else one error that lists all of them in the order of the file.
    pub fn finish<T>(self, value: T) -> Result<T> {
        let problems = self.problems.sorted();
        if problems.is_empty() { Ok(value) } else { Err(problem::error(&self.file, self.base.as_ref(), &problems)) }
    }

    /// Every mistake that was reported, in the order of the file.
    pub fn problems(self) -> Vec<Problem> {
        self.problems.sorted()
    }
}

/// What is wrong with a text that is no document.
fn no_document(text: &str, error: &YamlError) -> Problem {
    let at = error.location().map_or(Position { line: 1, column: 1 }, Position::from);
    let mut error = error.without_snippet();
    while let YamlError::AliasError { error: inner, .. } = error {
        error = inner.without_snippet();
    }
    let message = match error {
        YamlError::Budget { breach: BudgetBreach::Depth { .. }, .. } => "nested too deep".to_owned(),
        YamlError::Budget { .. } => "too large, or made so by its aliases".to_owned(),
        other => UserMessageFormatter.format_message(other).into_owned(),
    };
    let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let is_bare = [": {{", "- {{", "[{{", ", {{"].iter().any(|bare| line.contains(bare));
    let message = if is_bare { format!("{message}; {}", tree::QUOTES) } else { message };
    Problem { at, path: String::new(), message }
}

/// The error of a text that is no document.
fn syntax(file: &str, problem: &Problem) -> Error {
    if problem.message == EMPTY {
        return Error::failure(format!("{file}: {EMPTY}"));
    }
    Error::failure(format!("{file}: not a YAML document")).cause(problem.line(file))
}

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;
