//! What no command takes on its command line, found before anything reads that (layer 4).

use std::ffi::OsString;

use super::secret_source;
use crate::certificate;
use crate::connector::catalogue::Kind;
use crate::connector::catalogue::table::FIELDS;
use crate::error::{Error, Result};
use crate::stack::Kind as Noun;
use crate::stack::value::{self, flag as flag_of};

/// The name of the flag with the key that requests to a service carry.
const AUTH_KEY: &str = "auth-key";
/// The flag whose value is an argument of somebody else's program.
const ARGUMENT: &str = "--exec-arg";
/// How the name of a flag ends that gives such a program a secret.
const ENDINGS: [&str; 7] = ["password", "passwd", "passphrase", "secret", "token", "api-key", "access-key"];

/// Refuses a secret on the command line, which every user of this machine can read. It comes before the argument parser,
/// whose own error, about whatever else is wrong, could repeat the secret.
pub(super) fn refuse_secrets(words: impl Iterator<Item = OsString>) -> Result<()> {
    let mut words = words.map(|word| word.to_string_lossy().into_owned()).peekable();
    let is_deployer = words.peek().is_some_and(|word| word.starts_with(Noun::Deployer.as_str()));
    // Somebody is still typing, and is told when the line is done.
    if words.peek().is_some_and(|word| word == "__complete") {
        return Ok(());
    }
    // The flag of an exec plugin whose value the next argument may be.
    let mut plugins: Option<String> = None;
    while let Some(word) = words.next() {
        let argument = if word == ARGUMENT { words.next() } else { argument(&word) };
        if let Some(argument) = argument {
            plugins = check_argument(&argument, plugins)?;
            continue;
        }
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        let Some(name) = flag.strip_prefix("--").map(|name| name.replace('_', "-")) else { continue };
        let kind = FIELDS.iter().find(|field| field.secret && field.flag == name).map(|field| field.kind);
        let Some(kind) = kind.or((name == AUTH_KEY).then_some(Kind::Secret)) else { continue };
        let value = value.or(words.peek().map(String::as_str)).unwrap_or_default();
        if is_secret(kind, value) {
            // A component takes no key in whatever way, and says so; the text is not looked at.
            let key = Noun::Deployer.keys().iter().find(|key| is_deployer && flag_of(key) == format!("--{name}"));
            key.map_or(Ok(()), |key| value::parse(key, "").map(drop))?;
            return Err(secret_source::refused(&format!("--{name}"), kind));
        }
    }
    Ok(())
}

/// What `--exec-arg=…` gives.
fn argument(word: &str) -> Option<String> {
    Some(word.strip_prefix(ARGUMENT)?.strip_prefix('=')?.to_owned())
}

/// Refuses an exec plugin's argument that is a secret, be it behind its flag's `=` or after the flag `before`. Gives the flag
/// that the next one may be the value of.
fn check_argument(argument: &str, before: Option<String>) -> Result<Option<String>> {
    let (flag, value) = match argument.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => (Some(flag.to_owned()), Some(value)),
        None if argument.starts_with('-') => (Some(argument.to_owned()), None),
        _ => (before, Some(argument)),
    };
    let Some(flag) = flag.filter(|flag| names_secret(flag)) else { return Ok(None) };
    match value {
        None => Ok(Some(flag)),
        // A switch.
        Some("" | "true" | "false") => Ok(None),
        Some(_) => Err(Error::usage(format!(
            "the value of the exec plugin's {} is not taken on the command line, which every user of this machine can read",
            flag.escape_debug()
        ))
        .hint("put the plugin with this argument into a kubeconfig user, and register its context: it is sealed from there")
        .hint("or, where the plugin reads it from its environment, give it as --exec-env NAME=@FILE")),
    }
}

fn names_secret(flag: &str) -> bool {
    let name = flag.trim_start_matches('-').to_ascii_lowercase().replace('_', "-");
    ENDINGS.iter().any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('-')))
}

/// Whether `value` is the secret itself.
fn is_secret(kind: Kind, value: &str) -> bool {
    match kind {
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
            &["register", "--exec-arg", "--password=hush"][..],
            &["register", "--exec-arg=--password=hush"],
            &["register", "--exec-arg=--oidc_client-secret", "--exec-arg=hush"],
            &["register", "--exec-arg", "-token", "--exec-command", "x", "--exec-arg", "hush"],
        ] {
            let text = refused(words);
            assert!(text.contains("the value of the exec plugin's -"), "{text}");
            assert!(text.contains("--exec-env NAME=@FILE") && !text.contains("hush"), "{text}");
        }
        for words in [
            &["register", "--exec-arg", "--token", "--exec-arg=--region", "--exec-arg", "eu"][..],
            &["register", "--exec-arg=--token-cache-dir=/x", "--exec-arg=--use-access-token=true", "--exec-arg"],
            &["register", "--exec-arg", "get-token", "--exec-arg", "--cluster-name", "--exec-arg=prod"],
        ] {
            assert!(refuse_secrets(words.iter().map(OsString::from)).is_ok(), "{words:?}");
        }
        for words in
            [&["deployer", "register", "d", "--auth-key=hush"][..], &["deployers", "update", "d", "--auth_key", "hush"]]
        {
            let text = refused(words);
            assert!(text.contains("auth_key cannot be set") && text.contains("--generate-auth-key"), "{text}");
            assert!(!text.contains("hush") && !text.contains("@FILE"), "{text}");
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
