//! Mistakes in a file: collected while reading, listed in one error (layer 1, pure).

use std::cell::RefCell;

use super::Position;
use crate::error::Error;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub at: Position,
    /// The path of the value concerned, such as `steps.train.command[0]`; empty for the whole file.
    pub path: String,
    /// What is wrong, and where possible what would be right.
    pub message: String,
}

impl Problem {
    /// The mistake as compilers print it: `pipeline.yaml:12:5: steps.train: unknown key "enviroment"`. Control
    /// characters of the file are escaped, so that a file cannot write to the terminal.
    pub fn line(&self, file: &str) -> String {
        let Position { line, column } = self.at;
        self.text(&format!("{file}:{line}:{column}"))
    }

    /// Whether it is in what was laid under the file.
    fn is_in_no_file(&self) -> bool {
        self.at == Position::default()
    }

    fn text(&self, place: &str) -> String {
        let path = if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) };
        let text = format!("{place}: {path}{}", self.message);
        let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        text.chars().map(escaped).collect()
    }
}

/// The mistakes found so far. Readers share it, hence the cell.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    pub(super) fn push(&self, at: Position, path: &str, message: impl Into<String>) {
        let problem = Problem { at, path: path.to_owned(), message: message.into() };
        let mut problems = self.0.borrow_mut();
        // A value may be read twice: as a part of a type, and by itself.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    pub(super) fn any_at(&self, at: Position) -> bool {
        self.0.borrow().iter().any(|problem| problem.at == at)
    }

    pub(super) fn sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort_by_key(|problem| problem.at);
        problems
    }
}

/// One error out of all mistakes of `file`, and of the settings under it: those stand in no line.
pub(super) fn error(file: &str, base: Option<&(String, String)>, problems: &[Problem]) -> Error {
    let noun = if problems.len() == 1 { "mistake" } else { "mistakes" };
    let headline = Error::failure(format!("{file}: {} {noun}", problems.len()));
    let base = base.filter(|_| problems.iter().any(Problem::is_in_no_file));
    let line = |problem: &Problem| match base {
        Some((origin, _)) if problem.is_in_no_file() => problem.text(origin),
        _ => problem.line(file),
    };
    let error = problems.iter().fold(headline, |error, problem| error.cause(line(problem)));
    match base {
        Some((_, hint)) => error.hint(hint),
        None => error,
    }
}

/// The candidate most like `name`, if one is like it at all.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // 0.8 of Jaro-Winkler finds a slipped, missing or doubled letter or a missing ending, and keeps other words out.
    const ALIKE: f64 = 0.8;
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
