//! The settings of a vault as flags of `vault init` (layer 4).

use std::time::Duration;

use clap::{ArgAction, Args};

use crate::cli::flags::duration;
use crate::vault::settings::Settings;

/// What can be changed at any time; a flag that is not given changes nothing.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings, also of an existing vault")]
pub(super) struct SettingsFlags {
    /// Keep the key of an `os` or `passphrase` vault in the kernel for this many seconds; 0 turns that off [default: 28800]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=604_800))]
    cache_seconds: Option<u32>,
    /// Note in the audit log who asks for which credential [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        action = ArgAction::Set)]
    audit: Option<bool>,
    /// Keep a client that asks for a credential waiting no longer than this [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    deadline: Option<u32>,
    /// The same where the credential comes from another exec plugin [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    plugin_deadline: Option<u32>,
}

impl SettingsFlags {
    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        let Self { cache_seconds, audit, deadline, plugin_deadline } = self;
        cache_seconds.is_none() && audit.is_none() && deadline.is_none() && plugin_deadline.is_none()
    }

    /// Changes `settings` to what is given, except for [`SettingsFlags::cache_seconds`].
    pub(super) fn apply(&self, settings: &mut Settings) {
        settings.audit = self.audit.unwrap_or(settings.audit);
        settings.deadline_seconds = self.deadline.unwrap_or(settings.deadline_seconds);
        settings.plugin_deadline_seconds = self.plugin_deadline.unwrap_or(settings.plugin_deadline_seconds);
    }

    /// For how many seconds the kernel shall keep the key, where that is given.
    pub(super) fn cache_seconds(&self) -> Option<u32> {
        self.cache_seconds
    }
}

/// Whole seconds, from one second to an hour.
fn limit(text: &str) -> Result<u32, String> {
    match u32::try_from(duration(text)?.as_secs()) {
        Ok(seconds @ 1..=3600) if duration(text)? == Duration::from_secs(seconds.into()) => Ok(seconds),
        _ => Err("write whole seconds, from 1s to 1h".to_owned()),
    }
}
