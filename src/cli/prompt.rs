//! Asking a person on the terminal (layer 4).

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
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
    let line = {
        // Before the question, since this drops what was typed until now.
        let _silence = Mode::without(&terminal, LocalModes::ECHO)?;
        write!(&terminal, "{what}: ").context(|| "cannot write to the terminal")?;
        read_line(&terminal)?
    };
    writeln!(&terminal).context(|| "cannot write to the terminal")?;
    let value = line.trim_end_matches(['\n', '\r']);
    if value.is_empty() {
        return Err(Error::failure(format!("no value was given for {what}")));
    }
    Ok(Secret::new(value.to_owned()))
}

/// Asks for a line on the controlling terminal.
pub(super) fn line(question: &str) -> Result<String> {
    let terminal = open().context(|| "there is no terminal")?;
    write!(&terminal, "{question}").context(|| "cannot write to the terminal")?;
    Ok(read_line(&terminal)?.trim().to_owned())
}

/// Asks for one of `keys` on the controlling terminal, until it is pressed; no Enter is needed.
pub(super) fn key(question: &str, keys: &[char]) -> Result<char> {
    let mut terminal = open().context(|| "there is no terminal")?;
    let pressed = {
        let unbuffered = terminal.try_clone().context(|| "cannot read from the terminal")?;
        let _mode = Mode::without(&unbuffered, LocalModes::ICANON | LocalModes::ECHO)?;
        write!(&terminal, "{question}").context(|| "cannot write to the terminal")?;
        loop {
            let mut byte = [0];
            terminal.read_exact(&mut byte).context(|| "cannot read from the terminal")?;
            let pressed = char::from(byte[0]).to_ascii_lowercase();
            if keys.contains(&pressed) {
                break pressed;
            }
        }
    };
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

fn read_line(terminal: &File) -> Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    BufReader::new(terminal).read_line(&mut line).context(|| "cannot read from the terminal")?;
    Ok(line)
}

/// A terminal without some of its modes, until this is dropped.
struct Mode<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Mode<'t> {
    fn without(terminal: &'t File, modes: LocalModes) -> Result<Self> {
        let before = tcgetattr(terminal).context(|| "cannot ask the terminal for its state")?;
        let mut changed = before.clone();
        changed.local_modes.remove(modes);
        tcsetattr(terminal, OptionalActions::Flush, &changed).context(|| "cannot change the terminal")?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Mode<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}
