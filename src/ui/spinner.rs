//! A line or more on a terminal that is drawn over itself (layer 4).

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use crate::cluster::child;

/// How often it is drawn at most, in Hz; indicatif's own default.
const RATE: u8 = 20;
/// Clears the line from the cursor on (ECMA-48, EL).
const REST_OF_LINE: &str = "\u{1b}[K";
/// The columns of the spinner itself, and of the space behind it.
const BESIDE: usize = 2;

/// A spinner on standard error while something takes long; invisible where that is no terminal, gone when dropped.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts spinning beside `message`.
    pub fn start(message: impl Into<String>) -> Self {
        let bar = if super::interactive() {
            let screen = Box::new(Screen::new(Term::buffered_stderr()));
            ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like_with_hz(screen, RATE))
        } else {
            ProgressBar::hidden()
        };
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

    /// How many lines the terminal has.
    pub fn height(&self) -> usize {
        Term::stderr().size().0.into()
    }

    /// How many columns the terminal has beside the spinner itself.
    pub fn width(&self) -> usize {
        usize::from(Term::stderr().size().1).saturating_sub(BESIDE)
    }

    /// Lets `write` write lines, which stay above the spinner.
    pub fn above(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The terminal, with the cursor kept at the start of the last line. indicatif leaves it behind the last column: there the
/// `^C` of an interrupt moves it to a new line, the spinner is then cleared one line too low, and its first line stays.
///
/// indicatif also fills each line with spaces, so that the terminal wraps it: to a terminal that becomes narrower all of them
/// are one line, which it wraps anew, into more lines than are cleared. Here each line ends where its text does.
#[derive(Debug)]
struct Screen {
    term: Term,
    /// The next text is what a line is filled with.
    fills: AtomicBool,
    /// A line was written, and the next one begins below it.
    ended: AtomicBool,
}

impl Screen {
    fn new(term: Term) -> Self {
        Self { term, fills: AtomicBool::new(false), ended: AtomicBool::new(false) }
    }

    /// What is written where indicatif writes a line, and then what it fills that one with.
    fn instead_of(&self, text: &str) -> String {
        if self.fills.fetch_xor(true, Relaxed) {
            self.ended.store(true, Relaxed);
            // Behind the last column it would clear that one.
            return if text.is_empty() { String::new() } else { REST_OF_LINE.to_owned() };
        }
        let below = if self.ended.swap(false, Relaxed) { "\n" } else { "" };
        format!("{below}{text}")
    }

    /// Nothing is drawn over what another program asks its user.
    fn draw(&self, draw: impl FnOnce(&Term) -> io::Result<()>) -> io::Result<()> {
        if child::is_talking() { Ok(()) } else { draw(&self.term) }
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.term.size().1
    }

    fn height(&self) -> u16 {
        self.term.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.draw(|term| term.move_cursor_up(n))
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.draw(|term| term.move_cursor_down(n))
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.draw(|term| term.move_cursor_right(n))
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.draw(|term| term.move_cursor_left(n))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.draw(|term| term.write_line(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let text = self.instead_of(text);
        self.draw(|term| term.write_str(&text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.draw(Term::clear_line)
    }

    fn flush(&self) -> io::Result<()> {
        self.fills.store(false, Relaxed);
        self.ended.store(false, Relaxed);
        self.draw(|term| term.write_str("\r").and_then(|()| term.flush()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_ends_where_its_text_does() {
        let screen = Screen::new(Term::buffered_stderr());
        let drawn: String =
            ["one", "     ", "as wide", "", "two", "     "].map(|text| screen.instead_of(text)).concat();
        assert_eq!(drawn, "one\u{1b}[K\nas wide\ntwo\u{1b}[K");
    }
}
