//! Asking a person on the terminal (layer 4).

#[cfg_attr(not(target_os = "linux"), path = "prompt/no_signals.rs")]
mod signals;

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use self::signals::{Held, Signalled};
use crate::error::{Context, Error, Kind, Result};
use crate::secret::Secret;

pub(super) use self::signals::leave_to_the_main_thread;

/// No terminal takes a longer line, in bytes.
const LONGEST: usize = 4096;

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
    let line = asked(&terminal, &format!("{question}: "), LocalModes::ECHO, |held| read_line(&terminal, held))?;
    writeln!(&terminal).context(|| "cannot write to the terminal")?;
    // The error of the conversion would hold the bytes.
    let text = std::str::from_utf8(&line).map_err(|_| Error::failure(format!("the {what} is not UTF-8 text")))?;
    match text.trim_end_matches(['\n', '\r']) {
        "" => Err(Error::failure(format!("no value was given for the {what}"))),
        value => Ok(Secret::new(value.to_owned())),
    }
}

/// Asks for a line on the controlling terminal.
pub(super) fn line(question: &str) -> Result<String> {
    let terminal = open().context(|| "there is no terminal")?;
    let line = asked(&terminal, question, LocalModes::empty(), |held| read_line(&terminal, held))?;
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}

/// Asks for one of `keys` on the controlling terminal, until it is pressed; no Enter is needed.
pub(super) fn key(question: &str, keys: &[char]) -> Result<char> {
    let terminal = open().context(|| "there is no terminal")?;
    let pressed = asked(&terminal, question, LocalModes::ICANON | LocalModes::ECHO, |held| {
        loop {
            let mut byte = [0];
            if held.read(&terminal, &mut byte)? == 0 {
                return Err(Error::failure("the terminal was closed").into());
            }
            let pressed = char::from(byte[0]).to_ascii_lowercase();
            if keys.contains(&pressed) {
                return Ok(pressed);
            }
        }
    })?;
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

/// Why there is no answer.
enum Unanswered {
    Signalled(Signalled),
    Failed(Error),
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Asks `question` and reads the answer, on a terminal without `modes`. Whatever ends or stops the program meanwhile finds the
/// terminal as it was; after a stop the question is asked again.
fn asked<T>(
    terminal: &File,
    question: &str,
    modes: LocalModes,
    read: impl Fn(&Held) -> Result<T, Unanswered>,
) -> Result<T> {
    loop {
        let answer = {
            let held = Held::now()?;
            // Before the question, since this drops what was typed until now. The modes are back before the signals are let go.
            let _mode = if modes.is_empty() { None } else { Some(Mode::without(terminal, modes)?) };
            (&*terminal).write_all(question.as_bytes()).context(|| "cannot write to the terminal")?;
            read(&held)
        };
        match answer {
            Ok(answer) => return Ok(answer),
            Err(Unanswered::Failed(error)) => return Err(error),
            Err(Unanswered::Signalled(Signalled::Stop)) => signals::stop(),
            Err(Unanswered::Signalled(Signalled::End)) => {
                let _ = writeln!(&*terminal);
                return Err(Error::new(Kind::Interrupted, "interrupted"));
            }
        }
    }
}

fn read_line(terminal: &File, held: &Held) -> Result<Zeroizing<Vec<u8>>, Unanswered> {
    // As long as it can get, so that it is never moved, which would leave a copy.
    let mut line = Zeroizing::new(Vec::with_capacity(2 * LONGEST));
    let mut bytes = Zeroizing::new([0; LONGEST]);
    while line.len() < LONGEST && !line.ends_with(b"\n") {
        match held.read(terminal, &mut *bytes)? {
            0 => break,
            read => line.extend_from_slice(&bytes[..read]),
        }
    }
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
