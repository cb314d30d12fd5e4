//! What no command takes on its command line, found before anything reads that (layer 4).

use std::ffi::OsString;

use super::secret_source;
use crate::error::Result;

/// Flags whose value is a secret, in a file or somewhere else; `-` for `_`.
const SECRET: [&str; 3] = ["--token", "--password", "--auth-key"];

/// Refuses a secret on the command line, which every user of this machine can read. It comes before the argument parser,
/// whose own error, about whatever else is wrong, could repeat the secret.
pub(super) fn refuse_secrets(words: impl Iterator<Item = OsString>) -> Result<()> {
    let mut words = words.map(|word| word.to_string_lossy().into_owned()).peekable();
    // Somebody is still typing, and is told when the line is done.
    if words.peek().is_some_and(|word| word == "__complete") {
        return Ok(());
    }
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        let flag = flag.replace('_', "-");
        let Some(flag) = SECRET.iter().find(|secret| **secret == flag) else { continue };
        let value = value.or(words.peek().map(String::as_str)).unwrap_or_default();
        // A file, standard input, the next flag, or nothing: then it is asked for.
        if !value.is_empty() && !value.starts_with(['@', '-']) {
            return Err(secret_source::refused(flag));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_flag_in_any_position_and_repeats_no_value() {
        let refused = |words: &[&str]| refuse_secrets(words.iter().map(OsString::from)).unwrap_err().render();
        for words in [
            &["register", "--token", "hush"][..],
            &["--password=hush", "register"],
            &["connector", "register", "--bogus", "--token", "hush", "--password=@file"],
            &["register", "--", "--token=hush"],
        ] {
            let text = refused(words);
            assert!(text.contains("is not taken on the command line") && !text.contains("hush"), "{text}");
        }
        for words in [
            &["run", "list", "-l", "token=x", "--tokens", "password"][..],
            &["register", "--token", "@file", "--password=-", "--token"],
            &["__complete", "--token", "hush"],
        ] {
            assert!(refuse_secrets(words.iter().map(OsString::from)).is_ok());
        }
    }
}
