//! Groups of flags that several commands share, spelled as kubectl spells them (layer 4).

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cluster::access::Target;
use crate::output::Format;

/// Which cluster.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterFlags {
    /// Use this connector's cluster and credential
    #[arg(long, value_name = "NAME", conflicts_with = "context")]
    pub connector: Option<String>,
    /// Use this kubeconfig context
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// Read this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
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
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
}

/// A duration as kubectl writes it, such as `30s`, `10m` or `1h30m`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| "write a number and a unit, as in 30s, 10m or 1h30m".to_owned())
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
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub output: Format,
}

/// What to list, and how to print it.
#[derive(Args, Clone, Debug, Default)]
pub struct ListFlags {
    /// Which namespace.
    #[command(flatten)]
    pub namespace: NamespaceFlag,
    /// List those of all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    /// List only those whose labels match
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputFlag,
    /// Which cluster.
    #[command(flatten)]
    pub cluster: ClusterFlags,
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

/// Parameters of the file.
#[derive(Args, Clone, Debug, Default)]
pub struct ParameterFlags {
    /// Set a parameter, or all those in a YAML or JSON file (can be repeated)
    #[arg(short, long = "param", value_name = "NAME=VALUE|@FILE")]
    pub parameters: Vec<String>,
}
