//! What a failed renewal leaves for the next ones: they wait longer each time, and tell the same error (layer 3).
//!
//! It stands in the connector's lock file, which is read and written under that lock only.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::audit::LARGEST_ERROR;
use crate::cluster::plugin;
use crate::error::{Error, Result};
use crate::files;
use crate::vault::Vault;
use crate::vault::content::Credential;

/// The longest pause after a failure, in milliseconds.
const LONGEST: i64 = 60_000;

/// The last failed renewals, with none that succeeded after them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// When the last one failed, in Unix milliseconds.
    pub at: i64,
    /// How many there were.
    pub failures: u32,
    /// The last one had a person at a terminal.
    #[serde(default)]
    terminal: bool,
    error: Error,
}

impl Failure {
    /// What the lock file of `connector` says. `None` = the last renewal succeeded.
    pub fn of(vault: &Vault, connector: &str) -> Result<Option<Self>> {
        let bytes = files::read_private(&vault.lock_path(connector))?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub(super) fn read(mut lock: &File) -> Option<Self> {
        let mut text = String::new();
        lock.rewind().and_then(|()| lock.read_to_string(&mut text)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether somebody who asked at `asked_at` gets this failure instead of another attempt: after 1 s, 2 s, 4 s and so
    /// on up to a minute the next one tries again, but never one who was waiting while this one failed. Who has a
    /// `terminal` may succeed where others without one failed.
    pub(super) fn holds(&self, asked_at: i64, now: i64, terminal: bool) -> bool {
        if terminal && !self.terminal {
            return false;
        }
        // A failure in the future is one before the clock was set right.
        let past = self.at <= now;
        past && (now - self.at < self.pause() || self.at >= asked_at)
    }

    /// The error as it was.
    pub fn bare(&self) -> &Error {
        &self.error
    }

    /// The error as it was, and when it is tried again.
    pub fn error(&self) -> Error {
        let seconds = (self.pause() / 1000).max(1);
        let times = if self.failures == 1 { "once" } else { "again and again" };
        self.error.clone().hint(format!(
            "this failed {times}, so it is tried again no sooner than {seconds} s later; \
             `kubectl zenml credential refresh` tries at once"
        ))
    }

    /// In milliseconds.
    fn pause(&self) -> i64 {
        1000_i64.checked_shl(self.failures.saturating_sub(1).min(16)).map_or(LONGEST, |pause| pause.min(LONGEST))
    }
}

/// Notes that a renewal has failed. Where that cannot be noted the next one tries at once, which is slower and not wrong.
pub(super) fn note(mut lock: &File, earlier: Option<&Failure>, terminal: bool, error: &Error) {
    let failures = earlier.map_or(0, |earlier| earlier.failures).saturating_add(1);
    let failure = Failure { at: now(), failures, terminal, error: error.clone().shortened(LARGEST_ERROR) };
    if let Ok(json) = serde_json::to_vec(&failure) {
        let _ = lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| lock.write_all(&json));
    }
}

/// Notes that a renewal has succeeded.
pub(super) fn clear(lock: &File) {
    // It stays long only where the disk fails.
    let _ = lock.set_len(0);
}

/// Unix milliseconds.
pub(super) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// `error` without what is secret in `credential`, should it repeat that.
pub(super) fn without_secrets(error: Error, credential: &Credential) -> Error {
    plugin::hide(error, secrets(credential))
}

fn secrets(credential: &Credential) -> Vec<&str> {
    let mut found: Vec<&str> = match credential {
        Credential::Exec { plugin, .. } => plugin::secrets(plugin).collect(),
        Credential::ServiceAccount { base, .. } => secrets(base),
        Credential::Password { password, .. } => vec![password.expose()],
        Credential::Token { .. } | Credential::TokenFile { .. } => Vec::new(),
    };
    let answer = credential.answer();
    found.extend(answer.iter().filter_map(|answer| answer.token.as_ref()).map(|token| token.expose().as_str()));
    found.extend(answer.iter().filter_map(|answer| answer.client_key.as_ref()).map(|key| key.expose().as_str()));
    found
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::execcred::{Answer, ApiVersion, Cluster};
    use crate::secret::Secret;
    use crate::vault::content::{ExecPlugin, InteractiveMode, Variable};

    fn failure(at: i64, failures: u32) -> Failure {
        Failure { at, failures, terminal: false, error: Error::failure("no") }
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses: Vec<_> = (0..9).map(|failures| failure(0, failures).pause()).collect();
        assert_eq!(pauses, [1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(failure(0, u32::MAX).pause(), 60_000);
    }

    #[test]
    fn holds_for_its_pause_and_for_those_who_waited() {
        let it = failure(10_000, 1);
        assert!(it.holds(10_500, 10_900, false) && !it.holds(11_500, 11_500, false));
        assert!(it.holds(9_000, 15_000, false), "it failed while this one waited");
        assert!(!it.holds(5_000, 9_000, false), "it failed in the future: the clock was set back");
    }

    #[test]
    fn is_kept_in_the_lock_file_whole_or_not_at_all() {
        let mut file = tempfile::tempfile().unwrap();
        assert!(Failure::read(&file).is_none());
        note(&file, None, false, &Error::failure("no").cause("because").hint("try"));
        let first = Failure::read(&file).unwrap();
        note(&file, None, false, &Error::failure("no").cause("x".repeat(1_000_000)));
        assert!(file.metadata().unwrap().len() < 10_000, "whatever a plugin writes");
        assert!(
            first.error().render().starts_with("error: no\n  caused by: because\nhint: try\nhint: this failed once, ")
        );
        note(&file, Some(&first), false, &Error::failure("no"));
        assert_eq!(Failure::read(&file).unwrap().failures, 2);
        clear(&file);
        assert!(Failure::read(&file).is_none());
        file.write_all(b"{\"at\":").unwrap();
        assert!(Failure::read(&file).is_none(), "whoever wrote it was killed");
    }

    #[test]
    fn repeats_no_secret() {
        let variable = |name: &str, value: &str| Variable { name: name.into(), value: Secret::new(value.into()) };
        let plugin = ExecPlugin {
            api_version: ApiVersion::V1,
            command: "x".into(),
            args: ["--secret=hush-hush", "--region", "eu-west-77"].map(|word| Secret::new(word.to_owned())).into(),
            env: vec![variable("CLIENT_SECRET", "hunter22\nsecond line\n"), variable("AWS_PROFILE", "staging")],
            cluster: Some(Cluster { proxy_url: Some("http://u:pr0xy-pass@proxy:3128".into()), ..Cluster::default() }),
            interactive_mode: InteractiveMode::Never,
            install_hint: None,
            directory: PathBuf::new(),
            pinned: true,
        };
        let answer = Answer { token: Some(Secret::new("old-token".into())), ..Answer::default() };
        let credential = Credential::Exec { plugin: Box::new(plugin), answer };
        let error = Error::failure("old-token is dead").cause("CLIENT_SECRET=hunter22 of profile staging");
        let error = error.cause("second line").cause("unknown flag: --secret=hush-hush");
        let error = error.cause("\"proxy-url\":\"http://u:pr0xy-pass@proxy:3128\"");
        assert!(!format!("{credential:?}").contains("pr0xy-pass"));
        let text = without_secrets(error, &credential).render();
        let expected = "error: [HIDDEN] is dead\n  caused by: CLIENT_SECRET=[HIDDEN] of profile staging\n  \
                        caused by: [HIDDEN]\n  caused by: unknown flag: --secret=[HIDDEN]\n  \
                        caused by: \"proxy-url\":\"http://[HIDDEN]@proxy:3128\"\n";
        assert_eq!(text, expected);
    }
}
