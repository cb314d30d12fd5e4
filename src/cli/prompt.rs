//! Asking on the terminal: for a secret, without showing it, and whether to go on (layer 4).

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// Asks for the value of `what` on the controlling terminal, also when standard input is something else.
pub(super) fn secret(what: &str) -> Result<Secret<String>> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|error| {
        Error::failure(format!("{what} must be asked for, and there is no terminal"))
            .because(error)
            .hint("take the value from a file instead: {file: …}")
    })?;
    write!(&terminal, "{what}: ").context(|| "cannot write to the terminal")?;
    let mut line = Zeroizing::new(String::new());
    {
        let _silence = Silence::on(&terminal)?;
        BufReader::new(&terminal).read_line(&mut line).context(|| "cannot read from the terminal")?;
    }
    writeln!(&terminal).context(|| "cannot write to the terminal")?;
    let value = line.trim_end_matches(['\n', '\r']);
    if value.is_empty() {
        return Err(Error::failure(format!("no value was given for {what}")));
    }
    Ok(Secret::new(value.to_owned()))
}

/// Asks a question whose answer is no unless somebody types yes. Where there is no terminal, `--yes` must have been given.
pub(super) fn confirm(question: &str) -> Result<()> {
    if !io::stdin().is_terminal() {
        return Err(Error::failure("this must be confirmed, and there is no terminal to ask on").hint("add --yes"));
    }
    write!(io::stderr(), "{question} [y/N] ").context(|| "cannot write to the terminal")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context(|| "cannot read from the terminal")?;
    if ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(Error::failure("nothing was changed"))
}

/// A terminal that does not echo, until this is dropped.
struct Silence<'t> {
    terminal: &'t std::fs::File,
    before: Termios,
}

impl<'t> Silence<'t> {
    fn on(terminal: &'t std::fs::File) -> Result<Self> {
        let before = tcgetattr(terminal).context(|| "cannot ask the terminal for its state")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &silent).context(|| "cannot silence the terminal")?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}
