//! What a container wrote before it ended, where the pod's status does not say (layer 2).

use super::logs::{Lines, Part};
use super::{Cluster, failure};
use crate::deployer::diagnosis::{Cause, CrashReport, Trouble};
use crate::deployer::manifests::CONTAINER;
use crate::deployer::rights;
use crate::error::Error;

/// How many lines are told.
const LINES: i64 = 10;
/// The longest that is told, in characters.
const LONGEST: usize = 2048;

/// The failed rollout of `deployment` in words, with the last lines of a container that crashed. The kubelet puts them into
/// the status only of one that ended badly by itself; of others, the log still has them.
pub(super) async fn error(cluster: &Cluster, namespace: &str, deployment: &str, mut trouble: Trouble) -> Error {
    let mut hidden = false;
    if let (Some(pod), Cause::Crash(report)) = (&trouble.pod, &mut trouble.cause)
        && report.last_lines.trim().is_empty()
    {
        match read(cluster, namespace, pod, report).await {
            Ok(lines) => report.last_lines = lines,
            Err(error) => hidden = failure::is_forbidden(&error),
        }
    }
    let error = trouble.cause.error(deployment, trouble.pod.as_deref());
    if hidden {
        error.hint(format!("its last lines are in its log, {}", rights::way("logs", namespace)))
    } else {
        error
    }
}

async fn read(cluster: &Cluster, namespace: &str, pod: &str, report: &CrashReport) -> kube::Result<String> {
    let container = report.init.clone().unwrap_or_else(|| CONTAINER.to_owned());
    let part = Part { container: Some(container), tail: Some(LINES), previous: report.is_previous, ..Part::default() };
    let mut lines = Lines::try_open(cluster, namespace, pod, &part).await?;
    let mut text = String::new();
    // What was read until the log was cut is told as well.
    while let Ok(Some(line)) = lines.next().await {
        text.push_str(&line);
        text.push('\n');
    }
    let skipped = text.chars().count().saturating_sub(LONGEST);
    Ok(text.chars().skip(skipped).collect())
}
