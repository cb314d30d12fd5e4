//! Mistakes in a file: collected while reading, listed in one error (layer 1, pure).

use std::cell::RefCell;

use std::collections::HashSet;

use super::Position;
use crate::error::Error;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

    /// The same; what is in the settings that were laid under the file names `origin`, whose they are.
    pub fn line_over(&self, file: &str, origin: &str) -> String {
        if self.is_in_no_file() { self.text(origin) } else { self.line(file) }
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

/// Where a value stands, and where it is written: for what comes by an alias these are two places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) at: Position,
    pub(super) origin: Position,
}

/// The mistakes found so far. Readers share it, hence the cell.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Found>);

#[derive(Debug, Default)]
struct Found {
    /// Each with where the value is written that it is about.
    problems: Vec<(Problem, Position)>,
    known: HashSet<Problem>,
    places: HashSet<Position>,
    /// Where a value stands of which nothing more can be said.
    closed: HashSet<Position>,
    /// The paths of keys that are there under wrong names.
    meant: HashSet<String>,
}

impl Problems {
    pub(super) fn push(&self, place: Place, path: &str, message: impl Into<String>) {
        let problem = Problem { at: place.at, path: path.to_owned(), message: message.into() };
        let mut found = self.0.borrow_mut();
        // A value may be read twice: as a part of a type, and by itself.
        if !found.closed.contains(&place.at) && found.known.insert(problem.clone()) {
            found.places.insert(place.at);
            found.problems.push((problem, place.origin));
        }
    }

    /// Reports about a value that was no value: whatever else would be said of it is only a consequence.
    pub(super) fn push_final(&self, place: Place, message: impl Into<String>) {
        self.push(place, "", message);
        self.close(place.at);
    }

    /// Whatever is reported from now on about the value that stands here is left out.
    pub(super) fn close(&self, at: Position) {
        self.0.borrow_mut().closed.insert(at);
    }

    pub(super) fn any_at(&self, at: Position) -> bool {
        self.0.borrow().places.contains(&at)
    }

    pub(super) fn any_under(&self, path: &str) -> bool {
        let is_under = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        let found = self.0.borrow();
        found.problems.iter().any(|(problem, _)| problem.path.strip_prefix(path).is_some_and(is_under))
    }

    /// The key that is meant by a wrong one in the mapping at `path`.
    pub(super) fn mean(&self, path: &str, key: &str) {
        self.0.borrow_mut().meant.insert(format!("{path}.{key}"));
    }

    /// Whether `key` is there under a wrong name, which was reported.
    pub(super) fn means(&self, path: &str, key: &str) -> bool {
        self.0.borrow().meant.contains(&format!("{path}.{key}"))
    }

    /// Whether `key`, which stands at `at` in the mapping at `path`, was refused already.
    pub(super) fn refuses(&self, at: Position, path: &str, key: &str) -> bool {
        if at != Position::default() {
            return self.any_at(at);
        }
        // What stands in no file has no place of its own.
        let key = format!("\"{key}\"");
        self.0.borrow().problems.iter().any(|(problem, _)| problem.path == path && problem.message.contains(&key))
    }

    /// In the order of the file. What is wrong with a value is not told again of every alias of it.
    pub(super) fn sorted(self) -> Vec<Problem> {
        let found = self.0.into_inner().problems;
        let own = found.iter().filter(|(problem, origin)| problem.at == *origin);
        let own: HashSet<(Position, String)> = own.map(|(problem, at)| (*at, problem.message.clone())).collect();
        let is_told = |(problem, origin): &(Problem, Position)| {
            problem.at == *origin || !own.contains(&(*origin, problem.message.clone()))
        };
        let mut problems: Vec<_> = found.into_iter().filter(is_told).map(|(problem, _)| problem).collect();
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
        Some((origin, _)) => problem.line_over(file, origin),
        None => problem.line(file),
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
    // One letter of a short word is too much for that, unless the word is hardly more than the letter.
    const SHORT: usize = 3;
    let name = plain(name);
    let likeness = |candidate: &str| {
        let candidate = plain(candidate);
        let one_off = candidate.chars().count() >= SHORT && strsim::osa_distance(&name, &candidate) <= 1;
        strsim::jaro_winkler(&name, &candidate).max(if one_off { ALIKE } else { 0.0 })
    };
    let all = candidates.into_iter().map(|candidate| (likeness(candidate), candidate));
    let alike = all.filter(|(likeness, _)| *likeness >= ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

/// What a sentence goes on with that says that there is no `name`: the nearest of the `candidates`, else all of them where they
/// are few. `nothing` stands for none at all.
pub fn instead<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>, nothing: &str) -> String {
    const FEW: usize = 8;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = nearest(name, candidates.iter().copied()) {
        return format!(": did you mean \"{near}\"?");
    }
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    match candidates.split_last() {
        None => format!("; {nothing}"),
        Some((one, [])) => format!("; there is \"{one}\""),
        Some((last, others)) if candidates.len() <= FEW => format!("; there are {} and \"{last}\"", quoted(others)),
        Some(_) => String::new(),
    }
}

/// A name without what people take one for the other: upper and lower case, `-`, `_`, `.` and blanks.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', '.', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_one_that_was_meant() {
        for (wrong, right) in [
            ("a-b", Some("a_b")),
            ("A_B", Some("a_b")),
            ("kay", Some("key")),
            ("enviroment", Some("environment")),
            ("x", None),
            ("b", None),
            ("zzz", None),
        ] {
            assert_eq!(nearest(wrong, ["environment", "a_b", "key", "y"]), right, "{wrong}");
        }
    }
    #[test]
    fn where_no_name_is_near_all_are_listed_if_they_are_few() {
        let of = |name, candidates: &[&str]| instead(name, candidates.iter().copied(), "none is declared");
        assert_eq!(of("kay", &["key", "b"]), ": did you mean \"key\"?");
        assert_eq!(of("x", &["key", "b", "c"]), "; there are \"key\", \"b\" and \"c\"");
        assert_eq!((of("x", &["key"]).as_str(), of("x", &[]).as_str()), ("; there is \"key\"", "; none is declared"));
        assert_eq!(of("x", &["many"; 9]), "");
    }
}
