//! The terminal: data on standard output, everything else on standard error (layer 4).

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{Context, Result};
use crate::paths;

/// Writes data to standard output. A closed pipe is not an error: the reader has seen enough.
pub fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context(|| "cannot write the output"),
        _ => Ok(()),
    }
}

/// Writes data that may be anything to standard output, and at once: it may be part of a stream.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context(|| "cannot write the output"),
        _ => Ok(()),
    }
}

/// Writes one line about what happens to standard error. Nothing can be done when even that fails.
pub fn say(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes one warning to standard error, as kubectl words it.
pub fn warn(text: &str) {
    let (start, end) = if colour() { ("\u{1b}[33;1m", "\u{1b}[0m") } else { ("", "") };
    say(&format!("{start}Warning:{end} {text}"));
}

/// Whether standard error is a terminal that wants colour (`NO_COLOR` counts by its presence).
pub fn colour() -> bool {
    io::stderr().is_terminal()
        && paths::variable("NO_COLOR").is_none()
        && paths::text_variable("TERM").as_deref() != Some("dumb")
}

/// Whether progress may be drawn over itself.
pub fn interactive() -> bool {
    io::stderr().is_terminal()
}

/// A spinner on standard error while something takes long; invisible where that is no terminal, gone when dropped.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts spinning beside `message`.
    pub fn start(message: impl Into<String>) -> Self {
        let bar = if interactive() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.set_message(message.into());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Says what is being done now.
    pub fn update(&self, message: impl Into<String>) {
        self.0.set_message(message.into());
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

pub use crate::error::harmless;
