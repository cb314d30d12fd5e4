//! Groups of flags that several commands share, spelled as kubectl spells them (layer 4).

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

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
