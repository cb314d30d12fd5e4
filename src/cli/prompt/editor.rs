//! A line as it is typed, key by key (layer 4).

use std::io::{self, ErrorKind, Read, Write};

use unicode_width::UnicodeWidthChar;
use zeroize::Zeroizing;

/// The longest line, in bytes: no token comes near it. It is set aside at once, so that no copy of a secret stays behind.
const LONGEST: usize = 64 * 1024;

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const CTRL_H: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_W: u8 = 0x17;
const ESCAPE: u8 = 0x1b;
const CTRL_BACKSLASH: u8 = 0x1c;
const DELETE: u8 = 0x7f;

/// Whether what is typed is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    Shown,
    Hidden,
}

/// What somebody has typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Line(Zeroizing<String>),
    /// Ctrl-C, Ctrl-\, or Ctrl-D on an empty line.
    Interrupted,
}

/// Reads a line from a terminal that hands over each key, and shows it there if that is wanted.
pub(super) fn line(mut keys: impl Read, mut screen: impl Write, echo: Echo) -> io::Result<Typed> {
    let mut line = Zeroizing::new(String::with_capacity(LONGEST));
    loop {
        let shown = line.len();
        match byte(&mut keys)? {
            b'\r' | b'\n' => return Ok(Typed::Line(line)),
            CTRL_C | CTRL_BACKSLASH => return Ok(Typed::Interrupted),
            CTRL_D if line.is_empty() => return Ok(Typed::Interrupted),
            DELETE | CTRL_H => take(&mut line, &mut screen, echo, |_, count| count == 1)?,
            CTRL_U => take(&mut line, &mut screen, echo, |_, _| true)?,
            CTRL_W => {
                let mut word = false;
                take(&mut line, &mut screen, echo, |c, _| {
                    let ends = word && c.is_whitespace();
                    word |= !c.is_whitespace();
                    !ends
                })?;
            }
            ESCAPE => skip_sequence(&mut keys)?,
            control if control < b' ' => {}
            first => {
                if let Some(c) = character(first, &mut keys)?.filter(|c| !c.is_control() && shown + 4 <= LONGEST) {
                    line.push(c);
                    if echo == Echo::Shown {
                        write!(screen, "{c}")?;
                    }
                }
            }
        }
        screen.flush()?;
    }
}

/// Reads until one of `keys` is pressed, in either case; `None` = Ctrl-C.
pub(super) fn key(mut pressed: impl Read, keys: &[char]) -> io::Result<Option<char>> {
    loop {
        match byte(&mut pressed)? {
            CTRL_C | CTRL_BACKSLASH => return Ok(None),
            other => {
                let key = char::from(other).to_ascii_lowercase();
                if keys.contains(&key) {
                    return Ok(Some(key));
                }
            }
        }
    }
}

fn byte(keys: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    // A terminal that is gone ends with that error, too.
    keys.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Takes characters off the end while `goes`, which is told how many there are with this one.
fn take(
    line: &mut String,
    screen: &mut impl Write,
    echo: Echo,
    mut goes: impl FnMut(char, usize) -> bool,
) -> io::Result<()> {
    let mut count = 0;
    while let Some(last) = line.chars().next_back() {
        count += 1;
        if !goes(last, count) {
            break;
        }
        line.truncate(line.len() - last.len_utf8());
        if echo == Echo::Shown {
            let width = last.width().unwrap_or_default();
            write!(screen, "{0}{1}{0}", "\u{8}".repeat(width), " ".repeat(width))?;
        }
    }
    Ok(())
}

/// The character that begins with `first`; `None` where the bytes are none.
fn character(first: u8, keys: &mut impl Read) -> io::Result<Option<char>> {
    let length = match first {
        0..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Ok(None),
    };
    let mut bytes = [first, 0, 0, 0];
    match keys.read_exact(&mut bytes[1..length]) {
        Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(None),
        other => other?,
    }
    Ok(std::str::from_utf8(&bytes[..length]).ok().and_then(|text| text.chars().next()))
}

/// Passes over what an arrow or a function key sends after its escape.
fn skip_sequence(keys: &mut impl Read) -> io::Result<()> {
    if matches!(byte(keys)?, b'[' | b'O') {
        while !(0x40..=0x7e).contains(&byte(keys)?) {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8], echo: Echo) -> (Typed, String) {
        let mut screen = Vec::new();
        let typed = line(keys, &mut screen, echo).unwrap();
        (typed, String::from_utf8(screen).unwrap())
    }

    fn text(keys: &[u8]) -> String {
        match typed(keys, Echo::Shown).0 {
            Typed::Line(line) => line.to_string(),
            Typed::Interrupted => "interrupted".to_owned(),
        }
    }

    #[test]
    fn lines_are_edited() {
        let cases: [(&[u8], &str); 9] = [
            (b"abc\r", "abc"),
            (b"abcd\x7f\x08x\n", "abx"),
            (b"\x7fabc\x15d\n", "d"),
            (b"one two  \x17three\n", "one three"),
            ("aé日\u{7f}\u{7f}b\n".as_bytes(), "ab"),
            (b"a\x1b[Db\x1bOPc\x1b[1;5Cd\t\n", "abcd"),
            (b"abc\x03", "interrupted"),
            (b"\x04", "interrupted"),
            (b"a\x04\xffb\n", "ab"),
        ];
        for (keys, line) in cases {
            assert_eq!(text(keys), line, "{keys:?}");
        }
        assert!(line(&b"abc"[..], io::sink(), Echo::Shown).is_err(), "the terminal is gone");
    }

    #[test]
    fn what_is_typed_is_shown_or_not() {
        assert_eq!(typed("a日\u{7f}b\n".as_bytes(), Echo::Shown).1, "a日\u{8}\u{8}  \u{8}\u{8}b");
        assert_eq!(typed(b"hush\x7f\x15hush\n", Echo::Hidden).1, "");
    }

    #[test]
    fn keys_are_waited_for() {
        assert_eq!(key(&b"xyQ"[..], &['q']).unwrap(), Some('q'));
        assert_eq!(key(&b"x\x03q"[..], &['q']).unwrap(), None);
    }
}
