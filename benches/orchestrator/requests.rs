//! What the API server counted, from `apiserver_request_total`. It counts for the whole cluster: what others do meanwhile is
//! in it, so the least of several rounds is nearest to the truth.

use crate::cluster::Cluster;

/// The counters at one moment.
pub(crate) struct Requests(String);

impl Requests {
    pub(crate) fn now(cluster: &Cluster) -> Self {
        let metrics = cluster.ask(&["get", "--raw", "/metrics"]);
        let wanted = |line: &&str| line.starts_with("apiserver_request_total{");
        Self(metrics.lines().filter(wanted).map(|line| format!("{line}\n")).collect())
    }

    /// How many requests of this verb for this resource itself came since `before`; no dry runs.
    pub(crate) fn since(&self, before: &Self, verb: &str, resource: &str) -> f64 {
        self.total(verb, resource) - before.total(verb, resource)
    }

    fn total(&self, verb: &str, resource: &str) -> f64 {
        let labels = [format!("verb=\"{verb}\""), format!("resource=\"{resource}\""), "subresource=\"\"".to_owned()];
        let counts = |line: &&str| labels.iter().all(|label| line.contains(label)) && line.contains("dry_run=\"\"");
        self.0.lines().filter(counts).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}
