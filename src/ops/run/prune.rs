//! `run prune`: which runs nobody needs any more (layer 3).

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::Summary;
use crate::orchestrator::record::Phase;

/// Which runs go.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rule {
    /// Only those that ended at least this long ago.
    pub older_than: Duration,
    /// The newest ended runs of each pipeline, which stay.
    pub keep: usize,
    /// Also attached runs whose terminal is gone.
    pub interrupted: bool,
}

/// What `runs`, newest first, has to lose at `now`. Runs that go on stay, and so do those of which that is not known.
pub fn chosen(runs: Vec<Summary>, rule: Rule, now: Timestamp) -> Vec<Summary> {
    let mut kept: HashMap<(String, String), usize> = HashMap::new();
    let goes = |run: &Summary| {
        let interrupted = run.status == super::INTERRUPTED;
        let ended = run.status == super::ABORTED || (interrupted && rule.interrupted) || is_final(run.status);
        if !ended {
            return false;
        }
        let of_its_pipeline = kept.entry((run.namespace.clone(), run.pipeline.clone())).or_default();
        *of_its_pipeline += 1;
        let since = run.finished.or(run.started).or(run.created);
        let age = since.map_or(0, |since| now.duration_since(since).as_secs());
        *of_its_pipeline > rule.keep && u64::try_from(age).unwrap_or_default() >= rule.older_than.as_secs()
    };
    runs.into_iter().filter(goes).collect()
}

fn is_final(status: &str) -> bool {
    [Phase::Succeeded, Phase::Failed, Phase::Stopped, Phase::TimedOut].iter().any(|phase| phase.as_str() == status)
}
