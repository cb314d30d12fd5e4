//! What no command takes on its command line, found before anything reads that (layer 4).

use std::ffi::OsString;

use super::secret_source;
use crate::certificate;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{Field, Kind};
use crate::error::Result;

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
        let Some(name) = flag.strip_prefix("--").map(|name| name.replace('_', "-")) else { continue };
        let Some(field) = FIELDS.iter().find(|field| field.secret && field.flag == name) else { continue };
        let value = value.or(words.peek().map(String::as_str)).unwrap_or_default();
        if is_secret(field, value) {
            return Err(secret_source::refused(&format!("--{name}"), field.kind));
        }
    }
    Ok(())
}

/// Whether `value` is the secret itself.
fn is_secret(field: &Field, value: &str) -> bool {
    match field.kind {
        // A file, standard input, the next flag, or nothing: then it is asked for.
        Kind::Secret => !value.is_empty() && !value.starts_with(['@', '-']),
        // A certificate is none.
        Kind::Pem => certificate::pem(value).is_some_and(|pem| pem.contains("PRIVATE KEY")),
        _ => false,
    }
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
            // A key, which ZenML takes there; base64 of "-----BEGIN EC PRIVATE KEY-----".
            &["register", "--client_key=LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0t"],
            &["register", "--client-key", "-----BEGIN PRIVATE KEY----- hush"],
        ] {
            let text = refused(words);
            assert!(text.contains("is not taken on the command line"), "{text}");
            assert!(!text.contains("hush") && !text.contains("LS0t"), "{text}");
        }
        for words in [
            &["run", "list", "-l", "token=x", "--tokens", "password"][..],
            &["register", "--token", "@file", "--password=-", "--token"],
            &["register", "--client-key", "key.pem", "--client_certificate=LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"],
            &["__complete", "--token", "hush"],
        ] {
            assert!(refuse_secrets(words.iter().map(OsString::from)).is_ok());
        }
    }
}
