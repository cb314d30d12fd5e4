//! The one error type: kind, message, causes and hints (layer 0).
//!
//! The kind alone fixes the exit code; [`Error::render`] is the one place that turns an error into text.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as a script needs to know. Each kind has one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Anything without a code of its own (exit code 1).
    Failure,
    /// The command line cannot be understood (2).
    Usage,
    /// `verify`: the cluster is reachable but the connector is unfit for its work (3).
    Unfit,
    /// The run or the rollout failed (4).
    RunFailed,
    /// The time limit passed first (5).
    TimedOut,
    /// A mistake of this program (70, `EX_SOFTWARE` of sysexits).
    Internal,
    /// Interrupted by the user (130 = 128 + SIGINT).
    Interrupted,
    /// Told to end (143 = 128 + SIGTERM).
    Terminated,
    /// Its terminal was closed (129 = 128 + SIGHUP).
    HungUp,
}

impl Kind {
    /// The process exit code of this kind.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Unfit => 3,
            Self::RunFailed => 4,
            Self::TimedOut => 5,
            Self::Internal => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::HungUp => 129,
        }
    }
}

/// An error with what a person needs to act on it. Messages start in lower case, quote names in `"`, commands and
/// paths in backticks, and never contain a secret. It can be written as JSON, for whoever comes later.
#[derive(Clone, Serialize, Deserialize)]
pub struct Error(Box<Inner>);

#[derive(Clone, Serialize, Deserialize)]
struct Inner {
    kind: Kind,
    message: String,
    verbatim: bool,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), verbatim: false, causes: Vec::new(), hints: Vec::new() }))
    }

    /// [`Kind::Failure`] with `message`.
    pub fn failure(message: impl Into<String>) -> Self {
        Self::new(Kind::Failure, message)
    }

    /// [`Kind::Usage`] with `message`.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A [`Kind::Failure`] whose message is printed as it is, without `error: ` before it: the sentences that kubectl
    /// itself prints, such as `Error from server (NotFound): …`.
    pub fn verbatim(message: impl Into<String>) -> Self {
        let mut error = Self::failure(message);
        error.0.verbatim = true;
        error
    }

    /// Adds a hint: what the user can do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Adds a cause, and the causes of that cause.
    #[must_use]
    pub fn because(mut self, cause: impl std::error::Error) -> Self {
        let mut next: Option<&dyn std::error::Error> = Some(&cause);
        while let Some(error) = next {
            // Many errors repeat their source in their own text.
            let text = error.to_string();
            if self.0.causes.last().is_none_or(|above| !above.contains(&text)) {
                self.0.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Adds a cause that is text already.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.0.causes.push(cause.into());
        self
    }

    /// Adds what a program wrote last as one cause: as several, each line would seem to be the cause of the one above it.
    #[must_use]
    pub fn last_lines(self, lines: &str) -> Self {
        self.cause(format!("its last lines:\n    {}", lines.replace('\n', "\n    ")))
    }

    /// Puts `message` above this error, which becomes its cause; kind and hints stay.
    #[must_use]
    pub fn under(mut self, message: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.0.message, message.into());
        self.0.causes.insert(0, inner);
        self.0.verbatim = false;
        self
    }

    /// The same error with another kind, thus another exit code.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same error with each of its texts changed.
    #[must_use]
    pub fn map_text(mut self, change: impl Fn(&str) -> String) -> Self {
        let Inner { message, causes, hints, .. } = &mut *self.0;
        causes.iter_mut().chain(hints).chain([message]).for_each(|text| *text = change(text));
        self
    }

    /// The same error with texts of at most `limit` bytes in all, for what is kept in files. The causes, which others may
    /// have written, are the first to go.
    #[must_use]
    pub fn shortened(mut self, limit: usize) -> Self {
        let Inner { message, causes, hints, .. } = &mut *self.0;
        let mut left = limit;
        for text in [message].into_iter().chain(hints).chain(causes.iter_mut()) {
            let end = (0..=left.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
            text.truncate(end.unwrap_or_default());
            left -= text.len();
        }
        causes.retain(|cause| !cause.is_empty());
        self
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The hints, in the order in which they were added.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The error on one line: what failed, why, and what was said of that last.
    pub fn brief(&self) -> String {
        let causes = &self.0.causes;
        let last = causes.last().filter(|_| causes.len() > 1);
        let parts = [Some(&self.0.message), causes.first(), last];
        let lines: Vec<_> = parts.into_iter().flatten().map(|text| text.trim_end().replace('\n', " ")).collect();
        lines.join(": ")
    }

    /// The whole error as text that ends in a newline: headline, one `caused by:` line each, one `hint:` line each.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let prefix = if self.0.verbatim { "" } else { "error: " };
        let _ = writeln!(text, "{prefix}{}", self.0.message);
        for cause in &self.0.causes {
            let _ = writeln!(text, "  caused by: {}", cause.trim_end());
        }
        for hint in &self.0.hints {
            let _ = writeln!(text, "hint: {hint}");
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.render().trim_end())
    }
}

impl std::error::Error for Error {}

/// `text` without what could steer a terminal: what [`steers`] becomes `?`, but for newline and tab. Used for everything
/// that a server, a container or another program wrote.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if steers(c) && c != '\n' && c != '\t' { '?' } else { c }).collect()
}

/// Whether `c` steers a terminal, or changes how the text around it reads: control characters, and those of Unicode that
/// format, reorder or hide. The two joiners that scripts and emoji are written with do not.
pub fn steers(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Adds what was being done to a foreign error.
pub trait Context<T> {
    /// Turns the error into an [`Error`] that says `message` and names the foreign error as its cause.
    fn context<M: Into<String>>(self, message: impl FnOnce() -> M) -> Result<T>;
}

impl<T, E: std::error::Error> Context<T> for std::result::Result<T, E> {
    fn context<M: Into<String>>(self, message: impl FnOnce() -> M) -> Result<T> {
        self.map_err(|error| Error::failure(message()).because(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_headline_causes_and_hints() {
        let io = std::io::Error::other("disk on fire");
        let error =
            Error::failure("connector \"prod\" not found").because(io).hint("run `kubectl zenml connector list`");
        assert_eq!(
            error.render(),
            "error: connector \"prod\" not found\n  caused by: disk on fire\nhint: run `kubectl zenml connector list`\n"
        );
    }

    #[test]
    fn fits_on_a_line() {
        let error = Error::failure("a").cause("b").cause("c\nd").cause("e\nf\n").hint("g");
        assert_eq!((Error::failure("a").brief(), error.brief()), ("a".into(), "a: b: e f".into()));
    }

    #[test]
    fn is_shortened_from_its_causes() {
        let error = Error::failure("no").cause("é".repeat(100)).cause("more").hint("try").shortened(11);
        assert_eq!(error.render(), "error: no\n  caused by: ééé\nhint: try\n");
    }

    #[test]
    fn nothing_harmless_reorders_or_hides() {
        assert_eq!(harmless("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{61c}\u{1b}\u{e0041}\n\t"), "a?b?c?d?e???\n\t");
        let joined = "\u{1f469}\u{200d}\u{1f4bb} é \u{6cc}\u{200c}\u{6c1}";
        assert_eq!(harmless(joined), joined);
    }

    #[test]
    fn kubectls_own_sentences_get_no_prefix() {
        assert_eq!(Error::verbatim("Error from server (NotFound): x").render(), "Error from server (NotFound): x\n");
    }
}
