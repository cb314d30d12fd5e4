//! What no command takes on its command line, found before anything reads that (layer 4).

use std::ffi::OsString;

use crate::error::{Error, Result};

/// Flags by which other programs take a secret; `-` for `_`.
const SECRET: [&str; 3] = ["--token", "--password", "--client-key"];

/// Refuses a secret on the command line, which every user of this machine can read. It comes before the argument parser,
/// whose own error, about whatever else is wrong, could repeat the secret. A value that begins with `--` is nowhere taken,
/// so it does not matter where the flag stands.
pub(super) fn refuse_secrets(words: impl Iterator<Item = OsString>) -> Result<()> {
    let mut words = words.peekable();
    // Somebody is still typing, and is told when the line is done.
    if words.peek().is_some_and(|word| word == "__complete") {
        return Ok(());
    }
    for word in words {
        let word = word.to_string_lossy().replace('_', "-");
        let flag = word.split_once('=').map_or(word.as_str(), |(flag, _)| flag);
        if let Some(flag) = SECRET.iter().find(|secret| **secret == flag) {
            let message = format!("{flag} is not taken on the command line, which every user of this machine can read");
            return Err(Error::usage(message).hint(
                "put the credential into a kubeconfig context and lift that: `kubectl zenml register --context NAME`",
            ));
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
            &["connector", "register", "--bogus", "--client_key=hush"],
            &["register", "--", "--token=hush"],
        ] {
            let text = refused(words);
            assert!(text.contains("is not taken on the command line") && !text.contains("hush"), "{text}");
        }
        for words in [&["run", "list", "-l", "token=x", "--tokens", "password"][..], &["__complete", "--token"]] {
            assert!(refuse_secrets(words.iter().map(OsString::from)).is_ok());
        }
    }
}
