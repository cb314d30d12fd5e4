//! When a connector's credential ends, and how early it is renewed, as flags (layer 4).

use clap::Args;
use jiff::Timestamp;

use crate::cli::flags::seconds;
use crate::connector::lifetime;

/// How long a token lives, as a flag's value.
pub(super) fn token_life(text: &str) -> Result<u32, String> {
    seconds(text).and_then(lifetime::check_token_life)
}

/// When the credential ends.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct LifetimeFlags {
    /// Let the credential end at this time, in UTC, where it does not say so itself
    #[arg(long, value_name = "TIME", value_parser = lifetime::end)]
    pub(super) expires_at: Option<Timestamp>,
    /// Have clients come back this long before the end, such as 5m [default: a tenth of the life, 1 to 5 minutes]
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub(super) expires_skew_tolerance: Option<u32>,
    /// Ask for tokens of the ServiceAccount that live this long, such as 1h
    #[arg(long, value_name = "DURATION", visible_alias = "duration", value_parser = token_life)]
    pub(super) expiration_seconds: Option<u32>,
}
