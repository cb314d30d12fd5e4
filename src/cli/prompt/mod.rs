//! Asking a person on the terminal (layer 4). Ctrl-C at any question leaves the terminal as it was.

mod editor;
mod questions;

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

pub(super) use self::questions::{ask, choose, yes};

use self::editor::{Echo, Typed};
use crate::error::{Context, Error, Kind, Result};
use crate::secret::Secret;

/// Whether a person is there who can be asked.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && open().is_ok()
}

/// Asks for the secret value of `what` on the controlling terminal, without showing it, also when standard input is
/// something else. `instead` says how to give it where there is no terminal.
pub(super) fn secret(what: &str, instead: &str) -> Result<Secret<String>> {
    let terminal = open().map_err(|error| {
        Error::failure(format!("{what} must be asked for, and there is no terminal"))
            .because(error)
            .hint(format!("take the value from a file instead: {instead}"))
    })?;
    let value = read(&terminal, &format!("{what}: "), Echo::Hidden)?;
    if value.is_empty() {
        return Err(Error::failure(format!("no value was given for {what}")));
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
    let pressed = {
        let _mode = Mode::of_keys(&terminal, OptionalActions::Flush)?;
        write!(&terminal, "{question}").context(|| "cannot write to the terminal")?;
        editor::key(&terminal, keys).context(|| "cannot read from the terminal")?
    };
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
        _ => Err(Error::failure("nothing was changed")),
    }
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Asks `question` and reads the line typed in answer.
fn read(terminal: &File, question: &str, echo: Echo) -> Result<Zeroizing<String>> {
    // What was typed before the question was seen is no secret; what follows a pasted one is not for the shell.
    let when = if echo == Echo::Hidden { OptionalActions::Flush } else { OptionalActions::Drain };
    let typed = {
        let _mode = Mode::of_keys(terminal, when)?;
        write!(&*terminal, "{question}").context(|| "cannot write to the terminal")?;
        editor::line(terminal, terminal, echo).context(|| "cannot read from the terminal")?
    };
    let Typed::Line(line) = typed else { return Err(interrupted(terminal)) };
    writeln!(&*terminal).context(|| "cannot write to the terminal")?;
    Ok(line)
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
