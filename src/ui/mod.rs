//! The terminal: data on standard output, everything else on standard error (layer 4).

mod spinner;

use std::io::{self, IsTerminal, Write};

pub use self::spinner::Spinner;

use crate::error::{Context, Result, harmless};
use crate::paths;

/// Writes data to standard output, without what could steer a terminal: names and messages in it are the cluster's. A
/// closed pipe is not an error: the reader has seen enough.
pub fn print(text: &str) -> Result<()> {
    print_bytes(harmless(text).as_bytes())
}

/// Writes data that may be anything to standard output, and at once: it may be part of a stream.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    offer_bytes(bytes).map(drop)
}

/// As [`print()`]; whether there still is a reader.
pub fn offer(text: &str) -> Result<bool> {
    offer_bytes(harmless(text).as_bytes())
}

fn offer_bytes(bytes: &[u8]) -> Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context(|| "cannot write the output"),
    }
}

/// Writes one line about what happens to standard error, as harmless as [`print()`]. Nothing can be done when even that
/// fails.
pub fn say(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", harmless(text));
}

/// Writes one warning to standard error, as kubectl words it.
pub fn warn(text: &str) {
    let (start, end) = if colour() { ("\u{1b}[33;1m", "\u{1b}[0m") } else { ("", "") };
    let _ = writeln!(anstream::stderr().lock(), "{start}Warning:{end} {}", harmless(text));
}

/// Whether standard error is a terminal that wants colour (`NO_COLOR` counts by its presence).
pub fn colour() -> bool {
    io::stderr().is_terminal()
        && paths::variable("NO_COLOR").is_none()
        && paths::text_variable("TERM").as_deref() != Some("dumb")
}

/// How many columns standard output has, where it is a terminal.
pub fn columns() -> Option<usize> {
    let stdout = console::Term::stdout();
    stdout.is_term().then(|| stdout.size_checked()).flatten().map(|(_, columns)| columns.into())
}

/// Whether progress may be drawn over itself.
pub fn interactive() -> bool {
    io::stderr().is_terminal()
}
