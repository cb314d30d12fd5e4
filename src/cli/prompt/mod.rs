//! Asking a person on the terminal (layer 4). Ctrl-C at any question leaves the terminal as it was.

mod editor;
mod questions;
#[cfg_attr(not(target_os = "linux"), path = "no_signals.rs")]
mod signals;

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

pub(super) use self::questions::{ask, choose, yes};

pub(super) use self::signals::leave_to_the_main_thread;

use self::editor::{Echo, Typed};
use self::signals::Held;
use crate::error::{Context, Error, Kind, Result};
use crate::secret::Secret;

/// Whether a person is there who can be asked.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && open().is_ok()
}

/// Asks for the secret `what`, such as `passphrase of the vault`, on the controlling terminal, without showing it, also when
/// standard input is something else. `instead` says how to give it where there is no terminal.
pub(super) fn secret(what: &str, instead: &str) -> Result<Secret<String>> {
    silently(what, what, instead)
}

/// Asks for `what` a second time.
pub(super) fn secret_again(what: &str, instead: &str) -> Result<Secret<String>> {
    silently("the same again", what, instead)
}

fn silently(question: &str, what: &str, instead: &str) -> Result<Secret<String>> {
    let terminal = open().map_err(|error| {
        Error::failure(format!("the {what} must be asked for, and there is no terminal"))
            .because(error)
            .hint(format!("take the value from a file instead: {instead}"))
    })?;
    let value = read(&terminal, &format!("{question}: "), Echo::Hidden)?;
    if value.is_empty() {
        return Err(Error::failure(format!("no value was given for the {what}")));
    }
    Ok(Secret::new(value.to_string()))
}

/// Asks for a secret that may be left out, and shows it only where that is wanted.
pub(super) fn optional_secret(question: &str, shown: bool) -> Result<Option<Secret<String>>> {
    let terminal = open().context(|| "there is no terminal")?;
    let value = read(&terminal, question, if shown { Echo::Shown } else { Echo::Hidden })?;
    Ok(Some(value.trim()).filter(|value| !value.is_empty()).map(|value| Secret::new(value.to_owned())))
}

/// Asks for a line on the controlling terminal.
pub(super) fn line(question: &str) -> Result<String> {
    let terminal = open().context(|| "there is no terminal")?;
    Ok(read(&terminal, question, Echo::Shown)?.trim().to_owned())
}

/// Asks for one of `keys` on the controlling terminal, until it is pressed; no Enter is needed.
pub(super) fn key(question: &str, keys: &[char]) -> Result<char> {
    let terminal = open().context(|| "there is no terminal")?;
    let pressed = asked(&terminal, question, OptionalActions::Flush, |pressed| editor::key(pressed, keys))?;
    let Some(pressed) = pressed else { return Err(interrupted(&terminal)) };
    writeln!(&terminal, "{pressed}").context(|| "cannot write to the terminal")?;
    Ok(pressed)
}

/// Asks a question whose answer is no unless somebody types yes. Where there is no terminal, `--yes` must have been given.
pub(super) fn confirm(question: &str) -> Result<()> {
    if !is_possible() {
        return Err(Error::failure("this must be confirmed, and there is no terminal to ask on").hint("add --yes"));
    }
    match line(&format!("{question} [y/N] "))?.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Error::failure("this was not confirmed; nothing was done")),
    }
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Asks `question` and reads the line typed in answer.
fn read(terminal: &File, question: &str, echo: Echo) -> Result<Zeroizing<String>> {
    // What was typed before the question was seen is no secret; what follows a pasted one is not for the shell.
    let when = if echo == Echo::Hidden { OptionalActions::Flush } else { OptionalActions::Drain };
    let typed = asked(terminal, question, when, |keys| editor::line(keys, terminal, echo))?;
    let Typed::Line(line) = typed else { return Err(interrupted(terminal)) };
    writeln!(&*terminal).context(|| "cannot write to the terminal")?;
    Ok(line)
}

/// What a signal, or Ctrl-Z, asks for while a question stands on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signalled {
    /// To stop until somebody continues the program.
    Stop,
    /// To end.
    End,
}

impl fmt::Display for Signalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stop => "stopped",
            Self::End => "interrupted",
        })
    }
}

impl std::error::Error for Signalled {}

/// The keys that are pressed, until a signal comes.
struct Keys<'t> {
    held: Held,
    terminal: &'t File,
}

impl Read for Keys<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        const CTRL_Z: u8 = 0x1a;
        let read = self.held.read(self.terminal, bytes)?;
        if bytes[..read].contains(&CTRL_Z) { Err(io::Error::other(Signalled::Stop)) } else { Ok(read) }
    }
}

/// Asks `question` and reads the answer. Whatever ends or stops the program meanwhile finds the terminal as it was; after a
/// stop the question is asked again.
fn asked<T>(
    terminal: &File,
    question: &str,
    when: OptionalActions,
    read: impl Fn(&mut Keys<'_>) -> io::Result<T>,
) -> Result<T> {
    loop {
        let answer = {
            let mut keys = Keys { held: Held::now()?, terminal };
            // It is put right before the signals are let go.
            let _mode = Mode::of_keys(terminal, when)?;
            (&*terminal).write_all(question.as_bytes()).context(|| "cannot write to the terminal")?;
            read(&mut keys)
        };
        let error = match answer {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Signalled>()) {
            Some(Signalled::Stop) => signals::stop(),
            Some(Signalled::End) => return Err(interrupted(terminal)),
            None => return Err(error).context(|| "cannot read from the terminal"),
        }
    }
}

fn interrupted(mut terminal: &File) -> Error {
    // The error follows on a line of its own.
    let _ = writeln!(terminal, "^C");
    Error::new(Kind::Interrupted, "interrupted")
}

/// A terminal that hands over each key at once, unseen, Ctrl-C too, until this is dropped.
struct Mode<'t> {
    terminal: &'t File,
    before: Termios,
    when: OptionalActions,
}

impl<'t> Mode<'t> {
    fn of_keys(terminal: &'t File, when: OptionalActions) -> Result<Self> {
        let before = tcgetattr(terminal).context(|| "cannot ask the terminal for its state")?;
        let mut changed = before.clone();
        changed.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
        tcsetattr(terminal, when, &changed).context(|| "cannot change the terminal")?;
        Ok(Self { terminal, before, when })
    }
}

impl Drop for Mode<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, self.when, &self.before);
    }
}
