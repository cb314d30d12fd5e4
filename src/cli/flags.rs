//! Groups of flags that several commands share, spelled as kubectl spells them (layer 4).

use std::ffi::OsStr;
use std::future::pending;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, ValueEnum};
use tokio::time::{Instant, sleep_until};

use crate::cluster::access::Target;
use crate::naming;
use crate::ops::deploy::replicas::is_free;
use crate::output::Format;

/// The heading of [`ClusterFlags`], on each of them: `next_help_heading` would also catch what follows them.
const CLUSTER: &str = "Cluster";

/// Which cluster.
#[derive(Args, Clone, Debug, Default)]
pub struct ClusterFlags {
    /// Use this connector's cluster and credential
    #[arg(long, value_name = "NAME", conflicts_with = "context", help_heading = CLUSTER)]
    pub connector: Option<String>,
    /// Use this kubeconfig context
    #[arg(long, value_name = "NAME", help_heading = CLUSTER)]
    pub context: Option<String>,
    /// Read this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE", help_heading = CLUSTER)]
    pub kubeconfig: Option<PathBuf>,
}

impl From<ClusterFlags> for Target {
    fn from(flags: ClusterFlags) -> Self {
        Self { connector: flags.connector, context: flags.context, kubeconfig: flags.kubeconfig }
    }
}

/// Which namespace.
#[derive(Args, Clone, Debug, Default)]
pub struct NamespaceFlag {
    /// Use this namespace [default: the context's, else zenml for runs, zenml-deployments for deployments]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    pub namespace: Option<String>,
}

/// The value of every `--namespace`.
pub fn namespace(text: &str) -> Result<String, String> {
    naming::namespace(text).map(|()| text.to_owned())
}

/// Where to look for what is there already.
#[derive(Args, Clone, Debug, Default)]
pub struct PlaceFlags {
    /// Which namespace.
    #[command(flatten)]
    pub namespace: NamespaceFlag,
    /// Which cluster.
    #[command(flatten)]
    pub cluster: ClusterFlags,
}

/// A duration as kubectl writes it, such as `30s`, `10m`, `1h30m` or `0`; a day has 24 hours.
pub fn duration(text: &str) -> Result<Duration, String> {
    // As in kubectl, nothing is the one number that needs no unit.
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let days = |span: jiff::Span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok();
    let parsed = text.parse::<jiff::SignedDuration>().ok().or_else(|| text.parse().ok().and_then(days));
    let parsed = parsed.and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| "write a number and a unit, as in 30s, 10m, 1h30m or 2d".to_owned())
}

/// How long to wait for what a command waits for.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct TimeoutFlag {
    /// Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
}

impl TimeoutFlag {
    /// When to give up that begins to wait now; never = none.
    pub fn deadline(self) -> Option<Instant> {
        let limit = self.timeout.filter(|limit| !limit.is_zero())?;
        Instant::now().checked_add(limit)
    }
}

/// Returns at `deadline`; without one, never.
pub async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// A duration in whole seconds; a bare number is seconds too, as `ZenML` writes it.
pub fn seconds(text: &str) -> Result<u32, String> {
    let seconds = text.parse().map_or_else(|_| duration(text).map(|duration| duration.as_secs()), Ok)?;
    u32::try_from(seconds).map_err(|_| "that is too long".to_owned())
}

/// How to print.
#[derive(Args, Clone, Debug, Default)]
pub struct OutputFlag {
    /// Print as table, wide, json, yaml, name or jsonpath=PATH
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        value_parser = FormatParser,
        hide_possible_values = true
    )]
    pub output: Format,
}

/// Reads a [`Format`]. Its possible values are what completion offers; a path may follow the last one.
#[derive(Clone, Debug)]
pub struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Format, clap::Error> {
        (|text: &str| text.parse::<Format>()).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::NAMES.into_iter().map(PossibleValue::new)))
    }
}

/// What to list, and how to print it.
#[derive(Args, Clone, Debug, Default)]
pub struct ListFlags {
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
    /// List those of all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    /// List only those whose labels match
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputFlag,
}

/// Whether to act at all.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct DryRunFlag {
    /// Only show what would be done: without asking the server (client), or with its verdict (server)
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        hide_possible_values = true,
        default_value = "none",
        default_missing_value = "client"
    )]
    pub dry_run: DryRun,
}

/// The values of `--dry-run`, as kubectl has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// Act
    #[default]
    None,
    /// Ask no server
    Client,
    /// Let the server check everything, and change nothing
    Server,
}

impl DryRun {
    /// What kubectl puts behind a line about something that was not done.
    pub fn note(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

/// Parameters of the file.
#[derive(Args, Clone, Debug, Default)]
pub struct ParameterFlags {
    /// Set a parameter, or all those in a YAML or JSON file (can be repeated)
    #[arg(short, long = "param", value_name = "NAME=VALUE|@FILE")]
    pub parameters: Vec<String>,
}

/// The name that writes: at most 128 printable characters, as the API server has it, and none that means something here.
pub(super) fn field_manager(text: &str) -> Result<String, String> {
    if text.is_empty() || text.chars().count() > 128 || text.chars().any(char::is_control) {
        return Err("write 1 to 128 printable characters".to_owned());
    }
    if !is_free(text) {
        return Err("this name says something else in the objects' managed fields: use another".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_days() {
        for (text, expected) in [("90", 90), ("30s", 30), ("1h30m", 5400), ("1d", 86_400), ("2d12h", 216_000)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        assert_eq!(seconds("99999d").unwrap_err(), "that is too long");
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        assert!(duration("5").is_err(), "as kubectl has it");
        for text in ["", "d", "-1h", "1 month", "soon"] {
            assert!(seconds(text).unwrap_err().starts_with("write a number and a unit"), "{text}");
        }
    }
}
